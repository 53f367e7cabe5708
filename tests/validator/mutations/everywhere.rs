//! Faults that any resource can have, put into the resource of every profile.

use case2fhir::issue::Code;
use serde_json::{Value, json};

use super::definitions::holder;
use super::edit::{add, get, remove, rename, set};
use super::sound::{self, Sound};
use super::verdict::{Expected, hold, report};
use crate::support;

const HL7: &str = "http://hl7.org/fhir/StructureDefinition";
const US_CORE: &str = "http://hl7.org/fhir/us/core/StructureDefinition";
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// Puts a fault into a resource and says where it is, in the words of a path below the type.
type Fault = fn(&mut Value) -> String;

fn put(resource: &mut Value, path: &str, value: Value) -> String {
    set(resource, path, value);
    path.to_owned()
}

/// The table: the fault, the code that it must be found by, what may follow from it.
const FAULTS: &[(&str, Code, &[Code], Fault)] = &[
    // Members and their shapes.
    ("unknown member", Code::UnknownMember, &[], |r| put(r, "foo", json!("bar"))),
    ("unknown member below", Code::UnknownMember, &[], |r| put(r, "meta.foo", json!("bar"))),
    ("member with a capital", Code::UnknownMember, &[], |r| {
        rename(r, "id", "Id");
        "Id".into()
    }),
    ("member misspelt", Code::UnknownMember, &[], |r| {
        rename(r, "text.status", "staus");
        set(r, "text.status", json!("generated"));
        "text.staus".into()
    }),
    ("member of old exports", Code::UnknownMember, &[], |r| put(r, "fhir_comments", json!(["x"]))),
    ("number for a text", Code::WrongJsonType, &[], |r| put(r, "meta.source", json!(5))),
    ("truth value for a text", Code::WrongJsonType, &[], |r| put(r, "language", json!(true))),
    ("object for a text", Code::WrongJsonType, &[], |r| put(r, "language", json!({"value": "en"}))),
    ("list for a text", Code::WrongJsonType, &[], |r| put(r, "language", json!(["en"]))),
    ("text for an object", Code::WrongJsonType, &[], |r| put(r, "text", json!("words"))),
    ("list for an object", Code::WrongJsonType, &[], |r| {
        let text = json!([r["text"].clone()]);
        put(r, "text", text)
    }),
    ("object for a list", Code::WrongJsonType, &[], |r| {
        put(r, "meta.tag", json!({"system": "http://example.org/t", "code": "x"}))
    }),
    ("text for an item", Code::WrongJsonType, &[], |r| put(r, "meta.tag[0]", json!("x"))),
    ("list for an item", Code::WrongJsonType, &[], |r| put(r, "meta.tag[0]", json!([{"code": "x"}]))),
    ("empty text", Code::Empty, &[], |r| put(r, "language", json!(""))),
    ("empty list", Code::Empty, &[], |r| put(r, "meta.tag", json!([]))),
    ("empty object", Code::Empty, &[], |r| put(r, "meta.tag[0]", json!({}))),
    ("null", Code::Null, &[], |r| put(r, "language", Value::Null)),
    ("null in a list of objects", Code::WrongJsonType, &[], |r| put(r, "meta.tag[0]", Value::Null)),
    ("null beside nothing", Code::Null, &[], |r| {
        set(r, "meta.security", json!([{"system": CONFIDENTIALITY, "code": "R"}]));
        add(r, "meta.profile", Value::Null);
        "meta.profile[1]".into()
    }),
    ("type unknown", Code::UnknownResourceType, &[], |r| {
        set(r, "resourceType", json!("Foo"));
        "Resource".into()
    }),
    ("type in small letters", Code::UnknownResourceType, &[], |r| {
        let name = r["resourceType"].as_str().unwrap().to_lowercase();
        set(r, "resourceType", json!(name));
        "Resource".into()
    }),
    ("type missing", Code::UnknownResourceType, &[], |r| {
        remove(r, "resourceType");
        "Resource".into()
    }),
    ("type that is a number", Code::UnknownResourceType, &[Code::WrongJsonType], |r| {
        set(r, "resourceType", json!(5));
        "Resource".into()
    }),
    // Forms of values.
    ("day for an instant", Code::PrimitiveForm, &[], |r| put(r, "meta.lastUpdated", json!("2024-01-01"))),
    ("day that is none", Code::PrimitiveForm, &[], |r| put(r, "meta.lastUpdated", json!("2023-02-29T00:00:00Z"))),
    ("words for an instant", Code::PrimitiveForm, &[], |r| put(r, "meta.lastUpdated", json!("yesterday"))),
    ("id with a blank", Code::PrimitiveForm, &[], |r| put(r, "id", json!("a b"))),
    ("id with a low line", Code::PrimitiveForm, &[], |r| put(r, "id", json!("a_b"))),
    ("id of 65 characters", Code::PrimitiveForm, &[], |r| put(r, "id", json!("x".repeat(65)))),
    ("version with a blank", Code::PrimitiveForm, &[], |r| put(r, "meta.versionId", json!("a b"))),
    ("uri with a blank", Code::PrimitiveForm, &[], |r| put(r, "implicitRules", json!("a b"))),
    ("uuid that is none", Code::PrimitiveForm, &[], |r| put(r, "implicitRules", json!("urn:uuid:xyz"))),
    ("oid that is none", Code::PrimitiveForm, &[], |r| put(r, "implicitRules", json!("urn:oid:1.02"))),
    ("code with blanks around", Code::PrimitiveForm, &[], |r| put(r, "language", json!(" en"))),
    ("canonical that is relative", Code::PrimitiveForm, &[Code::ProfileUnknown], |r| {
        let place = add(r, "meta.profile", json!("foo"));
        format!("meta.profile[{place}]")
    }),
    // Narrative.
    ("narrative missing", Code::NoNarrative, &[], |r| {
        remove(r, "text");
        String::new()
    }),
    ("script in the narrative", Code::Narrative, &[Code::Invariant], |r| narrative(r, "<script>x</script>y")),
    ("event in the narrative", Code::Narrative, &[Code::Invariant], |r| narrative(r, "<p onclick=\"x()\">y</p>")),
    ("element unclosed in the narrative", Code::Narrative, &[Code::Invariant], |r| narrative(r, "<b><i>y</b></i>")),
    ("entity in the narrative", Code::Narrative, &[Code::Invariant], |r| narrative(r, "a&nbsp;b")),
    ("narrative in no namespace", Code::Narrative, &[Code::Invariant], |r| put(r, "text.div", json!("<div>x</div>"))),
    ("narrative without words", Code::Invariant, &[Code::Narrative], |r| narrative(r, "  ")),
    ("narrative of a status that is none", Code::BindingRequired, &[], |r| put(r, "text.status", json!("written"))),
    ("narrative without status", Code::MinCardinality, &[], |r| {
        remove(r, "text.status");
        "text".into()
    }),
    // Profiles and codes of the metadata.
    ("profile unknown", Code::ProfileUnknown, &[], |r| {
        let place = add(r, "meta.profile", json!("http://example.org/fhir/no-such"));
        format!("meta.profile[{place}]")
    }),
    ("profile of another type", Code::ProfileType, &[], |r| {
        let place = add(r, "meta.profile", json!(format!("{US_CORE}/us-core-organization")));
        format!("meta.profile[{place}]")
    }),
    ("code that its system has not", Code::CodeUnknown, &[], |r| {
        put(r, "meta.security", json!([{"system": CONFIDENTIALITY, "code": "XX"}]));
        "meta.security[0]".into()
    }),
    ("display that is another", Code::Display, &[], |r| {
        put(r, "meta.security", json!([{"system": CONFIDENTIALITY, "code": "R", "display": "wrong words"}]));
        "meta.security[0]".into()
    }),
    ("system that is no address", Code::SystemUnknown, &[], |r| {
        put(r, "meta.tag", json!([{"system": "tags", "code": "x"}]));
        "meta.tag[0]".into()
    }),
    // Extensions.
    ("extension of HL7 that is unknown", Code::ExtensionUnknown, &[Code::PrimitiveForm], |r| {
        extension(r, "extension", json!({"url": format!("{HL7}/no-such"), "valueString": "x"}))
    }),
    ("extension where it may not be", Code::ExtensionContext, &[], |r| {
        extension(
            r,
            "extension",
            json!({"url": format!("{HL7}/patient-birthTime"), "valueDateTime": "2024-01-01T00:00:00Z"}),
        );
        String::new()
    }),
    ("modifier that is none", Code::ExtensionModifier, &[Code::ExtensionContext], |r| {
        extension(r, "modifierExtension", json!({"url": format!("{HL7}/data-absent-reason"), "valueCode": "unknown"}))
    }),
    ("extension without url", Code::MinCardinality, &[], |r| extension(r, "extension", json!({"valueString": "x"}))),
    ("extension with value and extensions", Code::Invariant, &[], |r| {
        let inner = json!({"url": "http://example.org/b", "valueString": "x"});
        extension(r, "extension", json!({"url": "http://example.org/a", "valueString": "x", "extension": [inner]}))
    }),
    ("extension without anything", Code::Invariant, &[], |r| {
        extension(r, "extension", json!({"url": "http://example.org/a"}))
    }),
    ("extension of a type that it has not", Code::ChoiceType, &[Code::BindingRequired], |r| {
        let url = format!("{HL7}/data-absent-reason");
        extension(r, "extension", json!({"url": url, "valueBoolean": true}))
    }),
    ("code of an extension", Code::BindingRequired, &[], |r| {
        let url = format!("{HL7}/data-absent-reason");
        let place = extension(r, "extension", json!({"url": url, "valueCode": "nope"}));
        format!("{place}.value.ofType(code)")
    }),
    // Contained resources and references.
    ("contained, and not referred to", Code::Contained, &[], |r| {
        contained(r, json!({"resourceType": "Basic", "id": "b", "code": {"text": "x"}}), None);
        "contained[0]".into()
    }),
    ("contained without id", Code::Contained, &[Code::Invariant, Code::ReferenceUnresolved], |r| {
        contained(r, json!({"resourceType": "Basic", "code": {"text": "x"}}), Some("#b"));
        "contained[0].ofType(Basic)".into()
    }),
    ("contained in a contained one", Code::Contained, &[], |r| {
        let inner = json!({"resourceType": "Basic", "id": "c", "code": {"text": "x"}});
        contained(
            r,
            json!({"resourceType": "Basic", "id": "b", "code": {"text": "x"}, "contained": [inner]}),
            Some("#b"),
        );
        "contained[0]".into()
    }),
    ("contained with a version", Code::Contained, &[], |r| {
        contained(
            r,
            json!({"resourceType": "Basic", "id": "b", "code": {"text": "x"}, "meta": {"versionId": "1"}}),
            Some("#b"),
        );
        "contained[0]".into()
    }),
    ("member unknown in a contained one", Code::UnknownMember, &[], |r| {
        contained(r, json!({"resourceType": "Basic", "id": "b", "code": {"text": "x"}, "foo": 1}), Some("#b"));
        "contained[0].ofType(Basic).foo".into()
    }),
    ("reference to a contained one that is not there", Code::ReferenceUnresolved, &[Code::Invariant], |r| {
        let url = json!({"url": "http://example.org/a", "valueReference": {"reference": "#nowhere"}});
        let place = extension(r, "extension", url);
        format!("{place}.value.ofType(Reference)")
    }),
];

