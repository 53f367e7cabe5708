//! Whether a disease is a cancer. A packet does not say so, and nothing is guessed: one of these must hold.
//!
//! - its code is one of ICD-10 or ICD-10-CM from C00 to C97, or a malignant morphology of ICD-O-3 (behaviour 2, 3, 6 or 9);
//! - its words or its code are those of a cancer in the lexicon;
//! - it has a TNM finding;
//! - a biosample whose tumour progression, grade or stage is told has it as its histological diagnosis;
//! - its label, in the NCI Thesaurus, names a malignancy by its last word; in another ontology also a primary site or a stage is told.
//!
//! The last word of an English name says what kind of thing it names: a "basal cell carcinoma syndrome" is a syndrome. Where none
//! holds the disease is a condition, and no cancer profile is stated.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::case::Concept;
use crate::terminology::{Domain, Lexicon, systems};

use super::index::Codes;

/// What else a packet says of a disease.
pub(super) struct Signs<'s> {
    pub(super) has_tnm: bool,
    pub(super) has_stage: bool,
    pub(super) has_site: bool,
    /// The histological diagnoses of biosamples that come from tumours.
    pub(super) tumours: &'s Codes,
}

/// The words that end the names of malignancies.
const NOUNS: &[&str] = &[
    "cancer",
    "carcinoma",
    "adenocarcinoma",
    "sarcoma",
    "carcinosarcoma",
    "lymphoma",
    "leukemia",
    "leukaemia",
    "melanoma",
    "myeloma",
    "mesothelioma",
    "retinoblastoma",
    "neuroblastoma",
    "nephroblastoma",
    "medulloblastoma",
    "hepatoblastoma",
    "glioblastoma",
    "seminoma",
    "choriocarcinoma",
];

/// Words at the beginning that make a disposition of a malignancy.
const DISPOSITIONS: &[&str] = &["hereditary", "familial", "inherited"];

/// Words that deny a malignancy, doubt it, or speak of another's or of a later one.
const DENIALS: &[&str] = &[
    "no",
    "not",
    "without",
    "suspected",
    "possible",
    "probable",
    "negative",
    "history",
    "risk",
    "screening",
    "benign",
];

pub(super) fn is_cancer(term: &Concept, signs: &Signs<'_>) -> bool {
    signs.has_tnm
        || term.codings.iter().any(|coding| is_malignant_code(&coding.system, &coding.code))
        || is_in_lexicon(term)
        || signs.tumours.has(term)
        || is_named_so(term, signs)
}

fn is_malignant_code(system: &str, code: &str) -> bool {
    match system {
        systems::ICD_10 | systems::ICD_10_CM | systems::ICD_10_GM => code.starts_with('C'),
        systems::ICD_O_3 => code.split_once('/').is_some_and(|(_, b)| b.starts_with(['2', '3', '6', '9'])),
        _ => false,
    }
}

/// Whether the code says that the cancer is a metastasis: C77 to C79 of ICD-10, behaviour 6 of ICD-O-3.
pub(super) fn is_secondary(term: &Concept) -> bool {
    term.codings.iter().any(|coding| match &*coding.system {
        systems::ICD_10 | systems::ICD_10_CM | systems::ICD_10_GM => {
            ["C77", "C78", "C79"].iter().any(|category| coding.code.starts_with(category))
        }
        systems::ICD_O_3 => coding.code.split_once('/').is_some_and(|(_, behaviour)| behaviour.starts_with('6')),
        _ => false,
    })
}

fn is_named_so(term: &Concept, signs: &Signs<'_>) -> bool {
    let of_nci = term.codings.iter().any(|coding| coding.system == systems::NCIT);
    let label = term.label().to_lowercase();
    let words = || label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let ends_so =
        words().next_back().is_some_and(|word| NOUNS.contains(&word)) || label.ends_with("malignant neoplasm");
    let disposed = words().next().is_some_and(|word| DISPOSITIONS.contains(&word));
    let denied = words().any(|word| DENIALS.contains(&word));
    ends_so && !disposed && !denied && (of_nci || signs.has_site || signs.has_stage)
}

/// Whether the lexicon has the words, or one of the codes, among primary cancers.
fn is_in_lexicon(term: &Concept) -> bool {
    static LEXICON: OnceLock<(Lexicon, HashSet<(String, String)>)> = OnceLock::new();
    let (lexicon, codes) = LEXICON.get_or_init(|| {
        let lexicon = Lexicon::embedded();
        let codes = lexicon.all_codes(Domain::Cancer);
        let codes = codes.map(|coding| (coding.system.to_string(), coding.code.clone())).collect();
        (lexicon, codes)
    });
    // A name of OMIM is that of a gene's phenotype, which those may have who have no tumour.
    let of_omim = term.codings.iter().any(|coding| coding.system == "http://www.omim.org");
    let worded = !of_omim && term.text.as_deref().is_some_and(|text| !lexicon.codes(Domain::Cancer, text).is_empty());
    worded || term.codings.iter().any(|coding| codes.contains(&(coding.system.to_string(), coding.code.clone())))
}
