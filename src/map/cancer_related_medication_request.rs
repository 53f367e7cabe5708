//! mCODE Cancer-Related Medication Request: the schedule that an administration has no place for, and drugs that are planned.
//!
//! | case | FHIR |
//! | --- | --- |
//! | medications.schedule | dosageInstruction.timing.repeat where it is understood as a whole, always .text |
//! | date | timing.repeat.boundsPeriod; one date is its start |
//! | cycles | .text: a cycle is no single dose, so it is no count |
//! | dose (a range too), route | dosageInstruction.doseAndRate, .route |
//! | order.status, else status | status: completed, active, stopped, on-hold, unknown … |
//! | order.intent | intent; `plan` unless the case says otherwise |
//! | order.requester | requester by name; an order without one: data-absent-reason (us-core-21) |
//! | order.authored | authoredOn |
//! | `order.as_needed`, `dose_type`, time | dosageInstruction.asNeededCodeableConcept, .doseAndRate.type, .timing.event |
//! | order.identifier; of a planned drug also identifier | identifier |
//!
//! Without an order the intent is `plan`: the case tells how the drug is to be given; who ordered it, and whether in writing, it does not tell
//! (an order has a requester: us-core-21).

use std::num::NonZeroU32;

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::medication::{story, words};
use super::output::Section;
use super::procedure::intent;
use super::termination;
use crate::case::{Concept, Done, Item, ItemKind, Medication, Order, OrderIntent, OrderStatus, Schedule, When};
use crate::fhir::canonicals::{CANCER_RELATED_MEDICATION_REQUEST, MEDICATION_REQUEST};
use crate::fhir::datatypes::Measured;
use crate::fhir::resources::{MedicationRequest, MedicationRequestMedication};
use crate::fhir::types::{
    CodeableConcept, Dosage, DosageAsNeeded, DosageDoseAndRate, DosageDoseAndRateDose, Reference, Timing, TimingRepeat,
    TimingRepeatBounds,
};
use crate::fhir::{Built, datatypes, extensions};
use crate::terminology::Domain;

/// Whether a drug has anything that only a request can carry.
pub(super) fn is_wanted(medication: &Medication) -> bool {
    let given = medication.status != Some(Done::NotDone);
    medication.status == Some(Done::Planned)
        || (given && (medication.schedule.is_some() || medication.cycles.is_some()))
        || medication.order.is_some()
}

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for medication in &cx.case.medications {
        if !is_wanted(medication) {
            continue;
        }
        let identity = medication.identity();
        let drug = cx.codeable(&[Domain::Drug, Domain::DrugClass], &medication.drug)?;
        let mut typed = MedicationRequest::builder()
            .status(status(medication).to_owned())
            .intent(intent_of(medication).term().to_owned())
            .medication(MedicationRequestMedication::CodeableConcept(drug))
            .subject(cx.subject()?)
            .build()?;
        if medication.status == Some(Done::Planned) {
            typed.identifier = identifiers(cx, &medication.identifier)?;
        }
        if let Some(order) = &medication.order {
            typed.identifier.extend(identifiers(cx, &order.identifier)?);
            typed.authored_on = order.authored.as_ref().map(|date| cx.date_time(date));
        }
        typed.requester = requester(medication)?;
        typed.extension = intent(medication.intent)?.into_iter().collect();
        let mut remarks = Vec::new();
        if medication.status == Some(Done::Stopped) || medication.status == Some(Done::OnHold) {
            let mut reasons = cx
                .codeables(&[Domain::Reason, Domain::Condition, Domain::AdverseEvent], &medication.reason)?
                .into_iter()
                .flatten();
            typed.status_reason = reasons.next();
            // FHIR has one reason here; the others are remarks, and whole on the administration.
            remarks.extend(medication.reason.iter().skip(1).map(|reason| format!("Reason: {}", reason.label())));
        } else {
            typed.reason_code =
                cx.codeables(&[Domain::Cancer, Domain::Condition, Domain::Finding], &medication.reason)?;
        }
        typed.reason_reference = cx.links(&medication.of, &[ItemKind::Cancer, ItemKind::Condition])?;
        if !words(medication).is_empty() || medication.date.is_some() || medication.order.as_ref().is_some_and(is_dosed)
        {
            typed.dosage_instruction = vec![Some(dosage(cx, medication, &mut remarks)?)];
        }
        remarks.extend(medication.place.as_ref().map(|place| format!("Place: {place}")));
        remarks.extend(medication.regimen.as_ref().map(|regimen| format!("Regimen: {regimen}")));
        typed.note = datatypes::annotations(medication.note.iter().cloned().chain(remarks))?;
        let story = story(cx, "Medication plan", medication);
        let profile = match termination::refused(medication.status, typed.status_reason.as_slice()) {
            _ if !cx.is_oncology() => MEDICATION_REQUEST,
            Some(why) => {
                cx.wider(medication.at, why);
                MEDICATION_REQUEST
            }
            None => CANCER_RELATED_MEDICATION_REQUEST,
        };
        let placement =
            Placement { identity: &identity, part: "order", profile, section: Section::Medications, at: medication.at };
        cx.place(typed, medication.drug.label(), story, &placement)?;
    }
    Ok(())
}

