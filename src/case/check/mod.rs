//! What a case must hold to beyond its fields: keys and links, ends after starts, numbers in their ranges, nothing said twice
//! and otherwise.

mod course;
mod diseases;
mod identities;
mod results;
mod treatments;

use super::{At, Case, items};
use crate::issue::{Code, Issue, Issues};

/// Reports what does not hold in a case that was read.
pub fn check(case: &Case, issues: &mut Issues) {
    let items = items(case);
    identities::check_identities(&items, issues);
    identities::check_links(case, &items, issues);
    results::check_negations(case, issues);
    results::check_doubts(case, issues);
    results::check_results(case, issues);
    diseases::check_conditions(case, issues);
    treatments::check_treatments(case, issues);
    course::check_events(case, issues);
    course::check_trials(case, issues);
    course::check_visits(case, issues);
    treatments::check_numbers(case, issues);
}

fn report(issues: &mut Issues, code: Code, at: At, message: impl Into<String>, help: impl Into<String>) {
    issues.add(Issue::new(code, message).at(at.0).help(help));
}
