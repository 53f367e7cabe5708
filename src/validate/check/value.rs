//! Fixed values, patterns, least and greatest values, lengths; and the other checks by their kind.

use super::super::location::{Frame, Step};
use super::super::plan::{Check, Plan, Shape, Value};
use super::super::walk::{Scope, Walk, of_profile};
use super::{attachment, coded, invariant, limit};
use crate::fhirpath::TypeId;
use crate::instance::{Kind, NameId, NodeId};
use crate::issue::Code;

/// Applies one check to a value; `plan` is the profile that asks for it, if one does.
pub(crate) fn apply<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    check: &'v Check,
    node: NodeId,
    plan: Option<&'v Plan>,
    type_id: TypeId,
    frame: &Frame<'_>,
    scope: &Scope,
) {
    let url = plan.map_or("", |plan| &plan.url);
    match check {
        Check::Fixed(value) => {
            if !equals(walk, node, value) {
                unlike(walk, node, value, NodeId::ROOT, frame, url);
            }
        }
        Check::Pattern(value) => {
            if !contains(walk, node, value) {
                walk.fault(Code::PatternValue, frame, node, |fault| {
                    let wanted = crate::instance::to_json(&value.document);
                    fault.message(format!("the value must contain {wanted}")).help(of_profile(url))
                });
            }
        }
        Check::MinValue(value) => {
            if limit::compare(walk.document, node, value, walk.request.now, true) == Some(std::cmp::Ordering::Less) {
                walk.fault(Code::ValueLimit, frame, node, |fault| {
                    let wanted = crate::instance::to_json(&value.document);
                    fault.message(format!("the value must not be less than {wanted}")).help(of_profile(url))
                });
            }
        }
        Check::MaxValue(value) => {
            if limit::compare(walk.document, node, value, walk.request.now, false) == Some(std::cmp::Ordering::Greater)
            {
                walk.fault(Code::ValueLimit, frame, node, |fault| {
                    let wanted = crate::instance::to_json(&value.document);
                    fault.message(format!("the value must not be more than {wanted}")).help(of_profile(url))
                });
            }
        }
        Check::MaxLength(length) => {
            let text = walk.document.text(node);
            if text.len() > *length as usize && text.chars().count() > *length as usize {
                walk.fault(Code::MaxLength, frame, node, |fault| {
                    fault.message(format!("the text may have {length} characters at most")).help(of_profile(url))
                });
            }
        }
        Check::MaxSize(limit) => {
            let words = walk.session.validator.words();
            let (data, size) = match walk.document.kind(node) {
                Kind::Object => {
                    let size = walk.child(node, words.size).map(|size| walk.document.text(size));
                    (walk.text_of(node, words.data), size)
                }
                _ => (walk.document.as_str(node), None),
            };
            if attachment::is_larger(data, size, *limit) {
                walk.fault(Code::Attachment, frame, node, |fault| {
                    fault.message(format!("this may have {limit} bytes at most")).help(of_profile(url))
                });
            }
        }
        Check::Binding(plan) => coded::check(walk, plan, node, type_id, frame),
        Check::Invariant(rule) => invariant::check(walk, rule, (node, type_id), plan, frame, scope),
    }
}

/// Whether a value is exactly the one of a definition.
pub(crate) fn equals(walk: &Walk<'_, '_, '_>, node: NodeId, value: &Value) -> bool {
    match &value.shape {
        Shape::Text(text) => walk.document.as_str(node) == Some(text),
        _ => same(walk, node, value, NodeId::ROOT, Same::Exactly),
    }
}

/// Whether a value contains the one of a definition: more members and more items may be there (FHIR R4, ElementDefinition.pattern[x]).
pub(crate) fn contains(walk: &Walk<'_, '_, '_>, node: NodeId, value: &Value) -> bool {
    let document = walk.document;
    match &value.shape {
        Shape::Text(text) => document.as_str(node) == Some(text),
        Shape::Texts(texts) => has_texts(walk, node, texts),
        Shape::List(name, texts) => {
            let list = member(walk, node, *name).filter(|list| document.kind(*list) == Kind::Array);
            list.is_some_and(|list| document.children(list).any(|item| has_texts(walk, item, texts)))
        }
        Shape::Other => same(walk, node, value, NodeId::ROOT, Same::Within),
    }
}

fn member(walk: &Walk<'_, '_, '_>, node: NodeId, name: NameId) -> Option<NodeId> {
    if walk.document.kind(node) != Kind::Object {
        return None;
    }
    let names = walk.session.names.as_slice();
    let mut members = walk.document.members(node);
    members.find(|(_, symbol, _)| names.get(symbol.index()) == Some(&name)).map(|(own, ..)| own)
}

