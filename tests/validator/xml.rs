//! FHIR's XML to the document of its JSON.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::{fs, thread};

use case2fhir::definition::package::load_path;
use case2fhir::definition::{FhirVersion, Library, parse_xml};
use case2fhir::instance::to_json;
use case2fhir::issue::{Code, Issues};
use serde_json::Value;

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::embedded(FhirVersion::R4))
}

fn json(xml: &str) -> String {
    let mut issues = Issues::default();
    let document = parse_xml(xml, 1, library(), &mut issues).unwrap_or_else(|| panic!("{issues:?}"));
    assert!(issues.is_empty(), "{issues:?}");
    to_json(&document)
}

fn fault(xml: &str) -> (Code, Option<u32>) {
    let mut issues = Issues::default();
    assert!(parse_xml(xml, 1, library(), &mut issues).is_none());
    assert_eq!(issues.iter().count(), 1);
    let issue = issues.iter().next().expect("there is one");
    (issue.code, issue.span.map(|span| span.start))
}

#[test]
fn lists_numbers_and_truth_are_those_of_the_definitions() {
    let xml = r#"<?xml version="1.0"?>
<!-- a comment --><Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">
  <id value="p"/>
  <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B</p></div></text>
  <contained><Organization><id value="o"/><active value="true"/></Organization></contained>
  <extension url="http://example.org/e"><valueDecimal value="1.50"/></extension>
  <active value="false"/>
  <name id="n"><family value="A"/><given value="B"/><given value="C"><extension url="u"><valueCode value="c"/></extension></given></name>
  <birthDate><extension url="u"><valueString value="s"/></extension></birthDate>
  <multipleBirthInteger value="2"/>
</Patient>"#;
    assert_eq!(
        json(xml),
        concat!(
            r#"{"resourceType":"Patient","id":"p","text":{"status":"generated","#,
            r#""div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>A &amp; B</p></div>"},"#,
            r#""contained":[{"resourceType":"Organization","id":"o","active":true}],"#,
            r#""extension":[{"url":"http://example.org/e","valueDecimal":1.50}],"active":false,"#,
            r#""name":[{"id":"n","family":"A","given":["B","C"],"_given":[null,{"extension":[{"url":"u","valueCode":"c"}]}]}],"#,
            r#""_birthDate":{"extension":[{"url":"u","valueString":"s"}]},"multipleBirthInteger":2}"#
        )
    );
}

#[test]
fn what_no_definition_has_is_carried_over() {
    let xml = r#"<Patient xmlns="http://hl7.org/fhir"><nonsense value="1"/><other><a value="b"/></other><active value="perhaps"/>
      <gender/><maritalStatus value="S"/><name><family value="A"/><family value="B"/></name></Patient>"#;
    assert_eq!(
        json(xml),
        concat!(
            r#"{"resourceType":"Patient","nonsense":"1","other":{"a":"b"},"active":"perhaps","_gender":{},"#,
            r#""maritalStatus":{"value":"S"},"name":[{"family":["A","B"]}]}"#
        )
    );
    assert_eq!(
        json(r#"<Thing xmlns="http://hl7.org/fhir"><a value="b"/></Thing>"#),
        r#"{"resourceType":"Thing","a":"b"}"#
    );
    let questionnaire = r#"<Questionnaire xmlns="http://hl7.org/fhir"><item><item><item><linkId value="1"/><maxLength value="3"/></item></item></item></Questionnaire>"#;
    assert_eq!(
        json(questionnaire),
        r#"{"resourceType":"Questionnaire","item":[{"item":[{"item":[{"linkId":"1","maxLength":3}]}]}]}"#
    );
}

#[test]
fn text_that_is_no_such_xml_is_refused_with_its_place() {
    assert_eq!(fault("<Patient xmlns=\"http://hl7.org/fhir\"><a></Patient>").0, Code::UnreadableXml);
    assert_eq!(fault("").0, Code::UnreadableXml);
    assert_eq!(fault("{}").0, Code::UnreadableXml);
    assert_eq!(fault("<Patient/>"), (Code::UnreadableXml, Some(0)));
    assert_eq!(fault("<Patient xmlns=\"http://hl7.org/fhir\">words</Patient>"), (Code::UnreadableXml, Some(37)));
    let bomb = r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Patient xmlns="http://hl7.org/fhir"><id value="&b;"/></Patient>"#;
    assert_eq!(fault(bomb).0, Code::UnreadableXml);
    assert_eq!(
        fault("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><Patient xmlns=\"http://hl7.org/fhir\"/>").0,
        Code::UnreadableXml
    );
    assert_eq!(fault("<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"&b;\"/></Patient>").0, Code::UnreadableXml);
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    for name in ["extension", "nonsense", "contained", "Patient"] {
        for depth in [200, 100_000] {
            let xml = format!(
                "<Patient xmlns=\"http://hl7.org/fhir\">{}{}</Patient>",
                format!("<{name}>").repeat(depth),
                format!("</{name}>").repeat(depth)
            );
            // The stack of a thread, which is smaller than that of a program.
            let code = thread::spawn(move || fault(&xml).0).join().expect("it does not crash");
            assert_eq!(code, Code::TooDeep, "{name} {depth}");
        }
    }
    let wrapped = format!(
        "<Bundle xmlns=\"http://hl7.org/fhir\">{}{}</Bundle>",
        "<entry><resource><Bundle>".repeat(5000),
        "</Bundle></resource></entry>".repeat(5000)
    );
    assert_eq!(fault(&wrapped).0, Code::TooDeep);
}

/// FHIR's XML of a resource in JSON.
fn xml(resource: &Value, out: &mut String) {
    let name = resource["resourceType"].as_str().expect("a resource has a type");
    write!(out, "<{name} xmlns=\"http://hl7.org/fhir\">").expect("a text can be written");
    members(resource, true, out);
    write!(out, "</{name}>").expect("a text can be written");
}

fn members(object: &Value, is_resource: bool, out: &mut String) {
    let object = object.as_object().expect("an object");
    let mut names: Vec<&str> = object.keys().map(|name| name.trim_start_matches('_')).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if name == "resourceType" || (name == "id" && !is_resource) {
            continue;
        }
        let (value, more) = (object.get(name), object.get(&format!("_{name}")));
        let count = [value, more].iter().flatten().map(|one| one.as_array().map_or(1, Vec::len)).max().unwrap_or(0);
        for row in 0..count {
            let at = |one: Option<&Value>| match one {
                Some(Value::Array(items)) => items.get(row).cloned(),
                other => other.cloned(),
            };
            item(name, &at(value).unwrap_or_default(), &at(more).unwrap_or_default(), out);
        }
    }
}

