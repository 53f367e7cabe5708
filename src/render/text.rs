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
use crate::issue::{Issue, Severity, SourceMap};

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
            let _ = writeln!(out, "  --> {}:{}:{}{path}", place.file, place.line, place.column);
        }
        None if !path.is_empty() => {
            let _ = writeln!(out, "  -->{path}");
        }
        None => {}
    }
    if values == Values::Show {
        if let Some(place) = &place {
            let number = place.line.to_string();
            let gutter = " ".repeat(number.len());
            let before: String =
                place.text.chars().take(place.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            let room = place.text.chars().count().saturating_sub(place.column - 1).max(1);
            let marks = "^".repeat(place.width.min(room));
            let _ = writeln!(out, " {gutter} |\n {number} | {}\n {gutter} | {before}{head}{marks}{head:#}", place.text);
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
