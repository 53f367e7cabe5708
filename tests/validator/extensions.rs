//! Where extensions may stand: at elements, in other extensions, where an expression says, and where the rules of their definitions
//! hold.

use std::sync::OnceLock;

use case2fhir::definition::FhirVersion;
use case2fhir::issue::{Code, Severity};
use case2fhir::validate::{Request, Validator};

use crate::support;

/// An extension of a string that may stand at these contexts, with these rules.
fn extension(name: &str, contexts: &[(&str, &str)], rules: &[&str]) -> String {
    let contexts: Vec<String> = contexts
        .iter()
        .map(|(kind, expression)| serde_json::json!({"type": kind, "expression": expression}).to_string())
        .collect();
    let rules = serde_json::json!(rules);
    format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{name}","name":"E","kind":"complex-type",
            "type":"Extension","derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension",
            "context":[{}],"contextInvariant":{rules},
            "differential":{{"element":[{{"id":"Extension.url","path":"Extension.url","fixedUri":"http://example.org/{name}"}}]}}}}"#,
        contexts.join(",")
    )
}

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let definitions = [
            extension("official", &[("fhirpath", "name.where(use = 'official') | name.period.start")], &[]),
            extension("broken", &[("fhirpath", "name.where(")], &[]),
            extension("either", &[("fhirpath", "name.where("), ("element", "Patient.contact")], &[]),
            extension("inner", &[("extension", "http://example.org/free")], &[]),
            extension("part", &[("extension", "http://example.org/whole#p")], &[]),
            extension("free", &[("element", "Element")], &[]),
            extension(
                "ruled",
                &[("element", "Element")],
                &["family.exists() or $this is string", "%resource.active = true"],
            ),
            extension("own", &[("element", "Element")], &["%extension.value = 'x' and extension.count() = 1"]),
            extension("typed", &[("element", "Element")], &["%extension.valueString = 'x'"]),
            extension("unread", &[("element", "Element")], &["family.("]),
        ];
        support::with_definitions(FhirVersion::R4, &definitions)
    })
}

