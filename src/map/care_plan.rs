//! US Core `CarePlan`: a review of the treatment plan.
//!
//! | case | FHIR |
//! | --- | --- |
//! | `plan_changes.changed` | title, and the activity's code in words (no code of it could be verified) |
//! | reason | activity.detail.reasonCode |
//! | status | status; unknown unless the case says otherwise |
//! | date | period; one date is its start |
//! | recorded | created |
//! | description | description |
//! | of | addresses |
//! | identifier, note | identifier, note |
//!
//! The intent is `plan`. The activity is the review itself, so it is completed.

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Concept, Item, ItemKind, PlanChange, PlanStatus};
use crate::fhir::canonicals::CARE_PLAN;
use crate::fhir::codes::{CarePlanActivityStatus, RequestStatus as Status};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{CarePlan, CarePlanActivity, CarePlanActivityDetail};
use crate::fhir::{Built, datatypes};
use crate::terminology::Domain;

/// US Core 6.1.0, code system careplan-category.
const CATEGORY: (&str, &str, &str) =
    ("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan", "Assessment and Plan of Treatment");

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.plan_changes {
        let identity = from.identity();
        let mut plan = CarePlan::builder()
            .status(from.status.map_or(Status::Unknown, status))
            .intent("plan".to_owned())
            .subject(cx.subject()?)
            .build()?;
        plan.identifier = identifiers(cx, &from.identifier)?;
        plan.category = vec![Some(datatypes::codeable(&[CATEGORY], None)?)];
        plan.title = Some(from.label());
        plan.description.clone_from(&from.description);
        if let Some(when) = &from.date {
            plan.period = Some(datatypes::as_period(&when.time, false, &mut cx.lexicals)?);
        }
        plan.created = from.recorded.as_ref().map(|date| cx.date_time(date));
        plan.addresses = cx.links(&from.of, &[ItemKind::Cancer, ItemKind::Condition])?;
        let mut detail = CarePlanActivityDetail::builder().status(CarePlanActivityStatus::Completed).build()?;
        detail.code = Some(datatypes::concept(Vec::new(), Some(&from.label()))?);
        let domains = [Domain::Reason, Domain::AdverseEvent, Domain::Condition, Domain::Finding];
        detail.reason_code = cx.codeables(&domains, &from.reason)?;
        plan.activity = vec![Some(CarePlanActivity::builder().detail(detail).build()?)];
        plan.note = datatypes::annotations(from.note.iter().cloned())?;
        let placement =
            Placement { identity: &identity, part: "", profile: CARE_PLAN, section: Section::Plans, at: from.at };
        let story = story(cx, from);
        cx.place(plan, &from.label(), story, &placement)?;
    }
    Ok(())
}

fn status(status: PlanStatus) -> Status {
    match status {
        PlanStatus::Draft => Status::Draft,
        PlanStatus::Active => Status::Active,
        PlanStatus::OnHold => Status::OnHold,
        PlanStatus::Revoked => Status::Revoked,
        PlanStatus::Completed => Status::Completed,
        PlanStatus::EnteredInError => Status::EnteredInError,
        PlanStatus::Unknown => Status::Unknown,
    }
}

fn story(cx: &MapContext<'_>, from: &PlanChange) -> Story {
    let mut story = Story::new("Review of the treatment plan");
    story.say(&from.label());
    story.add("because of", &from.reason.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    story.add_some("date", from.date.as_ref().map(ToString::to_string));
    story.add_some("recorded", from.recorded.as_ref().map(crate::case::Date::as_str));
    story.add_some("status", from.status.map(PlanStatus::term));
    let of: Vec<&str> = from.of.iter().filter_map(|link| cx.target(link)).map(|it| it.label.as_str()).collect();
    story.add("of", &of.join(", "));
    story.add_some("plan", from.description.as_deref());
    for note in &from.note {
        story.say(note);
    }
    story
}
