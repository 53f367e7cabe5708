//! What is made of the cells of a row: one value of the case, as the mapping says it.
//!
//! | member | what it does |
//! | --- | --- |
//! | column | the column, or several, whose words are joined |
//! | join | what stands between the words of several columns; a blank unless given |
//! | values | what each word of the table means; `null` for nothing |
//! | otherwise | what becomes of words that `values` does not have: `keep`, or a value; unless given they are faults |
//! | date | the formats of a date, before those of the table |
//! | unit | the unit of an amount that has none, or an expression where it stands in a column |
//! | split | the sign between several values in one cell |
//! | prefix, suffix | what stands before and after the words |
//! | system | the code system of a code, or who gave out an identifier |

use crate::case::read::Reader;
use crate::instance::{Kind as NodeKind, NodeRef};
use crate::issue::{Code, Span};

use super::super::draft::Draft;
use super::date_format::DateFormat;
use super::shape::{Kind, Shape};
use super::template::{self, filled};

/// What is made of cells.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    /// The columns, with the places at which the mapping names them.
    pub(super) columns: Vec<(String, Span)>,
    pub(super) join: String,
    pub(super) values: Option<Vec<(String, Option<Draft>)>>,
    pub(super) otherwise: Otherwise,
    pub(super) dates: Vec<DateFormat>,
    pub(super) unit: Option<Unit>,
    pub(super) split: Option<String>,
    pub(super) prefix: String,
    pub(super) suffix: String,
    pub(super) system: Option<String>,
    pub(super) target: Target,
}

/// What becomes of words that the mapping does not have.
#[derive(Clone, Debug)]
pub(super) enum Otherwise {
    Fault,
    Keep,
    Give(Draft),
}

#[derive(Clone, Debug)]
pub(super) enum Unit {
    Fixed(String),
    Cells(Box<Expression>),
}

/// What the place in the case takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) kind: Kind,
    pub(super) takes_flag: bool,
    /// How a code with its system is written there.
    pub(super) coded: Coded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coded {
    /// As system and code.
    Code,
    /// As a concept with a code.
    Concept,
    /// As system and value.
    Identifier,
    /// Not at all.
    No,
}

const FIELDS: &[&str] =
    &["column", "join", "values", "otherwise", "date", "zone", "unit", "split", "prefix", "suffix", "system"];

/// Whether a node is an expression, and not a record of the case.
pub(super) fn is_expression(node: NodeRef<'_>) -> bool {
    node.kind() == NodeKind::Object && node.get("column").is_some()
}

/// A text as it is written, blanks and all; one that must not be empty may be so nowhere.
fn raw(node: Option<NodeRef<'_>>, may_be_empty: bool, reader: &mut Reader<'_>) -> Option<String> {
    let node = node?;
    match node.as_str() {
        Some(text) if may_be_empty || !text.is_empty() => Some(text.to_owned()),
        _ => {
            reader.wrong_shape(node, "a text");
            None
        }
    }
}

