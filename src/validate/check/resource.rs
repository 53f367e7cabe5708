//! Resources as a whole: the narrative that they should have, and what is contained in them (FHIR R4, DomainResource, dom-2 to dom-6).

use super::super::location::{Frame, Step};
use super::super::plan::Plan;
use super::super::walk::{Stands, Walk};
use crate::instance::{Document, Kind, NodeId};
use crate::issue::Code;

/// How many contained resources may each look for what refers to them; more share one list of what is referred to, so that no
/// resource costs the square of its size.
const FEW: usize = 8;

/// What must hold of a resource by where it stands.
pub(crate) fn check(walk: &mut Walk<'_, '_, '_>, node: NodeId, plan: &Plan, frame: &Frame<'_>, stands: Stands) {
    let words = *walk.session.validator.words();
    let is_contained = matches!(stands, Stands::Contained(_));
    if is_contained && walk.child(node, words.id).is_none() {
        walk.fault(Code::Contained, frame, node, |fault| {
            fault.message("a contained resource needs an id").help("references find it by `#` and that id")
        });
    }
    if !is_contained && walk.session.plans().is_derived(&plan.type_name, "DomainResource") {
        let div = walk.child(node, words.text).and_then(|text| walk.child(text, words.div));
        if div.is_none() {
            walk.fault(Code::NoNarrative, frame, node, |fault| {
                fault
                    .message("dom-6: a resource should have a narrative")
                    .help("say in text.div what a person must know")
            });
        }
    }
    if walk.request.skip_contained {
        return;
    }
    if let Some(list) = walk.child(node, words.contained).filter(|list| walk.document.kind(*list) == Kind::Array) {
        let list_frame = frame.below(Step::Member("contained"), list);
        let document = walk.document;
        let targets = (document.child_count(list) > FEW).then(|| targets(document, node));
        let resources = (0..).zip(document.children(list));
        for (index, resource) in resources.filter(|(_, resource)| document.kind(*resource) == Kind::Object) {
            let frame = list_frame.below(Step::Item(index), resource);
            contained(walk, (node, targets.as_deref()), resource, &frame);
        }
    }
}

fn contained(walk: &mut Walk<'_, '_, '_>, container: (NodeId, Option<&[&str]>), resource: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    if let Some(nested) = walk.child(resource, words.contained) {
        walk.fault(Code::Contained, frame, nested, |fault| {
            fault
                .message("dom-2: a contained resource must not contain others")
                .help("contain them in the outer resource")
        });
    }
    if !is_referred_to(walk, container, resource) {
        walk.fault(Code::Contained, frame, resource, |fault| {
            let message = "dom-3: nothing refers to this contained resource, nor does it refer to what contains it";
            fault.message(message).help("refer to it by `#` and its id, or leave it out")
        });
    }
    let Some(meta) = walk.child(resource, words.meta) else { return };
    for name in [words.version_id, words.last_updated] {
        if let Some(found) = walk.child(meta, name) {
            walk.fault(Code::Contained, frame, found, |fault| {
                fault.message("dom-4: a contained resource has no version of its own").help("leave it out of its meta")
            });
        }
    }
    if let Some(found) = walk.child(meta, words.security) {
        walk.fault(Code::Contained, frame, found, |fault| {
            fault
                .message("dom-5: a contained resource has no security labels of its own")
                .help("label the outer resource")
        });
    }
}

/// Whether anything in the container is `#` and the resource's id, or anything in the resource is `#`.
fn is_referred_to(walk: &Walk<'_, '_, '_>, (container, targets): (NodeId, Option<&[&str]>), resource: NodeId) -> bool {
    let document = walk.document;
    let Some(id) = walk.text_of(resource, walk.session.validator.words().id) else { return false };
    let by_id = match targets {
        Some(targets) => targets.binary_search(&id).is_ok(),
        None => fragments(document, container).any(|target| target == id),
    };
    by_id || fragments(document, resource).any(str::is_empty)
}

/// What stands behind `#` in the texts of a subtree.
fn fragments(document: &Document, root: NodeId) -> impl Iterator<Item = &str> {
    let nodes = std::iter::successors(Some(root), |node| Some(node.next()));
    let nodes = nodes.take_while(move |node| *node < document.end(root));
    nodes.filter_map(|node| document.as_str(node)?.strip_prefix('#'))
}

/// The same, sorted.
fn targets(document: &Document, root: NodeId) -> Vec<&str> {
    let mut list: Vec<&str> = fragments(document, root).collect();
    list.sort_unstable();
    list
}
