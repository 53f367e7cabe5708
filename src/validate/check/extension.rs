//! Extensions: their definition, where they may stand, and whether they change what they stand in (FHIR R4, Extensibility,
//! StructureDefinition.context).

use super::super::location::{Frame, Step};
use super::super::plan::{Condition, Context, Element, ExtensionPlan, Nature, ObjectPlan};
use super::super::walk::{Scope, Walk};
use crate::instance::NodeId;
use crate::issue::{Code, Severity};

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
        if scope.base && &*holder.type_name != "Extension" {
            walk.fault_of(Code::ExtensionUnknown, Severity::Error, frame, node, |fault| {
                fault.message("the url of an extension must be absolute").value(url)
            });
        } else if scope.base {
            part(walk, node, url, frame);
        }
        return;
    }
    let found = walk.session.find(url);
    let Some(plan) = found.and_then(|id| walk.session.plan(id, document)) else {
        if scope.base {
            let of_hl7 = url.starts_with("http://hl7.org/fhir/") && walk.session.validator.knows_guide_of(url);
            let is_error = of_hl7 || walk.request.known_extensions_only;
            let severity = if is_error { Severity::Error } else { Severity::Information };
            walk.fault_of(Code::ExtensionUnknown, severity, frame, node, |fault| match of_hl7 {
                true => fault.message("there is no such extension of HL7").value(url),
                false => fault
                    .message("the definition of this extension is not at hand, so only its shape was checked")
                    .help("give its package with --package")
                    .value(url),
            });
        }
        return;
    };
    if &*plan.type_name != "Extension" {
        walk.fault_of(Code::ExtensionUnknown, Severity::Error, frame, node, |fault| {
            fault.message(format!("{url} is no extension, but a {}", plan.type_name))
        });
        return;
    }
    walk.lay(plan, start);
    let Some(facts) = plan.extension.as_ref().filter(|_| scope.base) else { return };
    let as_modifier = element.name == words.modifier_extension;
    if facts.is_modifier != as_modifier {
        walk.fault(Code::ExtensionModifier, frame, node, |fault| match facts.is_modifier {
            true => fault.message("this extension changes meaning, and must stand in modifierExtension"),
            false => fault.message("this extension changes no meaning, and must not stand in modifierExtension"),
        });
    }
    if !stands_well(walk, facts, holder, frame) {
        walk.fault(Code::ExtensionContext, frame, node, |fault| {
            let wanted: Vec<&str> = facts.contexts.iter().filter_map(named).collect();
            fault.message(format!("the extension {url} may not stand here, only at {}", wanted.join(", ")))
        });
    }
}

/// A part of a complex extension is one of those that the whole's definition has.
fn part(walk: &mut Walk<'_, '_, '_>, node: NodeId, url: &str, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let Some(whole) = holder_frame(frame).and_then(|holder| walk.text_of(holder.node, words.url)) else { return };
    let Some(plan) = walk.session.find(whole).and_then(|id| walk.session.plan(id, walk.document)) else { return };
    let list = plan.overlays.first().and_then(|root| root.child(words.extension));
    let Some(slicing) = list.and_then(|list| list.slicing.as_ref()) else { return };
    let defines = |condition: &Condition| matches!(condition, Condition::Fixed(value) if value.text() == url);
    let known = slicing.slices.iter().flat_map(|slice| &slice.matchers).any(|matcher| defines(&matcher.condition));
    if !known {
        walk.fault_of(Code::ExtensionUnknown, Severity::Error, frame, node, |fault| {
            fault.message(format!("the extension {whole} has no part of this name")).value(url)
        });
    }
}

fn named(context: &Context) -> Option<&str> {
    match context {
        Context::Element(path) => Some(path),
        Context::Extension(url) => Some(url),
        Context::Expression(_) => None,
    }
}

/// Whether one of the contexts is where the extension stands.
fn stands_well(walk: &Walk<'_, '_, '_>, facts: &ExtensionPlan, holder: &ObjectPlan, frame: &Frame<'_>) -> bool {
    if facts.contexts.is_empty() {
        return true;
    }
    let at = holder_frame(frame);
    facts.contexts.iter().any(|context| match context {
        Context::Element(path) => is_at(walk, path, holder, at),
        Context::Extension(url) => at.is_some_and(|at| is_inside(walk, url, at)),
        // An expression that cannot be tied to a place says nothing against this one.
        Context::Expression(_) => true,
    })
}

/// The frame of what holds the extension: above the item and the list.
fn holder_frame<'f>(frame: &'f Frame<'f>) -> Option<&'f Frame<'f>> {
    match frame.step {
        Step::Item(_) => frame.parent?.parent,
        _ => frame.parent,
    }
}

fn is_inside(walk: &Walk<'_, '_, '_>, url: &str, at: &Frame<'_>) -> bool {
    let words = walk.session.validator.words();
    // The part of a complex extension is named by the whole's canonical, a hash and its own name.
    let (whole, part) = url.split_once('#').map_or((url, None), |(whole, part)| (whole, Some(part)));
    match part {
        None => walk.text_of(at.node, words.url) == Some(whole),
        Some(part) => walk.text_of(at.node, words.url) == Some(part),
    }
}

/// Whether the holder is at an element of this path, or is of the type that it names.
fn is_at(walk: &Walk<'_, '_, '_>, path: &str, holder: &ObjectPlan, at: Option<&Frame<'_>>) -> bool {
    if path == "Element" || path == "*" || *path == *holder.path {
        return true;
    }
    // R4 has no such type, and HL7's pack of extensions names it: resources that have a canonical URL.
    if matches!(path, "CanonicalResource" | "MetadataResource") {
        let words = walk.session.validator.words();
        let has = |name| holder.elements.iter().any(|element| element.name == name);
        return holder.nature == Nature::Resource && has(words.url) && has(words.status);
    }
    if !path.contains('.') {
        return walk.session.plans().is_derived(&holder.type_name, path);
    }
    // Each frame gives a name to the place: the path of its own element, and the labels that led on from it.
    let mut rest = String::new();
    let mut frame = at;
    while let Some(here) = frame {
        let label = match here.step {
            Step::Item(_) => "",
            // A resource inside another is a place of its own.
            Step::Resource(_) => break,
            Step::Member(label) => label,
            Step::Element(element, _) => &element.label,
        };
        if !label.is_empty() {
            if let Some(element) = here.element {
                let same = |known: &str| {
                    let wanted = path.replace("[x]", "");
                    let known = known.replace("[x]", "");
                    wanted.strip_prefix(&*known).is_some_and(|tail| tail == rest)
                };
                if same(&element.path) || same(&element.base_path) {
                    return true;
                }
            }
            rest = format!(".{label}{rest}");
        }
        frame = here.parent;
    }
    false
}
