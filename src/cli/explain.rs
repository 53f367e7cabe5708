//! `case2fhir explain`: what the code of an issue means, and what to do.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::Outcome;
use super::args::{Explain, ExplainFormat};
use super::talk::Talk;
use crate::issue::{Code, Severity};

/// A code as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    code: &'static str,
    severity: &'static str,
    issue_type: &'static str,
    explanation: String,
}

pub(super) fn run(options: &Explain, talk: &mut Talk) -> Outcome {
    let is_json = options.format == ExplainFormat::Json;
    let text = match &options.code {
        None if is_json => json(&Code::ALL.iter().map(|code| told(*code)).collect::<Vec<_>>()),
        None => list(),
        Some(typed) => match find(typed) {
            Ok(code) if is_json => json(&told(code)),
            Ok(code) => explain(code),
            Err(near) => {
                let names: Vec<String> = near.iter().map(|code| format!("`{}`", code.name())).collect();
                let help = match names.is_empty() {
                    true => "`case2fhir explain` lists all".to_owned(),
                    false => format!("did you mean {}?", names.join(" or ")),
                };
                talk.failure(&format!("there is no issue code `{typed}`; {help}"));
                return Outcome::Misused;
            }
        },
    };
    super::print_styled(&text, talk)
}

/// The code that the user typed: with or without its room and brackets. Else the codes that are near it, the nearest first.
fn find(typed: &str) -> Result<Code, Vec<Code>> {
    let inner = typed.split_once('[').map_or(typed, |(_, rest)| rest);
    let wanted = inner.trim().trim_end_matches(':').trim_end_matches(']').to_ascii_lowercase();
    if let Some(code) = Code::ALL.iter().find(|code| code.name() == wanted) {
        return Ok(*code);
    }
    let own = |code: Code| code.name().split_once('/').map_or(code.name(), |(_, own)| own);
    let alike: Vec<Code> = Code::ALL.iter().copied().filter(|code| own(*code) == wanted).collect();
    if let [code] = alike.as_slice() {
        return Ok(*code);
    }
    if !alike.is_empty() {
        return Err(alike);
    }
    let typed_own = wanted.split_once('/').map_or(wanted.as_str(), |(_, own)| own);
    let mut near: Vec<(f64, Code)> = Code::ALL
        .iter()
        .map(|code| {
            let whole = strsim::jaro_winkler(code.name(), &wanted);
            let part = strsim::jaro_winkler(own(*code), typed_own);
            (whole.min(1.0).max(part), *code)
        })
        .filter(|(nearness, _)| *nearness > 0.85)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    Err(near.into_iter().take(3).map(|(_, code)| code).collect())
}

fn told(code: Code) -> Told {
    Told {
        code: code.name(),
        severity: code.severity().code(),
        issue_type: code.issue_type(),
        explanation: paragraph(code),
    }
}

/// The explanation in one line.
fn paragraph(code: Code) -> String {
    code.explanation().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(value: &impl Serialize) -> String {
    // Texts with members of fixed names can always be written.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn explain(code: Code) -> String {
    let (colour, strong) = (colour(code.severity()), Style::new().bold());
    let mut out = String::new();
    let (severity, kind) = (code.severity().code(), code.issue_type());
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{strong}{}{strong:#}", code.name());
    let _ = writeln!(out, "{colour}{severity}{colour:#}, FHIR issue type `{kind}`\n");
    for line in wrapped(&paragraph(code), 80) {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// All codes by room, each with the first sentence of its explanation.
fn list() -> String {
    let strong = Style::new().bold();
    let mut out = String::new();
    let mut room = "";
    let width = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or(0);
    for code in Code::ALL {
        let own = code.name().split('/').next().unwrap_or_default();
        if own != room {
            let _ = writeln!(out, "{}{strong}{own}{strong:#}", if room.is_empty() { "" } else { "\n" });
            room = own;
        }
        let (colour, severity) = (colour(code.severity()), short(code.severity()));
        let words = first_sentence(&paragraph(*code));
        let _ = writeln!(out, "  {:width$}  {colour}{severity:7}{colour:#}  {words}", code.name());
    }
    out.push_str("\n`case2fhir explain CODE` tells more.\n");
    out
}

/// The first sentence, or as much of it as goes into a line.
fn first_sentence(text: &str) -> String {
    const LONGEST: usize = 90;
    let end = text.match_indices(". ").map(|(at, _)| at).next().unwrap_or(text.len());
    let sentence = text.get(..end).unwrap_or(text).trim_end_matches('.');
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let start: String = sentence.chars().take(LONGEST).collect();
    let start = start.rsplit_once(' ').map_or(start.as_str(), |(words, _)| words);
    format!("{} …", start.trim_end_matches([',', ':', ';', '(']))
}

/// The text in lines of at most so many characters, as far as its words let.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn short(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "info",
    }
}

fn colour(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Information => AnsiColor::Cyan,
    };
    colour.on_default()
}
