//! A document as a tree that tests can edit, with numbers as they were written. Proves nothing itself.

use std::fmt::Write as _;

use case2fhir::instance::{Document, Kind, NodeRef, parse_json, parse_yaml};
use case2fhir::issue::Issues;

/// A tree of JSON's kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// A case or bundle as a tree; a text that opens with a brace is JSON.
    pub fn parse(text: &str) -> Self {
        let mut issues = Issues::default();
        let json = text.trim_start().starts_with('{');
        let document = if json { parse_json(text, 1, &mut issues) } else { parse_yaml(text, 1, &mut issues) };
        Self::of(document.as_ref().and_then(Document::root).expect("the text can be read"))
    }

    fn of(node: NodeRef<'_>) -> Self {
        match node.kind() {
            Kind::Null => Self::Null,
            Kind::Bool(value) => Self::Bool(value),
            Kind::Number => Self::Number(node.text().to_owned()),
            Kind::String => Self::String(node.text().to_owned()),
            Kind::Array => Self::Array(node.children().map(Self::of).collect()),
            Kind::Object => {
                Self::Object(node.children().map(|child| (child.key().to_owned(), Self::of(child))).collect())
            }
        }
    }

    /// The tree as JSON.
    pub fn json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => write!(out, "{value}").expect("a string takes all"),
            Self::Number(text) => out.push_str(text),
            Self::String(text) => out.push_str(&serde_json::Value::from(text.as_str()).to_string()),
            Self::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, member)) in members.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                    out.push(':');
                    member.write(out);
                }
                out.push('}');
            }
        }
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, member)| member),
            _ => None,
        }
    }

    /// The member of this name, to edit.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(key, _)| key == name).map(|(_, member)| member),
            _ => None,
        }
    }

    /// Sets a member.
    pub fn set(&mut self, name: &str, value: Self) {
        match self.get_mut(name) {
            Some(member) => *member = value,
            None => {
                let Self::Object(members) = self else { panic!("only objects have members") };
                members.push((name.to_owned(), value));
            }
        }
    }

    /// The items of a member that is a list; a single item becomes a list of one, an absent one an empty list.
    pub fn list_mut(&mut self, name: &str) -> &mut Vec<Self> {
        if self.get(name).is_none() {
            self.set(name, Self::Array(Vec::new()));
        }
        let member = self.get_mut(name).expect("it was just set");
        if !matches!(member, Self::Array(_)) {
            let one = std::mem::replace(member, Self::Null);
            *member = Self::Array(vec![one]);
        }
        match member {
            Self::Array(items) => items,
            _ => unreachable!("it was just made a list"),
        }
    }

    /// Visits each scalar with its path, in which list positions are `[]`.
    pub fn scalars<'t>(&'t self, visit: &mut impl FnMut(&str, &'t Self)) {
        self.walk("", visit);
    }

    fn walk<'t>(&'t self, path: &str, visit: &mut impl FnMut(&str, &'t Self)) {
        match self {
            Self::Array(items) => {
                let path = format!("{path}[]");
                for item in items {
                    item.walk(&path, visit);
                }
            }
            Self::Object(members) => {
                for (name, member) in members {
                    member.walk(&join(path, name), visit);
                }
            }
            scalar => visit(path, scalar),
        }
    }

    /// Visits each scalar with its path, to edit.
    pub fn scalars_mut(&mut self, visit: &mut impl FnMut(&str, &mut Self)) {
        self.walk_mut("", visit);
    }

    fn walk_mut(&mut self, path: &str, visit: &mut impl FnMut(&str, &mut Self)) {
        match self {
            Self::Array(items) => {
                let path = format!("{path}[]");
                for item in items {
                    item.walk_mut(&path, visit);
                }
            }
            Self::Object(members) => {
                for (name, member) in members {
                    member.walk_mut(&join(path, name), visit);
                }
            }
            scalar => visit(path, scalar),
        }
    }

    /// The characters of a string or number.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Number(text) | Self::String(text) => Some(text),
            _ => None,
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
