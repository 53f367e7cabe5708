//! Packages from disk: archives, folders, files of definitions, and what they depend on.

use std::fs;
use std::path::{Path, PathBuf};

use case2fhir::definition::package::{Loader, load_path};
use case2fhir::definition::{Derivation, FhirVersion, Given, Library, Package, Strength};
use case2fhir::issue::{Code, Issues, Severity};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A folder of its own for a test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

const PROFILE: &str = r#"{"resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/p", "version": "1.0.0",
  "name": "P", "kind": "resource", "abstract": false, "type": "Observation", "derivation": "constraint",
  "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
  "differential": {"element": [
    {"id": "Observation", "path": "Observation"},
    {"id": "Observation.subject", "path": "Observation.subject", "min": 1, "mustSupport": true},
    {"id": "Observation.code", "path": "Observation.code", "binding": {"strength": "required", "valueSet": "http://example.org/ValueSet/v",
      "additional": [{"purpose": "maximum", "valueSet": "http://example.org/ValueSet/max"}]}}]}}"#;
const VALUE_SET: &str = r#"{"resourceType": "ValueSet", "url": "http://example.org/ValueSet/v",
  "compose": {"include": [{"system": "http://example.org/cs|2", "filter": [{"property": "concept", "op": "is-a", "value": "a"}]}]},
  "expansion": {"total": 2, "contains": [{"system": "s", "code": "a", "contains": [{"system": "s", "code": "b"}]}]}}"#;
const CODE_SYSTEM: &str = r#"{"resourceType": "CodeSystem", "url": "http://example.org/cs", "caseSensitive": true, "content": "complete",
  "property": [{"code": "heading", "uri": "http://hl7.org/fhir/concept-properties#notSelectable", "type": "boolean"}],
  "concept": [
    {"code": "a", "display": "A", "property": [{"code": "heading", "valueBoolean": true}, {"code": "child", "valueCode": "c"}],
     "concept": [{"code": "b", "designation": [{"language": "de", "value": "Be"}], "property": [{"code": "status", "valueCode": "retired"}]}]},
    {"code": "c"}]}"#;

fn manifest(id: &str, version: &str, dependencies: &str) -> String {
    format!(
        r#"{{"name": "{id}", "version": "{version}", "fhirVersions": ["4.0.1"], "dependencies": {{{dependencies}}}}}"#
    )
}

fn check(package: &Package) {
    let profile = &package.structures[0];
    assert_eq!(
        (profile.url.as_ref(), profile.derivation),
        ("http://example.org/StructureDefinition/p", Derivation::Constraint)
    );
    assert!(profile.elements.is_empty());
    let subject = &profile.differential[1];
    assert!(subject.given.has(Given::MIN) && subject.given.has(Given::MUST_SUPPORT) && !subject.given.has(Given::MAX));
    let binding = profile.differential[2].binding.as_ref().expect("it is stated");
    assert_eq!(
        (binding.strength, binding.max_value_set.as_ref()),
        (Strength::Required, "http://example.org/ValueSet/max")
    );
    let include = &package.value_sets[0].include[0];
    assert_eq!((include.system.as_ref(), include.version.as_ref()), ("http://example.org/cs", "2"));
    assert_eq!(package.value_sets[0].expansion.len(), 2);
    let [a, b, c] = &package.code_systems[0].concepts[..] else { panic!("there are three concepts") };
    assert!(a.is_abstract && b.is_inactive && !c.is_inactive);
    assert_eq!((b.parent, b.designations[0].as_ref()), (Some(0), "Be"));
    assert_eq!((c.properties[0].code.as_ref(), c.properties[0].value.as_ref()), ("parent", "a"));
}

#[test]
fn a_bundle_and_lines_are_definitions() {
    let folder = folder("files");
    let bundle = format!(
        r#"{{"resourceType": "Bundle", "entry": [{{"resource": {PROFILE}}}, {{"resource": {VALUE_SET}}}, {{"resource": {CODE_SYSTEM}}}]}}"#
    );
    write(&folder.join("bundle.json"), &bundle);
    let lines: Vec<String> = [PROFILE, VALUE_SET, CODE_SYSTEM].iter().map(|text| text.replace('\n', " ")).collect();
    write(&folder.join("lines.ndjson"), &lines.join("\n"));
    for name in ["bundle.json", "lines.ndjson"] {
        let mut issues = Issues::default();
        let package = load_path(&folder.join(name), &mut issues).expect("there are definitions in it");
        assert!(issues.is_empty());
        assert_eq!(package.id.as_ref(), name);
        check(&package);
    }
}

