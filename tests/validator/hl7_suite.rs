//! HL7's validator suite: 93 runs on R4, each with what the reference validator says. Held to: error or none, in every run that does
//! not hang on what cannot be had offline; those stand in [`KNOWN`] with the reason, and the list is exact. How many agree on the
//! number of errors and on their places is pinned.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use case2fhir::definition::{FhirVersion, Library, Package, parse_xml};
use case2fhir::instance::parse_json;
use case2fhir::issue::Issues;
use case2fhir::validate::{Request, Validator};
use serde_json::Value;

use crate::support;

/// Runs in which we do not agree, each with the reason.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "extension-version-restriction-range-r4",
        "base",
        "has an extension whose definition is in no package, nor among the suite's files here, and the suite wants known ones only; \
         6.0.21 does not know it either, and has an error",
    ),
    (
        "res-inv-example-good",
        "profile",
        "names a target profile of SMART App Launch, a package that is not here: an error there, not decided here",
    ),
    (
        "PulseOxBundle_25Oct2022",
        "base",
        "has errors in versions after 6.0.21 only: these hold what is no vital sign by its profile to one by its LOINC code, and know \
         LOINC's displays; 6.0.21 finds none, as we do",
    ),
    (
        "ab-list-slicing",
        "base",
        "a link that leads to nothing in the narrative: an error in versions after 6.0.21, which says nothing of it; a warning here",
    ),
];

/// How many runs agree on the number of errors, and on their places.
const SAME_NUMBER: usize = 82;
const SAME_PLACES: usize = 81;

#[expect(clippy::struct_excessive_bools, reason = "they are the options of a run, each by itself")]
struct Run {
    name: String,
    file: String,
    kind: String,
    /// Where the reference finds errors, in order; a place stands as often as it has one.
    expected: Vec<String>,
    profile: Option<String>,
    supporting: Vec<String>,
    security: bool,
    no_examples: bool,
    /// Whether references are to lead somewhere.
    resolve: bool,
    /// Whether contained resources are not to be looked at.
    skip_contained: bool,
}

fn runs(folder: &Path) -> Vec<Run> {
    let text = std::fs::read_to_string(folder.join("runs.json")).expect("the runs");
    let list: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let word = |run: &Value, name: &str| run[name].as_str().map(str::to_owned);
    list.iter()
        .map(|run| Run {
            name: word(run, "name").unwrap_or_default(),
            file: word(run, "file").unwrap_or_default(),
            kind: word(run, "run").unwrap_or_default(),
            expected: expected(&run["expected"]),
            profile: word(run, "profile"),
            supporting: run["supporting"]
                .as_array()
                .map(|list| list.iter().filter_map(|file| file.as_str().map(str::to_owned)).collect())
                .unwrap_or_default(),
            security: run["options"]["security-checks"].as_bool().unwrap_or(false),
            no_examples: run["options"]["examples"].as_bool() == Some(false),
            resolve: run["options"]["validateReference"].as_str() == Some("CHECK_EXISTS_AND_TYPE"),
            skip_contained: run["options"]["validateContains"].as_str() == Some("IGNORE"),
        })
        .collect()
}

fn expected(value: &Value) -> Vec<String> {
    if let Some(count) = value["errorCount"].as_u64() {
        return vec!["?".to_owned(); usize::try_from(count).expect("a count")];
    }
    let issues = value["issue"].as_array().or_else(|| value["outcome"]["issue"].as_array());
    let is_error = |issue: &&Value| matches!(issue["severity"].as_str(), Some("error" | "fatal"));
    let path = |issue: &Value| plain(issue["expression"][0].as_str().unwrap_or("?"));
    let mut paths: Vec<String> = issues.into_iter().flatten().filter(is_error).map(path).collect();
    paths.sort();
    paths
}

/// A path without the types that it goes through, which the reference tells in comments or not at all.
fn plain(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((at, (open, close))) =
        [("/*", "*/"), (".ofType(", ")")].iter().filter_map(|marks| Some((rest.find(marks.0)?, *marks))).min()
    {
        out.push_str(&rest[..at]);
        let inner = &rest[at + open.len()..];
        rest = inner.find(close).map_or("", |end| &inner[end + close.len()..]);
    }
    (out + rest).replace("[x]", "")
}

