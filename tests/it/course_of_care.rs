//! Proves that each word of adverse events, trials, plans, encounters, appointments, orders and results comes out as FHIR's code of the
//! same name in a bundle that is valid, and what becomes of those things that FHIR takes under conditions only.

use std::sync::Arc;

use case2fhir::definition::{FhirVersion, Library};
use case2fhir::pipeline::Context;
use case2fhir::validate::Validator;
use serde_json::Value;

use crate::fixtures;

/// The terms of an enumeration: its name in the schema, a case with `TERM` in the place of one, and where it comes out.
const TERMS: &[(&str, &str, &str, &str)] = &[
    ("Actuality", "adverse_events: {event: a, actuality: TERM}", "AdverseEvent", "/actuality"),
    ("Severity", "adverse_events: {event: a, severity: TERM}", "AdverseEvent", "/severity/coding/0/code"),
    ("TrialStatus", "trials: {title: a, status: TERM, enrolment: on-study}", "ResearchStudy", "/status"),
    ("Enrolment", "trials: {title: a, status: active, enrolment: TERM}", "ResearchSubject", "/status"),
    ("PlanStatus", "plan_changes: {changed: true, status: TERM}", "CarePlan", "/status"),
    ("EncounterStatus", "encounters: {kind: a, class: ambulatory, status: TERM}", "Encounter", "/status"),
    ("AppointmentStatus", "appointments: {status: TERM}", "Appointment", "/status"),
    ("OrderStatus", "medications: {drug: a, status: planned, order: {status: TERM}}", "MedicationRequest", "/status"),
    ("OrderIntent", "medications: {drug: a, status: planned, order: {intent: TERM}}", "MedicationRequest", "/intent"),
    ("ResultStatus", "findings: {finding: a, status: TERM}", "Observation", "/status"),
    ("ResultStatus", "labs: {test: a, value: 1 g/L, date: 2020-01-01, status: TERM}", "Observation", "/status"),
    (
        "ResultStatus",
        "vitals: {sign: body weight, value: 60 kg, date: 2020-01-01, status: TERM}",
        "Observation",
        "/status",
    ),
    ("ResultStatus", "markers: {marker: a, result: positive, status: TERM}", "Observation", "/status"),
    (
        "ResultStatus",
        "disease_status: {status: stable, date: 2020-01-01, result_status: TERM}",
        "Observation",
        "/status",
    ),
    ("ResultStatus", "performance: {scale: ecog, score: 1, date: 2020-01-01, status: TERM}", "Observation", "/status"),
];

/// The bundle of a case, which must be valid.
fn valid(fields: &str) -> Value {
    thread_local! {
        static CONTEXT: Context = Context {
            validator: Some(Arc::new(Validator::new(Arc::new(Library::embedded(FhirVersion::R4))))),
            ..Context::default()
        };
    }
    let text = format!("id: t\npatient: {{sex: female, birth_date: 1960-01-01}}\n{fields}\n");
    let converted = CONTEXT.with(|context| fixtures::convert(context, "case.yaml", text.as_bytes()));
    assert_eq!(converted.errors(), Vec::<&str>::new(), "{fields}");
    converted.value()
}

/// The first resource of a type.
fn resource<'b>(bundle: &'b Value, kind: &str) -> &'b Value {
    let found = fixtures::resources(bundle).into_iter().find(|resource| resource["resourceType"] == kind);
    found.unwrap_or_else(|| panic!("there is no {kind}"))
}

#[test]
fn each_term_is_fhirs_code_of_the_same_name() {
    let schema: Value = serde_json::from_str(&case2fhir::case::schema()).expect("the schema is JSON");
    let mut count = 0;
    for (name, fields, kind, place) in TERMS {
        let terms = schema["$defs"][name]["oneOf"].as_array().expect("the terms of the enumeration");
        for term in terms {
            let term = term["const"].as_str().expect("a term");
            let bundle = valid(&fields.replace("TERM", term));
            assert_eq!(resource(&bundle, kind).pointer(place), Some(&Value::from(term)), "{name} {term}");
            count += 1;
        }
    }
    assert!(count >= 100, "{count} terms");
}

