//! Tables of one's own, with a mapping that says what their columns are.
//!
//! A mapping is a case with columns in the places of its values. Each row gives a part of a case, the parts of the rows that belong
//! together are merged, and what comes of it is read by the case format's own notation: so every field of the case can be reached,
//! and every fault points at its cell. What a row has beyond the mapping stays as a remark and is told.

mod condition;
mod date_format;
mod evaluate;
mod expression;
mod mapping;
mod merge;
mod outline;
mod plan;
mod reading;
mod schema;
mod shape;
mod template;

pub use mapping::Mapping;
pub use outline::draft_mapping;
pub(super) use plan::{Plan, open};
pub use schema::schema as mapping_schema;

use crate::case::read::Reader;
use crate::issue::{Issues, SourceMap};

use super::Input;

impl Mapping {
    /// Reads a mapping file, YAML or JSON; `None` where it cannot be used. Beside errors it must not be used.
    pub fn read(input: Input<'_>, sources: &mut SourceMap, issues: &mut Issues) -> Option<Self> {
        let source = super::decode(input, sources, issues)?;
        let document = super::parse(source, sources, issues)?;
        let text = sources.text(source).to_owned();
        mapping::read(document.root()?, input.name, &text, &mut Reader::new(issues))
    }
}
