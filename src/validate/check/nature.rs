//! What must hold of a value by its type, beyond the definitions: codings, quantities, references, narratives, attachments, extensions.

use super::super::location::Frame;
use super::super::plan::{Nature, ObjectPlan};
use super::super::walk::{Scope, Walk};
use super::coded;
use crate::instance::NodeId;
use crate::issue::Code;

/// Checks an object by its nature.
pub(crate) fn check<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    node: NodeId,
    object: &'v ObjectPlan,
    frame: &Frame<'_>,
    _scope: &Scope,
) {
    match object.nature {
        Nature::Coding => coded::coding(walk, node, frame),
        Nature::Quantity => coded::unit(walk, node, frame),
        Nature::Extension => extension(walk, node, frame),
        _ => {}
    }
}

/// An extension has a value or extensions, and not both (ext-1).
fn extension(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = walk.session.validator.words();
    let document = walk.document;
    let inner = walk.child(node, words.extension).is_some();
    let value = document.children(node).any(|member| document.key(member).trim_start_matches('_').starts_with("value"));
    if inner == value {
        walk.fault(Code::Invariant, frame, node, |fault| {
            fault.message("ext-1: an extension must have either a value or extensions, and not both")
        });
    }
}
