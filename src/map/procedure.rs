//! Procedures that are no cancer operations, on US Core Procedure; and what all procedures have in common.
//!
//! | case | FHIR |
//! | --- | --- |
//! | procedures.procedure | Procedure.code |
//! | kind | category |
//! | status | status; completed unless the case says otherwise |
//! | reason | not done or stopped: statusReason, else reasonCode |
//! | date, at_age | performed\[x\]; none: data-absent-reason where US Core demands one (us-core-7) |
//! | site, side, site_qualifier | bodySite |
//! | of | reasonReference (diseases), extension procedure-targetBodyStructure (tumours) |
//! | place, performer | location and performer.actor by name |
//! | outcome, complication | outcome, complication |
//! | nodes_examined, nodes_positive | Observations LOINC 21894-1 and 21893-3, partOf the procedure |

use super::body_site::{body_sites, spelled, spoken};
use super::cancer_condition::{age, ages};
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{dated, laboratory, observation};
use super::output::Section;
use crate::case::{self, Concept, Done, Intent, Item, ItemKind, Link, Onset, ProcedureKind, When};
use crate::fhir::canonicals::{OBSERVATION_LAB, PROCEDURE};
use crate::fhir::codes::EventStatus;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{
    ObservationEffective, ObservationValue, Procedure, ProcedurePerformed, ProcedurePerformer,
};
use crate::fhir::types::{CodeableConcept, Extension, Period};
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.procedures {
        if from.kind == ProcedureKind::Surgery {
            continue;
        }
        let domains: &[Domain] = match from.kind {
            ProcedureKind::Biopsy => &[Domain::Biopsy, Domain::Surgery],
            ProcedureKind::Imaging => &[Domain::Imaging],
            ProcedureKind::Surgery | ProcedureKind::Board | ProcedureKind::Systemic | ProcedureKind::Other => {
                &[Domain::Procedure, Domain::Biopsy, Domain::Imaging]
            }
        };
        let procedure = procedure(cx, from, domains)?;
        place(cx, from, procedure, "Procedure", PROCEDURE)?;
    }
    Ok(())
}

/// The resource of a procedure.
pub(super) fn procedure(cx: &mut MapContext<'_>, from: &case::Procedure, domains: &[Domain]) -> Built<Procedure> {
    let mut procedure =
        Procedure::builder().status(status(from.status, from.date.as_ref())).subject(cx.subject()?).build()?;
    procedure.identifier = identifiers(cx, &from.identifier)?;
    procedure.code = Some(cx.codeable(domains, &from.procedure)?);
    procedure.category = Some(category(from.kind)?);
    procedure.performed = match (&from.date, &from.at_age) {
        (None, Some(age)) => aged(cx, age)?,
        (date, _) => performed(cx, date.as_ref(), from.status)?,
    };
    procedure.body_site = body_sites(cx, &from.site, from.side.as_ref(), &from.site_qualifier)?;
    let mut remarks = Vec::new();
    let (status_reason, reason_code) = reasons(cx, &from.reason, from.status, &mut remarks)?;
    procedure.status_reason = status_reason;
    procedure.reason_code = reason_code;
    procedure.reason_reference = cx.links(&from.of, &[ItemKind::Cancer, ItemKind::Condition])?;
    procedure.extension = targets(cx, &from.of)?;
    procedure.extension.extend(intent(from.intent)?);
    if let Some(place) = &from.place {
        procedure.location = Some(datatypes::reference(None, Some(place))?);
    }
    for performer in &from.performer {
        let actor = datatypes::reference(None, Some(performer))?;
        procedure.performer.push(Some(ProcedurePerformer::builder().actor(actor).build()?));
    }
    let domains: &[Domain] = match from.kind {
        ProcedureKind::Surgery | ProcedureKind::Systemic => &[Domain::DiseaseStatus, Domain::Finding],
        _ => &[Domain::Finding, Domain::Cancer],
    };
    let mut outcomes = from.outcome.iter();
    procedure.outcome = cx.maybe(domains, outcomes.next())?;
    // FHIR has one outcome; what the case says beyond the first is a remark.
    remarks.extend(outcomes.map(|outcome| format!("Outcome: {}", outcome.label())));
    procedure.complication =
        cx.codeables(&[Domain::Condition, Domain::AdverseEvent, Domain::Finding], &from.complication)?;
    procedure.note = datatypes::annotations(from.note.iter().cloned().chain(remarks))?;
    Ok(procedure)
}

