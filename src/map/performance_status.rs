//! mCODE ECOG and Karnofsky Performance Status.
//!
//! | case | FHIR |
//! | --- | --- |
//! | performance.scale | Observation.code: LOINC 89247-1 or 89243-0 |
//! | score | valueInteger, and LOINC's answer as interpretation where the lexicon has it |
//! | status, date | status, effective |
//! | identifier | identifier |

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{category, dated, effective, notes, observation, result_status};
use super::output::Section;
use crate::case::{Concept, Item, PerformanceScale, ResultStatus};
use crate::fhir::canonicals::{ECOG_PERFORMANCE_STATUS, KARNOFSKY_PERFORMANCE_STATUS};
use crate::fhir::narrative::Story;
use crate::fhir::resources::ObservationValue;
use crate::fhir::{Built, datatypes};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for performance in &cx.case.performance {
        let identity = performance.identity();
        let (code, display, profile) = match performance.scale {
            PerformanceScale::Ecog => ("89247-1", "ECOG Performance Status score", ECOG_PERFORMANCE_STATUS),
            PerformanceScale::Karnofsky => {
                ("89243-0", "Karnofsky Performance Status score", KARNOFSKY_PERFORMANCE_STATUS)
            }
        };
        let mut observation = observation(cx, datatypes::codeable(&[(systems::LOINC, code, display)], None)?)?;
        observation.identifier = identifiers(cx, &performance.identifier)?;
        observation.status = result_status(performance.status);
        observation.category = category("survey", "Survey")?;
        observation.value = Some(ObservationValue::Integer(i32::try_from(performance.score).unwrap_or(i32::MAX)));
        let words = format!("{} {}", performance.scale.term(), performance.score);
        let answer = Concept::of_text(words.clone(), performance.at);
        if !cx.codings(&[Domain::Performance], &answer).is_empty() {
            observation.interpretation = vec![Some(cx.codeable(&[Domain::Performance], &answer)?)];
        }
        observation.effective = effective(cx, performance.date.as_ref())?;
        observation.note = notes(&performance.note, Vec::new())?;
        let mut story = Story::new(display);
        story.say(&performance.score.to_string());
        story.add_some("status", performance.status.map(ResultStatus::term));
        story.add_some("date", performance.date.as_ref().map(ToString::to_string));
        for note in &performance.note {
            story.say(note);
        }
        let profile = dated(cx, profile, performance.date.as_ref(), performance.at);
        let placement =
            Placement { identity: &identity, part: "", profile, section: Section::VitalSigns, at: performance.at };
        cx.place(observation, &words, story, &placement)?;
    }
    Ok(())
}
