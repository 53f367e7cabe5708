//! Where a fault is told, and how often: the path is the reference validator's, the span points at what is to be mended, and one
//! fault is told once.

use case2fhir::issue::{Code, Issue};
use case2fhir::validate::Request;

use crate::support;

fn errors(text: &str) -> Vec<Issue> {
    let issues = support::judge(support::r4(), text, &Request::default());
    support::errors(&issues).into_iter().cloned().collect()
}

/// The errors of a text, by code and path.
fn told(text: &str) -> Vec<(Code, String)> {
    errors(text).into_iter().map(|issue| (issue.code, issue.path)).collect()
}

fn one(code: Code, path: &str) -> Vec<(Code, String)> {
    vec![(code, path.to_owned())]
}

#[test]
fn an_unknown_member_has_its_holders_path_and_a_span_of_its_own() {
    let text = r#"{"resourceType":"Patient","name":[{"family":"x","givn":["y"]}]}"#;
    let errors = errors(text);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].path, "Patient.name[0]");
    assert_eq!(errors[0].message, "HumanName has no member `givn`");
    let span = errors[0].span.expect("a place");
    assert_eq!(&text[span.start as usize..span.end as usize], "\"givn\"");
}

#[test]
fn the_name_of_an_unknown_member_is_shown_in_one_line_and_not_whole() {
    let text = format!(r#"{{"resourceType":"Patient","a\u001b[31m\nb{}":1}}"#, "c".repeat(1000));
    let errors = errors(&text);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.len() < 200 && !errors[0].message.contains(char::is_control), "{:?}", errors[0].message);
    assert_eq!(errors[0].path, "Patient");
}

#[test]
fn how_often_a_member_stands_is_told_of_its_holder() {
    let text = r#"{"resourceType":"Observation","code":{"text":"x"}}"#;
    assert_eq!(told(text), one(Code::MinCardinality, "Observation"));
    let text = r#"{"resourceType":"Patient","gender":"male","gender":"male"}"#;
    assert_eq!(told(text), one(Code::DuplicateMember, "Patient"));
}

#[test]
fn a_null_is_told_once() {
    assert_eq!(told(r#"{"resourceType":"Patient","gender":null}"#), one(Code::Null, "Patient.gender"));
    assert_eq!(told(r#"{"resourceType":"Patient","name":null}"#), one(Code::Null, "Patient.name"));
    assert_eq!(told(r#"{"resourceType":"Patient","maritalStatus":null}"#), one(Code::Null, "Patient.maritalStatus"));
}

#[test]
fn a_value_of_the_wrong_json_type_is_asked_nothing_more() {
    let text = r#"{"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":5}"#;
    assert_eq!(told(text), one(Code::WrongJsonType, "Condition.clinicalStatus"));
    let text = r#"{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"5"}}"#;
    assert_eq!(told(text), one(Code::WrongJsonType, "Observation.value.ofType(Quantity).value"));
    let text = r#"{"resourceType":"Group","type":"person","actual":"true","member":[{"entity":{"display":"x"}}]}"#;
    assert_eq!(told(text), one(Code::WrongJsonType, "Group.actual"));
}

#[test]
fn a_coding_without_its_brackets_is_a_coding_still() {
    let coding = r#"{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}"#;
    let text =
        format!(r#"{{"resourceType":"Condition","subject":{{"display":"x"}},"clinicalStatus":{{"coding":{coding}}}}}"#);
    assert_eq!(told(&text), one(Code::WrongJsonType, "Condition.clinicalStatus.coding"));
}

#[test]
fn the_second_of_two_choices_is_asked_nothing_more() {
    let text = r#"{"resourceType":"Patient","deceasedBoolean":false,"deceasedDateTime":"nonsense"}"#;
    assert_eq!(told(text), one(Code::ChoiceTwice, "Patient"));
}

#[test]
fn an_extension_in_the_wrong_place_has_its_holders_path() {
    let url = "http://hl7.org/fhir/StructureDefinition/patient-birthTime";
    let text = format!(
        r#"{{"resourceType":"Patient","name":[{{"family":"x","extension":[{{"url":"{url}","valueDateTime":"2024-01-01"}}]}}]}}"#
    );
    assert_eq!(told(&text), one(Code::ExtensionContext, "Patient.name[0]"));
}

#[test]
fn what_an_element_demands_holds_where_it_is_repeated_inside_itself() {
    let text = r#"{"resourceType":"Composition","status":"final","type":{"text":"x"},"date":"2024-01-01","author":[{"display":"x"}],
        "title":"x","section":[{"section":[{"title":"x"}]}]}"#;
    assert_eq!(told(text), one(Code::Invariant, "Composition.section[0].section[0]"));
}

#[test]
fn a_rule_that_is_written_wrongly_is_read_as_meant() {
    let when = r#"{"question":"0","operator":"=","answerString":"x"}"#;
    let questionnaire = |times: usize| {
        let whens = vec![when; times].join(",");
        format!(
            r#"{{"resourceType":"Questionnaire","status":"draft","item":[{{"linkId":"0","type":"string"}},
            {{"linkId":"1","type":"string","enableWhen":[{whens}]}}]}}"#
        )
    };
    assert_eq!(told(&questionnaire(1)), []);
    assert_eq!(told(&questionnaire(2)), one(Code::Invariant, "Questionnaire.item[1]"));
    let warned = |name: &str| {
        let text = format!(r#"{{"resourceType":"ValueSet","status":"draft"{name}}}"#);
        let issues = support::judge(support::r4(), &text, &Request::default());
        issues.iter().any(|issue| issue.code == Code::Invariant)
    };
    assert!(!warned("") && !warned(r#","name":"Good_1""#), "no name, and a good one");
    assert!(warned(r#","name":"Not good""#) && warned(r#","name":"notGood""#));
    let role = |telecom: &str| {
        let profile = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-practitionerrole";
        let text = format!(
            r#"{{"resourceType":"PractitionerRole","meta":{{"profile":["{profile}"]}},"telecom":[{telecom}],
            "practitioner":{{"display":"x"}},"organization":{{"display":"y"}}}}"#
        );
        support::judge(support::r4(), &text, &Request::default())
    };
    let phone = r#"{"system":"phone","value":"1"}"#;
    for issues in [role(phone), role(&format!("{phone},{phone}"))] {
        let codes: Vec<Code> = issues.iter().map(|issue| issue.code).collect();
        assert!(!codes.contains(&Code::Invariant) && !codes.contains(&Code::InvariantUndecided), "{codes:?}");
    }
}