/// FHIR's status (value set medicationrequest-status).
fn status(medication: &Medication) -> &'static str {
    if let Some(status) = medication.order.as_ref().and_then(|order| order.status) {
        return OrderStatus::term(status);
    }
    match medication.status {
        None if medication.date.as_ref().is_some_and(When::is_open) => "active",
        Some(Done::Completed) | None => "completed",
        Some(Done::InProgress | Done::Planned) => "active",
        Some(Done::Stopped) => "stopped",
        Some(Done::OnHold) => "on-hold",
        Some(Done::NotDone) => "cancelled",
        Some(Done::EnteredInError) => "entered-in-error",
        Some(Done::Unknown) => "unknown",
    }
}

/// How binding it is (value set medicationrequest-intent).
fn intent_of(medication: &Medication) -> OrderIntent {
    medication.order.as_ref().and_then(|order| order.intent).unwrap_or(OrderIntent::Plan)
}

/// Who ordered it. An order has a requester (us-core-21); where the case names none, it is said to be unknown.
fn requester(medication: &Medication) -> Built<Option<Reference>> {
    let name = medication.order.as_ref().and_then(|order| order.requester.as_deref());
    let is_order = !matches!(intent_of(medication), OrderIntent::Proposal | OrderIntent::Plan | OrderIntent::Option);
    let mut reference = datatypes::reference(None, name)?;
    if name.is_none() {
        reference.extension = vec![extensions::absent("unknown")?];
    }
    Ok((name.is_some() || is_order).then_some(reference))
}

/// Whether an order says anything of the dosage.
fn is_dosed(order: &Order) -> bool {
    order.as_needed.is_some() || order.dose_type.is_some() || !order.time.is_empty()
}

/// The kind of a dose (FHIR R4, value set dose-rate-type).
fn dose_type(cx: &mut MapContext<'_>, given: &Concept) -> Built<CodeableConcept> {
    let system = "http://terminology.hl7.org/CodeSystem/dose-rate-type";
    match given.label().trim().to_lowercase().as_str() {
        "calculated" if given.codings.is_empty() => {
            datatypes::codeable(&[(system, "calculated", "Calculated")], given.text.as_deref())
        }
        "ordered" if given.codings.is_empty() => {
            datatypes::codeable(&[(system, "ordered", "Ordered")], given.text.as_deref())
        }
        _ => cx.codeable(&[], given),
    }
}

