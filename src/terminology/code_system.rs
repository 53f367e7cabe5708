//! A code system made ready for questions: whether it has a code, what it calls it, what lies below what.

use super::code_table::{CodeTable, fold};
use super::hierarchy::Hierarchy;
use crate::definition::{CodeSystem, Content};

/// A code system of a [`super::Terminology`] of which concepts are at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeSystemId(pub(super) u32);

/// What a code system says of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// It has it.
    Found(Found),
    /// It does not have it, and is here as a whole.
    NotFound,
    /// The part of it that is here does not have it.
    NotFoundInFragment,
}

/// A code that its code system has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub(super) row: u32,
    /// Whether it is only a heading.
    pub is_abstract: bool,
    /// Whether it is retired.
    pub is_inactive: bool,
}

/// A code system, ready.
#[derive(Debug)]
pub(super) struct PreparedSystem {
    codes: CodeTable,
    concepts: Box<[Entry]>,
    /// Where each name ends in `text`; a concept's names lie together, its display first.
    names: Box<[u32]>,
    text: Box<str>,
    hierarchy: Hierarchy,
    is_whole: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The first of its names.
    names: u32,
    is_abstract: bool,
    is_inactive: bool,
}

impl PreparedSystem {
    pub(super) fn new(system: &CodeSystem) -> Self {
        let codes = CodeTable::new(system.concepts.iter().map(|concept| concept.code.as_ref()), !system.case_sensitive);
        let (mut names, mut text) = (Vec::new(), String::new());
        let mut concepts = Vec::with_capacity(system.concepts.len());
        for concept in &system.concepts {
            let first = u32::try_from(names.len()).unwrap_or(u32::MAX);
            for name in std::iter::once(&concept.display).chain(&concept.designations) {
                text.push_str(name);
                names.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
            }
            concepts.push(Entry { names: first, is_abstract: concept.is_abstract, is_inactive: concept.is_inactive });
        }
        Self {
            codes,
            concepts: concepts.into(),
            names: names.into(),
            text: text.into(),
            hierarchy: Hierarchy::of(system),
            is_whole: system.content == Content::Complete,
        }
    }

    pub(super) fn lookup(&self, code: &str) -> Lookup {
        let found = self.codes.find(code).and_then(|row| Some((row, self.concepts.get(row as usize)?)));
        match found {
            Some((row, entry)) => {
                Lookup::Found(Found { row, is_abstract: entry.is_abstract, is_inactive: entry.is_inactive })
            }
            None if self.is_whole => Lookup::NotFound,
            None => Lookup::NotFoundInFragment,
        }
    }

    /// The names of a concept, its display first.
    pub(super) fn names(&self, row: u32) -> impl Iterator<Item = &str> {
        let first = self.concepts.get(row as usize).map_or(usize::MAX, |entry| entry.names as usize);
        let last = self.concepts.get(row as usize + 1).map_or(self.names.len(), |entry| entry.names as usize);
        (first..last).filter_map(|at| {
            let start = at.checked_sub(1).and_then(|before| self.names.get(before)).copied().unwrap_or(0);
            self.text.get(start as usize..*self.names.get(at)? as usize)
        })
    }

    /// Whether a display is one of the concept's names: case and white space do not count. A concept without a name takes any.
    pub(super) fn display_fits(&self, row: u32, display: &str) -> bool {
        let mut is_named = false;
        for name in self.names(row).filter(|name| !name.is_empty()) {
            if name == display || same_words(name, display) {
                return true;
            }
            is_named = true;
        }
        !is_named
    }

    /// Whether the second concept is the first or lies below it; `None` where one of the codes is not here.
    pub(super) fn subsumes(&self, above: &str, below: &str) -> Option<bool> {
        let (above, below) = (self.codes.find(above)?, self.codes.find(below)?);
        Some(above == below || self.hierarchy.below(above).get(below as usize).copied().unwrap_or(false))
    }
}

/// Whether two texts are the same but for case and white space.
fn same_words(left: &str, right: &str) -> bool {
    let mut right = right.split_whitespace();
    let alike = |one: &str, other: &str| {
        fold(one, true) == fold(other, true)
            || one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
    };
    left.split_whitespace().all(|word| right.next().is_some_and(|other| alike(word, other))) && right.next().is_none()
}
