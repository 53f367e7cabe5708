//! Search results: each entry has a resource, and says why it is there.

use super::super::super::location::{Frame, Step};
use super::super::super::walk::Walk;
use crate::instance::{Kind, NodeId};
use crate::issue::{Code, Severity};

pub(super) fn check(walk: &mut Walk<'_, '_, '_>, bundle: NodeId, list: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    let links = walk.child(bundle, words.link).filter(|list| document.kind(*list) == Kind::Array);
    let has_self = links
        .is_some_and(|list| document.children(list).any(|link| walk.text_of(link, words.relation) == Some("self")));
    if !has_self {
        walk.fault_of(Code::BundleLink, Severity::Warning, frame, bundle, |fault| {
            fault.message("search results should have a link `self` that says what was searched")
        });
    }
    let asked = links.and_then(|list| asked(walk, list));
    let list_frame = frame.below(Step::Member("entry"), list);
    let entries = (0..).zip(document.children(list));
    for (index, entry) in entries.filter(|(_, entry)| document.kind(*entry) == Kind::Object) {
        let entry_frame = list_frame.below(Step::Item(index), entry);
        let Some(resource) = walk.child(entry, words.resource) else {
            walk.fault(Code::BundleRequest, &entry_frame, entry, |fault| {
                fault.message("an entry of search results must have a resource")
            });
            continue;
        };
        let resource_frame = entry_frame.below(Step::Member("resource"), resource);
        let mode = walk.child(entry, words.search).and_then(|search| walk.text_of(search, words.mode));
        let name = walk.text_of(resource, words.resource_type).unwrap_or_default();
        let has_id = walk.child(resource, words.id).is_some();
        let (needs_id, severity) = match mode {
            Some("match" | "include") => (true, Severity::Error),
            _ => (name != "OperationOutcome", Severity::Warning),
        };
        if needs_id && !has_id {
            walk.fault_of(Code::BundleRequest, severity, &resource_frame, resource, |fault| {
                fault.message("resources of search results have ids")
            });
        }
        if mode == Some("match") && asked.is_some_and(|asked| !asked.contains(name)) {
            walk.fault(Code::BundleRequest, &resource_frame, resource, |fault| {
                fault.message("a match of the search is of a type that was searched")
            });
        }
        if mode == Some("outcome") && name != "OperationOutcome" {
            walk.fault(Code::BundleRequest, &resource_frame, resource, |fault| {
                fault.message("an entry of mode `outcome` holds an OperationOutcome")
            });
        }
    }
}

/// What the self link says was searched.
#[derive(Clone, Copy)]
enum Asked<'w> {
    /// One type: `https://server/Patient?name=x`.
    Type(&'w str),
    /// Several, with commas between them: `https://server?_type=Patient,Practitioner`.
    Types(&'w str),
}

impl Asked<'_> {
    fn contains(self, name: &str) -> bool {
        match self {
            Self::Type(own) => own == name,
            Self::Types(list) => list.split(',').any(|own| own == name),
        }
    }
}

fn asked<'w>(walk: &Walk<'w, '_, '_>, links: NodeId) -> Option<Asked<'w>> {
    let words = walk.session.validator.words();
    let document = walk.document;
    let link = document.children(links).find(|link| walk.text_of(*link, words.relation) == Some("self"))?;
    let url = walk.text_of(link, words.url)?;
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let name = path.rsplit('/').next().filter(|name| walk.session.plans().type_definition(name).is_some());
    let types = || query.split('&').find_map(|parameter| parameter.strip_prefix("_type="));
    name.map(Asked::Type).or_else(|| types().map(Asked::Types))
}
