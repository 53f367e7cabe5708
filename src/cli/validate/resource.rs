//! One resource: bytes to issues, and those to what is printed.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::Settings;
use super::feed::MAX_BYTES;
use crate::cli::args::Format;
use crate::instance::{Document, parse_json};
use crate::issue::{Code, Issue, Issues, Severity, SourceMap, Span};
use crate::render;
use crate::render::operation_outcome::{OperationOutcome, Subject};
use crate::validate::Session;

/// Where a resource stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand<'a> {
    pub(super) file: &'a str,
    /// Its line, where the file has a resource a line.
    pub(super) line: Option<usize>,
}

/// How many there are of each thing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) resources: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    pub(super) profiles: usize,
    /// How long threads worked on it.
    pub(super) time: Duration,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.resources += other.resources;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
        self.profiles += other.profiles;
        self.time += other.time;
    }
}

/// Checks a resource and adds what is to be printed of it.
pub(super) fn check(
    bytes: Vec<u8>,
    stand: Stand<'_>,
    session: &mut Session<'_>,
    settings: &Settings<'_>,
    out: &mut Vec<String>,
) -> Tally {
    let start = Instant::now();
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let document = read(bytes, stand, &mut sources, &mut issues);
    if let Some(document) = &document {
        session.validate(document, &settings.request, &mut issues);
    }
    let time = start.elapsed();
    issues.sort_by_place();
    let shown = issues.iter().filter(|issue| issue.severity >= settings.shown);
    let subject = Subject { file: settings.is_several.then_some(stand.file), line: stand.line };
    match settings.format {
        Format::Text => out.extend(shown.map(|issue| render::text::render(issue, &sources, settings.values))),
        Format::Json | Format::Ndjson => {
            let outcome = OperationOutcome::new(shown, &sources, subject, settings.values);
            out.push(settings.write(&outcome));
        }
    }
    let profiles = match (settings.format, &document) {
        (Format::Text, Some(document)) => profiles(document, settings.request.profiles),
        _ => 0,
    };
    Tally {
        resources: 1,
        errors: issues.count(Severity::Error),
        warnings: issues.count(Severity::Warning),
        notes: issues.count(Severity::Information),
        profiles,
        time,
    }
}

/// Bytes to a document: text in UTF-8, with or without a byte order mark.
fn read(bytes: Vec<u8>, stand: Stand<'_>, sources: &mut SourceMap, issues: &mut Issues) -> Option<Document> {
    let first_line = stand.line.unwrap_or(1);
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        let source = sources.add_part(stand.file, "", first_line);
        let issue = Issue::new(Code::TooLarge, "the resource is larger than 1 GiB").at(Span::new(source, 0, 0));
        issues.add(issue.help("split the bundle, or give one resource a line (NDJSON)"));
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if text.starts_with('\u{FEFF}') {
                text.remove(0);
            }
            let source = sources.add_part(stand.file, text, first_line);
            parse_json(sources.text(source), source, issues)
        }
        Err(error) => {
            let sound = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes().get(..sound).unwrap_or_default());
            let source = sources.add_part(stand.file, text, first_line);
            let at = u32::try_from(sound).unwrap_or(u32::MAX);
            let issue =
                Issue::new(Code::UnreadableText, "here stand bytes that are not UTF-8").at(Span::new(source, at, at));
            issues.add(issue.help("save the file as UTF-8"));
            None
        }
    }
}

/// How many profiles a document and its entries name, with those that were asked for.
fn profiles(document: &Document, asked: &[String]) -> usize {
    let Some(root) = document.root() else { return 0 };
    let mut names: HashSet<&str> = asked.iter().map(String::as_str).collect();
    let entries = root.get("entry").into_iter().flat_map(|list| list.children());
    for resource in entries.filter_map(|entry| entry.get("resource")).chain([root]) {
        let list = resource.get("meta").and_then(|meta| meta.get("profile"));
        names.extend(list.into_iter().flat_map(|list| list.children()).filter_map(|profile| profile.as_str()));
    }
    names.len()
}
