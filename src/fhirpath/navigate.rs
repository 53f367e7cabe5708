//! From a node to its elements, and from elements of FHIR to values of FHIRPath.
//!
//! A primitive's ids and extensions stand in a member of their own (`_birthDate`, FHIR R4, "JSON representation of primitive
//! elements"); both together are one item. In arrays the two align by position.

use rust_decimal::Decimal;

use super::evaluate::Evaluator;
use super::item::{Item, Node, Quantity, Text, Unit};
use super::model::{Host, Member, Model, Primitive, TypeId};
use super::temporal::Temporal;
use crate::instance::{Kind, NameId, NodeId};

/// From how many members on a search by halves is quicker than one in order.
const MANY: usize = 6;

fn find(members: &[Member], key: NameId) -> Option<&Member> {
    if members.len() < MANY {
        return members.iter().find(|member| member.key == key);
    }
    members.binary_search_by_key(&key, |member| member.key).ok().and_then(|at| members.get(at))
}

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// The object that holds a node's members: of a primitive, its companion.
    #[inline]
    pub(super) fn object(&self, node: Node) -> Option<NodeId> {
        let document = self.context.document;
        if document.kind(node.value) == Kind::Object {
            Some(node.value)
        } else if node.companion != Node::ABSENT && document.kind(node.companion) == Kind::Object {
            Some(node.companion)
        } else {
            None
        }
    }

    /// Appends the elements of this name.
    pub(super) fn navigate(&self, node: Node, name: NameId, out: &mut Vec<Item>) {
        let Some(object) = self.object(node) else { return };
        match self.context.model.element(node.type_id, name) {
            [] => {}
            [member] => self.plain_member(object, member, out),
            members => self.choice(object, members, out),
        }
    }

    fn plain_member(&self, object: NodeId, member: &Member, out: &mut Vec<Item>) {
        let (mut value, mut companion) = (Node::ABSENT, Node::ABSENT);
        for (child, symbol, _) in self.context.document.members(object) {
            let key = self.name(symbol);
            if key == member.key {
                value = child;
                if member.companion == NameId::NONE {
                    break;
                }
            } else if key == member.companion && key != NameId::NONE {
                companion = child;
            }
        }
        self.emit(value, companion, member, out);
    }

    fn choice(&self, object: NodeId, members: &[Member], out: &mut Vec<Item>) {
        let document = self.context.document;
        for child in document.children(object) {
            let key = self.key(child);
            if key == NameId::NONE {
                continue;
            }
            if let Some(member) = find(members, key) {
                let companion = self.sibling(object, member.companion);
                self.emit(child, companion, member, out);
            } else if document.key(child).starts_with('_')
                && let Some(member) = members.iter().find(|member| member.companion == key)
                && self.sibling(object, member.key) == Node::ABSENT
            {
                self.emit(Node::ABSENT, child, member, out);
            }
        }
    }

    /// The member of this name; [`Node::ABSENT`] where there is none.
    pub(super) fn sibling(&self, object: NodeId, key: NameId) -> NodeId {
        if key == NameId::NONE {
            return Node::ABSENT;
        }
        let mut members = self.context.document.members(object);
        members.find(|(_, symbol, _)| self.name(*symbol) == key).map_or(Node::ABSENT, |(child, ..)| child)
    }

    /// Appends the items that a member and its companion hold.
    fn emit(&self, value: NodeId, companion: NodeId, member: &Member, out: &mut Vec<Item>) {
        let document = self.context.document;
        let is_array = |node: NodeId| node != Node::ABSENT && document.kind(node) == Kind::Array;
        if !is_array(value) && !is_array(companion) {
            self.emit_one(value, companion, member, out);
            return;
        }
        if companion == Node::ABSENT {
            for item in document.children(value) {
                self.emit_one(item, Node::ABSENT, member, out);
            }
            return;
        }
        let mut values = is_array(value).then(|| document.children(value)).into_iter().flatten();
        let mut companions = is_array(companion).then(|| document.children(companion)).into_iter().flatten();
        loop {
            let (value, companion) = (values.next(), companions.next());
            if value.is_none() && companion.is_none() {
                return;
            }
            self.emit_one(value.unwrap_or(Node::ABSENT), companion.unwrap_or(Node::ABSENT), member, out);
        }
    }

    fn emit_one(&self, value: NodeId, companion: NodeId, member: &Member, out: &mut Vec<Item>) {
        let document = self.context.document;
        let present = |node: NodeId| {
            if node == Node::ABSENT || document.kind(node) == Kind::Null { Node::ABSENT } else { node }
        };
        let (value, companion) = (present(value), present(companion));
        if value == Node::ABSENT && companion == Node::ABSENT {
            return;
        }
        let type_id = if member.is_resource { self.resource_type(value) } else { member.type_id };
        out.push(Item::Node(Node { value, companion, type_id }));
    }

    /// The type that a resource says it is.
    pub(super) fn resource_type(&self, resource: NodeId) -> TypeId {
        let name = self.sibling(resource, self.expression.known.resource_type);
        self.context.model.resource_type(self.context.document.text(name)).unwrap_or(TypeId::UNKNOWN)
    }

    /// Whether a node has an element of this name.
    pub(super) fn has_member(&self, node: Node, name: NameId) -> bool {
        let Some(object) = self.object(node) else { return false };
        let members = self.context.model.element(node.type_id, name);
        self.context.document.members(object).any(|(child, symbol, _)| {
            let key = self.name(symbol);
            if key == NameId::NONE || members.is_empty() {
                return false;
            }
            let known = find(members, key).is_some()
                || (self.context.document.key(child).starts_with('_')
                    && members.iter().any(|member| member.companion == key));
            known && self.is_present(child)
        })
    }

    /// Whether a member's value holds anything.
    fn is_present(&self, node: NodeId) -> bool {
        let document = self.context.document;
        match document.kind(node) {
            Kind::Null => false,
            Kind::Array => document.children(node).any(|item| document.kind(item) != Kind::Null),
            _ => true,
        }
    }

    /// Appends all elements.
    pub(super) fn children(&self, node: Node, out: &mut Vec<Item>) {
        let Some(object) = self.object(node) else { return };
        for child in self.context.document.children(object) {
            let key = self.key(child);
            let Some(member) = self.context.model.member(node.type_id, key) else { continue };
            if key == member.key {
                let companion = self.sibling(object, member.companion);
                self.emit(child, companion, &member, out);
            } else if self.sibling(object, member.key) == Node::ABSENT {
                self.emit(Node::ABSENT, child, &member, out);
            }
        }
    }

    /// How many items [`Self::children`] would give.
    pub(super) fn count_children(&self, node: Node) -> usize {
        let Some(object) = self.object(node) else { return 0 };
        let document = self.context.document;
        let mut count = 0;
        for child in document.children(object) {
            let key = self.key(child);
            let Some(member) = self.context.model.member(node.type_id, key) else { continue };
            if key != member.key && self.sibling(object, member.key) != Node::ABSENT {
                continue;
            }
            count += match document.kind(child) {
                Kind::Null => 0,
                Kind::Array => document.children(child).filter(|item| document.kind(*item) != Kind::Null).count(),
                _ => 1,
            };
        }
        count
    }

    /// An element as the value of FHIRPath's own types that it converts to; anything else as it is.
    pub(super) fn value(&self, item: Item) -> Item {
        let Item::Node(node) = item else { return item };
        if node.value == Node::ABSENT {
            return item;
        }
        let Some(primitive) = self.context.model.primitive(node.type_id) else { return item };
        let document = self.context.document;
        let text = document.text(node.value);
        let kind = document.kind(node.value);
        match (primitive, kind) {
            (Primitive::Boolean, Kind::Bool(value)) => Item::Boolean(value),
            // That quotation marks are too many is another's to say: the value can be read.
            (Primitive::Boolean, Kind::String) => text.parse().map_or(item, Item::Boolean),
            (Primitive::String, Kind::String) => Item::String(Text::Node(node.value)),
            (Primitive::Integer, Kind::Number | Kind::String) => text.parse().map_or(item, Item::Integer),
            (Primitive::Decimal, Kind::Number | Kind::String) => decimal(text).map_or(item, Item::Decimal),
            (Primitive::Date, Kind::String) => Temporal::date(text).map_or(item, Item::Temporal),
            (Primitive::DateTime, Kind::String) => Temporal::date_time(text).map_or(item, Item::Temporal),
            (Primitive::Time, Kind::String) => Temporal::time(text).map_or(item, Item::Temporal),
            (Primitive::Quantity, Kind::Object) => self.quantity(node.value).map_or(item, Item::Quantity),
            _ => item,
        }
    }

    /// A quantity of FHIR: UCUM's code where there is one, or else the unit in words.
    fn quantity(&self, object: NodeId) -> Option<Quantity> {
        let document = self.context.document;
        let known = self.expression.known;
        let (mut value, mut code, mut unit) = (None, None, None);
        for child in document.children(object) {
            let key = self.key(child);
            if key == known.value {
                value = decimal(document.text(child));
            } else if key == known.code {
                code = Some(child);
            } else if key == known.unit {
                unit = Some(child);
            }
        }
        let unit = match (code, unit) {
            (Some(code), _) => Unit::Code(Text::Node(code)),
            (None, Some(unit)) => Unit::Words(Text::Node(unit)),
            (None, None) => Unit::One,
        };
        value.map(|value| Quantity { value, unit })
    }
}

/// A decimal in JSON's form, exactly; `None` where it has more digits than a decimal of FHIRPath must hold (28).
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    if text.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    }
}
