//! Names of members and types, numbered once for a process, so that the walk compares numbers and not texts.
//!
//! Definitions and expressions intern their names when they are compiled; a document's own names are looked up once a
//! document ([`super::Document::symbols`]). A name that no definition has is [`NameId::NONE`].

use std::collections::HashMap;
use std::sync::RwLock;

/// The number of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u16);

impl Default for NameId {
    fn default() -> Self {
        Self::NONE
    }
}

impl NameId {
    /// No known name.
    pub const NONE: Self = Self(u16::MAX);
}

/// The names of a process.
#[derive(Debug, Default)]
pub struct Names {
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    ids: HashMap<Box<str>, u16, foldhash::fast::RandomState>,
    names: Vec<Box<str>>,
}

impl Names {
    /// The number of a name, given to it now if it has none. [`NameId::NONE`] when 65,535 names are taken: definitions
    /// have some four thousand.
    pub fn intern(&self, name: &str) -> NameId {
        if let Some(id) = self.find(name) {
            return id;
        }
        let mut table = self.table.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(id) = table.ids.get(name) {
            return NameId(*id);
        }
        let Some(id) = u16::try_from(table.names.len()).ok().filter(|id| *id < u16::MAX) else { return NameId::NONE };
        table.ids.insert(name.into(), id);
        table.names.push(name.into());
        NameId(id)
    }

    /// The number of a name, where it has one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<NameId> {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.ids.get(name).copied().map(NameId)
    }

    /// The name behind a number; empty for one that was not given.
    #[must_use]
    pub fn name(&self, id: NameId) -> String {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.names.get(usize::from(id.0)).map(ToString::to_string).unwrap_or_default()
    }

    /// How many names there are: it grows when definitions are compiled, and tells a reader that its numbers are old.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner).names.len()
    }

    /// Whether no name was given yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of these names in their order, [`NameId::NONE`] for unknown ones; one lock for all.
    pub fn find_all<'n>(&self, names: impl Iterator<Item = &'n str>, into: &mut Vec<NameId>) {
        let table = self.table.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        into.clear();
        into.extend(names.map(|name| table.ids.get(name).copied().map_or(NameId::NONE, NameId)));
    }
}
