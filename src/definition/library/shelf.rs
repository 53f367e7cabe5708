//! The definitions of one kind in one package, sorted by url, found by canonical.

use super::super::{CodeSystem, StructureDefinition, ValueSet};

/// What stands in a [`Shelf`].
pub(super) trait Canonical {
    /// The url without version.
    fn url(&self) -> &str;
    /// The business version.
    fn version(&self) -> &str;
}

macro_rules! canonical {
    ($($name:ident)+) => {
        $(impl Canonical for $name {
            fn url(&self) -> &str {
                &self.url
            }
            fn version(&self) -> &str {
                &self.version
            }
        })+
    };
}

canonical! { StructureDefinition ValueSet CodeSystem }

/// Definitions of one kind, sorted by url, the least version first.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    entries: Vec<T>,
}

impl<T: Canonical> Shelf<T> {
    pub(super) fn new(mut entries: Vec<T>) -> Self {
        entries.sort_by(|a, b| (a.url(), a.version()).cmp(&(b.url(), b.version())));
        Self { entries }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, row: usize) -> Option<&T> {
        self.entries.get(row)
    }

    pub(super) fn find(&self, canonical: &str) -> Option<usize> {
        let (url, version) = canonical.split_once('|').unwrap_or((canonical, ""));
        let from = self.entries.partition_point(|entry| entry.url() < url);
        let count = self.entries.get(from..)?.iter().take_while(|entry| entry.url() == url).count();
        (from..from + count).rev().find(|row| {
            let own = self.entries.get(*row).map_or("", Canonical::version);
            version.is_empty() || own.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