#[test]
fn a_folder_is_a_package_with_or_without_an_inner_folder() {
    let folder = folder("folder");
    for inner in ["one", "two/package"] {
        let inner = folder.join(inner);
        write(&inner.join("package.json"), &manifest("mine", "1.0.0", ""));
        write(&inner.join("StructureDefinition-p.json"), PROFILE);
        write(&inner.join("ValueSet-v.json"), &format!("\u{FEFF}{VALUE_SET}"));
        write(&inner.join("CodeSystem-c.json"), CODE_SYSTEM);
        write(&inner.join("ValueSet-broken.json"), r#"{"resourceType": "ValueSet""#);
        write(&inner.join("ValueSet-nameless.json"), r#"{"resourceType": "ValueSet"}"#);
        write(&inner.join(".index.json"), "{");
        write(&inner.join("example/ValueSet-e.json"), VALUE_SET);
        // A Bundle in a package is an example of it.
        write(
            &inner.join("Bundle-b.json"),
            &format!(r#"{{"resourceType": "Bundle", "entry": [{{"resource": {PROFILE}}}]}}"#),
        );
    }
    for name in ["one", "two"] {
        let mut issues = Issues::default();
        let package = load_path(&folder.join(name), &mut issues).expect("it is a package");
        assert_eq!(package.name(), "mine#1.0.0");
        assert_eq!((package.structures.len(), package.value_sets.len(), package.code_systems.len()), (1, 1, 1));
        check(&package);
        assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [Code::BadDefinition; 2]);
    }
}

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        // `set_path` refuses what leads out of the folder; an attacker's tool does not.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).expect("it can be written to memory");
    }
    builder.into_inner().expect("it is whole").finish().expect("it is whole")
}

#[test]
fn an_archive_is_read_by_its_members_right_below_package() {
    let folder = folder("archive");
    let manifest = manifest("mine", "1.0.0", "");
    let bytes = archive(&[
        ("package/package.json", &manifest),
        ("package/StructureDefinition-p.json", PROFILE),
        ("package/ValueSet-v.json", VALUE_SET),
        ("package/CodeSystem-c.json", CODE_SYSTEM),
        ("package/example/ValueSet-e.json", VALUE_SET),
        ("package/../ValueSet-x.json", VALUE_SET),
        ("../package/ValueSet-y.json", VALUE_SET),
        ("/etc/ValueSet-z.json", VALUE_SET),
    ]);
    let path = folder.join("mine.tgz");
    fs::write(&path, &bytes).expect("the file can be written");
    let mut issues = Issues::default();
    let package = load_path(&path, &mut issues).expect("it is a package");
    assert!(issues.is_empty());
    assert_eq!((package.structures.len(), package.value_sets.len(), package.code_systems.len()), (1, 1, 1));
    check(&package);

    fs::write(&path, &bytes[..bytes.len() / 2]).expect("the file can be written");
    assert!(load_path(&path, &mut issues).is_none());
    assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [Code::UnreadablePackage]);
    fs::write(&path, archive(&[("package/ValueSet-v.json", VALUE_SET)])).expect("the file can be written");
    assert!(load_path(&path, &mut issues).is_none());
}

#[test]
fn dependencies_come_from_the_cache_before_what_needs_them() {
    let cache = folder("cache");
    let put = |id: &str, version: &str, dependencies: &str| {
        write(&cache.join(format!("{id}#{version}/package/package.json")), &manifest(id, version, dependencies));
    };
    put(
        "top",
        "1.0.0",
        r#""middle": "2.1.x", "gone": "1.0.0", "hl7.fhir.r4.core": "4.0.1", "hl7.fhir.us.core": "7.0.0", "built": "current""#,
    );
    put("middle", "2.1.3", r#""ring": "1.0.0""#);
    put("middle", "2.1.10", r#""ring": "1.0.0""#);
    put("middle", "2.10.0", "");
    put("ring", "1.0.0", r#""middle": "2.1.10", "../../etc": "1""#);
    write(&cache.join("built#dev/package/package.json"), &manifest("built", "3.0.0", ""));
    let mut loader = Loader::new(vec![cache.join("nowhere"), cache]);
    loader.know(&Library::embedded(FhirVersion::R4));
    let mut issues = Issues::default();
    let names: Vec<String> = loader.load("top#1.0.0", &mut issues).iter().map(Package::name).collect();
    assert_eq!(names, ["ring#1.0.0", "middle#2.1.10", "built#3.0.0", "top#1.0.0"]);
    let found: Vec<_> = issues.iter().map(|issue| (issue.code, issue.severity)).collect();
    assert_eq!(
        found,
        [
            (Code::MissingDependency, Severity::Warning),
            (Code::MissingDependency, Severity::Warning),
            (Code::MissingDependency, Severity::Information)
        ]
    );
    let messages: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
    assert!(messages[2].contains("hl7.fhir.us.core#6.1.0 stands in for it"), "{messages:?}");

    let mut issues = Issues::default();
    assert_eq!(loader.load("middle", &mut issues).iter().map(Package::name).collect::<Vec<_>>(), ["middle#2.10.0"]);
    assert!(loader.load("nothing#1.0.0", &mut issues).is_empty());
    assert!(issues.has_errors());
}
