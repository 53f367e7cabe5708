//! A package that is a file in XML: its profile, value set and code system judge resources as they would in JSON.

use std::path::PathBuf;
use std::sync::Arc;

use case2fhir::definition::package::load_path;
use case2fhir::definition::{FhirVersion, Library};
use case2fhir::issue::{Code, Issues};
use case2fhir::validate::{Request, Validator};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support;

const PROFILE: &str = r#"<StructureDefinition xmlns="http://hl7.org/fhir">
  <!-- what is fixed is a boolean and a number, and one list has one item -->
  <url value="http://example.org/StructureDefinition/p"/>
  <name value="P"/>
  <status value="draft"/>
  <kind value="resource"/>
  <abstract value="false"/>
  <type value="Patient"/>
  <baseDefinition value="http://hl7.org/fhir/StructureDefinition/Patient"/>
  <derivation value="constraint"/>
  <differential>
    <element id="Patient.active"><path value="Patient.active"/><min value="1"/><fixedBoolean value="true"/></element>
    <element id="Patient.name">
      <path value="Patient.name"/><min value="1"/><max value="1"/>
      <patternHumanName><family value="A"/><given value="B"/></patternHumanName>
    </element>
    <element id="Patient.multipleBirth[x]">
      <path value="Patient.multipleBirth[x]"/><type><code value="integer"/></type><maxValueInteger value="3"/>
    </element>
    <element id="Patient.maritalStatus">
      <path value="Patient.maritalStatus"/>
      <binding><strength value="required"/><valueSet value="http://example.org/ValueSet/v"/></binding>
    </element>
  </differential>
</StructureDefinition>"#;

const SETS: &str = r#"<ValueSet xmlns="http://hl7.org/fhir">
  <url value="http://example.org/ValueSet/v"/>
  <status value="active"/>
  <compose>
    <include><system value="http://example.org/CodeSystem/c"/></include>
    <exclude><system value="http://example.org/CodeSystem/c"/><concept><code value="z"/></concept></exclude>
  </compose>
</ValueSet>"#;

const SYSTEM: &str = r#"<CodeSystem xmlns="http://hl7.org/fhir">
  <url value="http://example.org/CodeSystem/c"/>
  <status value="active"/>
  <caseSensitive value="true"/>
  <content value="complete"/>
  <concept><code value="a"/><display value="The first"/><concept><code value="b"/></concept></concept>
  <concept><code value="z"/></concept>
</CodeSystem>"#;

/// A file of this text, in a folder of its own.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("case2fhir-xml-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file for the test");
    path
}

fn validator(path: &std::path::Path) -> Validator {
    let mut issues = Issues::default();
    let package = load_path(path, &mut issues).unwrap_or_else(|| panic!("{issues:?}"));
    assert_eq!((package.structures.len(), package.value_sets.len(), package.code_systems.len()), (1, 1, 1));
    let mut library = Library::embedded(FhirVersion::R4);
    library.add(package);
    library.complete(&mut issues);
    assert!(issues.is_empty(), "{issues:?}");
    Validator::new(Arc::new(library))
}

fn errors(validator: &Validator, text: &str) -> Vec<(Code, String)> {
    let profiles = ["http://example.org/StructureDefinition/p".to_owned()];
    let issues = support::judge(validator, text, &Request { profiles: &profiles, ..Request::default() });
    support::errors(&issues).iter().map(|issue| (issue.code, issue.path.clone())).collect()
}

fn judges_well(validator: &Validator) {
    let right = r#"{"resourceType":"Patient","active":true,"name":[{"family":"A","given":["C","B"]}],"multipleBirthInteger":3,
        "maritalStatus":{"coding":[{"system":"http://example.org/CodeSystem/c","code":"b"}]}}"#;
    assert_eq!(errors(validator, right), []);
    let wrong = r#"{"resourceType":"Patient","active":false,"name":[{"family":"A","given":["C"]}],"multipleBirthInteger":4,
        "maritalStatus":{"coding":[{"system":"http://example.org/CodeSystem/c","code":"z"}]}}"#;
    let found: Vec<Code> = errors(validator, wrong).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, [Code::FixedValue, Code::PatternValue, Code::ValueLimit, Code::BindingRequired]);
}

#[test]
fn a_bundle_of_definitions_in_xml_is_a_package() {
    let bare = |text: &str| text.replace(" xmlns=\"http://hl7.org/fhir\"", "");
    let entries =
        [PROFILE, SETS, SYSTEM].map(|text| format!("<entry><resource>{}</resource></entry>", bare(text))).concat();
    let bundle = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Bundle xmlns=\"http://hl7.org/fhir\"><type value=\"collection\"/>{entries}</Bundle>"
    );
    judges_well(&validator(&file("bundle.xml", &bundle)));
}

#[test]
fn a_folder_of_definitions_in_xml_and_json_is_a_package() {
    let path = file("profile.XML", PROFILE);
    let folder = path.parent().expect("it has one");
    std::fs::write(folder.join("set.xml"), SETS).expect("a file for the test");
    let system = r#"{"resourceType":"CodeSystem","url":"http://example.org/CodeSystem/c","status":"active","caseSensitive":true,
        "content":"complete","concept":[{"code":"a","concept":[{"code":"b"}]},{"code":"z"}]}"#;
    std::fs::write(folder.join("system.json"), system).expect("a file for the test");
    judges_well(&validator(folder));
}

#[test]
fn an_archive_of_definitions_in_xml_is_a_package() {
    let manifest = r#"{"name": "mine", "version": "1.0.0", "fhirVersions": ["4.0.1"]}"#;
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let members = [
        ("package/package.json", manifest),
        ("package/StructureDefinition-p.xml", PROFILE),
        ("package/ValueSet-v.XML", SETS),
        ("package/CodeSystem-c.xml", SYSTEM),
        ("package/xml/ValueSet-w.xml", SETS),
    ];
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_path(name).expect("it fits");
        header.set_cksum();
        builder.append(&header, text.as_bytes()).expect("it can be written to memory");
    }
    let bytes = builder.into_inner().expect("it is whole").finish().expect("it is whole");
    let path = file("mine.tgz", "");
    std::fs::write(&path, bytes).expect("a file for the test");
    judges_well(&validator(&path));
}
