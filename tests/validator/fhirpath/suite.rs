//! HL7's FHIRPath tests for R4. All pass but those that [`EXCEPTIONS`] lists, and the list is exact.

use std::collections::HashMap;
use std::path::PathBuf;

use case2fhir::fhirpath::{Collection, Host, Item, Model, Node, Scratch, check, compile, evaluate, holds};
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::model::R4;
use super::{Resource, World};

/// Tests that do not pass, by group and name, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("HighBoundary/HighBoundaryDateTimeMillisecond1", "an hour ends at its 59th minute, not in its first"),
    ("HighBoundary/HighBoundaryDateTimeMillisecond3", "an hour ends at its 59th minute, not in its first"),
    ("HighBoundary/HighBoundaryDecimal15", "0.00345 outwards to one digit is 0.1, not 0.0"),
    ("HighBoundary/HighBoundaryDecimal16", "0.00345 outwards to one digit is 0.1, and its negation -0.1, not 0.0"),
    ("LowBoundary/LowBoundaryDecimal15", "-0.00345 outwards to one digit is -0.1, not -0.0"),
];

/// Tests whose input in the package of examples is not the one that they were written for, with what they look at.
const OWN: &[(&str, &str)] = &[
    (
        "testCombine()/testCombine1",
        r#"{"resourceType": "CodeSystem", "concept": [{"code": "a", "concept": [{"code": "b"}]}, {"code": "b"}]}"#,
    ),
    ("testInheritance/testFHIRPathIsFunction8", OBSERVATION),
    ("testInheritance/testFHIRPathIsFunction9", OBSERVATION),
    ("testInheritance/testFHIRPathIsFunction10", OBSERVATION),
    ("testInheritance/testFHIRPathAsFunction14", VALUE_SET),
    ("testInheritance/testFHIRPathAsFunction19", VALUE_SET),
];

const OBSERVATION: &str = r#"{"resourceType": "Observation", "extension": [
    {"url": "http://example.com/fhir/StructureDefinition/patient-age", "valueAge": {"value": 50, "unit": "years"}}]}"#;

const VALUE_SET: &str = r#"{"resourceType": "ValueSet", "version": "20150622"}"#;

/// Where each input of the tests is: a file of the package of R4's examples, or a resource of our own with what the tests look at.
const INPUTS: &[(&str, &str)] = &[
    ("", r#"{"resourceType": "Basic"}"#),
    ("appointment-examplereq.json", "Appointment-examplereq.json"),
    ("codesystem-example.xml", "CodeSystem-example.json"),
    (
        "explanationofbenefit-example.json",
        r#"{"resourceType": "ExplanationOfBenefit", "supportingInfo": [
            {"sequence": 1, "category": {"coding": [{"code": "hospitalized"}]}},
            {"sequence": 2, "category": {"coding": [{"code": "additionalbodysite"}]}}],
            "item": [{"sequence": 1, "informationSequence": [2, 1]}]}"#,
    ),
    ("observation-example.xml", "Observation-example.json"),
    (
        "parameters-example-types.xml",
        r#"{"resourceType": "Parameters", "parameter": [{"name": "string", "valueString": "a"},
            {"name": "integer", "valueInteger": 1},
            {"name": "uuid", "valueUuid": "urn:uuid:11111111-2222-3333-4444-555555555555"},
            {"name": "decimal", "valueDecimal": 1.5}]}"#,
    ),
    (
        "patient-container-example.json",
        r#"{"resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "1"}],
            "managingOrganization": {"reference": "\#1"}}"#,
    ),
    (
        "patient-example-period.xml",
        r#"{"resourceType": "Patient", "identifier": [
            {"value": "1", "period": {"start": "2021-06-05", "end": "2021-06"}}]}"#,
    ),
    ("patient-example.xml", "Patient-example.json"),
    (
        "patient-name-extensions.json",
        r#"{"resourceType": "Patient", "name": [{"given": [null, "Anna"],
            "_given": [{"extension": [{"url": "http://example.org/a", "valueCode": "b"}]}, null]}]}"#,
    ),
    ("questionnaire-example.xml", "Questionnaire-3141.json"),
    ("valueset-example-expansion.xml", "ValueSet-example-expansion.json"),
];

#[derive(Clone, Debug, Default)]
struct Test {
    name: String,
    input: String,
    expression: String,
    /// Whether the expression is wrong.
    invalid: bool,
    /// Whether the test is of whether the expression holds.
    predicate: bool,
    unordered: bool,
    outputs: Vec<(String, String)>,
}

fn tests(xml: &str) -> Vec<Test> {
    let mut reader = Reader::from_str(xml);
    let (mut tests, mut test, mut text) = (Vec::new(), Test::default(), String::new());
    let (mut group, mut output_type) = (String::new(), String::new());
    loop {
        let event = reader.read_event().expect("XML");
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let attributes: HashMap<String, String> = tag
                    .attributes()
                    .map(|attribute| attribute.expect("an attribute"))
                    .map(|attribute| {
                        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
                        (key, String::from_utf8_lossy(&attribute.value).into_owned())
                    })
                    .collect();
                let attribute = |name: &str| attributes.get(name).cloned().unwrap_or_default();
                text.clear();
                match tag.name().as_ref() {
                    b"group" => group = attribute("name"),
                    b"test" => {
                        test = Test {
                            name: format!("{group}/{}", attribute("name")),
                            input: attribute("inputfile"),
                            invalid: attributes.contains_key("invalid"),
                            predicate: attribute("predicate") == "true",
                            unordered: attribute("ordered") == "false",
                            ..Test::default()
                        };
                    }
                    b"expression" => test.invalid |= attributes.contains_key("invalid"),
                    b"output" => output_type = attribute("type"),
                    _ => {}
                }
            }
            Event::Text(part) => text.push_str(&part.decode().expect("UTF-8")),
            Event::CData(part) => text.push_str(&part.decode().expect("UTF-8")),
            Event::GeneralRef(name) => {
                let name = name.decode().expect("UTF-8");
                let character = quick_xml::escape::unescape(&format!("&{name};")).expect("an entity").into_owned();
                text.push_str(&character);
            }
            Event::End(tag) => match tag.name().as_ref() {
                b"expression" => test.expression = std::mem::take(&mut text),
                b"output" => test.outputs.push((output_type.clone(), std::mem::take(&mut text))),
                b"test" => tests.push(std::mem::take(&mut test)),
                _ => {}
            },
            Event::Eof => return tests,
            _ => {}
        }
    }
}

