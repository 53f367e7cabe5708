//! What a bundle must hold to before it leaves: each entry has a fullUrl of its own, and each reference leads to an entry.
//!
//! FHIR R4, Bundle, bdl-7 and "Resolving references in Bundles". It looks at the JSON that leaves, not at what was meant.

use std::collections::{HashMap, HashSet};

use super::Bundle;
use crate::instance::{NodeId, NodeRef};
use crate::issue::{Code, Issue, Issues};

/// Reports what does not hold; the place is that of the item which the faulty entry was made of.
pub fn check(bundle: &Bundle, issues: &mut Issues) {
    let Some(root) = bundle.document.root() else { return };
    let entries: Vec<NodeRef<'_>> = root.get("entry").map(|list| list.children().collect()).unwrap_or_default();
    let mut known = HashSet::new();
    let mut owners: HashMap<&str, usize> = HashMap::new();
    let mut faults = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let full_url = entry.get("fullUrl").and_then(|node| node.as_str()).unwrap_or_default();
        if full_url.is_empty() || owners.insert(full_url, index).is_some() {
            faults.push((index, Code::BundleRule, "the entry has no fullUrl of its own"));
        }
        known.insert(full_url.to_owned());
        if let Some(resource) = entry.get("resource") {
            let text = |name: &str| resource.get(name).and_then(|node| node.as_str()).unwrap_or_default();
            known.insert(format!("{}/{}", text("resourceType"), text("id")));
        }
    }
    let document = &bundle.document;
    let reference = document.find_symbol("reference");
    for (index, entry) in entries.iter().enumerate() {
        // What is below an entry stands after it, without a gap.
        let mut below = (entry.id().0..document.end(entry.id()).0).map(NodeId);
        let is_lost = |node: NodeId| {
            Some(document.symbol(node)) == reference && document.as_str(node).is_some_and(|to| !known.contains(to))
        };
        if below.any(is_lost) {
            faults.push((
                index,
                Code::UnresolvedReference,
                "a reference of this resource leads to no entry of the bundle",
            ));
        }
    }
    for (index, code, message) in faults {
        let place = bundle.places.get(index).map(|at| at.0).unwrap_or_default();
        let issue = Issue::new(code, message).at(place).path(format!("Bundle.entry[{index}]"));
        issues.add(issue.help("this is a defect of case2fhir; please report it"));
    }
}
