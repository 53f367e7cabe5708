//! Bundles: what stands first, fullUrls, links, and the references of documents (FHIR R4, Bundle, Documents).
//!
//! What the definition's own invariants say (bdl-1 to bdl-12) is not said again. Severities are those of HL7's validator.

mod links;
mod reach;
mod search;

use super::super::location::{Frame, Step};
use super::super::walk::Walk;
use crate::instance::{Kind, NodeId};
use crate::issue::{Code, Severity};

/// What must hold of a bundle beyond its invariants.
pub(crate) fn check(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let kind = walk.text_of(node, words.type_).unwrap_or_default();
    let list = walk.child(node, words.entry).filter(|list| walk.document.kind(*list) == Kind::Array);
    let first = list.and_then(|list| walk.document.children(list).next());
    if let Some(list) = walk.child(node, words.link).filter(|list| walk.document.kind(*list) == Kind::Array) {
        links::check(walk, kind, list, frame);
    }
    let Some((list, first)) = list.zip(first) else {
        if matches!(kind, "document" | "message") {
            walk.fault(Code::BundleDocument, frame, node, |fault| {
                fault
                    .message("a document or message has at least one entry")
                    .help("put its Composition or MessageHeader first")
            });
        }
        return;
    };
    match kind {
        "document" => opens_with(walk, (list, first), "Composition", frame),
        "message" => opens_with(walk, (list, first), "MessageHeader", frame),
        "searchset" => search::check(walk, node, list, frame),
        _ => {}
    }
    let list_frame = frame.below(Step::Member("entry"), list);
    // Histories have a resource many times.
    let doubled = if kind == "history" { Vec::new() } else { walk.doubled() };
    let document = walk.document;
    let entries = (0..).zip(document.children(list));
    for (index, entry) in entries.filter(|(_, entry)| document.kind(*entry) == Kind::Object) {
        let entry_frame = list_frame.below(Step::Item(index), entry);
        full_url(walk, kind, entry, &entry_frame);
        if doubled.binary_search(&entry).is_ok() {
            walk.fault(Code::BundleFullUrl, &entry_frame, entry, |fault| {
                let message = "bdl-7: the fullUrl stands in another entry too, with the same version";
                fault.message(message).help("give each its own")
            });
        }
    }
    if matches!(kind, "document" | "message") {
        reach::check(walk, kind, list, &list_frame);
    }
}

/// Documents open with their Composition, messages with their MessageHeader.
fn opens_with(walk: &mut Walk<'_, '_, '_>, (list, first): (NodeId, NodeId), wanted: &str, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let list_frame = frame.below(Step::Member("entry"), list);
    let first_frame = list_frame.below(Step::Item(0), first);
    let Some(resource) = walk.child(first, words.resource) else {
        walk.fault(Code::BundleDocument, &first_frame, first, |fault| {
            fault.message(format!("the first entry has no resource, and must have the {wanted}"))
        });
        return;
    };
    if walk.text_of(resource, words.resource_type) != Some(wanted) {
        walk.fault(Code::BundleDocument, &first_frame, resource, |fault| {
            fault.message(format!("the resource of the first entry must be the {wanted}")).help("move it to the front")
        });
        return;
    }
    let member = first_frame.below(Step::Member("resource"), resource);
    let frame = member.below(Step::Resource(wanted), resource);
    match wanted {
        "Composition" => reach::composition(walk, first, resource, &frame),
        _ => reach::message(walk, first, resource, &frame),
    }
}

/// An entry says where its resource is, unless it is to be stored, or was; and the resource's id agrees with it.
fn full_url(walk: &mut Walk<'_, '_, '_>, kind: &str, entry: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let Some(url) = walk.text_of(entry, words.full_url) else {
        if !matches!(kind, "transaction" | "transaction-response" | "batch" | "batch-response") {
            walk.fault(Code::BundleFullUrl, frame, entry, |fault| {
                fault
                    .message("the entry has no fullUrl")
                    .help("entries need one in all bundles but transactions and batches")
            });
        }
        return;
    };
    if url.as_bytes().contains(&b'_') && url.contains("/_history/") {
        walk.fault(Code::BundleFullUrl, frame, entry, |fault| {
            fault.message("bdl-8: a fullUrl has no version").help("leave out what follows the id")
        });
    }
    let Some(resource) = walk.child(entry, words.resource) else { return };
    let Some(id) = walk.text_of(resource, words.id) else { return };
    let by_server = url.starts_with("http://") || url.starts_with("https://");
    if by_server && !url.strip_suffix(id).is_some_and(|rest| rest.ends_with('/')) {
        walk.fault_of(Code::BundleFullUrl, Severity::Warning, frame, entry, |fault| {
            fault.message("the fullUrl ends with another id than the resource has").help("make both the same")
        });
    }
}