/// Knows the two profiles that the tests ask for.
struct Profiles;

impl Host for Profiles {
    fn conforms_to(&self, canonical: &str, node: Node) -> Option<bool> {
        let name = canonical.strip_prefix("http://hl7.org/fhir/StructureDefinition/")?;
        Some(World::shared().model.name(node.type_id) == name)
    }
}

fn run(test: &Test, resource: &mut Resource) -> Result<(), String> {
    let world = World::shared();
    let outcome = (|| -> Result<Vec<(String, String)>, String> {
        let expression = compile(&test.expression, &world.names).map_err(|error| error.to_string())?;
        check(&expression, resource.type_id, &world.model).map_err(|error| format!("{error}"))?;
        let context = resource.context(&Profiles);
        let mut scratch = Scratch::default();
        if test.predicate {
            let holds = holds(&expression, &context, &mut scratch).map_err(|error| error.to_string())?;
            return Ok(vec![("boolean".to_owned(), holds.to_string())]);
        }
        let found = evaluate(&expression, &context, &mut scratch).map_err(|error| error.to_string())?;
        Ok(found.items().iter().map(|item| (type_name(&found, *item), found.write(*item))).collect())
    })();
    match (outcome, test.invalid) {
        (Err(_), true) => Ok(()),
        (Ok(found), true) => Err(format!("gives {found:?} where it is wrong")),
        (Err(error), false) => Err(error),
        (Ok(mut found), false) => {
            let mut wanted = test.outputs.clone();
            for (_, value) in &mut wanted {
                *value = value.trim_start_matches('@').trim_start_matches('T').to_owned();
            }
            if test.unordered {
                wanted.sort();
                found.sort();
            }
            let same = wanted.len() == found.len()
                && wanted.iter().zip(&found).all(|((wanted_type, wanted), (found_type, found))| {
                    wanted == found && (wanted_type.is_empty() || wanted_type.eq_ignore_ascii_case(found_type))
                });
            if same { Ok(()) } else { Err(format!("gives {found:?} instead of {wanted:?}")) }
        }
    }
}

fn type_name<H: Host>(found: &Collection<'_, R4, H>, item: Item) -> String {
    match item {
        Item::Node(node) => World::shared().model.name(node.type_id).to_owned(),
        _ => found.value(item).system().map_or("", |system| system.name()).to_owned(),
    }
}

#[test]
fn hl7s_tests_pass() {
    let Ok(xml) = std::fs::read_to_string("../shared/conformance/fhirpath/tests-fhir-r4.xml") else {
        eprintln!("SKIPPED: HL7's FHIRPath tests are not beside the repository (../shared/conformance/fhirpath)");
        return;
    };
    let packages = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from);
    let Some(examples) = packages.map(|folder| folder.join("hl7.fhir.r4.examples#4.0.1/package")) else {
        eprintln!("SKIPPED: CASE2FHIR_PACKAGES names no folder with the package hl7.fhir.r4.examples#4.0.1");
        return;
    };
    let mut resources: HashMap<&str, Resource> = HashMap::new();
    for (input, source) in INPUTS {
        let json = if source.starts_with('{') {
            source.replace("\\#", "#")
        } else {
            match std::fs::read_to_string(examples.join(source)) {
                Ok(json) => json,
                Err(error) => {
                    eprintln!("SKIPPED: {source} of hl7.fhir.r4.examples cannot be read: {error}");
                    return;
                }
            }
        };
        resources.insert(input, Resource::new(&json));
    }
    let tests = tests(&xml);
    assert!(tests.len() > 900, "only {} tests were found", tests.len());
    let mut wrong = Vec::new();
    for test in &tests {
        let outcome = match OWN.iter().find(|(name, _)| *name == test.name) {
            Some((_, json)) => run(test, &mut Resource::new(json)),
            None => run(test, resources.get_mut(test.input.as_str()).expect("a known input")),
        };
        let exception = EXCEPTIONS.iter().find(|(name, _)| *name == test.name);
        match (outcome, exception) {
            (Err(error), None) => wrong.push(format!("{}: `{}` {error}", test.name, test.expression)),
            (Ok(()), Some(_)) => wrong.push(format!("{} passes and is listed as an exception", test.name)),
            _ => {}
        }
    }
    let unknown = EXCEPTIONS.iter().filter(|(name, _)| tests.iter().all(|test| test.name != *name));
    wrong.extend(unknown.map(|(name, _)| format!("{name} is listed as an exception and is no test")));
    eprintln!("{} of HL7's FHIRPath tests, {} exceptions", tests.len(), EXCEPTIONS.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
