//! ValueSets and CodeSystems in facts.
//!
//! A ValueSet:
//!
//! | member | what | default |
//! | --- | --- | --- |
//! | `u` `v` | url and version | the package's version |
//! | `i` | what is included: `s` system, `v` its version, `c` concepts, `f` filters as lists of property, operation and value, `l` value sets | none |
//! | `x` | what is excluded | none |
//! | `e` | the expansion: a list of system and codes for each run of codes of one system | none |
//!
//! A CodeSystem:
//!
//! | member | what | default |
//! | --- | --- | --- |
//! | `u` `v` | url and version | the package's version |
//! | `i` | 1 where case does not count | |
//! | `t` | content: `fragment`, `example`, `supplement`, `not-present` | complete |
//! | `s` | what it supplements | none |
//! | `c` | concepts, parents before their children | none |
//!
//! A concept is its code, or a list of code and display, with an object where there is more to say: `d` designations, `p` row of the
//! parent from 1, `q` properties in one list of codes and values, `a` 1 for a heading, `i` 1 for an inactive one.

use super::super::json::{Object, push_list, push_string};
use super::super::{CodeSystem, Concept, Content, Filter, Include, Property, ValueSet};
use super::open;
use crate::instance::{Kind, NodeRef};

/// Writes the line of a ValueSet, without its end.
pub(super) fn write_value_set(value_set: &ValueSet, package_version: &str, out: &mut String) {
    let mut object = open(&value_set.url, &value_set.version, package_version, out);
    object.list("i", &value_set.include, write_include);
    object.list("x", &value_set.exclude, write_include);
    let runs: Vec<_> = value_set.expansion.chunk_by(|a, b| a.0 == b.0).collect();
    object.list("e", &runs, |run, out| {
        let system = run.first().map_or("", |(system, _)| system.as_ref());
        let texts: Vec<&str> = std::iter::once(system).chain(run.iter().map(|(_, code)| code.as_ref())).collect();
        push_list(&texts, out, |text, out| push_string(text, out));
    });
    object.close();
}

fn write_include(include: &Include, out: &mut String) {
    let mut object = Object::open(out);
    object.text("s", &include.system);
    object.text("v", &include.version);
    object.list("c", &include.concepts, write_concept);
    object.list("f", &include.filters, |filter, out| {
        push_list(&[&filter.property, &filter.op, &filter.value], out, |text, out| push_string(text, out));
    });
    object.list("l", &include.value_sets, |canonical, out| push_string(canonical, out));
    object.close();
}

/// Writes the line of a CodeSystem, without its end.
pub(super) fn write_code_system(code_system: &CodeSystem, package_version: &str, out: &mut String) {
    let mut object = open(&code_system.url, &code_system.version, package_version, out);
    object.flag("i", !code_system.case_sensitive);
    object.text("t", content_word(code_system.content));
    object.text("s", &code_system.supplements);
    object.list("c", &code_system.concepts, write_concept);
    object.close();
}

fn write_concept(concept: &Concept, out: &mut String) {
    let plain =
        Concept { code: concept.code.clone(), display: concept.display.clone(), ..Concept::default() } == *concept;
    if plain && concept.display.is_empty() {
        push_string(&concept.code, out);
        return;
    }
    out.push('[');
    push_string(&concept.code, out);
    out.push(',');
    push_string(&concept.display, out);
    if !plain {
        out.push(',');
        let mut object = Object::open(out);
        object.list("d", &concept.designations, |text, out| push_string(text, out));
        object.number("p", concept.parent.map_or(0, |row| row.saturating_add(1)));
        let properties: Vec<&str> =
            concept.properties.iter().flat_map(|one| [one.code.as_ref(), one.value.as_ref()]).collect();
        object.list("q", &properties, |text, out| push_string(text, out));
        object.flag("a", concept.is_abstract);
        object.flag("i", concept.is_inactive);
        object.close();
    }
    out.push(']');
}

/// Reads a ValueSet from its line.
pub(super) fn read_value_set(node: NodeRef<'_>, version: &str) -> ValueSet {
    let mut read = ValueSet { version: version.into(), ..ValueSet::default() };
    for member in node.children() {
        match member.key() {
            "u" => read.url = member.text().into(),
            "v" => read.version = member.text().into(),
            "i" => read.include = member.children().map(read_include).collect(),
            "x" => read.exclude = member.children().map(read_include).collect(),
            "e" => read.expansion = member.children().flat_map(run).collect(),
            _ => {}
        }
    }
    read
}

fn run(node: NodeRef<'_>) -> impl Iterator<Item = (Box<str>, Box<str>)> {
    let system = node.children().next().map(|first| first.text()).unwrap_or_default();
    node.children().skip(1).map(move |code| (system.into(), code.text().into()))
}

fn read_include(node: NodeRef<'_>) -> Include {
    let mut read = Include::default();
    for member in node.children() {
        match member.key() {
            "s" => read.system = member.text().into(),
            "v" => read.version = member.text().into(),
            "c" => read.concepts = member.children().map(read_concept).collect(),
            "f" => read.filters = member.children().map(read_filter).collect(),
            "l" => read.value_sets = member.children().map(|item| item.text().into()).collect(),
            _ => {}
        }
    }
    read
}

fn read_filter(node: NodeRef<'_>) -> Filter {
    let mut texts = node.children().map(|item| item.text().into());
    let mut next = || texts.next().unwrap_or_default();
    Filter { property: next(), op: next(), value: next() }
}

/// Reads a CodeSystem from its line.
pub(super) fn read_code_system(node: NodeRef<'_>, version: &str) -> CodeSystem {
    let mut read = CodeSystem {
        url: "".into(),
        version: version.into(),
        case_sensitive: true,
        content: Content::Complete,
        supplements: "".into(),
        concepts: Vec::new(),
    };
    for member in node.children() {
        match member.key() {
            "u" => read.url = member.text().into(),
            "v" => read.version = member.text().into(),
            "i" => read.case_sensitive = false,
            "t" => read.content = content(member.text()),
            "s" => read.supplements = member.text().into(),
            "c" => read.concepts = member.children().map(read_concept).collect(),
            _ => {}
        }
    }
    read
}

fn read_concept(node: NodeRef<'_>) -> Concept {
    if node.kind() != Kind::Array {
        return Concept { code: node.text().into(), ..Concept::default() };
    }
    let mut items = node.children();
    let mut next = || items.next().map(|item| item.text().into()).unwrap_or_default();
    let mut read = Concept { code: next(), display: next(), ..Concept::default() };
    for member in items.next().into_iter().flat_map(|more| more.children()) {
        match member.key() {
            "d" => read.designations = member.children().map(|item| item.text().into()).collect(),
            "p" => read.parent = member.text().parse::<u32>().ok().and_then(|row| row.checked_sub(1)),
            "q" => {
                let mut texts = member.children().map(|item| item.text().into());
                while let (Some(code), Some(value)) = (texts.next(), texts.next()) {
                    read.properties.push(Property { code, value });
                }
            }
            "a" => read.is_abstract = true,
            "i" => read.is_inactive = true,
            _ => {}
        }
    }
    read
}

const fn content_word(content: Content) -> &'static str {
    match content {
        Content::Complete => "",
        Content::Fragment => "fragment",
        Content::Example => "example",
        Content::Supplement => "supplement",
        Content::NotPresent => "not-present",
    }
}

fn content(word: &str) -> Content {
    match word {
        "fragment" => Content::Fragment,
        "example" => Content::Example,
        "supplement" => Content::Supplement,
        "not-present" => Content::NotPresent,
        _ => Content::Complete,
    }
}
