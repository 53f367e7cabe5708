//! All definitions that are known in one run, found by their canonicals.

mod shelf;

use self::shelf::Shelf;
use super::{BASE, CodeSystem, Derivation, Kind, Package, StructureDefinition, ValueSet};

/// A StructureDefinition of a [`Library`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(pub u32);

/// What can be said of a StructureDefinition at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// The canonical URL, without version.
    pub url: &'a str,
    /// The business version; may be empty.
    pub version: &'a str,
    /// The computable name.
    pub name: &'a str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// The type that is defined or constrained.
    pub type_name: &'a str,
    /// How it relates to its base.
    pub derivation: Derivation,
    /// The package it is from: `hl7.fhir.us.core#6.1.0`.
    pub package: &'a str,
}

/// What can be said of a package at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageInfo {
    /// Id and version: `hl7.fhir.us.core#6.1.0`.
    pub name: Box<str>,
    /// How many StructureDefinitions it brings.
    pub structures: usize,
    /// How many value sets.
    pub value_sets: usize,
    /// How many code systems.
    pub code_systems: usize,
    /// Whether it is part of the program.
    pub is_embedded: bool,
}

/// All definitions that are known. Packages that were added later win over earlier ones.
#[derive(Debug, Default)]
pub struct Library {
    volumes: Vec<Volume>,
}

/// The definitions of one package.
#[derive(Debug)]
struct Volume {
    info: PackageInfo,
    /// The [`DefinitionId`] of the first structure.
    first: u32,
    structures: Shelf<StructureDefinition>,
    value_sets: Shelf<ValueSet>,
    code_systems: Shelf<CodeSystem>,
}

impl Library {
    /// Adds a package; its definitions win over those of the same url that are there already, which stay reachable with their version.
    pub fn add(&mut self, package: Package) {
        let name = if package.version.is_empty() {
            package.id.clone()
        } else {
            format!("{}#{}", package.id, package.version).into()
        };
        let info = PackageInfo {
            name,
            structures: package.structures.len(),
            value_sets: package.value_sets.len(),
            code_systems: package.code_systems.len(),
            is_embedded: false,
        };
        let first = u32::try_from(self.len()).unwrap_or(u32::MAX);
        self.volumes.push(Volume {
            info,
            first,
            structures: Shelf::new(package.structures),
            value_sets: Shelf::new(package.value_sets),
            code_systems: Shelf::new(package.code_systems),
        });
    }

    /// How many StructureDefinitions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.volumes.iter().map(|volume| volume.structures.len()).sum()
    }

    /// Whether there is no StructureDefinition.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The StructureDefinition of a canonical, with or without `|version`.
    #[must_use]
    pub fn find_structure(&self, canonical: &str) -> Option<DefinitionId> {
        self.volumes.iter().rev().find_map(|volume| {
            let row = volume.structures.find(canonical)?;
            Some(DefinitionId(volume.first.saturating_add(u32::try_from(row).ok()?)))
        })
    }

    /// The definition of a type of FHIR by its name: `Observation`, `string`.
    #[must_use]
    pub fn type_definition(&self, type_name: &str) -> Option<DefinitionId> {
        self.find_structure(&format!("{BASE}{type_name}"))
    }

    /// The StructureDefinition of an id.
    #[must_use]
    pub fn structure(&self, id: DefinitionId) -> Option<&StructureDefinition> {
        let volume = self.volumes.get(self.volumes.partition_point(|volume| volume.first <= id.0).checked_sub(1)?)?;
        volume.structures.get(usize::try_from(id.0 - volume.first).ok()?)
    }

    /// The value set of a canonical, with or without `|version`.
    #[must_use]
    pub fn value_set(&self, canonical: &str) -> Option<&ValueSet> {
        self.volumes.iter().rev().find_map(|volume| volume.value_sets.get(volume.value_sets.find(canonical)?))
    }

    /// The code system of a url or canonical.
    #[must_use]
    pub fn code_system(&self, canonical: &str) -> Option<&CodeSystem> {
        self.volumes.iter().rev().find_map(|volume| volume.code_systems.get(volume.code_systems.find(canonical)?))
    }

    /// The packages, in the order in which they were added.
    pub fn packages(&self) -> impl Iterator<Item = &PackageInfo> {
        self.volumes.iter().map(|volume| &volume.info)
    }
}
