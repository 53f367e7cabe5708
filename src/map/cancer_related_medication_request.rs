//! mCODE Cancer-Related Medication Request: the schedule that an administration has no place for, and drugs that are planned.
//!
//! | case | FHIR |
//! | --- | --- |
//! | medications.schedule | dosageInstruction.timing.repeat where it is understood as a whole, always .text |
//! | date | timing.repeat.boundsPeriod; one date is its start |
//! | cycles | .text: a cycle is no single dose, so it is no count |
//! | dose (a range too), route | dosageInstruction.doseAndRate, .route |
//! | status | status: completed, active, stopped, on-hold, unknown |
//!
//! The intent is `plan`: the case tells how the drug is to be given; who ordered it, and whether in writing, it does not tell
//! (an order has a requester: us-core-21).

use std::num::NonZeroU32;

use super::context::{MapContext, Placement};
use super::medication::{story, words};
use super::output::Section;
use super::procedure::intent;
use super::termination;
use crate::case::{Done, Item, ItemKind, Medication, Schedule, When};
use crate::fhir::canonicals::{CANCER_RELATED_MEDICATION_REQUEST, MEDICATION_REQUEST};
use crate::fhir::datatypes::Measured;
use crate::fhir::resources::{MedicationRequest, MedicationRequestMedication};
use crate::fhir::types::{Dosage, DosageDoseAndRate, DosageDoseAndRateDose, Timing, TimingRepeat, TimingRepeatBounds};
use crate::fhir::{Built, datatypes};
use crate::terminology::Domain;

/// Whether a drug has anything that only a request can carry.
pub(super) fn is_wanted(medication: &Medication) -> bool {
    let given = medication.status != Some(Done::NotDone);
    medication.status == Some(Done::Planned)
        || (given && (medication.schedule.is_some() || medication.cycles.is_some()))
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
            .intent("plan".to_owned())
            .medication(MedicationRequestMedication::CodeableConcept(drug))
            .subject(cx.subject()?)
            .build()?;
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
        if !words(medication).is_empty() || medication.date.is_some() {
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
    match medication.status {
        None if medication.date.as_ref().is_some_and(When::is_open) => "active",
        Some(Done::Completed) | None => "completed",
        Some(Done::InProgress | Done::Planned) => "active",
        Some(Done::Stopped) => "stopped",
        Some(Done::OnHold) => "on-hold",
        Some(Done::NotDone) => "cancelled",
        Some(Done::Unknown) => "unknown",
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
    if medication.schedule.is_some() || medication.date.is_some() {
        dosage.timing = Some(timing(cx, medication.schedule.as_ref(), medication)?);
    }
    Ok(dosage)
}

fn timing(cx: &mut MapContext<'_>, schedule: Option<&Schedule>, medication: &Medication) -> Built<Timing> {
    let mut timing = Timing::builder().build()?;
    timing.code = schedule.map(|schedule| datatypes::concept(Vec::new(), Some(&schedule.text))).transpose()?;
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
