//! mCODE Tumor Size.
//!
//! | case | FHIR |
//! | --- | --- |
//! | tumors.size.dimensions | components LOINC 33728-7 (longest) and 33729-5 (others), in mm or cm |
//! | approximate lengths | a remark: FHIR's quantity has no place for it |
//! | date, method | effective, method |
//! | the tumour | focus |

use super::context::{MapContext, Placement};
use super::observation::{component, component_value, effective, is_range, notes, observation};
use super::output::Section;
use crate::case::{Amount, Concept, Item, Quantity, Value};
use crate::fhir::canonicals::{OBSERVATION, TUMOR_SIZE};
use crate::fhir::narrative::Story;
use crate::fhir::{Built, ResourceType, datatypes};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for tumor in &cx.case.tumors {
        let parent = tumor.identity();
        let focus = cx.id(ResourceType::BodyStructure, &parent, "");
        for size in &tumor.size {
            let identity = size.identity_in(&parent);
            let code = datatypes::codeable(&[(systems::LOINC, "21889-1", "Size Tumor")], None)?;
            let mut observation = observation(cx, code)?;
            observation.focus = vec![Some(cx.refer(ResourceType::BodyStructure, focus, Some(&tumor.label()))?)];
            observation.effective = effective(cx, size.date.as_ref())?;
            observation.method =
                cx.maybe(&[Domain::EvidenceType, Domain::Imaging, Domain::ObservationMethod], size.method.as_ref())?;
            let mut lengths: Vec<&Quantity> = size.dimensions.lengths.iter().collect();
            // The longest goes first; a stable sort keeps the case's order among equals.
            lengths.sort_by(|a, b| millimetres(b).total_cmp(&millimetres(a)));
            let mut remarks = Vec::new();
            for (index, length) in lengths.iter().enumerate() {
                let (code, words) = match index {
                    0 => ("33728-7", "Longest dimension"),
                    _ => ("33729-5", "Other dimension"),
                };
                let code = datatypes::codeable(&[(systems::LOINC, code, "")], Some(words))?;
                let value = component_value(cx, &[], &Value::Quantity((*length).clone()), &mut Vec::new())?;
                observation.component.push(Some(component(code, value)?));
            }
            if lengths.iter().any(|length| length.approximate) {
                remarks.push(format!("The size is approximate: {}", size.dimensions));
            }
            observation.note = notes(&size.note, remarks)?;
            let mut story = Story::new("Tumour size");
            story.say(&size.dimensions.to_string());
            story.add("of", &tumor.label());
            story.add_some("date", size.date.as_ref().map(ToString::to_string));
            story.add_some("method", size.method.as_ref().map(Concept::label));
            let profile = match lengths.iter().any(|length| is_range(length)) {
                true => {
                    cx.wider(size.at, "mCODE's tumour size has a single number a dimension, and this is a range");
                    OBSERVATION
                }
                false => TUMOR_SIZE,
            };
            let placement = Placement { identity: &identity, part: "", profile, section: Section::Cancer, at: size.at };
            cx.place(observation, &format!("Tumour size {}", size.dimensions), story, &placement)?;
        }
    }
    Ok(())
}

/// A length in millimetres, to find the longest.
fn millimetres(length: &Quantity) -> f64 {
    let number = match &length.amount {
        Amount::Exact(value) | Amount::Bounded(_, value) | Amount::Range(_, value) => value.approximate(),
    };
    number * if length.unit.as_deref() == Some("cm") { 10.0 } else { 1.0 }
}