/// How grave it is that extensions stand where they do, and where.
fn told(patient: &str) -> Vec<(Severity, String)> {
    let text = format!(r#"{{"resourceType":"Patient",{patient}}}"#);
    let issues = support::judge(validator(), &text, &Request::default());
    let other: Vec<_> =
        support::errors(&issues).into_iter().filter(|issue| issue.code != Code::ExtensionContext).collect();
    assert!(other.is_empty(), "{}", support::shown(&other));
    let found = issues.iter().filter(|issue| issue.code == Code::ExtensionContext);
    found.map(|issue| (issue.severity, issue.path.clone())).collect()
}

fn wrong(path: &str) -> Vec<(Severity, String)> {
    vec![(Severity::Error, path.to_owned())]
}

fn of(name: &str) -> String {
    format!(r#"{{"url":"http://example.org/{name}","valueString":"x"}}"#)
}

#[test]
fn an_expression_gives_the_elements_that_may_hold_it() {
    let one = of("official");
    assert_eq!(told(&format!(r#""name":[{{"use":"official","extension":[{one}]}}]"#)), []);
    assert_eq!(
        told(&format!(r#""name":[{{"use":"official"}},{{"use":"usual","extension":[{one}]}}]"#)),
        wrong("Patient.name[1]")
    );
    // A primitive, with a value and without.
    let text = format!(r#""name":[{{"family":"a","period":{{"start":"2020","_start":{{"extension":[{one}]}}}}}}]"#);
    assert_eq!(told(&text), []);
    assert_eq!(told(&format!(r#""name":[{{"family":"a","period":{{"_start":{{"extension":[{one}]}}}}}}]"#)), []);
    let text = format!(r#""name":[{{"family":"a","period":{{"end":"2020","_end":{{"extension":[{one}]}}}}}}]"#);
    assert_eq!(told(&text), wrong("Patient.name[0].period.end"));
}

#[test]
fn an_expression_that_cannot_be_read_says_neither_yes_nor_no() {
    let found = told(&format!(r#""extension":[{}]"#, of("broken")));
    assert_eq!(found, [(Severity::Information, "Patient.extension[0]".to_owned())]);
    let found = told(&format!(r#""extension":[{}]"#, of("either")));
    assert_eq!(found, [(Severity::Information, "Patient.extension[0]".to_owned())]);
    let contact = format!(r#""contact":[{{"name":{{"family":"a"}},"extension":[{}]}}]"#, of("either"));
    assert_eq!(told(&contact), []);
}

#[test]
fn an_extension_holds_another_or_its_value_does() {
    let inner = of("inner");
    let holds = |url: &str| format!(r#""extension":[{{"url":"http://example.org/{url}","extension":[{inner}]}}]"#);
    assert_eq!(told(&holds("free")), []);
    assert_eq!(told(&holds("other")), wrong("Patient.extension[0]"));
    let value = |url: &str| {
        format!(
            r#""extension":[{{"url":"http://example.org/{url}","valueString":"x","_valueString":{{"extension":[{inner}]}}}}]"#
        )
    };
    assert_eq!(told(&value("free")), []);
    assert_eq!(told(&value("other")), wrong("Patient.extension[0].value.ofType(string)"));
    assert_eq!(told(&format!(r#""extension":[{inner}]"#)), wrong("Patient"));
    let part = |whole: &str, part: &str| {
        format!(
            r#""extension":[{{"url":"http://example.org/{whole}","extension":[{{"url":"{part}","extension":[{}]}}]}}]"#,
            of("part")
        )
    };
    assert_eq!(told(&part("whole", "p")), []);
    assert_eq!(told(&part("whole", "q")), wrong("Patient.extension[0].extension[0]"));
    assert_eq!(told(&part("others", "p")), wrong("Patient.extension[0].extension[0]"));
}

#[test]
fn rules_of_an_extension_hold_where_it_stands() {
    let one = of("ruled");
    assert_eq!(told(&format!(r#""active":true,"name":[{{"family":"a","extension":[{one}]}}]"#)), []);
    // One of two rules does not hold, and then the other.
    assert_eq!(
        told(&format!(r#""active":true,"name":[{{"text":"a","extension":[{one}]}}]"#)),
        wrong("Patient.name[0].extension[0]")
    );
    assert_eq!(
        told(&format!(r#""name":[{{"family":"a","extension":[{one}]}}]"#)),
        wrong("Patient.name[0].extension[0]")
    );
    // What holds it may be a primitive, in a list too.
    let text = format!(r#""active":true,"name":[{{"given":["a","b"],"_given":[null,{{"extension":[{one}]}}]}}]"#);
    assert_eq!(told(&text), []);
}

#[test]
fn rules_of_an_extension_may_ask_for_itself_and_its_neighbours() {
    let given =
        |besides: &str| told(&format!(r#""name":[{{"given":["a","b"],"_given":[null,{{"extension":[{besides}]}}]}}]"#));
    assert_eq!(given(&of("own")), []);
    assert_eq!(given(&format!("{},{}", of("free"), of("own"))), wrong("Patient.name[0].given[1].extension[1]"));
    let other = r#"{"url":"http://example.org/own","valueString":"y"}"#;
    assert_eq!(given(other), wrong("Patient.name[0].given[1].extension[0]"));
    assert_eq!(told(&format!(r#""_birthDate":{{"extension":[{}]}}"#, of("own"))), []);
    assert_eq!(told(&format!(r#""birthDate":"2000","_birthDate":{{"extension":[{}]}}"#, of("own"))), []);
    // As HL7's own rules have it.
    assert_eq!(told(&format!(r#""extension":[{}]"#, of("typed"))), []);
    assert_eq!(
        told(r#""extension":[{"url":"http://example.org/typed","valueString":"y"}]"#),
        wrong("Patient.extension[0]")
    );
}

#[test]
fn a_rule_that_cannot_be_read_is_undecided() {
    let text = format!(r#"{{"resourceType":"Patient","extension":[{}]}}"#, of("unread"));
    let issues = support::judge(validator(), &text, &Request::default());
    assert!(support::errors(&issues).is_empty());
    assert!(issues.iter().any(|issue| issue.code == Code::InvariantUndecided));
}

#[test]
fn rules_of_published_extensions_are_asked() {
    let list = |mode: &str| {
        let text = format!(
            r#"{{"resourceType":"List","status":"current","mode":"{mode}","extension":[
                {{"url":"http://hl7.org/fhir/StructureDefinition/list-changeBase","valueReference":{{"display":"x"}}}}]}}"#
        );
        let issues = support::judge(support::r4(), &text, &Request::default());
        issues.iter().filter(|issue| issue.code == Code::ExtensionContext).count()
    };
    assert_eq!((list("changes"), list("working")), (0, 1));
}
