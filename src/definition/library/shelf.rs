//! The definitions of one kind in one package, sorted by url, found by canonical, decoded when first asked for.

use std::sync::OnceLock;

use super::super::facts::{self, Constraints, Fact};

/// Definitions of one kind, sorted by url and version.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    rows: Vec<Row<T>>,
    /// The version of definitions whose line has none.
    version: Box<str>,
}

#[derive(Debug)]
struct Row<T> {
    /// The line of facts; empty for a definition that was loaded from elsewhere.
    line: &'static str,
    value: OnceLock<Option<Box<T>>>,
}

impl<T: Fact> Shelf<T> {
    /// Takes in definitions that are at hand.
    pub(super) fn of(mut definitions: Vec<T>) -> Self {
        definitions.sort_by(|a, b| (a.url(), a.version()).cmp(&(b.url(), b.version())));
        let rows = definitions.into_iter().map(|value| Row { line: "", value: Some(Box::new(value)).into() }).collect();
        Self { rows, version: "".into() }
    }

    /// Takes in a file of facts, which is sorted already.
    pub(super) fn of_facts(text: &'static str, version: &str) -> Self {
        let lines = text.split('\n').skip(1).filter(|line| !line.is_empty());
        Self { rows: lines.map(|line| Row { line, value: OnceLock::new() }).collect(), version: version.into() }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Url and version of a row; empty for a row that there is not.
    pub(super) fn key(&self, row: usize) -> (&str, &str) {
        self.rows.get(row).map(|row| self.key_of(row)).unwrap_or_default()
    }

    fn key_of<'a>(&'a self, row: &'a Row<T>) -> (&'a str, &'a str) {
        match row.line.is_empty() {
            true => row.value.get().and_then(Option::as_ref).map(|value| (value.url(), value.version())),
            false => {
                let (url, version) = facts::key(row.line);
                Some((url, version.unwrap_or(&self.version)))
            }
        }
        .unwrap_or_default()
    }

    /// The line of facts of a row; empty where it was loaded from elsewhere.
    pub(super) fn line(&self, row: usize) -> &'static str {
        self.rows.get(row).map_or("", |row| row.line)
    }

    /// The definition of a row, read from its line at the first time.
    pub(super) fn get(&self, row: usize, constraints: &Constraints) -> Option<&T> {
        let row = self.rows.get(row)?;
        let read = || facts::read_line(row.line, &self.version, constraints).map(Box::new);
        row.value.get_or_init(read).as_deref()
    }

    /// The definition of a row to be changed, where it was read already.
    pub(super) fn get_mut(&mut self, row: usize) -> Option<&mut T> {
        self.rows.get_mut(row)?.value.get_mut()?.as_deref_mut()
    }

    /// The rows of a url, the least version first.
    pub(super) fn rows(&self, url: &str) -> std::ops::Range<usize> {
        let from = self.rows.partition_point(|row| self.key_of(row).0 < url);
        let same = self.rows.get(from..).unwrap_or_default().iter().take_while(|row| self.key_of(row).0 == url).count();
        from..from + same
    }
}
