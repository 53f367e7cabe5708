//! All definitions that are known in one run, found by their canonicals and decoded when first asked for.
//!
//! How a canonical is resolved follows the reference validator: with a version (`url|4.0.1`) the very version counts, else one of the
//! same major and minor version, else there is none; it never falls back on another version. Without a version the package that was
//! added last wins, and in a package the greatest version. (The reference takes the greatest version of all packages, except that
//! HL7's terminology replaces what a core package has; the embedded packages are in an order that comes to the same.)

mod embedded;
mod shelf;

use std::cmp::Ordering;
use std::sync::OnceLock;

pub use self::embedded::FhirVersion;
use self::shelf::Shelf;
use super::facts::{self, Constraints, Fact};
use super::snapshot::MAX_CHAIN;
use super::{BASE, CodeSystem, Derivation, Kind, Package, Snapshots, StructureDefinition, ValueSet};
use crate::issue::{Code, Issue, Issues};

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

/// All definitions that are known. Packages that were added later win over earlier ones, which stay reachable with their version.
#[derive(Debug, Default)]
pub struct Library {
    volumes: Vec<Volume>,
    version: FhirVersion,
    globals: Vec<(Box<str>, Box<str>)>,
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
    /// The file of invariants, and what was read from it.
    constraints_text: &'static str,
    constraints: OnceLock<Constraints>,
}

impl Library {
    /// The definitions that are part of the program: of R4 with US Core and mCODE, or of R4B or R5.
    #[must_use]
    pub fn embedded(version: FhirVersion) -> Self {
        let mut library = Self { version, ..Self::default() };
        for files in embedded::packages(version) {
            library.add_facts(*files);
        }
        library
    }

    /// The version of FHIR that the types are of.
    #[must_use]
    pub fn version(&self) -> FhirVersion {
        self.version
    }

    /// Adds a package; its definitions win over those of the same url that are there already.
    pub fn add(&mut self, package: Package) {
        let name = name(&package.id, &package.version);
        self.globals.extend(package.globals);
        self.push(
            name,
            Shelf::of(package.structures),
            Shelf::of(package.value_sets),
            Shelf::of(package.code_systems),
            None,
        );
    }

    /// What implementation guides demand of all resources of a type: the type, and the profile's canonical.
    #[must_use]
    pub fn globals(&self) -> &[(Box<str>, Box<str>)] {
        &self.globals
    }

