//! The cells of a row: read by the names of their columns, with a memory of what was read. What nobody read becomes a remark, and so
//! does what cannot be used; nothing of a row is passed over in silence.

use super::super::delimited::Row;
use super::super::draft::{Draft, Record};
use super::layout::Layout;
use crate::case::Date;
use crate::case::read::nearest;
use crate::issue::{Code, Issue, Issues, Span};

/// What a cell says, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Told {
    /// The text as a value.
    pub(super) fn draft(self) -> Draft {
        Draft::Text(self.text, self.span)
    }
}

/// A row that is being read.
pub(super) struct Cells<'r, 's, 'i> {
    row: &'r mut Row<'s>,
    layout: &'r Layout,
    issues: &'i mut Issues,
    remarks: Vec<Told>,
}

/// Words that stand for nothing in exports of databases; the framework takes them for blanks too.
const NOTHING: &[&str] = &["null", "nil"];

/// Columns whose words are people's own: a name may be Null.
const OWN_WORDS: &[&str] = &["mrn", "familyName", "givenName", "addressLine", "city"];

impl<'r, 's, 'i> Cells<'r, 's, 'i> {
    pub(super) fn new(row: &'r mut Row<'s>, layout: &'r Layout, issues: &'i mut Issues) -> Self {
        Self { row, layout, issues, remarks: Vec::new() }
    }

    /// Where the row stands.
    pub(super) fn span(&self) -> Span {
        self.row.span
    }

    /// Where a cell of the row stands; the row's place where it has none.
    pub(super) fn place(&self, column: &str) -> Span {
        self.layout.column(column).map_or(self.row.span, |at| self.row.span_of(at))
    }

    /// Reports a fault.
    pub(super) fn tell(&mut self, code: Code, at: Span, message: impl Into<String>, help: impl Into<String>) {
        self.issues.add(Issue::new(code, message).at(at).help(help));
    }

    /// What a cell says. A blank one in a column that must not be blank is a fault.
    pub(super) fn text(&mut self, column: &'static str) -> Option<Told> {
        let told = self.peek(column);
        if let Some(at) = self.layout.column(column) {
            self.row.mark(at);
        }
        if let Some(told) = &told
            && NOTHING.contains(&told.text.to_ascii_lowercase().as_str())
            && !OWN_WORDS.contains(&column)
        {
            let message = "the cell says in a word that there is nothing, and is taken for blank";
            self.tell(Code::NullWord, told.span, message, "leave such cells empty");
            return self.blank(column, told.span);
        }
        match told {
            Some(told) => Some(told),
            None => self.blank(column, self.place(column)),
        }
    }

    fn blank(&mut self, column: &'static str, at: Span) -> Option<Told> {
        if self.layout.is_needed(column) {
            let message = format!("`{column}` must not be blank");
            self.tell(Code::MissingField, at, message, "fill the cell, or take the row out");
        }
        None
    }

    /// What a cell says, without it being read.
    pub(super) fn peek(&self, column: &str) -> Option<Told> {
        let at = self.layout.column(column)?;
        let cell = self.row.cell(at)?;
        Some(Told { text: cell.text.clone(), span: self.row.span_of(at) })
    }

    /// Keeps something in words: a remark under the name of its column.
    pub(super) fn remark(&mut self, column: &str, told: &Told) {
        self.remarks.push(Told { text: format!("{column}: {}", told.text), span: told.span });
    }

