//! Findings as US Core Simple Observations.
//!
//! | case | FHIR |
//! | --- | --- |
//! | findings.finding | Observation.code |
//! | absent | valueCodeableConcept absent; else present, or the value |
//! | value | value\[x\] |
//! | severity, detail, onset, ended, at_age | components; FHIR's Observation has no places for them |
//! | reference_range, method | referenceRange, method |
//! | site, side | bodySite |
//! | kind | category of observation-category |
//! | of | focus (diseases, tumours), partOf (treatments) |

use super::body_site::spoken;
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::detail::{Moment, details, tell, timed};
use super::laboratory_result::reference_range;
use super::observation::{
    absent_reason, body_site, category, component, effective, laboratory, notes, observation, result_status, value,
    worded_category,
};
use super::output::Section;
use crate::case::{Concept, Finding, FindingKind, Item, ItemKind, ResultStatus};
use crate::fhir::canonicals::SIMPLE_OBSERVATION;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{ObservationComponentValue, ObservationValue};
use crate::fhir::{Built, datatypes};
use crate::terminology::{Domain, systems};

/// SNOMED CT's words for whether a finding is there (mCODE 4.0.0, mcode-cancer-staging-prognostic-factor-value-vs).
const PRESENT: (&str, &str, &str) = (systems::SNOMED_CT, "52101004", "Present (qualifier value)");
pub(super) const ABSENT: (&str, &str, &str) = (systems::SNOMED_CT, "2667000", "Absent (qualifier value)");

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for finding in &cx.case.findings {
        let identity = finding.identity();
        let code = cx.codeable(&[Domain::Finding, Domain::Condition], &finding.finding)?;
        let mut observation = observation(cx, code)?;
        observation.identifier = identifiers(cx, &finding.identifier)?;
        observation.status = result_status(finding.status);
        observation.category = match finding.kind.and_then(category_of) {
            Some((code, display)) => category(code, display)?,
            None if finding.kind == Some(FindingKind::Measurement) && finding.specimen.is_some() => laboratory()?,
            None => worded_category(finding.kind.map_or("finding", FindingKind::term))?,
        };
        let mut remarks = Vec::new();
        let absent = finding.absent == Some(true);
        // A measurement without a value of its own has one in its details, or nobody says what it was.
        let unvalued = finding.value.is_none() && !absent && finding.kind == Some(FindingKind::Measurement);
        match &finding.value {
            Some(given) if !absent => {
                observation.value = Some(value(cx, &[Domain::MarkerResult], given, &mut remarks)?);
            }
            None if unvalued && finding.detail.is_empty() => {
                observation.data_absent_reason = absent_reason("unknown", "Unknown")?;
            }
            None if unvalued => {}
            given => {
                if let Some(given) = given {
                    remarks.push(format!("Value given beside the absence: {given}"));
                }
                let word = if absent { ABSENT } else { PRESENT };
                let text = Some(if absent { "absent" } else { "present" });
                observation.value = Some(ObservationValue::CodeableConcept(datatypes::codeable(&[word], text)?));
            }
        }
        if let Some(range) = &finding.reference_range {
            observation.reference_range = vec![Some(reference_range(cx, range)?)];
        }
        observation.method =
            cx.maybe(&[Domain::ObservationMethod, Domain::Procedure, Domain::Imaging], finding.method.as_ref())?;
        if let Some(severity) = &finding.severity {
            let code =
                datatypes::codeable(&[(systems::SNOMED_CT, "246112005", "Severity (attribute)")], Some("Severity"))?;
            let severity = ObservationComponentValue::CodeableConcept(cx.codeable(&[Domain::Severity], severity)?);
            observation.component.push(Some(component(code, severity)?));
        }
        observation.component.extend(details(cx, &finding.detail, &mut remarks)?);
        for (of, onset) in
            [(Moment::Began, &finding.onset), (Moment::Ended, &finding.ended), (Moment::Observed, &finding.at_age)]
        {
            if let Some(onset) = onset {
                observation.component.push(Some(timed(cx, of, onset)?));
            }
        }
        observation.body_site = body_site(cx, finding.site.as_ref(), finding.side.as_ref())?;
        observation.effective = effective(cx, finding.date.as_ref())?;
        observation.focus =
            cx.links(&finding.of, &[ItemKind::Cancer, ItemKind::Condition, ItemKind::Tumor, ItemKind::Volume])?;
        observation.part_of = cx.treatments(&finding.of)?;
        observation.specimen = finding.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
        observation.note = notes(&finding.note, remarks)?;
        let section = match finding.kind {
            Some(FindingKind::Pathology | FindingKind::Laboratory | FindingKind::Measurement) => Section::Results,
            _ => Section::Findings,
        };
        let story = story(cx, finding);
        let placement =
            Placement { identity: &identity, part: "", profile: SIMPLE_OBSERVATION, section, at: finding.at };
        cx.place(observation, finding.finding.label(), story, &placement)?;
    }
    Ok(())
}

/// FHIR's category of a kind of finding. Symptoms and function have none there.
fn category_of(kind: FindingKind) -> Option<(&'static str, &'static str)> {
    match kind {
        FindingKind::Exam => Some(("exam", "Exam")),
        FindingKind::Imaging => Some(("imaging", "Imaging")),
        FindingKind::Pathology | FindingKind::Laboratory => Some(("laboratory", "Laboratory")),
        FindingKind::Procedure => Some(("procedure", "Procedure")),
        FindingKind::Therapy => Some(("therapy", "Therapy")),
        FindingKind::Functional => Some(("activity", "Activity")),
        FindingKind::Symptom | FindingKind::Measurement => None,
    }
}

fn story(cx: &MapContext<'_>, finding: &Finding) -> Story {
    let mut story = Story::new("Finding");
    story.say(finding.finding.label());
    if finding.absent == Some(true) {
        story.say("absent");
    }
    story.add_some("value", finding.value.as_ref().map(ToString::to_string));
    story.add_some("severity", finding.severity.as_ref().map(Concept::label));
    tell(&mut story, &finding.detail);
    story.add_some("began", finding.onset.as_ref().map(ToString::to_string));
    story.add_some("ended", finding.ended.as_ref().map(ToString::to_string));
    story.add_some("observed", finding.at_age.as_ref().map(ToString::to_string));
    story.add_some("method", finding.method.as_ref().map(Concept::label));
    let sites: Vec<Concept> = finding.site.iter().cloned().collect();
    story.add("site", &spoken(&sites, finding.side.as_ref(), &[]));
    story.add_some("status", finding.status.map(ResultStatus::term));
    story.add_some("date", finding.date.as_ref().map(ToString::to_string));
    story.add_some("found on", finding.kind.map(FindingKind::term));
    let of: Vec<&str> = finding.of.iter().filter_map(|link| cx.target(link)).map(|t| t.label.as_str()).collect();
    story.add("concerns", &of.join(", "));
    for note in &finding.note {
        story.say(note);
    }
    story
}
