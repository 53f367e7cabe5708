//! Proves that JSON becomes a document as RFC 8259 says: what `serde_json` accepts is accepted with the same values, what it refuses
//! is refused with a place, and places, names, counts and used memory are what the document says of them.
//!
//! Where the two differ, and why: this house skips a byte order mark at the start (RFC 8259, section 8.1 allows it), keeps numbers that
//! no f64 holds (FHIR's decimals have no such limit), and nests 128 deep where `serde_json` nests 127.

use case2fhir::instance::{
    Document, Kind, NodeId, NodeRef, Symbol, lines, parse_json, parse_json_bytes, to_json, to_json_pretty,
};
use case2fhir::issue::{Issue, Issues, Span};
use proptest::prelude::*;
use serde_json::Value;

pub fn parse(text: &str) -> Document {
    let mut issues = Issues::default();
    parse_json(text, 1, &mut issues).unwrap_or_else(|| panic!("{text:?} is refused: {issues:?}"))
}

/// The one fault of a text.
pub fn fault(bytes: &[u8]) -> Issue {
    let mut issues = Issues::default();
    let document = parse_json_bytes(bytes, 1, &mut issues);
    let text = String::from_utf8_lossy(bytes);
    assert!(document.is_none(), "{text:?} is read");
    let list: Vec<&Issue> = issues.iter().collect();
    assert_eq!(list.len(), 1, "{text:?}: one fault at a time");
    assert!(list[0].message.len() > 8 && list[0].help.len() > 8, "{text:?}");
    list[0].clone()
}

/// The same value in `serde_json`'s own form. Numbers are compared as both programs read their characters.
fn value(node: NodeRef<'_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(value),
        Kind::Number => serde_json::from_str(node.text()).expect("a number's characters are a number"),
        Kind::String => Value::String(node.text().to_owned()),
        Kind::Array => Value::Array(node.children().map(value).collect()),
        Kind::Object => Value::Object(node.children().map(|child| (child.key().to_owned(), value(child))).collect()),
    }
}

/// Holds a document to what is true of any.
fn sound(document: &Document, text: &str) {
    let names: Vec<&str> = document.symbols().collect();
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), names.len(), "a name has one number");
    assert_eq!(document.symbol_count(), names.len());
    for (number, name) in names.iter().enumerate() {
        assert_eq!(document.find_symbol(name).map(Symbol::index), Some(number));
    }
    if !document.is_empty() {
        assert_eq!(document.end(NodeId::ROOT).0 as usize, document.len());
        assert_eq!(document.symbol(NodeId::ROOT), Symbol::NONE);
    }
    for index in 0..u32::try_from(document.len()).expect("few nodes") {
        let id = NodeId(index);
        let node = document.node_ref(id);
        let children: Vec<NodeId> = document.children(id).collect();
        assert_eq!(document.child_count(id), children.len());
        assert_eq!(document.first_child(id), children.first().copied());
        for pair in children.windows(2) {
            assert_eq!(document.end(pair[0]), pair[1], "a subtree ends where the next sibling is");
        }
        if let Some(last) = children.last() {
            assert_eq!(document.end(*last), document.end(id));
        }
        let span = document.span(id);
        let own = &text[span.start as usize..span.end as usize];
        let read: Value = serde_json::from_str(own).unwrap_or_else(|error| panic!("{own:?} at {span:?}: {error}"));
        // Numbers that are equal as values may differ as characters, which the round trip compares.
        assert_eq!(read, value(node), "a node's place holds its value");
        if document.is_plain(id) {
            assert_eq!((node.kind(), own), (Kind::String, format!("\"{}\"", node.text()).as_str()));
            assert!(node.text().is_ascii());
        } else if node.kind() == Kind::String {
            assert!(own.contains('\\') || !own.is_ascii(), "{own:?} is plain");
        }
        for child in node.children() {
            let place = child.key_span();
            if node.kind() == Kind::Object {
                let name: String =
                    serde_json::from_str(&text[place.start as usize..place.end as usize]).expect("a name's place");
                assert_eq!(name, child.key());
                assert_eq!(document.symbol_name(document.symbol(child.id())), child.key());
                let first = node.children().find(|other| other.key() == name).expect("a member");
                assert_eq!(node.get(&name).map(|found| found.id()), Some(first.id()));
            } else {
                assert_eq!((document.symbol(child.id()), place), (Symbol::NONE, Span::EMPTY));
            }
        }
    }
}

fn agree(bytes: &[u8]) {
    let mut issues = Issues::default();
    let document = parse_json_bytes(bytes, 1, &mut issues);
    // `serde_json` skips no byte order mark, reads a number that no f64 holds as a fault, and nests 127 deep.
    let unmarked = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    let wanted = serde_json::from_slice::<Value>(unmarked);
    let text = String::from_utf8_lossy(bytes);
    match (&document, &wanted) {
        (Some(document), Ok(wanted)) => {
            assert_eq!(document.root().map(value).as_ref(), Some(wanted), "{text:?}");
            sound(document, &text);
        }
        (None, Err(_)) => {
            let issue = fault(bytes);
            let span = issue.span.expect("a place");
            assert!(span.start as usize <= bytes.len() && span.source == 1, "{text:?}: {span:?}");
        }
        (Some(_), Err(error)) => assert!(error.to_string().contains("number out of range"), "{text:?}: {error}"),
        (None, Ok(_)) => panic!("{text:?} is refused: {issues:?}"),
    }
}

