//! References: their form, what they lead to, and whether that is what the definition wants (FHIR R4, References).

use super::super::location::Frame;
use super::super::plan::{Plan, Target};
use super::super::walk::{Scope, Walk, of_profile};
use super::text::has_byte;
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

/// The same for the Reference at a node with this text: the definition and each profile ask for it, one after the other.
fn resolve_once(walk: &mut Walk<'_, '_, '_>, node: NodeId, text: &str, scope: &Scope) -> Option<NodeId> {
    let resolved = match walk.session.resolved {
        (last, resolved) if last == node => resolved,
        _ => resolve_text(walk, text, scope),
    };
    walk.session.resolved = (node, resolved);
    resolved
}

/// The resource that a reference of this text leads to.
pub(crate) fn resolve_text(walk: &Walk<'_, '_, '_>, text: &str, scope: &Scope) -> Option<NodeId> {
    if let Some(id) = text.strip_prefix('#') {
        if id.is_empty() {
            return Some(scope.root.0);
        }
        return walk.contained_by_id(scope.root.0, id);
    }
    in_bundle(walk, text, scope.entry).or_else(|| in_parameters(walk, text))
}

/// The resource of the Parameters that a relative reference names by type and id.
fn in_parameters(walk: &Walk<'_, '_, '_>, text: &str) -> Option<NodeId> {
    walk.session.parameters.parameters?;
    let (plain, version) = versioned(text);
    let (name, id) = plain.split_once('/')?;
    walk.resource_of_parameters(name, id).filter(|resource| has_version(walk, *resource, version))
}

/// Whether a resource is the version that a reference names, if it names one.
fn has_version(walk: &Walk<'_, '_, '_>, resource: NodeId, version: Option<&str>) -> bool {
    let words = walk.session.validator.words();
    version.is_none_or(|version| {
        walk.child(resource, words.meta).and_then(|meta| walk.text_of(meta, words.version_id)) == Some(version)
    })
}

/// The resource of the bundle that a reference of this text leads to, as it stands in this entry: by the fullUrl that it is, or that
/// it makes with the server of its own entry's fullUrl (FHIR R4, Bundle, "Resolving references in Bundles").
pub(crate) fn in_bundle(walk: &Walk<'_, '_, '_>, text: &str, entry: Option<NodeId>) -> Option<NodeId> {
    walk.session.bundle.bundle?;
    let words = walk.session.validator.words();
    let (plain, version) = versioned(text);
    let fits = |resource: NodeId| has_version(walk, resource, version);
    if has_byte(plain, b':') {
        return walk.resources_by_url(plain).find(|resource| fits(*resource));
    }
    let mut url = walk.session.bundle.url.borrow_mut();
    let entry = entry?;
    // The references of an entry follow each other: the server's address stands there already.
    let server = match walk.session.bundle.server.get() {
        (last, length) if last == Some(entry) => length?,
        _ => {
            let own = walk.text_of(entry, words.full_url);
            let server = own.filter(|own| !own.starts_with("urn:")).and_then(server_of);
            url.clear();
            url.push_str(server.unwrap_or_default());
            url.push('/');
            let length = server.map(|_| url.len());
            walk.session.bundle.server.set((Some(entry), length));
            length?
        }
    };
    url.truncate(server);
    url.push_str(plain);
    walk.resources_by_url(&url).find(|resource| fits(*resource))
}

/// The server's address in a fullUrl is what stands before the own type and id.
fn server_of(url: &str) -> Option<&str> {
    let slash = |text: &str| text.bytes().rposition(|byte| byte == b'/');
    url.get(..slash(url)?).and_then(|rest| rest.get(..slash(rest)?))
}

/// A reference without its version, and the version.
fn versioned(text: &str) -> (&str, Option<&str>) {
    // Few references have one.
    if !has_byte(text, b'_') {
        return (text, None);
    }
    text.split_once("/_history/").map_or((text, None), |(plain, version)| (plain, Some(version)))
}

/// The type of resource that a reference says by its form: `Patient/1`, `https://server/Patient/1/_history/2`.
pub(crate) fn type_by_form(text: &str) -> Option<&str> {
    let end = text.bytes().position(|byte| matches!(byte, b'#' | b'|' | b'?')).unwrap_or(text.len());
    let (plain, _) = versioned(text.get(..end)?);
    if plain.starts_with("urn:") {
        return None;
    }
    let slash = plain.bytes().rposition(|byte| byte == b'/').filter(|slash| slash + 1 < plain.len())?;
    let before = plain.get(..slash)?;
    let name = before.get(before.bytes().rposition(|byte| byte == b'/').map_or(0, |slash| slash + 1)..)?;
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
    let (plain, _) = versioned(text);
    if let Some(entry) = scope.entry.filter(|_| !text.starts_with('#') && walk.session.bundle.bundle.is_some()) {
        without_url(walk, entry, frame);
    }
    if text.starts_with('#') {
        if resolve_once(walk, node, text, scope).is_none() {
            walk.fault(Code::ReferenceUnresolved, frame, node, |fault| {
                fault.message("no contained resource has this id").help("contain it, or mend the reference").value(text)
            });
        }
    } else if walk.request.references_must_resolve
        && !is_elsewhere(walk, text, scope)
        && resolve_once(walk, node, text, scope).is_none()
    {
        walk.fault(Code::ReferenceUnresolved, frame, node, |fault| {
            let help = "add the resource, mend the reference, or do not ask for references to resolve";
            fault.message("the reference leads to no resource of the document").help(help).value(text)
        });
    } else if walk.session.bundle.bundle.is_some() && plain.starts_with("urn:") {
        if resolve_once(walk, node, text, scope).is_none() {
            walk.fault_of(Code::ReferenceUnresolved, Severity::Warning, frame, node, |fault| {
                fault
                    .message("the URN is that of no entry of the bundle")
                    .help("add the entry, or mend its fullUrl")
                    .value(text)
            });
        }
    } else if let Some(entry) = scope.entry.filter(|_| walk.session.bundle.bundle.is_some() && !is_absolute(plain)) {
        relative(walk, entry, text, node, frame);
    } else if !is_absolute(plain) && type_by_form(plain).is_none() && !plain.contains('?') {
        walk.fault_of(Code::ReferenceForm, Severity::Warning, frame, node, |fault| {
            fault.message("a relative reference has the form Type/id").value(text)
        });
    }
}

