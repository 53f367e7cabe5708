//! mCODE Tumor (BodyStructure).
//!
//! | case | FHIR |
//! | --- | --- |
//! | tumors.site, side, site_qualifier | BodyStructure.location, locationQualifier |
//! | of | extension mcode-related-condition |
//! | morphology, description | morphology, description |
//! | the item's identity | identifier of type BodyStructure; specimens name it |

use super::body_site::spoken;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Concept, Item, Tumor};
use crate::fhir::canonicals::TUMOR;
use crate::fhir::codes::IdentifierUse;
use crate::fhir::narrative::Story;
use crate::fhir::resources::BodyStructure;
use crate::fhir::types::Identifier;
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for tumor in &cx.case.tumors {
        let identity = tumor.identity();
        let mut body = BodyStructure::builder().patient(cx.subject()?).build()?;
        body.identifier = vec![Some(identifier(cx, tumor)?)];
        let mut location = cx.codeable(&[Domain::BodySite], &tumor.site)?;
        let mut words = Vec::new();
        let qualifiers = tumor.side.iter().map(|side| (Domain::Laterality, side));
        for (domain, qualifier) in qualifiers.chain(tumor.site_qualifier.iter().map(|q| (Domain::LocationQualifier, q)))
        {
            let typed = cx.codeable(&[domain], qualifier)?;
            // The binding is required: what has no code of it goes into the words of the place.
            match typed.coding.is_empty() {
                true => words.push(qualifier.label().to_owned()),
                false => body.location_qualifier.push(Some(typed)),
            }
        }
        if !words.is_empty() {
            location.text = Some(format!("{}, {}", tumor.site.label(), words.join(", ")));
        }
        body.location = Some(location);
        body.morphology = cx.maybe(&[Domain::TumorMorphology, Domain::Histology], tumor.morphology.as_ref())?;
        body.description.clone_from(&tumor.description);
        if let Some(morphology) = body.morphology.take_if(|morphology| morphology.coding.is_empty()) {
            // mCODE takes no words for a morphology; they go into the description.
            let words = format!("morphology: {}", morphology.text.as_deref().unwrap_or_default());
            body.description = Some(body.description.take().map_or(words.clone(), |told| format!("{told}; {words}")));
        }
        if let Some(of) = &tumor.of
            && let Some(cancer) = cx.link(of)?
        {
            body.extension = vec![extensions::related_condition(cancer)?];
        }
        let mut story = Story::new("Tumour");
        story.add_some("is", tumor.description.as_deref());
        story.add("site", &spoken(std::slice::from_ref(&tumor.site), tumor.side.as_ref(), &tumor.site_qualifier));
        story.add_some("morphology", tumor.morphology.as_ref().map(Concept::label));
        let placement =
            Placement { identity: &identity, part: "", profile: TUMOR, section: Section::Cancer, at: tumor.at };
        cx.place(body, &tumor.label(), story, &placement)?;
    }
    Ok(())
}

/// The identifier by which specimens name the tumour they were taken of (mCODE 4.0.0, mcode-body-structure-identifier).
pub(super) fn identifier(cx: &MapContext<'_>, tumor: &Tumor) -> Built<Identifier> {
    let id = cx.id(ResourceType::BodyStructure, &tumor.identity(), "");
    let mut identifier = datatypes::identifier("urn:ietf:rfc:3986", &format!("urn:uuid:{id}"))?;
    identifier.r#use = Some(IdentifierUse::Usual);
    let kind = [("http://hl7.org/fhir/resource-types", "BodyStructure", "BodyStructure")];
    identifier.r#type = Some(datatypes::codeable(&kind, None)?);
    Ok(identifier)
}
