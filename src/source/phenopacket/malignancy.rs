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

use crate::case::Concept;
use crate::source::malignancy::{has_code_of, has_malignant_code, is_named_so, is_worded_so};
use crate::terminology::{Domain, systems};

use super::index::Codes;

/// What else a packet says of a disease.
pub(super) struct Signs<'s> {
    pub(super) has_tnm: bool,
    pub(super) has_stage: bool,
    pub(super) has_site: bool,
    /// The histological diagnoses of biosamples that come from tumours.
    pub(super) tumours: &'s Codes,
}

pub(super) fn is_cancer(term: &Concept, signs: &Signs<'_>) -> bool {
    signs.has_tnm
        || has_malignant_code(term)
        || is_in_lexicon(term)
        || signs.tumours.has(term)
        || is_named_in_packet(term, signs)
}

fn is_named_in_packet(term: &Concept, signs: &Signs<'_>) -> bool {
    let of_nci = term.codings.iter().any(|coding| coding.system == systems::NCIT);
    is_named_so(term.label()) && (of_nci || signs.has_site || signs.has_stage)
}

/// Whether the lexicon has the words, or one of the codes, among primary cancers.
fn is_in_lexicon(term: &Concept) -> bool {
    // A name of OMIM is that of a gene's phenotype, which those may have who have no tumour.
    let of_omim = term.codings.iter().any(|coding| coding.system == "http://www.omim.org");
    (!of_omim && is_worded_so(term)) || has_code_of(Domain::Cancer, term)
}
