//! Faults against demands that none of the profiles of our own fixtures makes: the profile, value sets and code system here are made
//! for the purpose, and the resource too.

use std::sync::{Arc, OnceLock};

use case2fhir::definition::{FhirVersion, Library, Package};
use case2fhir::instance::parse_json;
use case2fhir::issue::{Code, Issues};
use case2fhir::validate::{Request, Validator};
use serde_json::{Value, json};

use super::edit::{add, set};
use super::verdict::{Expected, hold, note, report};
use crate::support;

const HOUSE: &str = "http://example.org/fhir";

fn concept(code: &str) -> Value {
    json!({"coding": [{"system": format!("{HOUSE}/CodeSystem/house"), "code": code}]})
}

/// An observation with limits, an ordered and closed slicing, a slicing and an invariant that cannot be decided, and a value set beyond
/// which nothing may be.
fn profile() -> Value {
    let slice = |name: &str, code: &str| {
        json!({
            "id": format!("Observation.category:{name}"), "path": "Observation.category", "sliceName": name,
            "min": 0, "max": "1", "patternCodeableConcept": concept(code),
        })
    };
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HOUSE}/StructureDefinition/house-observation"),
        "name": "HouseObservation", "status": "draft", "kind": "resource", "abstract": false, "type": "Observation",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation", "derivation": "constraint",
        "snapshot": {"element": [
            {"id": "Observation", "path": "Observation", "min": 0, "max": "*", "constraint": [
                {"key": "house-1", "severity": "error", "human": "cannot be read", "expression": "status.("},
                {"key": "house-2", "severity": "error", "human": "has a code's words", "expression": "code.text.exists()"},
            ]},
            {"id": "Observation.identifier", "path": "Observation.identifier", "min": 0, "max": "*", "type": [{
                "code": "Identifier",
                "profile": [
                    format!("{HOUSE}/StructureDefinition/identifier-system"),
                    format!("{HOUSE}/StructureDefinition/identifier-use"),
                ],
            }]},
            {"id": "Observation.identifier.value", "path": "Observation.identifier.value", "min": 0, "max": "1", "maxLength": 5},
            {"id": "Observation.category", "path": "Observation.category", "min": 0, "max": "*", "slicing": {
                "discriminator": [{"type": "pattern", "path": "$this"}], "ordered": true, "rules": "closed",
            }},
            slice("first", "a"),
            slice("second", "b"),
            {"id": "Observation.effective[x]", "path": "Observation.effective[x]", "min": 0, "max": "1",
                "type": [{"code": "dateTime"}], "minValueDateTime": "2000-01-01", "maxValueDateTime": "2030-12-31"},
            {"id": "Observation.value[x]", "path": "Observation.value[x]", "min": 0, "max": "1",
                "type": [{"code": "integer"}], "minValueInteger": 0, "maxValueInteger": 10},
            {"id": "Observation.method", "path": "Observation.method", "min": 0, "max": "1", "binding": {
                "strength": "extensible", "valueSet": format!("{HOUSE}/ValueSet/some"),
                "extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet",
                    "valueCanonical": format!("{HOUSE}/ValueSet/all"),
                }],
            }},
            {"id": "Observation.specimen", "path": "Observation.specimen", "min": 0, "max": "1", "type": [{
                "code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Specimen"],
                "aggregation": ["contained"],
            }]},
            {"id": "Observation.component", "path": "Observation.component", "min": 0, "max": "*", "slicing": {
                "discriminator": [{"type": "value", "path": "code.trace('x')"}], "rules": "open",
            }},
            {"id": "Observation.component:one", "path": "Observation.component", "sliceName": "one", "min": 0, "max": "1"},
        ]},
    })
}

/// An identifier that has this element.
fn identifier(name: &str) -> Value {
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HOUSE}/StructureDefinition/identifier-{name}"),
        "name": "HouseIdentifier", "status": "draft", "kind": "complex-type", "abstract": false, "type": "Identifier",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Identifier", "derivation": "constraint",
        "snapshot": {"element": [
            {"id": "Identifier", "path": "Identifier", "min": 0, "max": "*"},
            {"id": format!("Identifier.{name}"), "path": format!("Identifier.{name}"), "min": 1, "max": "1"},
        ]},
    })
}