    /// Adds the four files of facts of a package, in the order of [`facts::FILES`].
    fn add_facts(&mut self, [structures, constraints, value_sets, code_systems]: [&'static str; 4]) {
        let header = structures.split('\n').next().unwrap_or_default();
        let Some((id, version)) = facts::read_header(header) else { return };
        self.push(
            name(&id, &version),
            Shelf::of_facts(structures, &version),
            Shelf::of_facts(value_sets, &version),
            Shelf::of_facts(code_systems, &version),
            Some(constraints),
        );
    }

    fn push(
        &mut self,
        name: Box<str>,
        structures: Shelf<StructureDefinition>,
        value_sets: Shelf<ValueSet>,
        code_systems: Shelf<CodeSystem>,
        constraints: Option<&'static str>,
    ) {
        let first = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let info = PackageInfo {
            name,
            structures: structures.len(),
            value_sets: value_sets.len(),
            code_systems: code_systems.len(),
            is_embedded: constraints.is_some(),
        };
        let constraints_text = constraints.unwrap_or_default();
        let constraints = OnceLock::new();
        self.volumes.push(Volume { info, first, structures, value_sets, code_systems, constraints_text, constraints });
    }

    /// Makes the snapshots of all definitions that came with a differential only, and tells which others are derived from themselves;
    /// done once, when all packages are in.
    pub fn complete(&mut self, issues: &mut Issues) {
        let mut made = Vec::new();
        let mut snapshots = Snapshots::new(self);
        for (number, volume) in self.volumes.iter().enumerate().filter(|(_, volume)| !volume.info.is_embedded) {
            for row in 0..volume.structures.len() {
                match volume.structures.get(row, volume.constraints()) {
                    Some(definition) if definition.elements.is_empty() => {
                        made.push((number, row, snapshots.complete(definition, issues)));
                    }
                    // Where a snapshot is made, a ring is told by that.
                    Some(definition) if self.is_its_own_ancestor(volume.id(row), definition) => {
                        let message =
                            format!("{} is derived from itself, by way of {}", definition.url, definition.base);
                        issues.add(Issue::new(Code::DefinitionRing, message).help("mend baseDefinition"));
                    }
                    _ => {}
                }
            }
        }
        for (number, row, elements) in made {
            let volume = self.volumes.get_mut(number);
            if let Some(definition) = volume.and_then(|volume| volume.structures.get_mut(row)) {
                definition.elements = elements;
                definition.differential = Vec::new();
            }
        }
    }

    /// Whether the bases of a definition lead back to it. What is part of the program leads to nothing that was added.
    fn is_its_own_ancestor(&self, id: DefinitionId, definition: &StructureDefinition) -> bool {
        let mut base = &definition.base;
        // A ring further up is told of those in it; here the way through it ends.
        for _ in 0..MAX_CHAIN {
            let Some((volume, row)) = self.find(base, |volume| &volume.structures) else { return false };
            if volume.id(row) == id {
                return true;
            }
            if volume.info.is_embedded {
                return false;
            }
            match volume.structures.get(row, volume.constraints()) {
                Some(found) => base = &found.base,
                None => return false,
            }
        }
        false
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

    /// The packages, in the order in which they were added.
    pub fn packages(&self) -> impl Iterator<Item = &PackageInfo> {
        self.volumes.iter().map(|volume| &volume.info)
    }

    /// The StructureDefinition of a canonical, with or without `|version`.
    #[must_use]
    pub fn find_structure(&self, canonical: &str) -> Option<DefinitionId> {
        let (volume, row) = self.find(canonical, |volume| &volume.structures)?;
        Some(volume.id(row))
    }

    /// The definition of a type of FHIR by its name: `Observation`, `string`.
    #[must_use]
    pub fn type_definition(&self, type_name: &str) -> Option<DefinitionId> {
        self.find_structure(&format!("{BASE}{type_name}"))
    }

    /// The StructureDefinition of an id. Where its package brings no snapshot it has a differential only.
    #[must_use]
    pub fn structure(&self, id: DefinitionId) -> Option<&StructureDefinition> {
        let (volume, row) = self.place(id)?;
        volume.structures.get(row, volume.constraints())
    }

    /// What can be said of a StructureDefinition at a glance; nothing is decoded.
    #[must_use]
    pub fn header(&self, id: DefinitionId) -> Option<Header<'_>> {
        let (volume, row) = self.place(id)?;
        let (url, version) = volume.structures.key(row);
        let package = volume.info.name.as_ref();
        let line = volume.structures.line(row);
        if !line.is_empty() {
            let head = facts::read_head(line);
            return Some(Header {
                url,
                version,
                name: head.name,
                kind: head.kind,
                type_name: head.type_name,
                derivation: head.derivation,
                package,
            });
        }
        let read = volume.structures.get(row, volume.constraints())?;
        Some(Header {
            url,
            version,
            name: &read.name,
            kind: read.kind,
            type_name: &read.type_name,
            derivation: read.derivation,
            package,
        })
    }

    /// All StructureDefinitions at a glance, in the order of packages and urls.
    pub fn headers(&self) -> impl Iterator<Item = (DefinitionId, Header<'_>)> {
        let ids = (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(DefinitionId);
        ids.filter_map(|id| Some((id, self.header(id)?)))
    }

    /// The value set of a canonical, with or without `|version`.
    #[must_use]
    pub fn value_set(&self, canonical: &str) -> Option<&ValueSet> {
        let (volume, row) = self.find(canonical, |volume| &volume.value_sets)?;
        volume.value_sets.get(row, volume.constraints())
    }

    /// The code system of a url, with or without `|version`.
    #[must_use]
    pub fn code_system(&self, canonical: &str) -> Option<&CodeSystem> {
        let (volume, row) = self.find(canonical, |volume| &volume.code_systems)?;
        volume.code_systems.get(row, volume.constraints())
    }

    /// The canonicals (`url`, `version`) of all value sets, in the order of packages and urls.
    pub fn value_set_keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.volumes.iter().flat_map(|volume| keys(&volume.value_sets))
    }

    /// The canonicals (`url`, `version`) of all code systems, in the order of packages and urls.
    pub fn code_system_keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.volumes.iter().flat_map(|volume| keys(&volume.code_systems))
    }