fn dosage(cx: &mut MapContext<'_>, medication: &Medication, remarks: &mut Vec<String>) -> Built<Dosage> {
    let mut dosage = Dosage::builder().build()?;
    dosage.text = Some(words(medication)).filter(|words| !words.is_empty());
    dosage.route = cx.maybe(&[Domain::Route], medication.route.as_ref())?;
    if let Some(dose) = &medication.dose {
        let mut rate = DosageDoseAndRate::builder().build()?;
        match cx.measured(dose, remarks)? {
            // SimpleQuantity has no comparator; a bound stands in the words.
            Measured::Quantity(quantity) if quantity.comparator.is_none() => {
                rate.dose = Some(DosageDoseAndRateDose::Quantity(quantity));
            }
            Measured::Quantity(_) => {}
            Measured::Range(range) => rate.dose = Some(DosageDoseAndRateDose::Range(range)),
        }
        if rate.dose.is_some() {
            dosage.dose_and_rate = vec![Some(rate)];
        }
    }
    let order = medication.order.as_ref();
    if let Some(given) = order.and_then(|order| order.dose_type.as_ref()) {
        let kind = dose_type(cx, given)?;
        match dosage.dose_and_rate.first_mut() {
            Some(Some(rate)) => rate.r#type = Some(kind),
            _ => dosage.dose_and_rate = vec![Some(DosageDoseAndRate::builder().r#type(kind).build()?)],
        }
    }
    if let Some(given) = order.and_then(|order| order.as_needed.as_ref()) {
        let reason = cx.codeable(&[Domain::Condition, Domain::Finding], given)?;
        dosage.as_needed = Some(DosageAsNeeded::CodeableConcept(reason));
    }
    if medication.schedule.is_some() || medication.date.is_some() || order.is_some_and(|order| !order.time.is_empty()) {
        dosage.timing = Some(timing(cx, medication.schedule.as_ref(), medication)?);
    }
    Ok(dosage)
}

/// FHIR R4, value set timing-abbreviation (code system v3-GTSAbbreviation): codes that schedules are often written as.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("BID", "BID"),
    ("TID", "TID"),
    ("QID", "QID"),
    ("AM", "AM"),
    ("PM", "PM"),
    ("QD", "QD"),
    ("QOD", "QOD"),
    ("Q1H", "every hour"),
    ("Q2H", "every 2 hours"),
    ("Q3H", "every 3 hours"),
    ("Q4H", "Q4H"),
    ("Q6H", "Q6H"),
    ("Q8H", "every 8 hours"),
    ("BED", "at bedtime"),
    ("WK", "weekly"),
    ("MO", "monthly"),
];

/// A schedule in its words, with HL7's code where they are one.
fn abbreviation(schedule: &Schedule) -> Built<CodeableConcept> {
    let system = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation";
    let word = schedule.text.trim().to_uppercase();
    let row = ABBREVIATIONS.iter().find(|row| row.0 == word);
    let codes: Vec<_> = row.into_iter().map(|(code, display)| (system, *code, *display)).collect();
    datatypes::codeable(&codes, Some(&schedule.text))
}

fn timing(cx: &mut MapContext<'_>, schedule: Option<&Schedule>, medication: &Medication) -> Built<Timing> {
    let mut timing = Timing::builder().build()?;
    timing.code = schedule.map(abbreviation).transpose()?;
    for time in medication.order.iter().flat_map(|order| &order.time) {
        timing.event.push(Some(cx.date_time(time)));
    }
    let mut repeat = TimingRepeat::builder().build()?;
    if let Some(known) = schedule.and_then(|schedule| schedule.repeat.as_ref()) {
        repeat.frequency = NonZeroU32::new(known.frequency);
        repeat.period = Some(cx.lexicals.decimal(known.period.as_str()));
        repeat.period_unit = Some(known.unit.to_owned());
    }
    if let Some(when) = &medication.date {
        // One date is when it begins; when it ends the case does not say.
        repeat.bounds = Some(TimingRepeatBounds::Period(datatypes::as_period(&when.time, false, &mut cx.lexicals)?));
    }
    timing.repeat = (repeat.period.is_some() || repeat.bounds.is_some()).then_some(repeat);
    Ok(timing)
}
