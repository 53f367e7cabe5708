//! The house's own case format: a document in YAML or JSON whose fields are those of [`Case`].

use crate::case::read::{Read, Reader};
use crate::case::{self, Case};
use crate::instance::{parse_json, parse_yaml};
use crate::issue::{Code, Issue, Issues, SourceMap, Span};

/// Reads a case from the source of this number.
pub(super) fn read(source: u16, sources: &SourceMap, issues: &mut Issues) -> Option<Case> {
    let text = sources.text(source);
    // A text that opens with a brace is read as JSON: YAML would take it too, but not JSON's escapes.
    let document = match text.trim_start().starts_with(['{', '[']) {
        true => parse_json(text, source, issues)?,
        false => parse_yaml(text, source, issues)?,
    };
    let Some(root) = document.root() else {
        let issue = Issue::new(Code::MissingField, "the input is empty").at(Span::new(source, 0, 0));
        issues.add(issue.help("`case2fhir init` writes a case to start from"));
        return None;
    };
    let case = Case::read(root, &mut Reader::new(issues))?;
    case::check(&case, issues);
    Some(case)
}
