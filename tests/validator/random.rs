//! Proves that whatever becomes of our own resources by chance, the validator has no panic and one opinion: the same issues twice,
//! from a session that has seen others and from a new one, each at a place of the text.

use std::sync::OnceLock;

use case2fhir::instance::parse_json_bytes;
use case2fhir::issue::{Issue, Issues};
use case2fhir::validate::{Request, Session};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support;

/// All resources of the bundles that the cases become, each text once, with small bundles of them.
fn resources() -> &'static [Value] {
    static RESOURCES: OnceLock<Vec<Value>> = OnceLock::new();
    RESOURCES.get_or_init(|| {
        let folder = support::root().join("fixtures/cases");
        let mut cases: Vec<_> =
            std::fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
        cases.sort();
        let mut list: Vec<Value> = Vec::new();
        for case in cases {
            let Ok(text) = std::fs::read_to_string(case.join("bundle.json.snap")) else { continue };
            // insta writes its own lines between `---` before the snapshot.
            let json = text.splitn(3, "---\n").nth(2).expect("a snapshot");
            let bundle: Value = serde_json::from_str(json).expect("JSON");
            let entries = bundle["entry"].as_array().expect("entries");
            list.extend(entries.iter().map(|entry| entry["resource"].clone()));
            for some in entries.chunks(6).take(3) {
                let mut small = bundle.clone();
                small["entry"] = some.to_vec().into();
                list.push(small);
            }
        }
        assert!(list.len() > 100, "only {} resources", list.len());
        list
    })
}

/// What is done to a value somewhere in a resource. The numbers choose by remainder.
#[derive(Clone, Debug)]
enum Change {
    Replace(usize, Value),
    Remove(usize),
    Rename(usize, String),
    /// Puts what stands in one place in another.
    Copy(usize, usize),
    Repeat(usize, usize),
    Wrap(usize),
    /// Puts the resource itself inside: contained, in an entry, in a parameter.
    Contain(usize),
    /// Cuts a text, or puts something into it.
    Text(usize, usize, String),
}

/// A value by the order in which a walk meets it.
fn at(value: &mut Value, number: usize) -> &mut Value {
    fn size(value: &Value) -> usize {
        1 + match value {
            Value::Array(list) => list.iter().map(size).sum::<usize>(),
            Value::Object(members) => members.values().map(size).sum::<usize>(),
            _ => 0,
        }
    }
    let mut left = number % size(value);
    let mut value = value;
    while left > 0 {
        left -= 1;
        let inner: Vec<&mut Value> = match value {
            Value::Array(list) => list.iter_mut().collect(),
            Value::Object(members) => members.values_mut().collect(),
            _ => unreachable!("only what holds others has a size above one"),
        };
        value = inner
            .into_iter()
            .find(|value| {
                let size = size(value);
                let here = left < size;
                left -= if here { 0 } else { size };
                here
            })
            .expect("the sizes add up");
    }
    value
}

fn apply(resource: &mut Value, change: &Change) {
    match change {
        Change::Replace(place, new) => *at(resource, *place) = new.clone(),
        Change::Remove(place) => match at(resource, *place) {
            Value::Array(list) => drop(list.pop()),
            Value::Object(members) => {
                let name = members.keys().nth(place / 7 % members.len().max(1)).cloned();
                name.map(|name| members.remove(&name));
            }
            other => *other = Value::Null,
        },
        Change::Rename(place, name) => {
            if let Value::Object(members) = at(resource, *place)
                && let Some(old) = members.keys().nth(place / 7 % members.len().max(1)).cloned()
                && let Some(value) = members.remove(&old)
            {
                members.insert(name.clone(), value);
            }
        }
        Change::Copy(from, to) => {
            let value = at(resource, *from).clone();
            *at(resource, *to) = value;
        }
        Change::Repeat(place, times) => {
            if let Value::Array(list) = at(resource, *place)
                && let Some(last) = list.last().cloned()
            {
                list.extend(std::iter::repeat_n(last, *times));
            }
        }
        Change::Wrap(place) => {
            let value = at(resource, *place);
            *value = Value::Array(vec![value.take()]);
        }
        Change::Contain(how) => {
            let inner = resource.clone();
            match how % 3 {
                0 if resource.is_object() => resource["contained"] = json!([inner]),
                1 => {
                    *resource = json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": inner}]});
                }
                _ => *resource = json!({"resourceType": "Parameters", "parameter": [{"name": "x", "resource": inner}]}),
            }
        }
        Change::Text(place, cut, new) => {
            if let Value::String(text) = at(resource, *place) {
                let boundary = text.char_indices().map(|(at, _)| at).nth(cut % (text.chars().count() + 1));
                text.truncate(boundary.unwrap_or(text.len()));
                text.push_str(new);
            }
        }
    }
}

