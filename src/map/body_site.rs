//! Places of the body with mCODE's qualifiers, shared by conditions, procedures and specimens.

use super::context::MapContext;
use crate::case::Concept;
use crate::fhir::types::{CodeableConcept, Extension};
use crate::fhir::{Built, extensions};
use crate::terminology::{Coding, Domain};

/// The sites, each with side and qualifiers. A side without a site stands on a site that has words only.
///
/// mCODE binds both qualifiers as required, so what has no code of theirs goes into the site's words instead.
pub(super) fn body_sites(
    cx: &mut MapContext<'_>,
    sites: &[Concept],
    side: Option<&Concept>,
    qualifiers: &[Concept],
) -> Built<Vec<Option<CodeableConcept>>> {
    if sites.is_empty() && side.is_none() && qualifiers.is_empty() {
        return Ok(Vec::new());
    }
    let (extension, words) = qualify(cx, side, qualifiers)?;
    let mut list = Vec::new();
    for site in sites {
        let mut typed = cx.codeable(&[Domain::BodySite], site)?;
        typed.extension.clone_from(&extension);
        let text = typed.text.clone().unwrap_or_else(|| site.label().to_owned());
        if !words.is_empty() {
            typed.text = Some(format!("{text}, {}", words.join(", ")));
        }
        list.push(Some(typed));
    }
    if list.is_empty() {
        let labels: Vec<&str> = side.into_iter().chain(qualifiers).map(Concept::label).collect();
        let mut typed = crate::fhir::datatypes::concept(Vec::new(), Some(&labels.join(", ")))?;
        typed.extension = extension;
        list.push(Some(typed));
    }
    Ok(list)
}

/// The extensions for side and qualifiers, and the words for those that have no code.
fn qualify(
    cx: &mut MapContext<'_>,
    side: Option<&Concept>,
    qualifiers: &[Concept],
) -> Built<(Vec<Extension>, Vec<String>)> {
    let (mut extension, mut words) = (Vec::new(), Vec::new());
    if let Some(side) = side {
        let typed = cx.codeable(&[Domain::Laterality], side)?;
        match cx.is_member(Domain::Laterality, &typed) {
            true => extension.push(extensions::laterality(typed)?),
            false => words.push(spelled(side)),
        }
    }
    for qualifier in qualifiers {
        let typed = cx.codeable(&[Domain::LocationQualifier], qualifier)?;
        match typed.coding.is_empty() {
            true => words.push(qualifier.label().to_owned()),
            false => extension.push(extensions::location_qualifier(typed)?),
        }
    }
    Ok((extension, words))
}

/// A place in words: side first, as people say it.
pub(super) fn spoken(sites: &[Concept], side: Option<&Concept>, qualifiers: &[Concept]) -> String {
    let site = sites.iter().map(Concept::label).collect::<Vec<_>>().join(", ");
    let parts = side.into_iter().chain(qualifiers).map(Concept::label).chain(Some(site.as_str()));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A concept in words with each code as FHIR's token, `system|code`, for a remark that keeps what no element takes.
pub(super) fn tokens(concept: &Concept) -> String {
    let tokens: Vec<String> = concept.codings.iter().map(|it| format!("{}|{}", it.system, it.code)).collect();
    match tokens.is_empty() {
        true => concept.label().to_owned(),
        false => format!("{} ({})", concept.label(), tokens.join(", ")),
    }
}

/// A concept with its codes in words, for where only words may stand.
pub(super) fn spelled(concept: &Concept) -> String {
    let told = |coding: &Coding| match &coding.display {
        Some(display) => format!("{} {display}", coding.code),
        None => coding.code.clone(),
    };
    let codes: Vec<String> = concept.codings.iter().map(told).collect();
    match (concept.text.is_some(), codes.is_empty()) {
        (true, false) => format!("{} ({})", concept.label(), codes.join(", ")),
        _ => concept.label().to_owned(),
    }
}
