//! Proves that no resource and no expression costs more than it may: on a thread with a small stack each ends in bounded time, without
//! panic, with issues that say what is wrong. What random changes do to resources is in [`crate::random`], and what the parser alone
//! refuses in [`crate::document`].

use std::fmt::Write as _;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use case2fhir::definition::{Derivation, FhirVersion, Library, parse_xml};
use case2fhir::fhirpath::{EvaluationError, MOST_DEPTH, compile};
use case2fhir::instance::{Names, parse_json_bytes};
use case2fhir::issue::{Code, Issue, Issues, Severity};
use case2fhir::validate::Request;

use crate::fhirpath::values;
use crate::support;

/// The stack of a thread, in bytes: an eighth of what the main thread has, and half of what Rust gives to others.
const STACK: usize = 1 << 20;

/// How long anything here may take. It is generous, because machines are shared, and still far below what a quadratic algorithm would
/// need for these sizes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs something on a thread with a small stack and waits for it no longer than [`PATIENCE`].
fn bounded<T: Send + 'static>(what: &str, run: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let start = Instant::now();
    std::thread::Builder::new().stack_size(STACK).spawn(move || sender.send(run())).expect("a thread can be had");
    let result = receiver.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{what}: {error}"));
    eprintln!("{:6} ms  {what}", start.elapsed().as_millis());
    result
}

/// What the validator says of bytes.
fn judge(what: &str, bytes: impl Into<Vec<u8>>) -> Vec<Issue> {
    let bytes = bytes.into();
    // Plans are made on first use, by whoever comes first; that is no part of what is measured.
    support::r4();
    let issues = bounded(what, move || {
        let mut issues = Issues::default();
        if let Some(document) = parse_json_bytes(&bytes, 1, &mut issues) {
            let request = Request { security_checks: true, ..Request::default() };
            support::r4().session().validate(&document, &request, &mut issues);
        }
        issues.into_iter().collect::<Vec<_>>()
    });
    assert!(issues.len() <= Request::default().max_issues + 1, "{what}: {} issues", issues.len());
    for issue in &issues {
        assert!(issue.message.len() < 1000, "{what}: a message of {} bytes", issue.message.len());
    }
    issues
}

#[track_caller]
fn assert_says(issues: &[Issue], code: Code) {
    let found: Vec<_> = issues.iter().map(|issue| issue.code.name()).take(20).collect();
    assert!(issues.iter().any(|issue| issue.code == code), "{} is missing among {found:?}", code.name());
}

#[track_caller]
fn assert_no_errors(issues: &[Issue]) {
    let errors = support::errors(issues);
    assert!(errors.is_empty(), "{}", support::shown(&errors[..errors.len().min(5)]));
}

/// A text that is repeated with its number.
fn each(count: usize, separator: &str, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(separator)
}

const DIV: &str = r#"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"#;

fn observation(more: &str) -> String {
    format!(
        r#"{{"resourceType":"Observation","id":"o","text":{{"status":"generated","div":"{DIV}"}},"status":"final",
        "code":{{"text":"x"}},"performer":[{{"display":"x"}}],"effectiveDateTime":"2020","subject":{{"display":"x"}}{more}}}"#
    )
}

