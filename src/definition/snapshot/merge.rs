//! Lays what an element of a differential states over what its element inherits.

use crate::definition::{ElementDefinition, Given};

/// Types whose values are codes or hold some, so that a binding means something.
const BINDABLE: [&str; 9] =
    ["code", "Coding", "CodeableConcept", "Quantity", "string", "uri", "canonical", "CodeableReference", "Duration"];

/// Lays `stated` over `element`; constraints without a source get the canonical of the definition that states them.
pub(super) fn merge(element: &mut ElementDefinition, stated: &ElementDefinition, source: &str) {
    if stated.given.has(Given::MIN) {
        element.min = stated.min;
    }
    if stated.given.has(Given::MAX) {
        element.max = stated.max;
    }
    if stated.given.has(Given::IS_MODIFIER) {
        element.is_modifier = stated.is_modifier;
    }
    if stated.given.has(Given::MUST_SUPPORT) {
        element.must_support = stated.must_support;
    }
    // An element that shares another one's content is a backbone; to say so again does not change what it shares.
    let says_backbone = stated.types.iter().all(|kind| matches!(&*kind.code, "BackboneElement" | "Element"));
    if !stated.types.is_empty() && (element.content_reference.is_empty() || !says_backbone) {
        element.types.clone_from(&stated.types);
        element.content_reference = "".into();
    }
    if !stated.content_reference.is_empty() {
        element.content_reference.clone_from(&stated.content_reference);
        element.types.clear();
    }
    text(&mut element.fixed, &mut element.fixed_type, &stated.fixed, &stated.fixed_type);
    text(&mut element.pattern, &mut element.pattern_type, &stated.pattern, &stated.pattern_type);
    text(&mut element.min_value, &mut element.min_value_type, &stated.min_value, &stated.min_value_type);
    text(&mut element.max_value, &mut element.max_value_type, &stated.max_value, &stated.max_value_type);
    if stated.max_length.is_some() {
        element.max_length = stated.max_length;
    }
    if stated.max_size.is_some() {
        element.max_size = stated.max_size;
    }
    if let Some(binding) = &stated.binding {
        let inherited = element.binding.take();
        let stated = element.binding.insert(binding.clone());
        if let Some(inherited) = inherited.filter(|_| stated.value_set.is_empty()) {
            stated.value_set = inherited.value_set;
        }
    }
    if !element.types.is_empty() && !element.types.iter().any(|kind| BINDABLE.contains(&&*kind.code)) {
        element.binding = None;
    }
    if stated.slicing.is_some() {
        element.slicing.clone_from(&stated.slicing);
    }
    for constraint in &stated.constraints {
        if !element.constraints.iter().any(|own| own.key == constraint.key) {
            element.constraints.push(constraint.clone());
            if let Some(added) = element.constraints.last_mut().filter(|added| added.source.is_empty()) {
                added.source = source.into();
            }
        }
    }
}

fn text(value: &mut Box<str>, kind: &mut Box<str>, stated: &str, stated_kind: &str) {
    if !stated.is_empty() {
        *value = stated.into();
        *kind = stated_kind.into();
    }
}
