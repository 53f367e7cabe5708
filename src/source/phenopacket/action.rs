//! MedicalAction: Procedure, Treatment, RadiationTherapy, TherapeuticRegimen.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | procedure | a procedure |
//! | treatment | a drug for each dose interval, one where there is none |
//! | radiationTherapy | a radiotherapy with one volume |
//! | therapeuticRegimen | a systemic procedure |
//! | treatmentTarget | `of` the disease that has the code; else a reason |
//! | treatmentIntent | intent where it is one of the case's, and a note |
//! | responseToTreatment | a disease status of the cancer; of other diseases a finding |
//! | adverseEvents | adverse events that the treatment is suspected to have caused |
//! | treatmentTerminationReason | status stopped, with the reason; completed where the reason says just that; unknown where it is not sure |

use crate::case::read::{At, Many};
use crate::case::{
    Amount, Case, Concept, Decimal, DiseaseStatus, Done, Finding, FindingKind, Intent, Key, Link, Medication, Onset,
    Procedure, ProcedureKind, Quantity, Radiotherapy, Repeat, Schedule, Time, Value, Volume, When,
};
use crate::instance::NodeRef;
use crate::issue::Code;

use super::adverse_event::suspected;
use super::feature::external;
use super::index::Diseases;
use super::individual::{spelled, told, valued};
use super::measurement;
use super::message::Packet;
use super::time::{dated, in_words};

const DRUG_TYPE: &[&str] =
    &["UNKNOWN_DRUG_TYPE", "PRESCRIPTION", "EHR_MEDICATION_LIST", "ADMINISTRATION_RELATED_TO_PROCEDURE"];
const REGIMEN: &[&str] = &["UNKNOWN_STATUS", "STARTED", "COMPLETED", "DISCONTINUED"];

/// What all actions say.
struct Frame {
    of: Vec<Link>,
    /// The disease it is for, where that is a cancer.
    cancer: Option<Key>,
    intent: Option<Intent>,
    status: Option<Done>,
    reason: Vec<Concept>,
    note: Vec<String>,
    at: At,
}

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, diseases: &Diseases, case: &mut Case) {
    let mut frame = frame(packet, node, diseases);
    let response = packet.concept(node, "responseToTreatment");
    let events = packet.concepts(node, "adverseEvents");
    let cancer = frame.cancer.take();
    let made = if let Some(action) = packet.message(node, "procedure") {
        frame.note.extend(packet.rest(node));
        procedure(packet, action, frame, case)
    } else if let Some(action) = packet.message(node, "treatment") {
        frame.note.extend(packet.rest(node));
        treatment(packet, action, frame, case)
    } else if let Some(action) = packet.message(node, "radiationTherapy") {
        frame.note.extend(packet.rest(node));
        vec![radiation(packet, action, frame, case)]
    } else if let Some(action) = packet.message(node, "therapeuticRegimen") {
        frame.note.extend(packet.rest(node));
        vec![regimen(packet, action, frame, case)]
    } else {
        let help = "add `procedure`, `treatment`, `radiationTherapy` or `therapeuticRegimen`";
        packet.fault(Code::MissingField, node, "the medical action does not say what was done", help);
        return;
    };
    for event in events {
        let key = Some(packet.keys.of("adverse-event", &event));
        case.adverse_events.0.push(suspected(event, key, &made));
    }
    match response.map(|response| respond(packet, response, &made, cancer)) {
        Some(Response::OfCancer(status)) => case.disease_status.0.push(*status),
        Some(Response::Other(finding)) => case.findings.0.push(*finding),
        None => {}
    }
}

fn frame<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, diseases: &Diseases) -> Frame {
    let mut frame = Frame {
        of: Vec::new(),
        cancer: None,
        intent: None,
        status: None,
        reason: Vec::new(),
        note: Vec::new(),
        at: At(node.span()),
    };
    let target = packet.bare(node, "treatmentTarget", &mut frame.note);
    if let Some(intent) = packet.concept(node, "treatmentIntent") {
        frame.intent = intent_of(intent.label());
        frame.note.push(told("Intent", &intent));
    }
    if let Some(reason) = packet.concept(node, "treatmentTerminationReason") {
        let status = ended(reason.label());
        frame.status = Some(status);
        match status {
            Done::Stopped => frame.reason.push(reason),
            _ => frame.note.push(told("Ended because", &reason)),
        }
    }
    if let Some(target) = target {
        match diseases.find(&target) {
            Some((key, is_cancer)) => {
                frame.cancer = is_cancer.then(|| key.clone());
                frame.of.push(key);
            }
            None if frame.status == Some(Done::Stopped) => frame.note.push(told("Treatment of", &target)),
            None => frame.reason.push(target),
        }
    }
    frame
}