/// FHIR's category of a kind (R4, value set procedure-category); words where it has none.
fn category(kind: ProcedureKind) -> Built<CodeableConcept> {
    let (code, words) = match kind {
        ProcedureKind::Surgery => (Some(("387713003", "Surgical procedure")), "surgery"),
        ProcedureKind::Biopsy => (Some(("103693007", "Diagnostic procedure")), "biopsy"),
        ProcedureKind::Imaging => (Some(("363679005", "Imaging")), "imaging"),
        ProcedureKind::Board => (None, "multidisciplinary evaluation"),
        ProcedureKind::Systemic => (None, "systemic treatment"),
        ProcedureKind::Other => (None, "other procedure"),
    };
    let codes: Vec<_> = code.into_iter().map(|(code, display)| (systems::SNOMED_CT, code, display)).collect();
    datatypes::codeable(&codes, Some(words))
}

/// Puts a procedure and the counts of its nodes among the output.
pub(super) fn place(
    cx: &mut MapContext<'_>,
    from: &case::Procedure,
    procedure: Procedure,
    title: &str,
    profile: &'static str,
) -> Built<()> {
    let identity = from.identity();
    let story = story(cx, title, from);
    let placement = Placement { identity: &identity, part: "", profile, section: Section::Procedures, at: from.at };
    let id = cx.place(procedure, from.procedure.label(), story, &placement)?;
    let counts = [
        ("nodes-positive", "21893-3", "Regional lymph nodes positive", from.nodes_positive),
        ("nodes-examined", "21894-1", "Regional lymph nodes examined", from.nodes_examined),
    ];
    for (part, code, words, count) in counts {
        let Some(count) = count else { continue };
        let code = datatypes::codeable(&[(systems::LOINC, code, "")], Some(words))?;
        let mut observation = observation(cx, code)?;
        observation.category = laboratory()?;
        observation.value = Some(ObservationValue::Integer(i32::try_from(count).unwrap_or(i32::MAX)));
        let when = (ObservationEffective::DateTime, ObservationEffective::Period);
        observation.effective = cx.time(from.date.as_ref(), when.0, when.1)?;
        observation.part_of = vec![Some(cx.refer(ResourceType::Procedure, id, Some(from.procedure.label()))?)];
        observation.focus = cx.links(&from.of, &[ItemKind::Cancer])?;
        let mut story = Story::new(words);
        story.say(&count.to_string());
        story.add("on", from.procedure.label());
        story.add_some("date", from.date.as_ref().map(ToString::to_string));
        let profile = dated(cx, OBSERVATION_LAB, from.date.as_ref(), from.at);
        let placement = Placement { identity: &identity, part, profile, section: Section::Results, at: from.at };
        cx.place(observation, words, story, &placement)?;
    }
    Ok(())
}

/// FHIR's status; done unless the case says otherwise, and going on where its period is open.
pub(super) fn status(done: Option<Done>, date: Option<&When>) -> EventStatus {
    match done {
        None if date.is_some_and(When::is_open) => EventStatus::InProgress,
        Some(Done::Completed) | None => EventStatus::Completed,
        Some(Done::InProgress) => EventStatus::InProgress,
        Some(Done::NotDone) => EventStatus::NotDone,
        Some(Done::Stopped) => EventStatus::Stopped,
        Some(Done::OnHold) => EventStatus::OnHold,
        Some(Done::Planned) => EventStatus::Preparation,
        Some(Done::EnteredInError) => EventStatus::EnteredInError,
        Some(Done::Unknown) => EventStatus::Unknown,
    }
}

/// Whether the reasons given are reasons for the status rather than for the treatment.
pub(super) fn explains_status(done: Option<Done>) -> bool {
    matches!(done, Some(Done::NotDone | Done::Stopped | Done::OnHold))
}

/// The reasons: the first one for the status and the others as remarks, or those for which it was done.
pub(super) fn reasons(
    cx: &mut MapContext<'_>,
    reasons: &[Concept],
    done: Option<Done>,
    remarks: &mut Vec<String>,
) -> Built<(Option<CodeableConcept>, Vec<Option<CodeableConcept>>)> {
    if !explains_status(done) {
        return Ok((None, cx.codeables(&[Domain::Cancer, Domain::Condition, Domain::Finding], reasons)?));
    }
    let mut all =
        cx.codeables(&[Domain::Reason, Domain::Condition, Domain::AdverseEvent], reasons)?.into_iter().flatten();
    let first = all.next();
    // FHIR has one reason for a status. Codings of one concept would pass for synonyms, so the others are remarks.
    remarks.extend(all.map(|reason| {
        let codes: Vec<&str> = reason.coding.iter().flatten().filter_map(|coding| coding.code.as_deref()).collect();
        let words = reason.text.as_deref().unwrap_or_default();
        format!("Reason: {words} {}", codes.join(", ")).trim_end().to_owned()
    }));
    Ok((first, Vec::new()))
}

