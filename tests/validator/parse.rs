//! Proves that JSON becomes a document as RFC 8259 says: what `serde_json` accepts is accepted with the same values, what it refuses
//! is refused with a place, and places, names, counts and used memory are what the document says of them.

use case2fhir::instance::{
    Builder, Document, Kind, NodeId, NodeRef, Symbol, lines, parse_json, parse_json_bytes, parse_yaml, to_json,
    to_json_pretty,
};
use case2fhir::issue::{Code, Issue, Issues, Span};
use proptest::prelude::*;
use serde_json::Value;

fn parse(text: &str) -> Document {
    let mut issues = Issues::default();
    parse_json(text, 1, &mut issues).unwrap_or_else(|| panic!("{text:?} is refused: {issues:?}"))
}

/// The one fault of a text.
fn fault(bytes: &[u8]) -> Issue {
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
fn each_fault_has_its_place_and_its_words() {
    for (bytes, code, at, words) in [
        (&b""[..], Code::UnreadableJson, 0, "a JSON value is missing"),
        (b" \n", Code::UnreadableJson, 2, "a JSON value is missing"),
        (b"\xEF\xBB\xBF", Code::UnreadableJson, 3, "a JSON value is missing"),
        (b"{\"a\": \"\xFF\"}", Code::UnreadableText, 7, "not UTF-8"),
        (b"\xED\xA0\x80", Code::UnreadableText, 0, "not UTF-8"),
        (b"\xFF\xFE{\0}\0", Code::UnreadableText, 0, "not UTF-8"),
        (b"[\"\\ud800\"]", Code::UnreadableJson, 2, "surrogate"),
        (b"[\"\\udc00\"]", Code::UnreadableJson, 2, "surrogate"),
        (b"[\"x\\ud800\\u0041\"]", Code::UnreadableJson, 3, "surrogate"),
        (b"[\"\\ud800\\ud800\"]", Code::UnreadableJson, 2, "surrogate"),
        (b"[\"\\ud83c\\udf\"]", Code::UnreadableJson, 8, "four hexadecimal digits"),
        (b"[\"\\u00g0\"]", Code::UnreadableJson, 2, "four hexadecimal digits"),
        (b"[\"\\u+123\"]", Code::UnreadableJson, 2, "four hexadecimal digits"),
        (b"[\"\\u00", Code::UnreadableJson, 6, "ends inside a string"),
        (b"[\"\\x\"]", Code::UnreadableJson, 2, "escape does not exist"),
        (b"[\"\\", Code::UnreadableJson, 3, "ends inside a string"),
        (b"[\"a", Code::UnreadableJson, 3, "ends inside a string"),
        (b"[\"a\x01\"]", Code::UnreadableJson, 3, "control character"),
        (b"[\"a\\n\x7f\x00\"]", Code::UnreadableJson, 6, "control character"),
        (b"{\"a\x1f\":1}", Code::UnreadableJson, 3, "control character"),
        (b"[\"a\n\"]", Code::UnreadableJson, 3, "a line ends inside a string"),
        (b"[01]", Code::UnreadableJson, 1, "leading zero"),
        (b"[-01]", Code::UnreadableJson, 2, "leading zero"),
        (b"[1.]", Code::UnreadableJson, 3, "a digit is missing"),
        (b"[-]", Code::UnreadableJson, 2, "a digit is missing"),
        (b"[1e+]", Code::UnreadableJson, 4, "a digit is missing"),
        (b"[.5]", Code::UnreadableJson, 1, "a JSON value is missing"),
        (b"[+5]", Code::UnreadableJson, 1, "a JSON value is missing"),
        (b"[tru]", Code::UnreadableJson, 1, "word is not JSON"),
        (b"[NaN]", Code::UnreadableJson, 1, "word is not JSON"),
        (b"['a']", Code::UnreadableJson, 1, "single quotes"),
        (b"[1,]", Code::UnreadableJson, 3, "a JSON value is missing"),
        (b"{\"a\":1,}", Code::UnreadableJson, 7, "a member name"),
        (b"{a:1}", Code::UnreadableJson, 1, "a member name"),
        (b"{\"a\" 1}", Code::UnreadableJson, 5, "a colon is missing"),
        (b"[1 2]", Code::UnreadableJson, 3, "a comma or the closing bracket"),
        (b"[1}", Code::UnreadableJson, 2, "a comma or the closing bracket"),
        (b"{\"a\":1]", Code::UnreadableJson, 6, "a comma or the closing bracket"),
        (b"{\"a\":[1", Code::UnreadableJson, 7, "ends inside an array"),
        (b"{\"a\":1", Code::UnreadableJson, 6, "ends inside an object"),
        (b"{} {}", Code::UnreadableJson, 3, "more text after the end"),
        (b"{}\0", Code::UnreadableJson, 2, "more text after the end"),
        (b"{} // x", Code::UnreadableJson, 3, "a comment"),
        (b"/* x */{}", Code::UnreadableJson, 0, "a comment"),
        (b"{/* x */}", Code::UnreadableJson, 1, "a comment"),
        (b"{\"a\"// x\n:1}", Code::UnreadableJson, 4, "a comment"),
        (b"{\"a\":/**/1}", Code::UnreadableJson, 5, "a comment"),
        (b"[1,// x\n2]", Code::UnreadableJson, 3, "a comment"),
        (b"[1/**/]", Code::UnreadableJson, 2, "a comment"),
        (b"[/1]", Code::UnreadableJson, 1, "a JSON value is missing"),
        (b"{}\xEF\xBB\xBF{}", Code::UnreadableJson, 2, "byte order mark"),
    ] {
        let issue = fault(bytes);
        let text = String::from_utf8_lossy(bytes);
        assert_eq!((issue.code, issue.span), (code, Some(Span::new(1, at, at))), "{text:?}: {}", issue.message);
        assert!(issue.message.contains(words), "{text:?}: {}", issue.message);
    }
}

#[test]
fn nesting_ends_at_its_limit() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize, inner: &str| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
        let document = parse(&nested(128, "1"));
        assert_eq!(document.len(), 129);
        assert_eq!(to_json(&document), nested(128, "1"));
        let issue = fault(nested(129, "1").as_bytes());
        let place = u32::try_from(open.len() * 128).expect("a small number");
        assert_eq!((issue.code, issue.span), (Code::TooDeep, Some(Span::new(1, place, place))));
        assert_eq!(fault(open.repeat(5_000_000).as_bytes()).code, Code::TooDeep);
    }
}

