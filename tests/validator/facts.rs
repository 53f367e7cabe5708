//! The facts in `schemas/` are what the packages say: compiled again they are the same, byte for byte.
//!
//! `CASE2FHIR_PACKAGES` names a folder with the packages as `.tgz` or unpacked; `.ci/packages` fills one. With `CASE2FHIR_FACTS=write`
//! the files are written instead of compared, as `case2fhir package compile` would.

use std::path::{Path, PathBuf};

use case2fhir::definition::compile::{Compiled, EMBEDDED, compile};
use case2fhir::definition::package::load_path;
use case2fhir::definition::{Library, Package, facts};
use case2fhir::instance::parse_json;
use case2fhir::issue::Issues;

/// The packages' paths, or `None` after saying that a test is skipped.
fn packages() -> Option<Vec<PathBuf>> {
    let Some(folder) = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        println!("SKIPPED: CASE2FHIR_PACKAGES names no folder of packages");
        return None;
    };
    let paths = EMBEDDED.iter().map(|(id, version)| {
        let path = locate(&folder, id, version);
        if path.is_none() {
            println!("SKIPPED: {id}#{version} is not in the folder of packages");
        }
        path
    });
    paths.collect()
}

/// A package in that folder or beside the repository.
fn locate(folder: &Path, id: &str, version: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/packages");
    let names = [format!("{id}-{version}.tgz"), format!("{id}#{version}")];
    let paths = [folder, &shared].into_iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    paths.into_iter().find(|path| path.exists())
}

fn compiled(paths: &[PathBuf]) -> Vec<Compiled> {
    let mut issues = Issues::default();
    let packages = paths.iter().map(|path| load_path(path, &mut issues).expect("the package can be read"));
    let compiled = compile(packages.collect());
    for issue in &issues {
        println!("{}", issue.message);
    }
    compiled
}

#[test]
fn compiling_again_gives_the_same_files() {
    let Some(paths) = packages() else { return };
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let write = std::env::var_os("CASE2FHIR_FACTS").is_some_and(|value| value == "write");
    let mut different = Vec::new();
    for package in compiled(&paths) {
        for (name, text) in package.files {
            let path = schemas.join(&package.folder).join(name);
            println!("{}/{name}: {} bytes, {} lines", package.folder, text.len(), text.lines().count());
            if write {
                std::fs::create_dir_all(schemas.join(&package.folder)).expect("the folder can be made");
                std::fs::write(&path, &text).expect("the file can be written");
            } else if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
                different.push(format!("{}/{name}", package.folder));
            }
        }
    }
    assert!(different.is_empty(), "these files are not what the packages say: {different:?}");
}

#[test]
fn what_is_read_is_what_was_written() {
    let Some(paths) = packages() else { return };
    let mut issues = Issues::default();
    // The packages as they are, nothing left out.
    for path in paths {
        let package = load_path(&path, &mut issues).expect("the package can be read");
        let texts: Vec<String> = facts::write_package(&package).into_iter().map(|(_, text)| text).collect();
        let read = facts::read_package([&texts[0], &texts[1], &texts[2], &texts[3]]).expect("facts can be read");
        assert_eq!((&read.id, &read.version), (&package.id, &package.version));
        // Where a package has two of the same url and version, the last one counts.
        let mut library = Library::default();
        library.add(package.clone());
        for definition in &package.structures {
            let canonical = format!("{}|{}", definition.url, definition.version);
            let id = library.find_structure(&canonical).unwrap_or_else(|| panic!("{canonical}"));
            assert!(read.structures.contains(library.structure(id).expect("it was found")), "{canonical}");
        }
        for value_set in &package.value_sets {
            let canonical = format!("{}|{}", value_set.url, value_set.version);
            assert!(read.value_sets.contains(library.value_set(&canonical).expect("it was added")), "{canonical}");
        }
        for code_system in &package.code_systems {
            let canonical = format!("{}|{}", code_system.url, code_system.version);
            assert!(read.code_systems.contains(library.code_system(&canonical).expect("it was added")), "{canonical}");
        }
    }
}

#[test]
fn what_no_package_says_is_kept_too() {
    let text = r#"{"resourceType":"StructureDefinition","url":"http://example.org/p","name":"P","kind":"resource","type":"Patient",
        "abstract":false,"derivation":"constraint","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
        "snapshot":{"element":[{"id":"Patient","path":"Patient","min":0,"max":"*"},
            {"id":"Patient.photo","path":"Patient.photo","min":0,"max":"*","type":[{"code":"Attachment"}],
             "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxSize","valueDecimal":5000000.0}]}]}}"#;
    let document = parse_json(text, 0, &mut Issues::default()).expect("JSON");
    let mut package = Package { id: "p".into(), ..Package::default() };
    assert_eq!(package.add(&document, false), 0);
    assert_eq!(package.structures[0].elements[1].max_size, Some(5_000_000));
    let texts: Vec<String> = facts::write_package(&package).into_iter().map(|(_, text)| text).collect();
    let read = facts::read_package([&texts[0], &texts[1], &texts[2], &texts[3]]).expect("facts can be read");
    assert_eq!(read.structures, package.structures);
}