    /// The values of a cell that holds a list.
    pub(super) fn list(&mut self, column: &'static str) -> Vec<Told> {
        let Some(told) = self.text(column) else { return Vec::new() };
        let parts = told.text.split('|').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Told { text: part.to_owned(), span: told.span }).collect()
    }

    /// A date; one that is not written as FHIR has it is a remark.
    pub(super) fn date(&mut self, column: &'static str) -> Option<Told> {
        let told = self.text(column)?;
        if Date::parse(&told.text).is_some() {
            return Some(told);
        }
        let help = "write 2002, 2021-06, 2021-06-05 or 2021-06-05T10:30:00+02:00";
        let message =
            "this is not a date as FHIR writes them, and nothing says which part is which; it is kept in words";
        self.tell(Code::UnusableDate, told.span, message, help);
        self.remark(column, &told);
        None
    }

    /// A period by its two columns. One date alone is a date, unless what began with it still goes on.
    pub(super) fn period(&mut self, from: &'static str, to: &'static str, goes_on: bool) -> Option<Draft> {
        let (start, end) = (self.date(from), self.date(to));
        let span = start.as_ref().or(end.as_ref())?.span;
        match (start, end) {
            (Some(start), None) if !goes_on => Some(start.draft()),
            (start, end) => {
                let mut record = Record::at(span);
                record.set("start", start.map(Told::draft));
                record.set("end", end.map(Told::draft));
                Some(Draft::Record(record))
            }
        }
    }

    /// One of the words that a column knows, as the case has it. Other words are a fault.
    pub(super) fn term(&mut self, column: &'static str, words: &[(&str, &'static str)]) -> Option<Draft> {
        let told = self.text(column)?;
        self.word(&told, words).map(|word| Draft::Text(word.to_owned(), told.span))
    }

    /// One of the words that a column knows.
    pub(super) fn word(&mut self, told: &Told, words: &[(&str, &'static str)]) -> Option<&'static str> {
        let plain = told.text.to_lowercase().replace(['_', ' '], "-");
        if let Some((_, word)) = words.iter().find(|(word, _)| *word == plain) {
            return Some(word);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let list = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        let help = match nearest(&plain, &known) {
            Some(word) => format!("did you mean `{word}`? The words here are {list}"),
            None => format!("the words here are {list}"),
        };
        let message = "this word is not one of those that the column knows";
        self.issues.add(Issue::new(Code::UnknownTerm, message).at(told.span).help(help).value(told.text.clone()));
        None
    }

    /// An id as the number of what the row tells of.
    pub(super) fn identifier(&mut self, column: &'static str) -> Option<Draft> {
        let told = self.text(column)?;
        let mut record = Record::at(told.span);
        record.set("value", told.draft());
        Some(Draft::Record(record))
    }

    /// Ends the reading: what was not read becomes a remark of the record, with what was kept in words on the way.
    pub(super) fn finish(mut self, record: &mut Record) {
        for remark in self.rest() {
            record.note(remark.text, remark.span);
        }
    }

    /// What is kept in words. What the table has a column for, and nobody read, is told.
    pub(super) fn rest(&mut self) -> Vec<Told> {
        let mrn = self.layout.mrn;
        let unread: Vec<(usize, String)> =
            self.row.unread().filter(|(at, _)| Some(*at) != mrn).map(|(at, cell)| (at, cell.text.clone())).collect();
        for (at, text) in unread {
            let told = Told { text, span: self.row.span_of(at) };
            if self.layout.is_known(at) {
                let message = "nothing was made of this cell; it stays as a remark";
                self.tell(Code::UnmappedColumn, told.span, message, "look whether the remark says what you want");
            }
            let column = self.row.sheet.header.get(at).cloned();
            self.remark(column.as_deref().unwrap_or_default(), &told);
        }
        self.row.mark_all();
        std::mem::take(&mut self.remarks)
    }
}

/// Words that the case has as they are.
pub(super) const fn same<const N: usize>(words: [&'static str; N]) -> [(&'static str, &'static str); N] {
    let mut pairs = [("", ""); N];
    let mut at = 0;
    while at < N {
        #[allow(
            clippy::indexing_slicing,
            reason = "a constant function has no other way, and `at` is below the length of both"
        )]
        {
            pairs[at] = (words[at], words[at]);
        }
        at += 1;
    }
    pairs
}
