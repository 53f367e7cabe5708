//! Individual and VitalStatus.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | id, alternateIds | patient.identifier |
//! | dateOfBirth | patient.birth_date |
//! | timeAtLastEncounter | patient.age; a date or words: a finding |
//! | vitalStatus.status, timeOfDeath | patient.deceased; an age at death: a finding |
//! | vitalStatus.causeOfDeath | patient.cause_of_death |
//! | vitalStatus.survivalTimeInDays | a finding |
//! | sex | patient.sex |
//! | karyotypicSex | a finding |
//! | gender | patient.gender_identity |
//! | taxonomy | patient.note, unless it is man |

use std::collections::HashSet;

use crate::case::read::At;
use crate::case::{
    Amount, Case, Concept, Deceased, Decimal, Detail, Finding, Identifier, Onset, Quantity, Sex, Time, Value, When,
};
use crate::instance::NodeRef;
use crate::issue::Code;
use crate::terminology::{Coding, systems};

use super::feature::finding;
use super::message::Packet;

const SEX: &[&str] = &["UNKNOWN_SEX", "FEMALE", "MALE", "OTHER_SEX"];
const KARYOTYPE: &[&str] =
    &["UNKNOWN_KARYOTYPE", "XX", "XY", "XO", "XXY", "XXX", "XXYY", "XXXY", "XXXX", "XYY", "OTHER_KARYOTYPE"];
const STATUS: &[&str] = &["UNKNOWN_STATUS", "ALIVE", "DECEASED"];

/// Reads the sex of an individual or of a person in a pedigree.
pub(super) fn sex<'n>(packet: &mut Packet<'n, '_>, message: NodeRef<'n>) -> Option<Sex> {
    match packet.term(message, "sex", SEX)? {
        "FEMALE" => Some(Sex::Female),
        "MALE" => Some(Sex::Male),
        _ => Some(Sex::Other),
    }
}

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, case: &mut Case) {
    let at = At(node.span());
    case.patient.at = at;
    let ids = packet.text(node, "id").into_iter().chain(packet.texts(node, "alternateIds"));
    let mut known = HashSet::new();
    for value in ids.collect::<Vec<_>>() {
        if known.insert(value.clone()) {
            case.patient.identifier.0.push(Identifier { system: None, value, kind: None, at });
        }
    }
    case.patient.birth_date = packet.timestamp(node, "dateOfBirth");
    let seen = packet.time(node, "timeAtLastEncounter");
    match seen {
        Some(Onset::Age(age)) => case.patient.age = Some(age),
        Some(other) => case.findings.0.push(timed(packet, "last encounter", other, at)),
        None => {}
    }
    case.patient.sex = sex(packet, node);
    if let Some(karyotype) = packet.term(node, "karyotypicSex", KARYOTYPE) {
        let word = if karyotype == "OTHER_KARYOTYPE" { "other karyotype" } else { karyotype };
        let value = Value::Concept(Concept::of_text(word, at));
        case.findings.0.push(valued(packet, "Karyotypic sex", value, at));
    }
    case.patient.gender_identity = packet.concept(node, "gender");
    if let Some(status) = packet.message(node, "vitalStatus") {
        vital_status(packet, status, case);
    }
    if let Some(taxonomy) = packet.concept(node, "taxonomy") {
        let is_man = taxonomy.codings.iter().any(|coding| coding.code.eq_ignore_ascii_case("NCBITaxon:9606"));
        if !is_man {
            let message = "the individual is no human being; its resource is a Patient all the same";
            packet.fault(Code::WiderMeaning, node, message, "the species stands in a remark");
        }
        case.patient.note.0.push(told("Species", &taxonomy));
    }
    let rest = packet.rest(node);
    case.patient.note.0.extend(rest);
}

fn vital_status<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, case: &mut Case) {
    let at = At(node.span());
    let status = packet.term(node, "status", STATUS);
    let died = packet.time(node, "timeOfDeath");
    let cause = packet.concept(node, "causeOfDeath");
    let survival = packet.count(node, "survivalTimeInDays").filter(|days| *days > 0);
    // Whoever has a time or a cause of death has died, where the status does not say otherwise.
    let dead = status == Some("DECEASED") || (status.is_none() && (died.is_some() || cause.is_some()));
    if status == Some("ALIVE") && (died.is_some() || cause.is_some()) {
        let message = "the individual is alive by the status, and has a time or cause of death";
        packet.fault(Code::Contradiction, node, message, "correct one of them");
        return;
    }
    case.patient.deceased = match (dead, status) {
        (true, _) => Some(Deceased::Flag(true)),
        (false, Some(_)) => Some(Deceased::Flag(false)),
        (false, None) => None,
    };
    case.patient.cause_of_death = cause;
    match died {
        Some(Onset::When(When { time: Time::Date(date), .. })) => case.patient.deceased = Some(Deceased::Date(date)),
        Some(other) => case.findings.0.push(timed(packet, "death", other, at)),
        None => {}
    }
    if let Some(days) = survival.and_then(|days| Decimal::parse(&days.to_string())) {
        let quantity = Quantity { amount: Amount::Exact(days), approximate: false, unit: Some("d".to_owned()), at };
        case.findings.0.push(valued(packet, "Survival time", Value::Quantity(quantity), at));
    }
    let rest = packet.rest(node);
    case.patient.note.0.extend(rest);
}

/// A finding that is named in words and has a value.
pub(super) fn valued(packet: &mut Packet<'_, '_>, name: &str, value: Value, at: At) -> Finding {
    let mut finding = finding(Concept::of_text(name, at), at);
    finding.key = Some(packet.keys.give("finding", name, at));
    finding.value = Some(value);
    finding
}

/// A finding that says when something was, for what the case has no date of: with the age as its value, or else with the date.
pub(super) fn timed(packet: &mut Packet<'_, '_>, event: &str, onset: Onset, at: At) -> Finding {
    let quantity = |amount: Amount, unit: &str| {
        Value::Quantity(Quantity { amount, approximate: false, unit: Some(unit.to_owned()), at })
    };
    let value = match onset {
        Onset::When(when) => {
            let mut finding = finding(Concept::of_text(format!("Date of {event}"), at), at);
            finding.key = Some(packet.keys.give("finding", event, at));
            finding.date = Some(when);
            return finding;
        }
        Onset::Age(age) => quantity(Amount::Exact(age.value), age.unit),
        Onset::Ages(low, high) => quantity(Amount::Range(low.value, high.value), low.unit),
        Onset::Concept(concept) => Value::Concept(concept),
        Onset::Text(text) => Value::Concept(Concept::of_text(text, at)),
    };
    valued(packet, &format!("Age at {event}"), value, at)
}

/// A concept in a remark, with its codes.
pub(super) fn told(name: &str, concept: &Concept) -> String {
    format!("{name}: {}", spelled(concept))
}

/// A concept in words, with its codes and their systems.
pub(super) fn spelled(concept: &Concept) -> String {
    let told = |coding: &Coding| match systems::title(&coding.system) {
        Some(title) => format!("{title} {}", coding.code),
        None => format!("{} {}", coding.system, coding.code),
    };
    let codes: Vec<String> = concept.codings.iter().map(told).collect();
    match (&concept.text, codes.is_empty()) {
        (Some(text), false) => format!("{text} ({})", codes.join(", ")),
        (None, false) => codes.join(", "),
        _ => concept.label().to_owned(),
    }
}

/// A detail that is named in words.
pub(super) fn detail(name: &str, value: Concept) -> Detail {
    let at = value.at;
    Detail { name: Concept::of_text(name, at), value: Value::Concept(value), reference_range: None, at }
}
