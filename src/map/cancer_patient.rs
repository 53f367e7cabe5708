//! mCODE Cancer Patient (← US Core Patient); of a case that is none of cancer US Core Patient.
//!
//! | case | FHIR |
//! | --- | --- |
//! | patient.identifier | Patient.identifier; a missing system is said to be unknown |
//! | patient.name | Patient.name; none: data-absent-reason, `masked` in a publication, else `unknown` (us-core-6) |
//! | patient.sex | Patient.gender; none: `unknown` |
//! | patient.birth_date, deceased, marital_status | birthDate, deceased\[x\], maritalStatus |
//! | patient.race, ethnicity, birth_sex, gender_identity | US Core extensions |
//! | patient.address, telecom, language | address, telecom, communication.language |

use super::body_site::spelled;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{self, Citation, Concept, Deceased, Sex, TelecomSystem};
use crate::fhir::canonicals::{CANCER_PATIENT, PATIENT};
use crate::fhir::codes::{AdministrativeGender, ContactPointSystem};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Patient, PatientCommunication, PatientDeceased};
use crate::fhir::types::{Address, ContactPoint, Extension, HumanName, Identifier};
use crate::fhir::{Built, datatypes, extensions};
use crate::terminology::{Coding, Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    let from = &cx.case.patient;
    let mut patient = Patient::builder().build()?;
    for given in &from.identifier {
        patient.identifier.push(Some(identifier(cx, given)?));
    }
    patient.name = vec![Some(name(cx, from.name.as_ref())?)];
    patient.gender = Some(gender(from.sex));
    patient.birth_date = from.birth_date.as_ref().map(datatypes::day);
    if let Some(moment) = from.birth_date.as_ref().filter(|date| date.is_moment()) {
        let moment = cx.date_time(moment);
        patient.birth_date_ext = Some(extensions::birth_time(moment)?);
    }
    patient.deceased = from.deceased.as_ref().map(|deceased| match deceased {
        Deceased::Flag(flag) => PatientDeceased::Boolean(*flag),
        Deceased::Date(date) => PatientDeceased::DateTime(cx.date_time(date)),
    });
    patient.marital_status = cx.maybe(&[Domain::MaritalStatus], from.marital_status.as_ref())?;
    for language in &from.language {
        let language = cx.codeable(&[], &tagged(language))?;
        patient.communication.push(Some(PatientCommunication::builder().language(language).build()?));
    }
    for given in &from.address {
        patient.address.push(Some(address(given)?));
    }
    for given in &from.telecom {
        patient.telecom.push(Some(telecom(given)?));
    }
    patient.extension = us_core_extensions(from)?;
    if let Some(gender) = &from.gender_identity {
        let gender = cx.codeable(&[], gender)?;
        patient.extension.push(extensions::gender_identity(gender)?);
    }
    let story = story(from);
    let profile = if cx.is_oncology() { CANCER_PATIENT } else { PATIENT };
    let placement = Placement { identity: "patient", part: "", profile, section: Section::Patient, at: from.at };
    cx.place(patient, "Patient", story, &placement)?;
    Ok(())
}

