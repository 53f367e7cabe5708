//! A table in memory: its text, its header, and where its rows begin.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use csv_core::ReadRecordResult;

use super::TableFile;
use super::dialect::{self, Quote, Separator};
use super::encoding::{self, Encoding};
use super::quotes::{self, Stray};
use crate::issue::{Code, Issue, Issues, Severity, SourceMap, Span};

/// How a table is to be read, as far as it is not found out from the table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) separator: Option<Separator>,
    pub(crate) quote: Option<Quote>,
    pub(crate) encoding: Option<Encoding>,
    /// How many lines stand before the header.
    pub(crate) skip: usize,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// What the user calls its file.
    pub(crate) file: Arc<str>,
    /// The names of its columns, each one once.
    pub(crate) header: Vec<Arc<str>>,
    /// Where these names stand, in the sources that the table was opened with.
    pub(crate) heads: Vec<Span>,
    pub(crate) separator: Separator,
    pub(crate) quote: Quote,
    /// The positions of columns by their names.
    columns: HashMap<Arc<str>, usize>,
    /// The text of the header.
    pub(crate) head: String,
    pub(super) text: String,
    pub(super) rows: Vec<Extent>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) start: usize,
    /// Its end, without the line break.
    pub(super) end: usize,
    /// The line on which it begins, from 1.
    pub(super) line: usize,
}

/// What a workbook of Excel begins with: it is a ZIP archive (ECMA-376, part 2).
const ZIP: &[u8] = b"PK\x03\x04";
/// How many stray quotes are told: after the first, little is as it seems.
const MOST_QUOTES: usize = 5;
/// The most columns that a table may have; spreadsheets end at 16,384.
const MOST_COLUMNS: usize = 16_384;

impl Sheet {
    /// Reads a table's header and finds its rows; `None` after it was told why it cannot be used.
    pub(crate) fn open(
        file: TableFile,
        reading: &Reading,
        sources: &mut SourceMap,
        issues: &mut Issues,
    ) -> Option<Self> {
        let name: Arc<str> = Arc::from(file.name);
        if file.bytes.starts_with(ZIP) {
            let at = Span::new(sources.add_part(Arc::clone(&name), "", 1), 0, 0);
            let issue =
                Issue::new(Code::UnreadableTable, "this is a workbook or an archive, and no table of text").at(at);
            issues.add(issue.help("save the sheet as CSV (UTF-8), and give that"));
            return None;
        }
        let decoded = match encoding::decode(file.bytes, reading.encoding) {
            Ok(decoded) => decoded,
            Err((_, encoding)) => {
                let at = Span::new(sources.add_part(Arc::clone(&name), "", 1), 0, 0);
                let message = format!("there are bytes in the table that are not {}", encoding.name());
                issues.add(Issue::new(Code::UnreadableText, message).at(at).help("give the encoding that it has"));
                return None;
            }
        };
        let text = decoded.text;
        let mut skipped = after_lines(&text, reading.skip);
        let mut first_line = reading.skip + 1;
        let mut given = reading.separator;
        // Excel's way of saying what the separator is: a line of its own before the header.
        let said = text.get(skipped..).and_then(|body| body.strip_prefix("sep=")).and_then(|rest| rest.get(..1));
        if let Some(separator) = said.and_then(Separator::of) {
            given = given.or(Some(separator));
            skipped += after_lines(text.get(skipped..).unwrap_or_default(), 1);
            first_line += 1;
        }
        let body = text.get(skipped..).unwrap_or_default();
        let quote = reading.quote.unwrap_or_else(|| dialect::quote(body));
        let separator = given.unwrap_or_else(|| dialect::separator(body, quote));
        let mut rows = extents(body, quote.reader(separator), skipped, first_line);
        let head = if rows.is_empty() { None } else { Some(rows.remove(0)) };
        let head_line = head.map_or(1, |head| head.line);
        let head_text = head.and_then(|head| text.get(head.start..head.end)).unwrap_or_default().to_owned();
        let source = sources.add_part(Arc::clone(&name), head_text.clone(), head_line);
        let (file, header, heads, columns) = (name, Vec::new(), Vec::new(), HashMap::new());
        let mut sheet = Self { file, header, heads, separator, quote, columns, head: head_text.clone(), text, rows };
        if let Some(encoding) = decoded.guessed {
            let message = format!("the table is not UTF-8 and was read as {}", encoding.name());
            let issue = Issue::new(Code::GuessedEncoding, message).at(Span::new(source, 0, 0));
            let help = "look whether letters with accents are right; otherwise save it as UTF-8 or give its encoding";
            issues.add(issue.help(help));
        }
        if sheet.stray(&head_text, usize::MAX).is_some() {
            let issue = Issue::new(Code::StrayQuote, "a quote in the header is not closed, or stands within a name");
            issues.add(issue.at(Span::new(source, 0, 0)).help("close it, or double it where it belongs to the name"));
            return None;
        }
        let is_sound = sheet.name_columns(&head_text, source, issues);
        (is_sound && !sheet.has_stray_quotes(sources, issues)).then_some(sheet)
    }

