//! Where a discriminator's path leads from the element that is sliced, by the definitions of types alone (FHIR R4,
//! ElementDefinition.slicing.discriminator.path).
//!
//! A profile can only take away from what its type has: what no type has is nowhere. What cannot be told (targets of references,
//! resources inside resources, types that are not at hand, paths that cannot be read) is not said to be wrong.

use super::super::super::compile::{WrittenStep, discriminator_path};
use super::super::super::plan::Nature;
use super::super::super::plans::Plans;
use crate::fhirpath::{Model as _, TypeId};

/// Whether a discriminator of the element at `path` of a type leads to nothing.
pub(super) fn leads_nowhere(plans: &Plans, type_name: &str, path: &str, written: &str) -> bool {
    let Some(mut types) = sliced(plans, type_name, path) else { return false };
    let Ok(steps) = discriminator_path(written) else { return false };
    for step in &steps {
        let next = match step {
            WrittenStep::Child(name) => below(plans, &types, name),
            WrittenStep::Extension(_) => below(plans, &types, "extension"),
            WrittenStep::OfType(name) => plans.resource_type(name).map(|of| vec![of]),
            WrittenStep::Resolve => None,
        };
        match next {
            Some(next) if next.is_empty() => return true,
            Some(next) => types = next,
            None => return false,
        }
    }
    false
}

/// The types of the element at a path; `None` where they cannot be told.
fn sliced(plans: &Plans, type_name: &str, path: &str) -> Option<Vec<TypeId>> {
    let mut names = path.split('.');
    if names.next() != Some(type_name) {
        return None;
    }
    let mut types = vec![plans.resource_type(type_name)?];
    for name in names {
        types = below(plans, &types, name.strip_suffix("[x]").unwrap_or(name))?;
    }
    (!types.is_empty()).then_some(types)
}

/// The types of what these types have below this name, none where they have no such element; `None` where it cannot be told.
fn below(plans: &Plans, types: &[TypeId], name: &str) -> Option<Vec<TypeId>> {
    let mut found = Vec::new();
    for of in types {
        // Its names are known when the plan is made.
        let object = plans.object(*of)?;
        let members = plans.names().find(name).map_or((&[][..], None), |name| {
            let members = plans.element(*of, name);
            // A choice may be named with its type: `valueIdentifier`.
            (members, plans.member(*of, name).filter(|_| members.is_empty()))
        });
        let mut members = members.0.iter().copied().chain(members.1).peekable();
        if members.peek().is_none() && object.nature == Nature::Primitive {
            return None;
        }
        for member in members {
            if member.is_resource {
                return None;
            }
            found.push(member.type_id);
        }
    }
    found.sort_unstable();
    found.dedup();
    Some(found)
}
