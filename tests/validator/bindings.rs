//! What bindings make of codes, and what codings are by themselves: the table of [`judge`], row by row.

use std::sync::Arc;

use case2fhir::definition::Strength;
use case2fhir::issue::{Code, Severity};
use case2fhir::terminology::Terminology;
use case2fhir::terminology::judge::{self, Bound, Coded, Finding};
use case2fhir::terminology::server::{CodeServer, Verdict};

use crate::terminology::{ANIMALS, COLOURS, PART, named, set, terminology};

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