/// When it was done. US Core demands a time of what was done; where the case has none, it is said to be unknown.
pub(super) fn performed(
    cx: &mut MapContext<'_>,
    date: Option<&When>,
    done: Option<Done>,
) -> Built<Option<ProcedurePerformed>> {
    let performed = cx.time(date, ProcedurePerformed::DateTime, ProcedurePerformed::Period)?;
    if performed.is_some() || !matches!(done, None | Some(Done::Completed | Done::InProgress)) {
        return Ok(performed);
    }
    let unknown = Period::builder().extension(vec![extensions::absent("unknown")?]).build()?;
    Ok(Some(ProcedurePerformed::Period(unknown)))
}

/// When it was done, by the patient's age.
fn aged(cx: &mut MapContext<'_>, at: &Onset) -> Built<Option<ProcedurePerformed>> {
    Ok(match at {
        Onset::When(when) => cx.time(Some(when), ProcedurePerformed::DateTime, ProcedurePerformed::Period)?,
        Onset::Age(at) => Some(ProcedurePerformed::Age(age(cx, at)?)),
        Onset::Ages(low, high) => Some(ProcedurePerformed::Range(ages(cx, low, high)?)),
        Onset::Concept(concept) => Some(ProcedurePerformed::String(spelled(concept))),
        Onset::Text(text) => Some(ProcedurePerformed::String(text.clone())),
    })
}

/// The tumours that links lead to, as targets of a procedure.
pub(super) fn targets(cx: &MapContext<'_>, links: &[Link]) -> Built<Vec<Extension>> {
    let tumors = cx.links(links, &[ItemKind::Tumor])?;
    tumors.into_iter().flatten().map(extensions::target_body_structure).collect()
}

/// What a treatment is for (mCODE 4.0.0, value set mcode-procedure-intent-vs).
pub(super) fn intent(intent: Option<Intent>) -> Built<Option<Extension>> {
    let (code, display) = match intent {
        None => return Ok(None),
        Some(Intent::Curative) => ("373808002", "Curative - procedure intent"),
        Some(Intent::Palliative) => ("363676003", "Palliative - procedure intent"),
        Some(Intent::Supportive) => ("399707004", "Supportive - procedure intent"),
        Some(Intent::Diagnostic) => ("261004008", "Diagnostic intent"),
        Some(Intent::Preventive) => ("129428001", "Preventive - intent"),
    };
    let concept = datatypes::codeable(&[(systems::SNOMED_CT, code, display)], None)?;
    extensions::procedure_intent(concept).map(Some)
}

/// A narrative's words on whether it was done and why.
pub(super) fn tell_status(story: &mut Story, done: Option<Done>, reasons: &[Concept]) {
    if let Some(done) = done {
        story.say(done.term());
    }
    let label = if explains_status(done) { "because" } else { "for" };
    story.add(label, &reasons.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
}

fn story(cx: &MapContext<'_>, title: &str, from: &case::Procedure) -> Story {
    let mut story = Story::new(title);
    story.say(from.procedure.label());
    tell_status(&mut story, from.status, &from.reason);
    story.add_some("date", from.date.as_ref().map(ToString::to_string));
    story.add_some("date", from.at_age.as_ref().map(ToString::to_string));
    story.add("site", &spoken(&from.site, from.side.as_ref(), &from.site_qualifier));
    let of: Vec<&str> = from.of.iter().filter_map(|link| cx.target(link)).map(|target| target.label.as_str()).collect();
    story.add("of", &of.join(", "));
    story.add_some("intent", from.intent.map(Intent::term));
    story.add_some("place", from.place.as_deref());
    story.add("by", &from.performer.join(", "));
    story.add("outcome", &from.outcome.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    story.add("complications", &from.complication.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    story.add_some("nodes examined", from.nodes_examined.map(|count| count.to_string()));
    story.add_some("nodes positive", from.nodes_positive.map(|count| count.to_string()));
    for note in &from.note {
        story.say(note);
    }
    story
}
