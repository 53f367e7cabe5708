//! Primitive values: the value's form, and the other half with id and extensions.

use super::super::check;
use super::super::check::primitive::Primitive;
use super::super::location::Frame;
use super::item::Halves;
use super::{Scope, Walk};
use crate::fhirpath::TypeId;
use crate::instance::{Kind, NodeId};
use crate::issue::Code;

impl Walk<'_, '_, '_> {
    /// A primitive; the overlays from `start` on lie over it.
    pub(super) fn primitive(
        &mut self,
        (value, beside): Halves,
        (primitive, beside_type): (Primitive, TypeId),
        start: usize,
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let is_null = |node: Option<NodeId>| node.is_none_or(|node| self.document.kind(node) == Kind::Null);
        let (no_value, no_beside) = (is_null(value), is_null(beside));
        if scope.base {
            if no_value && no_beside {
                if let Some(node) = value.or(beside) {
                    self.fault(Code::Null, frame, node, |fault| {
                        let message = "null stands only in a list of primitives, in place of a value whose extensions stand in the other list";
                        fault.message(message).help("leave it out")
                    });
                }
                return;
            }
            if let Some(node) = value.filter(|_| !no_value) {
                check::nature::primitive(self, primitive, node, frame);
            }
        }
        let active = start..self.session.active.len();
        match beside.filter(|_| !no_beside) {
            Some(node) => {
                if let Some(object) = self.object_plan(beside_type) {
                    self.object(node, object, active, frame, scope);
                    let words = self.session.validator.words();
                    // A member that is unknown was told already.
                    let mut members = self.document.children(node).map(|member| self.member_of(member).name);
                    let says_nothing = members.all(|name| name == words.id);
                    if scope.base && no_value && says_nothing {
                        self.fault(Code::Invariant, frame, node, |fault| {
                            fault.message("ele-1: a primitive must have a value, or extensions in its place")
                        });
                    }
                }
            }
            None => self.missing_beside(value, active, frame),
        }
    }

    /// What profiles ask for beside a primitive's value where nothing stands there.
    fn missing_beside(&mut self, value: Option<NodeId>, active: std::ops::Range<usize>, frame: &Frame<'_>) {
        let Some(node) = value else { return };
        for row in active {
            let Some(active) = self.session.active.get(row).copied() else { continue };
            for child in active.overlay.children.iter().filter(|child| child.min > 0) {
                self.fault(Code::MinCardinality, frame, node, |fault| {
                    let message = format!("{}.{} must be there at least once", active.overlay.id, child.label);
                    fault.message(message).help(super::object::of_profile(&active.plan.url))
                });
            }
        }
    }
}