    fn place(&self, id: DefinitionId) -> Option<(&Volume, usize)> {
        let after = self.volumes.partition_point(|volume| volume.first <= id.0);
        let volume = self.volumes.get(after.checked_sub(1)?)?;
        Some((volume, usize::try_from(id.0 - volume.first).ok()?))
    }

    fn find<T: Fact>(&self, canonical: &str, shelf: fn(&Volume) -> &Shelf<T>) -> Option<(&Volume, usize)> {
        let canonical = canonical.split('#').next().unwrap_or_default();
        let (url, wanted) = canonical.split_once('|').unwrap_or((canonical, ""));
        let mut next_best = None;
        for volume in self.volumes.iter().rev() {
            let shelf = shelf(volume);
            let rows = shelf.rows(url);
            if wanted.is_empty() {
                let greatest = rows.max_by(|a, b| compare_versions(shelf.key(*a).1, shelf.key(*b).1));
                if let Some(row) = greatest {
                    return Some((volume, row));
                }
                continue;
            }
            for row in rows.rev() {
                let version = shelf.key(row).1;
                if version == wanted {
                    return Some((volume, row));
                }
                if next_best.is_none() && major_minor(version).is_some_and(|own| Some(own) == major_minor(wanted)) {
                    next_best = Some((volume, row));
                }
            }
        }
        next_best
    }
}

impl Volume {
    fn id(&self, row: usize) -> DefinitionId {
        DefinitionId(self.first.saturating_add(u32::try_from(row).unwrap_or(u32::MAX)))
    }

    fn constraints(&self) -> &Constraints {
        self.constraints.get_or_init(|| Constraints::read(self.constraints_text))
    }
}

fn keys<T: Fact>(shelf: &Shelf<T>) -> impl Iterator<Item = (&str, &str)> {
    (0..shelf.len()).map(|row| shelf.key(row))
}

fn name(id: &str, version: &str) -> Box<str> {
    if version.is_empty() { id.into() } else { format!("{id}#{version}").into() }
}

/// `4.0` of `4.0.1`; `None` for what is no version of numbers, which has nothing in common with another.
fn major_minor(version: &str) -> Option<(&str, &str)> {
    let mut parts = version.split(['.', '-']);
    let (major, minor) = (parts.next()?, parts.next()?);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (version.contains('.') && is_number(major) && is_number(minor)).then_some((major, minor))
}

/// Versions by their parts, numbers as numbers; a release comes after what was before it (`6.1.0-ballot`).
pub(super) fn compare_versions(a: &str, b: &str) -> Ordering {
    let (a, before_a) = a.split_once('-').unwrap_or((a, ""));
    let (b, before_b) = b.split_once('-').unwrap_or((b, ""));
    let parts = compare_parts(a, b);
    // `6.1.0` is greater than `6.1.0-ballot`, although it is shorter.
    parts.then(before_a.is_empty().cmp(&before_b.is_empty())).then_with(|| compare_parts(before_a, before_b))
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split(['.', '-']), b.split(['.', '-']));
    loop {
        let (left, right) = (a.next(), b.next());
        let (Some(one), Some(other)) = (left, right) else { return left.is_some().cmp(&right.is_some()) };
        let order = match (one.parse::<u64>(), other.parse::<u64>()) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            _ => one.cmp(other),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}
