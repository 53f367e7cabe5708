//! mCODE's extension for the modality and techniques of radiotherapy.
//!
//! Both are bound to value sets as required, and the modality must be there; `UNC` ("un-encoded") with words is mCODE's own word for
//! what its value sets do not hold or the case does not say. Each coded modality demands a technique of its list
//! (invariants Techniques…); where the case gives none of them, `UNC` says so.

use super::context::MapContext;
use crate::case::{Concept, Radiotherapy};
use crate::fhir::types::{CodeableConcept, Extension};
use crate::fhir::{Built, extensions};
use crate::terminology::Domain;

/// Modalities and the techniques that mCODE 4.0.0 lets them have.
const TECHNIQUES: &[(&str, &[&str])] = &[
    ("80347004", &["169317000", "1162782007"]),
    ("1156506007", &["441799006", "1156530009", "1162782007", "1156526006", "168524008", "1163157007"]),
    ("45643008", &["1162782007", "1156526006", "168524008", "1163157007"]),
    ("1156505006", &["1156529004", "1156528007", "1204242009"]),
    ("10611004", &["1156529004", "1156528007", "1204242009", "1163157007"]),
    ("169359004", &["113120007"]),
    ("1156708005", &["384692006", "113120007", "14473006"]),
    ("1156384006", &["384692006", "113120007"]),
    ("394902000", &["384692006", "1156382005", "113120007", "1156383000", "384691004", "168524008", "14473006"]),
    ("438629002", &["384692006", "1156382005", "113120007", "384691004", "168524008", "14473006"]),
    ("440252007", &["16560241000119104", "1156383000", "384692006", "113120007"]),
];

/// The extension, where the case says anything of modality or technique.
pub(super) fn modality_and_technique(cx: &mut MapContext<'_>, course: &Radiotherapy) -> Built<Option<Extension>> {
    if course.modality.is_none() && course.technique.is_empty() {
        return Ok(None);
    }
    let modality = match &course.modality {
        Some(given) => bound(cx, Domain::RadiotherapyModality, given)?,
        None => extensions::unencoded("modality not stated")?,
    };
    let mut techniques = Vec::new();
    for given in &course.technique {
        techniques.push(bound(cx, Domain::RadiotherapyTechnique, given)?);
    }
    let allowed = codes(&modality).find_map(|code| TECHNIQUES.iter().find(|row| row.0 == code));
    if let Some((_, allowed)) = allowed {
        let fits = |technique: &CodeableConcept| codes(technique).any(|code| code == "UNC" || allowed.contains(&code));
        if techniques.is_empty() {
            techniques.push(extensions::unencoded("technique not stated")?);
        } else if !techniques.iter().any(fits) {
            // mCODE does not foresee this technique for this modality: un-encoded, with the case's words and codes.
            for technique in &mut techniques {
                let words = technique.text.clone().unwrap_or_default();
                let mut unencoded = extensions::unencoded(&words)?;
                unencoded.coding.append(&mut technique.coding);
                *technique = unencoded;
            }
        }
    }
    extensions::modality_and_technique(modality, techniques).map(Some)
}

/// A concept with a code of its value set: one that it has, or `UNC` beside those that it has, with words.
fn bound(cx: &mut MapContext<'_>, domain: Domain, given: &Concept) -> Built<CodeableConcept> {
    let typed = cx.codeable(&[domain], given)?;
    if cx.is_member(domain, &typed) {
        return Ok(typed);
    }
    let mut unencoded = extensions::unencoded(given.label())?;
    unencoded.coding.extend(typed.coding.iter().cloned());
    Ok(unencoded)
}

fn codes(concept: &CodeableConcept) -> impl Iterator<Item = &str> {
    concept.coding.iter().flatten().filter_map(|coding| coding.code.as_deref())
}