fn load(package: &mut Package, path: &Path, library: &Library) {
    let text = std::fs::read_to_string(path).expect("a definition");
    let mut issues = Issues::default();
    let document = match path.extension().is_some_and(|end| end == "xml") {
        true => parse_xml(&text, 1, library, &mut issues),
        false => parse_json(text.trim_start_matches('\u{feff}'), 1, &mut issues),
    };
    package.add(&document.unwrap_or_else(|| panic!("{} cannot be read: {issues:?}", path.display())), true);
}

#[test]
fn the_verdicts_of_hl7s_suite_are_ours() {
    let Some(folder) = support::shared("conformance/hl7") else {
        return support::skipped("../shared/conformance is not there");
    };
    let verbose = std::env::var_os("CASE2FHIR_VERBOSE").is_some();
    let files = folder.join("files");
    let (mut agreed, mut same_number, mut same_places) = (0, 0, 0);
    let (mut known, mut faults) = (BTreeSet::new(), Vec::new());
    let all = runs(&folder);
    for run in &all {
        let mut library = Library::embedded(FhirVersion::R4);
        let mut package = Package::default();
        let mut profiles = Vec::new();
        for file in &run.supporting {
            load(&mut package, &files.join(file), &library);
        }
        if let Some(profile) = &run.profile {
            if profile.starts_with("http") {
                profiles.push(profile.clone());
            } else {
                let before = package.structures.len();
                load(&mut package, &files.join(profile), &library);
                profiles.extend(package.structures.get(before).map(|definition| definition.url.to_string()));
            }
        }
        library.add(package);
        let mut issues = Issues::default();
        library.complete(&mut issues);
        let validator = Validator::new(Arc::new(library));
        let bytes = std::fs::read(files.join(&run.file)).expect("an instance");
        let text = String::from_utf8_lossy(&bytes);
        let request = Request {
            profiles: &profiles,
            security_checks: run.security,
            check_reference_types: true,
            known_extensions_only: true,
            refuse_example_addresses: run.no_examples,
            references_must_resolve: run.resolve,
            skip_contained: run.skip_contained,
            ..Request::default()
        };
        let issues = support::judge(&validator, &text, &request);
        let errors = support::errors(&issues);
        let mut places: Vec<String> = errors.iter().map(|issue| plain(&issue.path)).collect();
        places.sort();
        let agrees = run.expected.is_empty() == errors.is_empty();
        agreed += usize::from(agrees);
        same_number += usize::from(run.expected.len() == errors.len());
        // Of some runs the suite has the number only.
        let places_agree = match run.expected.first().map(String::as_str) {
            Some("?") => run.expected.len() == places.len(),
            _ => run.expected == places,
        };
        same_places += usize::from(places_agree);
        let listed = KNOWN.iter().any(|(name, kind, _)| *name == run.name && *kind == run.kind);
        if listed {
            known.insert((run.name.clone(), run.kind.clone()));
        }
        if agrees == listed || verbose && !places_agree {
            let (name, kind, expected) = (&run.name, &run.kind, &run.expected);
            let head = if agrees == listed { "DISAGREES" } else { "places differ" };
            let said = format!(
                "{head} {name} ({kind}): the reference finds {}, we {}\n    {expected:?}\n{}",
                expected.len(),
                errors.len(),
                support::shown(&errors)
            );
            if agrees == listed { faults.push(said) } else { eprintln!("{said}") }
        }
    }
    eprintln!(
        "{agreed} of {} runs agree on error or none, {same_number} on the number, {same_places} on the places; {} are known not to",
        all.len(),
        known.len()
    );
    assert_eq!(
        (same_number, same_places),
        (SAME_NUMBER, SAME_PLACES),
        "runs with the same number, and the same places"
    );
    assert!(faults.is_empty(), "{} runs:\n{}", faults.len(), faults.join("\n"));
}
