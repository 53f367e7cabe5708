//! The sound resources that faults are put into: for each profile that conversions state the smallest resource of the snapshots under
//! `fixtures/cases`, and small bundles of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support;

/// A resource without fault.
#[derive(Clone)]
pub struct Sound {
    /// The profile that it states: the end of its url.
    pub profile: String,
    /// Its type.
    pub type_name: String,
    pub resource: Value,
}

/// Texts of the bundles that the cases become.
fn snapshots() -> Vec<(String, Value)> {
    let folder = support::root().join("fixtures/cases");
    let mut cases: Vec<_> = std::fs::read_dir(folder).expect("the cases").map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
        .iter()
        .filter_map(|case| {
            let text = std::fs::read_to_string(case.join("bundle.json.snap")).ok()?;
            // insta writes its own lines between `---` before the snapshot.
            let json = text.splitn(3, "---\n").nth(2).expect("a snapshot");
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            Some((name, serde_json::from_str(json).expect("JSON")))
        })
        .collect()
}

/// One resource for each profile, the one that comes first in this order of sizes.
fn first_by(size: impl Fn(&Value) -> usize) -> Vec<Sound> {
    let mut first: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for (_, bundle) in snapshots() {
        for entry in bundle["entry"].as_array().expect("entries") {
            let resource = &entry["resource"];
            let profile = resource["meta"]["profile"][0].as_str().expect("a profile");
            let size = size(resource);
            let found = first.entry(profile.to_owned()).or_insert_with(|| (usize::MAX, Value::Null));
            if size < found.0 {
                *found = (size, resource.clone());
            }
        }
    }
    let sound = first.into_iter().map(|(url, (_, resource))| Sound {
        profile: url.rsplit('/').next().unwrap_or_default().to_owned(),
        type_name: resource["resourceType"].as_str().expect("a type").to_owned(),
        resource,
    });
    sound.collect()
}

/// One resource for each profile, the smallest.
pub fn all() -> &'static [Sound] {
    static ALL: OnceLock<Vec<Sound>> = OnceLock::new();
    ALL.get_or_init(|| first_by(|resource| resource.to_string().len()))
}

/// One resource for each profile, the richest; one with an amount before those without, because faults are put into amounts.
pub fn richest() -> &'static [Sound] {
    static RICHEST: OnceLock<Vec<Sound>> = OnceLock::new();
    let amount = |resource: &Value| if resource["valueQuantity"].is_object() { usize::MAX / 2 } else { 0 };
    RICHEST.get_or_init(|| first_by(|resource| usize::MAX - 1 - amount(resource) - resource.to_string().len()))
}

/// The smallest case's bundle, made over into one of another type.
pub fn bundle(kind: &str) -> Value {
    let (_, mut bundle) = snapshots().into_iter().find(|(name, _)| name == "minimal").expect("the minimal case");
    bundle["type"] = kind.into();
    bundle["meta"]["profile"][0] = "http://hl7.org/fhir/StructureDefinition/Bundle".into();
    let entries = bundle["entry"].as_array_mut().expect("entries");
    match kind {
        "transaction" | "batch" | "history" => {
            for entry in entries.iter_mut() {
                let url = format!("{}/{}", text(&entry["resource"]["resourceType"]), text(&entry["resource"]["id"]));
                entry["request"] = json!({"method": "PUT", "url": url});
                if kind == "history" {
                    entry["response"] = json!({"status": "200"});
                }
                if kind == "batch" {
                    // Entries of a batch stand alone: their references are to what the server has.
                    relative(&mut entry["resource"]);
                }
            }
        }
        "transaction-response" | "batch-response" => {
            for entry in entries.iter_mut() {
                entry["response"] = json!({"status": "200 OK"});
            }
        }
        "searchset" => {
            for entry in entries.iter_mut() {
                entry["search"] = json!({"mode": "include"});
            }
            entries[0]["search"]["mode"] = "match".into();
            bundle["link"] = json!([{"relation": "self", "url": "http://example.org/fhir/Patient?active=true"}]);
            bundle["total"] = 1.into();
        }
        "document" => {
            let references: Vec<Value> =
                entries.iter().map(|entry| json!({"reference": text(&entry["fullUrl"])})).collect();
            let composition = json!({
                "resourceType": "Composition", "id": "composition",
                "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>A case</p></div>"},
                "status": "final", "type": {"text": "Case"}, "subject": references[0], "date": "2024-01-01",
                "author": [{"display": "somebody"}], "title": "Case",
                "section": [{"title": "All", "entry": references[1..]}],
            });
            entries.insert(
                0,
                json!({"fullUrl": "urn:uuid:11111111-1111-4111-8111-111111111111", "resource": composition}),
            );
            bundle["identifier"] = json!({"system": "http://example.org/documents", "value": "1"});
            bundle["timestamp"] = "2024-01-01T00:00:00Z".into();
        }
        _ => {}
    }
    bundle
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Makes each reference to an entry one to a resource of a server.
fn relative(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if name == "reference" {
                    *member = "Patient/1".into();
                } else {
                    relative(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(relative),
        _ => {}
    }
}
