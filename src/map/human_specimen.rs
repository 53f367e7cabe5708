//! mCODE Human Specimen; of a case that is none of cancer US Core Specimen.
//!
//! | case | FHIR |
//! | --- | --- |
//! | specimens.identifier | identifier |
//! | kind | type |
//! | site, side | collection.bodySite |
//! | date, method | collection.collected\[x\], collection.method |
//! | tumor | identifier of type BodyStructure: the tumour's |
//! | derived_from, processing | parent, processing.procedure |

use super::body_site::{body_sites, spoken};
use super::cancer_patient::identifier;
use super::context::{MapContext, Placement};
use super::output::Section;
use super::tumor;
use crate::case::{Concept, Item};
use crate::fhir::canonicals::{HUMAN_SPECIMEN, SPECIMEN};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Specimen, SpecimenCollection, SpecimenCollectionCollected, SpecimenProcessing};
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
        for given in &specimen.identifier {
            typed.identifier.push(Some(identifier(cx, given)?));
        }
        let parent = specimen.derived_from.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
        typed.parent = parent.map(Some).into_iter().collect();
        for step in cx.codeables(&[Domain::Procedure], &specimen.processing)?.into_iter().flatten() {
            typed.processing.push(Some(SpecimenProcessing::builder().procedure(step).build()?));
        }
        typed.note = datatypes::annotations(specimen.note.iter().cloned())?;
        let mut story = Story::new("Specimen");
        story.say(specimen.kind.label());
        story.add("site", &spoken(&sites, specimen.side.as_ref(), &[]));
        story.add_some("taken", specimen.date.as_ref().map(ToString::to_string));
        story.add_some("method", specimen.method.as_ref().map(Concept::label));
        story.add("processing", &specimen.processing.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
        for note in &specimen.note {
            story.say(note);
        }
        let profile = if cx.is_oncology() { HUMAN_SPECIMEN } else { SPECIMEN };
        let placement =
            Placement { identity: &identity, part: "", profile, section: Section::Results, at: specimen.at };
        cx.place(typed, specimen.kind.label(), story, &placement)?;
    }
    Ok(())
}
