//! Plain members: objects of which no profile says anything, and of which therefore only the type's own rules are asked.

use super::super::check;
use super::super::location::{Frame, Step};
use super::super::plan::{Element, ObjectPlan};
use super::super::session::Seen;
use super::{Scope, Walk};
use crate::fhirpath::TypeId;
use crate::instance::{Kind, NameId, NodeId};

impl<'v> Walk<'_, 'v, '_> {
    /// An object or a list of them, as the definition has it, by the type's rules alone. How many there are; 0 where anything is
    /// unusual, and nothing was looked at.
    pub(super) fn plain(
        &mut self,
        member: NodeId,
        kind: Kind,
        (element, row, id): (&'v Element, u16, TypeId),
        frame: &Frame<'_>,
        scope: &Scope,
    ) -> u32 {
        let document = self.document;
        if (kind == Kind::Array) != element.is_array {
            return 0;
        }
        let Some(object) = self.object_plan(id) else { return 0 };
        if kind == Kind::Object {
            if element.max == 0 {
                return 0;
            }
            self.plain_object(member, (element, row, object), frame, scope);
            return 1;
        }
        let count = u32::try_from(document.child_count(member)).unwrap_or(u32::MAX);
        let is_plain = count > 0 && document.members(member).all(|(_, _, kind)| kind == Kind::Object);
        if !is_plain || count > element.max {
            return 0;
        }
        for (index, item) in (0..).zip(document.children(member)) {
            let inner = frame.below(Step::Item(index), item);
            self.plain_object(item, (element, row, object), &inner, scope);
        }
        count
    }

    fn plain_object(
        &mut self,
        node: NodeId,
        (element, row, object): (&'v Element, u16, &'v ObjectPlan),
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let none = self.session.active.len();
        self.object(node, object, none..none, frame, scope);
        if let Some(target) = element.types.get(usize::from(row)).and_then(|of| of.target.as_deref()) {
            check::reference::target(self, node, target, None, frame, scope);
        }
        for check in &element.checks {
            check::value::apply(self, check, node, None, object.id, frame, scope);
        }
    }

    /// Notes the members that stand before one, all of which were usual.
    #[cold]
    pub(super) fn note_before(&mut self, node: NodeId, member: NodeId) {
        for (_, symbol, _) in self.document.members(node).take_while(|(other, ..)| *other != member) {
            self.session.seen.push(Seen { symbol: symbol.index(), name: NameId::NONE, count: 1 });
        }
    }
}