#[test]
fn a_text_beyond_the_offsets_is_refused_before_it_is_read() {
    // The system gives zeroed memory as it is touched, and nobody touches it.
    let huge = vec![0u8; 1 << 31];
    assert_eq!(fault(&huge).code, Code::TooLarge);
}

#[test]
fn numbers_keep_their_characters() {
    let long = "9".repeat(100_000);
    for number in ["5.10", "-0", "0e0", "1e999", "-1E-999", "99999999999999999999", "0.00000000000000000000001", &long]
    {
        let document = parse(&format!(" [ {number} ] "));
        let child = document.first_child(NodeId::ROOT).expect("an item");
        assert_eq!((document.kind(child), document.text(child)), (Kind::Number, number));
        assert_eq!(to_json(&document), format!("[{number}]"));
    }
}

#[test]
fn duplicate_members_are_kept() {
    let document = parse(r#"{"a":1,"b":2,"\u0061":3,"":4,"":5}"#);
    let symbols: Vec<usize> = document.children(NodeId::ROOT).map(|child| document.symbol(child).index()).collect();
    assert_eq!(symbols, [0, 1, 0, 2, 2]);
    assert_eq!(document.symbols().collect::<Vec<_>>(), ["a", "b", ""]);
    assert_eq!(document.child_count(NodeId::ROOT), 5);
    let root = document.root().expect("a root");
    assert_eq!(root.get("a").map(|node| node.text()), Some("1"));
    assert_eq!(root.get("c").map(|node| node.id()), None);
}

#[test]
fn a_byte_order_mark_moves_no_place() {
    let document = parse("\u{FEFF}{\"a\": [null, \"\\n\"]}");
    let root = document.root().expect("a root");
    let list = root.get("a").expect("the member");
    assert_eq!((root.span(), list.key_span()), (Span::new(1, 3, 22), Span::new(1, 4, 7)));
    assert_eq!(list.children().map(|item| item.span().start).collect::<Vec<_>>(), [10, 16]);
}

#[test]
fn names_of_all_lengths_and_those_made_to_collide_have_their_numbers() {
    // Names of one length whose first and last eight bytes agree have the same hash; names that differ in one place have not.
    let colliding = (0..3000).map(|number| format!("abcdefgh{number:04}abcdefgh"));
    let lengths = (0..40).flat_map(|length| ["x".repeat(length), format!("{}y", "x".repeat(length))]);
    let escaped = (0..40).map(|length| format!("{}\\\"", "z".repeat(length)));
    let names: Vec<String> = lengths.chain(colliding).chain(escaped).collect();
    let members: Vec<String> = names.iter().enumerate().map(|(at, name)| format!("\"{name}\":{at}")).collect();
    // Each stands twice, so that the second time must find the first.
    let text = format!("[{{{0}}},{{{0}}}]", members.join(","));
    let document = parse(&text);
    sound_names(&document, &names);
    assert_eq!(to_json(&document), text);
    let mut reused = document.clone();
    assert!(reused.read_json("{\"b\":{\"a\":1}}", 1, &mut Issues::default()));
    assert_eq!(reused.symbols().collect::<Vec<_>>(), ["b", "a"]);
}

fn sound_names(document: &Document, names: &[String]) {
    let mut distinct: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for name in names {
        let name: String = serde_json::from_str(&format!("\"{name}\"")).expect("a name");
        if seen.insert(name.clone()) {
            distinct.push(name);
        }
    }
    assert!(document.symbols().eq(distinct.iter().map(String::as_str)));
    for list in document.children(NodeId::ROOT) {
        for member in document.children(list) {
            let at: usize = document.text(member).parse().expect("the name's number");
            let name: String = serde_json::from_str(&format!("\"{}\"", names[at])).expect("a name");
            assert_eq!(document.key(member), name);
            assert_eq!(document.find_symbol(&name), Some(document.symbol(member)));
        }
    }
}

#[test]
fn as_many_names_as_there_are_numbers_and_no_more() {
    let text = |count: usize, name: fn(usize) -> String| {
        let members: Vec<String> = (0..count).map(|at| format!("\"{}\":{at}", name(at))).collect();
        format!("[{{{}}}]", members.join(","))
    };
    for name in [|at| format!("n{at}"), |at| format!("abcdefgh{at:05}abcdefgh")] {
        let document = parse(&text(Builder::MOST_NAMES, name));
        assert_eq!(document.symbol_count(), 65_535);
        let list = document.first_child(NodeId::ROOT).expect("the object");
        let last = document.children(list).last().expect("a member");
        assert_eq!((document.key(last), document.text(last)), (name(65_534).as_str(), "65534"));
        let issue = fault(text(Builder::MOST_NAMES + 1, name).as_bytes());
        assert_eq!(issue.code, Code::TooLarge);
        assert!(issue.message.contains("different member names"));
    }
    let yaml: String = (0..=Builder::MOST_NAMES).map(|at| format!("n{at}: 1\n")).collect();
    let mut issues = Issues::default();
    assert!(parse_yaml(&yaml, 1, &mut issues).is_none());
    assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [Code::TooLarge]);
}

