//! What expressions know of types, with the elements that a session has looked up last: the same few paths are followed again and again.

use std::cell::Cell;

use super::plans::Plans;
use super::session::slot_of;
use crate::fhirpath::{Member, Model, Primitive, TypeId, TypeSpecifier};
use crate::instance::NameId;

/// The types of the plans, seen by one thread.
#[derive(Debug)]
pub(crate) struct Types<'v> {
    plans: &'v Plans,
    slots: Box<[Cell<Slot<'v>>; MANY]>,
}

#[derive(Clone, Copy, Debug)]
struct Slot<'v> {
    of: TypeId,
    name: NameId,
    members: &'v [Member],
}

const MANY: usize = 512;

impl<'v> Types<'v> {
    pub(crate) fn new(plans: &'v Plans) -> Self {
        let empty = Slot { of: TypeId::UNKNOWN, name: NameId::NONE, members: &[] };
        Self { plans, slots: Box::new(std::array::from_fn(|_| Cell::new(empty))) }
    }
}

impl Model for Types<'_> {
    fn resource_type(&self, name: &str) -> Option<TypeId> {
        self.plans.resource_type(name)
    }

    #[inline]
    fn element(&self, of: TypeId, name: NameId) -> &[Member] {
        let at = slot_of(of, name) % MANY;
        let Some(slot) = self.slots.get(at) else { return self.plans.element(of, name) };
        let known = slot.get();
        if known.of == of && known.name == name {
            return known.members;
        }
        let members = self.plans.element(of, name);
        slot.set(Slot { of, name, members });
        members
    }

    fn member(&self, of: TypeId, key: NameId) -> Option<Member> {
        self.plans.member(of, key)
    }

    fn name(&self, id: TypeId) -> &str {
        self.plans.name(id)
    }

    fn is_subtype(&self, id: TypeId, of: &TypeSpecifier) -> Option<bool> {
        self.plans.is_subtype(id, of)
    }

    fn primitive(&self, id: TypeId) -> Option<Primitive> {
        self.plans.primitive(id)
    }
}
