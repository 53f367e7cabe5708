//! `when`: which rows a rule is for, and when an item is there.
//!
//! A mapping of columns to what must stand in them, all of them; a list of such mappings holds where one of them does. What must stand
//! is a text, a list of texts of which one must, `""` for nothing, or `{not: …}` with any of these.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::case::read::{Read, Reader};
use crate::instance::{Kind, NodeRef};
use crate::issue::{Code, Span};

use super::evaluate::Cells;

/// A condition on a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    /// One of these must hold.
    pub(super) any: Vec<Vec<Test>>,
}

/// What must stand in a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) column: String,
    /// Where the mapping names the column.
    pub(super) at: Span,
    one_of: Vec<String>,
    is_denied: bool,
}

impl Test {
    /// Whether it holds of what stands in the column.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.one_of.iter().any(|wanted| wanted == text) != self.is_denied
    }

    /// The same test with a word in the place of `{n}`.
    pub(super) fn numbered(&mut self, word: &str) {
        self.column = self.column.replace("{n}", word);
        self.one_of.iter_mut().for_each(|wanted| *wanted = wanted.replace("{n}", word));
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() == Kind::Object
            && let Some(other) = node.children().find(|child| child.key() != "not")
        {
            let help = "write `not: …` alone; what must stand in other columns stands beside this one";
            reader.fault(Code::UnknownField, other.key_span(), "a condition has no such member", help);
            return None;
        }
        let denied = node.get("not").filter(|_| node.kind() == Kind::Object);
        let wanted = denied.unwrap_or(node);
        let one_of = match wanted.kind() {
            Kind::Array => wanted.children().map(|child| text(child, reader)).collect::<Option<Vec<_>>>()?,
            _ => vec![text(wanted, reader)?],
        };
        Some(Self { column: node.key().to_owned(), at: node.key_span(), one_of, is_denied: denied.is_some() })
    }
}

impl Condition {
    /// The positions of the cells that make it hold; `None` where it does not.
    pub(super) fn holds(&self, cells: &Cells<'_>) -> Option<Vec<usize>> {
        let all = |tests: &Vec<Test>| {
            let mut read = Vec::new();
            for test in tests {
                let cell = cells.get(&test.column);
                if !test.holds(cell.map_or("", |(_, cell)| &cell.text)) {
                    return None;
                }
                // What something is not is no more than a part of what the cell says.
                read.extend(cell.filter(|_| !test.is_denied).map(|(position, _)| position));
            }
            Some(read)
        };
        self.any.iter().find_map(all)
    }
}

/// A text to compare with; a number and true or false by their characters.
fn text(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<String> {
    match node.kind() {
        Kind::String | Kind::Number => Some(node.text().trim().to_owned()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Null => Some(String::new()),
        Kind::Array | Kind::Object => {
            reader.wrong_shape(node, "a text, a list of texts or `not: …`");
            None
        }
    }
}

impl Read for Condition {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let alternatives: Vec<NodeRef<'_>> = match node.kind() {
            Kind::Array => node.children().collect(),
            _ => vec![node],
        };
        let mut any = Vec::new();
        for alternative in alternatives {
            if alternative.kind() != Kind::Object {
                reader.wrong_shape(alternative, "a mapping of columns to what must stand in them");
                return None;
            }
            any.push(alternative.children().map(|test| Test::read(test, reader)).collect::<Option<Vec<_>>>()?);
        }
        Some(Self { any })
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let word = json_schema!({ "type": ["string", "number", "boolean", "null"] });
        let words = json_schema!({ "anyOf": [word, { "type": "array", "items": word }] });
        let tests = json_schema!({
            "type": "object",
            "additionalProperties": {
                "anyOf": [words, { "type": "object", "properties": { "not": words }, "required": ["not"], "additionalProperties": false }]
            }
        });
        json_schema!({
            "description": "Columns and what must stand in each: a text, one of a list, `\"\"` for nothing, or `{not: …}`. All must hold; of a list of such mappings one.",
            "anyOf": [tests, { "type": "array", "items": tests }]
        })
    }
}