#[test]
fn built_documents_and_yaml_have_places_names_and_counts_too() {
    let mut issues = Issues::default();
    let document = parse_yaml("a: [1, x]\nb:\n  a: {}\n", 7, &mut issues).expect("YAML");
    let root = document.root().expect("a root");
    let b = root.get("b").expect("a member");
    assert_eq!(b.key_span(), Span::new(7, 10, 11));
    assert_eq!(root.get("a").map(|node| (node.span().start, document.child_count(node.id()))), Some((3, 2)));
    assert_eq!(b.get("a").map(|node| node.key_span()), Some(Span::new(7, 15, 16)));
    assert_eq!(document.symbols().collect::<Vec<_>>(), ["a", "b"]);

    let mut builder = Builder::default();
    builder.open(Kind::Object, Span::EMPTY);
    builder.key("left", Span::EMPTY);
    builder.forget_key();
    builder.key("id", Span::EMPTY);
    builder.string("\"", Span::EMPTY);
    builder.key("list", Span::EMPTY);
    builder.open(Kind::Array, Span::EMPTY);
    builder.number("5.10", Span::EMPTY);
    let document = builder.finish();
    assert_eq!(to_json(&document), r#"{"id":"\"","list":[5.10]}"#);
    assert_eq!(document.end(NodeId::ROOT), NodeId(4));
    for index in 0..5 {
        assert_eq!((document.span(NodeId(index)), document.key_span(NodeId(index))), (Span::EMPTY, Span::EMPTY));
    }
}

#[test]
fn foreign_node_numbers_find_nothing() {
    let document = parse("{\"a\":\"b\"}");
    for id in [NodeId(2), NodeId(u32::MAX)] {
        assert_eq!((document.kind(id), document.text(id), document.key(id)), (Kind::Null, "", ""));
        assert_eq!((document.span(id), document.key_span(id)), (Span::EMPTY, Span::EMPTY));
        assert_eq!(document.children(id).count(), 0);
    }
}

#[test]
fn lines_have_their_offsets() {
    let found = |bytes: &'static [u8]| lines(bytes).collect::<Vec<_>>();
    assert_eq!(found(b""), []);
    assert_eq!(found(b"\xEF\xBB\xBF"), []);
    assert_eq!(found(b"\n \n\r\n\t\r\n"), []);
    assert_eq!(found(b"{}"), [(0, &b"{}"[..])]);
    assert_eq!(found(b"\xEF\xBB\xBF{}\r\n\r\n [1] \n\n2"), [(3, &b"{}"[..]), (9, b" [1] "), (16, b"2")]);
}
