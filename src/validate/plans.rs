//! The store of plans: made on first use, kept for the life of the validator, shared by all threads.
//!
//! It is also what expressions know of types ([`Model`]).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::compile;
use super::plan::{Key, ObjectPlan, Plan};
use crate::definition::{DefinitionId, Derivation, Header, Library};
use crate::fhirpath::{self, Member, Model, Namespace, TypeId, TypeSpecifier};
use crate::instance::{NameId, Names};
use crate::terminology::Terminology;

/// How many bits of a [`TypeId`] number the object in its definition.
const OBJECT_BITS: u32 = 10;

/// The number of an object of a definition; `None` beyond what the number can hold.
pub(crate) fn type_id(definition: DefinitionId, object: usize) -> Option<TypeId> {
    let object = u32::try_from(object).ok().filter(|object| *object < (1 << OBJECT_BITS))?;
    Some(TypeId(definition.0.checked_mul(1 << OBJECT_BITS)? | object))
}

/// The definition that an object belongs to.
pub(crate) fn definition_of(id: TypeId) -> DefinitionId {
    DefinitionId(id.0 >> OBJECT_BITS)
}

/// All plans of a library.
#[derive(Debug)]
pub struct Plans {
    library: Arc<Library>,
    terminology: Arc<Terminology>,
    names: Names,
    /// The types of this version of FHIR by their names.
    types: HashMap<Box<str>, DefinitionId, foldhash::fast::RandomState>,
    slots: Box<[OnceLock<Option<Box<Plan>>>]>,
}

impl Plans {
    /// No plan yet, room for all.
    #[must_use]
    pub fn new(library: Arc<Library>, terminology: Arc<Terminology>) -> Self {
        let slots = (0..library.len()).map(|_| OnceLock::new()).collect();
        // A type is defined under its own name; what says that it is one under another name is a profile that is wrong about itself.
        let is_type = |header: &Header<'_>| {
            header.derivation == Derivation::Specialization && header.url.rsplit('/').next() == Some(header.type_name)
        };
        let types = library.headers().filter(|(_, header)| is_type(header));
        let types = types.map(|(id, header)| (header.type_name.into(), id)).collect();
        Self { library, terminology, names: Names::default(), types, slots }
    }

    /// The definitions behind the plans.
    #[must_use]
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The value sets and code systems behind the plans.
    #[must_use]
    pub fn terminology(&self) -> &Terminology {
        &self.terminology
    }

    /// The names that plans and expressions are written in.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The plan of a definition; `None` where the definition cannot be read.
    #[must_use]
    pub fn plan(&self, id: DefinitionId) -> Option<&Plan> {
        let slot = self.slots.get(id.0 as usize)?;
        slot.get_or_init(|| compile::compile(self, id).map(Box::new)).as_deref()
    }

    /// The definition of a type by its name.
    #[must_use]
    pub fn type_definition(&self, name: &str) -> Option<DefinitionId> {
        self.types.get(name).copied()
    }

    /// The plan of a type by its name.
    #[must_use]
    pub fn type_plan(&self, name: &str) -> Option<&Plan> {
        self.plan(self.type_definition(name)?)
    }

    /// An object by its number.
    #[must_use]
    pub fn object(&self, id: TypeId) -> Option<&ObjectPlan> {
        let object = (id.0 & ((1 << OBJECT_BITS) - 1)) as usize;
        self.plan(definition_of(id))?.objects.get(object)
    }

    /// Whether a type is another or derived from it.
    #[must_use]
    pub fn is_derived(&self, name: &str, ancestor: &str) -> bool {
        name == ancestor || self.is_below(self.type_plan(name), ancestor)
    }

    /// Whether the type of a plan is derived from another.
    pub(crate) fn is_below(&self, plan: Option<&Plan>, ancestor: &str) -> bool {
        let mut plan = plan;
        // No type of FHIR has sixteen ancestors; a ring of definitions ends here.
        for _ in 0..16 {
            let Some(here) = plan.filter(|plan| !plan.base_type.is_empty()) else { return false };
            if *here.base_type == *ancestor {
                return true;
            }
            plan = here.base.and_then(|base| self.plan(base));
        }
        false
    }
}

impl ObjectPlan {
    /// What a JSON member name is here.
    #[must_use]
    pub fn key(&self, name: NameId) -> Option<Key> {
        let row = self.keys.binary_search_by_key(&name, |key| key.name).ok()?;
        self.keys.get(row).copied()
    }
}

impl Model for Plans {
    fn resource_type(&self, name: &str) -> Option<TypeId> {
        type_id(self.type_definition(name)?, 0)
    }

    fn element(&self, of: TypeId, name: NameId) -> &[Member] {
        let Some(object) = self.object(of) else { return &[] };
        let row = object.names.binary_search_by_key(&name, |(name, _, _)| *name);
        let range = row.ok().and_then(|row| object.names.get(row));
        range.and_then(|(_, from, to)| object.members.get(usize::from(*from)..usize::from(*to))).unwrap_or_default()
    }

    fn member(&self, of: TypeId, key: NameId) -> Option<Member> {
        let object = self.object(of)?;
        let row = object.by_key.binary_search_by_key(&key, |(name, _)| *name).ok()?;
        object.members.get(usize::from(object.by_key.get(row)?.1)).copied()
    }

    fn name(&self, id: TypeId) -> &str {
        self.object(id).map_or("", |object| &object.type_name)
    }

    fn is_subtype(&self, id: TypeId, of: &TypeSpecifier) -> Option<bool> {
        if of.namespace == Some(Namespace::System) {
            return Some(false);
        }
        self.type_definition(&of.name)?;
        Some(self.is_derived(&self.object(id)?.type_name, &of.name))
    }

    fn primitive(&self, id: TypeId) -> Option<fhirpath::Primitive> {
        self.object(id)?.system
    }
}
