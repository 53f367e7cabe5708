//! StructureDefinitions as instances: published ones have no false error, and slicing that cannot be meant is found.

use case2fhir::issue::Code;
use case2fhir::validate::Request;
use serde_json::{Value, json};

use crate::support;

/// Where the slicing of this StructureDefinition is wrong.
fn wrong(definition: &Value) -> Vec<String> {
    let issues = support::judge(support::r4(), &definition.to_string(), &Request::default());
    let errors = support::errors(&issues);
    assert!(errors.iter().all(|issue| issue.code == Code::DefinitionSlicing), "{}", support::shown(&errors));
    errors.iter().map(|issue| issue.path.clone()).collect()
}

fn profile(of: &str, base: &str, elements: &Value) -> Value {
    json!({"resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/p", "name": "P", "status": "draft",
        "kind": "resource", "abstract": false, "type": of, "derivation": "constraint",
        "baseDefinition": format!("http://hl7.org/fhir/{base}"), "differential": {"element": elements}})
}

fn element(path: &str, id: &str, slicing: &Value) -> Value {
    let mut element = json!({"id": id, "path": path});
    if let Some((_, name)) = id.rsplit_once(':') {
        element["sliceName"] = json!(name);
    }
    if !slicing.is_null() {
        element["slicing"] = slicing.clone();
    }
    element
}

fn by(path: &str) -> Value {
    json!({"discriminator": [{"type": "value", "path": path}], "rules": "open"})
}

#[test]
fn a_discriminator_leads_to_what_the_element_has() {
    for (of, path, written, is_wrong) in [
        ("Observation", "Observation.category", "coding.code", false),
        ("Observation", "Observation.category", "$this", false),
        ("Observation", "Observation.category", "kode", true),
        ("Observation", "Observation.category", "coding.kode", true),
        ("Observation", "Observation.component", "value", false),
        ("Observation", "Observation.component", "value.ofType(Quantity).unit", false),
        ("Observation", "Observation.component", "value.ofType(Quantity).units", true),
        ("Observation", "Observation.component", "value.coding", false),
        ("Observation", "Observation.component", "extension('http://example.org/e').value", false),
        ("Observation", "Observation.component", "extension('http://example.org/e').type", true),
        ("Observation", "Observation.component.referenceRange", "low.value", false),
        ("Observation", "Observation.value[x].coding", "system", false),
        ("Observation", "Observation.valueCodeableConcept.coding", "code", false),
        ("Observation", "Observation.valueCodeableConcept.coding", "coding", true),
        ("Questionnaire", "Questionnaire.item.item.item", "linkId", false),
        ("Questionnaire", "Questionnaire.item.item.item", "link", true),
        // What is behind a reference, in a resource of any type, or below an unknown element, is not decided.
        ("Observation", "Observation.hasMember", "resolve().anything", false),
        ("Bundle", "Bundle.entry", "resource.anything", false),
        ("Bundle", "Bundle.entry", "resources", true),
        ("Observation", "Observation.kategory", "anything", false),
        ("Observation", "Observation.category", "where(", false),
    ] {
        let found =
            wrong(&profile(of, &format!("StructureDefinition/{of}"), &json!([element(path, path, &by(written))])));
        let wanted: &[&str] =
            if is_wrong { &["StructureDefinition.differential.element[0].slicing.discriminator[0]"] } else { &[] };
        assert_eq!(found, wanted, "{path}: {written}");
    }
}

/// Each case was put before HL7's validator.
#[test]
fn extensions_are_sliced_once() {
    let closed = json!({"discriminator": [{"type": "value", "path": "url"}], "rules": "closed"});
    let ordered = json!({"discriminator": [{"type": "value", "path": "url"}], "rules": "open", "ordered": false});
    let patient = "StructureDefinition/Patient";
    for (base, path, first, second, is_wrong) in [
        (patient, "Patient.contact.extension", by("url"), by("value"), true),
        (patient, "Patient.contact.extension", by("url"), by("url"), false),
        (patient, "Patient.contact.extension", by("url"), closed, true),
        (patient, "Patient.contact.extension", by("url"), ordered.clone(), true),
        (patient, "Patient.contact.extension", ordered, by("url"), false),
        (patient, "Patient.extension", by("url"), by("value"), true),
        (patient, "Patient.contact.modifierExtension", by("url"), by("value"), true),
        // The base slices these already, and others may have slices of slices.
        ("us/core/StructureDefinition/us-core-patient", "Patient.extension", by("url"), by("value"), false),
        (patient, "Patient.name.extension", by("url"), by("value"), false),
        (patient, "Patient.identifier", by("system"), by("use"), false),
    ] {
        let id = format!("{path}:a");
        let elements = json!([element(path, path, &first), element(path, &id, &second)]);
        let wanted: &[&str] = if is_wrong { &["StructureDefinition"] } else { &[] };
        assert_eq!(wrong(&profile("Patient", base, &elements)), wanted, "{elements}");
    }
}

#[test]
fn a_snapshot_repeats_the_ids_of_its_differential() {
    let duplicates = |differential: Value, snapshot: Value| {
        let mut definition = profile("Patient", "StructureDefinition/Patient", &differential);
        definition["snapshot"] = json!({"element": snapshot});
        let issues = support::judge(support::r4(), &definition.to_string(), &Request::default());
        issues.iter().filter(|issue| issue.code == Code::DuplicateId).count()
    };
    let one = || element("Patient", "Patient", &Value::Null);
    assert_eq!(duplicates(json!([one()]), json!([one()])), 0);
    assert_eq!(duplicates(json!([one(), one()]), json!([one()])), 1);
    assert_eq!(duplicates(json!([one()]), json!([one(), one()])), 1);
}

#[test]
fn published_definitions_are_sliced_well() {
    for name in ["hl7.fhir.r4.examples#4.0.1", "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0"] {
        let Some(folder) = support::package(name) else {
            support::skipped("CASE2FHIR_PACKAGES names no folder with the package");
            continue;
        };
        let mut count = 0;
        for entry in std::fs::read_dir(folder).expect("the package") {
            let path = entry.expect("an entry").path();
            let is_definition =
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("StructureDefinition"));
            if !is_definition {
                continue;
            }
            count += 1;
            let text = std::fs::read_to_string(&path).expect("a definition");
            let issues = support::judge(support::r4(), &text, &Request::default());
            let of_slicing =
                |issue: &&case2fhir::issue::Issue| matches!(issue.code, Code::DefinitionSlicing | Code::DuplicateId);
            let found: Vec<_> = issues.iter().filter(of_slicing).collect();
            assert!(found.is_empty(), "{}\n{}", path.display(), support::shown(&found));
        }
        assert!(count > 50, "{name}: {count}");
        eprintln!("{count} StructureDefinitions of {name}");
    }
}
