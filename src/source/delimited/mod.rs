//! Tables as text: rows of cells between separators (RFC 4180, and what spreadsheets and registries make of it).
//!
//! A table is decoded once and held as text; of its rows only their places are kept. Cells are read when a case is made of them, with
//! the place of each, and remember that they were read, so that nothing of a row is passed over in silence.

mod dialect;
mod encoding;
mod groups;
mod quotes;
mod rows;
mod sheet;

pub use dialect::{Quote, Separator};
pub use encoding::Encoding;
pub(super) use groups::{Group, Groups};
pub(super) use rows::{Cell, Gathered, Row};
pub(super) use sheet::{Reading, Sheet};

/// A file that is a table, as it was read.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// What the user calls it; it stands in messages.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl TableFile {
    /// The name without the folders before it.
    #[must_use]
    pub fn base_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name)
    }
}