fn narrative(resource: &mut Value, inside: &str) -> String {
    put(resource, "text.div", json!(format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{inside}</div>")))
}

fn extension(resource: &mut Value, list: &str, extension: Value) -> String {
    let place = add(resource, list, extension);
    format!("{list}[{place}]")
}

/// Puts a resource into the resource, with a reference to it from an extension.
fn contained(resource: &mut Value, inner: Value, reference: Option<&str>) {
    set(resource, "contained", Value::Array(vec![inner]));
    if let Some(reference) = reference {
        let url = json!({"url": "http://example.org/a", "valueReference": {"reference": reference}});
        extension(resource, "extension", url);
    }
}

/// The path of a place below a type.
pub fn place(sound: &Sound, below: &str) -> String {
    if below.is_empty() { sound.type_name.clone() } else { format!("{}.{below}", sound.type_name) }
}

/// Puts each fault into each resource.
pub fn run() -> (usize, Vec<String>) {
    let (mut count, mut faults) = (0, Vec::new());
    for sound in sound::all() {
        let text = sound.resource.to_string();
        for (kind, code, follow, fault) in FAULTS {
            let mut resource = sound.resource.clone();
            let below = fault(&mut resource);
            let path = match code {
                Code::UnknownResourceType => below,
                // What is wrong with a member's name is its holder's fault.
                Code::UnknownMember => place(sound, &holder(&below)),
                _ => place(sound, &below),
            };
            let expected = Expected { kind, of: &sound.profile, code: *code, path: &path, follow };
            count += 1;
            faults.extend(hold(support::r4(), &text, &resource.to_string(), &expected).err());
        }
        // A member that stands twice is none that a serde_json::Value could have.
        let twice = text.replacen('{', "{\"language\":\"en\",\"language\":\"en\",", 1);
        let path = place(sound, "");
        let expected = Expected {
            kind: "member twice",
            of: &sound.profile,
            code: Code::DuplicateMember,
            path: &path,
            follow: &[],
        };
        count += 1;
        faults.extend(hold(support::r4(), &text, &twice, &expected).err());
    }
    (count, faults)
}

#[test]
fn each_fault_that_any_resource_can_have_is_found_in_each_profile() {
    let (count, faults) = run();
    report("faults of any resource", count, &faults);
}

/// A change that is no fault.
type Change = fn(&mut Value);

/// Changes that are no fault, in words and as they are made.
const HARMLESS: &[(&str, Change)] = &[
    ("nothing", |_| {}),
    ("without id", |r| remove(r, "id")),
    ("an extension of somebody's", |r| {
        extension(r, "extension", json!({"url": "http://example.org/a", "valueString": "x"}));
    }),
    ("a modifier of somebody's", |r| {
        extension(r, "modifierExtension", json!({"url": "http://example.org/a", "valueString": "x"}));
    }),
    ("an extension of a primitive without value", |r| {
        set(r, "_language", json!({"extension": [{"url": "http://example.org/a", "valueString": "x"}]}));
    }),
    ("a null beside an extension", |r| {
        add(r, "meta.profile", Value::Null);
        let profiles = get(r, "meta.profile").and_then(Value::as_array).map_or(0, Vec::len);
        let mut beside = vec![Value::Null; profiles - 1];
        beside.push(json!({"extension": [{"url": "http://example.org/a", "valueString": "x"}]}));
        set(r, "meta._profile", Value::Array(beside));
    }),
    ("a tag, a label, a source, a moment", |r| {
        set(r, "meta.tag", json!([{"system": "http://example.org/t", "code": "x"}]));
        set(r, "meta.security", json!([{"system": CONFIDENTIALITY, "code": "R", "display": "restricted"}]));
        set(r, "meta.source", json!("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"));
        set(r, "meta.lastUpdated", json!("2024-02-29T23:59:59.999+14:00"));
    }),
    ("a contained resource that is referred to", |r| {
        contained(r, json!({"resourceType": "Basic", "id": "b", "code": {"text": "x"}}), Some("#b"));
    }),
    ("the profile with its version", |r| {
        let url = r["meta"]["profile"][0].as_str().unwrap().to_owned();
        if url.contains("/mcode/") {
            set(r, "meta.profile[0]", json!(format!("{url}|4.0.0")));
        }
    }),
    ("an id of 64 characters", |r| set(r, "id", json!("x".repeat(64)))),
];

#[test]
fn sound_resources_have_no_error_and_harmless_changes_bring_none() {
    let mut faults = Vec::new();
    for sound in sound::all() {
        for (kind, change) in HARMLESS {
            let mut resource = sound.resource.clone();
            change(&mut resource);
            let issues = support::judge(support::r4(), &resource.to_string(), &case2fhir::validate::Request::default());
            let errors = support::errors(&issues);
            if !errors.is_empty() {
                faults.push(format!("{kind} in {}:\n{}", sound.profile, support::shown(&errors)));
            }
        }
    }
    report("harmless changes", sound::all().len() * HARMLESS.len(), &faults);
}