/// Whether nobody expects what a reference leads to in the document: an address of examples, where these are allowed, or a search
/// that the server answers when it takes in the transaction.
fn is_elsewhere(walk: &Walk<'_, '_, '_>, text: &str, scope: &Scope) -> bool {
    let is_transaction = || {
        let bundle = walk.session.bundle.bundle.filter(|_| scope.entry.is_some());
        bundle.is_some_and(|bundle| walk.text_of(bundle, walk.session.validator.words().type_) == Some("transaction"))
    };
    let is_example = !walk.request.refuse_example_addresses && super::nature::is_example(text);
    is_example || text.contains('?') && is_transaction()
}

/// Whether a text begins with the scheme of a URI, which FHIR writes in small letters.
fn is_absolute(text: &str) -> bool {
    let mut rest =
        text.bytes().skip_while(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(byte));
    text.starts_with(|c: char| c.is_ascii_lowercase()) && rest.next() == Some(b':')
}

/// An entry whose resource refers to others says where it is itself: what refers back to it finds it so.
fn without_url(walk: &mut Walk<'_, '_, '_>, entry: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    if walk.child(entry, words.full_url).is_some() {
        return;
    }
    let kind = walk.session.bundle.bundle.and_then(|bundle| walk.text_of(bundle, words.type_)).unwrap_or_default();
    if matches!(kind, "batch-response" | "transaction-response") {
        return;
    }
    let mut at = Some(frame);
    while let Some(here) = at {
        if here.node == entry {
            walk.fault(Code::BundleFullUrl, here, entry, |fault| {
                fault.message("the entry has references and no fullUrl").help("give the entry a fullUrl")
            });
            return;
        }
        at = here.parent;
    }
}

/// A relative reference in an entry of a bundle: it is relative to the entry's fullUrl, and names a type and an id (FHIR R4, Bundle,
/// "Resolving references in Bundles"); in a transaction it may be a search.
fn relative(walk: &mut Walk<'_, '_, '_>, entry: NodeId, text: &str, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let kind = || walk.text_of(NodeId::ROOT, words.type_).unwrap_or_default();
    if walk.child(entry, words.full_url).is_none() {
        if !matches!(kind(), "batch-response" | "transaction-response") {
            walk.fault(Code::BundleFullUrl, frame, node, |fault| {
                let message = "a relative reference stands in an entry without fullUrl, so it is relative to nothing";
                fault.message(message).help("give the entry a fullUrl")
            });
        }
        return;
    }
    let parts = 1 + text.bytes().filter(|byte| *byte == b'/').count();
    let is_search = || kind() == "transaction" && text.contains('?');
    if parts != 2 && parts != 4 && !is_search() {
        walk.fault(Code::ReferenceForm, frame, node, |fault| {
            fault.message("a relative reference has the form Type/id").help("write Patient/1, say").value(text)
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
    let resolved = resolve_once(walk, node, text, scope);
    let name = match resolved {
        Some(resource) => walk.child(resource, words.resource_type).and_then(|child| document.as_str(child)),
        None => type_by_form(text).filter(|name| walk.session.plans().type_definition(name).is_some()),
    };
    let stands_well = match (text.starts_with('#'), resolved) {
        (true, _) => target.contained,
        (false, Some(_)) => target.bundled || target.referenced,
        (false, None) => target.referenced,
    };
    if !stands_well {
        walk.fault(Code::ReferenceAggregation, frame, node, |fault| {
            let places = [
                (target.contained, "contained"),
                (target.bundled, "in the same bundle"),
                (target.referenced, "elsewhere"),
            ];
            let places: Vec<&str> = places.iter().filter(|(may, _)| *may).map(|(_, place)| *place).collect();
            let message = format!("the resource that the reference leads to must be {}", places.join(" or "));
            fault.message(message).help(of_profile_or_type(url))
        });
    }
    let stated = walk.text_of(node, words.type_);
    if let Some(stated) = stated.filter(|_| !walk.is_silent()) {
        let unlike = name.is_some_and(|name| name != stated);
        let outside = !target.types.is_empty() && !target.types.iter().any(|of| **of == *stated);
        if unlike || outside {
            walk.fault(Code::ReferenceType, frame, node, |fault| {
                fault.message(match unlike {
                    true => "the reference says that it leads to another type than it does",
                    false => "the reference says that it leads to a type that may not stand here",
                })
            });
            return;
        }
    }
    if let Some(name) = name.filter(|_| !target.types.is_empty()) {
        let plans = walk.session.plans();
        let is_one = target.types.iter().any(|of| **of == *name);
        if !is_one && !target.types.iter().any(|of| plans.is_derived(name, of)) {
            // What a reference into the world says by its form is not proven: the reference validator leaves it at that, we warn.
            let is_proven = resolved.is_some() || walk.request.check_reference_types;
            let severity = if is_proven { Severity::Error } else { Severity::Warning };
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
        let is_ahead = resource > node && !text.starts_with('#');
        if !walk.fits_later(resource, target, &inner, is_ahead) && !walk.fits(resource, target, &inner) {
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
