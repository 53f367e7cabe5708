//! Proves what `package` does with the cache that FHIR's tools share: what is listed, how archives come in, which are refused, and that
//! facts are written and compared.

use std::path::{Path, PathBuf};
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::command_line::{code, err, files, out, path, program};
use crate::fixtures;

const MANIFEST: &str = r#"{"name":"org.example.test","version":"1.2.3","fhirVersions":["4.0.1"]}"#;
const VALUE_SET: &str = r#"{"resourceType":"ValueSet","url":"http://example.org/ValueSet/x","version":"1.2.3","name":"X",
    "status":"active","compose":{"include":[{"system":"http://example.org/codes","concept":[{"code":"a"}]}]}}"#;

fn package(home: &Path, arguments: &[&str]) -> Output {
    program().arg("package").args(arguments).env("HOME", home).output().expect("the program runs")
}

/// A tar archive in gzip with these members.
fn archive(file: &Path, members: &[(&str, &str)]) {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // Names that the library would refuse are what is tested here.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).expect("memory takes all");
    }
    let bytes = builder.into_inner().and_then(GzEncoder::finish).expect("memory takes all");
    std::fs::write(file, bytes).expect("an archive");
}

fn sound(folder: &Path) -> PathBuf {
    let file = folder.join("test.tgz");
    archive(
        &file,
        &[("package/package.json", MANIFEST), ("package/ValueSet-x.json", VALUE_SET), ("package/other/x.txt", "x")],
    );
    file
}

#[test]
fn packages_of_the_program_and_of_the_cache_are_listed() {
    let home = fixtures::scratch("package-list");
    let output = package(&home, &["list"]);
    code(&output, 0);
    for name in
        ["hl7.fhir.r4.core#4.0.1", "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0", "hl7.fhir.r5.core#5.0.0"]
    {
        assert!(out(&output).contains(name), "{}", out(&output));
    }
    assert!(out(&output).contains(path(&home)) && out(&output).contains("none;"), "{}", out(&output));
    std::fs::create_dir_all(home.join(".fhir/packages/org.example#2.0.0/package")).expect("a package");
    std::fs::write(home.join(".fhir/packages/packages.ini"), "").expect("a file");
    assert!(out(&package(&home, &["list"])).contains("  org.example#2.0.0\n"));
}

#[test]
fn an_archive_is_unpacked_whole_and_never_over_another() {
    let home = fixtures::scratch("package-add");
    let file = sound(&home);
    let output = package(&home, &["add", path(&file)]);
    code(&output, 0);
    assert!(err(&output).contains("org.example.test#1.2.3: 3 files"), "{}", err(&output));
    let cache = home.join(".fhir/packages");
    let place = cache.join("org.example.test#1.2.3");
    assert_eq!(std::fs::read_to_string(place.join("package/package.json")).expect("the manifest"), MANIFEST);
    assert_eq!(files(&place.join("package")), ["ValueSet-x.json", "other", "package.json"]);
    assert_eq!(files(&cache), ["org.example.test#1.2.3", "packages.ini"], "nothing is left over");

    std::fs::write(place.join("mine"), "mine").expect("a file");
    let output = package(&home, &["add", path(&file)]);
    code(&output, 1);
    assert!(err(&output).contains("--force"), "{}", err(&output));
    assert!(place.join("mine").exists());
    code(&package(&home, &["add", "--force", path(&file)]), 0);
    assert!(!place.join("mine").exists());
    assert_eq!(files(&cache), ["org.example.test#1.2.3", "packages.ini"]);

    let used = program()
        .args(["validate", "--package", "org.example.test#1.2.3", "-"])
        .env("HOME", &home)
        .output()
        .expect("the program runs");
    code(&used, 1);
    assert!(out(&used).contains("source/unreadable-json"), "the package is found: {}", err(&used));
}

