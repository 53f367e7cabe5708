//! Issues as JSON, one object each, in the words of FHIR's `OperationOutcome.issue`.

use serde_json::{Value, json};

use super::Values;
use crate::issue::{Issue, SourceMap};

/// One issue as an object: `severity`, `code` (FHIR's issue type), `details` with the stable code, `diagnostics`, `expression`, and
/// where it stands: `file`, `line`, `column`, and `field`, the name of the column of a table.
#[must_use]
pub fn render(issue: &Issue, sources: &SourceMap, values: Values) -> Value {
    let mut object = json!({
        "severity": issue.severity.code(),
        "code": issue.code.issue_type(),
        "details": { "coding": [{ "code": issue.code.name() }] },
        "diagnostics": issue.message,
    });
    let mut set = |name: &str, value: Value| {
        if let Some(members) = object.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    if !issue.help.is_empty() {
        set("help", json!(issue.help));
    }
    if !issue.path.is_empty() {
        set("expression", json!([issue.path]));
    }
    if let Some(place) = issue.span.and_then(|span| sources.place(span)) {
        set("file", json!(place.file));
        set("line", json!(place.line));
        set("column", json!(place.column));
        if let Some(field) = place.field {
            set("field", json!(field));
        }
    }
    if let (Values::Show, Some(value)) = (values, &issue.value) {
        set("value", json!(value));
    }
    object
}
