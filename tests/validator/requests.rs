//! What a caller may ask for beside the definitions; and profiles of our own for what no published one shows: values of two slices,
//! fixed values that differ here and there, searches for several types.

use std::sync::Arc;

use case2fhir::definition::{FhirVersion, Library, Package};
use case2fhir::fhirpath::Temporal;
use case2fhir::instance::parse_json;
use case2fhir::issue::{Code, Issue, Issues, Severity};
use case2fhir::validate::{Request, Validator};

use crate::support;

/// A validator with this profile of Patient beside those of the program.
fn with_profile(elements: &str) -> Validator {
    let text = format!(
        r#"{{"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","kind":"resource","type":"Patient",
            "derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
            "differential":{{"element":[{elements}]}}}}"#
    );
    let mut issues = Issues::default();
    let document = parse_json(&text, 0, &mut issues).expect("it is JSON");
    let mut package = Package::default();
    assert_eq!(package.add(&document, false), 0);
    let mut library = Library::embedded(FhirVersion::R4);
    library.add(package);
    library.complete(&mut issues);
    assert!(issues.is_empty(), "{issues:?}");
    Validator::new(Arc::new(library))
}

fn of_profile(validator: &Validator, text: &str) -> Vec<(Code, String)> {
    let profiles = ["http://example.org/p".to_owned()];
    let issues = support::judge(validator, text, &Request { profiles: &profiles, ..Request::default() });
    support::errors(&issues).iter().map(|issue| (issue.code, issue.path.clone())).collect()
}

fn severities(issues: &[Issue], code: Code) -> Vec<(Severity, &str)> {
    issues.iter().filter(|issue| issue.code == code).map(|issue| (issue.severity, &*issue.path)).collect()
}

#[test]
fn a_reference_out_of_the_document_is_taken_at_its_word_on_request() {
    let text = r#"{"resourceType":"Condition","subject":{"reference":"Practitioner/1"}}"#;
    for (asked, severity) in [(false, Severity::Warning), (true, Severity::Error)] {
        let request = Request { check_reference_types: asked, ..Request::default() };
        let issues = support::judge(support::r4(), text, &request);
        assert_eq!(severities(&issues, Code::ReferenceType), [(severity, "Condition.subject")]);
    }
    // What says no type of FHIR says nothing.
    let text = r#"{"resourceType":"Condition","subject":{"reference":"https://server/Thing/1"}}"#;
    let request = Request { check_reference_types: true, ..Request::default() };
    assert_eq!(severities(&support::judge(support::r4(), text, &request), Code::ReferenceType), []);
}

#[test]
fn unknown_extensions_are_errors_on_request() {
    let text = r#"{"resourceType":"Patient","extension":[{"url":"http://example.org/e","valueString":"x"}],
        "birthDate":"2000-01-01",
        "_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"2000-01-01"}]}}"#;
    for (asked, severity) in [(false, Severity::Information), (true, Severity::Error)] {
        let request = Request { known_extensions_only: asked, ..Request::default() };
        let issues = support::judge(support::r4(), text, &request);
        assert_eq!(severities(&issues, Code::ExtensionUnknown), [(severity, "Patient.extension[0]")]);
    }
}

#[test]
fn addresses_of_examples_are_errors_on_request() {
    let text = r#"{"resourceType":"Patient","identifier":[{"system":"http://example.org/mrn","value":"http://example.org"}],
        "photo":[{"url":"https://images.acme.com/1.png"}],"meta":{"profile":["http://example.org/StructureDefinition/p"]}}"#;
    let issues = support::judge(support::r4(), text, &Request::default());
    assert_eq!(severities(&issues, Code::ExampleAddress), []);
    let request = Request { refuse_example_addresses: true, ..Request::default() };
    let issues = support::judge(support::r4(), text, &request);
    // A value is a text, and a canonical is asked for elsewhere.
    let found = severities(&issues, Code::ExampleAddress);
    assert_eq!(
        found,
        [(Severity::Error, "Patient.identifier[0].system"), (Severity::Error, "Patient.photo[0].url")],
        "{found:?}"
    );
}

