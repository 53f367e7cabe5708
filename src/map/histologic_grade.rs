//! mCODE Histologic Grade, and Histologic Behavior and Type.
//!
//! | case | FHIR |
//! | --- | --- |
//! | cancers.grade.value, system, date, specimen | Observation NCIt C18000: valueCodeableConcept, method, effective, specimen |
//! | cancers.histology | Observation LOINC 31206-6: valueCodeableConcept |
//! | the cancer | extension mcode-related-condition |

use super::context::{MapContext, Placement};
use super::observation::{dated, effective, laboratory, observation};
use super::output::Section;
use crate::case::{Concept, Item};
use crate::fhir::canonicals::{HISTOLOGIC_BEHAVIOR_AND_TYPE, HISTOLOGIC_GRADE};
use crate::fhir::narrative::Story;
use crate::fhir::resources::ObservationValue;
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for cancer in &cx.case.cancers {
        let identity = cancer.identity();
        let id = cx.id(ResourceType::Condition, &identity, "");
        let label = cancer.diagnosis.label();
        if let Some(grade) = &cancer.grade {
            let code = datatypes::codeable(&[(systems::NCIT, "C18000", "")], Some("Histologic grade"))?;
            let mut observation = observation(cx, code)?;
            observation.category = laboratory()?;
            // A grade means what its system makes of it: with a system, only a phrase that names both has a code.
            let named = match (&grade.system, &grade.value.text) {
                (Some(system), Some(text)) if !text.to_lowercase().contains(&system.label().to_lowercase()) => {
                    Concept { text: Some(format!("{} {text}", system.label())), ..grade.value.clone() }
                }
                _ => grade.value.clone(),
            };
            let mut value = cx.codeable(&[Domain::Grade], &named)?;
            value.text.clone_from(&grade.value.text);
            observation.value = Some(ObservationValue::CodeableConcept(value));
            observation.method = cx.maybe(&[Domain::GradingSystem], grade.system.as_ref())?;
            observation.effective = effective(cx, grade.date.as_ref())?;
            observation.specimen = grade.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
            let cancer_reference = cx.refer(ResourceType::Condition, id, Some(label))?;
            observation.extension = vec![extensions::related_condition(cancer_reference)?];
            let mut story = Story::new("Histologic grade");
            story.say(grade.value.label());
            story.add_some("system", grade.system.as_ref().map(Concept::label));
            story.add_some("date", grade.date.as_ref().map(ToString::to_string));
            story.add("of", label);
            let profile = dated(cx, HISTOLOGIC_GRADE, grade.date.as_ref(), grade.at);
            let placement =
                Placement { identity: &identity, part: "grade", profile, section: Section::Cancer, at: grade.at };
            cx.place(observation, &format!("Histologic grade {}", grade.value.label()), story, &placement)?;
        }
        if let Some(histology) = &cancer.histology {
            let code = [(systems::LOINC, "31206-6", "")];
            let mut observation = observation(cx, datatypes::codeable(&code, Some("Histology and behaviour"))?)?;
            observation.category = laboratory()?;
            observation.value = Some(ObservationValue::CodeableConcept(cx.codeable(&[Domain::Histology], histology)?));
            let cancer_reference = cx.refer(ResourceType::Condition, id, Some(label))?;
            observation.extension = vec![extensions::related_condition(cancer_reference)?];
            let mut story = Story::new("Histology and behaviour");
            story.say(histology.label());
            story.add("of", label);
            let profile = HISTOLOGIC_BEHAVIOR_AND_TYPE;
            let placement = Placement {
                identity: &identity,
                part: "histology",
                profile,
                section: Section::Cancer,
                at: histology.at,
            };
            cx.place(observation, histology.label(), story, &placement)?;
        }
    }
    Ok(())
}
