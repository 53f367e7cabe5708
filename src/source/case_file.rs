//! The house's own case format: a document in YAML or JSON whose fields are those of [`Case`].

use crate::case::read::{Read, Reader};
use crate::case::{self, Case};
use crate::instance::NodeRef;
use crate::issue::Issues;

/// Reads a case from a document's root.
pub(super) fn read(root: NodeRef<'_>, issues: &mut Issues) -> Option<Case> {
    let case = Case::read(root, &mut Reader::new(issues))?;
    case::check(&case, issues);
    Some(case)
}