impl Expression {
    /// Reads an expression for a place of this shape.
    pub(super) fn read(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Option<Self> {
        if !shape.takes_value() {
            reader.wrong_shape(node, "a record with fields");
            return None;
        }
        let mut slots = [None; FIELDS.len()];
        if !reader.members(node, FIELDS, &mut slots) {
            return None;
        }
        let [column, join, values, otherwise, date, zone, unit, split, prefix, suffix, system] = slots;
        if let Some(zone) = zone {
            let help = "write `zone` at the table, beside `dates`";
            reader.fault(Code::UnknownField, zone.key_span(), "a zone holds for all times of a table", help);
        }
        let target = Target {
            kind: shape.kind(),
            takes_flag: shape.takes_flag(),
            coded: match shape {
                _ if shape.has(&["code", "system"]) => Coded::Code,
                _ if shape.has(&["code", "text"]) => Coded::Concept,
                _ if shape.has(&["system", "value"]) => Coded::Identifier,
                _ => Coded::No,
            },
        };
        if let Some(system) = system.filter(|_| target.coded == Coded::No) {
            reader.fault(Code::WrongShape, system.span(), "this field takes no code", "leave `system` out");
        }
        Some(Self {
            columns: read_columns(column?, reader)?,
            join: raw(join, true, reader).unwrap_or_else(|| " ".to_owned()),
            values: values.map(|values| read_values(values, shape, reader)),
            otherwise: match otherwise {
                None => Otherwise::Fault,
                Some(node) if node.as_str() == Some("keep") => Otherwise::Keep,
                Some(node) if node.kind() == NodeKind::Null => {
                    reader.wrong_shape(node, "`keep` or a value");
                    return None;
                }
                Some(node) => Otherwise::Give(template::constant(node, shape, reader)?),
            },
            dates: date.map(|date| read_formats(date, reader)).unwrap_or_default(),
            unit: unit.and_then(|unit| read_unit(unit, shape, reader)),
            split: raw(split, false, reader),
            prefix: raw(prefix, true, reader).unwrap_or_default(),
            suffix: raw(suffix, true, reader).unwrap_or_default(),
            system: reader.optional::<String>("system", system),
            target,
        })
    }

    /// All columns that it names, with the places at which it names them.
    pub(super) fn named(&self) -> Vec<(&str, Span)> {
        let mut list: Vec<(&str, Span)> = self.columns.iter().map(|(column, at)| (column.as_str(), *at)).collect();
        if let Some(Unit::Cells(unit)) = &self.unit {
            list.extend(unit.named());
        }
        list
    }

    /// The same expression with a word in the place of `{n}`.
    pub(super) fn numbered(&self, word: &str) -> Self {
        let text = |text: &str| text.replace("{n}", word);
        let value = |(word_of, value): &(String, Option<Draft>)| {
            (text(word_of), value.as_ref().map(|value| filled(value, word)))
        };
        Self {
            columns: self.columns.iter().map(|(column, at)| (text(column), *at)).collect(),
            join: text(&self.join),
            values: self.values.as_ref().map(|values| values.iter().map(value).collect()),
            otherwise: match &self.otherwise {
                Otherwise::Give(value) => Otherwise::Give(filled(value, word)),
                other => other.clone(),
            },
            dates: self.dates.clone(),
            unit: self.unit.as_ref().map(|unit| match unit {
                Unit::Fixed(unit) => Unit::Fixed(text(unit)),
                Unit::Cells(unit) => Unit::Cells(Box::new(unit.numbered(word))),
            }),
            split: self.split.as_deref().map(text),
            prefix: text(&self.prefix),
            suffix: text(&self.suffix),
            system: self.system.as_deref().map(text),
            target: self.target,
        }
    }
}

fn read_columns(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Vec<(String, Span)>> {
    let nodes: Vec<NodeRef<'_>> = match node.kind() {
        NodeKind::Array => node.children().collect(),
        _ => vec![node],
    };
    let is_name = |node: &NodeRef<'_>| matches!(node.kind(), NodeKind::String | NodeKind::Number);
    if nodes.is_empty() || !nodes.iter().all(is_name) {
        reader.wrong_shape(node, "the name of a column, or several");
        return None;
    }
    Some(nodes.iter().map(|node| (node.text().trim().to_owned(), node.span())).collect())
}

/// A unit: fixed, or in a column.
fn read_unit(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Option<Unit> {
    if node.as_str().is_some() {
        return reader.optional::<String>("unit", Some(node)).map(Unit::Fixed);
    }
    if !is_expression(node) {
        reader.wrong_shape(node, "a unit, or `column: …`");
        return None;
    }
    let words = shape.field("unit").map_or_else(Shape::words, |(_, shape)| shape);
    Expression::read(node, words, reader).map(|unit| Unit::Cells(Box::new(unit)))
}

/// Reads the formats of dates, one or several.
pub(super) fn read_formats(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Vec<DateFormat> {
    let nodes: Vec<NodeRef<'_>> = match node.kind() {
        NodeKind::Array => node.children().collect(),
        _ => vec![node],
    };
    let mut formats = Vec::new();
    for node in nodes {
        let format = node.as_str().and_then(DateFormat::parse);
        if format.is_none() {
            let help = "write it as DD.MM.YYYY, M/D/YYYY, YYYYMMDD, D MMM YYYY or YYYY-MM-DD HH:mm";
            reader.fault(Code::BadDateFormat, node.span(), "this is no format of dates", help);
        }
        formats.extend(format);
    }
    formats
}

fn read_values(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Vec<(String, Option<Draft>)> {
    if node.kind() != NodeKind::Object {
        reader.wrong_shape(node, "a mapping of the table's words to what they mean");
        return Vec::new();
    }
    let mut values: Vec<(String, Option<Draft>)> = Vec::new();
    for child in node.children() {
        let word = child.key().trim().to_owned();
        if values.iter().any(|(known, _)| *known == word) {
            reader.fault(Code::DuplicateField, child.key_span(), "this word stands here twice", "keep one of them");
            continue;
        }
        let value = match child.kind() {
            NodeKind::Null => Some(None),
            _ => template::constant(child, shape, reader).map(Some),
        };
        values.extend(value.map(|value| (word, value)));
    }
    values
}
