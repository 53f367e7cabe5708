//! The rows of a case put together: records field by field, items of one key as one, lists one after the other.
//!
//! Rows may repeat what others say. Where they say different things of the same field nobody can tell which is true: that is a fault,
//! with both places.

use crate::issue::{Code, Issue, Issues, Source, Span};

use super::super::draft::{Draft, Record, place};
use super::shape::Shape;

/// Adds what a row gives to the case.
pub(super) fn merge(case: &mut Record, given: Record, source: &Source, issues: &mut Issues) {
    Merger { source, issues }.records(case, given, Shape::case(), true);
}

struct Merger<'a> {
    source: &'a Source,
    issues: &'a mut Issues,
}

impl Merger<'_> {
    fn records(&mut self, into: &mut Record, given: Record, shape: Shape, is_case: bool) {
        for (name, value) in given.fields {
            let Some((_, field)) = shape.field(&name) else { continue };
            let Some(at) = into.fields.iter().position(|(known, _)| *known == name) else {
                // Items of one row may have one key as well.
                if field.items().is_some() && is_case {
                    let mut list = Vec::new();
                    self.items(&mut list, value, field, true);
                    into.fields.push((name, Draft::List(list)));
                } else {
                    into.fields.push((name, value));
                }
                continue;
            };
            let Some((_, slot)) = into.fields.get_mut(at) else { continue };
            if field.items().is_some() {
                let mut list = match std::mem::replace(slot, Draft::List(Vec::new())) {
                    Draft::List(list) => list,
                    one => vec![one],
                };
                self.items(&mut list, value, field, is_case);
                *slot = Draft::List(list);
                continue;
            }
            match (slot, value) {
                (Draft::Record(known), Draft::Record(more)) => self.records(known, more, field, false),
                (known, value) if is_same(known, &value) => {}
                (known, value) => self.differ(place(known), place(&value)),
            }
        }
    }

    /// Adds items: those of a key that is there already to the item that has it; values that are there already are there once.
    fn items(&mut self, list: &mut Vec<Draft>, given: Draft, shape: Shape, is_section: bool) {
        let given = match given {
            Draft::List(items) => items,
            one => vec![one],
        };
        let shape = shape.items().unwrap_or(shape);
        for item in given {
            let key = key(&item).map(str::to_owned);
            let known = match &key {
                Some(wanted) => list.iter_mut().find(|known| self::key(known) == Some(wanted.as_str())),
                // Two laboratory results that are alike may be two; what a patient has beside them is had once.
                None if is_section => None,
                None => list.iter_mut().find(|known| is_same(known, &item)),
            };
            match (known, item) {
                (Some(Draft::Record(known)), Draft::Record(more)) => self.records(known, more, shape, false),
                (Some(_), _) => {}
                (None, item) => list.push(item),
            }
        }
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
