//! What says that a disease is a cancer, whatever format told of it.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::case::Concept;
use crate::terminology::{Coding, Domain, Lexicon, systems};

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

/// Whether one of its codes is that of a malignancy: C00 to C97 of ICD-10 and its modifications, behaviour 2, 3, 6 or 9 of ICD-O-3.
pub(super) fn has_malignant_code(term: &Concept) -> bool {
    term.codings.iter().any(|coding| is_malignant_code(&coding.system, &coding.code))
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

/// Whether the name says by its last word that it is a malignancy: the last word of an English name says what kind of thing it names.
pub(super) fn is_named_so(label: &str) -> bool {
    let label = label.to_lowercase();
    let words = || label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let ends_so =
        words().next_back().is_some_and(|word| NOUNS.contains(&word)) || label.ends_with("malignant neoplasm");
    let disposed = words().next().is_some_and(|word| DISPOSITIONS.contains(&word));
    let denied = words().any(|word| DENIALS.contains(&word));
    ends_so && !disposed && !denied
}

/// Whether the lexicon has one of its codes in this domain.
pub(super) fn has_code_of(domain: Domain, term: &Concept) -> bool {
    let of_domain = |coding: &Coding| {
        let rows = index().1.get(coding.code.as_str()).map_or(&[][..], Vec::as_slice);
        rows.iter().any(|(of, system)| *of == domain && *system == coding.system)
    };
    term.codings.iter().any(of_domain)
}

/// Whether the lexicon has its words among primary cancers.
pub(super) fn is_worded_so(term: &Concept) -> bool {
    term.text.as_deref().is_some_and(|text| !index().0.codes(Domain::Cancer, text).is_empty())
}

/// The codes that the lexicon has for words in this domain.
pub(super) fn codes(domain: Domain, words: &str) -> impl Iterator<Item = &'static str> {
    index().0.codes(domain, words).iter().map(|coding| coding.code.as_str())
}

/// The lexicon's phrases, and its codes with their domains and systems.
type Index = (Lexicon, HashMap<String, Vec<(Domain, String)>>);

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let lexicon = Lexicon::embedded();
        let mut codes: HashMap<String, Vec<(Domain, String)>> = HashMap::new();
        for domain in Domain::ALL {
            for coding in lexicon.all_codes(*domain) {
                codes.entry(coding.code.clone()).or_default().push((*domain, coding.system.to_string()));
            }
        }
        (lexicon, codes)
    })
}
