//! Where cases come from. Each source format is a room of its own that ends in the same [`Case`].

mod case_file;
mod cases;
mod delimited;
mod draft;
mod malignancy;
mod mcode_csv;
mod phenopacket;
mod table;

use std::sync::Arc;

pub use cases::Cases;
pub use delimited::{Encoding, Quote, Separator, TableFile};
pub use mcode_csv::is_table as is_mcode_csv_table;
pub use table::{Mapping, draft_mapping, mapping_schema};

use crate::case::Case;
use crate::instance::{Document, parse_json, parse_yaml};
use crate::issue::{Code, Issue, Issues, SourceMap, Span};

/// A source format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Found out by looking at the input.
    #[default]
    Auto,
    /// The house's own case format, in YAML or JSON.
    Case,
    /// GA4GH Phenopackets, version 2.
    Phenopacket,
    /// The CSV files of the mCODE extraction framework.
    McodeCsv,
    /// Tables of one's own, with a mapping.
    Table,
}

/// The largest input that one case may have, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The bytes of a case, and where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What the user calls the file; it stands in messages.
    pub name: &'a str,
    /// The line of the file on which the case begins, from 1: a file may hold a case a line.
    pub line: usize,
    /// The bytes.
    pub bytes: &'a [u8],
}

impl<'a> Input<'a> {
    /// A file that is one case.
    #[must_use]
    pub const fn file(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, line: 1, bytes }
    }
}

/// What an input holds.
#[derive(Debug)]
pub enum Opened {
    /// One case; `None` where there is none to work with.
    One(Option<Box<Case>>),
    /// Several, which are read one by one.
    Several(Box<Cases>),
}

/// Reads a case from bytes, where they hold one.
///
/// Faults are reported, all that can be found in one go; `None` where there is no case to work with. A case that is
/// given back beside errors is incomplete, and must not be converted.
pub fn read(input: Input<'_>, format: Format, sources: &mut SourceMap, issues: &mut Issues) -> Option<Case> {
    let document = parsed(input, format, sources, issues)?;
    read_one(&document, format, issues)
}

/// Takes in a file that may hold several cases: a Cohort of phenopackets. Its places are those of the first source of a map.
pub fn open(input: Input<'_>, format: Format, sources: &mut SourceMap, issues: &mut Issues) -> Opened {
    let Some(document) = parsed(input, format, sources, issues) else { return Opened::One(None) };
    let is_packet = match (format, document.root()) {
        (Format::Auto, Some(root)) => phenopacket::is_phenopacket(root),
        (format, _) => format == Format::Phenopacket,
    };
    let members = if is_packet { phenopacket::members(&document) } else { None };
    match members.filter(|members| members.len() > 1) {
        Some(members) => match sources.shared(1) {
            Some(source) => {
                Opened::Several(Box::new(Cases::cohort(phenopacket::Cohort::new(document, source, members))))
            }
            None => Opened::One(None),
        },
        None => Opened::One(read_one(&document, format, issues).map(Box::new)),
    }
}

/// Takes in tables: by a mapping, or as a set of mCODE extraction where there is none. `None` after it was told why they cannot be
/// used.
pub fn open_tables(
    files: Vec<TableFile>,
    mapping: Option<&Arc<Mapping>>,
    sources: &mut SourceMap,
    issues: &mut Issues,
) -> Option<Cases> {
    match mapping {
        Some(mapping) => table::open(files, mapping, sources, issues),
        None => mcode_csv::open(files, sources, issues),
    }
}

fn read_one(document: &Document, format: Format, issues: &mut Issues) -> Option<Case> {
    let root = document.root()?;
    match format {
        Format::Auto if phenopacket::is_phenopacket(root) => phenopacket::read(document, issues),
        Format::Phenopacket => phenopacket::read(document, issues),
        _ => case_file::read(root, issues),
    }
}

/// A document that is not empty.
fn parsed(input: Input<'_>, format: Format, sources: &mut SourceMap, issues: &mut Issues) -> Option<Document> {
    if matches!(format, Format::McodeCsv | Format::Table) {
        let source = sources.add_part(input.name, "", input.line);
        let issue = Issue::new(Code::UnknownFormat, "a table is a file of its own").at(Span::new(source, 0, 0));
        issues.add(issue.help("give the file or the folder that holds it"));
        return None;
    }
    let text = decode(input, sources, issues)?;
    let document = parse(text, sources, issues)?;
    if document.is_empty() {
        let issue = Issue::new(Code::MissingField, "the input is empty").at(Span::new(text, 0, 0));
        issues.add(issue.help("`case2fhir init` writes a case to start from"));
        return None;
    }
    Some(document)
}

/// Parses a source that is JSON or YAML.
fn parse(source: u16, sources: &SourceMap, issues: &mut Issues) -> Option<Document> {
    let text = sources.text(source);
    // A text that opens with a brace is read as JSON: YAML would take it too, but not JSON's escapes.
    match text.trim_start().starts_with(['{', '[']) {
        true => parse_json(text, source, issues),
        false => parse_yaml(text, source, issues),
    }
}

/// Takes bytes in as a source: UTF-8, with or without a byte order mark.
fn decode(input: Input<'_>, sources: &mut SourceMap, issues: &mut Issues) -> Option<u16> {
    let Input { name, line, bytes } = input;
    if bytes.len() > MAX_BYTES {
        let source = sources.add_part(name, "", line);
        let issue = Issue::new(Code::TooLarge, "the input is larger than 16 MiB").at(Span::new(source, 0, 0));
        issues.add(issue.help("give one case a file"));
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(sources.add_part(name, text.strip_prefix('\u{FEFF}').unwrap_or(text), line)),
        Err(error) => {
            let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let source = sources.add_part(name, String::from_utf8_lossy(sound), line);
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let issue =
                Issue::new(Code::UnreadableText, "here stand bytes that are not UTF-8").at(Span::new(source, at, at));
            issues.add(issue.help("save the file as UTF-8"));
            None
        }
    }
}
