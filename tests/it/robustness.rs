//! Proves that no input makes the program panic, that a broken one never gives a bundle, that each fault is reported with its place, its
//! code and a remedy, and that nothing a case says gets into messages that end in logs.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use case2fhir::bundle::BundleKind;
use case2fhir::issue::{Code, Severity};
use case2fhir::render::{self, Values};
use case2fhir::source::MAX_BYTES;
use case2fhir::terminology::systems;
use proptest::prelude::*;

use crate::fixtures::{self, Converted};
use crate::tree::Tree;

/// Converts, and holds the result to what is true of any input.
fn withstand(bytes: &[u8]) -> Converted {
    let context = fixtures::context(BundleKind::Document);
    let converted = catch_unwind(AssertUnwindSafe(|| fixtures::convert(context, "case.yaml", bytes)));
    let converted = converted.unwrap_or_else(|_| panic!("a panic on {:?}", String::from_utf8_lossy(bytes)));
    let faulty = converted.issues.has_errors();
    assert_eq!(
        converted.conversion.is_none(),
        faulty,
        "a bundle or errors, and never both:\n{}",
        converted.report(Values::Show)
    );
    for issue in &converted.issues {
        assert!(issue.code != Code::Internal, "a defect of the program:\n{}", converted.report(Values::Show));
        // Rendering must withstand any place as well.
        for values in [Values::Hide, Values::Show] {
            assert!(!render::text::render(issue, &converted.sources, values).is_empty());
            assert!(render::json::render(issue, &converted.sources, values).is_object());
        }
    }
    if let Some(conversion) = &converted.conversion {
        let json = case2fhir::instance::to_json(&conversion.bundle.document);
        // The house's own parser keeps to RFC 8259's grammar and reads numbers of any size.
        Tree::parse(&json);
    }
    converted
}

/// Files that the good cases are made into by mutation.
fn originals() -> Vec<Vec<u8>> {
    fixtures::all().into_iter().map(|fixture| fixture.bytes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        withstand(&bytes);
    }

    #[test]
    fn arbitrary_text_does_no_harm(text in "\\PC{0,200}", before in "(id: t\npatient: )?(\\{)?") {
        withstand(format!("{before}{text}").as_bytes());
    }

    #[test]
    fn texts_made_of_yamls_and_jsons_own_signs_do_no_harm(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "\t", "'", "\"", "\\", "|", ">", "|-\n", "&a ", "*a", "!t ", "? ", "---\n",
            "...\n", "# c\n", "%YAML 1.2\n", "id", "patient", "cancers", "diagnosis", "key", "of", "date", "value", "2021-06", "1e999",
            "~", "null", "true", "<<", ",", "\u{FEFF}", "\r\n", "\u{85}", "\u{2028}", "甲", "\0", "\\ud800", "\\x07",
        ]), 0..40)
    ) {
        withstand(parts.concat().as_bytes());
    }

    #[test]
    fn any_text_in_any_field_of_words_does_no_harm(text in "\\PC{1,60}") {
        let words = serde_json::Value::from(text).to_string();
        withstand(format!(
            "{{\"id\": {words}, \"title\": {words}, \"patient\": {{\"name\": {words}, \"age\": {words}, \"identifier\": {words}}},
              \"cancers\": {{\"diagnosis\": {words}, \"onset\": {words}, \"stage\": {{\"t\": {words}, \"date\": {words}}}}},
              \"tumors\": {{\"site\": {words}, \"size\": {{\"dimensions\": {words}}}}},
              \"labs\": {{\"test\": {words}, \"value\": {words}}}, \"variants\": {{\"gene\": {words}, \"protein\": {words}}},
              \"medications\": {{\"drug\": {words}, \"dose\": {words}, \"schedule\": {words}}}}}"
        ).as_bytes());
        withstand(format!("{{\"id\": \"t\", \"patient\": {{}}, \"findings\": {{\"finding\": {words}, \"value\": {words}}},
              \"markers\": {{\"marker\": {words}, \"result\": {words}}}, \"history\": {{\"kind\": \"social\", \"text\": {words}}},
              \"vitals\": {{\"sign\": {words}, \"value\": {words}}}, \"conditions\": {{\"condition\": {words}, \"note\": {words}}}}}"
        ).as_bytes());
    }

    #[test]
    fn truncated_cases_do_no_harm(which in 0usize..64, at in any::<prop::sample::Index>()) {
        let originals = originals();
        let bytes = &originals[which % originals.len()];
        withstand(&bytes[..at.index(bytes.len())]);
    }

    #[test]
    fn cases_with_lines_lost_and_doubled_do_no_harm(which in 0usize..64, edits in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 1..6)) {
        let originals = originals();
        let text = String::from_utf8_lossy(&originals[which % originals.len()]).into_owned();
        let mut lines: Vec<&str> = text.lines().collect();
        for (at, double) in edits {
            if lines.is_empty() {
                break;
            }
            let at = at.index(lines.len());
            if double {
                lines.insert(at, lines[at]);
            } else {
                lines.remove(at);
            }
        }
        withstand(lines.join("\n").as_bytes());
    }

    #[test]
    fn cases_with_flipped_bytes_do_no_harm(which in 0usize..64, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let originals = originals();
        let mut bytes = originals[which % originals.len()].clone();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        withstand(&bytes);
    }

    #[test]
    fn no_value_of_a_damaged_case_gets_into_a_message(at in any::<prop::sample::Index>(), lost in 1usize..4) {
        let marked = marked();
        let mut lines: Vec<&str> = marked.split_inclusive(',').collect();
        for _ in 0..lost {
            let at = at.index(lines.len());
            lines.remove(at);
        }
        discreet(&withstand(lines.concat().as_bytes()));
    }
}