#[test]
fn references_that_lead_to_nothing_are_errors_on_request() {
    let strict = Request { references_must_resolve: true, ..Request::default() };
    let found = |text: &str, request: &Request<'_>| -> Vec<String> {
        let issues = support::judge(support::r4(), text, request);
        let errors = support::errors(&issues);
        errors.iter().filter(|issue| issue.code == Code::ReferenceUnresolved).map(|issue| issue.path.clone()).collect()
    };
    // Contained, in the bundle, elsewhere, on a host of examples, and a search.
    let condition = |reference: &str| {
        format!(
            r##"{{"resourceType":"Condition","id":"c","contained":[{{"resourceType":"Practitioner","id":"p"}}],
                "asserter":{{"reference":"#p"}},"subject":{{"reference":"{reference}"}}}}"##
        )
    };
    let bundle = |kind: &str, reference: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"{kind}","entry":[
                {{"fullUrl":"https://server/Patient/1","resource":{{"resourceType":"Patient","id":"1"}}}},
                {{"fullUrl":"https://server/Condition/c","resource":{}}}]}}"#,
            condition(reference)
        )
    };
    let alone = ["Condition.subject"];
    let inside = ["Bundle.entry[1].resource.ofType(Condition).subject"];
    for (text, wanted) in [
        (condition("Patient/1"), &alone[..]),
        (condition("https://server/Patient/1"), &alone),
        (condition("urn:uuid:c757873d-ec9a-4326-a141-556f43239520"), &alone),
        (condition("http://example.org/Patient/1"), &[]),
        (bundle("collection", "Patient/1"), &[]),
        (bundle("collection", "https://server/Patient/1"), &[]),
        (bundle("collection", "Patient/2"), &inside),
        (bundle("collection", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"), &inside),
        (bundle("transaction", "Patient?identifier=x"), &[]),
        (bundle("collection", "Patient?identifier=x"), &inside),
    ] {
        assert_eq!(found(&text, &strict), wanted, "{text}");
        assert!(found(&text, &Request::default()).is_empty(), "{text}");
    }
    let no_examples = Request { refuse_example_addresses: true, ..strict };
    assert_eq!(found(&condition("http://example.org/Patient/1"), &no_examples), alone);
}

#[test]
fn resources_of_one_parameters_find_each_other() {
    let patient = r#"{"name":"p","resource":{"resourceType":"Patient","id":"1","meta":{"versionId":"3"}}}"#;
    let condition = |reference: &str| {
        format!(
            r#"{{"name":"c","resource":{{"resourceType":"Condition","id":"c","encounter":{{"reference":"{reference}"}},
                "subject":{{"reference":"Patient/1"}}}}}}"#
        )
    };
    let parameters = |list: &[&str]| format!(r#"{{"resourceType":"Parameters","parameter":[{}]}}"#, list.join(","));
    let part = |inner: &str| format!(r#"{{"name":"x","part":[{inner}]}}"#);
    let bundle = |inner: &str| {
        let entry = format!(r#"{{"fullUrl":"https://server/Parameters/p","resource":{inner}}}"#);
        format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{entry}]}}"#)
    };
    // What leads to a Patient may not be where an Encounter must stand; what leads to nothing is not proven.
    let wrong = |text: &str| {
        let request = Request { references_must_resolve: true, ..Request::default() };
        let issues = support::judge(support::r4(), text, &request);
        let mut list: Vec<Code> = support::errors(&issues).iter().map(|issue| issue.code).collect();
        list.retain(|code| matches!(code, Code::ReferenceType | Code::ReferenceUnresolved));
        list
    };
    let one = condition("Patient/1");
    let (patient_part, one_part) = (part(patient), part(&one));
    for text in [
        parameters(&[patient, &one]),
        parameters(&[&one, patient]),
        parameters(&[&patient_part, &one]),
        parameters(&[&one_part, &patient_part]),
        bundle(&parameters(&[patient, &one])),
        parameters(&[patient, &condition("Patient/1/_history/3")]),
    ] {
        assert_eq!(wrong(&text), [Code::ReferenceType], "{text}");
    }
    for reference in ["Patient/2", "Patient/1/_history/2", "https://server/Patient/1"] {
        assert_eq!(wrong(&parameters(&[patient, &condition(reference)])), [Code::ReferenceUnresolved], "{reference}");
    }
    // A bundle inside has entries of its own, and after it the Parameters holds again.
    let entry = r#"{"fullUrl":"https://server/Condition/c","resource":{"resourceType":"Condition","subject":{"reference":"Patient/1"}}}"#;
    let inner =
        format!(r#"{{"name":"b","resource":{{"resourceType":"Bundle","type":"collection","entry":[{entry}]}}}}"#);
    assert_eq!(
        wrong(&parameters(&[patient, &inner, &one])),
        [Code::ReferenceUnresolved, Code::ReferenceType],
        "{inner}"
    );
}

