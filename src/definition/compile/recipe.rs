//! Which of HL7's packages belong together, and how.
//!
//! - R4's core package is not on the npm registry; `hl7.fhir.r4.examples` holds all its definitions and becomes `hl7.fhir.r4.core`.
//! - `hl7.fhir.r4.expansions` gives the codes of the two value sets in [`EXPANDED`] and nothing else. Their code systems are nowhere
//!   at hand, and their lists are closed. Its other expansions of systems that are not at hand (SNOMED CT, LOINC, UCUM) are cut off
//!   or years old; a code that is missing there may well be right.
//! - `hl7.terminology` is large and replaces what the core has, as in the reference validator. Kept is what the other packages refer
//!   to or have themselves, directly or through value sets that are kept, and that they lack or have with other content. What the core
//!   has with other content is left out of the core.

use std::collections::{BTreeSet, HashMap};

use super::super::{CodeSystem, Package, ValueSet};

const EXAMPLES: &str = "hl7.fhir.r4.examples";
const EXPANSIONS: &str = "hl7.fhir.r4.expansions";
const CORE: &str = "hl7.fhir.r4.core";
const TERMINOLOGY: &str = "hl7.terminology";

/// The value sets whose expansion is taken from [`EXPANSIONS`]: the currencies of ISO 4217, and IHE's format codes.
const EXPANDED: [&str; 2] = ["http://hl7.org/fhir/ValueSet/currencies", "http://hl7.org/fhir/ValueSet/formatcodes"];

/// Applies the rules to the packages that are there.
pub(super) fn apply(packages: &mut Vec<Package>) {
    for package in packages.iter_mut().filter(|package| package.id.as_ref() == EXAMPLES) {
        package.id = CORE.into();
    }
    let expansions = take(packages, |id| id == EXPANSIONS);
    if let (Some(expansions), Some(core)) =
        (expansions, packages.iter_mut().find(|package| package.id.as_ref() == CORE))
    {
        expand(core, &expansions);
    }
    if packages.len() > 1
        && let Some(terminology) = take(packages, |id| id.starts_with(TERMINOLOGY))
    {
        let kept = needed(packages, terminology);
        drop_replaced(packages, &kept);
        packages.push(kept);
    }
}

fn take(packages: &mut Vec<Package>, is_it: impl Fn(&str) -> bool) -> Option<Package> {
    packages.iter().position(|package| is_it(&package.id)).map(|at| packages.remove(at))
}

fn expand(core: &mut Package, expansions: &Package) {
    for value_set in core.value_sets.iter_mut().filter(|value_set| EXPANDED.contains(&value_set.url.as_ref())) {
        if let Some(expanded) = expansions.value_sets.iter().find(|expanded| expanded.url == value_set.url) {
            value_set.expansion.clone_from(&expanded.expansion);
        }
    }
}

/// The part of the terminology that the other packages need and do not have as it is there.
fn needed(packages: &[Package], terminology: Package) -> Package {
    let mut open: Vec<Box<str>> = Vec::new();
    for package in packages {
        for definition in &package.structures {
            let bindings = definition.elements.iter().filter_map(|element| element.binding.as_ref());
            open.extend(bindings.flat_map(|one| [one.value_set.clone(), one.max_value_set.clone()]));
        }
        for value_set in &package.value_sets {
            open.push(value_set.url.clone());
            refer(value_set, &mut open);
        }
        open.extend(package.code_systems.iter().map(|code_system| code_system.url.clone()));
    }
    let value_sets: HashMap<&str, &ValueSet> =
        terminology.value_sets.iter().map(|one| (one.url.as_ref(), one)).collect();
    let mut reached: BTreeSet<Box<str>> = BTreeSet::new();
    while let Some(canonical) = open.pop() {
        let url = canonical.split('|').next().unwrap_or_default();
        if !url.is_empty()
            && reached.insert(url.into())
            && let Some(value_set) = value_sets.get(url)
        {
            refer(value_set, &mut open);
        }
    }
    let mut kept = Package { id: terminology.id, version: terminology.version, ..Package::default() };
    let own_value_sets = || packages.iter().flat_map(|package| &package.value_sets);
    kept.value_sets = terminology.value_sets;
    kept.value_sets.retain(|value_set| {
        reached.contains(&value_set.url) && !own_value_sets().any(|own| is_same_value_set(own, value_set))
    });
    let own_code_systems = || packages.iter().flat_map(|package| &package.code_systems);
    kept.code_systems = terminology.code_systems;
    kept.code_systems.retain(|code_system| {
        reached.contains(&code_system.url) && !own_code_systems().any(|own| is_same_code_system(own, code_system))
    });
    kept
}

/// What a value set refers to.
fn refer(value_set: &ValueSet, open: &mut Vec<Box<str>>) {
    for include in value_set.include.iter().chain(&value_set.exclude) {
        open.push(include.system.clone());
        open.extend(include.value_sets.iter().cloned());
    }
}

fn is_same_value_set(a: &ValueSet, b: &ValueSet) -> bool {
    a.url == b.url && a.include == b.include && a.exclude == b.exclude
}

fn is_same_code_system(a: &CodeSystem, b: &CodeSystem) -> bool {
    let names = |one: &CodeSystem| -> Vec<_> {
        one.concepts
            .iter()
            .map(|concept| (concept.code.clone(), concept.display.clone(), concept.parent, concept.is_inactive))
            .collect()
    };
    a.url == b.url && a.case_sensitive == b.case_sensitive && a.content == b.content && names(a) == names(b)
}

/// Leaves out of the core what the terminology has with other content.
fn drop_replaced(packages: &mut [Package], kept: &Package) {
    let value_sets: BTreeSet<&str> = kept.value_sets.iter().map(|one| one.url.as_ref()).collect();
    let code_systems: BTreeSet<&str> = kept.code_systems.iter().map(|one| one.url.as_ref()).collect();
    for package in packages.iter_mut().filter(|package| package.id.as_ref() == CORE) {
        package.value_sets.retain(|one| !value_sets.contains(one.url.as_ref()));
        package.code_systems.retain(|one| !code_systems.contains(one.url.as_ref()));
    }
}