/// An extension of an attachment of four bytes at most.
fn photo() -> Value {
    let url = format!("{HOUSE}/StructureDefinition/photo");
    json!({
        "resourceType": "StructureDefinition", "url": url, "name": "Photo", "status": "draft", "kind": "complex-type",
        "abstract": false, "type": "Extension", "context": [{"type": "element", "expression": "Observation"}],
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension", "derivation": "constraint",
        "snapshot": {"element": [
            {"id": "Extension", "path": "Extension", "min": 0, "max": "*"},
            {"id": "Extension.url", "path": "Extension.url", "min": 1, "max": "1", "fixedUri": url},
            {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "max": "1", "type": [{"code": "Attachment"}],
                "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/maxSize", "valueDecimal": 4}]},
        ]},
    })
}

fn value_set(name: &str, codes: &[&str]) -> Value {
    let concepts: Vec<Value> = codes.iter().map(|code| json!({"code": code})).collect();
    json!({
        "resourceType": "ValueSet", "url": format!("{HOUSE}/ValueSet/{name}"), "status": "draft",
        "compose": {"include": [{"system": format!("{HOUSE}/CodeSystem/house"), "concept": concepts}]},
    })
}

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let codes: Vec<Value> =
            ["a", "b", "c", "d"].iter().map(|code| json!({"code": code, "display": code})).collect();
        let system = json!({
            "resourceType": "CodeSystem", "url": format!("{HOUSE}/CodeSystem/house"), "status": "draft",
            "content": "complete", "concept": codes,
        });
        let mut package = Package { id: "house".into(), ..Package::default() };
        let sets = [value_set("some", &["a"]), value_set("all", &["a", "b"])];
        let definitions = [profile(), identifier("system"), identifier("use"), photo(), system].into_iter().chain(sets);
        for definition in definitions {
            let mut issues = Issues::default();
            let document = parse_json(&definition.to_string(), 1, &mut issues).expect("JSON");
            assert_eq!(package.add(&document, false), 0, "the definitions can be read");
        }
        let mut library = Library::embedded(FhirVersion::R4);
        library.add(package);
        Validator::new(Arc::new(library))
    })
}

fn observation() -> Value {
    json!({
        "resourceType": "Observation", "id": "o", "meta": {"profile": [format!("{HOUSE}/StructureDefinition/house-observation")]},
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div>"},
        "extension": [{
            "url": format!("{HOUSE}/StructureDefinition/photo"),
            "valueAttachment": {"contentType": "text/plain", "data": "MTIzNA=="},
        }],
        "identifier": [{"system": format!("{HOUSE}/ids"), "value": "12345"}], "status": "final",
        "category": [concept("a"), concept("b")], "code": {"text": "thing"}, "subject": {"display": "somebody"},
        "effectiveDateTime": "2024-01-01", "performer": [{"display": "somebody"}], "valueInteger": 10, "method": concept("a"),
    })
}

