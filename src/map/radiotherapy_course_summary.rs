//! mCODE Radiotherapy Course Summary (← US Core Procedure).
//!
//! | case | FHIR |
//! | --- | --- |
//! | radiotherapy.modality, technique | extension modality-and-technique; what is not in mCODE's value sets is `UNC` with the case's words |
//! | sessions | extension mcode-radiotherapy-sessions |
//! | volume.dose, fractions | extension dose-delivered-to-volume, in cGy, exactly |
//! | date | performedPeriod (the profile takes a period only) |
//! | status, reason, of, intent, place, outcome, note | as in `procedure.rs` |
//! | radionuclide | usedCode |
//! | `activity_per_session` | Observation partOf the course; a range stays a range |
//!
//! A course that was not done, and one stopped for a reason that mCODE's list of termination reasons does not hold, is a
//! US Core Procedure: the profile's invariants (termination-reason-invariant) refuse it.

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{amount, category, effective, notes, observation};
use super::output::Section;
use super::procedure::{intent, reasons, status, targets, tell_status};
use super::radiotherapy_modality::modality_and_technique;
use super::termination;
use crate::case::{Amount, Concept, Done, Intent, Item, ItemKind, Radiotherapy, Volume};
use crate::fhir::canonicals::{PROCEDURE, RADIOTHERAPY_COURSE_SUMMARY, SIMPLE_OBSERVATION};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Procedure, ProcedurePerformed};
use crate::fhir::types::{Extension, Period};
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for course in &cx.case.radiotherapy {
        let identity = course.identity();
        let mut procedure =
            Procedure::builder().status(status(course.status, course.date.as_ref())).subject(cx.subject()?).build()?;
        procedure.identifier = identifiers(cx, &course.identifier)?;
        let code = [(systems::SNOMED_CT, "1217123003", "")];
        procedure.code = Some(datatypes::codeable(&code, Some(&course.label()))?);
        procedure.extension = extensions_of(cx, course, &identity)?;
        procedure.performed = performed(cx, course)?;
        let mut remarks = Vec::new();
        let (status_reason, reason_code) = reasons(cx, &course.reason, course.status, &mut remarks)?;
        procedure.status_reason = status_reason;
        procedure.reason_code = reason_code;
        procedure.reason_reference = cx.links(&course.of, &[ItemKind::Cancer, ItemKind::Condition])?;
        // A course without a place of its own is where its volumes are.
        let mut sites: Vec<&Concept> = course.site.iter().collect();
        if sites.is_empty() {
            for site in course.volume.iter().filter_map(|volume| volume.site.as_ref()) {
                if !sites.contains(&site) {
                    sites.push(site);
                }
            }
        }
        procedure.body_site = cx.codeables(&[Domain::RadiotherapySite, Domain::BodySite], sites)?;
        // What was not done used nothing; the nuclide then stands in the name of the course.
        let used = course.radionuclide.as_ref().filter(|_| course.status != Some(Done::NotDone));
        procedure.used_code = cx.codeables(&[Domain::Radionuclide], used)?;
        if let Some(place) = &course.place {
            procedure.location = Some(datatypes::reference(None, Some(place))?);
        }
        let mut outcomes = course.outcome.iter();
        procedure.outcome = cx.maybe(&[Domain::DiseaseStatus, Domain::Finding], outcomes.next())?;
        remarks.extend(outcomes.map(|outcome| format!("Outcome: {}", outcome.label())));
        remarks.extend(unconverted_doses(course));
        remarks.extend(plan(course));
        procedure.note = notes(&course.note, remarks)?;
        let profile = profile(cx, course, &procedure);
        let story = story(cx, course);
        let placement =
            Placement { identity: &identity, part: "", profile, section: Section::Radiotherapy, at: course.at };
        let id = cx.place(procedure, &course.label(), story, &placement)?;
        activity(cx, course, &identity, id)?;
    }
    Ok(())
}