/// The largest case, as JSON, with each text but keys and links replaced by one that no message has by chance.
fn marked() -> String {
    let mut tree = Tree::parse(fixtures::named("maximal").text());
    let mut count = 0;
    tree.scalars_mut(&mut |path, scalar| {
        let name = path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
        let names_an_item =
            ["id", "key", "of", "evolved_from", "specimen", "tumor", "report", "after", "due_to"].contains(&name);
        if let (Tree::String(text), false) = (scalar, names_an_item) {
            count += 1;
            *text = format!("Zqx{count}");
        }
    });
    tree.json()
}

fn discreet(converted: &Converted) {
    for issue in &converted.issues {
        for part in [&issue.message, &issue.help, &issue.path] {
            assert!(!part.contains("Zqx"), "{} repeats a value: {part}", issue.code.name());
        }
        let shown = render::text::render(issue, &converted.sources, Values::Hide);
        assert!(!shown.contains("Zqx"), "{shown}");
        assert!(!render::json::render(issue, &converted.sources, Values::Hide).to_string().contains("Zqx"));
    }
}

#[test]
fn no_value_of_a_case_full_of_faults_gets_into_a_message() {
    let converted = withstand(marked().as_bytes());
    assert!(converted.issues.count(Severity::Error) > 50, "the marks make many faults");
    discreet(&converted);
}

#[test]
fn no_value_gets_into_a_message_about_unreadable_text() {
    for text in [
        "id: Zqx1\npatient: {name: Zqx2",
        "a: b: Zqx3",
        "\"Zqx4",
        "'Zqx5",
        "- Zqx6\nb: c",
        "&Zqx7 a",
        "*Zqx8",
        "!Zqx9 a",
        "%Zqx10\n---\na",
        "{Zqx11",
        "{\"a\": Zqx12}",
        "{\"a\": \"Zqx13\\q\"}",
        "{\"a\": \"Zqx14",
        "\"Zqx15\\q\"",
        "a: |Zqx16\n b",
        "? [Zqx17]\n: b",
        "a: 1\n---\nZqx18: 2",
        "a: @Zqx19",
        "a: `Zqx20`",
        "\t\ta: Zqx21\n  a: c",
        "a:\n\t- Zqx22",
        "!<Zqx23> a",
        "!Zqx24!b c",
        "a: >9Zqx25\n b",
    ] {
        let converted = withstand(text.as_bytes());
        discreet(&converted);
    }
}

