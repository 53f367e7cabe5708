//! Value sets and code systems: what is in, what is out, what is undecided, and what a binding makes of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use case2fhir::definition::package::load_folder;
use case2fhir::definition::{Library, Package, Strength};
use case2fhir::instance::parse_json;
use case2fhir::issue::{Code, Issues, Severity};
use case2fhir::terminology::judge::{self, Bound, Coded, Finding};
use case2fhir::terminology::server::{CodeServer, Verdict};
use case2fhir::terminology::{Lookup, Membership, Reason, SystemFault, SystemState, Terminology};

const UNDECIDED: Membership = Membership::Undecided(Reason::SystemUnknown);

fn package(definitions: &[&str]) -> Package {
    let mut package = Package::default();
    for definition in definitions {
        let mut issues = Issues::default();
        let document = parse_json(definition, 1, &mut issues).expect("the definition is JSON");
        assert_eq!(package.add(&document), 0, "the definition is understood");
    }
    package
}

fn terminology(definitions: &[&str]) -> Terminology {
    let mut library = Library::default();
    library.add(package(definitions));
    Terminology::new(Arc::new(library))
}

/// A value set of url `urn:set` whose compose has these members.
fn set(compose: &str) -> String {
    named("urn:set", compose)
}

fn named(url: &str, compose: &str) -> String {
    format!(r#"{{"resourceType": "ValueSet", "url": "{url}", "status": "active", "compose": {{{compose}}}}}"#)
}

const ANIMALS: &str = r#"{
  "resourceType": "CodeSystem", "url": "urn:animals", "content": "complete", "caseSensitive": true,
  "property": [{"code": "legs", "type": "integer"}, {"code": "subsumedBy", "type": "code"}],
  "concept": [
    {"code": "animal", "display": "Animal", "property": [{"code": "notSelectable", "valueBoolean": true}],
     "concept": [
       {"code": "bird", "display": "Bird", "property": [{"code": "legs", "valueInteger": 2}],
        "concept": [{"code": "wren", "display": "Wren", "designation": [{"value": "Jenny  Wren"}],
                     "property": [{"code": "legs", "valueInteger": 2}]}]},
       {"code": "fish", "display": "Fish"}]},
    {"code": "dodo", "display": "Dodo", "property": [{"code": "subsumedBy", "valueCode": "bird"},
                                                     {"code": "status", "valueCode": "retired"}]},
    {"code": "rock"}]
}"#;

const COLOURS: &str = r#"{
  "resourceType": "CodeSystem", "url": "urn:colours", "content": "complete", "caseSensitive": false,
  "concept": [{"code": "Red", "display": "Red"}, {"code": "Blue", "display": "Blue"}]
}"#;

const PART: &str = r#"{
  "resourceType": "CodeSystem", "url": "urn:part", "content": "fragment", "caseSensitive": true,
  "concept": [{"code": "a", "display": "A"}]
}"#;

fn membership(definitions: &[&str], system: &str, code: &str) -> Membership {
    let terms = terminology(definitions);
    let id = terms.value_set("urn:set").expect("the value set is there");
    terms.contains(id, Some(system), code)
}

/// What `urn:set` with this compose says of codes of the animals.
fn animals(compose: &str) -> String {
    let definition = set(compose);
    let terms = terminology(&[ANIMALS, &definition]);
    let id = terms.value_set("urn:set").expect("the value set is there");
    let codes = ["animal", "bird", "wren", "dodo", "fish", "rock"];
    let found = codes.into_iter().filter(|code| match terms.contains(id, Some("urn:animals"), code) {
        Membership::In => true,
        Membership::Out => false,
        Membership::Undecided(reason) => panic!("{code} is undecided: {reason:?}"),
    });
    assert_eq!(terms.contains(id, Some("urn:animals"), "unicorn"), Membership::Out);
    assert_eq!(terms.contains(id, Some("urn:other"), "bird"), Membership::Out);
    found.collect::<Vec<_>>().join(" ")
}

