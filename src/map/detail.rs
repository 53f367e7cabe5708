//! Details of findings and variants, and when a finding began, ended or was observed, as components of an Observation.
//!
//! | case | FHIR |
//! | --- | --- |
//! | detail.name, value, reference_range | component.code, value\[x\], referenceRange |
//! | onset | component HP:0003674 (Onset) |
//! | ended | component named in words |
//! | at_age | component LOINC 30525-0 (Age) |

use super::cancer_condition::ages;
use super::context::MapContext;
use super::laboratory_result::reference_range;
use super::observation::{component, component_value};
use crate::case::{Detail, Onset};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{ObservationComponent, ObservationComponentValue};
use crate::fhir::{Built, datatypes};
use crate::terminology::{Domain, systems};

/// The details as components.
pub(super) fn details(
    cx: &mut MapContext<'_>,
    details: &[Detail],
    remarks: &mut Vec<String>,
) -> Built<Vec<Option<ObservationComponent>>> {
    let mut list = Vec::new();
    for detail in details {
        // A name that is words is one of the format that the case came from, and nothing to look for a code for.
        let code = cx.quietly(&[], &detail.name)?;
        let value = component_value(cx, &[Domain::MarkerResult, Domain::Laterality], &detail.value, remarks)?;
        let mut typed = component(code, value)?;
        if let Some(range) = &detail.reference_range {
            typed.reference_range = vec![Some(reference_range(cx, range)?)];
        }
        list.push(Some(typed));
    }
    Ok(list)
}

/// Details in the narrative.
pub(super) fn tell(story: &mut Story, details: &[Detail]) {
    for detail in details {
        story.add(detail.name.label(), &detail.value.to_string());
    }
}

/// What happened at a time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moment {
    /// It began.
    Began,
    /// It ended.
    Ended,
    /// It was observed.
    Observed,
}

/// A time as a component.
pub(super) fn timed(cx: &mut MapContext<'_>, of: Moment, at: &Onset) -> Built<ObservationComponent> {
    let code = match of {
        Moment::Began => datatypes::codeable(&[(systems::HPO, "HP:0003674", "Onset")], Some("Onset"))?,
        Moment::Ended => datatypes::codeable(&[], Some("Resolution"))?,
        Moment::Observed => datatypes::codeable(&[(systems::LOINC, "30525-0", "Age")], Some("Age when observed"))?,
    };
    let value = match at {
        Onset::When(when) => {
            let time = (ObservationComponentValue::DateTime, ObservationComponentValue::Period);
            cx.time(Some(when), time.0, time.1)?
        }
        Onset::Age(age) => {
            let quantity = datatypes::quantity(&age.value, Some(age.unit), Some(age.unit), &mut cx.lexicals)?;
            Some(ObservationComponentValue::Quantity(quantity))
        }
        Onset::Ages(low, high) => Some(ObservationComponentValue::Range(ages(cx, low, high)?)),
        Onset::Concept(concept) => Some(ObservationComponentValue::CodeableConcept(cx.codeable(&[], concept)?)),
        Onset::Text(text) => Some(ObservationComponentValue::String(text.clone())),
    };
    let mut typed = ObservationComponent::builder().code(code).build()?;
    typed.value = value;
    Ok(typed)
}
