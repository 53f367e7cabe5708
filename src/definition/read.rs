//! Definitions from FHIR's JSON: StructureDefinition, ValueSet and CodeSystem in the forms of R4, R4B and R5.
//!
//! Read is what validation needs; prose, mappings and contacts are passed over. Reading is lenient, because published packages
//! are not always without fault: a member of a wrong shape counts as absent. Refused is only a definition without what names it
//! (its url; for a StructureDefinition its type too), because nobody could ask for it.

mod element;
mod structure;
mod terminology;

pub(super) use element::value_of_choice;

use super::{CodeSystem, StructureDefinition, ValueSet};
use crate::instance::{Document, Kind, NodeRef};

/// What was read: one of the three kinds of definitions that validation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// A StructureDefinition.
    Structure(Box<StructureDefinition>),
    /// A ValueSet.
    ValueSet(Box<ValueSet>),
    /// A CodeSystem.
    CodeSystem(Box<CodeSystem>),
    /// What an ImplementationGuide demands of all resources of a type (`global`): the type, and the profile's canonical.
    Global(Box<str>, Box<str>),
}

/// How many Bundles may stand in one another.
const MAX_BUNDLES: usize = 8;

/// Reads all definitions of a document: its resource itself or, where `with_bundles`, the resources of a Bundle. Other resources are
/// passed over.
///
/// The second value is how many StructureDefinitions, ValueSets and CodeSystems could not be read.
#[must_use]
pub fn read_definitions(document: &Document, with_bundles: bool) -> (Vec<Definition>, usize) {
    let (mut definitions, mut refused) = (Vec::new(), 0);
    if let Some(root) = document.root() {
        read_resource(root, if with_bundles { MAX_BUNDLES } else { 0 }, &mut definitions, &mut refused);
    }
    (definitions, refused)
}

fn read_resource(node: NodeRef<'_>, depth: usize, definitions: &mut Vec<Definition>, refused: &mut usize) {
    let read = match text(node, "resourceType") {
        "StructureDefinition" => structure::read(node).map(|read| Definition::Structure(Box::new(read))),
        "ValueSet" => terminology::read_value_set(node).map(|read| Definition::ValueSet(Box::new(read))),
        "CodeSystem" => terminology::read_code_system(node).map(|read| Definition::CodeSystem(Box::new(read))),
        "ImplementationGuide" => {
            definitions.extend(
                items(node, "global").map(|of| Definition::Global(text(of, "type").into(), text(of, "profile").into())),
            );
            return;
        }
        "Bundle" if depth > 0 => {
            for entry in items(node, "entry") {
                if let Some(resource) = entry.get("resource") {
                    read_resource(resource, depth - 1, definitions, refused);
                }
            }
            return;
        }
        _ => return,
    };
    match read {
        Some(definition) => definitions.push(definition),
        None => *refused += 1,
    }
}

/// The text of a string member; empty where there is none.
fn text<'a>(node: NodeRef<'a>, name: &str) -> &'a str {
    node.get(name).and_then(|member| member.as_str()).unwrap_or_default()
}

/// The items of an array member.
fn items<'a>(node: NodeRef<'a>, name: &str) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    node.get(name).filter(|member| member.kind() == Kind::Array).into_iter().flat_map(|member| member.children())
}

/// The texts of an array of strings.
fn texts(node: NodeRef<'_>) -> Vec<Box<str>> {
    let array = Some(node).filter(|node| node.kind() == Kind::Array);
    array.into_iter().flat_map(|node| node.children()).filter_map(|item| item.as_str()).map(Into::into).collect()
}

/// Whether a node is `true`.
fn is_true(node: NodeRef<'_>) -> bool {
    node.kind() == Kind::Bool(true)
}

/// The values of a node's extensions of this url: the member whose name begins with `value`.
fn extensions<'a>(node: NodeRef<'a>, url: &'static str) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
    items(node, "extension")
        .filter(move |extension| text(*extension, "url") == url)
        .filter_map(|extension| extension.children().find(|member| member.key().starts_with("value")))
}

/// The text of the first extension of this url; empty where there is none.
fn extension_text<'a>(node: NodeRef<'a>, url: &'static str) -> &'a str {
    extensions(node, url).next().and_then(|value| value.as_str()).unwrap_or_default()
}