fn profile(cx: &mut MapContext<'_>, course: &Radiotherapy, procedure: &Procedure) -> &'static str {
    let refused = match course.status {
        Some(Done::NotDone) => Some("mCODE's course summary tells of courses that were begun, and this one was not"),
        status => termination::refused(status, procedure.status_reason.as_slice()),
    };
    match refused {
        Some(why) => {
            cx.wider(course.at, why);
            PROCEDURE
        }
        None => RADIOTHERAPY_COURSE_SUMMARY,
    }
}

fn extensions_of(cx: &mut MapContext<'_>, course: &Radiotherapy, identity: &str) -> Built<Vec<Extension>> {
    let mut list = Vec::new();
    list.extend(intent(course.intent)?);
    list.extend(modality_and_technique(cx, course)?);
    let given = course.status != Some(Done::Planned);
    if let Some(sessions) = course.sessions.filter(|_| given) {
        list.push(extensions::radiotherapy_sessions(sessions)?);
    }
    for volume in course.volume.iter().filter(|_| given) {
        let id = cx.id(ResourceType::BodyStructure, &volume.identity_in(identity), "");
        let reference = cx.refer(ResourceType::BodyStructure, id, Some(&volume.name))?;
        let dose = match &volume.dose {
            Some(dose) => match centigray(volume) {
                Some(value) => {
                    let mut quantity = datatypes::quantity(&value, Some("cGy"), Some("cGy"), &mut cx.lexicals)?;
                    quantity.unit = Some("cGy".to_owned());
                    Some(quantity)
                }
                None => {
                    // Only a number with an exponent cannot be shifted; its words stand in the remarks.
                    cx.wider(dose.at, "the dose cannot be written in cGy digit by digit; it stands in a remark");
                    None
                }
            },
            None => None,
        };
        list.push(extensions::dose_delivered_to_volume(reference, dose, volume.fractions)?);
    }
    list.extend(targets(cx, &course.of)?);
    Ok(list)
}

/// The dose in cGy, exactly: 45 Gy is 4500 cGy.
fn centigray(volume: &Volume) -> Option<crate::case::Decimal> {
    let dose = volume.dose.as_ref()?;
    let Amount::Exact(value) = &dose.amount else { return None };
    match dose.unit.as_deref() {
        Some("cGy") => Some(value.clone()),
        Some("Gy") => value.shift(2),
        _ => None,
    }
}

fn unconverted_doses(course: &Radiotherapy) -> Vec<String> {
    let told = |volume: &Volume| {
        let dose = volume.dose.as_ref()?;
        let words = format!("Dose to {}: {dose}", volume.name);
        (centigray(volume).is_none() || dose.approximate || dose.unit.as_deref() == Some("Gy")).then_some(words)
    };
    course.volume.iter().filter_map(told).collect()
}

/// What is planned, in words: the profile's elements tell of what was delivered.
fn plan(course: &Radiotherapy) -> Vec<String> {
    if course.status != Some(Done::Planned) {
        return Vec::new();
    }
    let mut words: Vec<String> =
        course.sessions.iter().map(|sessions| format!("Planned: {sessions} sessions")).collect();
    words.extend(course.activity_per_session.iter().map(|activity| format!("Planned: {activity} per session")));
    for volume in &course.volume {
        let dose = volume.dose.as_ref().map(|dose| format!(", {dose}")).unwrap_or_default();
        let fractions = volume.fractions.map(|count| format!(", {count} fractions")).unwrap_or_default();
        words.push(format!("Planned volume {}{dose}{fractions}", volume.name));
    }
    words
}

fn performed(cx: &mut MapContext<'_>, course: &Radiotherapy) -> Built<Option<ProcedurePerformed>> {
    Ok(match &course.date {
        // Not done, and so no course summary: the date needs no period.
        Some(when) if course.status == Some(Done::NotDone) => {
            cx.time(Some(when), ProcedurePerformed::DateTime, ProcedurePerformed::Period)?
        }
        Some(when) => {
            let ended = matches!(course.status, None | Some(Done::Completed));
            let period = datatypes::as_period(&when.time, ended, &mut cx.lexicals)?;
            Some(ProcedurePerformed::Period(period))
        }
        None if matches!(course.status, None | Some(Done::Completed | Done::InProgress)) => {
            let unknown = Period::builder().extension(vec![extensions::absent("unknown")?]).build()?;
            Some(ProcedurePerformed::Period(unknown))
        }
        None => None,
    })
}

/// The activity given in a session, which the course has no place for.
fn activity(cx: &mut MapContext<'_>, course: &Radiotherapy, identity: &str, id: uuid::Uuid) -> Built<()> {
    let delivered = course.activity_per_session.as_ref().filter(|_| course.status != Some(Done::Planned));
    let Some(quantity) = delivered else { return Ok(()) };
    let words = "Radiopharmaceutical activity administered per session";
    let mut observation = observation(cx, datatypes::concept(Vec::new(), Some(words))?)?;
    observation.category = category("therapy", "Therapy")?;
    let mut remarks = Vec::new();
    observation.value = Some(amount(cx, quantity, &mut remarks)?);
    observation.effective = effective(cx, course.date.as_ref())?;
    observation.part_of = vec![Some(cx.refer(ResourceType::Procedure, id, Some(&course.label()))?)];
    observation.focus = cx.links(&course.of, &[ItemKind::Cancer])?;
    observation.note = notes(&[], remarks)?;
    let mut story = Story::new(words);
    story.say(&quantity.to_string());
    story.add("in", &course.label());
    let placement = Placement {
        identity,
        part: "activity",
        profile: SIMPLE_OBSERVATION,
        section: Section::Radiotherapy,
        at: quantity.at,
    };
    cx.place(observation, words, story, &placement)?;
    Ok(())
}

fn story(cx: &MapContext<'_>, course: &Radiotherapy) -> Story {
    let mut story = Story::new("Radiotherapy course");
    story.say(&course.label());
    tell_status(&mut story, course.status, &course.reason);
    story.add_some("date", course.date.as_ref().map(ToString::to_string));
    story.add_some("modality", course.modality.as_ref().map(Concept::label));
    story.add("technique", &course.technique.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    story.add_some("radionuclide", course.radionuclide.as_ref().map(Concept::label));
    story.add_some("activity per session", course.activity_per_session.as_ref().map(ToString::to_string));
    story.add_some("sessions", course.sessions.map(|sessions| sessions.to_string()));
    story.add("site", &course.site.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    for volume in &course.volume {
        let dose = volume.dose.as_ref().map(ToString::to_string).unwrap_or_default();
        let fractions = volume.fractions.map(|count| format!("{count} fractions")).unwrap_or_default();
        let words: Vec<&str> =
            [dose.as_str(), fractions.as_str()].into_iter().filter(|word| !word.is_empty()).collect();
        story.add(&volume.name, &words.join(" in "));
    }
    let of: Vec<&str> =
        course.of.iter().filter_map(|link| cx.target(link)).map(|target| target.label.as_str()).collect();
    story.add("of", &of.join(", "));
    story.add_some("intent", course.intent.map(Intent::term));
    story.add_some("place", course.place.as_deref());
    story.add("outcome", &course.outcome.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    for note in &course.note {
        story.say(note);
    }
    story
}