#[test]
fn contained_resources_are_passed_over_on_request() {
    let text = r#"{"resourceType":"Patient","gender":"x","contained":[{"resourceType":"Organization","id":"o","nonsense":1}]}"#;
    let paths = |skip_contained: bool| -> Vec<String> {
        let issues = support::judge(support::r4(), text, &Request { skip_contained, ..Request::default() });
        support::errors(&issues).iter().map(|issue| issue.path.clone()).collect()
    };
    assert_eq!(paths(true), ["Patient.gender"]);
    assert!(paths(false).len() > 2, "{:?}", paths(false));
}

#[test]
fn a_value_of_two_slices_is_an_error_and_one_of_the_first() {
    let validator = with_profile(
        r#"{"id":"Patient.telecom","path":"Patient.telecom",
            "slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
           {"id":"Patient.telecom:one","path":"Patient.telecom","sliceName":"one","max":"1"},
           {"id":"Patient.telecom:one.system","path":"Patient.telecom.system","min":1,"fixedCode":"phone"},
           {"id":"Patient.telecom:two","path":"Patient.telecom","sliceName":"two","min":0},
           {"id":"Patient.telecom:two.system","path":"Patient.telecom.system","min":1,"fixedCode":"phone"},
           {"id":"Patient.telecom:two.value","path":"Patient.telecom.value","min":1},
           {"id":"Patient.telecom:three","path":"Patient.telecom","sliceName":"three","min":0},
           {"id":"Patient.telecom:three.system","path":"Patient.telecom.system","min":1,"fixedCode":"email"}"#,
    );
    let text =
        r#"{"resourceType":"Patient","telecom":[{"system":"email","value":"a"},{"system":"phone","use":"home"}]}"#;
    assert_eq!(of_profile(&validator, text), [(Code::SliceAmbiguous, "Patient.telecom[1]".to_owned())]);
}

#[test]
fn a_value_of_a_slice_and_of_its_reslice_is_right() {
    let validator = with_profile(
        r#"{"id":"Patient.telecom","path":"Patient.telecom",
            "slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
           {"id":"Patient.telecom:one","path":"Patient.telecom","sliceName":"one","min":1,
            "slicing":{"discriminator":[{"type":"value","path":"use"}],"rules":"open"}},
           {"id":"Patient.telecom:one.system","path":"Patient.telecom.system","min":1,"fixedCode":"phone"},
           {"id":"Patient.telecom:one/home","path":"Patient.telecom","sliceName":"one/home","min":1},
           {"id":"Patient.telecom:one/home.system","path":"Patient.telecom.system","min":1,"fixedCode":"phone"},
           {"id":"Patient.telecom:one/home.use","path":"Patient.telecom.use","min":1,"fixedCode":"home"}"#,
    );
    let text = r#"{"resourceType":"Patient","telecom":[{"system":"phone","value":"1","use":"home"}]}"#;
    assert_eq!(of_profile(&validator, text), []);
}

