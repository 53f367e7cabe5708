//! What an expression makes of the cells of a row.

use crate::case::{At, Quantity};
use crate::issue::{Code, Issue, Issues, Severity, Span};

use super::super::delimited::Cell;
use super::super::draft::{Draft, Record};
use super::expression::{Coded, Expression, Otherwise, Unit};
use super::reading::Table;
use super::shape::Kind;

/// Where cells are taken from.
pub(super) struct Cells<'r> {
    pub(super) table: &'r Table,
    /// Finds a cell by the name of its column: its position and the cell.
    pub(super) find: &'r dyn Fn(&str) -> Option<(usize, &'r Cell)>,
    /// The number of the source.
    pub(super) source: u16,
    /// Where the row stands.
    pub(super) row: Span,
}

impl<'r> Cells<'r> {
    /// A cell that says something, with its position.
    pub(super) fn get(&self, column: &str) -> Option<(usize, &'r Cell)> {
        (self.find)(column).filter(|(_, cell)| !self.table.is_blank(&cell.text))
    }

    fn span(&self, cell: &Cell) -> Span {
        Span::new(self.source, cell.start, cell.end)
    }
}

/// What came of an expression.
#[derive(Default)]
pub(super) struct Found {
    pub(super) values: Vec<Draft>,
    /// The cells of which all is in the values.
    pub(super) read: Vec<usize>,
    /// The cells of which the mapping says that they say nothing.
    pub(super) settled: Vec<usize>,
}

impl Expression {
    /// Makes the value or values of a row.
    pub(super) fn evaluate(&self, cells: &Cells<'_>, issues: &mut Issues) -> Found {
        let parts: Vec<Option<(usize, &Cell)>> = self.columns.iter().map(|(column, _)| cells.get(column)).collect();
        let mut found = Found::default();
        let Some((_, first)) = parts.iter().flatten().next() else { return found };
        let span = cells.span(first);
        // A part of a date that is not there is not known; without it the others would take its place.
        let is_date = self.target.kind == Kind::Date && parts.len() > 1;
        let words = parts.iter().filter_map(|part| match part {
            Some((_, cell)) => Some(cell.text.as_str()),
            None => is_date.then_some("00"),
        });
        let text = words.collect::<Vec<_>>().join(&self.join);
        let mut taken: Vec<usize> = parts.iter().flatten().map(|(column, _)| *column).collect();
        let pieces: Vec<&str> = match &self.split {
            Some(split) => {
                text.split(split.as_str()).map(str::trim).filter(|piece| !cells.table.is_blank(piece)).collect()
            }
            None => vec![text.as_str()],
        };
        let mut is_whole = true;
        for piece in pieces {
            found.values.extend(self.value(piece, span, cells, (&mut taken, &mut is_whole), issues));
        }
        match (is_whole, found.values.is_empty()) {
            (true, false) => found.read = taken,
            (true, true) => found.settled = taken,
            (false, _) => {}
        }
        found
    }

    /// What tells cases apart: all its columns say something, or nobody knows whose the row is.
    pub(super) fn identify(&self, cells: &Cells<'_>, issues: &mut Issues) -> Option<(Draft, Vec<usize>)> {
        let is_there = self.columns.iter().all(|(column, _)| cells.get(column).is_some());
        let mut found = self.evaluate(cells, issues);
        found.values.pop().filter(|_| is_there).map(|value| (value, found.read))
    }