#[test]
fn no_scalar_of_the_broken_fixtures_stands_in_a_message() {
    // Words of the case that are the format's own as well, and stand in messages for that reason.
    const OWN: &[&str] = &[
        "text",
        "value",
        "name",
        "date",
        "list",
        "case",
        "panel",
        "high",
        "mass",
        "words",
        "breast",
        "SNOMED CT",
        "active",
        "recurrence",
        "relapse",
        "absent",
        "true",
        "completed",
        "finished",
        "status",
        "unknown",
        "resolved",
        "remission",
        "secondary",
        "primary",
    ];
    let is_own = |value: &str| {
        // The examples of dates in the help are of June 2021, as are many dates of the fixture.
        const DATES: &str = "2002, 2021-06, 2021-06-05 or 2021-06-05T10:30:00+02:00";
        OWN.contains(&value) || systems::aliases().contains(&value) || DATES.contains(value)
    };
    let mut faults = Vec::new();
    for fixture in fixtures::broken() {
        if ["broken-yaml", "broken-json", "broken-anchors", "broken-deep"].contains(&fixture.name.as_str()) {
            continue;
        }
        let converted = fixture.convert();
        let mut values = BTreeSet::new();
        let mut keys = BTreeSet::new();
        Tree::parse(fixture.text()).scalars(&mut |path, scalar| {
            let name = path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
            let text = scalar.text().unwrap_or_default().to_owned();
            if name == "key" {
                keys.insert(text)
            } else {
                values.insert(text)
            };
        });
        for issue in &converted.issues {
            // What a message puts into backticks is a field's name, a word of the format, or a key that is suggested.
            let told = format!("{}\n{}\n{}", issue.message, issue.help, issue.path);
            let plain: String = told.split('`').step_by(2).collect();
            for value in values.iter().filter(|value| value.chars().count() >= 4 && !is_own(value)) {
                if plain.contains(value.as_str()) {
                    faults.push(format!("{}: {value:?} stands in: {told}", fixture.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_issue_of_the_broken_fixtures_has_a_place_a_code_a_message_and_a_remedy() {
    let mut seen = BTreeSet::new();
    for fixture in fixtures::broken() {
        let converted = fixture.convert();
        assert!(converted.conversion.is_none(), "{} gives a bundle", fixture.name);
        assert!(!converted.errors().is_empty(), "{} has no error", fixture.name);
        for issue in &converted.issues {
            let told = render::text::render(issue, &converted.sources, Values::Hide);
            let place = issue.span.and_then(|span| converted.sources.place(span));
            let place = place.unwrap_or_else(|| panic!("{}: no place: {told}", fixture.name));
            assert_eq!(place.file, fixture.file());
            assert!(place.line >= 1 && place.line <= fixture.text().lines().count() && place.column >= 1, "{told}");
            assert!(told.contains(&format!("{}:{}:{}", place.file, place.line, place.column)), "{told}");
            assert!(Code::ALL.contains(&issue.code));
            assert_eq!(issue.severity, issue.code.severity());
            assert!(issue.message.len() > 8 && issue.help.len() > 8, "{}: {told}", fixture.name);
            seen.insert(issue.code.name());
        }
    }
    let wanted: BTreeSet<&str> =
        Code::ALL.iter().map(|code| code.name()).filter(|name| name.starts_with("case/")).collect();
    let missing: Vec<&&str> = wanted.difference(&seen).collect();
    assert!(missing.is_empty(), "no broken fixture shows {missing:?}");
}

#[test]
fn the_place_is_that_of_the_fault() {
    let fixture = fixtures::named("broken-terms");
    let converted = fixture.convert();
    let at = |line: usize, column: usize| {
        converted.issues.iter().any(|issue| {
            let place = issue.span.and_then(|span| converted.sources.place(span)).expect("a place");
            (place.line, place.column) == (line, column)
        })
    };
    let (line, text) = fixture.text().lines().enumerate().find(|(_, line)| line.contains("femal")).expect("the line");
    assert!(at(line + 1, text.find("femal").expect("the word") + 1));
    // The same after characters of several bytes, with CRLF, and with a byte order mark.
    for text in
        ["# ü甲🎗\nid: t\npatient: {name: ü甲, sex: femal}", "\u{FEFF}# x\r\nid: t\r\npatient: {name: ü甲, sex: femal}"]
    {
        let converted = withstand(text.as_bytes());
        let issue = converted.issues.iter().find(|issue| issue.code == Code::UnknownTerm).expect("the fault");
        let place = converted.sources.place(issue.span.expect("a span")).expect("a place");
        assert_eq!((place.line, place.column), (3, 26), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    for name in ["xing-2023-atc", "lung-egfr-json", "breast-her2"] {
        let fixture = fixtures::named(name);
        let text = fixture.text();
        let wanted = fixture.convert().json();
        let marked = format!("\u{FEFF}{text}");
        assert_eq!(fixtures::convert_text(&marked).json(), wanted, "{name} with a mark");
        let crlf = text.replace('\n', "\r\n");
        assert_eq!(fixtures::convert_text(&crlf).json(), wanted, "{name} with CRLF");
        assert_eq!(
            fixtures::convert_text(&format!("{}\n\n  \n", text.trim_end())).json(),
            wanted,
            "{name} with blank lines"
        );
    }
}

#[test]
fn inputs_that_hold_no_case_are_told_so() {
    for (bytes, code) in [
        (&b""[..], Code::MissingField),
        (b"   \n\n", Code::MissingField),
        (b"# only a remark\n", Code::MissingField),
        (b"\xEF\xBB\xBF", Code::MissingField),
        (b"\xFF\xFE\x00", Code::UnreadableText),
        (b"id: \xC3\x28", Code::UnreadableText),
        (b"id: a\xED\xA0\x80", Code::UnreadableText),
        (b"{}", Code::MissingField),
        (b"[]", Code::WrongShape),
        (b"just words", Code::WrongShape),
        (b"42", Code::WrongShape),
        (b"null", Code::WrongShape),
        (b"{", Code::UnreadableJson),
        (b"{\"id\": \"\\ud800\"}", Code::UnreadableJson),
        (b"{\"id\": \"\\ud800\\u0041\"}", Code::UnreadableJson),
        (b"{\"id\": 01}", Code::UnreadableJson),
        (b"{\"id\": 1e}", Code::UnreadableJson),
        (b"{\"id\": \"a\"} {}", Code::UnreadableJson),
        (b"id: &a x\npatient: *a", Code::UnreadableYaml),
        (b"id: a\n---\nid: b", Code::UnreadableYaml),
        (b"id: !x a", Code::UnreadableYaml),
    ] {
        let converted = withstand(bytes);
        let codes: Vec<Code> = converted.issues.iter().map(|issue| issue.code).collect();
        assert!(codes.contains(&code), "{:?} gives {codes:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn deep_nesting_is_refused_in_time() {
    for depth in [100usize, 127, 128, 129, 1_000, 100_000, 1_000_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let body = open.repeat(depth);
            withstand(format!("{{\"id\": {body}{}}}", close.repeat(depth)).as_bytes());
            withstand(format!("{{\"id\": {body}").as_bytes());
            if depth <= 100_000 {
                withstand(format!("id: {body}{}", close.repeat(depth)).as_bytes());
            }
        }
        if depth <= 1_000 {
            let indented: Vec<String> = (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
            withstand(indented.concat().as_bytes());
            withstand(format!("id: {}x", "- ".repeat(depth)).as_bytes());
            withstand(format!("{}x", "- ".repeat(depth)).as_bytes());
        }
    }
    let codes: Vec<Code> =
        withstand(&fixtures::named("broken-deep").bytes).issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [Code::TooDeep]);
}

#[test]
fn huge_numbers_are_refused_or_kept_and_never_rounded() {
    let long = "9".repeat(100_000);
    for number in [
        "1e999",
        "-1e999",
        "1e-999",
        "1e1000",
        "99999999999999999999",
        "0.0000000000000000000000001",
        "18446744073709551616",
        "-0",
        "0e0",
        &long,
    ] {
        for field in ["value", "reference_range: {low"] {
            let tail = if field.contains('{') { "}" } else { "" };
            let converted =
                withstand(format!("id: t\npatient: {{}}\nlabs: {{test: a, {field}: {number}{tail}}}").as_bytes());
            if converted.conversion.is_some() {
                let short: String = number.chars().take(40).collect();
                assert!(converted.json().contains(&format!(":{short}")), "{number} became another number");
            }
        }
        withstand(format!("id: t\npatient: {{age: {number}}}").as_bytes());
        withstand(format!("id: t\npatient: {{}}\nperformance: {{scale: ecog, score: {number}}}").as_bytes());
        withstand(
            format!(
                "id: t\npatient: {{}}\nradiotherapy: {{sessions: {number}, volume: {{name: a, dose: {number} Gy}}}}"
            )
            .as_bytes(),
        );
        withstand(
            format!("id: t\npatient: {{}}\nmedications: {{drug: a, schedule: every {number} days, cycles: {number}}}")
                .as_bytes(),
        );
    }
}

#[test]
fn no_bundle_holds_a_number_that_json_parsers_refuse() {
    for number in ["1e308", "1e309", "1e999", "-1e999", "1e-999"] {
        let converted =
            withstand("id: t\npatient: {}\nlabs: {test: a, value: NUMBER}".replace("NUMBER", number).as_bytes());
        if converted.conversion.is_some() {
            let read = serde_json::from_str::<serde_json::Value>(&converted.json());
            assert!(read.is_ok(), "{number} goes into the bundle, and serde_json says: {read:?}");
        }
    }
}

#[test]
fn inputs_beyond_the_limit_are_refused() {
    let at_limit = format!("id: t\npatient: {{}}\n#{}", "x".repeat(MAX_BYTES - 40));
    assert!(withstand(at_limit.as_bytes()).conversion.is_some());
    let codes: Vec<Code> = withstand(&vec![b'a'; MAX_BYTES + 1]).issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [Code::TooLarge]);
}

#[test]
fn rings_of_links_end() {
    for (a, b, c) in [("b", "c", "a"), ("a", "a", "a"), ("b", "a", "b")] {
        withstand(format!(
            "id: t\npatient: {{}}\ncancers:\n- {{key: a, kind: recurrence, diagnosis: x, of: {a}, evolved_from: {b}}}\n- {{key: b, kind: secondary, \
             diagnosis: x, of: {c}, evolved_from: {a}}}\n- {{key: c, diagnosis: x, evolved_from: {a}}}\n"
        ).as_bytes());
    }
    let mut wide = String::from("id: t\npatient: {}\ncancers:\n");
    for at in 0..300 {
        wide.push_str(&format!(
            "- {{key: c{at}, kind: recurrence, diagnosis: x, of: c{}, evolved_from: c{}}}\n",
            (at + 1) % 300,
            (at + 7) % 300
        ));
    }
    withstand(wide.as_bytes());
}
