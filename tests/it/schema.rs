//! Proves that the JSON Schema of the case format is the one that the program prints, is a valid schema of draft 2020-12, and judges
//! the fixtures as the reader does.

use std::process::Command;

use serde_json::Value;

use crate::fixtures;
use crate::tree::Tree;

fn schema() -> Value {
    serde_json::from_str(&case2fhir::case::schema()).expect("the schema is JSON")
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).expect("the schema can be compiled")
}

/// A fixture as the JSON that a schema judges.
fn instance(text: &str) -> Value {
    serde_json::from_str(&Tree::parse(text).json()).expect("a case is JSON")
}

#[test]
fn the_file_in_the_repository_is_what_the_program_prints() {
    let file = std::fs::read_to_string(fixtures::root().join("schemas/case.schema.json")).expect("the schema's file");
    let output = Command::new(env!("CARGO_BIN_EXE_case2fhir")).arg("schema").output().expect("the program runs");
    assert!(output.status.success() && output.stderr.is_empty());
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    // Compared as a whole, but a difference of 90 kB helps nobody.
    let first = printed.lines().zip(file.lines()).position(|(a, b)| a != b);
    assert!(printed == file, "run `case2fhir schema > schemas/case.schema.json`; first other line: {first:?}");
    assert_eq!(printed, case2fhir::case::schema());
}

#[test]
fn the_schema_is_a_valid_schema_of_draft_2020_12() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn each_type_and_field_of_the_schema_is_described() {
    let schema = schema();
    let described = |value: &Value| value["description"].as_str().is_some_and(|text| !text.is_empty());
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        assert!(described(definition), "{name}");
        for (field, property) in definition["properties"].as_object().into_iter().flatten() {
            assert!(described(property) || name == "When", "{name}.{field}");
        }
    }
}

#[test]
fn good_cases_hold_to_the_schema() {
    let validator = validator();
    for fixture in fixtures::good() {
        let instance = instance(fixture.text());
        let faults: Vec<String> =
            validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(faults.is_empty(), "{}:\n{}", fixture.name, faults.join("\n"));
    }
}

#[test]
fn the_starter_holds_to_the_schema() {
    let output = Command::new(env!("CARGO_BIN_EXE_case2fhir")).arg("init").output().expect("the program runs");
    let starter = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(validator().is_valid(&instance(&starter)));
}

#[test]
fn cases_with_wrong_fields_shapes_or_words_do_not_hold_to_the_schema() {
    let validator = validator();
    for name in ["broken-fields", "broken-shapes", "broken-terms"] {
        let fixture = fixtures::named(name);
        assert!(!validator.is_valid(&instance(fixture.text())), "{name}");
    }
}

#[test]
fn a_field_that_the_reader_does_not_know_the_schema_does_not_know_either() {
    let validator = validator();
    for case in [
        r#"{"id": "a", "patient": {}, "metastases": []}"#,
        r#"{"id": "a", "patient": {"nome": "x"}}"#,
        r#"{"id": "a", "patient": {}, "cancers": [{"diagnosis": "x", "laterality": "left"}]}"#,
        r#"{"id": "a", "patient": {}, "cancers": {"side": "left"}}"#,
        r#"{"patient": {}}"#,
        r#"{"id": "a"}"#,
    ] {
        assert!(!validator.is_valid(&instance(case)), "the schema takes {case}");
        assert!(fixtures::convert_text(case).conversion.is_none(), "the reader takes {case}");
    }
}
