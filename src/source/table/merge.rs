//! The rows of a case put together: records field by field, items of one key as one, lists one after the other.
//!
//! Rows may repeat what others say. Where they say different things of the same field nobody can tell which is true: that is a fault,
//! with both places.

use std::collections::HashMap;

use crate::issue::{Code, Issue, Issues, Severity, Source, Span};

use super::super::draft::{Draft, Record, place};
use super::shape::Shape;

/// A case that is being merged.
pub(super) struct Merged {
    case: Record,
    /// Where the items of sections stand that have keys.
    keyed: HashMap<(String, String), usize>,
}

impl Merged {
    /// A case that begins at this place.
    pub(super) fn at(span: Span) -> Self {
        Self { case: Record::at(span), keyed: HashMap::new() }
    }

    /// Gives the case its id, unless it has one.
    pub(super) fn name(&mut self, id: Option<Draft>) {
        if self.case.get("id").is_none() {
            self.case.set("id", id);
        }
    }

    /// Adds a remark to its source.
    pub(super) fn remark(&mut self, text: String, span: Span) {
        self.case.amend("source", span, |record| record.note(text, span));
    }

    /// Adds what a row gives.
    pub(super) fn merge(&mut self, given: Record, source: &Source, issues: &mut Issues) {
        let mut merger = Merger { source, issues };
        for (name, value) in given.fields {
            let Some((_, shape)) = Shape::case().field(&name) else { continue };
            match shape.items() {
                Some(item) => self.section(&name, value, item, &mut merger),
                None => merger.field(&mut self.case, name, value, shape),
            }
        }
    }

    /// Adds items to a section: those of a key that is there already to the item that has it.
    fn section(&mut self, name: &str, given: Draft, shape: Shape, merger: &mut Merger<'_>) {
        for item in listed(given) {
            let place = key(&item).map(|key| (name.to_owned(), key.to_owned()));
            let at = place.as_ref().and_then(|place| self.keyed.get(place)).copied();
            let known = at.and_then(|at| match self.case.get_mut(name) {
                Some(Draft::List(items)) => items.get_mut(at),
                _ => None,
            });
            match (known, item) {
                (Some(Draft::Record(known)), Draft::Record(more)) => merger.records(known, more, shape),
                // Two laboratory results that are alike may be two: what has no key stands by itself.
                (_, item) => {
                    let at = self.case.push(name, item);
                    if let Some(place) = place {
                        self.keyed.insert(place, at);
                    }
                }
            }
        }
    }

    /// The case, with a patient in any case.
    pub(super) fn finish(mut self) -> Record {
        if self.case.get("patient").is_none() {
            self.case.set("patient", Draft::Record(Record::at(self.case.span)));
        }
        self.case
    }
}

struct Merger<'a> {
    source: &'a Source,
    issues: &'a mut Issues,
}

impl Merger<'_> {
    fn records(&mut self, into: &mut Record, given: Record, shape: Shape) {
        for (name, value) in given.fields {
            if let Some((_, field)) = shape.field(&name) {
                self.field(into, name, value, field);
            }
        }
    }

    fn field(&mut self, into: &mut Record, name: String, value: Draft, shape: Shape) {
        let Some(slot) = into.get_mut(&name) else {
            into.fields.push((name, value));
            return;
        };
        if let Some(item) = shape.items() {
            let mut list = listed(std::mem::replace(slot, Draft::List(Vec::new())));
            self.items(&mut list, value, item);
            *slot = Draft::List(list);
            return;
        }
        match (slot, value) {
            (Draft::Record(known), Draft::Record(more)) => self.records(known, more, shape),
            (known, value) if is_same(known, &value) => {}
            (known, value) => self.differ(place(known), place(&value)),
        }
    }

    /// Adds items to a list within an item: those of one key are one, and those that are there already are there once.
    fn items(&mut self, list: &mut Vec<Draft>, given: Draft, shape: Shape) {
        for item in listed(given) {
            let key = key(&item).map(str::to_owned);
            let known = match &key {
                Some(wanted) => list.iter_mut().find(|known| self::key(known) == Some(wanted.as_str())),
                None => list.iter_mut().find(|known| is_same(known, &item)),
            };
            match (known, item) {
                (Some(Draft::Record(known)), Draft::Record(more)) if key.is_some() => self.records(known, more, shape),
                // Words may be repeated; of records nobody can tell, and it is said.
                (Some(_), Draft::Record(again)) if shape.has(&["key"]) => self.tell_repeated(again.span),
                (Some(_), _) => {}
                (None, item) => list.push(item),
            }
        }
    }

    fn tell_repeated(&mut self, at: Span) {
        let message = "this row says the same as another one, and it is there once";
        let mut issue = Issue::new(Code::DuplicateItem, message).at(at);
        issue.severity = Severity::Information;
        self.issues.add(issue.help("where these are two, give each a `key` in the mapping"));
    }

    fn differ(&mut self, known: Span, given: Span) {
        let mut issue = Issue::new(Code::Contradiction, "the rows of this case say different things here").at(given);
        let other = self.source.place(known.start, known.end);
        let other = other.map(|place| format!("the other stands at {}:{}:{}; ", place.file, place.line, place.column));
        let remedy = "correct one of them, or tell the items apart with `key`";
        issue = issue.help(format!("{}{remedy}", other.unwrap_or_default()));
        self.issues.add(issue);
    }
}

/// The items of a list, or the one value as a list.
fn listed(draft: Draft) -> Vec<Draft> {
    match draft {
        Draft::List(items) => items,
        one => vec![one],
    }
}

/// The key of an item.
fn key(item: &Draft) -> Option<&str> {
    let Draft::Record(record) = item else { return None };
    match record.get("key")? {
        Draft::Text(text, _) | Draft::Number(text, _) => Some(text),
        _ => None,
    }
}

/// Whether two values say the same, wherever they stand.
fn is_same(a: &Draft, b: &Draft) -> bool {
    match (a, b) {
        (Draft::Text(a, _) | Draft::Number(a, _), Draft::Text(b, _) | Draft::Number(b, _)) => a == b,
        (Draft::Flag(a, _), Draft::Flag(b, _)) => a == b,
        (Draft::List(a), Draft::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Draft::Record(a), Draft::Record(b)) => {
            a.fields.len() == b.fields.len()
                && a.fields.iter().all(|(name, value)| b.get(name).is_some_and(|other| is_same(value, other)))
        }
        _ => false,
    }
}
