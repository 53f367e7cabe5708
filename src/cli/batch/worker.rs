//! What a thread does: cases to what is written of them.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::pack::Packing;
use super::piece::{Converted, Names, Piece, Record, Rejected, Resource, Stand, number};
use super::task::Task;
use crate::cli::args::FailOn;
use crate::cli::stream::feed::Work;
use crate::instance::{NodeRef, to_json, write_json};
use crate::issue::{Code, Issue, Issues, Severity, SourceMap, Span};
use crate::pipeline::{Context, Conversion, Converter, Given};
use crate::render::Values;
use crate::render::operation_outcome::{OperationOutcome, Subject};
use crate::source::{Cases, Input, MAX_BYTES};

/// What holds for all cases of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings<'a> {
    pub(super) context: &'a Context,
    pub(super) fail_on: FailOn,
    pub(super) values: Values,
    /// Where lines go; `None` where each case has a file of its own.
    pub(super) packing: Option<Packing>,
    /// Tasks that an earlier run did.
    pub(super) done: u64,
}

/// The memory of a thread.
pub(super) struct Worker<'a> {
    settings: Settings<'a>,
    converter: Converter<'a>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(settings: Settings<'a>) -> Self {
        Self { settings, converter: Converter::new(settings.context) }
    }

    /// Does a task.
    pub(super) fn work(&mut self, task: Task) -> Piece {
        let is_done = task.number < self.settings.done;
        let mut desk = Desk::default();
        let mut tables = None;
        for part in task.parts {
            let name = part.name;
            match part.work {
                Work::File(reader) => match read(reader) {
                    Ok(bytes) => self.file(Stand { file: name, line: None }, &bytes, is_done, &mut desk),
                    Err(error) => unread(name, &error, is_done, &mut desk),
                },
                // An input that may hold any number of cases may hold none.
                Work::Text(bytes) if bytes.trim_ascii().is_empty() => {}
                Work::Text(bytes) => {
                    let (line, bytes) = only_line(bytes);
                    self.file(Stand { file: name, line }, &bytes, is_done, &mut desk);
                }
                Work::Lines(lines) => {
                    for line in lines {
                        let stand = Stand { file: Arc::clone(&name), line: Some(line.number) };
                        self.one(stand, line.bytes, is_done, &mut desk);
                    }
                }
                Work::Cases(cases, range) => {
                    if range.start == 0 {
                        tables = Some(Arc::clone(&cases));
                    }
                    for index in range {
                        self.one_of(&cases, index, is_done, &mut desk);
                    }
                }
                Work::Unusable(why) => unusable(name, &why, is_done, &mut desk),
                Work::Failed(error) => unread(name, &error, is_done, &mut desk),
                Work::Refused(why) => unread(name, &why, is_done, &mut desk),
            }
        }
        let Desk { sum, bytes, first, last, records, names } = desk;
        let chunks = self.settings.packing.map(|packing| packing.chunks(&records, names.types.len()));
        let mut digest = [0; 16];
        digest.iter_mut().zip(sum.finalize()).for_each(|(to, from)| *to = from);
        Piece { digest, bytes, tables, first, last, is_done, records, names, chunks: chunks.unwrap_or_default() }
    }

    /// Converts the case of a line.
    fn one(&mut self, stand: Stand, bytes: Vec<u8>, is_done: bool, desk: &mut Desk) {
        desk.note(&stand, &bytes);
        if is_done {
            return;
        }
        let input = Input { name: &stand.file, line: stand.line.unwrap_or(1), bytes: &bytes };
        let tried = self.guarded(|converter| {
            let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
            let conversion = converter.convert(input, &mut sources, &mut issues);
            (sources, issues, conversion)
        });
        let mut record = self.record(stand, tried, &mut desk.names);
        // A line that was cut off is not the case that it was.
        record.source = (bytes.len() <= MAX_BYTES).then_some(bytes);
        desk.records.push(record);
    }

    /// Converts the case of a file, or its cases.
    fn file(&mut self, stand: Stand, bytes: &[u8], is_done: bool, desk: &mut Desk) {
        desk.note(&stand, bytes);
        if is_done {
            return;
        }
        let input = Input { name: &stand.file, line: stand.line.unwrap_or(1), bytes };
        let mut several = None;
        let tried = self.guarded(|converter| {
            let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
            let conversion = match converter.open(input, &mut sources, &mut issues) {
                Given::One(conversion) => conversion.map(|conversion| *conversion),
                Given::Several(cases) => {
                    several = Some(cases);
                    None
                }
            };
            (sources, issues, conversion)
        });
        let Some(cases) = several else {
            let source = stand.line.filter(|_| bytes.len() <= MAX_BYTES).map(|_| bytes.to_vec());
            let mut record = self.record(stand, tried, &mut desk.names);
            record.source = source;
            desk.records.push(record);
            return;
        };
        for index in 0..cases.len() {
            let tried = self.guarded(|converter| convert_one_of(converter, &cases, index));
            let record = self.record(place(&cases, index), tried, &mut desk.names);
            desk.records.push(record);
        }
    }

    /// Converts one of the cases of tables.
    fn one_of(&mut self, cases: &Cases, index: usize, is_done: bool, desk: &mut Desk) {
        let stand = place(cases, index);
        desk.note_texts(&stand, cases, index);
        if !is_done {
            let tried = self.guarded(|converter| convert_one_of(converter, cases, index));
            let mut record = self.record(stand, tried, &mut desk.names);
            // What concerns the tables as a whole is counted with their first case.
            if index == 0 {
                record.issues.extend(cases.told().1.iter().map(|issue| (issue.code, issue.severity)));
            }
            desk.records.push(record);
        }
    }

    /// Converts, and holds defects of this program back: one costs the case that shows it, and not the million beside it.
    fn guarded(&mut self, convert: impl FnOnce(&mut Converter<'a>) -> Tried) -> Tried {
        let converter = &mut self.converter;
        match catch_unwind(AssertUnwindSafe(|| convert(converter))) {
            Ok(tried) => tried,
            Err(_) => {
                self.converter = Converter::new(self.settings.context);
                let issue = Issue::new(Code::Internal, "the conversion broke off");
                let mut issues = Issues::default();
                issues.add(issue.help("this is a defect of case2fhir; please report it"));
                (SourceMap::default(), issues, None)
            }
        }
    }

    /// What became of a case.
    fn record(&self, stand: Stand, (sources, issues, conversion): Tried, names: &mut Names) -> Record {
        let is_warned = self.settings.fail_on == FailOn::Warning && issues.count(Severity::Warning) > 0;
        let result = match conversion.filter(|_| !is_warned) {
            Some(conversion) => Ok(self.converted(conversion, names)),
            None => {
                let outcome = outcome(&stand, &issues, &sources, self.settings.values);
                Err(Rejected { outcome, is_unread: false })
            }
        };
        let unmapped = issues.iter().filter(|issue| issue.code == Code::UnmappedText);
        Record {
            source: None,
            stand,
            unmapped: unmapped.filter_map(|issue| issue.value.clone()).collect(),
            issues: issues.iter().map(|issue| (issue.code, issue.severity)).collect(),
            result,
        }
    }

    fn converted(&self, conversion: Conversion, names: &mut Names) -> Converted {
        let is_bulk = self.settings.packing.is_some_and(|packing| packing.is_bulk);
        let document = &conversion.bundle.document;
        let mut text = if is_bulk { String::with_capacity(document.len() * 24) } else { to_json(document) };
        let mut resources = Vec::new();
        let entries = document.root().and_then(|root| root.get("entry"));
        for resource in entries.iter().flat_map(NodeRef::children).filter_map(|entry| entry.get("resource")) {
            let start = text.len();
            if is_bulk {
                write_json(resource, &mut text);
                text.push('\n');
            }
            resources.push(known(resource, start..text.len(), names));
        }
        if !is_bulk {
            text.push('\n');
        }
        let Conversion { id, identity, tally, .. } = conversion;
        Converted { id, identity, tally, text, resources }
    }
}

