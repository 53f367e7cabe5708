//! The patient's age and cause of death, and remarks, which Patient has no place for, as US Core Simple Observations.
//!
//! | case | FHIR |
//! | --- | --- |
//! | patient.age, age_at | Observation LOINC 30525-0 (Age), valueQuantity in UCUM, effective where it is known |
//! | patient.note | Observation named in words, valueString |
//! | patient.cause_of_death | Observation named in words (no code of it could be verified), valueCodeableConcept |

use super::context::{MapContext, Placement};
use super::observation::{observation, value, worded_category};
use super::output::Section;
use crate::case::Value;
use crate::fhir::canonicals::SIMPLE_OBSERVATION;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{ObservationEffective, ObservationValue};
use crate::fhir::{Built, datatypes};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    let from = &cx.case.patient;
    if let Some(age) = &from.age {
        let code = datatypes::codeable(&[(systems::LOINC, "30525-0", "Age")], Some("Age"))?;
        let mut observation = observation(cx, code)?;
        observation.category = worded_category("demographics")?;
        let quantity = datatypes::quantity(&age.value, Some(age.unit), Some(age.unit), &mut cx.lexicals)?;
        observation.value = Some(ObservationValue::Quantity(quantity));
        observation.effective = from.age_at.as_ref().map(|date| ObservationEffective::DateTime(cx.date_time(date)));
        let mut story = Story::new("Age");
        story.say(&age.to_string());
        story.add_some("at", from.age_at.as_ref().map(crate::case::Date::as_str));
        place(cx, observation, "Age", story, "age", age.at)?;
    }
    if let Some(cause) = &from.cause_of_death {
        let code = datatypes::codeable(&[], Some("Cause of death"))?;
        let mut observation = observation(cx, code)?;
        observation.category = worded_category("cause of death")?;
        let domains = [Domain::Cancer, Domain::Condition];
        observation.value = Some(value(cx, &domains, &Value::Concept(cause.clone()), &mut Vec::new())?);
        let mut story = Story::new("Cause of death");
        story.say(cause.label());
        place(cx, observation, "Cause of death", story, "cause-of-death", cause.at)?;
    }
    if !from.note.is_empty() {
        let code = datatypes::codeable(&[], Some("Remarks on the patient"))?;
        let mut observation = observation(cx, code)?;
        observation.category = worded_category("remarks")?;
        observation.value = Some(ObservationValue::String(from.note.join("\n")));
        let mut story = Story::new("Remarks on the patient");
        for note in &from.note {
            story.say(note);
        }
        place(cx, observation, "Remarks on the patient", story, "remarks", from.at)?;
    }
    Ok(())
}

fn place(
    cx: &mut MapContext<'_>,
    observation: crate::fhir::resources::Observation,
    title: &str,
    story: Story,
    part: &'static str,
    at: crate::case::At,
) -> Built<()> {
    let placement =
        Placement { identity: "patient", part, profile: SIMPLE_OBSERVATION, section: Section::Findings, at };
    cx.place(observation, title, story, &placement)?;
    Ok(())
}
