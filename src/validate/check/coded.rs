//! Codes where they stand: what the walk asks of [`crate::terminology::judge`] for bindings, codings, units and `memberOf`.

use super::super::location::Frame;
use super::super::plan::{BindingPlan, Content, Nature};
use super::super::session::Member;
use super::super::walk::Walk;
use super::super::words::Words;
use super::unit as ucum;
use crate::fhirpath::TypeId;
use crate::instance::{Document, Kind, NameId, NodeId, Symbol};
use crate::issue::Code;
use crate::terminology::judge::{self, Bound, Coded, Finding};
use crate::terminology::systems::UCUM;
use crate::terminology::{Membership, ValueSetId};

/// A binding against the value at a node.
pub(crate) fn check<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    plan: &'v BindingPlan,
    node: NodeId,
    type_id: TypeId,
    frame: &Frame<'_>,
) {
    let terminology = walk.session.plans().terminology();
    let document = walk.document;
    let bound = Bound {
        strength: plan.strength,
        canonical: &plan.canonical,
        value_set: plan.value_set,
        max_canonical: &plan.max_canonical,
        max_value_set: plan.max_value_set,
    };
    if document.kind(node) == Kind::String {
        let text = document.text(node);
        judge::code(terminology, &bound, text, &mut |finding| tell_of(walk, plan, finding, frame, node));
        return;
    }
    let words = *walk.session.validator.words();
    match walk.object_plan(type_id).map(|object| object.nature) {
        Some(Nature::CodeableConcept) => {
            let list = walk.child(node, words.coding);
            let members = walk.session.members.as_slice();
            // One that stands without brackets was told, and is one still.
            let one = list.filter(|list| document.kind(*list) == Kind::Object);
            let list = list.filter(|list| document.kind(*list) == Kind::Array);
            let codings = list.map(|list| document.children(list)).into_iter().flatten().chain(one);
            let codings = codings.map(|coding| coded(document, members, &words, coding));
            // The iterator borrows the session's names, and the reporter the walk: what is to be said is kept until the end.
            let mut findings: [Option<Finding<'_>>; 4] = [None; 4];
            judge::concept(terminology, &bound, codings, &mut |finding| {
                if let Some(slot) = findings.iter_mut().find(|slot| slot.is_none()) {
                    *slot = Some(finding);
                }
            });
            for finding in findings.into_iter().flatten() {
                tell_of(walk, plan, finding, frame, node);
            }
        }
        Some(Nature::Coding | Nature::Quantity) => {
            let coding = coded(document, &walk.session.members, &words, node);
            judge::bound_coding(terminology, &bound, coding, &mut |finding| tell_of(walk, plan, finding, frame, node));
        }
        _ => {}
    }
}

/// The members of a Coding or a Quantity that make it a coding.
fn coded<'d>(document: &'d Document, members: &[Member], words: &Words, node: NodeId) -> Coded<'d> {
    let mut coding = Coded::default();
    if document.kind(node) != Kind::Object {
        return coding;
    }
    for (child, symbol, _) in document.members(node) {
        let Some(member) = members.get(symbol.index()).filter(|member| !member.beside) else { continue };
        let place = match member.name {
            name if name == words.system => &mut coding.system,
            name if name == words.code => &mut coding.code,
            name if name == words.display => &mut coding.display,
            _ => continue,
        };
        // Of a member that stands twice the first counts.
        *place = place.or(document.as_str(child));
    }
    coding
}

/// A Coding by itself.
pub(crate) fn coding(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let coding = coded(walk.document, &walk.session.members, &words, node);
    let terminology = walk.session.plans().terminology();
    judge::coding(terminology, coding, &mut |finding| tell(walk, finding, frame, node));
}

/// The unit of a Quantity: UCUM's by its grammar, another system's as a coding.
pub(crate) fn unit(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let coding = coded(walk.document, &walk.session.members, &words, node);
    let (Some(system), Some(code)) = (coding.system, coding.code) else { return };
    if system == UCUM {
        if !ucum::is_unit(code) {
            walk.fault(Code::Unit, frame, node, |fault| {
                fault
                    .message("the code is no unit of UCUM")
                    .help("see ucum.org, and mind capitals: `mg/dL`")
                    .value(code)
            });
        }
        return;
    }
    let terminology = walk.session.plans().terminology();
    judge::coding(terminology, coding, &mut |finding| tell(walk, finding, frame, node));
}

/// Tells what a binding comes to; that it cannot be decided is told once a binding and document, where it is met first.
fn tell_of(walk: &mut Walk<'_, '_, '_>, plan: &BindingPlan, finding: Finding<'_>, frame: &Frame<'_>, node: NodeId) {
    let once = finding.code != Code::BindingUndecided
        || (!walk.is_silent() && walk.session.undecided.insert(std::ptr::from_ref(plan) as usize));
    if once {
        tell(walk, finding, frame, node);
    }
}

