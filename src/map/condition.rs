//! Conditions beside the cancer, as US Core Condition Problems and Health Concerns, and mCODE Comorbidities over them.
//!
//! | case | FHIR |
//! | --- | --- |
//! | conditions.condition | Condition.code |
//! | absent | verificationStatus refuted |
//! | severity, status, certainty | severity, clinicalStatus (none of what was entered by mistake: con-5), verificationStatus |
//! | category | category; problem-list-item unless the case says otherwise, and beside encounter-diagnosis |
//! | identifier | identifier |
//! | onset, ended, diagnosed | onset\[x\], abatement\[x\], extension condition-assertedDate |
//! | stage | stage.summary |
//! | due_to | extension condition-dueTo |
//! | kind: comorbidity | one Observation Comorbidities that names them, present and absent ones |

use super::body_site::{body_sites, spoken};
use super::cancer_condition::{abatement, categories, clinical_status, onset, verification_status};
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{nowhere, observation, worded_category};
use super::output::Section;
use crate::case::{self, Certainty, ClinicalStatus, Concept, ConditionKind, Item};
use crate::fhir::canonicals::{COMORBIDITIES, CONDITION_PROBLEMS};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Condition, ConditionStage};
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.conditions {
        let identity = from.identity();
        let mut condition = Condition::builder().subject(cx.subject()?).build()?;
        condition.identifier = identifiers(cx, &from.identifier)?;
        condition.category = categories(&from.category)?;
        condition.code =
            Some(cx.codeable(&[Domain::Condition, Domain::AdverseEvent, Domain::Finding], &from.condition)?);
        condition.severity = cx.maybe(&[Domain::Severity], from.severity.as_ref())?;
        let absent = from.absent == Some(true);
        condition.clinical_status = clinical_status(from.status, from.ended.is_some(), from.certainty)?;
        condition.verification_status =
            verification_status(if absent { Some(Certainty::Refuted) } else { from.certainty })?;
        condition.onset = onset(cx, from.onset.as_ref())?;
        condition.abatement = abatement(cx, from.ended.as_ref())?;
        if let Some(date) = &from.diagnosed {
            let date = cx.date_time(date);
            condition.extension.push(extensions::asserted_date(date)?);
        }
        for link in &from.due_to {
            let planned = cx.target(link).is_some_and(|target| target.resource_type == ResourceType::MedicationRequest);
            if let Some(cause) = cx.link(link)?.filter(|_| !planned) {
                condition.extension.push(extensions::due_to(cause)?);
            }
        }
        condition.body_site = body_sites(cx, &from.site, from.side.as_ref(), &[])?;
        for stage in &from.stage {
            let summary = cx.codeable(&[Domain::CancerStageValue], stage)?;
            condition.stage.push(Some(ConditionStage::builder().summary(summary).build()?));
        }
        condition.note = datatypes::annotations(from.note.iter().cloned())?;
        let profile = CONDITION_PROBLEMS;
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Problems, at: from.at };
        cx.place(condition, from.condition.label(), story(cx, from), &placement)?;
    }
    comorbidities(cx)
}

fn comorbidities(cx: &mut MapContext<'_>) -> Built<()> {
    let case = cx.case;
    let list: Vec<&case::Condition> =
        case.conditions.iter().filter(|condition| condition.kind == Some(ConditionKind::Comorbidity)).collect();
    if list.is_empty() {
        return Ok(());
    }
    let code = datatypes::codeable(&[(systems::SNOMED_CT, "398192003", "")], Some("Comorbidities"))?;
    let mut observation = observation(cx, code)?;
    observation.category = worded_category("comorbidities")?;
    let mut story = Story::new("Comorbidities");
    for condition in list {
        let label = condition.condition.label();
        let doubtful = [Certainty::Unconfirmed, Certainty::Provisional, Certainty::Differential];
        if condition.certainty.is_some_and(|certainty| doubtful.contains(&certainty)) {
            // Neither present nor absent: its Condition says how sure it is.
            continue;
        }
        if condition.absent == Some(true) || condition.certainty == Some(Certainty::Refuted) {
            let absent = cx.codeable(&[Domain::Condition, Domain::Finding], &condition.condition)?;
            observation.extension.push(extensions::related_condition_absent(absent)?);
            story.say(&format!("no {label}"));
        } else {
            let id = cx.id(ResourceType::Condition, &condition.identity(), "");
            let present = cx.refer(ResourceType::Condition, id, Some(label))?;
            observation.extension.push(extensions::related_condition(present)?);
            story.say(label);
        }
    }
    let placement = Placement {
        identity: "comorbidities",
        part: "",
        profile: COMORBIDITIES,
        section: Section::Problems,
        at: nowhere(),
    };
    cx.place(observation, "Comorbidities", story, &placement)?;
    Ok(())
}

fn story(cx: &MapContext<'_>, from: &case::Condition) -> Story {
    let mut story = Story::new("Condition");
    story.say(from.condition.label());
    if from.absent == Some(true) {
        story.say("absent");
    }
    story.add_some("is a", from.kind.map(ConditionKind::term));
    story.add("category", &from.category.iter().map(|it| it.term()).collect::<Vec<_>>().join(", "));
    story.add_some("severity", from.severity.as_ref().map(Concept::label));
    story.add_some("status", from.status.map(ClinicalStatus::term));
    story.add_some("certainty", from.certainty.map(Certainty::term));
    story.add("site", &spoken(&from.site, from.side.as_ref(), &[]));
    story.add_some("onset", from.onset.as_ref().map(ToString::to_string));
    story.add_some("diagnosed", from.diagnosed.as_ref().map(case::Date::as_str));
    story.add_some("ended", from.ended.as_ref().map(ToString::to_string));
    story.add("stage", &from.stage.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    let causes: Vec<&str> = from.due_to.iter().filter_map(|link| cx.target(link)).map(|t| t.label.as_str()).collect();
    story.add("due to", &causes.join(", "));
    for note in &from.note {
        story.say(note);
    }
    story
}
