//! FHIR R4 Appointment.
//!
//! | case | FHIR |
//! | --- | --- |
//! | appointments.status | status |
//! | start, end | start, end where they are moments; else requestedPeriod, and data-absent-reason where app-3 demands a moment |
//! | `service_category`, service | serviceCategory, serviceType |
//! | kind, specialty | appointmentType, specialty |
//! | `cancellation_reason` | cancelationReason where it was called off; else comment (R4, app-4) |
//! | reason, of | reasonCode, reasonReference |
//! | description, note | description, comment |
//! | place, performer | participant by name |
//! | identifier | identifier |
//!
//! The patient takes part. A participant has a status of its own: accepted where a time was agreed on, else needs-action, as the case
//! tells of no refusal.

use super::body_site::tokens;
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::encounter::REASONS;
use super::output::Section;
use crate::case::{self, AppointmentStatus, Concept, Date, Item};
use crate::fhir::canonicals::APPOINTMENT;
use crate::fhir::codes::{AppointmentStatus as Status, ParticipationStatus};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Appointment, AppointmentParticipant};
use crate::fhir::types::{CodeableConcept, Reference};
use crate::fhir::{Built, TypedInstant, datatypes, extensions};
use crate::terminology::Domain;

/// HL7 Terminology 7.0.1, code system v2-0276: the case's words, the code, its display.
const KINDS: &[(&[&str], &str, &str)] = &[
    (&["routine"], "ROUTINE", "Routine appointment - default if not valued"),
    (&["walk-in", "walk in"], "WALKIN", "A previously unscheduled walk-in visit"),
    (&["check-up", "check up"], "CHECKUP", "A routine check-up, such as an annual physical"),
    (&["follow-up", "follow up"], "FOLLOWUP", "A follow up visit from a previous appointment"),
    (&["emergency"], "EMERGENCY", "Emergency appointment"),
];

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.appointments {
        let identity = from.identity();
        let mut comments: Vec<String> = from.note.iter().cloned().collect();
        let participant = participants(cx, from)?;
        let mut appointment = Appointment::builder().status(status(from.status)).participant(participant).build()?;
        appointment.identifier = identifiers(cx, &from.identifier)?;
        appointment.service_category = cx.codeables(&[], &from.service_category)?;
        appointment.service_type = cx.codeables(&[], &from.service)?;
        appointment.specialty = cx.codeables(&[], &from.specialty)?;
        appointment.appointment_type = from.kind.as_ref().map(|given| kind(cx, given)).transpose()?;
        appointment.reason_code = cx.codeables(&[Domain::Cancer, Domain::Condition, Domain::Finding], &from.reason)?;
        appointment.reason_reference = cx.links(&from.of, REASONS)?;
        appointment.description.clone_from(&from.description);
        if let Some(reason) = &from.cancellation_reason {
            match from.status {
                AppointmentStatus::Cancelled => {
                    appointment.cancelation_reason = Some(cx.codeable(&[Domain::Reason], reason)?);
                }
                _ => comments.push(format!("Reason: {}", tokens(reason))),
            }
        }
        schedule(cx, from, &mut appointment)?;
        appointment.comment = (!comments.is_empty()).then(|| comments.join("\n"));
        let story = story(cx, from, &comments);
        let placement = Placement {
            identity: &identity,
            part: "",
            profile: APPOINTMENT,
            section: Section::Encounters,
            at: from.at,
        };
        cx.place(appointment, &from.label(), story, &placement)?;
    }
    Ok(())
}

/// FHIR R4, Appointment: start and end are instants, both or neither (app-2), and both unless no time is agreed on (app-3).
fn schedule(cx: &mut MapContext<'_>, from: &case::Appointment, appointment: &mut Appointment) -> Built<()> {
    let moment = |date: &Option<Date>, cx: &mut MapContext<'_>| -> Option<TypedInstant> {
        let date = date.as_ref().filter(|date| date.is_moment())?;
        Some(datatypes::instant(date.as_str(), &mut cx.lexicals))
    };
    appointment.start = moment(&from.start, cx);
    appointment.end = moment(&from.end, cx);
    let is_told = |date: &Option<Date>, typed: &Option<TypedInstant>| date.is_none() || typed.is_some();
    if !is_told(&from.start, &appointment.start) || !is_told(&from.end, &appointment.end) {
        let period = datatypes::period(from.start.as_ref(), from.end.as_ref(), &mut cx.lexicals)?;
        appointment.requested_period = vec![Some(period)];
    }
    let is_open =
        matches!(from.status, AppointmentStatus::Proposed | AppointmentStatus::Cancelled | AppointmentStatus::Waitlist);
    if is_open && appointment.start.is_none() && appointment.end.is_none() {
        return Ok(());
    }
    if appointment.start.is_none() {
        appointment.start_ext = Some(extensions::absent_field("unknown")?);
    }
    if appointment.end.is_none() {
        appointment.end_ext = Some(extensions::absent_field("unknown")?);
    }
    Ok(())
}