#[test]
fn nesting_is_walked_to_the_parsers_limit_and_refused_beyond() {
    // Extensions in extensions: two levels of JSON each. The resource takes one.
    let extensions = |levels: usize| {
        let open = r#","extension":[{"url":"http://example.org/x""#.repeat(levels);
        format!(r#"{{"resourceType":"Patient"{open}{}}}"#, "}]".repeat(levels))
    };
    assert_says(&judge("63 extensions in each other", extensions(63)), Code::Invariant);
    assert_says(&judge("64 extensions in each other", extensions(64)), Code::TooDeep);
    // Items of a questionnaire are the deepest backbone elements, through a contentReference.
    let items = |levels: usize| {
        let open = r#","item":[{"linkId":"x","type":"group""#.repeat(levels);
        format!(r#"{{"resourceType":"Questionnaire","status":"draft"{open}{}}}"#, "}]".repeat(levels))
    };
    assert_says(&judge("63 items in each other", items(63)), Code::Invariant);
    // Resources in resources: contained ones, bundles, parameters.
    let contained = format!("{}{}", r#"{"resourceType":"Patient","contained":["#.repeat(64), "]}".repeat(64));
    assert_says(&judge("64 patients that contain each other", contained), Code::Contained);
    let bundle = r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":"#;
    let bundles = format!(r#"{}{{"resourceType":"Patient"}}{}"#, bundle.repeat(42), "}]}".repeat(42));
    judge("42 bundles in each other", bundles);
    let parameters = r#"{"resourceType":"Parameters","parameter":[{"name":"x","resource":"#;
    let parameters = format!(r#"{}{{"resourceType":"Patient"}}{}"#, parameters.repeat(42), "}]}".repeat(42));
    assert_no_errors(&judge("42 parameters in each other", parameters));
    let wrong = format!(r#"{{"resourceType":"Patient","name":{}{}}}"#, "[".repeat(126), "]".repeat(126));
    assert_says(&judge("lists in lists", wrong), Code::WrongJsonType);
}

#[test]
fn sixty_four_megabytes_of_brackets_end_at_the_limit() {
    for open in ["[", "{\"a\":"] {
        let text = open.repeat((64 << 20) / open.len());
        let issues = judge(open, text);
        assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [Code::TooDeep]);
    }
}

#[test]
fn many_members_are_looked_at_once_each() {
    let members = |count: usize, name: fn(usize) -> String| {
        format!(r#"{{"resourceType":"Patient",{}}}"#, each(count, ",", |at| format!("\"{}\":1", name(at))))
    };
    for (what, name) in [
        ("60,000 unknown members", (|at| format!("n{at}")) as fn(usize) -> String),
        ("60,000 unknown members of one hash", |at| format!("abcdefgh{at:05}abcdefgh")),
        ("60,000 unknown members beside none", |at| format!("_n{at}")),
    ] {
        let issues = judge(what, members(60_000, name));
        assert_says(&issues, Code::UnknownMember);
        assert_says(&issues, Code::TooManyIssues);
    }
    assert_says(&judge("100,000 different members", members(100_000, |at| format!("n{at}"))), Code::TooLarge);
    assert_says(&judge("100,000 times one known member", members(100_000, |_| "active".into())), Code::DuplicateMember);
    assert_says(&judge("100,000 times one unknown member", members(100_000, |_| "x".into())), Code::DuplicateMember);
    let beside = members(100_000, |at| if at % 2 == 0 { "birthDate".into() } else { "_birthDate".into() });
    assert_says(&judge("100,000 halves of one primitive", beside), Code::DuplicateMember);
}

#[test]
fn a_member_that_stands_twice_is_found_among_many() {
    for count in [10, 255, 256, 300, 900] {
        let members = each(count, ",", |at| format!("\"n{at}\":1"));
        let issues = judge("members", format!(r#"{{"resourceType":"Patient",{members},"n3":2,"n4":2,"n3":3}}"#));
        let twice = issues.iter().filter(|issue| issue.code == Code::DuplicateMember).count();
        let unknown = issues.iter().filter(|issue| issue.code == Code::UnknownMember).count();
        assert_eq!((twice, unknown), (3, count));
    }
}

#[test]
fn bundles_of_a_hundred_thousand_entries_are_walked_in_bounded_time() {
    let bundle = |count: usize, entry: &dyn Fn(usize) -> String| {
        format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, each(count, ",", entry))
    };
    let patient = |id: &str, more: &str| {
        format!(
            r#"{{"fullUrl":"http://example.org/Patient/{id}","resource":{{"resourceType":"Patient","id":"{id}",
            "text":{{"status":"generated","div":"{DIV}"}}{more}}}}}"#
        )
    };
    let sound = bundle(100_000, &|at| patient(&format!("p{at}"), ""));
    assert_no_errors(&judge("100,000 patients", sound));
    let same = bundle(100_000, &|_| patient("p", r#","link":[{"other":{"reference":"Patient/p"},"type":"seealso"}]"#));
    assert_says(&judge("100,000 times the same patient, who refers to itself", same), Code::BundleFullUrl);
    let empty = bundle(100_000, &|_| "{}".into());
    assert_says(&judge("100,000 empty entries", empty), Code::TooManyIssues);
    // Each refers to the next, by profiles and targets that are looked at.
    let chain = bundle(10_000, &|at| {
        let next = (at + 1) % 10_000;
        format!(
            r#"{{"fullUrl":"http://example.org/Observation/o{at}","resource":{{"resourceType":"Observation","id":"o{at}",
            "meta":{{"profile":["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"]}},
            "text":{{"status":"generated","div":"{DIV}"}},"status":"final","code":{{"text":"x"}},"effectiveDateTime":"2020",
            "hasMember":[{{"reference":"Observation/o{next}"}}],"derivedFrom":[{{"reference":"Observation/o{next}"}}]}}}}"#
        )
    });
    assert_says(&judge("a ring of 10,000 references", chain), Code::MinCardinality);
}

#[test]
fn contained_resources_that_refer_to_each_other_end() {
    let contained = |count: usize, next: fn(usize, usize) -> usize| {
        let list = each(count, ",", |at| {
            let next = next(at, count);
            format!(
                r##"{{"resourceType":"Observation","id":"c{at}","status":"final","code":{{"text":"x"}},
                "hasMember":[{{"reference":"#c{next}"}}]}}"##
            )
        });
        observation(&format!(r##","contained":[{list}],"hasMember":[{{"reference":"#c0"}}]"##))
    };
    let ring = |at, count| (at + 1) % count;
    for count in [1, 2, 1000] {
        assert_no_errors(&judge(&format!("a ring of {count} contained resources"), contained(count, ring)));
    }
    judge("30,000 contained resources, each referred to", contained(30_000, ring));
    let unused = contained(30_000, |_, _| 0);
    assert_says(&judge("30,000 contained resources, one of them referred to", unused), Code::Contained);
    let references = each(30_000, ",", |at| format!(r##"{{"reference":"#c{at}"}}"##));
    let lost = observation(&format!(r#","derivedFrom":[{references}]"#));
    assert_says(&judge("30,000 references to contained resources that are not there", lost), Code::TooManyIssues);
}

#[test]
fn a_resource_may_claim_any_number_of_profiles() {
    let claims = |profiles: &str| format!(r#"{{"resourceType":"Observation","meta":{{"profile":[{profiles}]}}}}"#);
    let unknown = claims(&each(10_000, ",", |at| format!("\"http://example.org/{at}\"")));
    assert_says(&judge("10,000 profiles that nobody knows", unknown), Code::ProfileUnknown);
    let library = Library::embedded(FhirVersion::R4);
    let own: Vec<String> = library
        .headers()
        .filter(|(_, header)| header.derivation == Derivation::Constraint && header.type_name == "Observation")
        .map(|(_, header)| format!("\"{}\"", header.url))
        .collect();
    let all = claims(&each(1000, ",", |at| own[at % own.len()].clone()));
    assert_says(&judge("1,000 times the profiles of Observation", all), Code::MinCardinality);
    let all: Vec<String> = library.headers().map(|(_, header)| format!("\"{}\"", header.url)).collect();
    assert_says(&judge("every definition of R4 as profile", claims(&all.join(","))), Code::ProfileType);
}

#[test]
fn values_of_any_size_are_judged() {
    let digits = "9".repeat(1_000_000);
    for number in [&digits, "1e999999999", "-1E-999999999", "0.0000000000000000000000000000000000000000001"] {
        let text = observation(&format!(r#","valueQuantity":{{"value":{number}}}"#));
        judge(&format!("a number of {} digits", number.len()), text);
        let text = observation(&format!(r#","valueInteger":{number}"#));
        assert!(!support::errors(&judge("the same as an integer", text)).is_empty());
    }
    let long = "ä".repeat(4 << 20);
    for (member, what) in [
        (format!(r#","valueString":"{long}""#), "a string of 8 MB"),
        (format!(r#","valueString":"{}""#, "\\u00e4".repeat(1 << 20)), "a string of 1,048,576 escapes"),
        (format!(r#","valueDateTime":"{long}""#), "a date of 8 MB"),
        (format!(r#","language":"{}""#, "a-".repeat(4 << 20)), "a language of 8 MB"),
        (format!(r#","implicitRules":"{}""#, "http://[".repeat(1 << 20)), "a URI of 8 MB"),
        (format!(r#","{}":1"#, "x".repeat(8 << 20)), "a name of 8 MB"),
        (format!(r#","specimen":{{"reference":"{}"}}"#, "#".repeat(8 << 20)), "a reference of 8 MB"),
        (
            format!(
                r#","valueQuantity":{{"value":1,"system":"http://unitsofmeasure.org","code":"{}"}}"#,
                "(m.".repeat(1 << 20)
            ),
            "a unit of 3 MB",
        ),
        (
            format!(
                r#","valueQuantity":{{"value":1,"system":"http://unitsofmeasure.org","code":"{}"}}"#,
                "(".repeat(100_000)
            ),
            "100,000 brackets of a unit",
        ),
        (
            format!(
                r#","valueQuantity":{{"value":1,"system":"http://unitsofmeasure.org","code":"m{}"}}"#,
                "/m".repeat(100_000)
            ),
            "a unit of 100,000 parts",
        ),
        (
            format!(
                r#","category":[{}]"#,
                each(100_000, ",", |at| format!(r#"{{"coding":[{{"system":"http://example.org/{at}","code":"x"}}]}}"#))
            ),
            "100,000 code systems",
        ),
        (format!(r#","meta":{{"tag":[{}]}}"#, each(100_000, ",", |_| r#"{"code":"x"}"#.into())), "100,000 tags"),
    ] {
        judge(what, observation(&member));
    }
    let narrative = |inner: &str| {
        format!(
            r#"{{"resourceType":"Basic","code":{{"text":"x"}},"text":{{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>"}}}}"#
        )
    };
    for (inner, what) in [
        ("<b>".repeat(1 << 20), "a narrative that opens a million elements"),
        (
            format!("{}{}", "<p>".repeat(1 << 18), "</p>".repeat(1 << 18)),
            "a narrative of 262,144 paragraphs in each other",
        ),
        ("&lt;".repeat(1 << 20), "a narrative of a million entities"),
        (format!("<!DOCTYPE x [{}]>", "<!ENTITY a 'b'>".repeat(1000)), "a narrative with entities of its own"),
        (format!("<p {}/>", each(50_000, " ", |at| format!("a{at}='x'"))), "an element of 50,000 attributes"),
        ("<p class='x' class='x'/>".repeat(100_000), "100,000 elements with an attribute twice"),
    ] {
        judge(what, narrative(&inner));
    }
}

#[test]
fn xml_of_any_size_is_read_in_bounded_time() {
    let patient = |inner: &str| format!(r#"<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>"#);
    let attributes = each(60_000, " ", |at| format!("a{at}='x'"));
    let spaces = each(5_000, " ", |at| format!("xmlns:a{at}='http://example.org/{at}'"));
    for (what, text, code) in [
        ("a million elements in each other", patient(&"<a>".repeat(1 << 20)), Code::UnreadableXml),
        ("131,072 closed elements in each other", "<a>".repeat(1 << 17) + &"</a>".repeat(1 << 17), Code::UnreadableXml),
        ("200,000 active", patient(&"<active value='true'/>".repeat(200_000)), Code::WrongJsonType),
        ("an element of 60,000 attributes", patient(&format!("<active {attributes}/>")), Code::UnreadableXml),
        ("5,000 namespaces", patient(&format!("<active {spaces}/>")), Code::UnreadableXml),
        (
            "an element of 900 attributes",
            patient(&format!("<active {}/>", each(900, " ", |at| format!("a{at}='>'")))),
            Code::UnknownMember,
        ),
        (
            "a million entities",
            patient(&format!("<language value='{}'/>", "&lt;".repeat(1 << 20))),
            Code::BindingPreferred,
        ),
        ("an entity", format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{}", patient("&a;")), Code::UnreadableXml),
    ] {
        let issues = bounded(what, move || {
            let (mut issues, library) = (Issues::default(), support::r4().plans().library());
            if let Some(document) = parse_xml(&text, 1, library, &mut issues) {
                support::r4().session().validate(&document, &Request::default(), &mut issues);
            }
            issues.into_iter().collect::<Vec<_>>()
        });
        assert_says(&issues, code);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let patient = br#"{"resourceType":"Patient","id":"p","language":"en""#;
    let with = |bytes: &[u8]| [&patient[..], br#","implicitRules":""#, bytes, b"\"}"].concat();
    for (what, bytes, code) in [
        ("a byte that is no UTF-8", with(b"\xFF"), Code::UnreadableText),
        ("a surrogate in UTF-8", with(b"\xED\xA0\x80"), Code::UnreadableText),
        ("an overlong zero", with(b"\xC0\x80"), Code::UnreadableText),
        ("a character that ends early", with(b"\xF0\x9F\x98"), Code::UnreadableText),
        (
            "UTF-16",
            [b"\xFF\xFE".to_vec(), patient.iter().flat_map(|byte| [*byte, 0]).collect()].concat(),
            Code::UnreadableText,
        ),
        ("a lone high surrogate", with(br"\ud83d"), Code::UnreadableJson),
        ("a lone low surrogate", with(br"\ude00x"), Code::UnreadableJson),
        ("a zero byte", with(b"\0"), Code::UnreadableJson),
        ("two byte order marks", [b"\xEF\xBB\xBF\xEF\xBB\xBF", &with(b"x")[..]].concat(), Code::UnreadableJson),
    ] {
        let issues = judge(what, bytes);
        assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [code], "{what}");
        assert!(issues[0].span.is_some(), "{what}: a fault has its place");
    }
    let marked = [b"\xEF\xBB\xBF", observation("").as_bytes()].concat();
    assert_no_errors(&judge("one byte order mark", marked));
    for (what, text) in
        [("nothing", ""), ("null", "null"), ("a list", "[]"), ("a text", "\"Patient\""), ("a number", "1")]
    {
        let issues = judge(what, text);
        assert_eq!(issues.len(), 1, "{what}");
        assert_eq!(issues[0].severity, Severity::Error, "{what}");
    }
}

#[test]
fn issues_end_at_their_limit_and_the_rest_is_counted() {
    let text = observation(&format!(r#","note":[{}]"#, each(5000, ",", |_| r#"{"text":1}"#.into())));
    for limit in [1, 10, 4999, 10_000] {
        let request = Request { max_issues: limit, ..Request::default() };
        let issues = support::judge(support::r4(), &text, &request);
        let capped = issues.iter().filter(|issue| issue.code == Code::TooManyIssues).count();
        assert_eq!((issues.len(), capped), if limit < 5000 { (limit + 1, 1) } else { (5000, 0) });
    }
    let issues = judge("5,000 faults", text);
    let last = issues.last().expect("an issue");
    assert_eq!((last.code, &*last.message), (Code::TooManyIssues, "4000 more issues are not shown"));
}

#[test]
fn expressions_that_explode_are_stopped() {
    let patient =
        format!(r#"{{"resourceType":"Patient","name":[{}]}}"#, each(2000, ",", |at| format!(r#"{{"text":"{at}"}}"#)));
    let mut tower = "name".to_owned();
    for _ in 0..30 {
        tower = format!("{tower}.select(%resource.name)");
    }
    let mut doubled = "'x'".to_owned();
    for _ in 0..40 {
        write!(doubled, ".select($this & $this)").expect("a string takes text");
    }
    let bombs = [
        (tower, EvaluationError::TooManySteps),
        (doubled, EvaluationError::TooMuchText),
        ("repeat(%resource)".to_owned() + &".repeat(descendants())".repeat(40), EvaluationError::TooManySteps),
        (
            "name.where(%resource.name.where(%resource.name.exists(text = 'x')).exists())".to_owned(),
            EvaluationError::TooManySteps,
        ),
        (
            "name.text.join('').replace('1', name.text.join('')).replace('1', name.text.join(''))".to_owned(),
            EvaluationError::TooMuchText,
        ),
        ("name.aggregate($total | %resource.name.text)".to_owned(), EvaluationError::TooManySteps),
        ("'x'.matches('(((x{1000}){1000}){1000})')".to_owned(), EvaluationError::BadPattern),
    ];
    for (bomb, error) in bombs {
        let (patient, text) = (patient.clone(), bomb.clone());
        let result = bounded(&bomb[..bomb.len().min(60)], move || values(&patient, &text).map(|values| values.len()));
        assert_eq!(result, Err(error.to_string()), "{}", &bomb[..bomb.len().min(200)]);
    }
    for (open, close) in
        [("(", ")"), ("-", ""), ("iif(true, ", ")"), ("a[", "]"), ("a.where(", ")"), ("not() implies ", "")]
    {
        for depth in [usize::from(MOST_DEPTH) + 1, 100_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let result = bounded(open, move || compile(&text, &Names::default()).map(drop));
            assert!(result.is_err(), "{open} {depth} times");
        }
    }
    let many = each(100_000, " + ", |_| "1".into());
    let result = bounded("100,000 terms", move || compile(&many, &Names::default()).map(drop));
    assert!(result.is_err(), "terms nest, one in the next");
}