fn trees() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        "[ -~]{0,40}",
        any::<String>(),
        "[\\x00-\\x1f\"\\\\/é甲🎗]{0,20}",
        proptest::sample::select(vec!["resourceType", "id", "valueCodeableConcept", "a", "abcdefgh", "abcdefghi"])
            .prop_map(str::to_owned),
    ];
    let leaves = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        texts.clone().prop_map(Value::from),
    ];
    leaves.prop_recursive(6, 80, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((texts.clone(), inner), 0..8).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Pieces of JSON and of what resembles it.
fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\"a\"",
        "\"a\":",
        "\"resourceType\" : ",
        "1",
        "-",
        "0",
        "1.5",
        "e5",
        "E+",
        ".",
        "true",
        "fals",
        "false",
        "null",
        "nul",
        " ",
        "\n",
        "\t",
        "\r\n",
        "        ",
        "\\u00e4",
        "\\ud83c\\udf97",
        "\\ud800",
        "\\u12",
        "\\x",
        "\u{1}",
        "\u{7f}",
        "é",
        "🎗",
        "//",
        "/*",
        "'",
        "\u{FEFF}",
        "NaN",
        "\"a longer text that fills more than a block\"",
        "\"one with \\\" and \\n in it, longer than a block\"",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn compact_json_comes_out_as_it_went_in(tree in trees()) {
        // `serde_json` escapes DEL and slashes as this house does: not at all.
        let text = tree.to_string();
        let document = parse(&text);
        prop_assert_eq!(to_json(&document), text.as_str());
        prop_assert_eq!(document.root().map(value), Some(tree.clone()));
        sound(&document, &text);
        let pretty = serde_json::to_string_pretty(&tree).expect("it can be written");
        let again = parse(&pretty);
        prop_assert_eq!(to_json(&again), text);
        prop_assert_eq!(to_json(&parse(&to_json_pretty(&again))), to_json(&again));
        sound(&again, &pretty);
    }

    #[test]
    fn pieces_are_judged_as_serde_json_does(text in pieces()) {
        agree(text.as_bytes());
    }

    #[test]
    fn mutations_are_judged_as_serde_json_does(
        tree in trees(), pretty in any::<bool>(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4),
    ) {
        let text = if pretty { serde_json::to_string_pretty(&tree).expect("it can be written") } else { tree.to_string() };
        let mut bytes = text.into_bytes();
        for (place, byte, edit) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        agree(&bytes);
    }

    #[test]
    fn bytes_are_judged_as_serde_json_does(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        agree(&bytes);
    }

    #[test]
    fn a_document_used_again_is_as_a_new_one(texts in prop::collection::vec(prop_oneof![trees().prop_map(|tree| tree.to_string()), pieces()], 1..6)) {
        let mut reused = Document::default();
        for text in texts {
            let (mut first, mut second) = (Issues::default(), Issues::default());
            let new = parse_json(&text, 1, &mut first);
            let read = reused.read_json(&text, 1, &mut second);
            prop_assert_eq!(read, new.is_some());
            prop_assert_eq!(first.iter().collect::<Vec<_>>(), second.iter().collect::<Vec<_>>());
            match new {
                Some(new) => {
                    sound(&reused, &text);
                    prop_assert_eq!(to_json(&new), to_json(&reused));
                    prop_assert!(new.symbols().eq(reused.symbols()));
                }
                None => prop_assert!(reused.is_empty() && reused.root().is_none() && reused.symbol_count() == 0),
            }
        }
    }

    #[test]
    fn lines_are_those_of_the_text(parts in prop::collection::vec("[a-z\u{e9} \t]{0,24}", 0..8), crlf in any::<bool>(), mark in any::<bool>()) {
        let mut text = if mark { "\u{FEFF}".to_owned() } else { String::new() };
        text.push_str(&parts.join(if crlf { "\r\n" } else { "\n" }));
        let wanted: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.trim_matches([' ', '\t']).is_empty()).collect();
        let found: Vec<(usize, &[u8])> = lines(text.as_bytes()).collect();
        prop_assert_eq!(found.iter().map(|(_, line)| *line).collect::<Vec<_>>(), wanted.iter().map(|line| line.as_bytes()).collect::<Vec<_>>());
        for (offset, line) in found {
            prop_assert_eq!(&text.as_bytes()[offset..offset + line.len()], line);
        }
    }
}

#[test]
fn each_byte_at_each_place_of_a_string_is_judged_as_serde_json_does() {
    // Scanning takes eight and sixteen bytes at a time; each byte has to be seen at each place among them.
    for before in 0..20 {
        for byte in 0..=255u8 {
            for after in [0, 1, 7, 20] {
                let mut bytes = b"[\"".to_vec();
                bytes.extend(std::iter::repeat_n(b'a', before));
                bytes.push(byte);
                bytes.extend(std::iter::repeat_n(b'n', after));
                bytes.extend(b"\",{\"");
                bytes.extend(std::iter::repeat_n(b'k', before));
                bytes.extend("é\":\"é\"}]".as_bytes());
                agree(&bytes);
            }
        }
    }
}

#[test]
fn blanks_of_any_number_and_kind_are_skipped() {
    for blank in [" ", "\n", "\t", "\r\n", "\n  ", "\u{b}", "\u{c}", "\u{a0}", "\0"] {
        for count in 0..20 {
            let run = blank.repeat(count);
            agree(format!("{run}[{run}1{run},{run}{{{run}\"a\"{run}:{run}[{run}]{run}}}{run}]{run}").as_bytes());
            agree(format!("[{run}").as_bytes());
        }
    }
}

#[test]
fn a_case_with_any_byte_changed_is_judged_as_serde_json_does() {
    let case = include_bytes!("../../fixtures/cases/lung-egfr-json/case.json");
    agree(case);
    for at in (0..case.len()).step_by(97) {
        let mut bytes = case.to_vec();
        bytes[at] = [b'"', b'\\', b'{', b',', b'0', b' ', 0xC3][at % 7];
        agree(&bytes);
        bytes.truncate(at);
        agree(&bytes);
    }
}