fn participants(cx: &MapContext<'_>, from: &case::Appointment) -> Built<Vec<Option<AppointmentParticipant>>> {
    let status = match from.status {
        AppointmentStatus::Booked
        | AppointmentStatus::Arrived
        | AppointmentStatus::Fulfilled
        | AppointmentStatus::NoShow
        | AppointmentStatus::CheckedIn => ParticipationStatus::Accepted,
        AppointmentStatus::Proposed
        | AppointmentStatus::Pending
        | AppointmentStatus::Cancelled
        | AppointmentStatus::EnteredInError
        | AppointmentStatus::Waitlist => ParticipationStatus::NeedsAction,
    };
    let participant = |actor: Reference| -> Built<Option<AppointmentParticipant>> {
        AppointmentParticipant::builder().actor(actor).status(status).build().map(Some)
    };
    let mut list = vec![participant(cx.subject()?)?];
    for performer in &from.performer {
        list.push(participant(datatypes::reference(None, Some(performer))?)?);
    }
    if let Some(place) = &from.place {
        let mut actor = datatypes::reference(None, Some(place))?;
        actor.r#type = Some("Location".to_owned());
        list.push(participant(actor)?);
    }
    Ok(list)
}

/// The kind of appointment, with HL7's code for its words.
fn kind(cx: &mut MapContext<'_>, given: &Concept) -> Built<CodeableConcept> {
    let words = given.label().trim().to_lowercase();
    let row = KINDS.iter().find(|row| row.0.contains(&words.as_str()) || row.1.to_lowercase() == words);
    match row {
        Some((_, code, display)) if given.codings.is_empty() => {
            let system = "http://terminology.hl7.org/CodeSystem/v2-0276";
            datatypes::codeable(&[(system, code, display)], given.text.as_deref())
        }
        _ => cx.codeable(&[], given),
    }
}

fn status(status: AppointmentStatus) -> Status {
    match status {
        AppointmentStatus::Proposed => Status::Proposed,
        AppointmentStatus::Pending => Status::Pending,
        AppointmentStatus::Booked => Status::Booked,
        AppointmentStatus::Arrived => Status::Arrived,
        AppointmentStatus::Fulfilled => Status::Fulfilled,
        AppointmentStatus::Cancelled => Status::Cancelled,
        AppointmentStatus::NoShow => Status::Noshow,
        AppointmentStatus::EnteredInError => Status::EnteredInError,
        AppointmentStatus::CheckedIn => Status::CheckedIn,
        AppointmentStatus::Waitlist => Status::Waitlist,
    }
}

fn story(cx: &MapContext<'_>, from: &case::Appointment, comments: &[String]) -> Story {
    let list = |concepts: &[Concept]| concepts.iter().map(Concept::label).collect::<Vec<_>>().join(", ");
    let mut story = Story::new("Appointment");
    story.say(&from.label());
    story.add("status", from.status.term());
    story.add_some("from", from.start.as_ref().map(Date::as_str));
    story.add_some("to", from.end.as_ref().map(Date::as_str));
    story.add("service", &list(&from.service));
    story.add("of the kind", &list(&from.service_category));
    story.add_some("kind", from.kind.as_ref().map(Concept::label));
    story.add("specialty", &list(&from.specialty));
    story.add_some("called off because", from.cancellation_reason.as_ref().map(Concept::label));
    story.add("for", &list(&from.reason));
    let of: Vec<&str> = from.of.iter().filter_map(|link| cx.target(link)).map(|it| it.label.as_str()).collect();
    story.add("for", &of.join(", "));
    story.add("with", &from.performer.join(", "));
    story.add_some("place", from.place.as_deref());
    for comment in comments {
        story.say(comment);
    }
    story
}
