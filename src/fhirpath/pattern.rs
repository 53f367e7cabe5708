//! Regular expressions (N1, "matches"): those of the crate `regex`, which takes time in proportion to the text and has no look-around.

use regex::RegexBuilder;

/// How large a regular expression that an expression spells out may grow when it is compiled, in bytes.
pub(super) const MOST_LITERAL: usize = 4 << 20;

/// How large one may grow that comes out of the evaluation, and is compiled each time.
pub(super) const MOST_COMPUTED: usize = 256 << 10;

/// A regular expression as FHIRPath means it: a point also matches line breaks. `None` where it is none or grows too large.
pub(super) fn compile(pattern: &str, full: bool, most: usize) -> Option<regex::Regex> {
    let anchored;
    let pattern = if full {
        anchored = format!("^(?:{pattern})$");
        &anchored
    } else {
        pattern
    };
    RegexBuilder::new(pattern).dot_matches_new_line(true).size_limit(most).build().ok()
}
