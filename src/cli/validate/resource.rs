//! One resource: bytes to issues, and those to what is printed.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::{MAX_BYTES, Settings};
use crate::cli::args::Format;
use crate::instance::Document;
use crate::issue::{Code, Issue, Issues, Severity, SourceMap, Span};
use crate::render;
use crate::render::operation_outcome::{OperationOutcome, Subject};
use crate::validate::{Session, Validator};

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

/// What a thread checks resources with: its memory serves one after the other.
pub(super) struct Checker<'a> {
    session: Session<'a>,
    document: Document,
    settings: &'a Settings<'a>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(validator: &'a Validator, settings: &'a Settings<'a>) -> Self {
        Self { session: validator.session(), document: Document::default(), settings }
    }

    /// Checks a resource and adds what is to be printed of it.
    pub(super) fn check(&mut self, mut bytes: Vec<u8>, stand: Stand<'_>, out: &mut Vec<String>) -> Tally {
        let (settings, start) = (self.settings, Instant::now());
        if bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        let mut issues = Issues::default();
        let is_read = match u64::try_from(bytes.len()) {
            Ok(length) if length <= MAX_BYTES => self.document.read_json_bytes(&bytes, SOURCE, &mut issues),
            _ => {
                let issue = Issue::new(Code::TooLarge, "the resource is larger than 1 GiB").at(Span::new(SOURCE, 0, 0));
                issues.add(issue.help("split the bundle, or give one resource a line (NDJSON)"));
                false
            }
        };
        if is_read {
            self.session.validate(&self.document, &settings.request, &mut issues);
        }
        let time = start.elapsed();
        let mut sources = SourceMap::default();
        if !issues.is_empty() {
            // The text is needed for places only, and a good resource has none to tell.
            sources.add_part(stand.file, text(bytes), stand.line.unwrap_or(1));
            issues.sort_by_place();
        }
        let shown = issues.iter().filter(|issue| issue.severity >= settings.shown);
        let subject = Subject { file: settings.is_several.then_some(stand.file), line: stand.line };
        match settings.format {
            Format::Text => out.extend(shown.map(|issue| render::text::render(issue, &sources, settings.values))),
            Format::Json | Format::Ndjson => {
                let outcome = OperationOutcome::new(shown, &sources, subject, settings.values);
                out.push(settings.write(&outcome));
            }
        }
        Tally {
            resources: 1,
            errors: issues.count(Severity::Error),
            warnings: issues.count(Severity::Warning),
            notes: issues.count(Severity::Information),
            profiles: if is_read { profiles(&self.document, settings.request.profiles) } else { 0 },
            time,
        }
    }
}

/// The number of the only source.
const SOURCE: u16 = 1;
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The text of bytes, as far as they are text.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let sound = error.utf8_error().valid_up_to();
        String::from_utf8_lossy(error.as_bytes().get(..sound).unwrap_or_default()).into_owned()
    })
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