#[test]
fn a_fixed_value_is_told_where_it_differs() {
    let validator = with_profile(
        r#"{"id":"Patient.maritalStatus","path":"Patient.maritalStatus",
            "fixedCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","code":"M"}],"text":"x"}}"#,
    );
    let told = |concept: &str| {
        let text = format!(r#"{{"resourceType":"Patient","maritalStatus":{concept}}}"#);
        let mut errors = of_profile(&validator, &text);
        errors.retain(|(code, _)| *code == Code::FixedValue);
        errors.into_iter().map(|(_, path)| path.replace("Patient.maritalStatus", "")).collect::<Vec<_>>()
    };
    let system = r#""system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus""#;
    assert_eq!(told(&format!(r#"{{"text":"x","coding":[{{"code":"M",{system}}}]}}"#)), [""; 0]);
    assert_eq!(told(&format!(r#"{{"coding":[{{"code":"M",{system}}}],"text":"y"}}"#)), [".text"]);
    assert_eq!(
        told(&format!(r#"{{"coding":[{{"code":"S",{system},"userSelected":true}}],"text":"x"}}"#)),
        [".coding[0].code", ".coding[0].userSelected"]
    );
    assert_eq!(told(&format!(r#"{{"coding":[{{"code":"M",{system}}}]}}"#)), [""]);
    assert_eq!(
        told(&format!(r#"{{"coding":[{{"code":"M",{system}}},{{"code":"M",{system}}}],"text":"x"}}"#)),
        [".coding"]
    );
}

#[test]
fn matches_of_a_search_are_of_the_types_that_were_searched() {
    let judged = |url: &str| {
        let text = format!(
            r#"{{"resourceType":"Bundle","type":"searchset","link":[{{"relation":"self","url":"{url}"}}],"entry":[
                {{"fullUrl":"https://s/Patient/1","resource":{{"resourceType":"Patient","id":"1"}},"search":{{"mode":"match"}}}}]}}"#
        );
        let issues = support::judge(support::r4(), &text, &Request::default());
        severities(&issues, Code::BundleRequest).len()
    };
    for right in [
        "https://s/Patient?name=x",
        "https://s/Patient",
        "https://s?_type=Group,Patient&name=x",
        "https://s/Patient?_type=Group",
        "https://s?name=x",
        "https://s",
    ] {
        assert_eq!(judged(right), 0, "{right}");
    }
    for wrong in ["https://s/Group?name=x", "https://s/Group", "https://s?name=x&_type=Group,Device"] {
        assert_eq!(judged(wrong), 1, "{wrong}");
    }
}

#[test]
fn an_unknown_member_beside_a_primitive_is_told_once() {
    let errors = |text: &str| {
        let issues = support::judge(support::r4(), text, &Request::default());
        support::errors(&issues).iter().map(|issue| issue.code).collect::<Vec<_>>()
    };
    assert_eq!(errors(r#"{"resourceType":"Patient","_birthDate":{"value":1}}"#), [Code::UnknownMember]);
    assert_eq!(errors(r#"{"resourceType":"Patient","_birthDate":{"id":"a"}}"#), [Code::Invariant]);
}

#[test]
fn limits_of_moments_are_compared_by_their_time_zones_and_as_far_as_both_say() {
    let validator = with_profile(
        r#"{"id":"Patient.deceased[x]","path":"Patient.deceased[x]","type":[{"code":"dateTime"}],
            "minValueDateTime":"2020-06-01T12:00:00Z","maxValueDateTime":"2030-01-01"}"#,
    );
    let told = |moment: &str| {
        let text = format!(r#"{{"resourceType":"Patient","deceasedDateTime":"{moment}"}}"#);
        of_profile(&validator, &text).into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    // Noon in UTC is two in the afternoon further east; a day or year that may be before or after is left open.
    for right in [
        "2020-06-01T12:00:00Z",
        "2020-06-01T14:00:00+02:00",
        "2020-06-01T08:30:00-04:00",
        "2020-06-01",
        "2020",
        "2030-01-01T23:00:00Z",
    ] {
        assert_eq!(told(right), [], "{right}");
    }
    for wrong in [
        "2020-06-01T11:59:59Z",
        "2020-06-01T13:00:00+02:00",
        "2020-05-31",
        "2019",
        "2030-01-02",
        "2031-01-01T00:00:00Z",
    ] {
        assert_eq!(told(wrong), [Code::ValueLimit], "{wrong}");
    }
}

#[test]
fn years_are_taken_for_mistyped_eighty_years_from_now() {
    let told = |now: &str| {
        let request = Request { now: Temporal::date_time(now).expect("a moment"), ..Request::default() };
        let text = r#"{"resourceType":"Patient","deceasedDateTime":"2107"}"#;
        severities(&support::judge(support::r4(), text, &request), Code::PrimitiveForm).len()
    };
    assert_eq!((told("2026-12-31T00:00:00Z"), told("2027-01-01T00:00:00Z")), (1, 0));
}
