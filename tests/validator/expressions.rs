//! What rules ask outside of themselves: whether a value holds to a profile, whether a code is in a value set or below another.

use std::sync::OnceLock;

use case2fhir::definition::FhirVersion;
use case2fhir::issue::{Code, Severity};
use case2fhir::validate::{Request, Validator};

use crate::support;

/// A profile of a type with a rule at its root, and what else it says.
fn profile(name: &str, of: &str, rule: &str, more: &str) -> String {
    let constraint = serde_json::json!([{"key": "r-1", "severity": "error", "human": "x", "expression": rule}]);
    let kind = if of.starts_with("HumanName") { "complex-type" } else { "resource" };
    format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://example.org/{name}","name":"P","kind":"{kind}","type":"{of}",
            "derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/{of}",
            "differential":{{"element":[{{"id":"{of}","path":"{of}","constraint":{constraint}}}{more}]}}}}"#
    )
}

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let below = |of: &str| format!(r#",{{"id":"{of}","path":"{of}","min":1}}"#);
        let definitions = [
            profile("born", "Patient", "true", &below("Patient.birthDate")),
            profile("named", "HumanName", "true", &below("HumanName.family")),
            profile("asks", "Patient", "conformsTo('http://example.org/born')", ""),
            profile("asks-names", "Patient", "name.all(conformsTo('http://example.org/named'))", ""),
            profile("asks-other", "Patient", "conformsTo('http://example.org/named').not()", ""),
            profile("asks-type", "Patient", "conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", ""),
            profile("asks-nobody", "Patient", "conformsTo('http://example.org/nobody')", ""),
            profile("asks-itself", "Patient", "conformsTo('http://example.org/asks-itself')", ""),
            profile(
                "asks-manager",
                "Patient",
                "managingOrganization.resolve().conformsTo('http://example.org/active')",
                "",
            ),
            profile("active", "Organization", "active", ""),
            profile("asks-set", "Patient", "maritalStatus.memberOf('http://example.org/nobody')", ""),
            profile("asks-codes", "Patient", "maritalStatus.coding[0].subsumes(maritalStatus.coding[1])", ""),
            r#"{"resourceType":"CodeSystem","url":"http://example.org/animals","status":"active","content":"complete",
                "hierarchyMeaning":"is-a","concept":[{"code":"bird","concept":[{"code":"dodo"}]},{"code":"fish"}]}"#
                .to_owned(),
        ];
        support::with_definitions(FhirVersion::R4, &definitions)
    })
}

/// Whether the rule of a profile holds; `None` where it is undecided.
fn holds(name: &str, patient: &str) -> Option<bool> {
    let text = format!(r#"{{"resourceType":"Patient",{patient}}}"#);
    let profiles = [format!("http://example.org/{name}")];
    let request = Request { profiles: &profiles, ..Request::default() };
    let issues = support::judge(validator(), &text, &request);
    let says = |code: Code| issues.iter().any(|issue| issue.code == code && issue.message.starts_with("r-1"));
    if says(Code::InvariantUndecided) {
        return None;
    }
    Some(!says(Code::Invariant))
}

#[test]
fn a_rule_may_ask_whether_a_value_holds_to_a_profile() {
    assert_eq!(holds("asks", r#""birthDate":"2000""#), Some(true));
    assert_eq!(holds("asks", r#""active":true"#), Some(false));
    assert_eq!(holds("asks-names", r#""name":[{"family":"a"},{"family":"b"}]"#), Some(true));
    assert_eq!(holds("asks-names", r#""name":[{"family":"a"},{"text":"b"}]"#), Some(false));
    // A profile of another type is held to by nothing of this one; the type itself by all.
    assert_eq!(holds("asks-other", r#""active":true"#), Some(true));
    assert_eq!(holds("asks-type", r#""active":true"#), Some(true));
    assert_eq!(holds("asks-nobody", r#""active":true"#), None);
    assert_eq!(holds("asks-itself", r#""active":true"#), Some(true));
}

#[test]
fn a_rule_may_ask_that_of_the_target_of_a_reference() {
    let managed = |by: &str| {
        holds(
            "asks-manager",
            &format!(
                r##""contained":[{{"resourceType":"Organization","id":"o","name":"x","active":{by}}}],
                    "managingOrganization":{{"reference":"#o"}}"##
            ),
        )
    };
    assert_eq!((managed("true"), managed("false")), (Some(true), Some(false)));
}

#[test]
fn what_cannot_be_told_of_codes_is_no_error() {
    let married = r#""maritalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}]}"#;
    assert_eq!(holds("asks-set", married), None);
    let text = format!(r#"{{"resourceType":"Patient",{married}}}"#);
    let profiles = ["http://example.org/asks-set".to_owned()];
    let request = Request { profiles: &profiles, ..Request::default() };
    assert!(support::judge(validator(), &text, &request).iter().all(|issue| issue.severity != Severity::Error));
}

#[test]
fn a_rule_may_ask_whether_a_code_lies_below_another() {
    let asked = |system: &str, above: &str, below: &str| {
        let coding = |code: &str| format!(r#"{{"system":"http://example.org/{system}","code":"{code}"}}"#);
        holds("asks-codes", &format!(r#""maritalStatus":{{"coding":[{},{}]}}"#, coding(above), coding(below)))
    };
    assert_eq!(asked("animals", "bird", "dodo"), Some(true));
    assert_eq!(asked("animals", "bird", "bird"), Some(true));
    assert_eq!(asked("animals", "dodo", "bird"), Some(false));
    assert_eq!(asked("animals", "fish", "dodo"), Some(false));
    assert_eq!(asked("animals", "fish", "unicorn"), None);
    assert_eq!(asked("nobody", "a", "b"), None);
    assert_eq!(asked("nobody", "a", "a"), Some(true));
}
