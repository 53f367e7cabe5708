//! References: their form, what they lead to, and whether that is what the definition wants (FHIR R4, References).

use super::super::location::Frame;
use super::super::plan::{Content, Plan, Target};
use super::super::walk::{Scope, Walk, of_profile};
use crate::instance::{Kind, NodeId};
use crate::issue::{Code, Severity};

/// The resource that the reference at a node leads to, where it is in the document.
pub(crate) fn resolve(walk: &Walk<'_, '_, '_>, node: NodeId, scope: &Scope) -> Option<NodeId> {
    let words = walk.session.validator.words();
    let text = match walk.document.kind(node) {
        Kind::Object => walk.text_of(node, words.reference)?,
        _ => walk.document.as_str(node)?,
    };
    resolve_text(walk, text, scope)
}

/// The resource that a reference of this text leads to.
pub(crate) fn resolve_text(walk: &Walk<'_, '_, '_>, text: &str, scope: &Scope) -> Option<NodeId> {
    let words = walk.session.validator.words();
    if let Some(id) = text.strip_prefix('#') {
        if id.is_empty() {
            return Some(scope.root.0);
        }
        let list = walk.child(scope.root.0, words.contained)?;
        return walk.document.children(list).find(|resource| walk.text_of(*resource, words.id) == Some(id));
    }
    in_bundle(walk, text, scope.entry)
}

/// The resource of the bundle that a reference of this text leads to, as it stands in this entry: by the fullUrl that it is, or that
/// it makes with the server of its own entry's fullUrl (FHIR R4, Bundle, "Resolving references in Bundles").
pub(crate) fn in_bundle(walk: &Walk<'_, '_, '_>, text: &str, entry: Option<NodeId>) -> Option<NodeId> {
    if !walk.session.bundle.is_bundle {
        return None;
    }
    let words = walk.session.validator.words();
    let (plain, version) = text.split_once("/_history/").map_or((text, None), |(plain, rest)| (plain, Some(rest)));
    let fits = |resource: NodeId| {
        version.is_none_or(|version| {
            walk.child(resource, words.meta).and_then(|meta| walk.text_of(meta, words.version_id)) == Some(version)
        })
    };
    if plain.contains(':') {
        return walk.entries_by_url(plain).map(|place| place.resource).find(|resource| fits(*resource));
    }
    let own = walk.text_of(entry?, words.full_url)?;
    if own.starts_with("urn:") {
        return None;
    }
    // The server's address is what stands before the own type and id.
    let server = own.rsplitn(3, '/').nth(2)?;
    walk.entries_by_url(&format!("{server}/{plain}")).map(|place| place.resource).find(|resource| fits(*resource))
}

/// The type of resource that a reference says by its form: `Patient/1`, `https://server/Patient/1/_history/2`.
pub(crate) fn type_by_form(text: &str) -> Option<&str> {
    let plain = text.split(['#', '|', '?']).next()?;
    let plain = plain.split("/_history/").next()?;
    if plain.starts_with("urn:") {
        return None;
    }
    let mut parts = plain.rsplit('/');
    let _id = parts.next().filter(|id| !id.is_empty())?;
    let name = parts.next()?;
    name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(name)
}

/// Whether a Reference by itself is one: what `#` leads to is contained, what a URN leads to is in the bundle.
pub(crate) fn form(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>, scope: &Scope) {
    let words = *walk.session.validator.words();
    let Some(text) = walk.text_of(node, words.reference) else {
        let says_nothing =
            [words.identifier, words.display, words.extension].iter().all(|name| walk.child(node, *name).is_none());
        if says_nothing && walk.child(node, words.reference).is_none() {
            walk.fault_of(Code::ReferenceForm, Severity::Warning, frame, node, |fault| {
                fault.message("a reference without reference or identifier should have a display")
            });
        }
        return;
    };
    let plain = text.split("/_history/").next().unwrap_or_default();
    if text.starts_with('#') {
        if resolve_text(walk, text, scope).is_none() {
            walk.fault(Code::ReferenceUnresolved, frame, node, |fault| {
                fault.message("no contained resource has this id").help("contain it, or mend the reference").value(text)
            });
        }
    } else if walk.session.bundle.is_bundle && plain.starts_with("urn:") {
        if in_bundle(walk, text, scope.entry).is_none() {
            walk.fault_of(Code::ReferenceUnresolved, Severity::Warning, frame, node, |fault| {
                fault
                    .message("the URN is that of no entry of the bundle")
                    .help("add the entry, or mend its fullUrl")
                    .value(text)
            });
        }
    } else if !plain.contains(':') && type_by_form(plain).is_none() && !plain.contains('?') {
        walk.fault_of(Code::ReferenceForm, Severity::Warning, frame, node, |fault| {
            fault.message("a relative reference has the form Type/id").value(text)
        });
    }
}

/// Whether a reference leads to what the definition wants; `plan` is the profile that wants it, if one does.
pub(crate) fn target<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    node: NodeId,
    target: &'v Target,
    plan: Option<&'v Plan>,
    frame: &Frame<'_>,
    scope: &Scope,
) {
    if walk.document.kind(node) != Kind::Object {
        return;
    }
    let document = walk.document;
    let words = *walk.session.validator.words();
    let Some(text) = walk.child(node, words.reference).and_then(|child| document.as_str(child)) else { return };
    let url = plan.map_or("", |plan| &plan.url);
    let resolved = resolve_text(walk, text, scope);
    let name = match resolved {
        Some(resource) => walk.child(resource, words.resource_type).and_then(|child| document.as_str(child)),
        None => type_by_form(text).filter(|name| walk.session.plans().type_definition(name).is_some()),
    };
    if let Some(name) = name.filter(|_| !target.types.is_empty()) {
        let plans = walk.session.plans();
        if !target.types.iter().any(|of| **of == *name || plans.is_derived(name, of)) {
            // What a reference into the world says by its form is not proven: the reference validator leaves it at that, we warn.
            let severity = if resolved.is_some() { Severity::Error } else { Severity::Warning };
            walk.fault_of(Code::ReferenceType, severity, frame, node, |fault| {
                let message =
                    format!("the reference leads to {name}, and may lead to {} only", target.types.join(", "));
                fault.message(message).help(of_profile_or_type(url))
            });
            return;
        }
    }
    // Inside a silent question references are followed no further.
    if let Some(resource) = resolved.filter(|_| !target.profiles.is_empty() && !walk.is_silent()) {
        let inner = Scope { resource: (resource, scope.resource.1), root: (resource, scope.root.1), ..*scope };
        let mut fits = false;
        for profile in &target.profiles {
            fits |= profile.definition.is_none_or(|id| walk.conforms(resource, Content::Resource, id, &inner));
        }
        if !fits {
            walk.fault(Code::ReferenceProfile, frame, node, |fault| {
                let names: Vec<&str> = target.profiles.iter().map(|profile| &*profile.canonical).collect();
                let message = format!("the resource that the reference leads to holds to none of {}", names.join(", "));
                fault.message(message).help("see what is wrong with that resource, or name the profile in its meta")
            });
        }
    }
}

fn of_profile_or_type(url: &str) -> String {
    if url.is_empty() { "see the element's targets in FHIR".to_owned() } else { of_profile(url) }
}
