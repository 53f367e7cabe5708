//! FHIR's XML (FHIR R4, "XML Representation of Resources") to the tree that its JSON would give.
//!
//! XML does not tell a list of one from a single value, nor a number from a text: the definitions say which is which, so the library of
//! the version of FHIR is asked for each element. Elements that no definition has are carried over as they look, for the validator to
//! find. Refused: text that is no well-formed XML, document type declarations (and with them all entities but XML's own), roots outside
//! FHIR's namespace, nesting beyond [`MAX_DEPTH`].

use std::collections::HashMap;
use std::rc::Rc;

use roxmltree::{Attribute, Node, ParsingOptions};

use super::{ElementDefinition, Kind as DefinitionKind, Library, StructureDefinition, Tree};
use crate::instance::{Builder, Document, Kind};
use crate::issue::{Code, Issue, Issues, Span};

/// How deep elements may nest, the same as for arrays and objects of JSON.
pub const MAX_DEPTH: usize = 128;

/// How many attributes an element may have; FHIR's have two, XHTML's a few more. The parser compares each with each.
const MOST_ATTRIBUTES: usize = 1000;

const FHIR: &str = "http://hl7.org/fhir";

/// Parses a resource in XML into the document that its JSON would give; `source` is the number under which the text stands in the source
/// map, and `library` has the definitions of the resource's version of FHIR.
///
/// The first fault is reported as [`Code::UnreadableXml`] or [`Code::TooDeep`], and then there is no document.
pub fn parse_xml(text: &str, source: u16, library: &Library, issues: &mut Issues) -> Option<Document> {
    if let Some(at) = crowded_tag(text) {
        let message = "an XML element has more than a thousand attributes";
        issues
            .add(Issue::new(Code::UnreadableXml, message).at(span(source, at..at + 1)).help("FHIR's have two at most"));
        return None;
    }
    let parsed = match roxmltree::Document::parse_with_options(text, ParsingOptions::default()) {
        Ok(parsed) => parsed,
        Err(error) => {
            issues.add(unreadable(text, source, &error));
            return None;
        }
    };
    let root = parsed.root_element();
    if root.tag_name().namespace() != Some(FHIR) {
        let message = "the root of the XML is not in FHIR's namespace";
        let at = span(source, root.range());
        issues.add(
            Issue::new(Code::UnreadableXml, message).at(at).help("write xmlns=\"http://hl7.org/fhir\" at the root"),
        );
        return None;
    }
    let mut conversion =
        Conversion { text, source, library, builder: Builder::default(), shapes: HashMap::new(), fault: None };
    conversion.resource(root);
    match conversion.fault {
        Some(fault) => {
            issues.add(fault);
            None
        }
        None => Some(conversion.builder.finish()),
    }
}

/// Where the first tag begins that has more than [`MOST_ATTRIBUTES`]. What is no well-formed XML is left to the parser.
fn crowded_tag(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let start = at + text.get(at..)?.find('<')?;
        let tag = text.get(start..)?;
        let skip = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((open, close)) = skip.iter().find(|(open, _)| tag.starts_with(open)) {
            let inner = start + open.len();
            at = inner + text.get(inner..)?.find(close)? + close.len();
            continue;
        }
        let (mut quote, mut attributes) = (None, 0);
        let end = tag.bytes().position(|byte| {
            match quote {
                Some(open) if open == byte => quote = None,
                Some(_) => {}
                None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
                None => attributes += usize::from(byte == b'='),
            }
            quote.is_none() && byte == b'>'
        });
        if attributes > MOST_ATTRIBUTES {
            return Some(start);
        }
        at = start + end? + 1;
    }
}

/// What roxmltree found, in words without anything of the text.
fn unreadable(text: &str, source: u16, error: &roxmltree::Error) -> Issue {
    let (message, help) = match error {
        roxmltree::Error::DtdDetected => ("the XML has a document type declaration", "remove it: FHIR has none"),
        roxmltree::Error::UnknownEntityReference(..) | roxmltree::Error::MalformedEntityReference(_) => {
            ("the XML has an entity that XML itself does not define", "write the character itself")
        }
        roxmltree::Error::DuplicatedAttribute(..) => ("an XML attribute stands twice", "keep one of them"),
        roxmltree::Error::UnexpectedCloseTag(..) | roxmltree::Error::UnclosedRootNode => {
            ("an XML element is not closed, or another one is", "close what was opened")
        }
        _ => ("the text is not well-formed XML", "compare it with the grammar of XML 1.0"),
    };
    // The position has row and column, counted from 1 in characters; the map wants bytes.
    let position = error.pos();
    let lines = text.split_inclusive('\n').take((position.row as usize).saturating_sub(1)).map(str::len);
    let line_start: usize = lines.sum();
    let line = text.get(line_start..).unwrap_or_default();
    let column = line.char_indices().nth((position.col as usize).saturating_sub(1)).map_or(0, |(byte, _)| byte);
    let at = line_start + column;
    Issue::new(Code::UnreadableXml, message).at(span(source, at..at)).help(help)
}

