//! Rows as cells: with the place of each, and with a memory of which were read.

use csv_core::ReadFieldResult;

use super::sheet::Sheet;
use crate::issue::{Source, Span};

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Its first byte in what was gathered.
    pub(crate) start: u32,
    /// One past its last byte, without the separator.
    pub(crate) end: u32,
    /// What it says, without quotes and without blanks around it.
    pub(crate) text: String,
}

/// A row of a table, in the source that the rows of a case were gathered into.
#[derive(Debug)]
pub(crate) struct Row<'s> {
    pub(crate) sheet: &'s Sheet,
    /// The number of the table among those at hand.
    pub(crate) number: usize,
    /// The line on which it begins, from 1.
    pub(crate) line: usize,
    /// Where it stands.
    pub(crate) span: Span,
    text: &'s str,
    cells: Vec<Cell>,
    /// Which cells were read.
    read: Vec<bool>,
}

impl Row<'_> {
    /// How many cells it has.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// What its cells say, in order.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.text.as_str())
    }

    /// A cell by its position; one that says nothing is none.
    pub(crate) fn cell(&self, column: usize) -> Option<&Cell> {
        self.cells.get(column).filter(|cell| !cell.text.is_empty())
    }

    /// A cell by its column's name; one that says nothing is none.
    pub(crate) fn find(&self, name: &str) -> Option<(usize, &Cell)> {
        let column = self.sheet.column(name)?;
        self.cell(column).map(|cell| (column, cell))
    }

    /// Where a cell stands: also one that says nothing, and one that is not there at the end of its row.
    pub(crate) fn span_of(&self, column: usize) -> Span {
        let cell = self.cells.get(column);
        cell.map_or(self.span, |cell| Span { start: cell.start, end: cell.end, ..self.span })
    }

    /// Where a quote stands that is closed within its cell.
    pub(crate) fn stray_quote(&self) -> Option<Span> {
        let at = self.sheet.quote_within(self.text)?;
        let start = self.span.start.saturating_add(offset(at));
        Some(Span { start, end: start.saturating_add(1), ..self.span })
    }

    /// Notes that a cell was read.
    pub(crate) fn mark(&mut self, column: usize) {
        if let Some(read) = self.read.get_mut(column) {
            *read = true;
        }
    }

    /// Notes that all cells were read.
    pub(crate) fn mark_all(&mut self) {
        self.read.fill(true);
    }

    /// The cells that say something and that nobody read, with their positions.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (usize, &Cell)> {
        let cells = self.cells.iter().zip(&self.read).enumerate();
        cells.filter(|(_, (cell, read))| !**read && !cell.text.is_empty()).map(|(column, (cell, _))| (column, cell))
    }
}

/// The rows of one case, out of all tables, in a source of their own.
#[derive(Debug, Default)]
pub(crate) struct Gathered<'s> {
    pub(crate) source: Source,
    pub(crate) rows: Vec<Row<'s>>,
}

/// The number of the source in the map of a case that was gathered: it is the first and the only one.
const SOURCE: u16 = 1;

impl<'s> Gathered<'s> {
    /// Adds a row of a table.
    pub(crate) fn add(&mut self, number: usize, sheet: &'s Sheet, row: usize) {
        let (text, line) = (sheet.row_text(row), sheet.line(row));
        let base = self.source.gather(&sheet.file, line, text);
        let mut cells = Vec::with_capacity(sheet.header.len());
        sheet.cells(text, base, &mut cells);
        for (cell, name) in cells.iter().zip(&sheet.header) {
            self.source.name_field(cell.start as usize, name);
        }
        let read = vec![false; cells.len()];
        let span = Span::new(SOURCE, offset(base), offset(base + text.len()));
        self.rows.push(Row { sheet, number, line, span, text, cells, read });
    }
}

impl Sheet {
    /// Cuts the text of a row into cells; `base` is its first byte in what is gathered.
    pub(super) fn cells(&self, text: &str, base: usize, cells: &mut Vec<Cell>) {
        let mut reader = self.reader();
        Self::cut(&mut reader, text, base, cells);
    }

    /// A reader of rows of this table.
    fn reader(&self) -> csv_core::Reader {
        self.quote.reader(self.separator)
    }

    /// Gives each row's number and cells, in order.
    pub(crate) fn scan(&self, mut each: impl FnMut(usize, &[Cell])) {
        let (mut reader, mut cells) = (self.reader(), Vec::new());
        for row in 0..self.len() {
            cells.clear();
            Self::cut(&mut reader, self.row_text(row), 0, &mut cells);
            each(row, &cells);
        }
    }

    fn cut(reader: &mut csv_core::Reader, text: &str, base: usize, cells: &mut Vec<Cell>) {
        reader.reset();
        let bytes = text.as_bytes();
        let mut output = vec![0; bytes.len()];
        let (mut at, mut written, mut start) = (0, 0, 0);
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let room = output.get_mut(written..).unwrap_or_default();
            let (result, count, more) = reader.read_field(rest, room);
            at += count;
            written += more;
            let ReadFieldResult::Field { record_end } = result else {
                // No cell is longer than its row, so the room does not end; without input the record does.
                if matches!(result, ReadFieldResult::InputEmpty) {
                    continue;
                }
                break;
            };
            let end = if record_end { bytes.len() } else { at - 1 };
            let value = output.get(..written).map(String::from_utf8_lossy).unwrap_or_default();
            let value = value.trim().to_owned();
            cells.push(Cell { start: offset(base + start), end: offset(base + end), text: value });
            if record_end {
                break;
            }
            (start, written) = (at, 0);
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
