//! A case that is being put together from rows: a tree in the shape of the case format, each of its values with the place it came
//! from. It becomes a document, and is read by the case format's own notation, checks and all.

use crate::case::read::{Read as _, Reader};
use crate::case::{self, Case};
use crate::instance::{Builder, Document, Kind};
use crate::issue::{Issues, Span};

/// A value of a case that is being put together.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Draft {
    /// A text, in the notation of the field it stands in.
    Text(String, Span),
    /// A number, by its characters.
    Number(String, Span),
    /// True or false.
    Flag(bool, Span),
    /// Items.
    List(Vec<Draft>),
    /// Fields.
    Record(Record),
}

/// A record that is being put together: its fields in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) fields: Vec<(String, Draft)>,
    /// Where the record comes from.
    pub(super) span: Span,
}

impl Record {
    /// A record that says nothing yet.
    pub(super) const fn at(span: Span) -> Self {
        Self { fields: Vec::new(), span }
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// A field's value.
    pub(super) fn get(&self, name: &str) -> Option<&Draft> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Gives a field its value; where there is none it stays away.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Option<Draft>>) {
        if let Some(value) = value.into() {
            self.fields.push((name.to_owned(), value));
        }
    }

    /// A field's value, to be changed.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Draft> {
        self.fields.iter_mut().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Adds an item to the field of this name, and gives its position there.
    pub(super) fn push(&mut self, name: &str, item: Draft) -> usize {
        match self.get_mut(name) {
            Some(Draft::List(items)) => {
                items.push(item);
                items.len() - 1
            }
            Some(other) => {
                let first = std::mem::replace(other, Draft::List(Vec::new()));
                *other = Draft::List(vec![first, item]);
                1
            }
            None => {
                self.fields.push((name.to_owned(), Draft::List(vec![item])));
                0
            }
        }
    }

    /// Adds a remark.
    pub(super) fn note(&mut self, text: impl Into<String>, span: Span) {
        self.push("note", Draft::Text(text.into(), span));
    }

    /// Fills the record of this field, which is put there where it is not.
    pub(super) fn amend(&mut self, name: &str, span: Span, fill: impl FnOnce(&mut Self)) {
        let at = self.fields.iter().position(|(field, _)| field == name);
        let mut record = match at.map(|at| self.fields.remove(at).1) {
            Some(Draft::Record(record)) => record,
            _ => Self::at(span),
        };
        fill(&mut record);
        self.fields.insert(at.unwrap_or(self.fields.len()), (name.to_owned(), Draft::Record(record)));
    }
}

/// Reads the case that was put together, and checks it.
pub(super) fn read(draft: &Record, issues: &mut Issues) -> Option<Case> {
    let document = document(draft);
    let case = Case::read(document.root()?, &mut Reader::new(issues))?;
    case::check(&case, issues);
    Some(case)
}

fn document(draft: &Record) -> Document {
    let mut builder = Builder::default();
    record(draft, &mut builder);
    builder.finish()
}

fn record(draft: &Record, builder: &mut Builder) {
    builder.open(Kind::Object, draft.span);
    for (name, value) in &draft.fields {
        builder.key(name, draft.span);
        write(value, builder);
    }
    builder.close(draft.span.end);
}

fn write(draft: &Draft, builder: &mut Builder) {
    match draft {
        Draft::Text(text, span) => builder.string(text, *span),
        Draft::Number(text, span) => builder.number(text, *span),
        Draft::Flag(value, span) => builder.bool(*value, *span),
        Draft::List(items) => {
            let span = items.first().map_or(Span::EMPTY, place);
            builder.open(Kind::Array, span);
            for item in items {
                write(item, builder);
            }
            builder.close(span.end);
        }
        Draft::Record(fields) => record(fields, builder),
    }
}

/// Where a value comes from.
pub(super) fn place(draft: &Draft) -> Span {
    match draft {
        Draft::Text(_, span) | Draft::Number(_, span) | Draft::Flag(_, span) => *span,
        Draft::List(items) => items.first().map_or(Span::EMPTY, place),
        Draft::Record(record) => record.span,
    }
}