#[test]
fn the_index_keeps_what_others_wrote() {
    let home = fixtures::scratch("package-index");
    let cache = home.join(".fhir/packages");
    let file = sound(&home);
    code(&package(&home, &["add", path(&file)]), 0);
    let fresh = std::fs::read_to_string(cache.join("packages.ini")).expect("the index");
    assert!(fresh.starts_with("[cache]\nversion = 3\n"), "{fresh}");
    let own: Vec<&str> = fresh.lines().filter(|line| line.starts_with("org.example.test#1.2.3 = ")).collect();
    assert_eq!(own.len(), 2, "{fresh}");
    assert_eq!(own[0].len(), "org.example.test#1.2.3 = 20260131120000".len(), "{fresh}");

    let others = "[cache]\nversion = 3\n\n[urls]\n\n[packages]\nother#1.0.0 = 20250101000000\n\n[package-sizes]\nother#1.0.0 = 5\n";
    std::fs::write(cache.join("packages.ini"), others).expect("an index");
    code(&package(&home, &["add", "--force", path(&file)]), 0);
    let index = std::fs::read_to_string(cache.join("packages.ini")).expect("the index");
    assert!(others.lines().all(|line| index.lines().any(|own| own == line)), "{index}");
    let at = |text: &str| index.find(text).unwrap_or_else(|| panic!("{text} is not in\n{index}"));
    assert!(
        at("other#1.0.0 = 2025") < at("org.example.test#1.2.3 = ")
            && at("org.example.test#1.2.3 = ") < at("[package-sizes]")
    );
}

#[test]
fn what_is_no_package_is_refused_and_leaves_nothing() {
    let home = fixtures::scratch("package-refused");
    let file = home.join("x.tgz");
    let members: &[&[(&str, &str)]] = &[
        &[("package/package.json", MANIFEST), ("../../escaped", "x")],
        &[("package/package.json", MANIFEST), ("/tmp/case2fhir-escaped", "x")],
        &[("package/package.json", MANIFEST), ("package/../../../escaped", "x")],
        &[("package/ValueSet-x.json", VALUE_SET)],
        &[("package/package.json", "{}")],
        &[("package/package.json", r#"{"name":"../../escaped","version":"1"}"#)],
        &[("package/package.json", "no JSON")],
    ];
    for members in members {
        archive(&file, members);
        let output = package(&home, &["add", path(&file)]);
        code(&output, 1);
        assert!(err(&output).contains("this is no package"), "{members:?}: {}", err(&output));
        assert_eq!(files(&home), [".fhir", "x.tgz"], "{members:?}");
        assert!(files(&home.join(".fhir/packages")).is_empty(), "{members:?}");
    }
    assert!(!Path::new("/tmp/case2fhir-escaped").exists());
    std::fs::write(&file, "no archive").expect("a file");
    code(&package(&home, &["add", path(&file)]), 1);
    code(&package(&home, &["add", "no/such.tgz"]), 3);
    code(&package(&home, &["add"]), 2);
}

#[test]
fn facts_are_written_and_compared() {
    let home = fixtures::scratch("package-compile");
    let file = sound(&home);
    let facts = home.join("facts");
    let compile = |more: &[&str]| package(&home, &[&["compile", path(&file), "-o", path(&facts)], more].concat());
    let output = compile(&["--check"]);
    code(&output, 1);
    assert!(err(&output).contains("is not there"), "{}", err(&output));
    assert!(!facts.exists());
    code(&compile(&[]), 0);
    let place = facts.join("org.example.test#1.2.3");
    let names: Vec<String> = case2fhir::definition::facts::FILES.iter().map(ToString::to_string).collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(files(&place), sorted);
    code(&compile(&["--check"]), 0);
    let changed = place.join("value-sets.ndjson");
    let text = std::fs::read_to_string(&changed).expect("facts");
    assert!(text.contains("http://example.org/ValueSet/x"), "{text}");
    std::fs::write(&changed, text + "{}\n").expect("a change");
    let output = compile(&["--check"]);
    code(&output, 1);
    assert!(err(&output).contains("value-sets.ndjson: differs"), "{}", err(&output));
    code(&package(&home, &["compile", "no/such.tgz", "-o", path(&facts)]), 3);
}