#[test]
fn a_grade_has_the_code_of_its_number() {
    for (grade, code) in [("1", "C41338"), ("grade 2", "C41339"), ("G3", "C41340"), ("4", "C41337"), ("5", "C48275")] {
        let bundle = valid(&format!("adverse_events: {{event: rash, grade: {grade}, date: 2020-01-02}}"));
        let (event, about) = (resource(&bundle, "AdverseEvent"), resource(&bundle, "Observation"));
        let id = event["id"].as_str().expect("an id");
        assert_eq!(about["focus"][0]["reference"], format!("urn:uuid:{id}"));
        let value = &about["component"][0]["valueCodeableConcept"];
        assert_eq!(value["coding"][0]["code"], code);
        assert_eq!(value["text"], grade);
        assert!(event.get("severity").is_none(), "a grade is no severity");
    }
}

#[test]
fn what_is_entered_by_mistake_or_not_known_invents_nothing() {
    let bundle = valid("conditions: {condition: gout, certainty: entered-in-error}");
    let condition = resource(&bundle, "Condition");
    assert_eq!(condition["verificationStatus"]["coding"][0]["code"], "entered-in-error");
    assert!(condition.get("clinicalStatus").is_none(), "con-5");
    let bundle = valid("medications: {drug: a, status: planned, order: {intent: order}}");
    let requester = &resource(&bundle, "MedicationRequest")["requester"];
    assert_eq!(requester["extension"][0]["valueCode"], "unknown", "us-core-21 wants a requester");
    let bundle = valid("medications: {drug: a, status: planned}");
    let request = resource(&bundle, "MedicationRequest");
    assert_eq!((request["intent"].as_str(), request.get("requester")), (Some("plan"), None));
    let bundle = valid("appointments: {status: booked, start: 2020-05, cancellation_reason: ~}");
    let appointment = resource(&bundle, "Appointment");
    assert_eq!(appointment["requestedPeriod"][0]["start"], "2020-05");
    for side in ["_start", "_end"] {
        assert_eq!(appointment[side]["extension"][0]["valueCode"], "unknown", "app-3 wants both");
    }
    let bundle = valid("appointments: {status: proposed}");
    let appointment = resource(&bundle, "Appointment");
    assert!(appointment.get("_start").is_none() && appointment.get("requestedPeriod").is_none());
}

#[test]
fn causes_are_what_r4_takes_references_to() {
    let bundle = valid(
        "medications: [{key: given, drug: a}, {key: planned, drug: b, status: planned}]\n\
         adverse_events: {event: rash, of: [given, planned], cause: sunlight}",
    );
    let event = resource(&bundle, "AdverseEvent");
    let given = resource(&bundle, "MedicationAdministration")["id"].as_str().expect("an id").to_owned();
    let suspects = event["suspectEntity"].as_array().expect("suspects");
    assert_eq!(suspects[0]["instance"]["reference"], format!("urn:uuid:{given}"));
    assert_eq!(suspects[1]["instance"]["display"], "sunlight");
    assert_eq!(suspects.len(), 2, "an order has no effects");
    assert_eq!(event["extension"][0]["valueAnnotation"]["text"], "Suspected cause: b");
}

#[test]
fn an_encounter_without_a_kind_states_fhirs_profile() {
    let profile = |fields: &str| resource(&valid(fields), "Encounter")["meta"]["profile"][0].clone();
    assert_eq!(
        profile("encounters: {kind: visit, class: AMB}"),
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-encounter"
    );
    assert_eq!(profile("encounters: {class: virtual}"), "http://hl7.org/fhir/StructureDefinition/Encounter");
}
