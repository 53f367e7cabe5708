//! Issues as text for people: severity, code, place, path, what is wrong and what to do.
//!
//! ```text
//! error[case/unknown-field]: there is no field `diagnosys` here
//!   --> case.yaml:12:5 (cancers[0])
//!   help: did you mean `diagnosis`?
//! ```

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::Values;
use crate::issue::{Issue, Place, Severity, SourceMap};

/// One issue as text, with a line break at its end. Colours are ANSI's; a stream that shows none strips them.
#[must_use]
pub fn render(issue: &Issue, sources: &SourceMap, values: Values) -> String {
    let mut out = String::new();
    let colour = match issue.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Information => AnsiColor::Cyan,
    };
    let strong = Style::new().bold();
    let head = colour.on_default().bold();
    let word = match issue.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "info",
    };
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{head}{word}[{}]{head:#}{strong}: {}{strong:#}", issue.code.name(), issue.message);
    let place = issue.span.and_then(|span| sources.place(span));
    let path = if issue.path.is_empty() { String::new() } else { format!(" ({})", issue.path) };
    match &place {
        Some(place) => {
            let field = place.field.map(|name| format!(", column {name}")).unwrap_or_default();
            let _ = writeln!(out, "  --> {}:{}:{}{field}{path}", place.file, place.line, place.column);
        }
        None if !path.is_empty() => {
            let _ = writeln!(out, "  -->{path}");
        }
        None => {}
    }
    if values == Values::Show {
        if let Some(place) = &place {
            let excerpt = Excerpt::new(place);
            let number = place.line.to_string();
            let gutter = " ".repeat(number.len());
            let (line, before, marks) = (&excerpt.line, &excerpt.before, "^".repeat(excerpt.marks));
            let _ = writeln!(out, " {gutter} |\n {number} | {line}\n {gutter} | {before}{head}{marks}{head:#}");
        }
        if let Some(value) = &issue.value {
            let _ = writeln!(out, "  value: {value}");
        }
    }
    if !issue.help.is_empty() {
        let _ = writeln!(out, "  {strong}help{strong:#}: {}", issue.help);
    }
    out
}

/// How many characters of a line are shown: JSON may stand in one line of a million.
const WIDTH: usize = 160;
/// How many of them stand before the place.
const LEAD: usize = 60;

/// The part of a line around a place, and the blanks that lead to it.
struct Excerpt {
    line: String,
    before: String,
    marks: usize,
}

impl Excerpt {
    fn new(place: &Place<'_>) -> Self {
        let column = place.column - 1;
        // Of a long line the first part is left out where the place stands far out; a line that fits is shown whole.
        let is_long = place.text.chars().nth(WIDTH).is_some();
        let skipped = if is_long && column + LEAD > WIDTH { column.saturating_sub(LEAD) } else { 0 };
        let mut shown = place.text.chars().skip(skipped);
        let mut line = if skipped > 0 { "…".to_owned() } else { String::new() };
        line.extend(shown.by_ref().take(WIDTH));
        if shown.next().is_some() {
            line.push('…');
        }
        let lead = column - skipped + usize::from(skipped > 0);
        let before = line.chars().take(lead).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let room = line.chars().count().saturating_sub(lead).max(1);
        Self { marks: place.width.min(room), line, before }
    }
}