/// A language that is written as a tag of BCP 47 (`zh`, `en-US`) gets it as its code.
fn tagged(language: &Concept) -> Concept {
    let text = language.text.as_deref().unwrap_or_default();
    let (primary, rest) = text.split_once('-').map_or((text, None), |(primary, rest)| (primary, Some(rest)));
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let tag = (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && rest.is_none_or(|rest| rest.split('-').all(|part| (1..=8).contains(&part.len()) && letters(part)));
    if !tag || !language.codings.is_empty() {
        return language.clone();
    }
    let coding = Coding { system: systems::BCP_47.into(), code: text.to_owned(), version: None, display: None };
    Concept { codings: vec![coding], ..language.clone() }
}

fn gender(sex: Option<Sex>) -> AdministrativeGender {
    match sex {
        Some(Sex::Female) => AdministrativeGender::Female,
        Some(Sex::Male) => AdministrativeGender::Male,
        Some(Sex::Other) => AdministrativeGender::Other,
        Some(Sex::Unknown) | None => AdministrativeGender::Unknown,
    }
}

pub(super) fn identifier(cx: &mut MapContext<'_>, given: &case::Identifier) -> Built<Identifier> {
    let mut identifier = Identifier::builder().value(given.value.clone()).build()?;
    match &given.system {
        Some(system) => identifier.system = Some(system.clone()),
        None => identifier.system_ext = Some(extensions::absent_field("unknown")?),
    }
    identifier.r#type = cx.maybe(&[Domain::IdentifierType], given.kind.as_ref())?;
    Ok(identifier)
}

/// Several identifiers.
pub(super) fn identifiers(cx: &mut MapContext<'_>, given: &[case::Identifier]) -> Built<Vec<Option<Identifier>>> {
    given.iter().map(|given| identifier(cx, given).map(Some)).collect()
}

fn name(cx: &MapContext<'_>, given: Option<&case::Name>) -> Built<HumanName> {
    let mut name = HumanName::builder().build()?;
    if let Some(given) = given {
        name.family.clone_from(&given.family);
        name.given = given.given.iter().cloned().map(Some).collect();
        name.prefix = given.prefix.iter().cloned().map(Some).collect();
        name.text.clone_from(&given.text);
    }
    if name.family.is_none() && name.given.is_empty() {
        // A publication leaves the name out on purpose; elsewhere nobody knows why it is not there.
        let is_published =
            |source: &Citation| source.doi.is_some() || source.citation.is_some() || source.published.is_some();
        let is_masked = cx.case.source.as_ref().is_some_and(is_published) && given.is_none();
        let reason = if is_masked { "masked" } else { "unknown" };
        name.extension = vec![extensions::absent(reason)?];
    }
    Ok(name)
}

fn address(given: &case::Address) -> Built<Address> {
    let mut address = Address::builder().build()?;
    address.line = given.line.iter().cloned().map(Some).collect();
    address.city.clone_from(&given.city);
    address.district.clone_from(&given.district);
    address.state.clone_from(&given.state);
    address.postal_code.clone_from(&given.postal_code);
    address.country.clone_from(&given.country);
    Ok(address)
}

fn telecom(given: &case::Telecom) -> Built<ContactPoint> {
    let system = match given.system {
        TelecomSystem::Phone => ContactPointSystem::Phone,
        TelecomSystem::Fax => ContactPointSystem::Fax,
        TelecomSystem::Email => ContactPointSystem::Email,
        TelecomSystem::Sms => ContactPointSystem::Sms,
        TelecomSystem::Url => ContactPointSystem::Url,
        TelecomSystem::Other => ContactPointSystem::Other,
    };
    ContactPoint::builder().system(system).value(given.value.clone()).build()
}

/// OMB's categories of race and ethnicity (US Core 6.1.0, value sets omb-race-category and omb-ethnicity-category).
const OMB: &[(&str, &str)] = &[
    ("1002-5", "American Indian or Alaska Native"),
    ("2028-9", "Asian"),
    ("2054-5", "Black or African American"),
    ("2076-8", "Native Hawaiian or Other Pacific Islander"),
    ("2106-3", "White"),
    ("2135-2", "Hispanic or Latino"),
    ("2186-5", "Not Hispanic or Latino"),
];

fn us_core_extensions(from: &case::Patient) -> Built<Vec<Extension>> {
    let mut list = Vec::new();
    for (url, concepts) in [
        ("http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", &from.race),
        ("http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity", &from.ethnicity),
    ] {
        if concepts.is_empty() {
            continue;
        }
        let mut categories = Vec::new();
        // US Core takes five races and one ethnicity; what goes beyond stays in the words.
        let most = if url.ends_with("ethnicity") { 1 } else { 5 };
        for concept in concepts {
            let of_code = |code: &str| OMB.iter().find(|row| row.0 == code);
            let mut given = concept.codings.iter().filter(|coding| coding.system == systems::CDC_RACE);
            let coded = given.find_map(|coding| of_code(&coding.code));
            let worded =
                || OMB.iter().find(|row| concept.text.as_ref().is_some_and(|text| text.eq_ignore_ascii_case(row.1)));
            if let Some((code, display)) = coded.or_else(worded) {
                let coding = terminology_coding(code, display);
                if categories.len() < most {
                    categories.push(datatypes::coding(&coding)?);
                }
            }
        }
        // The finer codes are bound to a value set as required that only a terminology server knows; they stay in the words.
        let words: Vec<String> = concepts.iter().map(spelled).collect();
        list.push(extensions::omb_categories(url, categories, words.join(", "))?);
    }
    if let Some(sex) = from.birth_sex {
        let code = match sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Unknown => "UNK",
            // US Core's value set of birth sex holds no word for "other"; the narrative says it.
            Sex::Other => "",
        };
        if !code.is_empty() {
            list.push(extensions::birth_sex(code)?);
        }
    }
    Ok(list)
}

fn terminology_coding(code: &str, display: &str) -> Coding {
    Coding { system: systems::CDC_RACE.into(), code: code.to_owned(), version: None, display: Some(display.to_owned()) }
}

fn story(from: &case::Patient) -> Story {
    let mut story = Story::new("Patient");
    let name = from.name.as_ref();
    let written = name.and_then(|name| name.text.clone()).unwrap_or_else(|| {
        let given = name.map(|name| name.given.join(" ")).unwrap_or_default();
        let family = name.and_then(|name| name.family.clone()).unwrap_or_default();
        format!("{given} {family}").trim().to_owned()
    });
    story.say(&written);
    story.say(from.sex.map_or("sex not given", Sex::term));
    story.add_some("sex at birth", from.birth_sex.map(Sex::term));
    story.add_some("gender identity", from.gender_identity.as_ref().map(Concept::label));
    story.add_some("born", from.birth_date.as_ref().map(case::Date::as_str));
    story.add_some("age", from.age.as_ref().map(ToString::to_string));
    match &from.deceased {
        Some(Deceased::Flag(true)) => story.say("deceased"),
        Some(Deceased::Date(date)) => story.add("deceased", date.as_str()),
        _ => {}
    }
    for (label, concepts) in [("race", &from.race), ("ethnicity", &from.ethnicity), ("language", &from.language)] {
        story.add(label, &concepts.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    }
    story.add_some("marital status", from.marital_status.as_ref().map(Concept::label));
    story.add_some("cause of death", from.cause_of_death.as_ref().map(Concept::label));
    for note in &from.note {
        story.say(note);
    }
    story
}
