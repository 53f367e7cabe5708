//! ValueSets and CodeSystems from their resources (FHIR R4 and R5, ValueSet, CodeSystem).

use super::{extensions, is_true, items, text};
use crate::definition::{CodeSystem, Concept, Content, Filter, Include, Property, ValueSet};
use crate::instance::{Kind, NodeRef};

const UNCLOSED: &str = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";
const TOO_COSTLY: &str = "http://hl7.org/fhir/StructureDefinition/valueset-toocostly";

/// Reads a ValueSet; `None` where it has no url.
pub(super) fn read_value_set(node: NodeRef<'_>) -> Option<ValueSet> {
    let (url, version) = url_and_version(node)?;
    let compose = node.get("compose");
    let parts = |name: &str| compose.into_iter().flat_map(|compose| items(compose, name)).map(include).collect();
    Some(ValueSet {
        url: url.into(),
        version: version.into(),
        include: parts("include"),
        exclude: parts("exclude"),
        expansion: node.get("expansion").and_then(expansion).unwrap_or_default(),
    })
}

/// The url and the business version. Some of R4's tables of HL7 v2 have a version in their url (`…/v2-0006|2.4`); it is theirs.
fn url_and_version(node: NodeRef<'_>) -> Option<(&str, &str)> {
    let (url, version) = (text(node, "url"), text(node, "version"));
    let (url, version) = url.split_once('|').unwrap_or((url, version));
    (!url.is_empty()).then_some((url, version))
}

fn include(node: NodeRef<'_>) -> Include {
    let (system, version) = (text(node, "system"), text(node, "version"));
    let (system, version) = system.split_once('|').unwrap_or((system, version));
    Include {
        system: system.into(),
        version: version.into(),
        concepts: items(node, "concept").filter_map(|concept| names(concept, None)).collect(),
        filters: items(node, "filter")
            .map(|filter| Filter {
                property: text(filter, "property").into(),
                op: text(filter, "op").into(),
                value: text(filter, "value").into(),
            })
            .collect(),
        value_sets: items(node, "valueSet").filter_map(|canonical| canonical.as_str()).map(Into::into).collect(),
    }
}

/// The codes of an expansion; `None` where it is not the whole: a page of it, a limited one, or one of an unclosed value set.
fn expansion(node: NodeRef<'_>) -> Option<Vec<(Box<str>, Box<str>)>> {
    let is_marked = [UNCLOSED, TOO_COSTLY].into_iter().any(|url| extensions(node, url).any(is_true));
    let is_part = items(node, "parameter").any(|parameter| match text(parameter, "name") {
        // An expansion of the active codes only says nothing of the others.
        "limitedExpansion" | "activeOnly" => parameter.get("valueBoolean").is_some_and(is_true),
        "filter" | "count" | "offset" => parameter.get("valueInteger").is_none_or(|value| value.text() != "0"),
        _ => false,
    }) || node.get("offset").is_some_and(|offset| offset.text() != "0");
    if is_marked || is_part {
        return None;
    }
    let mut codes = Vec::new();
    contains(node, &mut codes);
    let total = node.get("total").and_then(|total| total.text().parse::<usize>().ok());
    total.is_none_or(|total| total <= codes.len()).then_some(codes)
}

/// Adds the codes below a node in their order. Headings that may not be chosen are no members.
fn contains(node: NodeRef<'_>, codes: &mut Vec<(Box<str>, Box<str>)>) {
    for item in items(node, "contains") {
        let code = text(item, "code");
        if !code.is_empty() && !item.get("abstract").is_some_and(is_true) {
            codes.push((text(item, "system").into(), code.into()));
        }
        contains(item, codes);
    }
}

