//! Tables of one's own, with a mapping that says what their columns are.

use std::sync::Arc;

use crate::issue::{Issues, Source, SourceMap};

use super::Input;
use super::cases::Cases;
use super::delimited::{Gathered, Group, TableFile};
use super::draft::Record;

/// What the columns of tables are.
#[derive(Debug)]
pub struct Mapping {}

impl Mapping {
    /// Reads a mapping; `None` after its faults were told.
    pub fn read(input: Input<'_>, sources: &mut SourceMap, issues: &mut Issues) -> Option<Self> {
        let _ = (input, sources, issues);
        None
    }

    /// Whether it names the files that it is for, and so takes the tables of a folder together.
    #[must_use]
    pub fn names_files(&self) -> bool {
        false
    }
}

/// A mapping made ready for tables.
#[derive(Debug)]
pub(super) struct Plan {}

/// Takes in tables by a mapping.
pub(super) fn open(
    files: Vec<TableFile>,
    mapping: &Arc<Mapping>,
    sources: &mut SourceMap,
    issues: &mut Issues,
) -> Option<Cases> {
    let _ = (files, mapping, sources, issues);
    None
}

impl Plan {
    /// What the places of constants are in.
    pub(super) fn source(&self) -> Source {
        Source::default()
    }

    /// Puts a case together.
    pub(super) fn read(&self, group: &Group, gathered: &mut Gathered<'_>, issues: &mut Issues) -> Option<Record> {
        let _ = (group, gathered, issues);
        None
    }
}
