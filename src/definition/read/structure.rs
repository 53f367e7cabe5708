//! A StructureDefinition from its resource (FHIR R4 and R5, StructureDefinition).

use super::{element, extensions, items, text, texts};
use crate::definition::{Derivation, ElementDefinition, ExtensionContext, Kind, StructureDefinition};
use crate::instance::{Kind as NodeKind, NodeRef};

const IMPOSE_PROFILE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-imposeProfile";

/// Reads it; `None` where it has no url or no type.
pub(super) fn read(node: NodeRef<'_>) -> Option<StructureDefinition> {
    let mut read = StructureDefinition {
        url: "".into(),
        version: "".into(),
        name: "".into(),
        kind: Kind::Complex,
        is_abstract: false,
        type_name: "".into(),
        base: "".into(),
        derivation: Derivation::Specialization,
        contexts: Vec::new(),
        context_invariants: Vec::new(),
        imposes: Vec::new(),
        elements: Vec::new(),
        differential: Vec::new(),
    };
    let mut differential = None;
    for member in node.children() {
        let value = member.text();
        match member.key() {
            "url" => read.url = value.into(),
            "version" => read.version = value.into(),
            "name" => read.name = value.into(),
            "kind" => read.kind = kind(value),
            "abstract" => read.is_abstract = member.kind() == NodeKind::Bool(true),
            // The roots of logical models have an absolute URL as their type (R5); FHIR's own types are named plainly.
            "type" => read.type_name = value.strip_prefix(crate::definition::BASE).unwrap_or(value).into(),
            "baseDefinition" => read.base = value.into(),
            "derivation" if value == "constraint" => read.derivation = Derivation::Constraint,
            "context" => read.contexts = member.children().filter_map(context).collect(),
            "contextInvariant" => read.context_invariants = texts(member),
            "snapshot" => read.elements = elements(member, false),
            "differential" => differential = Some(member),
            _ => {}
        }
    }
    read.imposes = extensions(node, IMPOSE_PROFILE).filter_map(|value| value.as_str()).map(Into::into).collect();
    if read.elements.is_empty() {
        read.differential = differential.map(|member| elements(member, true)).unwrap_or_default();
    }
    (!read.url.is_empty() && !read.type_name.is_empty()).then_some(read)
}

fn elements(node: NodeRef<'_>, is_differential: bool) -> Vec<ElementDefinition> {
    items(node, "element").map(|item| element::read(item, is_differential)).collect()
}

fn kind(code: &str) -> Kind {
    match code {
        "primitive-type" => Kind::Primitive,
        "resource" => Kind::Resource,
        "logical" => Kind::Logical,
        _ => Kind::Complex,
    }
}

fn context(node: NodeRef<'_>) -> Option<ExtensionContext> {
    let expression = text(node, "expression");
    // STU3 had plain strings here; they are the paths of elements.
    let (kind, expression) = match node.as_str() {
        Some(path) => ("element", path),
        None => (text(node, "type"), expression),
    };
    (!expression.is_empty()).then(|| ExtensionContext { kind: kind.into(), expression: expression.into() })
}
