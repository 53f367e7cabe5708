//! mCODE Cancer-Related Medication Administration; of a case that is none of cancer FHIR's own.
//!
//! | case | FHIR |
//! | --- | --- |
//! | medications.drug | medicationCodeableConcept |
//! | status | status: completed unless the case says otherwise, in-progress where the period is open |
//! | date | effective\[x\]; none: a period with data-absent-reason, because there must be one |
//! | reason | not done, stopped, on hold: statusReason; else reasonCode |
//! | dose, route, schedule, cycles | dosage.dose (a range: dosage.text), dosage.route, dosage.text |
//! | of, intent | reasonReference, extension mcode-procedure-intent |
//! | schedule, cycles, order | also `request`: the administration has no place for them |
//! | identifier | identifier |
//! | regimen, place, note | note |
//!
//! A planned drug has not been given; it is a request only.

use super::cancer_patient::identifiers;
use super::cancer_related_medication_request as request;
use super::context::{MapContext, Placement};
use super::medication::{story, words};
use super::output::Section;
use super::procedure::{explains_status, intent};
use super::termination;
use crate::case::{Amount, Done, Item, ItemKind, Medication, When};
use crate::fhir::canonicals::{CANCER_RELATED_MEDICATION_ADMINISTRATION, MEDICATION_ADMINISTRATION};
use crate::fhir::datatypes::Measured;
use crate::fhir::resources::{
    MedicationAdministration, MedicationAdministrationDosage, MedicationAdministrationEffective,
    MedicationAdministrationMedication,
};
use crate::fhir::types::Period;
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for medication in &cx.case.medications {
        if medication.status == Some(Done::Planned) {
            continue;
        }
        let identity = medication.identity();
        let drug = cx.codeable(&[Domain::Drug, Domain::DrugClass], &medication.drug)?;
        let effective = effective(cx, medication)?;
        let mut typed = MedicationAdministration::builder()
            .status(status(medication).to_owned())
            .medication(MedicationAdministrationMedication::CodeableConcept(drug))
            .subject(cx.subject()?)
            .effective(effective)
            .build()?;
        typed.identifier = identifiers(cx, &medication.identifier)?;
        typed.extension = intent(medication.intent)?.into_iter().collect();
        if explains_status(medication.status) {
            typed.status_reason =
                cx.codeables(&[Domain::Reason, Domain::Condition, Domain::AdverseEvent], &medication.reason)?;
        } else {
            typed.reason_code =
                cx.codeables(&[Domain::Cancer, Domain::Condition, Domain::Finding], &medication.reason)?;
        }
        typed.reason_reference = cx.links(&medication.of, &[ItemKind::Cancer, ItemKind::Condition])?;
        let mut remarks = Vec::new();
        typed.dosage = dosage(cx, medication, &mut remarks)?;
        if request::is_wanted(medication) {
            let id = cx.id(ResourceType::MedicationRequest, &identity, "order");
            typed.request = Some(cx.refer(ResourceType::MedicationRequest, id, Some(medication.drug.label()))?);
        }
        remarks.extend(medication.regimen.as_ref().map(|regimen| format!("Regimen: {regimen}")));
        remarks.extend(medication.place.as_ref().map(|place| format!("Place: {place}")));
        typed.note = datatypes::annotations(medication.note.iter().cloned().chain(remarks))?;
        let story = story(cx, "Medication administration", medication);
        let reasons: Vec<_> = typed.status_reason.iter().flatten().cloned().collect();
        let profile = match termination::refused(medication.status, &reasons) {
            _ if !cx.is_oncology() => MEDICATION_ADMINISTRATION,
            Some(why) => {
                cx.wider(medication.at, why);
                MEDICATION_ADMINISTRATION
            }
            None => CANCER_RELATED_MEDICATION_ADMINISTRATION,
        };
        let placement =
            Placement { identity: &identity, part: "", profile, section: Section::Medications, at: medication.at };
        cx.place(typed, medication.drug.label(), story, &placement)?;
    }
    Ok(())
}

/// FHIR's status (value set medication-admin-status).
fn status(medication: &Medication) -> &'static str {
    match medication.status {
        None if medication.date.as_ref().is_some_and(When::is_open) => "in-progress",
        Some(Done::Completed) | None => "completed",
        Some(Done::InProgress) => "in-progress",
        Some(Done::NotDone) => "not-done",
        Some(Done::Stopped) => "stopped",
        Some(Done::OnHold) => "on-hold",
        Some(Done::EnteredInError) => "entered-in-error",
        Some(Done::Planned | Done::Unknown) => "unknown",
    }
}

fn effective(cx: &mut MapContext<'_>, medication: &Medication) -> Built<MedicationAdministrationEffective> {
    let given = cx.time(
        medication.date.as_ref(),
        MedicationAdministrationEffective::DateTime,
        MedicationAdministrationEffective::Period,
    )?;
    if let Some(given) = given {
        return Ok(given);
    }
    let unknown = Period::builder().extension(vec![extensions::absent("unknown")?]).build()?;
    Ok(MedicationAdministrationEffective::Period(unknown))
}

fn dosage(
    cx: &mut MapContext<'_>,
    medication: &Medication,
    remarks: &mut Vec<String>,
) -> Built<Option<MedicationAdministrationDosage>> {
    let words = words(medication);
    if words.is_empty() {
        return Ok(None);
    }
    let mut dosage = MedicationAdministrationDosage::builder().text(words).build()?;
    dosage.route = cx.maybe(&[Domain::Route], medication.route.as_ref())?;
    if let Some(dose) = &medication.dose
        // SimpleQuantity has no comparator, and an administration no range: those stand in the words.
        && matches!(dose.amount, Amount::Exact(_))
        && let Measured::Quantity(quantity) = cx.measured(dose, remarks)?
    {
        dosage.dose = Some(quantity);
    }
    // FHIR R4, MedicationAdministration, mad-1: a dosage has a dose or a rate.
    if dosage.dose.is_none() {
        remarks.push(format!("Dosage: {}", dosage.text.take().unwrap_or_default()));
        if let Some(route) = dosage.route.take() {
            // The route keeps its place on a dose that is said to be unknown.
            let mut unknown = crate::fhir::types::Quantity::builder().build()?;
            unknown.extension = vec![extensions::absent("unknown")?];
            dosage.dose = Some(unknown);
            dosage.route = Some(route);
            dosage.text = remarks.pop().and_then(|remark| remark.strip_prefix("Dosage: ").map(str::to_owned));
        } else {
            return Ok(None);
        }
    }
    Ok(Some(dosage))
}
