//! What a document's Composition refers to is in the document, and what is in it is reached from there (FHIR R4, Documents).

use std::collections::HashMap;

use super::super::super::location::{Frame, Step};
use super::super::super::walk::Walk;
use super::super::reference;
use crate::instance::{Kind, NameId, NodeId};
use crate::issue::{Code, Severity};

/// The references of the Composition lead to entries.
pub(super) fn composition(walk: &mut Walk<'_, '_, '_>, entry: NodeId, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    for name in ["subject", "author", "encounter", "custodian"] {
        there(walk, entry, node, name, frame);
    }
    nested(walk, entry, node, ("attester", "party"), frame);
    nested(walk, entry, node, ("event", "detail"), frame);
    if let Some(list) = walk.child(node, words.section) {
        sections(walk, entry, list, frame);
    }
}

/// The focus of a message is in the message.
pub(super) fn message(walk: &mut Walk<'_, '_, '_>, entry: NodeId, node: NodeId, frame: &Frame<'_>) {
    there(walk, entry, node, "focus", frame);
}

/// Sections may hold sections; how deep a document may be bounds how deep this goes.
fn sections(walk: &mut Walk<'_, '_, '_>, entry: NodeId, list: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let list_frame = frame.below(Step::Member("section"), list);
    for (index, section) in (0..).zip(walk.document.children(list)) {
        let inner = list_frame.below(Step::Item(index), section);
        for name in ["author", "focus", "entry"] {
            there(walk, entry, section, name, &inner);
        }
        if let Some(deeper) = walk.child(section, words.section) {
            sections(walk, entry, deeper, &inner);
        }
    }
}

fn nested(
    walk: &mut Walk<'_, '_, '_>,
    entry: NodeId,
    node: NodeId,
    (outer, name): (&'static str, &'static str),
    frame: &Frame<'_>,
) {
    let Some(list) = named(walk, node, outer) else { return };
    for item in walk.document.children(list).filter(|item| walk.document.kind(*item) == Kind::Object) {
        there(walk, entry, item, name, frame);
    }
}

fn named(walk: &Walk<'_, '_, '_>, node: NodeId, name: &str) -> Option<NodeId> {
    let document = walk.document;
    if document.kind(node) != Kind::Object {
        return None;
    }
    document.children(node).find(|child| document.key(*child) == name)
}

/// The references under this name lead to entries of the bundle.
fn there(walk: &mut Walk<'_, '_, '_>, entry: NodeId, node: NodeId, name: &'static str, frame: &Frame<'_>) {
    let Some(found) = named(walk, node, name) else { return };
    let frame = frame.below(Step::Member(name), found);
    match walk.document.kind(found) {
        Kind::Array => {
            for (index, item) in (0..).zip(walk.document.children(found)) {
                one(walk, entry, item, &frame.below(Step::Item(index), item));
            }
        }
        _ => one(walk, entry, found, &frame),
    }
}

fn one(walk: &mut Walk<'_, '_, '_>, entry: NodeId, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let Some(text) = walk.text_of(node, words.reference).filter(|text| !text.starts_with('#')) else { return };
    if found(walk, text, entry).is_none() {
        walk.fault(Code::ReferenceUnresolved, frame, node, |fault| {
            fault.message("the reference leads to no entry of the document").help("add the entry, or mend its fullUrl")
        });
    }
}

/// The resource that a reference of a document or message leads to: by fullUrl, or else by type and id, as the reference validator
/// has it for these two.
fn found(walk: &Walk<'_, '_, '_>, text: &str, entry: NodeId) -> Option<NodeId> {
    if let Some(found) = reference::in_bundle(walk, text, Some(entry)) {
        return Some(found);
    }
    let (name, id) = text.split_once('/').filter(|(_, id)| !id.contains('/'))?;
    walk.resource_by_name(name, id)
}

/// Each entry is reached from the first one; backwards only where it is a Provenance.
pub(super) fn check(walk: &mut Walk<'_, '_, '_>, kind: &str, list: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    let entries: Vec<NodeId> = document.children(list).collect();
    let rows: HashMap<NodeId, usize> = entries
        .iter()
        .enumerate()
        .filter_map(|(row, entry)| Some((walk.child(*entry, words.resource)?, row)))
        .collect();
    let links: Vec<Vec<usize>> = entries.iter().map(|entry| targets(walk, *entry, words.reference, &rows)).collect();
    let mut forward = vec![false; entries.len()];
    let mut queue = vec![0];
    while let Some(row) = queue.pop() {
        if forward.get(row).copied() == Some(false) {
            if let Some(seen) = forward.get_mut(row) {
                *seen = true;
            }
            queue.extend(links.get(row).into_iter().flatten());
        }
    }
    let reached = backward(&links, forward.clone());
    let head = if kind == "document" { "Composition" } else { "MessageHeader" };
    // An entry without a resource has that told already.
    for (index, entry) in entries.iter().enumerate() {
        if walk.child(*entry, words.resource).is_none() {
            continue;
        }
        let inner = frame.below(Step::Item(u32::try_from(index).unwrap_or(u32::MAX)), *entry);
        if reached.get(index) == Some(&false) {
            let severity = if kind == "document" { Severity::Error } else { Severity::Warning };
            walk.fault_of(Code::BundleDocument, severity, &inner, *entry, |fault| {
                fault.message(format!("no reference leads from the {head} to this entry, nor back"))
            });
        } else if forward.get(index) == Some(&false) {
            let resource = walk.child(*entry, words.resource);
            let name = resource.and_then(|resource| walk.text_of(resource, words.resource_type));
            let severity = match (kind, name) {
                ("document", Some("Provenance")) | ("message", _) => Severity::Information,
                _ => Severity::Warning,
            };
            walk.fault_of(Code::BundleDocument, severity, &inner, *entry, |fault| {
                let message = format!("this entry refers to what the {head} refers to, but nothing refers to it");
                fault.message(message).help("only Provenance is meant to be linked backwards")
            });
        }
    }
}

/// What is reached too when an entry that refers to a reached one is reached, and with it all that it refers to.
fn backward(links: &[Vec<usize>], mut reached: Vec<bool>) -> Vec<bool> {
    let mut sources: Vec<Vec<usize>> = vec![Vec::new(); links.len()];
    for (row, target) in links.iter().enumerate().flat_map(|(row, targets)| targets.iter().map(move |to| (row, *to))) {
        if let Some(list) = sources.get_mut(target) {
            list.push(row);
        }
    }
    let mut queue: Vec<usize> = (0..reached.len()).filter(|row| reached.get(*row) == Some(&true)).collect();
    while let Some(row) = queue.pop() {
        for source in sources.get(row).into_iter().flatten() {
            if reached.get(*source) != Some(&false) {
                continue;
            }
            for row in std::iter::once(source).chain(links.get(*source).into_iter().flatten()) {
                if let Some(seen) = reached.get_mut(*row).filter(|seen| !**seen) {
                    *seen = true;
                    queue.push(*row);
                }
            }
        }
    }
    reached
}

/// The entries that an entry's references lead to.
fn targets(walk: &Walk<'_, '_, '_>, entry: NodeId, name: NameId, rows: &HashMap<NodeId, usize>) -> Vec<usize> {
    let document = walk.document;
    let mut list = Vec::new();
    let mut node = entry.next();
    while node < document.end(entry) {
        let member = walk.member_of(node);
        if member.name == name
            && !member.beside
            && let Some(text) = document.as_str(node)
            && let Some(row) = found(walk, text, entry).and_then(|found| rows.get(&found))
        {
            list.push(*row);
        }
        node = node.next();
    }
    list
}
