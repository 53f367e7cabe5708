//! US Core Encounter; FHIR's own where the case does not say what kind of encounter it was, which US Core demands.
//!
//! | case | FHIR |
//! | --- | --- |
//! | encounters.class | class; none: data-absent-reason, because there must be one |
//! | kind | type |
//! | status | status; finished unless the case says otherwise, in progress where the period is open |
//! | date | period |
//! | reason, of | reasonCode, reasonReference |
//! | appointment | appointment |
//! | place, performer | location and participant by name |
//! | identifier | identifier |
//! | note | extension note |

use super::body_site::tokens;
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{self, Concept, EncounterStatus, Item, ItemKind, When};
use crate::fhir::canonicals::{ENCOUNTER, US_CORE_ENCOUNTER};
use crate::fhir::codes::EncounterStatus as Status;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Encounter, EncounterLocation, EncounterParticipant};
use crate::fhir::types::Coding;
use crate::fhir::{Built, datatypes, extensions};
use crate::terminology::Domain;

const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

/// HL7 Terminology 7.0.1, code system v3-ActCode below _`ActEncounterCode`: the case's words, the code, its display.
const CLASSES: &[(&[&str], &str, &str)] = &[
    (&["ambulatory", "outpatient"], "AMB", "ambulatory"),
    (&["emergency"], "EMER", "emergency"),
    (&["field"], "FLD", "field"),
    (&["home health", "home", "at home"], "HH", "home health"),
    (&["inpatient"], "IMP", "inpatient encounter"),
    (&["observation"], "OBSENC", "observation encounter"),
    (&["pre-admission", "preadmission"], "PRENC", "pre-admission"),
    (&["short stay"], "SS", "short stay"),
    (&["virtual", "telehealth"], "VR", "virtual"),
];

/// What an encounter or appointment may be for.
pub(super) const REASONS: &[ItemKind] =
    &[ItemKind::Cancer, ItemKind::Condition, ItemKind::Procedure, ItemKind::Radiotherapy, ItemKind::Finding];

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.encounters {
        let identity = from.identity();
        let mut remarks: Vec<String> = from.note.iter().cloned().collect();
        let status = status(from.status, from.date.as_ref());
        let class = class(cx, from.class.as_ref(), &mut remarks)?;
        let mut encounter = Encounter::builder().status(status).class(class).build()?;
        encounter.subject = Some(cx.subject()?);
        encounter.identifier = identifiers(cx, &from.identifier)?;
        encounter.r#type = cx.codeables(&[], &from.kind)?;
        if let Some(when) = &from.date {
            // One date is that of the whole encounter, where it is over.
            let ended = status == Status::Finished;
            encounter.period = Some(datatypes::as_period(&when.time, ended, &mut cx.lexicals)?);
        }
        encounter.reason_code = cx.codeables(&[Domain::Cancer, Domain::Condition, Domain::Finding], &from.reason)?;
        encounter.reason_reference = cx.links(&from.of, REASONS)?;
        encounter.appointment = cx.links(&from.appointment, &[ItemKind::Appointment])?;
        if let Some(place) = &from.place {
            let place = datatypes::reference(None, Some(place))?;
            encounter.location = vec![Some(EncounterLocation::builder().location(place).build()?)];
        }
        for performer in &from.performer {
            let individual = datatypes::reference(None, Some(performer))?;
            encounter.participant.push(Some(EncounterParticipant::builder().individual(individual).build()?));
        }
        for remark in &remarks {
            encounter.extension.push(extensions::note(remark)?);
        }
        let profile = match from.kind.is_empty() {
            false => US_CORE_ENCOUNTER,
            true => {
                cx.wider(from.at, "US Core's encounter says of what kind it is, and this one does not");
                ENCOUNTER
            }
        };
        let story = story(cx, from, &remarks);
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Encounters, at: from.at };
        cx.place(encounter, &from.label(), story, &placement)?;
    }
    Ok(())
}

/// The class: one code. Other codes of it are remarks; words that have none stand as the code's name.
fn class(cx: &mut MapContext<'_>, given: Option<&Concept>, remarks: &mut Vec<String>) -> Built<Coding> {
    let mut coding = Coding::builder().build()?;
    let Some(given) = given else {
        coding.extension = vec![extensions::absent("unknown")?];
        return Ok(coding);
    };
    if let Some(first) = given.codings.first() {
        if given.codings.len() > 1 || given.text.is_some() {
            remarks.push(format!("Class: {}", tokens(given)));
        }
        return datatypes::coding(first);
    }
    let words = given.label().trim().to_lowercase();
    match CLASSES.iter().find(|row| row.0.contains(&words.as_str()) || row.1.to_lowercase() == words) {
        Some((_, code, display)) => {
            if !display.eq_ignore_ascii_case(given.label()) {
                remarks.push(format!("Class: {}", given.label()));
            }
            coding.system = Some(ACT_CODE.to_owned());
            coding.code = Some((*code).to_owned());
            coding.display = Some((*display).to_owned());
        }
        None => {
            // Reports that the words have no code.
            cx.codeable(&[], given)?;
            coding.display = Some(given.label().to_owned());
        }
    }
    Ok(coding)
}

fn status(status: Option<EncounterStatus>, date: Option<&When>) -> Status {
    match status {
        None if date.is_some_and(When::is_open) => Status::InProgress,
        Some(EncounterStatus::Finished) | None => Status::Finished,
        Some(EncounterStatus::Planned) => Status::Planned,
        Some(EncounterStatus::Arrived) => Status::Arrived,
        Some(EncounterStatus::Triaged) => Status::Triaged,
        Some(EncounterStatus::InProgress) => Status::InProgress,
        Some(EncounterStatus::OnLeave) => Status::Onleave,
        Some(EncounterStatus::Cancelled) => Status::Cancelled,
        Some(EncounterStatus::EnteredInError) => Status::EnteredInError,
        Some(EncounterStatus::Unknown) => Status::Unknown,
    }
}

fn story(cx: &MapContext<'_>, from: &case::Encounter, remarks: &[String]) -> Story {
    let list = |concepts: &[Concept]| concepts.iter().map(Concept::label).collect::<Vec<_>>().join(", ");
    let mut story = Story::new("Encounter");
    story.say(&list(&from.kind));
    story.add_some("class", from.class.as_ref().map(Concept::label));
    story.add_some("status", from.status.map(EncounterStatus::term));
    story.add_some("date", from.date.as_ref().map(ToString::to_string));
    story.add("for", &list(&from.reason));
    let of: Vec<&str> = from.of.iter().filter_map(|link| cx.target(link)).map(|it| it.label.as_str()).collect();
    story.add("for", &of.join(", "));
    story.add_some("place", from.place.as_deref());
    story.add("with", &from.performer.join(", "));
    for remark in remarks {
        story.say(remark);
    }
    story
}
