//! Extensions: their definition, where they may stand, and whether they change what they stand in (FHIR R4, Extensibility).

use super::super::location::Frame;
use super::super::plan::{Context, Element, ObjectPlan};
use super::super::walk::{Scope, Walk};
use crate::instance::NodeId;
use crate::issue::Code;

/// Lays the definition of the extension at a node over it, and checks where it stands.
pub(crate) fn definition<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    node: NodeId,
    element: &'v Element,
    holder: &'v ObjectPlan,
    start: usize,
    frame: &Frame<'_>,
    scope: &Scope,
) {
    let document = walk.document;
    let words = *walk.session.validator.words();
    let Some(url) = walk.child(node, words.url).and_then(|child| document.as_str(child)) else { return };
    // Parts of a complex extension have names, not canonicals, and are defined where the whole is.
    if !url.contains(':') {
        return;
    }
    let found = walk.session.find(url);
    let Some(plan) = found.and_then(|id| walk.session.plan(id, document)) else {
        if scope.base {
            walk.fault(Code::ExtensionUnknown, frame, node, |fault| {
                let message = "the definition of this extension is not at hand, so only its shape was checked";
                fault.message(message).help("give its package with --package").value(url)
            });
        }
        return;
    };
    walk.lay(plan, start);
    let Some(facts) = plan.extension.as_ref().filter(|_| scope.base) else { return };
    let as_modifier = element.name == words.modifier_extension;
    if facts.is_modifier != as_modifier {
        walk.fault(Code::ExtensionModifier, frame, node, |fault| match facts.is_modifier {
            true => fault.message("this extension changes meaning, and must stand in modifierExtension"),
            false => fault.message("this extension changes no meaning, and must not stand in modifierExtension"),
        });
    }
    let here = facts.contexts.iter().any(|context| match context {
        Context::Element(path) => stands_at(walk, path, holder),
        Context::Extension(_) => &*holder.type_name == "Extension",
        Context::Expression(_) => true,
    });
    if !here && !facts.contexts.is_empty() {
        walk.fault(Code::ExtensionContext, frame, node, |fault| {
            let wanted: Vec<&str> = facts.contexts.iter().filter_map(|context| match context {
                Context::Element(path) => Some(&**path),
                _ => None,
            }).collect();
            fault.message(format!("the extension {url} may not stand here, only at {}", wanted.join(", ")))
        });
    }
}

fn stands_at(walk: &Walk<'_, '_, '_>, path: &str, holder: &ObjectPlan) -> bool {
    if path == "Element" || *path == *holder.path {
        return true;
    }
    path.split('.').count() == 1 && walk.session.plans().is_derived(&holder.type_name, path)
        // The path of an element that has a type of its own is known where that element is, not here.
        || path.contains('.')
}
