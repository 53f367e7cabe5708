//! Faults of single profiles, and of bundles, from two tables: slices, extensions of mCODE and US Core, invariants, codes, quantities;
//! entries, their fullUrls and requests, documents, references between entries.

use case2fhir::issue::Code;
use case2fhir::validate::Request;
use serde_json::Value;

use super::edit::{add, get, remove, rename, set};
use super::sound;
use super::verdict::{Expected, hold, report};
use crate::support;

const PROFILES: &str = include_str!("profiles.tsv");
const BUNDLES: &str = include_str!("bundles.tsv");

/// Faults that are not found as they should be, each with the reason. A fault that is found again must leave the list.
const KNOWN: &[(&str, &str)] = &[];

/// A row of a table.
struct Row<'a> {
    of: &'a str,
    kind: &'a str,
    edits: &'a str,
    code: Code,
    path: &'a str,
    follow: Vec<Code>,
}

fn code(name: &str) -> Code {
    let full = format!("validate/{name}");
    *Code::ALL.iter().find(|code| code.name() == full).unwrap_or_else(|| panic!("{full} is no code"))
}

fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (of, kind, edits, found, path) = (next(), next(), next(), code(next()), next());
        Row { of, kind, edits, code: found, path, follow: next().split_whitespace().map(code).collect() }
    })
}

/// The value that an edit names: JSON, or a copy of what is at `@path`.
fn named(value: &Value, text: &str) -> Value {
    match text.strip_prefix('@') {
        Some(path) => get(value, path).unwrap_or_else(|| panic!("{path} is not there")).clone(),
        None => serde_json::from_str(text).unwrap_or_else(|_| panic!("{text} is no JSON")),
    }
}

/// Makes the edits of a row.
fn edit(value: &mut Value, edits: &str) {
    for edit in edits.split(" ; ") {
        if let Some(path) = edit.strip_prefix("- ") {
            remove(value, path);
        } else if let Some((path, name)) = edit.split_once(" -> ") {
            rename(value, path, name);
        } else if let Some((path, text)) = edit.split_once(" + ") {
            let item = named(value, text);
            add(value, path, item);
        } else {
            let (path, text) = edit.split_once(" = ").unwrap_or_else(|| panic!("{edit} is no edit"));
            let new = named(value, text);
            set(value, path, new);
        }
    }
}

/// Puts the faults of both tables where they belong.
pub fn run() -> (usize, Vec<String>) {
    let (mut count, mut faults) = (0, Vec::new());
    let mut one = |sound: &Value, row: &Row<'_>| {
        let mut faulty = sound.clone();
        edit(&mut faulty, row.edits);
        let Row { of, kind, code, path, follow, .. } = row;
        let expected = Expected { kind, of, code: *code, path, follow };
        let fault = hold(support::r4(), &sound.to_string(), &faulty.to_string(), &expected).err();
        count += 1;
        match KNOWN.iter().any(|(known, _)| known == kind) {
            true if fault.is_none() => faults.push(format!("{kind}: known as not found, and is found")),
            true => {}
            false => faults.extend(fault),
        }
    };
    for row in rows(PROFILES) {
        let sound = sound::richest().iter().find(|sound| sound.profile == row.of);
        one(&sound.unwrap_or_else(|| panic!("no fixture states {}", row.of)).resource, &row);
    }
    for row in rows(BUNDLES) {
        one(&sound::bundle(row.of), &row);
    }
    (count, faults)
}

#[test]
fn each_fault_of_a_profile_or_bundle_is_found() {
    let (count, faults) = run();
    report("faults of profiles and bundles", count, &faults);
}

#[test]
fn bundles_of_each_type_are_sound() {
    let kinds = [
        "collection",
        "transaction",
        "batch",
        "transaction-response",
        "batch-response",
        "history",
        "searchset",
        "document",
    ];
    let mut faults = Vec::new();
    for kind in kinds {
        let issues = support::judge(support::r4(), &sound::bundle(kind).to_string(), &Request::default());
        let errors = support::errors(&issues);
        if !errors.is_empty() {
            faults.push(format!("{kind}:\n{}", support::shown(&errors)));
        }
    }
    report("bundles", kinds.len(), &faults);
}
