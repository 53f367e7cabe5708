//! Value sets and code systems: what is in, what is out, what is undecided.

use std::sync::Arc;

use case2fhir::definition::{Library, Package};
use case2fhir::instance::parse_json;
use case2fhir::issue::Issues;
use case2fhir::terminology::{Lookup, Membership, Reason, SystemFault, SystemState, Terminology};

const UNDECIDED: Membership = Membership::Undecided(Reason::SystemUnknown);

pub fn package(definitions: &[&str]) -> Package {
    let mut package = Package::default();
    for definition in definitions {
        let mut issues = Issues::default();
        let document = parse_json(definition, 1, &mut issues).expect("the definition is JSON");
        assert_eq!(package.add(&document, false), 0, "the definition is understood");
    }
    package
}

pub fn terminology(definitions: &[&str]) -> Terminology {
    let mut library = Library::default();
    library.add(package(definitions));
    Terminology::new(Arc::new(library))
}

/// A value set of url `urn:set` whose compose has these members.
pub fn set(compose: &str) -> String {
    named("urn:set", compose)
}

pub fn named(url: &str, compose: &str) -> String {
    format!(r#"{{"resourceType": "ValueSet", "url": "{url}", "status": "active", "compose": {{{compose}}}}}"#)
}

pub const ANIMALS: &str = r#"{
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

pub const COLOURS: &str = r#"{
  "resourceType": "CodeSystem", "url": "urn:colours", "content": "complete", "caseSensitive": false,
  "concept": [{"code": "Red", "display": "Red"}, {"code": "Blue", "display": "Blue"}]
}"#;

pub const PART: &str = r#"{
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