fn item(name: &str, value: &Value, more: &Value, out: &mut String) {
    let escape = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        text.replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
    };
    if name == "div" {
        out.push_str(value.as_str().expect("a div is a text"));
        return;
    }
    let object = if value.is_object() { value } else { more };
    write!(out, "<{name}").expect("a text can be written");
    if !value.is_object() && !value.is_null() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        write!(out, " value=\"{}\"", escape(&text)).expect("a text can be written");
    }
    let is_extension = name == "extension" || name == "modifierExtension";
    let is_resource = object.get("resourceType").is_some();
    for attribute in ["id", "url"] {
        if let Some(Value::String(text)) =
            object.get(attribute).filter(|_| !is_resource && (attribute == "id" || is_extension))
        {
            write!(out, " {attribute}=\"{}\"", escape(text)).expect("a text can be written");
        }
    }
    out.push('>');
    if is_resource {
        xml(object, out);
    } else if let Value::Object(inner) = object {
        let inner: serde_json::Map<String, Value> = inner
            .iter()
            .filter(|(key, _)| !(is_extension && *key == "url"))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        members(&Value::Object(inner), false, out);
    }
    write!(out, "</{name}>").expect("a text can be written");
}

#[test]
fn examples_of_r4_come_back_from_their_xml() {
    let Some(folder) = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from).filter(|path| path.is_dir()) else {
        println!("SKIPPED: CASE2FHIR_PACKAGES names no folder of unpacked packages");
        return;
    };
    let folder = folder.join("hl7.fhir.r4.examples#4.0.1").join("package");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the package is there").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut compared = 0;
    // Each seventh is enough of thousands, and takes seconds.
    for file in files.iter().step_by(7) {
        let text = fs::read_to_string(file).expect("it can be read");
        let Ok(resource) = serde_json::from_str::<Value>(&text) else { continue };
        // ExampleScenario has an element `resourceType`, by which the writer above would take its instances for resources.
        if resource["resourceType"] == "ExampleScenario" {
            continue;
        }
        if resource["resourceType"].as_str().is_none_or(|name| library().type_definition(name).is_none()) {
            continue;
        }
        let mut as_xml = String::new();
        xml(&resource, &mut as_xml);
        let back: Value = serde_json::from_str(&json(&as_xml)).expect("JSON is written");
        assert!(back == resource, "{}:\n{back}\n{resource}", file.display());
        compared += 1;
    }
    println!("{compared} examples of R4 come back from their XML");
    assert!(compared > 100);
}

#[test]
fn profiles_in_xml_are_loaded_and_get_their_snapshots() {
    let folder = PathBuf::from("../shared/conformance/hl7/files");
    if !folder.is_dir() {
        println!("SKIPPED: ../shared/conformance is not there");
        return;
    }
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
    files.sort();
    for file in files {
        let mut issues = Issues::default();
        let package = load_path(&file, &mut issues).unwrap_or_else(|| panic!("{}: {issues:?}", file.display()));
        let definition = package.structures.first().expect("it is a profile").clone();
        let mut library = Library::embedded(FhirVersion::R4);
        library.add(package);
        library.complete(&mut issues);
        let id = library.find_structure(&definition.url).expect("it was added");
        let elements = &library.structure(id).expect("it was added").elements;
        println!("{}: {} elements from {}, {issues:?}", file.display(), elements.len(), definition.differential.len());
        assert!(elements.len() > 5, "{}", file.display());
    }
}
