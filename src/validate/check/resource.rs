//! Resources as a whole: their id, and what is contained in them (FHIR R4, Resource, DomainResource, "Contained Resources").

use super::super::location::Frame;
use super::super::plan::Plan;
use super::super::walk::{Scope, Stands, Walk};
use crate::instance::NodeId;
use crate::issue::Code;

/// What must hold of a resource by where it stands.
pub(crate) fn check(
    walk: &mut Walk<'_, '_, '_>,
    node: NodeId,
    _plan: &Plan,
    frame: &Frame<'_>,
    scope: &Scope,
    stands: Stands,
) {
    let words = *walk.session.validator.words();
    if let Stands::Contained(_) = stands {
        if walk.child(node, words.id).is_none() {
            walk.fault(Code::Contained, frame, node, |fault| {
                fault.message("a contained resource needs an id").help("references find it by `#` and that id")
            });
        }
    }
    let _ = scope;
}