/// How a treatment ended, by the reason: "Treatment Completed as Prescribed" (NCI Thesaurus) is no breaking off. Other words of
/// completion may be denied, or be of something else, so nothing is made of them; the words stand in a note.
fn ended(label: &str) -> Done {
    const COMPLETED: &[&str] =
        &["completed", "treatment completed", "therapy completed", "treatment completed as prescribed"];
    let label = label.trim().to_lowercase();
    let is_doubtful = ["complet", "finish", "planned", "prescribed"].iter().any(|word| label.contains(word));
    match COMPLETED.contains(&label.as_str()) {
        true => Done::Completed,
        false if is_doubtful => Done::Unknown,
        false => Done::Stopped,
    }
}

/// The intent that a label names; none where it denies one.
fn intent_of(label: &str) -> Option<Intent> {
    let label = label.to_lowercase();
    let denials = ["no", "non", "not", "never", "without", "neither", "nor"];
    if label.split(|c: char| !c.is_alphabetic()).any(|part| denials.contains(&part) || part.starts_with("noncura")) {
        return None;
    }
    let begins = |word: &str| label.split(|c: char| !c.is_alphabetic()).any(|part| part.starts_with(word));
    let words = [
        ("curative", Intent::Curative),
        ("palliat", Intent::Palliative),
        ("supportive", Intent::Supportive),
        ("diagnos", Intent::Diagnostic),
        ("prevent", Intent::Preventive),
        ("prophyla", Intent::Preventive),
    ];
    if label == "cure" {
        return Some(Intent::Curative);
    }
    words.into_iter().find(|(word, _)| begins(word)).map(|(_, intent)| intent)
}

fn procedure<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, frame: Frame, case: &mut Case) -> Vec<Key> {
    let done = measurement::procedure(packet, node);
    let Some(code) = done.code else { return Vec::new() };
    let key = packet.keys.of("procedure", &code);
    let (date, at_age) = dated(done.performed);
    let mut made = blank_procedure(code, ProcedureKind::Other, frame);
    made.key = Some(key.clone());
    made.date = date;
    made.at_age = at_age;
    made.site = Many(done.site.into_iter().collect());
    made.note.0.extend(done.note);
    case.procedures.0.push(made);
    vec![key]
}

fn blank_procedure(procedure: Concept, kind: ProcedureKind, frame: Frame) -> Procedure {
    Procedure {
        key: None,
        identifier: Many::default(),
        procedure,
        kind,
        status: frame.status,
        reason: Many(frame.reason),
        date: None,
        at_age: None,
        site: Many::default(),
        side: None,
        site_qualifier: Many::default(),
        of: Many(frame.of),
        intent: frame.intent,
        place: None,
        performer: Many::default(),
        outcome: Many::default(),
        complication: Many::default(),
        nodes_examined: None,
        nodes_positive: None,
        note: Many(frame.note),
        at: frame.at,
    }
}