/// A conversion with the issues that arose and what they point into.
type Tried = (SourceMap, Issues, Option<Conversion>);

fn convert_one_of(converter: &mut Converter<'_>, cases: &Cases, index: usize) -> Tried {
    let mut issues = Issues::default();
    let (sources, conversion) = converter.convert_one_of(cases, index, &mut issues);
    (sources, issues, conversion)
}

/// Where one of several cases stands.
fn place(cases: &Cases, index: usize) -> Stand {
    match cases.place(index) {
        Some((file, line)) => Stand { file, line: Some(line) },
        None => Stand { file: Arc::from(""), line: None },
    }
}

/// The number of the only line of a text that has one, and that line, as a file of lines would give it; else the text as it is.
fn only_line(bytes: Vec<u8>) -> (Option<usize>, Vec<u8>) {
    let line = bytes.trim_ascii();
    if line.contains(&b'\n') || !line.starts_with(b"{") {
        return (None, bytes);
    }
    let before = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).filter(|byte| **byte == b'\n').count();
    (Some(before + 1), line.to_vec())
}

/// What a resource is, in numbers.
fn known(resource: NodeRef<'_>, range: std::ops::Range<usize>, names: &mut Names) -> Resource {
    let kind = resource.get("resourceType").and_then(|kind| kind.as_str()).unwrap_or_default();
    let kind = number(&mut names.types, kind);
    let profiles = resource.get("meta").and_then(|meta| meta.get("profile"));
    let profiles = profiles.iter().flat_map(NodeRef::children).filter_map(|profile| profile.as_str());
    Resource { kind, profiles: profiles.map(|profile| number(&mut names.profiles, profile)).collect(), range }
}

