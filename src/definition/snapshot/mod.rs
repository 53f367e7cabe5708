//! Snapshots of definitions that come with a differential only (FHIR R4, Profiling FHIR, "Snapshot and differential").
//!
//! The base's snapshot becomes a tree ([`draft`]); each element of the differential finds or makes its place there ([`place`]), and what
//! it states is laid over what is inherited ([`merge`]). What the specification leaves open (which minimum a slice starts with, where
//! the children of a slice come from) is as HL7's own snapshots have it. An element without a place is an issue, and the rest is made
//! all the same. Nothing here judges whether a profile may narrow as it does.

mod draft;
mod merge;
mod place;

use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;

use super::{Derivation, ElementDefinition, Library, StructureDefinition};
use crate::issue::{Code, Issue, Issues};
use draft::Draft;
use place::Placing;

/// How long a chain of definitions that need each other's snapshots may be; published ones have five.
pub(super) const MAX_CHAIN: usize = 32;

/// How many elements a snapshot may have; the largest published one has some three thousand.
const MAX_ELEMENTS: usize = 50_000;

/// Makes snapshots, and keeps those that it made: bases and profiles of types are asked for many times.
#[derive(Debug)]
pub struct Snapshots<'a> {
    library: &'a Library,
    made: HashMap<Box<str>, Rc<Vec<ElementDefinition>>>,
    /// The definitions whose snapshots are being made, each for the one before.
    open: Vec<Box<str>>,
}

/// The elements of a snapshot: a definition's own, or made here.
#[derive(Clone, Debug)]
enum Elements<'a> {
    Own(&'a [ElementDefinition]),
    Made(Rc<Vec<ElementDefinition>>),
}

impl Deref for Elements<'_> {
    type Target = [ElementDefinition];

    fn deref(&self) -> &[ElementDefinition] {
        match self {
            Self::Own(own) => own,
            Self::Made(made) => made,
        }
    }
}

impl<'a> Snapshots<'a> {
    /// A maker that finds bases, types and their profiles in this library.
    #[must_use]
    pub fn new(library: &'a Library) -> Self {
        Self { library, made: HashMap::new(), open: Vec::new() }
    }

    /// The snapshot of a definition, which may stand outside the library, made from its differential whether it has one or not.
    ///
    /// Issues: [`Code::UnmatchedElement`], [`Code::UnknownBase`], [`Code::DefinitionRing`], [`Code::DefinitionTooLarge`], each naming
    /// the definition in its message.
    pub fn make(&mut self, definition: &StructureDefinition, issues: &mut Issues) -> Vec<ElementDefinition> {
        self.open.push(canonical(definition));
        let base = self.base(definition, issues);
        let draft = Draft::new(&base, root_name(definition, &base));
        let elements = Placing { snapshots: self, definition, base: &base, draft, narrowed: Vec::new(), issues }.run();
        self.open.pop();
        elements
    }

    /// The snapshot of a definition of the library: made only if it was not made yet for another one.
    pub(super) fn complete(&mut self, definition: &StructureDefinition, issues: &mut Issues) -> Vec<ElementDefinition> {
        match self.made.get(&canonical(definition)) {
            Some(made) => made.to_vec(),
            None => self.make(definition, issues),
        }
    }

    /// The elements of what a definition is derived from; none where it stands alone, or where that is not at hand.
    fn base(&mut self, definition: &StructureDefinition, issues: &mut Issues) -> Elements<'a> {
        if !definition.base.is_empty() {
            if let Some((_, base)) = self.find(&definition.base, definition, issues) {
                return base;
            }
            if self.library.find_structure(&definition.base).is_none() {
                let message = format!("{} is derived from {}, which is not at hand", definition.url, definition.base);
                issues.add(Issue::new(Code::UnknownBase, message).help("give the package that has it with --package"));
            }
        }
        match definition.derivation {
            Derivation::Constraint => self.find(&definition.type_name, definition, issues).map(|(_, base)| base),
            Derivation::Specialization => None,
        }
        .unwrap_or(Elements::Own(&[]))
    }

    /// The definition of this canonical or type, and its snapshot; none if it is not at hand or being made just now.
    fn find(
        &mut self,
        name: &str,
        for_whom: &StructureDefinition,
        issues: &mut Issues,
    ) -> Option<(&'a StructureDefinition, Elements<'a>)> {
        let id = match name.contains(':') {
            true => self.library.find_structure(name),
            false => self.library.type_definition(name),
        };
        let definition = self.library.structure(id?)?;
        if !definition.elements.is_empty() {
            return Some((definition, Elements::Own(&definition.elements)));
        }
        let key = canonical(definition);
        if let Some(made) = self.made.get(&key) {
            return Some((definition, Elements::Made(Rc::clone(made))));
        }
        if self.open.contains(&key) || self.open.len() >= MAX_CHAIN {
            let message = format!("{} needs its own snapshot for its snapshot, by way of {key}", for_whom.url);
            let help = "remove one of the links (baseDefinition, type.profile) of the ring";
            issues.add(Issue::new(Code::DefinitionRing, message).help(help));
            return None;
        }
        let made = Rc::new(self.make(definition, issues));
        self.made.insert(key, Rc::clone(&made));
        Some((definition, Elements::Made(made)))
    }
}

/// The name of the root element: that of the differential, else of the base.
fn root_name<'e>(definition: &'e StructureDefinition, base: &'e [ElementDefinition]) -> &'e str {
    let first = definition.differential.first().or_else(|| base.first());
    let path = first.map_or(&*definition.type_name, |element| &*element.path);
    path.split('.').next().unwrap_or_default()
}

/// What a definition is known by while snapshots are made.
fn canonical(definition: &StructureDefinition) -> Box<str> {
    match definition.version.is_empty() {
        true => definition.url.clone(),
        false => format!("{}|{}", definition.url, definition.version).into(),
    }
}
