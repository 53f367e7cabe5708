//! mCODE Human Specimen.
//!
//! | case | FHIR |
//! | --- | --- |
//! | specimens.kind | Specimen.type |
//! | site, side | collection.bodySite |
//! | date, method | collection.collected\[x\], collection.method |
//! | tumor | identifier of type BodyStructure: the tumour's |

use super::body_site::{body_sites, spoken};
use super::context::{MapContext, Placement};
use super::output::Section;
use super::tumor;
use crate::case::{Concept, Item};
use crate::fhir::canonicals::HUMAN_SPECIMEN;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Specimen, SpecimenCollection, SpecimenCollectionCollected};
use crate::fhir::{Built, datatypes};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for specimen in &cx.case.specimens {
        let identity = specimen.identity();
        let mut typed = Specimen::builder().build()?;
        typed.subject = Some(cx.subject()?);
        typed.r#type = Some(cx.codeable(&[Domain::SpecimenType], &specimen.kind)?);
        let sites: Vec<Concept> = specimen.site.iter().cloned().collect();
        let site = body_sites(cx, &sites, specimen.side.as_ref(), &[])?.into_iter().flatten().next();
        let when = (SpecimenCollectionCollected::DateTime, SpecimenCollectionCollected::Period);
        let collected = cx.time(specimen.date.as_ref(), when.0, when.1)?;
        let method = cx.maybe(&[Domain::Biopsy, Domain::Surgery, Domain::Procedure], specimen.method.as_ref())?;
        if site.is_some() || collected.is_some() || method.is_some() {
            let mut collection = SpecimenCollection::builder().build()?;
            collection.body_site = site;
            collection.collected = collected;
            collection.method = method;
            typed.collection = Some(collection);
        }
        if let Some(link) = &specimen.tumor
            && let Some(source) = cx.case.tumors.iter().find(|tumor| tumor.key.as_ref() == Some(link))
        {
            typed.identifier = vec![Some(tumor::identifier(cx, source)?)];
        }
        typed.note = datatypes::annotations(specimen.note.iter().cloned())?;
        let mut story = Story::new("Specimen");
        story.say(specimen.kind.label());
        story.add("site", &spoken(&sites, specimen.side.as_ref(), &[]));
        story.add_some("taken", specimen.date.as_ref().map(ToString::to_string));
        story.add_some("method", specimen.method.as_ref().map(Concept::label));
        let placement = Placement {
            identity: &identity,
            part: "",
            profile: HUMAN_SPECIMEN,
            section: Section::Results,
            at: specimen.at,
        };
        cx.place(typed, specimen.kind.label(), story, &placement)?;
    }
    Ok(())
}
