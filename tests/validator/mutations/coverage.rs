//! Every code of the validator is provoked by a fault, and every check file has one that it caught; what is not stands here with the
//! reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use case2fhir::issue::Code;

use super::{definitions, everywhere, made, tables, verdict};
use crate::support;

/// Codes that no fault here provokes, each with the reason.
const UNPROVOKED: &[(&str, &str)] =
    &[("validate/example-address", "said on request only, and all examples here have such addresses; see requests.rs")];

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the sources").map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            sources(&entry, files);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            files.push(entry);
        }
    }
}

/// The names of the codes that a source file names.
fn named(path: &Path, names: &BTreeMap<String, &'static str>) -> BTreeSet<&'static str> {
    let text = std::fs::read_to_string(path).expect("a source");
    let words = text.split("Code::").skip(1).map(|rest| rest.split(|letter: char| !letter.is_alphanumeric()).next());
    words.filter_map(|word| names.get(word.unwrap_or_default()).copied()).collect()
}

#[test]
fn every_code_and_every_check_is_provoked() {
    let mut faults = Vec::new();
    let mut count = 0;
    for (number, found) in [everywhere::run(), definitions::run(), tables::run(), made::run()] {
        count += number;
        faults.extend(found);
    }
    let provoked = verdict::provoked();
    let codes: BTreeSet<&str> =
        Code::ALL.iter().map(|code| code.name()).filter(|name| name.starts_with("validate/")).collect();
    let listed: BTreeSet<&str> = UNPROVOKED.iter().map(|(name, _)| *name).collect();
    let missing: Vec<_> = codes.iter().filter(|name| !provoked.contains(*name) && !listed.contains(*name)).collect();
    assert!(missing.is_empty(), "no fault provokes {missing:?} ({} faults were not found)", faults.len());
    let needless: Vec<_> = listed.iter().filter(|name| provoked.contains(*name) || !codes.contains(*name)).collect();
    assert!(needless.is_empty(), "listed as not provoked, and are: {needless:?}");

    let names: BTreeMap<String, &str> = Code::ALL.iter().map(|code| (format!("{code:?}"), code.name())).collect();
    let mut files = Vec::new();
    sources(&support::root().join("src/validate/check"), &mut files);
    sources(&support::root().join("src/validate/walk"), &mut files);
    let idle: Vec<_> = files
        .iter()
        .filter(|file| {
            let codes = named(file, &names);
            !codes.is_empty() && codes.is_disjoint(&provoked)
        })
        .collect();
    assert!(idle.is_empty(), "no fault is caught by {idle:?}");
    eprintln!("{count} faults provoke {} of {} codes", provoked.len(), codes.len());
}