fn has_texts(walk: &Walk<'_, '_, '_>, node: NodeId, texts: &[(NameId, Box<str>)]) -> bool {
    walk.document.kind(node) == Kind::Object
        && texts
            .iter()
            .all(|(name, text)| member(walk, node, *name).and_then(|own| walk.document.as_str(own)) == Some(text))
}

/// Says where a value differs from the one that is fixed: at each member that is another, is too much, or is missing.
fn unlike(walk: &mut Walk<'_, '_, '_>, node: NodeId, value: &Value, wanted: NodeId, frame: &Frame<'_>, url: &str) {
    let (have, want) = (walk.document, &value.document);
    let names = |walk: &Walk<'_, '_, '_>, member: NodeId| {
        let name = value.names.get(want.symbol(member).index()).copied().unwrap_or(NameId::NONE);
        have.children(node).find(|own| walk.name_of(*own) == name)
    };
    match (have.kind(node), want.kind(wanted)) {
        (Kind::Object, Kind::Object) => {
            for member in want.children(wanted) {
                match names(walk, member) {
                    Some(own) if same(walk, own, value, member, Same::Exactly) => {}
                    Some(own) => {
                        let inner = frame.below(Step::Member(have.key(own)), own);
                        unlike(walk, own, value, member, &inner, url);
                    }
                    None => walk.fault(Code::FixedValue, frame, node, |fault| {
                        let name = want.key(member);
                        let message = format!("the value is fixed, and its member `{name}` is missing here");
                        fault.message(message).help(of_profile(url))
                    }),
                }
            }
            for own in have.children(node) {
                if !want.children(wanted).any(|member| names(walk, member) == Some(own)) {
                    let inner = frame.below(Step::Member(have.key(own)), own);
                    // A member that FHIR does not have has no path of its own.
                    let is_known = walk.member_of(own).name != NameId::NONE;
                    walk.fault(Code::FixedValue, if is_known { &inner } else { frame }, own, |fault| {
                        fault.message("the value is fixed, and has no such member").help(of_profile(url)).of_name()
                    });
                }
            }
        }
        (Kind::Array, Kind::Array) if have.child_count(node) == want.child_count(wanted) => {
            for (index, (own, item)) in (0..).zip(have.children(node).zip(want.children(wanted))) {
                if !same(walk, own, value, item, Same::Exactly) {
                    unlike(walk, own, value, item, &frame.below(Step::Item(index), own), url);
                }
            }
        }
        _ => walk.fault(Code::FixedValue, frame, node, |fault| {
            let json = crate::instance::node_to_json(want.node_ref(wanted));
            fault.message(format!("the value must be exactly {json}")).help(of_profile(url))
        }),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Same {
    Exactly,
    Within,
}

fn same(walk: &Walk<'_, '_, '_>, node: NodeId, value: &Value, wanted: NodeId, how: Same) -> bool {
    let (have, want) = (walk.document, &value.document);
    match (have.kind(node), want.kind(wanted)) {
        (Kind::Object, Kind::Object) => {
            let fits = want.children(wanted).all(|member| {
                let name = value.names.get(want.symbol(member).index()).copied().unwrap_or(NameId::NONE);
                let own = have.children(node).find(|own| walk.name_of(*own) == name);
                own.is_some_and(|own| same(walk, own, value, member, how))
            });
            fits && (how == Same::Within || have.child_count(node) == want.child_count(wanted))
        }
        (Kind::Array, Kind::Array) if how == Same::Exactly => {
            have.child_count(node) == want.child_count(wanted)
                && have.children(node).zip(want.children(wanted)).all(|(own, item)| same(walk, own, value, item, how))
        }
        (Kind::Array, Kind::Array) => {
            want.children(wanted).all(|item| have.children(node).any(|own| same(walk, own, value, item, how)))
        }
        // An item that stands without brackets was told, and is one still.
        (Kind::Object, Kind::Array) if how == Same::Within => {
            want.children(wanted).all(|item| same(walk, node, value, item, how))
        }
        (Kind::Number, Kind::Number) => {
            have.text(node) == want.text(wanted)
                || super::limit::decimal(have.text(node), want.text(wanted)) == Some(std::cmp::Ordering::Equal)
        }
        (Kind::String, Kind::String) => have.text(node) == want.text(wanted),
        (Kind::Bool(own), Kind::Bool(other)) => own == other,
        _ => false,
    }
}
