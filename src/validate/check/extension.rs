//! Extensions: their definition, where they may stand, and whether they change what they stand in (FHIR R4, Extensibility,
//! StructureDefinition.context).

use super::super::location::{Frame, Step};
use super::super::plan::{Condition, Context, Element, ExtensionPlan, Nature, ObjectPlan};
use super::super::walk::{Scope, Walk};
use super::expression::{self, Focus};
use crate::fhirpath::Node;
use crate::instance::{Kind, NameId, NodeId};
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
    match place(walk, node, facts, holder, frame, scope) {
        Place::Right => rules(walk, node, url, facts, holder, frame, scope),
        Place::Wrong => walk.fault(Code::ExtensionContext, holder_frame(frame).unwrap_or(frame), node, |fault| {
            let wanted: Vec<&str> = facts.contexts.iter().map(named).collect();
            fault.message(format!("the extension {url} may not stand here, only at {}", wanted.join(", ")))
        }),
        Place::Undecided => walk.fault_of(Code::ExtensionContext, Severity::Information, frame, node, |fault| {
            let wanted: Vec<&str> = facts.contexts.iter().map(named).collect();
            let wanted = wanted.join(", ");
            fault.message(format!("whether the extension {url} may stand here was not checked: {wanted}"))
        }),
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

fn named(context: &Context) -> &str {
    match context {
        Context::Element(text) | Context::Extension(text) | Context::Expression(text, _) => text,
    }
}

/// Whether an extension stands where it may.
enum Place {
    Right,
    Wrong,
    /// An expression says where it may stand, and cannot be read or evaluated.
    Undecided,
}

/// Whether one of the contexts is where the extension stands.
fn place<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    node: NodeId,
    facts: &'v ExtensionPlan,
    holder: &'v ObjectPlan,
    frame: &Frame<'_>,
    scope: &Scope,
) -> Place {
    if facts.contexts.is_empty() {
        return Place::Right;
    }
    let at = holder_frame(frame);
    let mut place = Place::Wrong;
    for context in &facts.contexts {
        let is_here = match context {
            Context::Element(path) => Some(is_at(walk, path, holder, at)),
            Context::Extension(url) => Some(at.is_some_and(|at| is_inside(walk, url, at))),
            // The elements that it gives of the resource are those where the extension may stand.
            Context::Expression(_, expression) => at.zip(expression.as_ref()).and_then(|(at, expression)| {
                let this = Node::new(scope.resource.0, scope.resource.1);
                let focus = Focus { this, extension: Some(node) };
                expression::selects(walk, expression, focus, at.node, scope).ok()
            }),
        };
        match is_here {
            Some(true) => return Place::Right,
            Some(false) => {}
            None => place = Place::Undecided,
        }
    }
    place
}

/// What the definition demands of the element that holds the extension (FHIR R4, StructureDefinition.contextInvariant).
fn rules<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    node: NodeId,
    url: &str,
    facts: &'v ExtensionPlan,
    holder: &'v ObjectPlan,
    frame: &Frame<'_>,
    scope: &Scope,
) {
    let Some(at) = holder_frame(frame) else { return };
    for rule in &facts.invariants {
        let focus = Focus { this: holding(walk, holder, at), extension: Some(node) };
        let verdict = rule.expression.as_ref().map(|expression| expression::holds(walk, expression, focus, scope));
        match verdict {
            Some(Ok(true)) => {}
            Some(Ok(false)) => walk.fault(Code::ExtensionContext, frame, node, |fault| {
                fault.message(format!("the extension {url} may not stand here: its rule does not hold: {}", rule.text))
            }),
            Some(Err(error)) => super::invariant::undecided(walk, rule, node, frame, &error.to_string()),
            None => super::invariant::undecided(walk, rule, node, frame, "it cannot be read"),
        }
    }
}

/// What holds an extension, for expressions: of a primitive its value, and what stands beside it.
fn holding(walk: &Walk<'_, '_, '_>, holder: &ObjectPlan, at: &Frame<'_>) -> Node {
    if holder.nature != Nature::Primitive {
        return Node::new(at.node, holder.id);
    }
    if walk.document.kind(at.node) == Kind::Object {
        return Node { value: Node::ABSENT, companion: at.node, type_id: holder.id };
    }
    let (member, item) = match at.step {
        Step::Item(item) => (at.parent, Some(item)),
        _ => (Some(at), None),
    };
    let name = member.map_or(NameId::NONE, |member| walk.member_of(member.node).name);
    let object = member.and_then(|member| member.parent).map(|object| object.node);
    let beside = object.and_then(|object| {
        walk.document.children(object).find(|other| {
            let known = walk.member_of(*other);
            known.name == name && known.beside
        })
    });
    let companion = match item {
        None => beside,
        Some(item) => beside.and_then(|list| walk.document.children(list).nth(item as usize)),
    };
    Node { value: at.node, companion: companion.unwrap_or(Node::ABSENT), type_id: holder.id }
}

/// The frame of what holds the extension: above the item and the list.
fn holder_frame<'f>(frame: &'f Frame<'f>) -> Option<&'f Frame<'f>> {
    match frame.step {
        Step::Item(_) => frame.parent?.parent,
        _ => frame.parent,
    }
}

/// Whether the holder is an extension of this URL, or the value of one.
fn is_inside(walk: &Walk<'_, '_, '_>, url: &str, at: &Frame<'_>) -> bool {
    let words = walk.session.validator.words();
    let is_value = matches!(at.step, Step::Element(element, _) if element.is_choice && &*element.label == "value");
    let Some(extension) = (if is_value { at.parent } else { Some(at) }) else { return false };
    let own = walk.text_of(extension.node, words.url);
    // The part of a complex extension is named by the whole's canonical, a hash and its own name.
    match url.split_once('#') {
        None => own == Some(url),
        Some((whole, part)) => {
            let around = holder_frame(extension).and_then(|holder| walk.text_of(holder.node, words.url));
            own == Some(part) && around == Some(whole)
        }
    }
}

/// Whether the holder is at an element of this path, or is of the type that it names.
fn is_at(walk: &Walk<'_, '_, '_>, path: &str, holder: &ObjectPlan, at: Option<&Frame<'_>>) -> bool {
    if matches!(path, "Element" | "Any" | "*") || *path == *holder.path {
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
                    let head = known.split('[').next().unwrap_or_default();
                    if !path.contains('[') && !path.starts_with(head) {
                        return false;
                    }
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
