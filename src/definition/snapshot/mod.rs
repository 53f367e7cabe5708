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
use std::sync::Arc;

use super::{Derivation, ElementDefinition, StructureDefinition};
use crate::issue::{Code, Issue, Issues};
use draft::Draft;
use place::Placing;

/// How long a chain of definitions that need each other's snapshots may be; published ones have five.
const MAX_CHAIN: usize = 32;

/// How many elements a snapshot may have; the largest published one has some three thousand.
const MAX_ELEMENTS: usize = 50_000;

/// Where a definition is found by its canonical, a version after `|` included.
pub type Find<'a> = &'a dyn Fn(&str) -> Option<Arc<StructureDefinition>>;

/// Makes snapshots, and keeps those that it made: bases and profiles of types are asked for many times.
pub struct Snapshots<'a> {
    find: Find<'a>,
    made: HashMap<Box<str>, Arc<StructureDefinition>>,
    /// The definitions whose snapshots are being made, each for the one before.
    open: Vec<Box<str>>,
}

impl<'a> Snapshots<'a> {
    /// A maker that finds bases, types and their profiles by this function.
    #[must_use]
    pub fn new(find: Find<'a>) -> Self {
        Self { find, made: HashMap::new(), open: Vec::new() }
    }

    /// The definition with its snapshot: itself if it has one, else with one made from its differential.
    ///
    /// Issues: [`Code::UnmatchedElement`], [`Code::UnknownBase`], [`Code::DefinitionRing`], [`Code::DefinitionTooLarge`], each naming
    /// the definition in its message.
    pub fn complete(&mut self, definition: &Arc<StructureDefinition>, issues: &mut Issues) -> Arc<StructureDefinition> {
        if !definition.elements.is_empty() {
            return Arc::clone(definition);
        }
        let key = canonical(definition);
        if let Some(made) = self.made.get(&key) {
            return Arc::clone(made);
        }
        self.open.push(key.clone());
        let elements = self.make(definition, issues);
        self.open.pop();
        let made = Arc::new(StructureDefinition { elements, ..StructureDefinition::clone(definition) });
        self.made.insert(key, Arc::clone(&made));
        made
    }

    /// The definition of this canonical or type with its snapshot; none if it is not at hand or being made just now.
    fn find(
        &mut self,
        name: &str,
        for_whom: &StructureDefinition,
        issues: &mut Issues,
    ) -> Option<Arc<StructureDefinition>> {
        let definition = match name.contains(':') {
            true => (self.find)(name),
            false => (self.find)(&format!("http://hl7.org/fhir/StructureDefinition/{name}")),
        }?;
        if !definition.elements.is_empty() {
            return Some(definition);
        }
        let key = canonical(&definition);
        if self.open.contains(&key) || self.open.len() >= MAX_CHAIN {
            let message = format!("{} needs its own snapshot for its snapshot, by way of {key}", for_whom.url);
            let issue = Issue::new(Code::DefinitionRing, message);
            issues.add(issue.help("remove one of the links (baseDefinition, type.profile) of the ring"));
            return None;
        }
        Some(self.complete(&definition, issues))
    }

    fn make(&mut self, definition: &StructureDefinition, issues: &mut Issues) -> Vec<ElementDefinition> {
        let mut base = match definition.base.is_empty() {
            true => None,
            false => {
                let found = self.find(&definition.base, definition, issues);
                if found.is_none() {
                    let message =
                        format!("{} is derived from {}, which is not at hand", definition.url, definition.base);
                    let issue = Issue::new(Code::UnknownBase, message);
                    issues.add(issue.help("give the package that has it with --package"));
                }
                found
            }
        };
        if base.is_none() && definition.derivation == Derivation::Constraint {
            base = self.find(&definition.type_name, definition, issues);
        }
        let base = base.map(|base| base.elements.clone()).unwrap_or_default();
        let draft = Draft::new(&base, root_name(definition, &base));
        Placing { snapshots: self, definition, base: &base, draft, issues }.run()
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
