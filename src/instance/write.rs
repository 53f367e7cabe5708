//! Documents to JSON text: the bytes that leave the house.

use super::arena::{Document, Kind};
use super::node::NodeRef;
use super::scan::run_end;

/// The document as JSON without white space, members in document order, numbers in their lexical form.
#[must_use]
pub fn to_json(document: &Document) -> String {
    let mut out = String::with_capacity(document.len() * 24);
    if let Some(root) = document.root() {
        write_node(root, None, &mut out);
    }
    out
}

/// A node with what is below it, as JSON without white space.
#[must_use]
pub fn node_to_json(node: NodeRef<'_>) -> String {
    let mut out = String::new();
    write_node(node, None, &mut out);
    out
}

/// Writes a node with what is below it after the text, as JSON without white space.
pub fn write_json(node: NodeRef<'_>, out: &mut String) {
    write_node(node, None, out);
}

/// The document as indented JSON (two spaces), with a line break at the end.
#[must_use]
pub fn to_json_pretty(document: &Document) -> String {
    let mut out = String::with_capacity(document.len() * 40);
    if let Some(root) = document.root() {
        write_node(root, Some(0), &mut out);
        out.push('\n');
    }
    out
}

fn write_node(node: NodeRef<'_>, indent: Option<usize>, out: &mut String) {
    match node.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Bool(true) => out.push_str("true"),
        Kind::Bool(false) => out.push_str("false"),
        Kind::Number => out.push_str(node.text()),
        Kind::String => write_string(node.text(), out),
        Kind::Array => write_items(node, indent, out, '[', ']'),
        Kind::Object => write_items(node, indent, out, '{', '}'),
    }
}

fn write_items(node: NodeRef<'_>, indent: Option<usize>, out: &mut String, open: char, close: char) {
    out.push(open);
    let inner = indent.map(|depth| depth + 1);
    let mut any = false;
    for child in node.children() {
        if any {
            out.push(',');
        }
        any = true;
        line_break(inner, out);
        if open == '{' {
            write_string(child.key(), out);
            out.push_str(if indent.is_some() { ": " } else { ":" });
        }
        write_node(child, inner, out);
    }
    if any {
        line_break(indent, out);
    }
    out.push(close);
}

fn line_break(indent: Option<usize>, out: &mut String) {
    if let Some(depth) = indent {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    }
}

/// Writes a JSON string (RFC 8259, section 7): quotes, backslashes and control characters are escaped, all else stands.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    loop {
        let end = run_end(text.as_bytes(), plain).at;
        out.push_str(text.get(plain..end).unwrap_or_default());
        let escape = match text.as_bytes().get(end) {
            None => break,
            Some(b'"') => "\\\"",
            Some(b'\\') => "\\\\",
            Some(b'\n') => "\\n",
            Some(b'\r') => "\\r",
            Some(b'\t') => "\\t",
            Some(0x08) => "\\b",
            Some(0x0C) => "\\f",
            Some(byte) => {
                out.push_str(&format!("\\u{byte:04x}"));
                ""
            }
        };
        out.push_str(escape);
        plain = end + 1;
    }
    out.push('"');
}