#[test]
fn whole_systems_and_lists() {
    assert_eq!(animals(r#""include": [{"system": "urn:animals"}]"#), "animal bird wren dodo fish rock");
    let list = r#""include": [{"system": "urn:animals", "concept": [{"code": "wren"}, {"code": "rock"}]}]"#;
    assert_eq!(animals(list), "wren rock");
}

#[test]
fn filters() {
    let filtered = |property: &str, op: &str, value: &str| {
        animals(&format!(
            r#""include": [{{"system": "urn:animals", "filter": [{{"property": "{property}", "op": "{op}", "value": "{value}"}}]}}]"#
        ))
    };
    assert_eq!(filtered("concept", "is-a", "bird"), "bird wren dodo");
    assert_eq!(filtered("concept", "descendent-of", "bird"), "wren dodo");
    assert_eq!(filtered("concept", "is-not-a", "bird"), "animal fish rock");
    assert_eq!(filtered("concept", "generalizes", "wren"), "animal bird wren");
    assert_eq!(filtered("concept", "is-a", "unicorn"), "");
    assert_eq!(filtered("concept", "=", "fish"), "fish");
    assert_eq!(filtered("concept", "in", "fish,rock"), "fish rock");
    assert_eq!(filtered("concept", "not-in", "fish, rock"), "animal bird wren dodo");
    assert_eq!(filtered("code", "regex", "[rw].*"), "wren rock");
    assert_eq!(filtered("code", "regex", "ren"), "", "the whole code must fit");
    assert_eq!(filtered("legs", "=", "2"), "bird wren");
    assert_eq!(filtered("legs", "exists", "true"), "bird wren");
    assert_eq!(filtered("legs", "exists", "false"), "animal dodo fish rock");
    assert_eq!(filtered("parent", "=", "animal"), "bird fish");
    assert_eq!(filtered("child", "=", "wren"), "bird");
    assert_eq!(filtered("status", "=", "retired"), "dodo");
    let both = r#""include": [{"system": "urn:animals", "filter": [
        {"property": "concept", "op": "is-a", "value": "animal"}, {"property": "legs", "op": "=", "value": "2"}]}]"#;
    assert_eq!(animals(both), "bird wren");
}

