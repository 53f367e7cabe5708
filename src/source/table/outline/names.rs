//! Names that columns often have, and what they mean. Only such as mean one thing wherever they stand.

/// What a column is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The number that tells patients or cases apart.
    Case,
    /// A field of the case: section and path in it. After a blank stands the code system of a code (`?` where several may be meant), or
    /// which of several stages it is.
    Field(&'static str, &'static str),
}

use Meaning::{Case, Field};

/// Names in lower case without blanks and signs, and their meaning.
const NAMES: &[(&str, Meaning)] = &[
    ("recordid", Case),
    ("patientid", Case),
    ("caseid", Case),
    ("subjectid", Case),
    ("studyid", Case),
    ("participantid", Case),
    ("mrn", Case),
    ("patientennummer", Case),
    ("patientenid", Case),
    ("patient", Case),
    ("pid", Case),
    ("id", Case),
    ("sex", Field("patient", "sex")),
    ("gender", Field("patient", "sex")),
    ("geschlecht", Field("patient", "sex")),
    ("birthdate", Field("patient", "birth_date")),
    ("dateofbirth", Field("patient", "birth_date")),
    ("dob", Field("patient", "birth_date")),
    ("geburtsdatum", Field("patient", "birth_date")),
    ("dateofdeath", Field("patient", "deceased")),
    ("deathdate", Field("patient", "deceased")),
    ("sterbedatum", Field("patient", "deceased")),
    ("familyname", Field("patient", "name.family")),
    ("lastname", Field("patient", "name.family")),
    ("surname", Field("patient", "name.family")),
    ("nachname", Field("patient", "name.family")),
    ("givenname", Field("patient", "name.given")),
    ("firstname", Field("patient", "name.given")),
    ("vorname", Field("patient", "name.given")),
    ("race", Field("patient", "race")),
    ("ethnicity", Field("patient", "ethnicity")),
    ("city", Field("patient", "address.city")),
    ("zip", Field("patient", "address.postal_code")),
    ("postalcode", Field("patient", "address.postal_code")),
    ("country", Field("patient", "address.country")),
    ("diagnosis", Field("cancers", "diagnosis.text")),
    ("diagnosistext", Field("cancers", "diagnosis.text")),
    ("diagnose", Field("cancers", "diagnosis.text")),
    ("icd10", Field("cancers", "diagnosis.code ?")),
    ("icd10code", Field("cancers", "diagnosis.code ?")),
    ("icd10cm", Field("cancers", "diagnosis.code icd-10-cm")),
    ("icd10gm", Field("cancers", "diagnosis.code icd-10-gm")),
    ("histology", Field("cancers", "histology")),
    ("histologie", Field("cancers", "histology")),
    ("morphology", Field("cancers", "histology")),
    ("primarysite", Field("cancers", "site")),
    ("laterality", Field("cancers", "side")),
    ("seite", Field("cancers", "side")),
    ("diagnosisdate", Field("cancers", "diagnosed")),
    ("dateofdiagnosis", Field("cancers", "diagnosed")),
    ("dxdate", Field("cancers", "diagnosed")),
    ("diagnosedatum", Field("cancers", "diagnosed")),
    ("grading", Field("cancers", "grade.value")),
    ("ct", Field("cancers", "stage clinical.t")),
    ("cn", Field("cancers", "stage clinical.n")),
    ("cm", Field("cancers", "stage clinical.m")),
    ("pt", Field("cancers", "stage pathological.t")),
    ("pn", Field("cancers", "stage pathological.n")),
    ("pm", Field("cancers", "stage pathological.m")),
    ("stage", Field("cancers", "stage group.group")),
    ("stagegroup", Field("cancers", "stage group.group")),
    ("ecog", Field("performance", "score")),
];

/// What a column of this name is.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let plain: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    NAMES.iter().find(|(known, _)| *known == plain).map(|(_, meaning)| *meaning)
}

/// What words for a sex mean; `None` where numbers or letters may mean either.
pub(super) fn sex(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "f" | "female" | "w" | "weiblich" | "woman" => Some("female"),
        "m" | "male" | "männlich" | "man" => Some("male"),
        "other" | "divers" => Some("other"),
        "unknown" | "unbekannt" => Some("unknown"),
        _ => None,
    }
}