fn span(source: u16, range: std::ops::Range<usize>) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(source, byte(range.start), byte(range.end))
}

/// A definition with its tree.
struct Shape<'a> {
    definition: &'a StructureDefinition,
    tree: Tree,
}

/// What an XML element is by the definitions: an element of a definition, below which its children are.
struct Place<'a> {
    shape: Rc<Shape<'a>>,
    node: u32,
}

/// What is known of the value of an XML element.
enum Value<'a> {
    /// Nothing: no definition has it.
    Unknown,
    /// `true` or `false`.
    Bool,
    /// A number, whose characters are kept.
    Number,
    /// Any other primitive value.
    Text,
    /// A narrative's `div`.
    Xhtml,
    /// A resource, named by the element inside.
    Resource,
    /// An object with these children.
    Object(Place<'a>),
}

struct Conversion<'t, 'a> {
    text: &'t str,
    source: u16,
    library: &'a Library,
    builder: Builder,
    /// The definitions that were asked for, by the names of their types.
    shapes: HashMap<Box<str>, Option<Rc<Shape<'a>>>>,
    fault: Option<Issue>,
}

type Element<'n> = Node<'n, 'n>;

impl<'a> Conversion<'_, 'a> {
    /// A resource from the element that is named after its type.
    fn resource(&mut self, element: Element<'_>) {
        let (at, name_at) = (span(self.source, element.range()), self.name_span(element));
        let name = element.tag_name().name();
        let place = self.type_place(name);
        self.builder.open(Kind::Object, at);
        self.builder.key("resourceType", name_at);
        self.builder.string(name, name_at);
        self.members(element, place.as_ref(), false);
        self.builder.close(at.end);
    }

    /// The members of an object from attributes and child elements. Of a primitive the attribute `value` is left out: it has a member of
    /// its own.
    fn members(&mut self, element: Element<'_>, place: Option<&Place<'a>>, is_primitive: bool) {
        let name_at = self.name_span(element);
        // A member is at most a list and an object deeper.
        if self.builder.depth() + 2 > MAX_DEPTH {
            let help = "flatten it: no input has more than 128 levels";
            let issue = || Issue::new(Code::TooDeep, "the XML nests too deeply").at(name_at).help(help);
            self.fault.get_or_insert_with(issue);
        }
        if let Some(text) = element.children().find(|child| child.is_text() && !is_blank(child.text())) {
            let at = span(self.source, text.range());
            let help = "write the value as the attribute `value` of an element";
            let issue = || Issue::new(Code::UnreadableXml, "there is text between FHIR's elements").at(at).help(help);
            self.fault.get_or_insert_with(issue);
        }
        if self.fault.is_some() {
            return;
        }
        for attribute in attributes(element).filter(|one| !is_primitive || one.name() != "value") {
            self.builder.key(attribute.name(), span(self.source, attribute.range_qname()));
            self.builder.string(attribute.value(), span(self.source, attribute.range_value()));
        }
        for group in groups(element) {
            let Some(first) = group.first() else { continue };
            let name = first.tag_name().name();
            let (value, may_repeat) = self.value(name, place);
            let is_list = may_repeat || group.len() > 1;
            match value {
                Value::Bool | Value::Number | Value::Text => self.primitives(name, &group, &value, is_list),
                Value::Unknown if group.iter().all(|one| one.has_attribute("value")) => {
                    self.primitives(name, &group, &Value::Text, is_list);
                }
                _ => self.list(name, &group, is_list, |this, one| this.complex(one, &value)),
            }
        }
    }

    /// A member: its only value, or a list of its values.
    fn list(&mut self, name: &str, group: &[Element<'_>], is_list: bool, mut each: impl FnMut(&mut Self, Element<'_>)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
        self.builder.key(name, self.name_span(*first));
        let end = span(self.source, last.range()).end;
        if is_list {
            self.builder.open(Kind::Array, span(self.source, first.range()));
        }
        for one in group {
            each(self, *one);
        }
        if is_list {
            self.builder.close(end);
        }
    }

    /// A value that is no primitive.
    fn complex(&mut self, element: Element<'_>, value: &Value<'a>) {
        let at = span(self.source, element.range());
        let inner = element.children().find(Node::is_element);
        match (value, inner) {
            (Value::Xhtml, _) => self.builder.string(self.text.get(element.range()).unwrap_or_default(), at),
            (Value::Resource, Some(inner)) if self.fault.is_none() => self.resource(inner),
            _ => {
                let place = if let Value::Object(place) = value { Some(place) } else { None };
                self.builder.open(Kind::Object, at);
                self.members(element, place, false);
                self.builder.close(at.end);
            }
        }
    }

    /// A member of primitive values, and beside it the one with their ids and extensions.
    fn primitives(&mut self, name: &str, group: &[Element<'_>], kind: &Value<'a>, is_list: bool) {
        let has_value = |one: &Element<'_>| one.has_attribute("value");
        let has_more = |one: &Element<'_>| {
            one.children().any(|child| child.is_element()) || attributes(*one).any(|other| other.name() != "value")
        };
        if group.iter().any(has_value) {
            self.list(name, group, is_list, |this, one| this.primitive(one, kind));
        }
        // What has neither a value nor anything else is kept as an empty object, for the validator to find.
        if group.iter().any(|one| has_more(one) || !has_value(one)) {
            let place = self.type_place("Element");
            self.list(&format!("_{name}"), group, is_list, |this, one| {
                let at = span(this.source, one.range());
                if is_list && has_value(&one) && !has_more(&one) {
                    this.builder.null(at);
                    return;
                }
                this.builder.open(Kind::Object, at);
                this.members(one, place.as_ref(), true);
                this.builder.close(at.end);
            });
        }
    }

    /// A primitive's value; null where it has none.
    fn primitive(&mut self, element: Element<'_>, kind: &Value<'a>) {
        let Some(attribute) = element.attribute_node("value") else {
            self.builder.null(span(self.source, element.range()));
            return;
        };
        let (text, at) = (attribute.value(), span(self.source, attribute.range_value()));
        match (kind, text) {
            (Value::Bool, "true") => self.builder.bool(true, at),
            (Value::Bool, "false") => self.builder.bool(false, at),
            (Value::Number, _) if is_number(text) => self.builder.number(text, at),
            _ => self.builder.string(text, at),
        }
    }

    /// What the value of a child element is, and whether JSON has a list for it.
    fn value(&mut self, name: &str, place: Option<&Place<'a>>) -> (Value<'a>, bool) {
        let unknown = (Value::Unknown, false);
        let Some(Place { shape, node }) = place else { return unknown };
        let elements: &'a [ElementDefinition] = &shape.definition.elements;
        let choice = || shape.tree.choice(elements, *node, name).map(|(row, kind)| (row, Some(kind)));
        let Some((row, chosen)) = shape.tree.child(*node, name).map(|row| (row, None)).or_else(choice) else {
            return unknown;
        };
        let Some(element) = elements.get(row as usize) else { return unknown };
        let is_list = element.base_max > 1;
        if shape.tree.node(row).is_some_and(|node| !node.children.is_empty()) {
            return (Value::Object(Place { shape: Rc::clone(shape), node: row }), is_list);
        }
        if !element.content_reference.is_empty() {
            let target = (0..).zip(elements).find(|(_, other)| other.id == element.content_reference);
            let place = target.map(|(node, _)| Place { shape: Rc::clone(shape), node });
            return (place.map_or(Value::Unknown, Value::Object), is_list);
        }
        let Some(kind) = chosen.or(element.types.first()) else { return unknown };
        let value = match &*kind.code {
            "xhtml" => Value::Xhtml,
            "boolean" => Value::Bool,
            "integer" | "unsignedInt" | "positiveInt" | "decimal" => Value::Number,
            code => match self.type_place(code) {
                None => Value::Text,
                Some(place) => match place.shape.definition.kind {
                    DefinitionKind::Primitive => Value::Text,
                    DefinitionKind::Resource => Value::Resource,
                    DefinitionKind::Complex | DefinitionKind::Logical => Value::Object(place),
                },
            },
        };
        (value, is_list)
    }

    /// The root of a type's definition.
    fn type_place(&mut self, name: &str) -> Option<Place<'a>> {
        if let Some(known) = self.shapes.get(name) {
            return known.as_ref().map(|shape| Place { shape: Rc::clone(shape), node: 0 });
        }
        let found = self.library.type_definition(name).and_then(|id| self.library.structure(id));
        let shape = found.map(|definition| Rc::new(Shape { tree: Tree::new(definition), definition }));
        self.shapes.insert(name.into(), shape.clone());
        shape.map(|shape| Place { shape, node: 0 })
    }

    /// Where the name of an element stands in its start tag.
    fn name_span(&self, element: Element<'_>) -> Span {
        let start = element.range().start + 1;
        let rest = self.text.get(start..).unwrap_or_default();
        let length = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '/' | '>')).unwrap_or(0);
        span(self.source, start..start + length)
    }
}

/// The attributes of an element that are FHIR's: those of other namespaces say where schemas are.
fn attributes(element: Element<'_>) -> impl Iterator<Item = Attribute<'_, '_>> {
    element.attributes().filter(|attribute| attribute.namespace().is_none())
}

/// The child elements by their names, in the order in which each name comes first.
fn groups(element: Element<'_>) -> Vec<Vec<Element<'_>>> {
    let mut groups: Vec<Vec<Element<'_>>> = Vec::new();
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for child in element.children().filter(Node::is_element) {
        let row = *by_name.entry(child.tag_name().name()).or_insert(groups.len());
        match groups.get_mut(row) {
            Some(group) => group.push(child),
            None => groups.push(vec![child]),
        }
    }
    groups
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim_ascii().is_empty())
}

/// Whether a text is a number in JSON's grammar (RFC 8259, 6).
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && digits(fraction)
        && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}
