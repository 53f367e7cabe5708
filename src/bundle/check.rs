//! What a bundle must hold to before it leaves: each entry has a fullUrl of its own, and each reference leads to an entry.
//!
//! FHIR R4, Bundle, bdl-7 and "Resolving references in Bundles". It looks at the JSON that leaves, not at what was meant.

use std::collections::{HashMap, HashSet};

use super::Bundle;
use crate::instance::{Kind, NodeRef};
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
    for (index, entry) in entries.iter().enumerate() {
        let mut lost = false;
        walk(*entry, &mut |node| {
            if node.key() == "reference" && node.as_str().is_some_and(|target| !known.contains(target)) {
                lost = true;
            }
        });
        if lost {
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

fn walk<'d>(node: NodeRef<'d>, visit: &mut impl FnMut(NodeRef<'d>)) {
    visit(node);
    if matches!(node.kind(), Kind::Array | Kind::Object) {
        for child in node.children() {
            walk(child, visit);
        }
    }
}
