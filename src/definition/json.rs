//! JSON text of parts of a document: fixed values and patterns are kept as such, and facts are written as such.

use crate::instance::{Kind, NodeRef};

/// The node as JSON without white space; members and characters of numbers as they stood.
pub(super) fn to_json(node: NodeRef<'_>) -> Box<str> {
    let mut out = String::new();
    push_node(node, &mut out);
    out.into()
}

/// Adds the node as JSON without white space.
fn push_node(node: NodeRef<'_>, out: &mut String) {
    match node.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number => out.push_str(node.text()),
        Kind::String => push_string(node.text(), out),
        Kind::Array | Kind::Object => {
            let is_object = node.kind() == Kind::Object;
            out.push(if is_object { '{' } else { '[' });
            for (index, child) in node.children().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                if is_object {
                    push_string(child.key(), out);
                    out.push(':');
                }
                push_node(child, out);
            }
            out.push(if is_object { '}' } else { ']' });
        }
    }
}

/// Adds a JSON string (RFC 8259, section 7).
pub(super) fn push_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1F' => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Writes an object, member by member; a member that has its default value is left out by the caller or by the method.
pub(super) struct Object<'a> {
    out: &'a mut String,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Opens an object.
    pub(super) fn open(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, is_empty: true }
    }

    /// Begins a member; its value is to be written to what is returned.
    pub(super) fn member(&mut self, name: &str) -> &mut String {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        push_string(name, self.out);
        self.out.push(':');
        self.out
    }

    /// A text, where it is not empty.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            push_string(value, self.member(name));
        }
    }

    /// A number, where it is not zero.
    pub(super) fn number(&mut self, name: &str, value: u32) {
        if value != 0 {
            self.member(name).push_str(&value.to_string());
        }
    }

    /// `1`, where it is true.
    pub(super) fn flag(&mut self, name: &str, value: bool) {
        self.number(name, u32::from(value));
    }

    /// A list, where it is not empty.
    pub(super) fn list<T>(&mut self, name: &str, items: &[T], write: impl FnMut(&T, &mut String)) {
        if !items.is_empty() {
            push_list(items, self.member(name), write);
        }
    }

    /// Closes the object.
    pub(super) fn close(self) {
        self.out.push('}');
    }
}

/// Adds an array.
pub(super) fn push_list<T>(items: &[T], out: &mut String, mut write: impl FnMut(&T, &mut String)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}
