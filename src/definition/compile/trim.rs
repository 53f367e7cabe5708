//! What is left out of every package.

use std::collections::{BTreeSet, HashSet};

use super::super::{Kind, Package, Strength};

/// Leaves out examples, logical models that nothing is derived from, and bindings that bind nothing.
pub(super) fn trim(package: &mut Package) {
    package.structures.retain(|definition| !is_example(&definition.url));
    package.value_sets.retain(|value_set| !is_example(&value_set.url));
    package.code_systems.retain(|code_system| !is_example(&code_system.url));
    let bases: HashSet<Box<str>> = package
        .structures
        .iter()
        .filter(|definition| definition.kind != Kind::Logical)
        .map(|definition| definition.base.split('|').next().unwrap_or_default().into())
        .collect();
    package.structures.retain(|definition| definition.kind != Kind::Logical || bases.contains(&definition.url));
    for definition in &mut package.structures {
        for element in definition.elements.iter_mut().chain(&mut definition.differential) {
            if element
                .binding
                .as_ref()
                .is_some_and(|binding| binding.strength == Strength::Example && binding.max_value_set.is_empty())
            {
                element.binding = None;
            }
        }
    }
}

/// Whether HL7 publishes a definition as an example of a definition.
fn is_example(url: &str) -> bool {
    // The first is a supplement to `bundle-type` that R5 publishes as its second example of a supplement.
    url == "http://hl7.org/fhir/bundle-type-de"
        || url
            .strip_prefix("http://hl7.org/fhir/")
            .and_then(|rest| rest.rsplit('/').next())
            .is_some_and(|name| name == "example" || name.starts_with("example-") || name == "capabilities-example")
}

/// Leaves out the properties of concepts that no filter of a value set asks for; those of the hierarchy stay.
pub(super) fn trim_properties(packages: &mut [Package]) {
    let mut asked: BTreeSet<(Box<str>, Box<str>)> = BTreeSet::new();
    for value_set in packages.iter().flat_map(|package| &package.value_sets) {
        for include in value_set.include.iter().chain(&value_set.exclude) {
            asked.extend(include.filters.iter().map(|filter| (include.system.clone(), filter.property.clone())));
        }
    }
    for code_system in packages.iter_mut().flat_map(|package| &mut package.code_systems) {
        let own: HashSet<&str> = asked
            .iter()
            .filter(|(system, _)| *system == code_system.url)
            .map(|(_, property)| property.as_ref())
            .chain(["parent", "subsumedBy"])
            .collect();
        for concept in &mut code_system.concepts {
            concept.properties.retain(|property| own.contains(property.code.as_ref()));
        }
    }
}
