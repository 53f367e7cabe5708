//! A bundle's links: relations that stand once, and those that only search results have.

use super::super::super::location::{Frame, Step};
use super::super::super::walk::Walk;
use crate::instance::NodeId;
use crate::issue::Code;

/// Relations of which a bundle has one at most.
const ONCE: &[&str] = &["self", "first", "previous", "next", "last"];

/// Relations that lead through pages of results.
const PAGES: &[&str] = &["first", "previous", "next", "last"];

pub(super) fn check(walk: &mut Walk<'_, '_, '_>, kind: &str, list: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    let list_frame = frame.below(Step::Member("link"), list);
    let mut met = [false; ONCE.len()];
    for (index, link) in (0..).zip(document.children(list)) {
        let Some(node) = walk.child(link, words.relation) else { continue };
        let Some(relation) = document.as_str(node) else { continue };
        let link_frame = list_frame.below(Step::Item(index), link);
        let relation_frame = link_frame.below(Step::Member("relation"), node);
        let is_paged = matches!(kind, "searchset" | "history");
        let once = ONCE.iter().position(|once| *once == relation).and_then(|row| met.get_mut(row));
        let twice = once.is_some_and(|met| std::mem::replace(met, true));
        if PAGES.contains(&relation) && !is_paged {
            walk.fault(Code::BundleLink, &relation_frame, node, |fault| {
                fault.message("links of this relation belong to search results and histories only")
            });
        } else if twice {
            // The reference validator has it so: at the link in pages, at the relation elsewhere.
            let place = if is_paged { (&link_frame, link) } else { (&relation_frame, node) };
            walk.fault(Code::BundleLink, place.0, place.1, |fault| {
                fault.message("a link of this relation stands there already").help("keep one")
            });
        }
    }
}
