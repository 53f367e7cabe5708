//! Definitions to plans.
//!
//! `type_plan` for types, `overlay` and `slicing` for profiles, `checks` for what both have, `errata` for rules that are not what they
//! say.

mod checks;
mod discriminator;
mod errata;
mod overlay;
mod slicing;
mod type_plan;

pub(super) use discriminator::{Written as WrittenStep, path as discriminator_path};

use super::plan::{Context, ExtensionPlan, Plan, ProfileUse};
use super::plans::Plans;
use crate::definition::{DefinitionId, Derivation, StructureDefinition};

/// The plan of a definition; `None` where the definition cannot be read, or its type is not at hand.
pub(super) fn compile(plans: &Plans, id: DefinitionId) -> Option<Plan> {
    let definition = plans.library().structure(id)?;
    let mut plan = match plans.type_definition(&definition.type_name) == Some(id) {
        true => type_plan::compile(plans, id, definition),
        false => overlay::compile(plans, id, definition)?,
    };
    if &*definition.type_name == "Extension" && definition.derivation == Derivation::Constraint {
        plan.extension = Some(extension(plans, definition));
    }
    plan.watermark = plans.names().len();
    Some(plan)
}

/// A profile by its canonical.
fn profile_use(plans: &Plans, canonical: &str) -> ProfileUse {
    ProfileUse { canonical: canonical.into(), definition: plans.library().find_structure(canonical) }
}

/// The definitions that one is derived from, the nearest first, without its type.
fn ancestors(plans: &Plans, definition: &StructureDefinition) -> Box<[DefinitionId]> {
    let mut list = Vec::new();
    let mut base = definition.base.clone();
    // A ring of definitions ends at the first that was met before.
    while let Some(id) = plans.library().find_structure(&base) {
        let Some(next) = plans.library().structure(id) else { break };
        if next.derivation == Derivation::Specialization || list.contains(&id) {
            break;
        }
        list.push(id);
        base.clone_from(&next.base);
    }
    list.into_boxed_slice()
}

fn extension(plans: &Plans, definition: &StructureDefinition) -> ExtensionPlan {
    let contexts = definition.contexts.iter().map(|context| match &*context.kind {
        "element" => Context::Element(errata::meant_context(&definition.url, &context.expression).into()),
        "extension" => Context::Extension(context.expression.clone()),
        _ => {
            let expression = crate::fhirpath::compile(&context.expression, plans.names());
            Context::Expression(context.expression.clone(), expression.ok().map(Box::new))
        }
    });
    let invariants = definition.context_invariants.iter().map(|text| checks::context_invariant(plans, text));
    ExtensionPlan {
        contexts: contexts.collect(),
        invariants: invariants.collect(),
        is_modifier: definition.elements.first().is_some_and(|root| root.is_modifier),
    }
}
