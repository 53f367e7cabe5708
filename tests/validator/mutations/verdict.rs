//! What a fault brings: the issues that the sound resource did not have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use case2fhir::issue::{Code, Issue, Severity};
use case2fhir::validate::{Request, Validator};

use crate::support;

/// Codes that a fault was found by, over all tests that ran.
static PROVOKED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The codes that were provoked so far.
pub fn provoked() -> BTreeSet<&'static str> {
    PROVOKED.lock().expect("no test panicked with it").clone()
}

/// Notes that a code was provoked.
pub fn note(code: Code) {
    PROVOKED.lock().expect("no test panicked with it").insert(code.name());
}

/// What is expected of a fault.
pub struct Expected<'a> {
    /// The fault in words, for whom it concerns.
    pub kind: &'a str,
    /// The profile or bundle that it is put into.
    pub of: &'a str,
    /// The code and the place that it must be reported with.
    pub code: Code,
    pub path: &'a str,
    /// Codes of errors that may follow from it.
    pub follow: &'a [Code],
}

/// Holds the issues of a text with a fault against what is expected; `sound` is the text without it.
pub fn hold(validator: &Validator, sound: &str, faulty: &str, expected: &Expected<'_>) -> Result<(), String> {
    let request = Request::default();
    let mut old: BTreeMap<(&str, String, String), usize> = BTreeMap::new();
    for issue in support::judge(validator, sound, &request) {
        *old.entry((issue.code.name(), issue.path, issue.message)).or_default() += 1;
    }
    let all = support::judge(validator, faulty, &request);
    let new: Vec<&Issue> = all
        .iter()
        .filter(|issue| match old.get_mut(&(issue.code.name(), issue.path.clone(), issue.message.clone())) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .collect();
    let found = new.iter().any(|issue| issue.code == expected.code && issue.path == expected.path);
    let beside: Vec<&&Issue> = new
        .iter()
        .filter(|issue| issue.severity == Severity::Error && issue.code != expected.code)
        .filter(|issue| !expected.follow.contains(&issue.code))
        .collect();
    if found && beside.is_empty() {
        note(expected.code);
        return Ok(());
    }
    let what = if found { "other errors beside it" } else { "not found" };
    Err(format!(
        "{} in {}: expected {} at {}: {what}\n{}",
        expected.kind,
        expected.of,
        expected.code.name(),
        expected.path,
        support::shown(&new)
    ))
}

/// Fails with all that went wrong.
pub fn report(what: &str, count: usize, faults: &[String]) {
    eprintln!("{what}: {count} faults");
    assert!(faults.is_empty(), "{} of {count} are not as expected:\n{}", faults.len(), faults.join("\n"));
}
