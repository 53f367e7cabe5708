//! Proves that a reference is judged alike whether its target stands before it or after it, and that what is said of it stands in the
//! document's order: targets further down are asked about when they were walked.

use case2fhir::issue::{Code, Issue};
use case2fhir::validate::Request;
use serde_json::{Value, json};

use crate::support::{judge, r4};

fn observation() -> Value {
    json!({"fullUrl": "http://h.org/fhir/Observation/o", "resource": {
        "resourceType": "Observation", "id": "o",
        "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"]},
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
        "code": {"text": "x"}, "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2020-01-01",
        "valueString": "x"}})
}

fn patient(gender: Option<&str>) -> Value {
    let mut patient = json!({"resourceType": "Patient", "id": "p",
        "meta": {"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"]},
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
        "identifier": [{"system": "http://h.org/ids", "value": "1"}], "name": [{"family": "A"}]});
    if let Some(gender) = gender {
        patient["gender"] = json!(gender);
    }
    json!({"fullUrl": "http://h.org/fhir/Patient/p", "resource": patient})
}

fn issues(entries: &[Value; 2], limit: usize) -> Vec<Issue> {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    judge(r4(), &bundle.to_string(), &Request { max_issues: limit, ..Request::default() })
}

fn codes(issues: &[Issue]) -> Vec<(Code, bool)> {
    let errors = issues.iter().filter(|issue| matches!(issue.code, Code::ReferenceProfile | Code::MinCardinality));
    errors.map(|issue| (issue.code, issue.path.contains("Observation"))).collect()
}

#[test]
fn targets_before_and_after_are_judged_alike() {
    let of_reference = (Code::ReferenceProfile, true);
    let of_target = (Code::MinCardinality, false);
    assert_eq!(codes(&issues(&[observation(), patient(None)], 1000)), [of_reference, of_target]);
    assert_eq!(codes(&issues(&[patient(None), observation()], 1000)), [of_target, of_reference]);
    assert_eq!(codes(&issues(&[observation(), patient(Some("female"))], 1000)), []);
    assert_eq!(codes(&issues(&[patient(Some("female")), observation()], 1000)), []);
}

#[test]
fn the_limit_keeps_the_first_issues_of_the_document() {
    let all = issues(&[observation(), patient(None)], 1000);
    for limit in 1..all.len() {
        let some = issues(&[observation(), patient(None)], limit);
        assert_eq!(some.get(..limit), all.get(..limit), "limit {limit}");
        assert_eq!(some.get(limit).map(|issue| issue.code), Some(Code::TooManyIssues));
    }
}
