//! StructureDefinitions: how they slice lists (FHIR R4, ElementDefinition.slicing; Profiling, Discriminator).
//!
//! What their own invariants say (sdf-1 to sdf-23, eld-1 to eld-22) is not said again. A definition that names types or bases which
//! are not at hand is let be: nothing is guessed.

mod discriminator;

use super::super::location::{Frame, Step};
use super::super::walk::Walk;
use crate::instance::{Document, Kind, NodeId};
use crate::issue::Code;

/// What must hold of the slicing in a StructureDefinition.
pub(crate) fn check(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    // A snapshot repeats what its differential says.
    let Some((name, part)) = [("differential", words.differential), ("snapshot", words.snapshot)]
        .into_iter()
        .find_map(|(name, word)| Some((name, walk.child(node, word)?)))
    else {
        return;
    };
    let Some(list) = walk.child(part, words.element).filter(|list| document.kind(*list) == Kind::Array) else { return };
    let part_frame = frame.below(Step::Member(name), part);
    let list_frame = part_frame.below(Step::Member("element"), list);
    let type_name = walk.text_of(node, words.type_).unwrap_or_default();
    for (index, element) in (0..).zip(document.children(list)) {
        let (Some(slicing), Some(path)) = (walk.child(element, words.slicing), walk.text_of(element, words.path))
        else {
            continue;
        };
        let frame = list_frame.below(Step::Item(index), element);
        discriminators(walk, slicing, (type_name, path), &frame);
    }
    if name == "differential" && walk.text_of(node, words.derivation) == Some("constraint") {
        redefined(walk, node, list, frame);
    }
}

/// The paths of discriminators lead to something that the sliced element has.
fn discriminators(walk: &mut Walk<'_, '_, '_>, slicing: NodeId, (type_name, path): (&str, &str), frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    let Some(list) = walk.child(slicing, words.discriminator) else { return };
    let slicing_frame = frame.below(Step::Member("slicing"), slicing);
    let list_frame = slicing_frame.below(Step::Member("discriminator"), list);
    for (index, item) in (0..).zip(document.children(list)) {
        let Some(written) = walk.text_of(item, words.path) else { continue };
        if discriminator::leads_nowhere(walk.session.plans(), type_name, path, written) {
            walk.fault(Code::DefinitionSlicing, &list_frame.below(Step::Item(index), item), item, |fault| {
                fault
                    .message("the discriminator's path leads to nothing that the sliced element has")
                    .help("start at the sliced element, and write the names of its own elements")
                    .value(written)
            });
        }
    }
}

/// Extensions are told apart by their url (FHIR R4, Extensibility): a slice of them that is sliced again is so by the same rules, as
/// HL7's validator has it. Where the base slices them already it says nothing, nor of other lists, whose slices may be sliced further.
fn redefined(walk: &mut Walk<'_, '_, '_>, node: NodeId, list: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    for element in document.children(list) {
        let Some(slicing) = walk.child(element, words.slicing) else { continue };
        let path = walk.text_of(element, words.path).unwrap_or_default();
        let Some((parent, _)) = path.rsplit_once('.') else { continue };
        let is_extension = path.ends_with(".extension") || path.ends_with(".modifierExtension");
        let is_slice = walk.child(element, words.slice_name).is_some();
        if is_slice || !is_extension || !is_unsliced_in_base(walk, node, path) {
            continue;
        }
        let mut next = document.end(element);
        while next < document.end(list) {
            let other = next;
            next = document.end(other);
            let other_path = walk.text_of(other, words.path).unwrap_or_default();
            let is_inside = other_path.strip_prefix(parent).is_some_and(|rest| rest.starts_with('.'));
            if !is_inside {
                break;
            }
            let (Some(again), true) = (walk.child(other, words.slicing), other_path == path) else { continue };
            // The same list again is told apart by itself, which keeps this loop short.
            if walk.child(other, words.slice_name).is_none() {
                break;
            }
            if !is_same_slicing(walk, slicing, again) {
                walk.fault(Code::DefinitionSlicing, frame, again, |fault| {
                    fault
                        .message("a slice of extensions says anew, and otherwise, how they are sliced")
                        .help("say it once, where the list itself is; slices of a slice have the same discriminators")
                });
            }
        }
    }
}

/// Whether the definition that this one is derived from is at hand, has the element, and does not slice it.
fn is_unsliced_in_base(walk: &mut Walk<'_, '_, '_>, node: NodeId, path: &str) -> bool {
    let word = walk.session.validator.words().base_definition;
    let base = walk.text_of(node, word).and_then(|base| walk.session.find(base));
    let Some(base) = base.and_then(|base| walk.session.plans().library().structure(base)) else { return false };
    let mut elements = base.elements.iter().filter(|element| *element.path == *path).peekable();
    elements.peek().is_some() && elements.all(|element| element.slicing.is_none())
}

/// Whether two slicings say the same; what only the first says, the second need not repeat.
fn is_same_slicing(walk: &Walk<'_, '_, '_>, first: NodeId, second: NodeId) -> bool {
    let words = walk.session.validator.words();
    let document = walk.document;
    let said = |slicing: NodeId, word| walk.child(slicing, word).map(|value| document.text(value));
    let agrees = |word| match (said(first, word), said(second, word)) {
        (first, Some(second)) => first == Some(second),
        (_, None) => true,
    };
    agrees(words.ordered)
        && agrees(words.rules)
        && discriminators_of(walk, document, first).eq(discriminators_of(walk, document, second))
}

/// Type and path of each discriminator.
fn discriminators_of<'w>(
    walk: &Walk<'w, '_, '_>,
    document: &'w Document,
    slicing: NodeId,
) -> impl Iterator<Item = (Option<&'w str>, Option<&'w str>)> {
    let words = walk.session.validator.words();
    let list = walk.child(slicing, words.discriminator).into_iter();
    list.flat_map(|list| document.children(list))
        .map(|item| (walk.text_of(item, words.type_), walk.text_of(item, words.path)))
}
