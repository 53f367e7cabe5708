//! The CSV files of the mCODE extraction framework: a folder of tables, joined by the number of the medical record.

use crate::issue::{Issues, SourceMap};

use super::cases::{Cases, TableReader};
use super::delimited::{Gathered, Group, Groups, Reading, Separator, Sheet, TableFile};
use super::draft::Record;

/// Whether a file of this name is a table of the set: `patient-information.csv`.
#[must_use]
pub fn is_table(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "patient-mrns.csv" || name.ends_with("-information.csv")
}

/// A set of tables.
#[derive(Debug)]
pub(super) struct Set {}

/// Takes in the tables of a set.
pub(super) fn open(files: Vec<TableFile>, sources: &mut SourceMap, issues: &mut Issues) -> Option<Cases> {
    let reading = Reading { separator: Some(Separator::COMMA), ..Reading::default() };
    let sheets: Option<Vec<Sheet>> =
        files.into_iter().map(|file| Sheet::open(file, &reading, sources, issues)).collect();
    let sheets = sheets?;
    let groups = Groups::of(&sheets, |_, cells| cells.first().map(|cell| cell.text.clone()).unwrap_or_default());
    Some(Cases::tables(sheets, groups, TableReader::McodeCsv(Set {})))
}

impl Set {
    /// Puts the case of a patient together.
    pub(super) fn read(&self, group: &Group, gathered: &mut Gathered<'_>, issues: &mut Issues) -> Option<Record> {
        let _ = (group, issues);
        Some(Record::at(gathered.rows.first()?.span))
    }
}
