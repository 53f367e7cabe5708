//! Plain members: objects of which no profile says anything, and of which therefore only the type's own rules are asked.

use super::super::check;
use super::super::location::{Frame, Step};
use super::super::plan::{Content, Element, ElementType, Nature, ObjectPlan, Plain};
use super::super::session::{Seen, start_of};
use super::object::Met;
use super::{Scope, Walk};
use crate::instance::{Kind, Members, NameId, NodeId};

impl<'w, 'v> Walk<'w, 'v, '_> {
    /// The members of an object of which no profile says anything; those from the first unusual one on, where there is one: unknown, met
    /// before, or one of two halves.
    pub(super) fn bare(
        &mut self,
        node: NodeId,
        object: &'v ObjectPlan,
        met: &mut Met,
        frame: &Frame<'_>,
        scope: &Scope,
    ) -> Option<Members<'w>> {
        let id = self.session.validator.words().id;
        let start = start_of(object.id);
        let mut members = self.document.members(node);
        loop {
            let here = members.clone();
            let (member, symbol, kind) = members.next()?;
            let known = self.session.members.get(symbol.index()).copied().unwrap_or_default();
            let Some(key) = self.session.keys.find((object, start), known.name) else { return Some(here) };
            let bit = 1u128.unbounded_shl(u32::from(key.element));
            if known.halved || met.present & bit != 0 {
                return Some(here);
            }
            let Some(element) = object.elements.get(usize::from(key.element)) else { return Some(here) };
            let inner = frame.member(Step::Element(element, key.type_row), member, element);
            if key.element_name != id {
                met.has_content = true;
            } else if object.nature != Nature::Resource {
                self.session.element_ids.push(member);
            }
            met.present |= bit;
            match key.plain {
                Plain::Primitive(primitive) if !matches!(kind, Kind::Array | Kind::Null) => {
                    check::nature::primitive(self, primitive, member, &inner);
                    continue;
                }
                Plain::Object if self.plain(member, kind, (element, key.type_row), &inner, scope) > 0 => {
                    continue;
                }
                _ => {}
            }
            if let Some(of) = element.types.get(usize::from(key.type_row)) {
                self.values((Some(member), None), (element, of), key, 0..0, (frame, scope), object);
            }
        }
    }

    /// An object or a list of them, as the definition has it, by the type's rules alone. How many there are; 0 where anything is
    /// unusual, and nothing was looked at.
    pub(super) fn plain(
        &mut self,
        member: NodeId,
        kind: Kind,
        (element, row): (&'v Element, u16),
        frame: &Frame<'_>,
        scope: &Scope,
    ) -> u32 {
        let document = self.document;
        if (kind == Kind::Array) != element.is_array {
            return 0;
        }
        let Some(of) = element.types.get(usize::from(row)) else { return 0 };
        let Content::Object(id) = of.content else { return 0 };
        let Some(object) = self.object_plan(id) else { return 0 };
        if kind == Kind::Object {
            if element.max == 0 {
                return 0;
            }
            self.plain_object(member, (element, of, object), frame, scope);
            return 1;
        }
        let count = u32::try_from(document.child_count(member)).unwrap_or(u32::MAX);
        let is_plain = count > 0 && document.members(member).all(|(_, _, kind)| kind == Kind::Object);
        if !is_plain || count > element.max {
            return 0;
        }
        for (index, item) in (0..).zip(document.children(member)) {
            let inner = frame.below(Step::Item(index), item);
            self.plain_object(item, (element, of, object), &inner, scope);
        }
        count
    }

    fn plain_object(
        &mut self,
        node: NodeId,
        (element, of, object): (&'v Element, &'v ElementType, &'v ObjectPlan),
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let none = self.session.active.len();
        self.object(node, object, none..none, frame, scope);
        if let Some(target) = of.target.as_deref() {
            check::reference::target(self, node, target, None, frame, scope);
        }
        for check in &element.checks {
            check::value::apply(self, check, node, None, object.id, frame, scope);
        }
    }

    /// Notes the members that stand before the rest, all of which were usual.
    pub(super) fn note_before(&mut self, node: NodeId, mut rest: Members<'w>) {
        let first = rest.next().map(|(first, ..)| first);
        for (_, symbol, _) in self.document.members(node).take_while(|(other, ..)| Some(*other) != first) {
            self.session.seen.push(Seen { symbol: symbol.index(), name: NameId::NONE, count: 1 });
        }
    }
}
