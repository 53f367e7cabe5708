//! mCODE Cancer Disease Status.
//!
//! | case | FHIR |
//! | --- | --- |
//! | disease_status.status | valueCodeableConcept; a code of data-absent-reason: dataAbsentReason |
//! | date | effectiveDateTime; a period makes it a US Core Simple Observation, because the profile takes a date only |
//! | of | focus: cancers, tumours, radiotherapy volumes |
//! | evidence | extension mcode-cancer-disease-status-evidence-type; without a code of its value set a remark |
//! | criteria | method |
//! | after | a remark that names the treatments, and partOf for procedures and drugs |

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{effective, is_date, notes, observation, result_status, worded_category};
use super::output::Section;
use crate::case::{Concept, Date, DiseaseStatus, Item, ItemKind, ResultStatus};
use crate::fhir::canonicals::{CANCER_DISEASE_STATUS, SIMPLE_OBSERVATION};
use crate::fhir::narrative::Story;
use crate::fhir::resources::ObservationValue;
use crate::fhir::{Built, datatypes, extensions};
use crate::terminology::{Domain, systems};

const ABSENT_REASON: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for status in &cx.case.disease_status {
        let identity = status.identity();
        let code = [(systems::LOINC, "97509-4", "Cancer Disease Progression")];
        let mut observation = observation(cx, datatypes::codeable(&code, None)?)?;
        observation.identifier = identifiers(cx, &status.identifier)?;
        observation.status = result_status(status.result_status);
        let value = cx.codeable(&[Domain::DiseaseStatus, Domain::Response], &status.status)?;
        match status.status.codings.iter().any(|coding| coding.system == ABSENT_REASON) {
            true => observation.data_absent_reason = Some(value),
            false => observation.value = Some(ObservationValue::CodeableConcept(value)),
        }
        observation.effective = effective(cx, status.date.as_ref())?;
        observation.focus = cx.links(&status.of, &[ItemKind::Cancer, ItemKind::Tumor, ItemKind::Volume])?;
        observation.method = cx.maybe(&[], status.criteria.as_ref())?;
        observation.part_of = cx.treatments(&status.after)?;
        observation.category = worded_category("disease status")?;
        let mut remarks = Vec::new();
        for evidence in &status.evidence {
            let typed = cx.codeable(&[Domain::EvidenceType], evidence)?;
            match typed.coding.is_empty() {
                // The extension's binding is required.
                true => remarks.push(format!("Evidence: {}", evidence.label())),
                false => observation.extension.push(extensions::evidence_type(typed)?),
            }
        }
        match &status.recorded {
            Some(moment) if moment.is_moment() => {
                observation.issued = Some(datatypes::instant(moment.as_str(), &mut cx.lexicals));
            }
            // What FHIR takes here is a moment.
            recorded => remarks.extend(recorded.iter().map(|date| format!("Recorded: {}", date.as_str()))),
        }
        let after = treatments(cx, status);
        if !after.is_empty() {
            remarks.push(format!("After {after}"));
        }
        observation.note = notes(&status.note, remarks)?;
        let profile = match is_date(status.date.as_ref()) {
            true => CANCER_DISEASE_STATUS,
            false => {
                cx.wider(status.at, "mCODE's disease status has a date, and this one has a period");
                SIMPLE_OBSERVATION
            }
        };
        let mut story = Story::new("Disease status");
        story.say(status.status.label());
        story.add_some("date", status.date.as_ref().map(ToString::to_string));
        let of: Vec<&str> = status.of.iter().filter_map(|link| cx.target(link)).map(|t| t.label.as_str()).collect();
        story.add("of", &of.join(", "));
        story.add_some("recorded", status.recorded.as_ref().map(Date::as_str));
        story.add_some("status", status.result_status.map(ResultStatus::term));
        story.add("after", &after);
        story.add("evidence", &status.evidence.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
        story.add_some("criteria", status.criteria.as_ref().map(Concept::label));
        for note in &status.note {
            story.say(note);
        }
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Course, at: status.at };
        cx.place(observation, status.status.label(), story, &placement)?;
    }
    Ok(())
}

fn treatments(cx: &MapContext<'_>, status: &DiseaseStatus) -> String {
    let labels: Vec<&str> = status.after.iter().filter_map(|link| cx.target(link)).map(|t| t.label.as_str()).collect();
    labels.join(", ")
}