    fn value(
        &self,
        text: &str,
        span: Span,
        cells: &Cells<'_>,
        (taken, is_whole): (&mut Vec<usize>, &mut bool),
        issues: &mut Issues,
    ) -> Option<Draft> {
        if let Some(values) = &self.values {
            let same = values.iter().find(|(word, _)| word == text);
            let found = same.or_else(|| values.iter().find(|(word, _)| word.to_lowercase() == text.to_lowercase()));
            let given = match (found, &self.otherwise) {
                (Some((_, value)), _) => Some(value.clone()?),
                (None, Otherwise::Give(value)) => {
                    // The words themselves say more than what stands in for them.
                    *is_whole = false;
                    Some(value.clone())
                }
                (None, Otherwise::Fault) => {
                    *is_whole = false;
                    let message = "the mapping does not say what this word of the table means";
                    let issue = Issue::new(Code::UnknownValue, message).at(span).value(text);
                    issues.add(issue.help("add it to `values` of the column, or write `otherwise: keep`"));
                    return None;
                }
                (None, Otherwise::Keep) => None,
            };
            // The value is the mapping's, and stands where the cell does: what is wrong with it is wrong with this row.
            match given {
                Some(Draft::Text(text, _)) if self.target.kind == Kind::Amount => {
                    return Some(Draft::Text(self.with_unit(text, span, cells, taken, issues), span));
                }
                Some(Draft::Text(text, _)) if self.target.kind == Kind::Words => return Some(self.words(text, span)),
                Some(value) => return Some(moved(value, span)),
                None => {}
            }
        }
        let text = format!("{}{text}{}", self.prefix, self.suffix);
        match self.target.kind {
            Kind::Date if !(self.target.takes_flag && flag(&text).is_some()) => {
                let date = cells.table.date(&text, &self.dates, span, issues);
                *is_whole &= date.as_ref().is_some_and(|date| date.is_whole);
                date.map(|date| Draft::Text(date.text, span))
            }
            Kind::Amount => {
                let number = cells.table.number(&text, span, issues);
                *is_whole &= number.is_some();
                number.map(|number| Draft::Text(self.with_unit(number, span, cells, taken, issues), span))
            }
            Kind::Count if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(Draft::Number(text, span)),
            Kind::Flag | Kind::Date => Some(match flag(&text) {
                Some(flag) => Draft::Flag(flag, span),
                None => Draft::Text(text, span),
            }),
            _ => Some(self.words(text, span)),
        }
    }

    /// An amount with the unit that stands beside it. Words that are no amount have none; where they begin like a number, that is told.
    fn with_unit(
        &self,
        text: String,
        span: Span,
        cells: &Cells<'_>,
        taken: &mut Vec<usize>,
        issues: &mut Issues,
    ) -> String {
        let Some(unit) = &self.unit else { return text };
        let parsed = Quantity::parse(&text, At(span));
        let is_bare = parsed.as_ref().is_some_and(|quantity| quantity.unit.is_none());
        let begins_so =
            text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | ',' | '<' | '>'));
        if parsed.is_none() && begins_so {
            let message = "this begins like a number and is none, so it stays words, without its unit";
            let mut issue = Issue::new(Code::BadQuantity, message).at(span);
            issue.severity = Severity::Warning;
            issues.add(issue.help("write 48, <5, ~26 or 150-200, with a point for decimals or as `decimal` says"));
        }
        if !is_bare {
            return text;
        }
        match unit {
            Unit::Fixed(unit) => format!("{text} {unit}"),
            Unit::Cells(unit) => {
                let found = unit.evaluate(cells, issues);
                taken.extend(found.read);
                match found.values.first() {
                    Some(Draft::Text(unit, _) | Draft::Number(unit, _)) => format!("{text} {unit}"),
                    _ => text,
                }
            }
        }
    }

    /// Words, or a code in its system.
    fn words(&self, text: String, span: Span) -> Draft {
        let Some(system) = &self.system else { return Draft::Text(text, span) };
        let pair = |name: &str| {
            let mut pair = Record::at(span);
            pair.set("system", Draft::Text(system.clone(), span));
            pair.set(name, Draft::Text(text.clone(), span));
            Draft::Record(pair)
        };
        match self.target.coded {
            Coded::Code => pair("code"),
            Coded::Identifier => pair("value"),
            Coded::Concept => {
                let mut concept = Record::at(span);
                concept.set("code", pair("code"));
                Draft::Record(concept)
            }
            Coded::No => Draft::Text(text, span),
        }
    }
}

/// True or false in words that mean nothing else.
fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// A constant as it stands in a row.
fn moved(draft: Draft, span: Span) -> Draft {
    match draft {
        Draft::Text(text, _) => Draft::Text(text, span),
        Draft::Number(text, _) => Draft::Number(text, span),
        Draft::Flag(flag, _) => Draft::Flag(flag, span),
        Draft::List(items) => Draft::List(items.into_iter().map(|item| moved(item, span)).collect()),
        Draft::Record(record) => {
            let fields = record.fields.into_iter().map(|(name, value)| (name, moved(value, span))).collect();
            Draft::Record(Record { fields, span })
        }
    }
}
