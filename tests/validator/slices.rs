//! How values are told apart where no profile of the mutations shows it: by codings that are sliced themselves, by their place.

use case2fhir::definition::FhirVersion;
use case2fhir::issue::{Code, Issue};
use case2fhir::validate::{Request, Validator};
use serde_json::{Value, json};

use crate::support;

fn told(issues: &[Issue]) -> Vec<(Code, String)> {
    let errors = support::errors(issues).into_iter();
    let undecided = issues.iter().filter(|issue| issue.code == Code::SliceUndecided);
    errors.chain(undecided).map(|issue| (issue.code, issue.path.clone())).collect()
}

/// A blood pressure by FHIR's own profile, with these components: code of the system, and unit.
fn pressure(components: &[(&str, &str, &str)]) -> Vec<(Code, String)> {
    let component = |(system, code, unit): &(&str, &str, &str)| {
        json!({
            "code": {"coding": [{"system": "http://example.org/own", "code": "x"}, {"system": system, "code": code}]},
            "valueQuantity": {"value": 107, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": unit},
        })
    };
    let text = json!({
        "resourceType": "Observation", "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/bp"]},
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
        "status": "final", "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2020-01-01",
        "performer": [{"display": "somebody"}],
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": components.iter().map(component).collect::<Vec<Value>>(),
    });
    told(&support::judge(support::r4(), &text.to_string(), &Request::default()))
}

#[test]
fn components_of_a_blood_pressure_are_told_apart_by_codings_that_are_sliced() {
    const LOINC: &str = "http://loinc.org";
    let (systolic, diastolic) = ((LOINC, "8480-6", "mm[Hg]"), (LOINC, "8462-4", "mm[Hg]"));
    assert_eq!(pressure(&[systolic, diastolic]), []);
    assert_eq!(pressure(&[diastolic, systolic, (LOINC, "8478-0", "mm[Hg]")]), []);
    let missing = (Code::MinCardinality, "Observation".to_owned());
    assert_eq!(pressure(&[systolic, (LOINC, "8478-0", "mm[Hg]")]), std::slice::from_ref(&missing));
    assert_eq!(pressure(&[systolic, ("http://example.org/other", "8462-4", "mm[Hg]")]), [missing]);
    let twice = (Code::MaxCardinality, "Observation".to_owned());
    assert_eq!(pressure(&[systolic, diastolic, diastolic]), [twice]);
    let unit = (Code::FixedValue, "Observation.component[0].value.ofType(Quantity).code".to_owned());
    assert_eq!(pressure(&[(LOINC, "8480-6", "cm"), diastolic]), [unit]);
}

/// A profile for R5 in which the names of a patient are told apart by their place.
fn by_position(slices: &[(&str, u32, &str)], path: &str) -> Validator {
    let mut elements = vec![json!({
        "id": "Patient.name", "path": "Patient.name",
        "slicing": {"discriminator": [{"type": "position", "path": path}], "rules": "closed"},
    })];
    for (name, min, max) in slices {
        elements.push(json!({
            "id": format!("Patient.name:{name}"), "path": "Patient.name", "sliceName": name, "min": min, "max": max,
        }));
        elements.push(json!({
            "id": format!("Patient.name:{name}.text"), "path": "Patient.name.text", "patternString": name,
        }));
    }
    let profile = json!({
        "resourceType": "StructureDefinition", "url": "http://example.org/p", "name": "P", "kind": "resource",
        "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient", "differential": {"element": elements},
    });
    support::with_definitions(FhirVersion::R5, &[profile.to_string()])
}

fn named(validator: &Validator, names: &[&str]) -> Vec<(Code, String)> {
    let names: Vec<Value> = names.iter().map(|name| json!({"text": name})).collect();
    let text = json!({"resourceType": "Patient", "name": names}).to_string();
    let profiles = ["http://example.org/p".to_owned()];
    told(&support::judge(validator, &text, &Request { profiles: &profiles, ..Request::default() }))
}

#[test]
fn values_are_told_apart_by_their_place_in_the_list() {
    let validator = by_position(&[("a", 1, "1"), ("b", 2, "2"), ("c", 0, "1")], "$this");
    assert_eq!(named(&validator, &["a", "b", "b"]), []);
    assert_eq!(named(&validator, &["a", "b", "b", "c"]), []);
    let wrong = |at: usize| (Code::PatternValue, format!("Patient.name[{at}].text"));
    assert_eq!(named(&validator, &["b", "b", "a"]), [wrong(0), wrong(2)]);
    assert_eq!(named(&validator, &["a", "b", "b", "a"]), [wrong(3)]);
    assert_eq!(named(&validator, &["a", "b"]), [(Code::MinCardinality, "Patient".to_owned())]);
    assert_eq!(named(&validator, &["a", "b", "b", "c", "c"]), [(Code::SliceClosed, "Patient.name[4]".to_owned())]);
}

#[test]
fn a_last_slice_takes_the_rest_and_another_of_no_certain_number_is_undecided() {
    let validator = by_position(&[("a", 1, "1"), ("c", 0, "*")], "$this");
    assert_eq!(named(&validator, &["a", "c", "c", "c"]), []);
    assert_eq!(named(&validator, &["a"]), []);
    let undecided = [(Code::SliceUndecided, "Patient.name[0]".to_owned())];
    assert_eq!(named(&by_position(&[("a", 0, "1"), ("c", 0, "*")], "$this"), &["a"]), undecided);
    assert_eq!(named(&by_position(&[("a", 1, "1")], "text"), &["a"]), undecided);
}
