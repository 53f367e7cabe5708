//! Proves that a document read from JSON or YAML, or built, says of places, names, counts and numbers what its source says, up to the
//! limits of depth, size and names, and that each fault has its place.

use case2fhir::instance::{Builder, Document, Kind, NodeId, lines, parse_yaml, to_json};
use case2fhir::issue::{Code, Issues, Span};

use crate::parse::{fault, parse};

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
    let yaml: Vec<String> = (0..=Builder::MOST_NAMES).map(|at| format!("n{at}: 1\n")).collect();
    let mut issues = Issues::default();
    assert!(parse_yaml(&yaml.concat(), 1, &mut issues).is_none());
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