fn tell(walk: &mut Walk<'_, '_, '_>, finding: Finding<'_>, frame: &Frame<'_>, node: NodeId) {
    walk.fault_of(finding.code, finding.severity, frame, node, |fault| {
        let fault = fault.message(finding.message()).help(finding.help());
        match finding.value() {
            Some(value) => fault.value(value),
            None => fault,
        }
    });
}

/// Whether the code of a value is in a value set, for telling slices apart.
pub(crate) fn is_in(walk: &mut Walk<'_, '_, '_>, node: NodeId, content: Content, set: Option<ValueSetId>) -> bool {
    let Some(set) = set else { return false };
    let document = walk.document;
    let words = *walk.session.validator.words();
    let terminology = walk.session.plans().terminology();
    let holds = |coding: Coded<'_>| {
        let code = coding.code.unwrap_or_default();
        terminology.contains_or_ask(set, coding.system, code) == Membership::In
    };
    // A code by itself means nothing but where the element has a code system of its own.
    let is_one = |coding: Coded<'_>| coding.system.is_some() && holds(coding);
    match content {
        Content::Primitive(..) => holds(Coded { code: document.as_str(node), ..Coded::default() }),
        _ => match walk.child(node, words.coding) {
            Some(list) => {
                let members = walk.session.members.as_slice();
                document.children(list).any(|coding| is_one(coded(document, members, &words, coding)))
            }
            None => is_one(coded(document, &walk.session.members, &words, node)),
        },
    }
}

/// FHIRPath's `memberOf`: `None` where it cannot be decided.
pub(crate) fn member_of(walk: &Walk<'_, '_, '_>, value_set: &str, node: NodeId) -> Option<bool> {
    let terminology = walk.session.plans().terminology();
    let set = terminology.value_set(value_set)?;
    let document = walk.document;
    let words = walk.session.validator.words();
    let of = |coding: Coded<'_>| terminology.contains_or_ask(set, coding.system, coding.code.unwrap_or_default());
    let members = walk.session.members.as_slice();
    let membership = match document.kind(node) {
        Kind::String => of(Coded { code: document.as_str(node), ..Coded::default() }),
        Kind::Object => match named(document, members, node, words.coding) {
            Some(list) => {
                let codings = document.children(list).map(|coding| of(coded(document, members, words, coding)));
                codings.fold(Membership::Out, Membership::or)
            }
            None => of(coded(document, members, words, node)),
        },
        _ => return None,
    };
    match membership {
        Membership::In => Some(true),
        Membership::Out => Some(false),
        Membership::Undecided(_) => None,
    }
}

/// FHIRPath's `subsumes`: whether a code of the first is one of the second or above it, in one code system; `None` where no such pair
/// can be told.
pub(crate) fn subsumes(walk: &Walk<'_, '_, '_>, general: NodeId, special: NodeId) -> Option<bool> {
    let terminology = walk.session.plans().terminology();
    let (above, below) = (codings(walk, general), codings(walk, special));
    let (mut told, mut is_open) = (None, false);
    for (above, below) in above.iter().flat_map(|above| below.iter().map(move |below| (above, below))) {
        let (Some(system), Some(code), Some(other)) = (above.system, above.code, below.code) else { continue };
        if below.system != Some(system) {
            continue;
        }
        let id = terminology.code_system(system);
        match if code == other { Some(true) } else { id.and_then(|id| terminology.subsumes(id, code, other)) } {
            Some(true) => return Some(true),
            Some(false) => told = Some(false),
            None => is_open = true,
        }
    }
    told.filter(|_| !is_open)
}

/// The codings of a concept, or the one that a Coding is.
fn codings<'w>(walk: &Walk<'w, '_, '_>, node: NodeId) -> Vec<Coded<'w>> {
    let (document, members, words) = (walk.document, &walk.session.members, walk.session.validator.words());
    if document.kind(node) != Kind::Object {
        return Vec::new();
    }
    match named(document, members, node, words.coding) {
        Some(list) => document.children(list).map(|coding| coded(document, members, words, coding)).collect(),
        None => vec![coded(document, members, words, node)],
    }
}

fn named(document: &Document, members: &[Member], node: NodeId, name: NameId) -> Option<NodeId> {
    let is_it =
        |symbol: Symbol| members.get(symbol.index()).is_some_and(|member| member.name == name && !member.beside);
    document.members(node).find(|(_, symbol, _)| is_it(*symbol)).map(|(child, ..)| child)
}