fn treatment<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, frame: Frame, case: &mut Case) -> Vec<Key> {
    let agent = packet.required(node, "agent");
    let route = packet.concept(node, "routeOfAdministration");
    let mut note = frame.note;
    let kind = packet.term(node, "drugType", DRUG_TYPE);
    note.extend(kind.map(|kind| format!("Kind of record: {}", super::interpretation::plain(kind))));
    if let Some(dose) = packet.message(node, "cumulativeDose") {
        let mut remarks = Vec::new();
        let dose = measurement::quantity(packet, dose, &mut remarks);
        note.extend(dose.map(|(dose, _)| format!("Cumulative dose: {dose}")).into_iter().chain(remarks));
    }
    let intervals = packet.messages(node, "doseIntervals");
    let mut doses: Vec<Medication> = Vec::new();
    let blank = |drug: &Concept, at: At, note: Vec<String>| Medication {
        key: None,
        identifier: Many::default(),
        drug: drug.clone(),
        status: frame.status,
        reason: Many(frame.reason.clone()),
        date: None,
        dose: None,
        schedule: None,
        cycles: None,
        route: route.clone(),
        of: Many(frame.of.clone()),
        intent: frame.intent,
        place: None,
        regimen: None,
        order: None,
        note: Many(note),
        at,
    };
    let drug = agent.clone().unwrap_or_default();
    for interval in intervals {
        let mut remarks = Vec::new();
        let quantity = packet.message(interval, "quantity");
        let quantity = quantity.and_then(|node| measurement::quantity(packet, node, &mut remarks));
        let frequency = packet.concept(interval, "scheduleFrequency");
        let date = packet.interval(interval, "interval");
        remarks.extend(packet.rest(interval));
        remarks.extend(frequency.as_ref().filter(|it| !it.codings.is_empty()).map(|it| told("Schedule", it)));
        let mut made = blank(&drug, At(interval.span()), note.iter().cloned().chain(remarks).collect());
        made.dose = quantity.map(|(quantity, _)| quantity);
        made.schedule = frequency.map(|it| schedule(&it));
        if made.status == Some(Done::Completed) && date.as_ref().is_some_and(When::is_open) {
            made.status = None;
        }
        made.date = date;
        doses.push(made);
    }
    let rest = packet.rest(node);
    if doses.is_empty() {
        doses.push(blank(&drug, frame.at, note));
    }
    let Some(agent) = agent else { return Vec::new() };
    // What ended the treatment ended its last interval; those before it went over into the next.
    let last = doses.len() - 1;
    for dose in doses.iter_mut().take(last) {
        if dose.status == Some(Done::Stopped) {
            dose.status = None;
            dose.reason = Many::default();
        }
    }
    let mut keys = Vec::new();
    for mut dose in doses {
        let key = packet.keys.of("treatment", &agent);
        keys.push(key.clone());
        dose.key = Some(key);
        dose.note.0.extend(rest.iter().cloned());
        case.medications.0.push(dose);
    }
    keys
}

fn schedule(frequency: &Concept) -> Schedule {
    let text = frequency.label().to_owned();
    Schedule { repeat: Repeat::parse(&text), text, at: frequency.at }
}

fn radiation<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, frame: Frame, case: &mut Case) -> Key {
    let modality = packet.required(node, "modality");
    let site = packet.required(node, "bodySite");
    let dose = packet.count(node, "dosage").filter(|dose| *dose > 0);
    let fractions = packet.count(node, "fractions").filter(|count| *count > 0);
    let mut note = frame.note;
    note.extend(packet.rest(node));
    // mCODE's modality has a list of its own; the packet's code stands in the remark.
    note.extend(modality.as_ref().filter(|it| !it.codings.is_empty()).map(|it| told("Modality", it)));
    let at = frame.at;
    let key = packet.keys.give("radiotherapy", &site.as_ref().map(spelled).unwrap_or_default(), at);
    let dose = dose.and_then(|dose| Decimal::parse(&dose.to_string()));
    let dose =
        dose.map(|dose| Quantity { amount: Amount::Exact(dose), approximate: false, unit: Some("Gy".to_owned()), at });
    let volume = Volume {
        key: Some(packet.keys.give("volume", &key.name, at)),
        name: site.as_ref().map_or_else(|| "treated volume".to_owned(), |site| site.label().to_owned()),
        kind: None,
        site: site.clone(),
        site_qualifier: Many::default(),
        dose,
        fractions,
        description: None,
        at,
    };
    case.radiotherapy.0.push(Radiotherapy {
        key: Some(key.clone()),
        identifier: Many::default(),
        name: None,
        status: frame.status,
        reason: Many(frame.reason),
        date: None,
        modality,
        technique: Many::default(),
        sessions: None,
        radionuclide: None,
        activity_per_session: None,
        site: Many::default(),
        volume: Many(vec![volume]),
        of: Many(frame.of),
        intent: frame.intent,
        place: None,
        outcome: Many::default(),
        note: Many(note),
        at,
    });
    key
}

