//! The words that columns know. They are FHIR's, of the value sets that are named; the right side is the case's word.

use super::cells::same;

/// FHIR value set administrative-gender.
pub(super) const GENDER: &[(&str, &str)] = &same(["female", "male", "other", "unknown"]);
/// US Core 6.1.0, value set birthsex; the words beside its codes are those of administrative-gender.
pub(super) const BIRTH_SEX: &[(&str, &str)] = &[
    ("f", "female"),
    ("m", "male"),
    ("oth", "other"),
    ("unk", "unknown"),
    ("female", "female"),
    ("male", "male"),
    ("other", "other"),
    ("unknown", "unknown"),
];
/// US Core 6.1.0, categories of conditions.
pub(super) const CATEGORY: &[(&str, &str)] = &same(["problem-list-item", "encounter-diagnosis", "health-concern"]);
/// FHIR value set condition-clinical.
pub(super) const CLINICAL_STATUS: &[(&str, &str)] =
    &same(["active", "recurrence", "relapse", "inactive", "remission", "resolved"]);
/// FHIR value set condition-ver-status.
pub(super) const VERIFICATION_STATUS: &[(&str, &str)] =
    &same(["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"]);
/// FHIR value set observation-status.
pub(super) const RESULT_STATUS: &[(&str, &str)] =
    &same(["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"]);
/// The framework's two words for staging, and those beside them.
pub(super) const STAGE_TYPE: &[(&str, &str)] =
    &[("clinical", "clinical"), ("pathologic", "pathological"), ("pathological", "pathological")];
/// FHIR value set event-status, of procedures.
pub(super) const PROCEDURE_STATUS: &[(&str, &str)] = &[
    ("preparation", "planned"),
    ("in-progress", "in-progress"),
    ("not-done", "not-done"),
    ("on-hold", "on-hold"),
    ("stopped", "stopped"),
    ("completed", "completed"),
    ("entered-in-error", "entered-in-error"),
    ("unknown", "unknown"),
];
/// FHIR value set medication-admin-status.
pub(super) const ADMINISTRATION_STATUS: &[(&str, &str)] =
    &same(["in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"]);
/// FHIR value set medicationrequest-status.
pub(super) const ORDER_STATUS: &[(&str, &str)] =
    &same(["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"]);
/// FHIR value set medicationrequest-intent.
pub(super) const ORDER_INTENT: &[(&str, &str)] =
    &same(["proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"]);
/// mCODE 4.0.0, value set mcode-procedure-intent-vs, as far as the case has words for its codes.
pub(super) const INTENTS: &[(&str, &str)] = &[
    ("373808002", "curative"),
    ("363676003", "palliative"),
    ("399707004", "supportive"),
    ("261004008", "diagnostic"),
    ("129428001", "preventive"),
];
/// FHIR value set adverse-event-severity.
pub(super) const SEVERITY: &[(&str, &str)] = &same(["mild", "moderate", "severe"]);
/// FHIR value set adverse-event-actuality.
pub(super) const ACTUALITY: &[(&str, &str)] = &same(["actual", "potential"]);
/// FHIR value set research-subject-status.
pub(super) const ENROLMENT: &[(&str, &str)] = &same([
    "candidate",
    "eligible",
    "follow-up",
    "ineligible",
    "not-registered",
    "off-study",
    "on-study",
    "on-study-intervention",
    "on-study-observation",
    "pending-on-study",
    "potential-candidate",
    "screening",
    "withdrawn",
]);
/// FHIR value set research-study-status.
pub(super) const TRIAL_STATUS: &[(&str, &str)] = &same([
    "active",
    "administratively-completed",
    "approved",
    "closed-to-accrual",
    "closed-to-accrual-and-intervention",
    "completed",
    "disapproved",
    "in-review",
    "temporarily-closed-to-accrual",
    "temporarily-closed-to-accrual-and-intervention",
    "withdrawn",
]);
/// Whether a plan was changed.
pub(super) const CHANGED: &[(&str, &str)] = &same(["true", "false"]);
/// FHIR value set encounter-status.
pub(super) const ENCOUNTER_STATUS: &[(&str, &str)] = &same([
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
]);
/// FHIR value set appointmentstatus.
pub(super) const APPOINTMENT_STATUS: &[(&str, &str)] = &same([
    "proposed",
    "pending",
    "booked",
    "arrived",
    "fulfilled",
    "cancelled",
    "noshow",
    "entered-in-error",
    "checked-in",
    "waitlist",
]);

/// FHIR R4 4.0.1, code system data-absent-reason: codes that say why there is nothing, and are no answers.
pub(super) const ABSENT: &[&str] = &[
    "unknown",
    "asked-unknown",
    "temp-unknown",
    "not-asked",
    "asked-declined",
    "masked",
    "not-applicable",
    "unsupported",
    "as-text",
    "error",
    "not-a-number",
    "negative-infinity",
    "positive-infinity",
    "not-performed",
    "not-permitted",
];
/// The system of these codes.
pub(super) const ABSENT_REASON: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