type Row = (&'static str, Code, &'static str, &'static [Code], fn(&mut Value));

const FAULTS: &[Row] = &[
    ("text too long", Code::MaxLength, "Observation.identifier[0].value", &[], |r| {
        set(r, "identifier[0].value", json!("123456"));
    }),
    ("identifier of no profile", Code::TypeProfile, "Observation.identifier[0]", &[], |r| {
        r["identifier"][0].as_object_mut().unwrap().remove("system");
    }),
    ("attachment too large", Code::Attachment, "Observation.extension[0].value.ofType(Attachment)", &[], |r| {
        set(r, "extension[0].valueAttachment.data", json!("MTIzNDU="));
    }),
    (
        "attachment that says it is too large",
        Code::Attachment,
        "Observation.extension[0].value.ofType(Attachment)",
        &[],
        |r| {
            set(
                r,
                "extension[0].valueAttachment",
                json!({"contentType": "text/plain", "url": "http://example.org/a", "size": 5}),
            );
        },
    ),
    ("number too great", Code::ValueLimit, "Observation.value.ofType(integer)", &[], |r| {
        set(r, "valueInteger", json!(11));
    }),
    ("number too small", Code::ValueLimit, "Observation.value.ofType(integer)", &[], |r| {
        set(r, "valueInteger", json!(-1));
    }),
    ("day too early", Code::ValueLimit, "Observation.effective.ofType(dateTime)", &[], |r| {
        set(r, "effectiveDateTime", json!("1999-12-31"));
    }),
    ("day too late", Code::ValueLimit, "Observation.effective.ofType(dateTime)", &[], |r| {
        set(r, "effectiveDateTime", json!("2031-01-01"));
    }),
    ("items in another order", Code::SliceOrder, "Observation.category[1]", &[], |r| {
        set(r, "category", json!([concept("b"), concept("a")]));
    }),
    ("item of no slice", Code::SliceClosed, "Observation.category[2]", &[], |r| {
        add(r, "category", concept("c"));
    }),
    ("item of two slices", Code::SliceAmbiguous, "Observation.category[0]", &[], |r| {
        let both = [&concept("a")["coding"][0], &concept("b")["coding"][0]].map(Value::clone);
        set(r, "category", json!([{"coding": both}]));
    }),
    ("item of a slice twice", Code::MaxCardinality, "Observation", &[Code::SliceOrder], |r| {
        set(r, "category", json!([concept("a"), concept("a")]));
    }),
    ("item of a slicing that cannot be decided", Code::SliceUndecided, "Observation.component[0]", &[], |r| {
        set(r, "component", json!([{"code": {"text": "x"}, "valueString": "y"}]));
    }),
    ("code beside the value set", Code::BindingExtensible, "Observation.method", &[], |r| {
        set(r, "method", concept("b"));
    }),
    ("code beyond the greatest value set", Code::BindingMaximum, "Observation.method", &[], |r| {
        set(r, "method", concept("c"));
    }),
    ("code that the system has not", Code::CodeUnknown, "Observation.method.coding[0]", &[Code::BindingMaximum], |r| {
        set(r, "method", concept("e"));
    }),
    ("display that is another", Code::Display, "Observation.method.coding[0]", &[], |r| {
        set(r, "method.coding[0].display", json!("z"));
    }),
    ("reference out of the resource", Code::ReferenceAggregation, "Observation.specimen", &[], |r| {
        set(r, "specimen", json!({"reference": "Specimen/1"}));
    }),
    ("rule of the profile", Code::Invariant, "Observation", &[], |r| set(r, "code", concept("a"))),
    ("type that the profile has not", Code::ChoiceType, "Observation.value.ofType(string)", &[], |r| {
        r.as_object_mut().unwrap().remove("valueInteger");
        set(r, "valueString", json!("x"));
    }),
];

/// A profile that tells identifiers apart by this path.
fn sliced_by(path: &str) -> Value {
    json!({
        "resourceType": "StructureDefinition", "url": format!("{HOUSE}/StructureDefinition/house-patient"), "name": "HousePatient",
        "status": "draft", "kind": "resource", "abstract": false, "type": "Patient", "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{
            "id": "Patient.identifier", "path": "Patient.identifier",
            "slicing": {"discriminator": [{"type": "value", "path": path}], "rules": "open"},
        }]},
    })
}

/// Puts each fault into the observation, and one into a profile.
pub fn run() -> (usize, Vec<String>) {
    let sound = observation();
    let mut faults = Vec::new();
    for (kind, code, path, follow, fault) in FAULTS {
        let mut faulty = sound.clone();
        fault(&mut faulty);
        let expected = Expected { kind, of: "the made profile", code: *code, path, follow };
        faults.extend(hold(validator(), &sound.to_string(), &faulty.to_string(), &expected).err());
    }
    let expected = Expected {
        kind: "discriminator that leads to nothing",
        of: "a made profile",
        code: Code::DefinitionSlicing,
        path: "StructureDefinition.differential.element[0].slicing.discriminator[0]",
        follow: &[],
    };
    let (well, badly) = (sliced_by("system").to_string(), sliced_by("sistem").to_string());
    faults.extend(hold(validator(), &well, &badly, &expected).err());
    // What stands in the definitions themselves is said of the sound one already.
    let issues = support::judge(validator(), &sound.to_string(), &Request::default());
    match issues.iter().find(|issue| issue.code == Code::InvariantUndecided && issue.message.contains("house-1")) {
        Some(_) => note(Code::InvariantUndecided),
        None => faults.push("an invariant that cannot be read is passed over in silence".into()),
    }
    // More faults than are kept.
    let mut many = sound;
    for place in 0..20 {
        set(&mut many, &format!("unknown{place}"), json!(1));
    }
    let request = Request { max_issues: 5, ..Request::default() };
    let issues = support::judge(validator(), &many.to_string(), &request);
    match issues.iter().any(|issue| issue.code == Code::TooManyIssues) && issues.len() <= 6 {
        true => note(Code::TooManyIssues),
        false => faults.push(format!("{} issues where five are kept", issues.len())),
    }
    (FAULTS.len() + 3, faults)
}

#[test]
fn each_fault_against_demands_of_our_own_making_is_found() {
    let (count, faults) = run();
    report("faults against definitions of our own", count, &faults);
}

#[test]
fn the_made_observation_is_sound() {
    let issues = support::judge(validator(), &observation().to_string(), &Request::default());
    let errors = support::errors(&issues);
    assert!(errors.is_empty(), "{}", support::shown(&errors));
}