    /// Tells of quotes that take other rows into their cell; whether there are any.
    fn has_stray_quotes(&self, sources: &mut SourceMap, issues: &mut Issues) -> bool {
        let mut count = 0;
        for row in 0..self.len() {
            let text = self.row_text(row);
            let found = self.stray(text, self.header.len());
            let message = match found {
                Some(Stray::Open(_)) => "this quote is not closed, so all rows after it are taken for its text",
                Some(Stray::Rows(_)) => "between this quote and the one that closes it stand lines that look like rows",
                Some(Stray::Within(_)) if text.contains(['\n', '\r']) => {
                    "this quote goes over several lines and is closed within a cell"
                }
                // What is wrong within one line is wrong with its row alone.
                _ => continue,
            };
            count += 1;
            if count > MOST_QUOTES {
                break;
            }
            let at = found.map_or(0, Stray::at);
            let source = sources.add_part(Arc::clone(&self.file), text, self.line(row));
            let span = Span::new(source, offset(at), offset(at + 1));
            issues.add(
                Issue::new(Code::StrayQuote, message)
                    .at(span)
                    .help("close it, or double it where it belongs to the text"),
            );
        }
        count > 0
    }

    /// Where in a row a quote is closed within a cell.
    pub(super) fn quote_within(&self, row: &str) -> Option<usize> {
        match self.stray(row, usize::MAX) {
            Some(Stray::Within(at)) => Some(at),
            _ => None,
        }
    }

    /// What is wrong with the quotes of a row of a table with so many columns.
    fn stray(&self, row: &str, columns: usize) -> Option<Stray> {
        let quote = self.quote.byte().filter(|quote| row.as_bytes().contains(quote))?;
        quotes::stray(row, self.separator.byte(), quote, columns)
    }

    /// Takes the names of columns from the header; `false` where it cannot be used.
    fn name_columns(&mut self, head: &str, source: u16, issues: &mut Issues) -> bool {
        let mut cells = Vec::new();
        self.cells(head, 0, &mut cells);
        if cells.iter().all(|cell| cell.text.is_empty()) {
            let issue = Issue::new(Code::UnreadableTable, "the table has no header").at(Span::new(source, 0, 0));
            issues.add(issue.help("its first row names its columns"));
            return false;
        }
        if cells.len() > MOST_COLUMNS {
            let issue = Issue::new(Code::UnreadableTable, "the table has more than 16,384 columns");
            issues.add(issue.at(Span::new(source, 0, 0)).help("look whether its separator is the right one"));
            return false;
        }
        let mut known: HashSet<String> = HashSet::new();
        for (number, cell) in cells.iter().enumerate() {
            let span = Span::new(source, cell.start, cell.end);
            // Names may be broken over lines, to be narrow.
            let mut name = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
            if name.is_empty() {
                name = format!("column {}", number + 1);
            }
            let mut count = 1;
            let first = name.clone();
            while !known.insert(name.clone()) {
                count += 1;
                name = format!("{first} ({count})");
            }
            if count > 1 {
                let message = "another column of the table has the same name";
                let mut issue = Issue::new(Code::DuplicateColumn, message).at(span).path(name.clone());
                issue.severity = Severity::Warning;
                issues.add(issue.help("this one is called by its name and number, as the path here shows"));
            }
            let name: Arc<str> = Arc::from(name);
            self.columns.entry(Arc::clone(&name)).or_insert(self.header.len());
            self.header.push(name);
            self.heads.push(span);
        }
        true
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The position of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.get(name).copied()
    }

    /// The text of a row.
    pub(crate) fn row_text(&self, row: usize) -> &str {
        self.rows.get(row).and_then(|at| self.text.get(at.start..at.end)).unwrap_or_default()
    }

    /// The line on which a row begins, from 1.
    pub(crate) fn line(&self, row: usize) -> usize {
        self.rows.get(row).map_or(1, |at| at.line)
    }
}

/// The rows of a text that begins at this byte and line. Blank lines are no rows.
fn extents(text: &str, mut reader: csv_core::Reader, offset: usize, first_line: usize) -> Vec<Extent> {
    let bytes = text.as_bytes();
    // What the cells say is not asked here, only where the row ends.
    let (mut cells, mut ends) = ([0; 4096], [0; 512]);
    let mut rows = Vec::new();
    let (mut at, mut start, mut line) = (0, 0, first_line);
    loop {
        let (result, count, _, _) = reader.read_record(bytes.get(at..).unwrap_or_default(), &mut cells, &mut ends);
        at += count;
        match result {
            ReadRecordResult::Record => {
                // The reader ends a record at a CR, and takes the LF after it for the beginning of the next.
                if text.get(start..at).is_some_and(|row| row.ends_with('\r')) && bytes.get(at) == Some(&b'\n') {
                    at += 1;
                }
                let row = text.get(start..at).unwrap_or_default();
                let body = row.trim_start_matches(['\r', '\n']);
                let lead = row.len() - body.len();
                line += breaks(row.get(..lead).unwrap_or_default());
                let end = body.trim_end_matches(['\r', '\n']).len();
                if !body.trim().is_empty() {
                    rows.push(Extent { start: offset + start + lead, end: offset + start + lead + end, line });
                }
                line += breaks(body);
                start = at;
            }
            ReadRecordResult::End => return rows,
            _ => {}
        }
    }
}

/// The byte after so many lines, which end by LF, CR or both.
fn after_lines(text: &str, count: usize) -> usize {
    let mut at = 0;
    for _ in 0..count {
        let rest = text.get(at..).unwrap_or_default();
        let Some(end) = rest.find(['\n', '\r']) else { return text.len() };
        at += end + if rest.get(end..).is_some_and(|end| end.starts_with("\r\n")) { 2 } else { 1 };
    }
    at
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// How many lines end in a text: by LF, CR or both.
fn breaks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = |(at, byte): (usize, &u8)| *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(|(at, byte)| ends((*at, byte))).count()
}