#[test]
fn a_filter_that_is_not_known_decides_nothing() {
    let odd =
        set(r#""include": [{"system": "urn:animals", "filter": [{"property": "wings", "op": "=", "value": "2"}]}]"#);
    assert_eq!(membership(&[ANIMALS, &odd], "urn:animals", "bird"), Membership::Undecided(Reason::FilterUnknown));
    assert_eq!(membership(&[ANIMALS, &odd], "urn:colours", "red"), Membership::Out);
}

#[test]
fn excludes() {
    let compose = r#""include": [{"system": "urn:animals", "filter": [{"property": "concept", "op": "is-a", "value": "animal"}]}],
        "exclude": [{"system": "urn:animals", "concept": [{"code": "fish"}]},
                    {"system": "urn:animals", "filter": [{"property": "concept", "op": "descendent-of", "value": "bird"}]}]"#;
    assert_eq!(animals(compose), "animal bird");
}

#[test]
fn imports_are_intersected_within_an_include_and_joined_between_includes() {
    let birds = named(
        "urn:birds",
        r#""include": [{"system": "urn:animals", "filter": [{"property": "concept", "op": "is-a", "value": "bird"}]}]"#,
    );
    let small = named(
        "urn:small",
        r#""include": [{"system": "urn:animals", "concept": [{"code": "wren"}, {"code": "fish"}]}]"#,
    );
    let say = |compose: &str| {
        let definition = set(compose);
        let terms = terminology(&[ANIMALS, &birds, &small, &definition]);
        let id = terms.value_set("urn:set").expect("it is there");
        ["animal", "bird", "wren", "dodo", "fish", "rock"]
            .into_iter()
            .filter(|code| terms.contains(id, Some("urn:animals"), code) == Membership::In)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(say(r#""include": [{"valueSet": ["urn:birds", "urn:small"]}]"#), "wren");
    assert_eq!(say(r#""include": [{"valueSet": ["urn:birds"]}, {"valueSet": ["urn:small"]}]"#), "bird wren dodo fish");
    assert_eq!(
        say(
            r#""include": [{"system": "urn:animals", "concept": [{"code": "dodo"}, {"code": "rock"}], "valueSet": ["urn:birds"]}]"#
        ),
        "dodo"
    );
    assert_eq!(
        say(r#""include": [{"valueSet": ["urn:birds"]}], "exclude": [{"valueSet": ["urn:small"]}]"#),
        "bird dodo"
    );
    // One that is not there leaves open what the other does not answer.
    let open = set(r#""include": [{"valueSet": ["urn:birds", "urn:nowhere"]}]"#);
    let all = [ANIMALS, &birds, &open];
    assert_eq!(membership(&all, "urn:animals", "wren"), Membership::Undecided(Reason::ValueSetUnknown));
    assert_eq!(membership(&all, "urn:animals", "fish"), Membership::Out);
    assert_eq!(membership(&all, "urn:colours", "red"), Membership::Out);
}

#[test]
fn value_sets_made_of_themselves_end() {
    let first =
        set(r#""include": [{"valueSet": ["urn:second"]}, {"system": "urn:animals", "concept": [{"code": "wren"}]}]"#);
    let second = named("urn:second", r#""include": [{"valueSet": ["urn:set"]}]"#);
    let all = [ANIMALS, &first, &second];
    assert_eq!(membership(&all, "urn:animals", "wren"), Membership::In);
    assert_eq!(membership(&all, "urn:animals", "fish"), Membership::Undecided(Reason::TooLarge));
}

#[test]
fn expansions_decide() {
    let expanded = r#"{"resourceType": "ValueSet", "url": "urn:set", "status": "active",
        "compose": {"include": [{"system": "http://snomed.info/sct",
            "filter": [{"property": "concept", "op": "is-a", "value": "404684003"}]}]},
        "expansion": {"timestamp": "2024-01-01", "contains": [{"system": "http://snomed.info/sct", "code": "22298006"}]}}"#;
    assert_eq!(membership(&[expanded], "http://snomed.info/sct", "22298006"), Membership::In);
    assert_eq!(membership(&[expanded], "http://snomed.info/sct", "73211009"), Membership::Out);
}

#[test]
fn case_counts_only_where_the_code_system_says_so() {
    let whole = set(r#""include": [{"system": "urn:colours"}, {"system": "urn:animals"}]"#);
    let list = set(r#""include": [{"system": "urn:colours", "concept": [{"code": "Red"}]}]"#);
    for code in ["red", "RED", "Red"] {
        assert_eq!(membership(&[COLOURS, ANIMALS, &whole], "urn:colours", code), Membership::In);
        assert_eq!(membership(&[COLOURS, &list], "urn:colours", code), Membership::In);
    }
    assert_eq!(membership(&[COLOURS, ANIMALS, &whole], "urn:animals", "Wren"), Membership::Out);
}

#[test]
fn what_is_not_at_hand_is_undecided_for_its_own_system_only() {
    let sct = "http://snomed.info/sct";
    let filter = set(
        r#""include": [{"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}]"#,
    );
    assert_eq!(membership(&[&filter], sct, "22298006"), Membership::Undecided(Reason::HierarchyUnknown));
    assert_eq!(membership(&[&filter], "http://loinc.org", "1-8"), Membership::Out);
    let mixed = set(r#""include": [{"system": "http://snomed.info/sct", "concept": [{"code": "22298006"}]},
                       {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]},
                       {"system": "urn:animals", "concept": [{"code": "wren"}]}],
           "exclude": [{"system": "http://snomed.info/sct", "concept": [{"code": "73211009"}]}]"#);
    assert_eq!(membership(&[&mixed], sct, "22298006"), Membership::In);
    assert_eq!(membership(&[&mixed], sct, "73211009"), Membership::Out);
    assert_eq!(membership(&[&mixed], sct, "1"), Membership::Undecided(Reason::HierarchyUnknown));
    assert_eq!(membership(&[&mixed], "urn:animals", "fish"), Membership::Out);
    let whole = set(r#""include": [{"system": "http://loinc.org"}]"#);
    assert_eq!(membership(&[&whole], "http://loinc.org", "1-8"), UNDECIDED);
    let part = set(r#""include": [{"system": "urn:part"}]"#);
    assert_eq!(membership(&[PART, &part], "urn:part", "a"), Membership::In);
    assert_eq!(membership(&[PART, &part], "urn:part", "b"), Membership::Undecided(Reason::SystemInPart));
    // A list decides, unless one wants it open as the reference has it.
    let list = set(r#""include": [{"system": "http://loinc.org", "concept": [{"code": "1-8"}]}]"#);
    assert_eq!(membership(&[&list], "http://loinc.org", "2-6"), Membership::Out);
    let mut library = Library::default();
    library.add(package(&[&list]));
    let open = Terminology::new(Arc::new(library)).with_open_lists();
    let id = open.value_set("urn:set").expect("it is there");
    assert_eq!(open.contains(id, Some("http://loinc.org"), "1-8"), Membership::In);
    assert_eq!(open.contains(id, Some("http://loinc.org"), "2-6"), UNDECIDED);
}

#[test]
fn the_truth_table() {
    use Membership::{In, Out};
    let open = UNDECIDED;
    let all = [In, Out, open];
    let table = |join: fn(Membership, Membership) -> Membership| {
        all.into_iter().flat_map(|left| all.into_iter().map(move |right| join(left, right))).collect::<Vec<_>>()
    };
    assert_eq!(table(Membership::or), [In, In, In, In, Out, open, In, open, open]);
    assert_eq!(table(Membership::and), [In, Out, open, Out, Out, Out, open, Out, open]);
    assert_eq!(table(Membership::without), [Out, In, open, Out, Out, Out, Out, open, open]);
}

#[test]
fn value_sets_that_are_defined_by_their_url() {
    let terms = terminology(&[]);
    let loinc = terms.value_set("http://loinc.org/vs/LL378-1").expect("it is implicit");
    assert_eq!(terms.contains(loinc, Some("http://loinc.org"), "LA1-2"), UNDECIDED);
    assert_eq!(terms.contains(loinc, Some("urn:animals"), "wren"), Membership::Out);
    let sct = terms.value_set("http://snomed.info/sct?fhir_vs=isa/50697003").expect("it is implicit");
    assert_eq!(
        terms.contains(sct, Some("http://snomed.info/sct"), "1"),
        Membership::Undecided(Reason::HierarchyUnknown)
    );
    let ucum = terms.value_set("http://unitsofmeasure.org/vs").expect("it is implicit");
    assert_eq!(terms.contains(ucum, Some("http://unitsofmeasure.org"), "mg/dL"), Membership::In);
    assert_eq!(terms.value_set("urn:nowhere"), None);
    assert_eq!(terms.value_set(""), None);
}

#[test]
fn systems_with_a_grammar() {
    let compose = [
        "http://unitsofmeasure.org",
        "urn:ietf:bcp:47",
        "urn:ietf:bcp:13",
        "urn:iso:std:iso:3166",
        "urn:ietf:rfc:3986",
    ]
    .map(|system| format!(r#"{{"system": "{system}"}}"#))
    .join(",");
    let all = set(&format!(r#""include": [{compose}]"#));
    let terms = terminology(&[&all]);
    let id = terms.value_set("urn:set").expect("it is there");
    let says = |system: &str, membership: Membership, codes: &[&str]| {
        for code in codes {
            assert_eq!(terms.contains(id, Some(system), code), membership, "{system} {code}");
        }
    };
    says("http://unitsofmeasure.org", Membership::In, &["mg", "10*3/uL", "mm[Hg]", "{score}", "1"]);
    says("http://unitsofmeasure.org", Membership::Out, &["", "milligrams", "mg dL", "µg"]);
    says(
        "urn:ietf:bcp:47",
        Membership::In,
        &["en", "de-CH", "zh-Hant-TW", "de-1996", "sl-rozaj-biske", "x-own", "en-a-bbb-x-a", "i-klingon"],
    );
    says("urn:ietf:bcp:47", Membership::Out, &["", "e", "en-", "de_CH", "en-a", "abcdefghi", "de-a-b", "en us", "x"]);
    says(
        "urn:ietf:bcp:13",
        Membership::In,
        &["text/plain", "application/fhir+json", "text/html; charset=utf-8", "image/*"],
    );
    says("urn:ietf:bcp:13", UNDECIDED, &["json", "text", "/", "a b/c"]);
    says("urn:iso:std:iso:3166", UNDECIDED, &["DE", "DEU", "276"]);
    says("urn:iso:std:iso:3166", Membership::Out, &["de", "Germany", "", "27"]);
    says("urn:ietf:rfc:3986", Membership::In, &["urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "http://a.b/c"]);
    says("urn:ietf:rfc:3986", Membership::Out, &["", "a b"]);
    let plain = ["ext-lang", "script", "variant", "extension", "private-use"]
        .map(|property| format!(r#"{{"property": "{property}", "op": "exists", "value": "false"}}"#))
        .join(",");
    let plain = set(&format!(r#""include": [{{"system": "urn:ietf:bcp:47", "filter": [{plain}]}}]"#));
    for (code, wanted) in
        [("en", Membership::In), ("en-US", Membership::In), ("zh-Hant", Membership::Out), ("en-x-a", Membership::Out)]
    {
        assert_eq!(membership(&[&plain], "urn:ietf:bcp:47", code), wanted, "{code}");
    }
    let three = set(
        r#""include": [{"system": "urn:iso:std:iso:3166", "filter": [{"property": "code", "op": "regex", "value": "[A-Z]{3}"}]}]"#,
    );
    assert_eq!(membership(&[&three], "urn:iso:std:iso:3166", "DE"), Membership::Out);
    assert_eq!(membership(&[&three], "urn:iso:std:iso:3166", "DEU"), UNDECIDED);
}

#[test]
fn codes_without_a_system() {
    let two =
        set(r#""include": [{"system": "urn:animals", "concept": [{"code": "wren"}]}, {"system": "urn:colours"}]"#);
    let terms = terminology(&[ANIMALS, COLOURS, &two]);
    let id = terms.value_set("urn:set").expect("it is there");
    assert_eq!(terms.contains_code(id, "wren"), Membership::In);
    assert_eq!(terms.contains_code(id, "blue"), Membership::In);
    assert_eq!(terms.contains_code(id, "fish"), Membership::Out);
    // A coding without a system belongs only to a value set that is one list.
    assert_eq!(terms.contains_bare(id, "wren"), Membership::Out);
    let list = set(r#""include": [{"system": "urn:animals", "concept": [{"code": "wren"}]}]"#);
    let terms = terminology(&[ANIMALS, &list]);
    let id = terms.value_set("urn:set").expect("it is there");
    assert_eq!(terms.contains_bare(id, "wren"), Membership::In);
    assert_eq!(terms.contains_bare(id, "fish"), Membership::Out);
}

#[test]
fn code_systems() {
    let terms = terminology(&[ANIMALS, COLOURS, PART]);
    let id = terms.code_system("urn:animals").expect("it is there");
    let Lookup::Found(wren) = terms.lookup(id, "wren") else { panic!("the wren is an animal") };
    assert!(terms.display_fits(id, wren, "Wren"));
    assert!(terms.display_fits(id, wren, " wren "));
    assert!(terms.display_fits(id, wren, "jenny wren"));
    assert!(!terms.display_fits(id, wren, "jennywren"));
    assert!(!terms.display_fits(id, wren, "Robin"));
    assert_eq!(terms.names(id, wren).collect::<Vec<_>>(), ["Wren", "Jenny  Wren"]);
    let Lookup::Found(rock) = terms.lookup(id, "rock") else { panic!("the rock is there") };
    assert!(terms.display_fits(id, rock, "anything"));
    assert!(matches!(terms.lookup(id, "animal"), Lookup::Found(found) if found.is_abstract && !found.is_inactive));
    assert!(matches!(terms.lookup(id, "dodo"), Lookup::Found(found) if found.is_inactive));
    assert_eq!(terms.lookup(id, "Wren"), Lookup::NotFound);
    assert_eq!(terms.subsumes(id, "bird", "dodo"), Some(true));
    assert_eq!(terms.subsumes(id, "animal", "wren"), Some(true));
    assert_eq!(terms.subsumes(id, "wren", "animal"), Some(false));
    assert_eq!(terms.subsumes(id, "wren", "unicorn"), None);
    let part = terms.code_system("urn:part").expect("it is there");
    assert_eq!(terms.lookup(part, "b"), Lookup::NotFoundInFragment);
    let colours = terms.code_system("urn:colours").expect("it is there");
    assert!(matches!(terms.lookup(colours, "BLUE"), Lookup::Found(_)));
}

#[test]
fn uris_of_code_systems() {
    let beside = named("urn:beside", r#""include": [{"system": "urn:animals"}]"#);
    let plain = r#"{"resourceType": "CodeSystem", "url": "http://plain.org/cs", "content": "complete", "concept": [{"code": "a"}]}"#;
    let terms = terminology(&[ANIMALS, &beside, plain]);
    let fault = |url: &str| match terms.system(url) {
        SystemState::Fault(fault) => Some(fault),
        _ => None,
    };
    assert_eq!(fault("animals"), Some(SystemFault::NotAbsolute));
    assert_eq!(fault("urn:beside"), Some(SystemFault::ValueSet));
    assert_eq!(fault("http://build.fhir.org/codesystem-x"), Some(SystemFault::BuildSite));
    assert_eq!(fault("http://hl7.org/fhir/codesystem-x.html"), Some(SystemFault::WebPage));
    assert_eq!(fault("http://hl7.org/fhir/no-such-thing"), Some(SystemFault::NotOfHl7));
    assert_eq!(fault("http://snomed.info/sct/900000000000207008"), Some(SystemFault::Extended));
    assert_eq!(fault("https://loinc.org"), Some(SystemFault::Https));
    assert_eq!(fault("https://plain.org/cs"), Some(SystemFault::Https));
    for url in [
        "http://loinc.org",
        "http://snomed.info/sct",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://hl7.org/fhir/sid/cvx",
    ] {
        assert_eq!(terms.system(url), SystemState::Great, "{url}");
    }
    assert_eq!(terms.system("http://www.genenames.org"), SystemState::Unknown);
    assert!(matches!(terms.system("urn:animals"), SystemState::Here(_)));
}

/// What is said, as code and severity.
fn said(say: impl FnOnce(&mut dyn FnMut(Finding<'_>))) -> Vec<(Code, Severity)> {
    let mut found = Vec::new();
    say(&mut |finding: Finding<'_>| {
        assert!(!finding.message().is_empty() && !finding.help().is_empty());
        found.push((finding.code, finding.severity));
    });
    found
}

const STRENGTHS: [Strength; 4] = [Strength::Required, Strength::Extensible, Strength::Preferred, Strength::Example];
const REQUIRED: (Code, Severity) = (Code::BindingRequired, Severity::Error);
const EXTENSIBLE: (Code, Severity) = (Code::BindingExtensible, Severity::Warning);
const PREFERRED: (Code, Severity) = (Code::BindingPreferred, Severity::Information);
const OPEN: (Code, Severity) = (Code::BindingUndecided, Severity::Information);
const MAXIMUM: (Code, Severity) = (Code::BindingMaximum, Severity::Error);

fn bound(terms: &Terminology, strength: Strength, max: &'static str) -> Bound<'static> {
    Bound {
        strength,
        canonical: "urn:set",
        value_set: terms.value_set("urn:set"),
        max_canonical: max,
        max_value_set: terms.value_set(max),
    }
}

fn judged() -> Terminology {
    let definition = set(r#""include": [{"system": "urn:animals", "concept": [{"code": "wren"}, {"code": "dodo"}]},
                       {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}]"#);
    let most = named(
        "urn:most",
        r#""include": [{"system": "urn:animals", "filter": [{"property": "concept", "op": "is-a", "value": "animal"}]}]"#,
    );
    terminology(&[ANIMALS, COLOURS, PART, &definition, &most])
}

fn coded(system: &'static str, code: &'static str) -> Coded<'static> {
    Coded { system: Some(system), code: Some(code), display: None }
}

#[test]
fn bindings_of_codes() {
    let terms = judged();
    let codes = |code: &'static str, max| {
        STRENGTHS
            .map(|strength| said(|mut report| judge::code(&terms, &bound(&terms, strength, max), code, &mut report)))
    };
    assert_eq!(codes("wren", ""), [vec![], vec![], vec![], vec![]]);
    // The hierarchy that is not at hand may have any code.
    assert_eq!(codes("fish", ""), [vec![OPEN], vec![OPEN], vec![OPEN], vec![]]);
    let list = set(r#""include": [{"system": "urn:animals", "concept": [{"code": "wren"}]}]"#);
    let most = named("urn:most", r#""include": [{"system": "urn:animals"}]"#);
    let terms = terminology(&[ANIMALS, &list, &most]);
    let codes = |code: &'static str, max| {
        STRENGTHS
            .map(|strength| said(|mut report| judge::code(&terms, &bound(&terms, strength, max), code, &mut report)))
    };
    assert_eq!(codes("fish", ""), [vec![REQUIRED], vec![EXTENSIBLE], vec![PREFERRED], vec![]]);
    assert_eq!(codes("fish", "urn:most"), [vec![REQUIRED], vec![], vec![PREFERRED], vec![]]);
    assert_eq!(codes("unicorn", "urn:most"), [vec![REQUIRED], vec![MAXIMUM], vec![PREFERRED], vec![]]);
    let nowhere = Bound { canonical: "urn:nowhere", value_set: None, ..bound(&terms, Strength::Required, "") };
    assert_eq!(said(|mut report| judge::code(&terms, &nowhere, "a", &mut report)), [OPEN]);
}

#[test]
fn bindings_of_codings() {
    let terms = judged();
    let codings = |coded: Coded<'static>, max| {
        STRENGTHS.map(|strength| {
            said(|mut report| judge::bound_coding(&terms, &bound(&terms, strength, max), coded, &mut report))
        })
    };
    let none = [vec![], vec![], vec![], vec![]];
    assert_eq!(codings(coded("urn:animals", "wren"), ""), none);
    assert_eq!(codings(coded("urn:animals", "fish"), ""), [vec![REQUIRED], vec![EXTENSIBLE], vec![PREFERRED], vec![]]);
    assert_eq!(codings(coded("urn:animals", "fish"), "urn:most"), [vec![REQUIRED], vec![], vec![PREFERRED], vec![]]);
    assert_eq!(
        codings(coded("urn:animals", "rock"), "urn:most"),
        [vec![REQUIRED], vec![MAXIMUM], vec![PREFERRED], vec![]]
    );
    assert_eq!(codings(coded("http://snomed.info/sct", "22298006"), ""), [vec![OPEN], vec![OPEN], vec![OPEN], vec![]]);
    assert_eq!(
        codings(coded("http://loinc.org", "1-8"), ""),
        [vec![REQUIRED], vec![EXTENSIBLE], vec![PREFERRED], vec![]]
    );
    // What has no system or no code, or is wrong by itself, is not held against the binding.
    assert_eq!(codings(Coded { system: None, ..coded("", "fish") }, ""), none);
    assert_eq!(codings(Coded { code: None, ..coded("urn:animals", "") }, ""), none);
    assert_eq!(codings(coded("urn:animals", "unicorn"), ""), none);
}

#[test]
fn bindings_of_concepts() {
    let terms = judged();
    let concepts = |codings: &[Coded<'static>], max| {
        STRENGTHS.map(|strength| {
            let bound = bound(&terms, strength, max);
            said(|mut report| judge::concept(&terms, &bound, codings.iter().copied(), &mut report))
        })
    };
    let none = [vec![], vec![], vec![], vec![]];
    let (wren, fish, rock) = (coded("urn:animals", "wren"), coded("urn:animals", "fish"), coded("urn:animals", "rock"));
    let sct = coded("http://snomed.info/sct", "22298006");
    assert_eq!(concepts(&[], ""), [vec![REQUIRED], vec![EXTENSIBLE], vec![], vec![]]);
    assert_eq!(concepts(&[], "urn:most"), [vec![REQUIRED], vec![MAXIMUM], vec![], vec![]]);
    assert_eq!(concepts(&[wren], ""), none);
    assert_eq!(concepts(&[fish, wren], ""), none);
    assert_eq!(concepts(&[sct, wren], ""), none);
    assert_eq!(concepts(&[fish], ""), [vec![REQUIRED], vec![EXTENSIBLE], vec![PREFERRED], vec![]]);
    assert_eq!(concepts(&[fish, sct], ""), [vec![OPEN], vec![OPEN], vec![OPEN], vec![]]);
    assert_eq!(concepts(&[fish], "urn:most"), [vec![REQUIRED], vec![EXTENSIBLE], vec![PREFERRED], vec![]]);
    assert_eq!(concepts(&[rock], "urn:most"), [vec![REQUIRED], vec![MAXIMUM, EXTENSIBLE], vec![PREFERRED], vec![]]);
    let bare = Coded { system: None, code: Some("wren"), display: None };
    assert_eq!(concepts(&[bare], ""), [vec![REQUIRED], vec![EXTENSIBLE], vec![PREFERRED], vec![]]);
}

#[test]
fn codings_by_themselves() {
    let terms = judged();
    let said = |coded: Coded<'static>| {
        said(|mut report| {
            judge::coding(&terms, coded, &mut report);
        })
    };
    let shown = |display| Coded { display: Some(display), ..coded("urn:animals", "wren") };
    assert_eq!(said(coded("urn:animals", "wren")), []);
    assert_eq!(said(shown("WREN")), []);
    assert_eq!(said(shown("Robin")), [(Code::Display, Severity::Error)]);
    assert_eq!(said(coded("urn:animals", "unicorn")), [(Code::CodeUnknown, Severity::Error)]);
    assert_eq!(said(coded("urn:part", "b")), [(Code::CodeUnknown, Severity::Warning)]);
    assert_eq!(said(coded("http://loinc.org", "no code")), []);
    assert_eq!(said(coded("http://www.genenames.org", "HGNC:1")), [(Code::SystemUnknown, Severity::Information)]);
    assert_eq!(said(coded("animals", "wren")), [(Code::SystemUnknown, Severity::Error)]);
    assert_eq!(said(coded("urn:most", "wren")), [(Code::SystemUnknown, Severity::Error)]);
    assert_eq!(said(Coded { system: None, ..coded("", "wren") }), [(Code::SystemUnknown, Severity::Warning)]);
    assert_eq!(said(Coded { code: None, ..coded("urn:animals", "") }), []);
    assert_eq!(said(Coded::default()), []);
}

/// A server that knows one code.
#[derive(Debug)]
struct Knows(&'static str);

impl CodeServer for Knows {
    fn validate_code(&self, value_set: &str, _system: &str, code: &str) -> Option<Verdict> {
        (value_set == "urn:set").then_some(if code == self.0 { Verdict::Valid } else { Verdict::Invalid })
    }

    fn validate_in_system(&self, system: &str, code: &str) -> Option<Verdict> {
        (system == "http://loinc.org").then_some(if code == self.0 { Verdict::Valid } else { Verdict::Invalid })
    }
}

#[test]
fn a_server_is_asked_about_what_is_open_only() {
    let terms = judged().with_server(Arc::new(Knows("22298006")));
    let bound = bound(&terms, Strength::Required, "");
    let judge = |coded: Coded<'static>| said(|mut report| judge::bound_coding(&terms, &bound, coded, &mut report));
    assert_eq!(judge(coded("http://snomed.info/sct", "22298006")), []);
    assert_eq!(judge(coded("http://snomed.info/sct", "73211009")), [REQUIRED]);
    assert_eq!(judge(coded("urn:animals", "wren")), [], "the definitions decide");
    let by_itself = |coded: Coded<'static>| {
        said(|mut report| {
            judge::coding(&terms, coded, &mut report);
        })
    };
    assert_eq!(by_itself(coded("http://loinc.org", "1-8")), [(Code::CodeUnknown, Severity::Error)]);
    assert_eq!(by_itself(coded("http://snomed.info/sct", "1")), []);
}

/// The packages of R4, US Core and mCODE, where they are there.
fn packages() -> Option<(Library, Vec<String>)> {
    let Some(folder) = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        println!("SKIPPED: CASE2FHIR_PACKAGES names no folder of packages");
        return None;
    };
    let (mut library, mut issues, mut urls) = (Library::default(), Issues::default(), Vec::new());
    for name in
        ["hl7.fhir.r4.examples#4.0.1", "hl7.terminology.r4#7.0.1", "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0"]
    {
        let package = load_folder(&folder.join(name), &mut issues).expect("the folder can be read");
        urls.extend(package.value_sets.iter().map(|value_set| value_set.url.to_string()));
        library.add(package);
    }
    Some((library, urls))
}

#[test]
fn every_listed_code_of_the_real_ones_is_in() {
    let Some((library, urls)) = packages() else { return };
    let library = Arc::new(library);
    let terms = Terminology::new(Arc::clone(&library));
    let (mut listed, mut excluded) = (0, 0);
    for url in &urls {
        let value_set = library.value_set(url).expect("it is in the package");
        let id = terms.value_set(url).expect("it is in the library");
        if !value_set.expansion.is_empty() {
            continue;
        }
        for include in value_set.include.iter().filter(|include| include.value_sets.is_empty()) {
            for concept in &include.concepts {
                let found = terms.contains(id, Some(&include.system), &concept.code);
                let is_out =
                    value_set.exclude.iter().any(|out| out.system == include.system || !out.value_sets.is_empty());
                excluded += usize::from(is_out && found != Membership::In);
                assert!(is_out || found == Membership::In, "{url} {} {}", include.system, concept.code);
                listed += 1;
            }
        }
    }
    println!("{} value sets, {listed} listed codes, {excluded} of them excluded again", urls.len());
    let gender = terms.value_set("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1").expect("R4 has it");
    assert_eq!(terms.contains_code(gender, "female"), Membership::In);
    assert_eq!(terms.contains_code(gender, "woman"), Membership::Out);
    let class = terms.value_set("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode").expect("R4 has it");
    assert_eq!(terms.contains(class, Some("http://terminology.hl7.org/CodeSystem/v3-ActCode"), "AMB"), Membership::In);
    let types = terms.value_set("http://hl7.org/fhir/ValueSet/resource-types").expect("R4 has it");
    assert_eq!(terms.contains_code(types, "Observation"), Membership::In);
    assert_eq!(terms.contains_code(types, "Thing"), Membership::Out);
}

#[test]
fn how_long_it_takes() {
    let Some((library, urls)) = packages() else { return };
    let terms = Terminology::new(Arc::new(library));
    for url in [
        "http://hl7.org/fhir/ValueSet/administrative-gender",
        "http://hl7.org/fhir/ValueSet/condition-clinical",
        "http://terminology.hl7.org/ValueSet/v3-ActCode",
        "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode",
        "http://hl7.org/fhir/ValueSet/security-labels",
        "http://hl7.org/fhir/us/mcode/ValueSet/mcode-primary-cancer-disorder-vs",
    ] {
        let Some(id) = terms.value_set(url) else {
            println!("{url} is not there");
            continue;
        };
        let start = Instant::now();
        let codes: Vec<(String, String)> = terms.codes(id).map(|(system, code)| (system.into(), code.into())).collect();
        let prepared = start.elapsed();
        let start = Instant::now();
        let rounds = 200_000 / codes.len().max(1) + 1;
        let mut count = 0_usize;
        for _ in 0..rounds {
            for (system, code) in &codes {
                count += usize::from(terms.contains(id, Some(system), code) == Membership::In);
            }
        }
        let each = start.elapsed().as_nanos() / u128::try_from(count.max(1)).expect("it is small");
        println!("{url}: {} codes, prepared in {prepared:?}, {each} ns a question", codes.len());
    }
    let start = Instant::now();
    let mut size = 0;
    for url in &urls {
        size += terms.value_set(url).map_or(0, |id| terms.size(id));
    }
    println!("all {} value sets: {size} codes, prepared in {:?}", urls.len(), start.elapsed());
}