/// What is collected over a task.
#[derive(Default)]
struct Desk {
    sum: Sha256,
    bytes: u64,
    first: Option<Stand>,
    last: Option<Stand>,
    records: Vec<Record>,
    names: Names,
}

impl Desk {
    /// Takes line, name and bytes into the sum, the latter each after its length, so that no two lists of them make the same.
    fn note(&mut self, stand: &Stand, bytes: &[u8]) {
        self.stand(stand);
        self.part(bytes);
        self.bytes += u64::try_from(bytes.len()).unwrap_or(0);
    }

    /// Takes the texts of one of several cases into the sum.
    fn note_texts(&mut self, stand: &Stand, cases: &Cases, index: usize) {
        self.stand(stand);
        cases.texts(index, |text| {
            self.part(text.as_bytes());
            self.bytes += u64::try_from(text.len()).unwrap_or(0);
        });
    }

    fn stand(&mut self, stand: &Stand) {
        self.first.get_or_insert_with(|| stand.clone());
        self.last = Some(stand.clone());
        self.sum.update(u64::try_from(stand.line.unwrap_or(0)).unwrap_or(u64::MAX).to_le_bytes());
        self.part(stand.file.as_bytes());
    }

    fn part(&mut self, bytes: &[u8]) {
        self.sum.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.sum.update(bytes);
    }
}

/// An input that cannot be read stands for a case that is rejected.
fn unread(file: Arc<str>, why: &impl ToString, is_done: bool, desk: &mut Desk) {
    let why = why.to_string();
    let stand = Stand { file, line: None };
    desk.note(&stand, why.as_bytes());
    if is_done {
        return;
    }
    let mut issues = Issues::default();
    issues.add(Issue::new(Code::UnreadableFile, format!("not read: {why}")));
    let outcome = outcome(&stand, &issues, &SourceMap::default(), Values::Hide);
    let issues = vec![(Code::UnreadableFile, Severity::Error)];
    let result = Err(Rejected { outcome, is_unread: true });
    desk.records.push(Record { stand, issues, unmapped: Vec::new(), source: None, result });
}

/// Tables that cannot be used stand for a case that is rejected.
fn unusable(file: Arc<str>, why: &(SourceMap, Issues), is_done: bool, desk: &mut Desk) {
    let (sources, issues) = why;
    let stand = Stand { file, line: None };
    desk.note(&stand, &[]);
    if is_done {
        return;
    }
    let outcome = outcome(&stand, issues, sources, Values::Hide);
    let issues = issues.iter().map(|issue| (issue.code, issue.severity)).collect();
    let result = Err(Rejected { outcome, is_unread: false });
    desk.records.push(Record { stand, issues, unmapped: Vec::new(), source: None, result });
}

/// Why a case is not converted.
fn outcome(stand: &Stand, issues: &Issues, sources: &SourceMap, values: Values) -> String {
    let subject = Subject { file: Some(&stand.file), line: stand.line };
    OperationOutcome::new(issues.iter(), sources, subject, values).to_json()
}

/// That a case is another one's double: what is written of it would take the other's place.
pub(super) fn doubled(stand: &Stand, first: &str) -> Rejected {
    let mut sources = SourceMap::default();
    let source = sources.add_part(&*stand.file, "", stand.line.unwrap_or(1));
    let message = format!("the case at {first} has the same identity, and this one would take its place");
    let mut issues = Issues::default();
    let issue = Issue::new(Code::DoubledCase, message).at(Span::new(source, 0, 0));
    issues.add(issue.help("give it an id of its own, or its patient the identifiers"));
    Rejected { outcome: outcome(stand, &issues, &sources, Values::Hide), is_unread: false }
}

/// The bytes of a file, and of one that is too large no more than shows it.
fn read(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MOST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The largest case that is read, in bytes.
pub(super) const MOST: u64 = MAX_BYTES as u64;
