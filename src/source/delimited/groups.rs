//! The rows of tables by the case that they belong to.

use std::collections::HashMap;

use super::rows::{Cell, Gathered};
use super::sheet::Sheet;
use crate::issue::Source;

/// The rows of one case.
#[derive(Debug)]
pub(crate) struct Group {
    /// What the rows call the case; empty for rows that do not say whose they are.
    pub(crate) key: Box<str>,
    /// Table and row, in the order of the tables.
    rows: Vec<(u16, u32)>,
}

/// All cases of some tables, in the order in which they first appear.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    list: Vec<Group>,
}

impl Groups {
    /// Groups the rows of tables by what `key` makes of the cells of each, given the number of the table. Rows without a word in them
    /// belong to nobody.
    pub(crate) fn of(sheets: &[Sheet], key: impl Fn(usize, &[Cell]) -> String) -> Self {
        let mut list: Vec<Group> = Vec::new();
        let mut known: HashMap<Box<str>, usize> = HashMap::new();
        for (number, sheet) in sheets.iter().enumerate() {
            sheet.scan(|row, cells| {
                if cells.iter().all(|cell| cell.text.is_empty()) {
                    return;
                }
                let key: Box<str> = key(number, cells).into();
                let at = *known.entry(key.clone()).or_insert_with(|| {
                    list.push(Group { key, rows: Vec::new() });
                    list.len() - 1
                });
                if let (Some(group), Ok(sheet), Ok(row)) = (list.get_mut(at), u16::try_from(number), u32::try_from(row))
                {
                    group.rows.push((sheet, row));
                }
            });
        }
        Self { list }
    }

    /// How many cases there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// A case by its number.
    pub(crate) fn get(&self, index: usize) -> Option<&Group> {
        self.list.get(index)
    }

    /// Leaves out the cases that `keep` says no to.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Group) -> bool) {
        self.list.retain(keep);
    }
}

impl Group {
    /// Its rows, each with its table.
    pub(crate) fn rows<'s>(&self, sheets: &'s [Sheet]) -> impl Iterator<Item = (&'s Sheet, usize)> {
        self.rows.iter().filter_map(|(sheet, row)| Some((sheets.get(usize::from(*sheet))?, *row as usize)))
    }

    /// The numbers of the tables that its rows stand in, one a row.
    pub(crate) fn tables(&self) -> impl Iterator<Item = u16> {
        self.rows.iter().map(|(sheet, _)| *sheet)
    }

    /// Its rows cut into cells, in a source that begins with `source`.
    pub(crate) fn gather<'s>(&self, sheets: &'s [Sheet], source: Source) -> Gathered<'s> {
        let mut gathered = Gathered { source, rows: Vec::with_capacity(self.rows.len()) };
        for (number, row) in &self.rows {
            let number = usize::from(*number);
            if let Some(sheet) = sheets.get(number) {
                gathered.add(number, sheet, *row as usize);
            }
        }
        gathered
    }

    /// How many bytes its rows have.
    pub(crate) fn size(&self, sheets: &[Sheet]) -> usize {
        self.rows(sheets).map(|(sheet, row)| sheet.row_text(row).len()).sum()
    }
}