fn regimen<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, mut frame: Frame, case: &mut Case) -> Key {
    let at = frame.at;
    let class = packet.concept(node, "ontologyClass");
    let reference = packet.message(node, "externalReference").and_then(|node| external(packet, node));
    let (start, end) = (packet.time(node, "startTime"), packet.time(node, "endTime"));
    let status = packet.term(node, "regimenStatus", REGIMEN).or_else(|| packet.term(node, "status", REGIMEN));
    let status = status.map(|status| match status {
        "STARTED" => Done::InProgress,
        "COMPLETED" => Done::Completed,
        _ => Done::Stopped,
    });
    frame.status = frame.status.or(status);
    frame.note.extend(packet.rest(node));
    let concept = match (class, reference) {
        (Some(class), reference) => {
            frame.note.extend(reference.map(|reference| format!("Regimen: {reference}")));
            class
        }
        (None, Some(reference)) => Concept::of_text(reference, at),
        (None, None) => Concept::of_text("Therapeutic regimen", at),
    };
    let key = packet.keys.of("regimen", &concept);
    let (date, at_age) = span_of(start, end, at, &mut frame.note);
    if frame.status == Some(Done::Completed) && date.as_ref().is_some_and(When::is_open) {
        frame.note.push("The end of the regimen is not told".to_owned());
    }
    let mut made = blank_procedure(concept, ProcedureKind::Systemic, frame);
    made.key = Some(key.clone());
    made.date = date.map(|when| closed(when, made.status));
    made.at_age = at_age;
    case.procedures.0.push(made);
    key
}

/// What is completed has ended: a period without an end is its beginning.
fn closed(when: When, status: Option<Done>) -> When {
    match when.time {
        Time::Period { start: Some(start), end: None } if status == Some(Done::Completed) => {
            When { time: Time::Date(start), at: when.at }
        }
        time => When { time, at: when.at },
    }
}

/// From when to when: dates make a period, ages a range, and what fits neither goes into words.
fn span_of(start: Option<Onset>, end: Option<Onset>, at: At, note: &mut Vec<String>) -> (Option<When>, Option<Onset>) {
    let date = |onset: &Onset| match onset {
        Onset::When(When { time: Time::Date(date), .. }) => Some(date.clone()),
        _ => None,
    };
    match (start, end) {
        (None, None) => (None, None),
        (Some(start), None) => match date(&start) {
            Some(start) => (Some(When { time: Time::Period { start: Some(start), end: None }, at }), None),
            None => (None, Some(start)),
        },
        (None, Some(end)) => match date(&end) {
            Some(end) => (Some(When { time: Time::Period { start: None, end: Some(end) }, at }), None),
            None => {
                note.push(format!("Ended {}", in_words(&end)));
                (None, None)
            }
        },
        (Some(start), Some(end)) => match (date(&start), date(&end), start, end) {
            (Some(from), Some(to), ..) if from.compare(&to) != Some(std::cmp::Ordering::Greater) => {
                (Some(When { time: Time::Period { start: Some(from), end: Some(to) }, at }), None)
            }
            (_, _, Onset::Age(low), Onset::Age(high)) if low.unit == high.unit => (None, Some(Onset::Ages(low, high))),
            (_, _, start, end) => {
                note.push(format!("Started {}, ended {}", in_words(&start), in_words(&end)));
                (None, None)
            }
        },
    }
}

/// How the patient responded.
enum Response {
    OfCancer(Box<DiseaseStatus>),
    Other(Box<Finding>),
}

fn respond(packet: &mut Packet<'_, '_>, response: Concept, made: &[Key], cancer: Option<Key>) -> Response {
    let at = response.at;
    let Some(cancer) = cancer else {
        let mut finding = valued(packet, "Response to treatment", Value::Concept(response), at);
        finding.kind = Some(FindingKind::Therapy);
        finding.of = Many(made.to_vec());
        return Response::Other(Box::new(finding));
    };
    Response::OfCancer(Box::new(DiseaseStatus {
        key: Some(packet.keys.of("response", &response)),
        identifier: Many::default(),
        status: response,
        result_status: None,
        date: None,
        recorded: None,
        of: Many(vec![cancer]),
        evidence: Many::default(),
        criteria: None,
        after: Many(made.to_vec()),
        note: Many::default(),
        at,
    }))
}