/// Reads a CodeSystem; `None` where it has no url.
pub(super) fn read_code_system(node: NodeRef<'_>) -> Option<CodeSystem> {
    let (url, version) = url_and_version(node)?;
    let mut concepts = Vec::new();
    read_concepts(node, None, &Meanings::read(node), &mut concepts);
    invert_children(&mut concepts);
    Some(CodeSystem {
        url: url.into(),
        version: version.into(),
        // Where nothing is said the reference validator compares without case.
        case_sensitive: node.get("caseSensitive").is_some_and(is_true),
        content: match text(node, "content") {
            "complete" => Content::Complete,
            "fragment" => Content::Fragment,
            "supplement" => Content::Supplement,
            "not-present" => Content::NotPresent,
            _ => Content::Example,
        },
        supplements: text(node, "supplements").into(),
        concepts,
    })
}

/// What a code system calls the properties that FHIR defines (FHIR R4, CodeSystem, "Predefined properties"): it may give them names
/// of its own and say by their uri what they are.
struct Meanings<'a> {
    not_selectable: Vec<&'a str>,
    status: Vec<&'a str>,
}

impl<'a> Meanings<'a> {
    fn read(node: NodeRef<'a>) -> Self {
        let named = |fragment: &'static str, own: &'static [&'static str]| {
            let by_uri = items(node, "property")
                .filter(move |property| {
                    text(*property, "uri").strip_prefix("http://hl7.org/fhir/concept-properties#") == Some(fragment)
                })
                .map(|property| text(property, "code"));
            by_uri.chain(own.iter().copied()).collect()
        };
        Self {
            not_selectable: named("notSelectable", &["notSelectable", "abstract"]),
            status: named("status", &["status"]),
        }
    }
}

fn read_concepts(node: NodeRef<'_>, parent: Option<u32>, meanings: &Meanings<'_>, concepts: &mut Vec<Concept>) {
    for item in items(node, "concept") {
        let Some(mut concept) = names(item, parent) else { continue };
        for property in items(item, "property") {
            read_property(property, meanings, &mut concept);
        }
        let row = u32::try_from(concepts.len()).ok();
        concepts.push(concept);
        read_concepts(item, row, meanings, concepts);
    }
}

fn names(node: NodeRef<'_>, parent: Option<u32>) -> Option<Concept> {
    let code = text(node, "code");
    (!code.is_empty()).then(|| Concept {
        code: code.into(),
        display: text(node, "display").into(),
        designations: items(node, "designation")
            .map(|designation| text(designation, "value"))
            .filter(|value| !value.is_empty())
            .map(Into::into)
            .collect(),
        parent,
        ..Concept::default()
    })
}

fn read_property(node: NodeRef<'_>, meanings: &Meanings<'_>, concept: &mut Concept) {
    let code = text(node, "code");
    let Some(member) = node.children().find(|member| member.key().starts_with("value")) else { return };
    let value = match member.kind() {
        Kind::Object => text(member, "code"),
        Kind::Bool(true) => "true",
        Kind::Bool(false) => "false",
        _ => member.text(),
    };
    if meanings.not_selectable.contains(&code) {
        concept.is_abstract |= value == "true";
    }
    if meanings.status.contains(&code) {
        concept.is_inactive |= matches!(value, "retired" | "deprecated" | "inactive");
    }
    if code == "inactive" {
        concept.is_inactive |= value == "true";
    }
    if !code.is_empty() && !value.is_empty() {
        concept.properties.push(Property { code: code.into(), value: value.into() });
    }
}

/// Turns `child` of a concept into `parent` of the other one, so that a hierarchy is read one way only.
fn invert_children(concepts: &mut [Concept]) {
    let mut parents: Vec<(Box<str>, Box<str>)> = Vec::new();
    for concept in concepts.iter_mut() {
        let code = &concept.code;
        concept.properties.retain(|property| {
            let is_child = property.code.as_ref() == "child";
            if is_child {
                parents.push((property.value.clone(), code.clone()));
            }
            !is_child
        });
    }
    if parents.is_empty() {
        return;
    }
    parents.sort();
    for concept in concepts.iter_mut() {
        let from = parents.partition_point(|(child, _)| child < &concept.code);
        let own = parents.get(from..).unwrap_or_default().iter().take_while(|(child, _)| *child == concept.code);
        concept.properties.extend(own.map(|(_, parent)| Property { code: "parent".into(), value: parent.clone() }));
    }
}
