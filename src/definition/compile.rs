//! Packages to the compact facts of `schemas/`: what is left out, and what is taken from where.
//!
//! Left out is what validation does not need: logical models that nothing is derived from, bindings that are examples only,
//! properties of concepts that no value set asks for, definitions that are themselves examples. Some packages of HL7 are parts of one
//! whole; they are compiled together and their special rules go by their names, see `compile/recipe.rs`.

mod recipe;
mod trim;

use std::collections::BTreeMap;

use super::facts;
use super::package::Package;

/// The facts of one package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// The folder below `schemas/`: `hl7.fhir.us.core#6.1.0`.
    pub folder: String,
    /// Names and texts of its files.
    pub files: Vec<(&'static str, String)>,
}

/// The packages whose facts are part of the program, as pairs of id and version. What is read of them stands in `compile/recipe.rs`.
pub const EMBEDDED: [(&str, &str); 8] = [
    ("hl7.fhir.r4.examples", "4.0.1"),
    ("hl7.fhir.r4.expansions", "4.0.1"),
    ("hl7.terminology.r4", "7.0.1"),
    ("hl7.fhir.uv.extensions.r4", "5.3.0-ballot-tc1"),
    ("hl7.fhir.us.core", "6.1.0"),
    ("hl7.fhir.us.mcode", "4.0.0"),
    ("hl7.fhir.r4b.core", "4.3.0"),
    ("hl7.fhir.r5.core", "5.0.0"),
];

/// Compiles packages. Those for one version of FHIR are taken as a whole, because what is kept of one hangs on the others.
///
/// The same packages give the same bytes, in whatever order they come.
#[must_use]
pub fn compile(packages: Vec<Package>) -> Vec<Compiled> {
    let mut groups: BTreeMap<Box<str>, Vec<Package>> = BTreeMap::new();
    for package in packages {
        let version = package.fhir_versions.first().cloned().unwrap_or_default();
        groups.entry(version).or_default().push(package);
    }
    let mut compiled: Vec<Compiled> = groups.into_values().flat_map(compile_group).collect();
    compiled.sort_by(|a, b| a.folder.cmp(&b.folder));
    compiled
}

fn compile_group(mut packages: Vec<Package>) -> Vec<Compiled> {
    packages.sort_by(|a, b| (&a.id, &a.version).cmp(&(&b.id, &b.version)));
    for package in &mut packages {
        trim::trim(package);
    }
    recipe::apply(&mut packages);
    trim::trim_properties(&mut packages);
    packages.iter().map(compiled).collect()
}

fn compiled(package: &Package) -> Compiled {
    Compiled { folder: package.name(), files: facts::write_package(package) }
}