/// Names that lead to rules of their own.
const NAMES: &[&str] = &[
    "_value",
    "active",
    "coding",
    "contained",
    "data",
    "display",
    "div",
    "entry",
    "extension",
    "fullUrl",
    "id",
    "identifier",
    "meta",
    "modifierExtension",
    "profile",
    "reference",
    "request",
    "resource",
    "resourceType",
    "system",
    "text",
    "type",
    "url",
    "valueQuantity",
    "valueReference",
    "é",
    "",
    "__id",
    "_",
];

fn names() -> impl Strategy<Value = String> {
    prop_oneof![9 => prop::sample::select(NAMES).prop_map(str::to_owned), 1 => ".{0,6}"]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(&["#", "#p", "Patient/p", "urn:uuid:1", "2021-02-30", "http://loinc.org", "<div/>"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names(), inner), 0..4).prop_map(|list| Value::from(Map::from_iter(list))),
        ]
    })
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let any = || any::<u16>().prop_map(usize::from);
    let change = prop_oneof![
        3 => (any(), values()).prop_map(|(place, new)| Change::Replace(place, new)),
        3 => any().prop_map(Change::Remove),
        3 => (any(), names()).prop_map(|(place, name)| Change::Rename(place, name)),
        3 => (any(), any()).prop_map(|(from, to)| Change::Copy(from, to)),
        1 => (any(), 1..40_usize).prop_map(|(place, times)| Change::Repeat(place, times)),
        1 => any().prop_map(Change::Wrap),
        1 => any().prop_map(Change::Contain),
        2 => (any(), any(), ".{0,3}").prop_map(|(place, cut, new)| Change::Text(place, cut, new)),
    ];
    prop::collection::vec(change, 1..8)
}

fn judge(session: &mut Session<'_>, bytes: &[u8], max_issues: usize) -> Vec<Issue> {
    let mut issues = Issues::default();
    if let Some(document) = parse_json_bytes(bytes, 1, &mut issues) {
        let request = Request { security_checks: true, max_issues, ..Request::default() };
        session.validate(&document, &request, &mut issues);
    }
    issues.into_iter().collect()
}

thread_local! {
    /// A session that has seen all texts before.
    static SESSION: std::cell::RefCell<Session<'static>> = std::cell::RefCell::new(support::r4().session());
}

fn one_opinion(bytes: &[u8]) -> Result<(), TestCaseError> {
    let first = judge(&mut support::r4().session(), bytes, 1000);
    let again = SESSION.with_borrow_mut(|session| judge(session, bytes, 1000));
    prop_assert_eq!(&first, &again);
    // A lower limit shows the first of them.
    let few = judge(&mut support::r4().session(), bytes, 3);
    prop_assert_eq!(&first[..first.len().min(3)], &few[..few.len().min(3)]);
    let length = u32::try_from(bytes.len()).expect("it is small");
    for issue in &first {
        prop_assert!(issue.span.is_none_or(|span| span.start <= span.end && span.end <= length), "{:?}", issue);
        prop_assert!(!issue.message.is_empty());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_resources_have_one_verdict(number in any::<prop::sample::Index>(), changes in changes()) {
        let mut resource = number.get(resources()).clone();
        for change in &changes {
            apply(&mut resource, change);
        }
        one_opinion(resource.to_string().as_bytes())?;
    }

    #[test]
    fn changed_bytes_have_one_verdict(
        number in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, any::<u8>()), 1..6),
    ) {
        let mut bytes = number.get(resources()).to_string().into_bytes();
        for (place, kind, byte) in edits {
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 if bytes.len() > 1 => drop(bytes.remove(place)),
                _ => bytes[place] = b"{}[],:\"\\0-"[usize::from(byte) % 10],
            }
        }
        one_opinion(&bytes)?;
    }
}
