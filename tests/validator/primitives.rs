//! The forms of primitive values: HL7's verdicts on hundreds of them, properties, and codes of other kinds.

use std::time::Instant;

use case2fhir::issue::{Code, Severity};
use case2fhir::validate::check::primitive::{JsonKind, Primitive, Rules, Verdict, Version, check};
use case2fhir::validate::check::{language, mime, text, unit, uri};
use proptest::prelude::*;

const TYPES: &[&str] = &[
    "boolean",
    "integer",
    "integer64",
    "unsignedInt",
    "positiveInt",
    "decimal",
    "string",
    "markdown",
    "code",
    "id",
    "uri",
    "url",
    "canonical",
    "oid",
    "uuid",
    "base64Binary",
    "instant",
    "date",
    "dateTime",
    "time",
    "xhtml",
];

/// Where we say something else than HL7's validator: type, value as JSON, our verdict, why.
const DIFFERENT: &[(&str, &str, &str, &str)] = &[
    ("time", r#""10:00:00.5""#, "W", "R4 has fractions of a second in times; its pattern in that validator has not"),
    ("time", r#""10:00:00.123456789""#, "W", "as above"),
    ("string", r#""a\u0001b""#, "W", "FHIR has no control characters in strings"),
    ("string", r#""a\u0000b""#, "W", "as above"),
    ("string", r#""a\u000bb""#, "W", "as above"),
    ("string", r#""a\u000cb""#, "W", "as above"),
    ("markdown", r#""a\u000bb""#, "W", "as above"),
    ("markdown", r#""a\u0001b""#, "W", "as above"),
    ("code", r#""a\u0001b""#, "W", "as above"),
    ("base64Binary", r#""====""#, "W", "no decoder takes it"),
    ("base64Binary", r#""Q===""#, "W", "no decoder takes it"),
    ("base64Binary", r#""=QQQ""#, "W", "no decoder takes it"),
    ("base64Binary", r#""QQ=Q""#, "W", "no decoder takes it"),
    ("base64Binary", r#""QUJ\u00e9""#, "W", "no decoder takes it"),
    ("base64Binary", r#""QUI=QUI=""#, "W", "no decoder takes it"),
    ("base64Binary", r#""QQ==QQ==""#, "W", "no decoder takes it"),
    ("base64Binary", r#""\u00e9\u00e9\u00e9=""#, "W", "no decoder takes it"),
    ("base64Binary", r#""QUJDQUJD====""#, "W", "no decoder takes it"),
];

fn letter(severity: Severity) -> &'static str {
    match severity {
        Severity::Information => "I",
        Severity::Warning => "W",
        Severity::Error => "E",
    }
}

/// What the validator would say of a value, with what looks like HTML as in the reference.
fn verdict(name: &str, json: &str) -> &'static str {
    let primitive = Primitive::from_name(name).unwrap();
    // A number's characters are looked at, whatever their value may be.
    let (kind, text) = match json.as_bytes().first() {
        Some(b'"') => (JsonKind::String, serde_json::from_str(json).unwrap()),
        Some(b't' | b'f') => (JsonKind::Bool, json.to_owned()),
        _ => (JsonKind::Number, json.to_owned()),
    };
    match check(primitive, kind, &text, Rules::default()) {
        Err(fault) => letter(fault.severity),
        Ok(()) if primitive == Primitive::Markdown && text::markdown_has_html(&text) => "W",
        Ok(()) if primitive != Primitive::Markdown && text::looks_like_html(&text) => "I",
        Ok(()) => "ok",
    }
}

#[test]
fn the_verdicts_are_those_of_hl7s_validator() {
    let rows = include_str!("primitive_forms.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in rows {
        let [name, json, theirs] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("a row: {row}") };
        count += 1;
        let ours = verdict(name, json);
        let other = DIFFERENT.iter().find(|(of, value, ..)| *of == name && *value == json);
        let expected = other.map_or(theirs, |(_, _, verdict, _)| *verdict);
        if ours != expected {
            wrong.push(format!("{row}: we say {ours}"));
        }
        assert!(other.is_none_or(|(_, _, verdict, _)| *verdict != theirs), "no difference: {row}");
    }
    assert!(count > 400, "only {count} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fault_has_a_code_and_words() {
    let fault = |name: &str, kind, text: &str| {
        check(Primitive::from_name(name).unwrap(), kind, text, Rules::default()).unwrap_err()
    };
    assert_eq!(fault("integer", JsonKind::String, "5").code, Code::WrongJsonType);
    assert_eq!(fault("integer", JsonKind::Number, "2147483648").code, Code::PrimitiveRange);
    assert_eq!(fault("date", JsonKind::String, "").code, Code::Empty);
    assert_eq!(fault("date", JsonKind::String, "2021-02-29").code, Code::PrimitiveForm);
    assert_eq!(fault("string", JsonKind::String, &"x".repeat(1_048_577)).code, Code::PrimitiveRange);
    assert!(check(Primitive::String, JsonKind::String, &"é".repeat(1_048_576), Rules::default()).is_ok());
}

#[test]
fn r5_has_forms_of_its_own() {
    let rules = Rules { version: Version::R5, ..Rules::default() };
    let is_ok = |primitive: Primitive, text: &str| check(primitive, primitive.json_kind(), text, rules).is_ok();
    assert!(is_ok(Primitive::Integer64, "9223372036854775807"));
    assert!(is_ok(Primitive::Integer64, "-9223372036854775808"));
    assert!(!is_ok(Primitive::Integer64, "9223372036854775808"));
    assert!(!is_ok(Primitive::Integer64, "+-5"));
    assert!(!is_ok(Primitive::Integer, "-0"));
    assert!(!is_ok(Primitive::Decimal, "1e05"));
    assert!(is_ok(Primitive::Decimal, "1e5"));
    assert!(!is_ok(Primitive::Base64Binary, "QUJD QUJD"));
    assert!(is_ok(Primitive::Instant, "2020-01-01T10:00:00.123456789Z"));
    assert!(!is_ok(Primitive::Instant, "2020-01-01T10:00:00.1234567890Z"));
}

#[test]
fn every_day_of_four_centuries() {
    let mut days = 0;
    for year in 1800..2200 {
        for month in 1..=12 {
            for day in 1..=31 {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let rules = Rules { last_year: 9999, ..Rules::default() };
                days += usize::from(check(Primitive::Date, JsonKind::String, &text, rules).is_ok());
            }
        }
    }
    assert_eq!(days, 400 * 365 + 97);
}

#[test]
fn language_tags() {
    for tag in [
        "en",
        "EN",
        "de-CH",
        "de-CH-1996",
        "zh-Hant-TW",
        "x-private",
        "i-klingon",
        "sgn-ase",
        "en-latn-us-x-a",
        "zh-cmn-Hans-CN",
        "sl-rozaj-biske",
        "de-1901-1996",
        "es-419",
        "en-a-bbb-x-a-ccc",
        "en-u-co-phonebk",
        "art-lojban",
        "en-GB-oed",
        "abcde",
        "qaa",
    ] {
        assert!(language::is_language_tag(tag), "{tag}");
    }
    for tag in [
        "",
        "e",
        "en-",
        "-en",
        "en_US",
        "e1",
        "en--us",
        "x",
        "de-419-DE",
        "a-DE",
        "en-u",
        "en-u-aa-u-bb",
        "de-1996-1996",
        "englishes",
        "en-x",
        "é",
        "en-ä",
        "ar-a-aaa-b-bbb-a-ccc",
        "i-nothing",
    ] {
        assert!(!language::is_language_tag(tag), "{tag}");
    }
}

#[test]
fn media_types() {
    for kind in [
        "text/plain",
        "TEXT/PLAIN",
        "application/fhir+json",
        "text/plain;charset=utf-8",
        "text/plain; charset=utf-8",
        "application/vnd.x-y.z+xml;a=b;c=\"d e\"",
        "text/html; title=\"a\\\"b;c\"",
        "image/svg+xml",
    ] {
        assert!(mime::is_mime_type(kind), "{kind}");
    }
    for kind in [
        "",
        "x",
        "text",
        "text/",
        "/plain",
        "text/x y",
        "*/*",
        "text/plain;",
        "text/plain;a",
        "text/plain;a=",
        "text/plain;a=\"b",
        "text/plain; =b",
        "a/b/c",
        "é/x",
    ] {
        assert!(!mime::is_mime_type(kind), "{kind}");
    }
}

#[test]
fn units() {
    for code in [
        "mg",
        "kg/m2",
        "{count}",
        "10*3/uL",
        "10^3/uL",
        "%",
        "1",
        "mm[Hg]",
        "/min",
        "mg/(kg.d)",
        "h-1",
        "mg{wet}",
        "ng/(24.h)",
        "[IU]/L",
    ] {
        assert!(unit::is_unit(code), "{code}");
    }
    for code in [
        "",
        "x",
        "mg/",
        "m g",
        "IU/L",
        "µm",
        "g..m",
        "((mg",
        "/",
        "mg dL",
        "{a b}",
        "mcg",
        "cells/uL",
        &"(".repeat(10_000),
        &"m.".repeat(200),
    ] {
        assert!(!unit::is_unit(code), "{code}");
    }
}

#[test]
fn uris_of_other_kinds() {
    assert!(uri::is_absolute("http://example.org/a") && !uri::is_absolute("Patient/1"));
    assert!(uri::is_oid("2.16.840.1.113883.4.1") && !uri::is_oid("3.1") && !uri::is_oid("1.02"));
    assert!(text::is_id("a-1.B") && !text::is_id("a_b"));
}

/// What `String.matches` says in Java of the strings that the reference calls HTML, without patterns.
fn slow_looks_like_html(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (Some(open), Some(close)) = (rest.find('<'), rest.find('>')) else { continue };
        let inner = &rest[..close];
        let name = inner.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let starts = inner.starts_with(|c: char| c.is_ascii_alphabetic());
        if close < open && starts && (name.is_empty() || name.starts_with([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])) {
            return true;
        }
    }
    false
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(text in "\\PC*|[ -~]*|[0-9TZ:.+-]{0,40}|[<>/a-c &;\"'=]{0,60}|[\u{2060}-\u{2070}\u{202a}-\u{202e}\n]{0,90}") {
        for name in TYPES {
            for version in [Version::R4, Version::R5] {
                let rules = Rules { version, ..Rules::default() };
                for kind in [JsonKind::String, JsonKind::Number, JsonKind::Bool] {
                    let _: Verdict = check(Primitive::from_name(name).unwrap(), kind, &text, rules);
                }
            }
        }
        let _ = text::markdown_has_html(&text);
        let _ = language::is_language_tag(&text);
        let _ = mime::is_mime_type(&text);
        let _ = unit::is_unit(&text);
        prop_assert_eq!(text::looks_like_html(&text), slow_looks_like_html(&text));
    }

    #[test]
    fn decimals_are_numbers_of_json(text in "[-+]?[0-9]{0,3}(\\.[0-9]{0,3})?([eE][-+]?[0-9]{0,2})?") {
        if check(Primitive::Decimal, JsonKind::Number, &text, Rules::default()).is_ok() {
            prop_assert!(serde_json::from_str::<f64>(&text).is_ok());
        }
    }

    #[test]
    fn whole_numbers_are_those_of_rust(number in any::<i64>()) {
        let text = number.to_string();
        let is_ok = |primitive| check(primitive, JsonKind::Number, &text, Rules::default()).is_ok();
        prop_assert_eq!(is_ok(Primitive::Integer), i32::try_from(number).is_ok());
        prop_assert_eq!(is_ok(Primitive::PositiveInt), i32::try_from(number).is_ok_and(|it| it > 0));
        prop_assert!(check(Primitive::Integer64, JsonKind::String, &text, Rules::default()).is_ok());
    }
}

#[test]
fn time_grows_with_length_only() {
    let long = 1 << 19;
    let texts = [
        "<a ".repeat(long / 3),
        "<".repeat(long),
        "a ".repeat(long / 2),
        "\u{2066}".repeat(long / 3),
        "1".repeat(long),
        "-a".repeat(long / 2),
        "x;a=\"\\".repeat(long / 7),
    ];
    let start = Instant::now();
    for text in &texts {
        for name in TYPES {
            for kind in [JsonKind::String, JsonKind::Number] {
                let _: Verdict = check(Primitive::from_name(name).unwrap(), kind, text, Rules::default());
            }
        }
        let _ = text::looks_like_html(text);
        let _ = text::markdown_has_html(text);
        let _ = language::is_language_tag(text);
        let _ = mime::is_mime_type(text);
        let _ = unit::is_unit(text);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
