//! mCODE Radiotherapy Volume (BodyStructure).
//!
//! | case | FHIR |
//! | --- | --- |
//! | radiotherapy.volume.name | identifier of use `usual` |
//! | kind | morphology |
//! | site, site_qualifier | location, locationQualifier |
//! | description | description |

use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Concept, Item};
use crate::fhir::Built;
use crate::fhir::canonicals::RADIOTHERAPY_VOLUME;
use crate::fhir::codes::IdentifierUse;
use crate::fhir::narrative::Story;
use crate::fhir::resources::BodyStructure;
use crate::fhir::types::Identifier;
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for course in &cx.case.radiotherapy {
        let parent = course.identity();
        for volume in &course.volume {
            let identity = volume.identity_in(&parent);
            let mut body = BodyStructure::builder().patient(cx.subject()?).build()?;
            let mut name = Identifier::builder().value(volume.name.clone()).build()?;
            name.r#use = Some(IdentifierUse::Usual);
            body.identifier = vec![Some(name)];
            body.morphology = cx.maybe(&[Domain::RadiotherapyVolumeType], volume.kind.as_ref())?;
            body.location = cx.maybe(&[Domain::RadiotherapySite, Domain::BodySite], volume.site.as_ref())?;
            body.location_qualifier =
                cx.codeables(&[Domain::RadiotherapySiteQualifier, Domain::Laterality], &volume.site_qualifier)?;
            body.description.clone_from(&volume.description);
            let mut story = Story::new("Radiotherapy volume");
            story.say(&volume.name);
            story.add_some("kind", volume.kind.as_ref().map(Concept::label));
            story.add_some("site", volume.site.as_ref().map(Concept::label));
            story.add("qualifier", &volume.site_qualifier.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
            story.add_some("drawn", volume.description.as_deref());
            let profile = RADIOTHERAPY_VOLUME;
            let placement =
                Placement { identity: &identity, part: "", profile, section: Section::Radiotherapy, at: volume.at };
            cx.place(body, &volume.name, story, &placement)?;
        }
    }
    Ok(())
}
