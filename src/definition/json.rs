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
