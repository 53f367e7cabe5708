//! Issues as a FHIR OperationOutcome (FHIR R4, OperationOutcome), one for each resource that was looked at.
//!
//! The file, line and column go where HL7's own validator puts them: into the extensions operationoutcome-file,
//! operationoutcome-issue-line and operationoutcome-issue-col (package hl7.fhir.uv.extensions), and in words into `location`. An
//! outcome has at least one issue, so a resource without any gets one that says "All OK".

use serde::Serialize;

use super::Values;
use crate::issue::{Issue, Severity, SourceMap};

/// The code system of the codes in `issue.details`: those of [`crate::issue::Code`]. Version 5 UUID of the name `issue-codes` in
/// this program's namespace; the codes are promises, and `case2fhir explain` tells what each means.
pub const ISSUE_CODES: &str = "urn:uuid:98f6435d-3c84-51ec-994d-59499a4cd650";

const FILE: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file";
const LINE: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
const COLUMN: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";
const SOURCE: &str = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source";

/// What an outcome is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The file's name as the user gave it; `None` where the reader knows it.
    pub file: Option<&'a str>,
    /// The line on which the resource stands, where a file holds many.
    pub line: Option<usize>,
}

/// An OperationOutcome, ready to be written.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationOutcome {
    resource_type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension>,
    issue: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extension: Vec<Extension>,
    severity: &'static str,
    code: &'static str,
    details: Details,
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnostics: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    location: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expression: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Details {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coding: Vec<Coding>,
    text: String,
}

#[derive(Debug, Serialize)]
struct Coding {
    system: &'static str,
    code: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
    url: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_string: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_integer: Option<usize>,
}

impl Extension {
    fn text(url: &'static str, value: impl Into<String>) -> Self {
        Self { url, value_string: Some(value.into()), value_integer: None }
    }

    fn number(url: &'static str, value: usize) -> Self {
        Self { url, value_string: None, value_integer: Some(value) }
    }
}

impl OperationOutcome {
    /// The outcome of a resource: its issues in their order, or that all is well.
    #[must_use]
    pub fn new<'a>(
        issues: impl Iterator<Item = &'a Issue>,
        sources: &SourceMap,
        subject: Subject<'_>,
        values: Values,
    ) -> Self {
        let mut list: Vec<Entry> = issues.map(|issue| entry(issue, sources, values)).collect();
        if list.is_empty() {
            list.push(well(subject.line));
        }
        Self::of(list, subject)
    }

    /// The outcome of an input that could not be read at all: `code` is FHIR's issue type.
    #[must_use]
    pub fn unread(code: &'static str, message: &str, subject: Subject<'_>) -> Self {
        let details = Details { coding: Vec::new(), text: message.to_owned() };
        Self::of(vec![Entry { severity: "fatal", code, details, ..well(subject.line) }], subject)
    }

    fn of(issue: Vec<Entry>, subject: Subject<'_>) -> Self {
        let extension = subject.file.map(|file| Extension::text(FILE, file)).into_iter().collect();
        Self { resource_type: "OperationOutcome", extension, issue }
    }

    /// As JSON in one line, without a line break at its end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and numbers with members of fixed names can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As indented JSON, without a line break at its end.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// That there is nothing to say, in the words of HL7's own validator.
fn well(line: Option<usize>) -> Entry {
    Entry {
        extension: line.map(|line| Extension::number(LINE, line)).into_iter().collect(),
        severity: "information",
        code: "informational",
        details: Details { coding: Vec::new(), text: "All OK".to_owned() },
        diagnostics: None,
        location: Vec::new(),
        expression: Vec::new(),
    }
}

fn entry(issue: &Issue, sources: &SourceMap, values: Values) -> Entry {
    let code = issue.code.name();
    let place = issue.span.and_then(|span| sources.place(span));
    let mut diagnostics = place.as_ref().map(|place| {
        let field = place.field.map(|name| format!(", column {name}")).unwrap_or_default();
        format!("{}:{}:{}{field}", place.file, place.line, place.column)
    });
    let mut tell = |words: &str| {
        let text = diagnostics.get_or_insert_default();
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(words);
    };
    if !issue.help.is_empty() {
        tell(&issue.help);
    }
    if let (Values::Show, Some(value)) = (values, issue.value.as_deref().filter(|value| !value.is_empty())) {
        tell(&format!("value: {value}"));
    }
    let mut extension = Vec::new();
    if let Some(place) = &place {
        extension.push(Extension::number(LINE, place.line));
        // A string by its definition, though it is a number.
        extension.push(Extension::text(COLUMN, place.column.to_string()));
    }
    extension.push(Extension::text(SOURCE, "case2fhir"));
    Entry {
        extension,
        severity: severity(issue),
        code: issue.code.issue_type(),
        details: Details { coding: vec![Coding { system: ISSUE_CODES, code }], text: issue.message.clone() },
        diagnostics,
        location: place.iter().map(|place| format!("Line[{}] Col[{}]", place.line, place.column)).collect(),
        expression: if issue.path.is_empty() { Vec::new() } else { vec![issue.path.clone()] },
    }
}

/// FHIR's severity: what kept the text from being read at all is fatal, because nothing further could be checked.
fn severity(issue: &Issue) -> &'static str {
    match issue.severity {
        Severity::Error if issue.code.name().starts_with("source/") => "fatal",
        severity => severity.code(),
    }
}
