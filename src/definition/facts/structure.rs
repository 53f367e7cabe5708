//! A StructureDefinition in facts.
//!
//! | member | what | default |
//! | --- | --- | --- |
//! | `u` `v` | url and version | the package's version |
//! | `n` | name | empty |
//! | `k` | kind: `primitive`, `complex`, `logical` | a resource |
//! | `t` | type | empty |
//! | `p` | 1 for a profile | a type of its own |
//! | `a` | 1 where it is abstract | |
//! | `b` | base, a canonical in short | empty |
//! | `c` | contexts, as pairs of kind and expression in one list | none |
//! | `i` | context invariants | none |
//! | `m` | profiles that it imposes, canonicals in short | none |
//! | `e` | elements of the snapshot, see `element` | none |
//! | `d` | elements of the differential | none |

use super::super::json::push_string;
use super::super::{Derivation, ExtensionContext, Kind, StructureDefinition};
use super::constraint::{Constraints, Table};
use super::{element, long, open, written};
use crate::instance::NodeRef;

/// Writes its line, without the end of the line.
pub(super) fn write(read: &StructureDefinition, package_version: &str, constraints: &mut Table, out: &mut String) {
    let mut object = open(&read.url, &read.version, package_version, out);
    object.text("n", &read.name);
    object.text("k", kind_word(read.kind));
    object.text("t", &read.type_name);
    object.flag("p", read.derivation == Derivation::Constraint);
    object.flag("a", read.is_abstract);
    object.text("b", &written(&read.base));
    let contexts: Vec<&str> =
        read.contexts.iter().flat_map(|one| [one.kind.as_ref(), one.expression.as_ref()]).collect();
    object.list("c", &contexts, |text, out| push_string(text, out));
    object.list("i", &read.context_invariants, |text, out| push_string(text, out));
    object.list("m", &read.imposes, |canonical, out| push_string(&written(canonical), out));
    object.list("e", &read.elements, |one, out| element::write(one, &read.type_name, constraints, out));
    object.list("d", &read.differential, |one, out| element::write(one, &read.type_name, constraints, out));
    object.close();
}

/// Reads it from its line.
pub(super) fn read(node: NodeRef<'_>, version: &str, constraints: &Constraints) -> StructureDefinition {
    let mut read = StructureDefinition {
        url: "".into(),
        version: version.into(),
        name: "".into(),
        kind: Kind::Resource,
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
    for member in node.children() {
        let text = member.text();
        match member.key() {
            "u" => read.url = text.into(),
            "v" => read.version = text.into(),
            "n" => read.name = text.into(),
            "k" => read.kind = kind(text),
            "t" => read.type_name = text.into(),
            "p" => read.derivation = Derivation::Constraint,
            "a" => read.is_abstract = true,
            "b" => read.base = long(text),
            "c" => read.contexts = contexts(member),
            "i" => read.context_invariants = member.children().map(|item| item.text().into()).collect(),
            "m" => read.imposes = member.children().map(|item| long(item.text())).collect(),
            // The type stands before its elements.
            "e" => read.elements = elements(member, &read.type_name, constraints),
            "d" => read.differential = elements(member, &read.type_name, constraints),
            _ => {}
        }
    }
    read
}

fn elements(
    node: NodeRef<'_>,
    type_name: &str,
    constraints: &Constraints,
) -> Vec<crate::definition::ElementDefinition> {
    node.children().map(|item| element::read(item, type_name, constraints)).collect()
}

fn contexts(node: NodeRef<'_>) -> Vec<ExtensionContext> {
    let mut texts = node.children().map(|item| item.text());
    let mut contexts = Vec::new();
    while let (Some(kind), Some(expression)) = (texts.next(), texts.next()) {
        contexts.push(ExtensionContext { kind: kind.into(), expression: expression.into() });
    }
    contexts
}

const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Primitive => "primitive",
        Kind::Complex => "complex",
        Kind::Logical => "logical",
        Kind::Resource => "",
    }
}

/// The kind of a word.
pub(super) fn kind(word: &str) -> Kind {
    match word {
        "primitive" => Kind::Primitive,
        "complex" => Kind::Complex,
        "logical" => Kind::Logical,
        _ => Kind::Resource,
    }
}
