//! Packages of definitions from disk: a folder, a file of definitions. The only file of the room that does input and output.

use std::fs;
use std::path::{Path, PathBuf};

use super::read::{Definition, read_definitions};
use super::{CodeSystem, StructureDefinition, ValueSet};
use crate::instance::{Document, parse_json};
use crate::issue::{Code, Issue, Issues};

/// The definitions of one package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The id: `hl7.fhir.us.core`; for single files their name.
    pub id: Box<str>,
    /// The version: `6.1.0`; may be empty.
    pub version: Box<str>,
    /// The versions of FHIR that it is for: `4.0.1`.
    pub fhir_versions: Vec<Box<str>>,
    /// The packages that it needs, with the versions as it states them.
    pub dependencies: Vec<(Box<str>, Box<str>)>,
    /// Its types and profiles.
    pub structures: Vec<StructureDefinition>,
    /// Its value sets.
    pub value_sets: Vec<ValueSet>,
    /// Its code systems.
    pub code_systems: Vec<CodeSystem>,
}

impl Package {
    /// Takes in the definitions of a document.
    pub fn add(&mut self, document: &Document) -> usize {
        let (definitions, refused) = read_definitions(document);
        for definition in definitions {
            match definition {
                Definition::Structure(read) => self.structures.push(*read),
                Definition::ValueSet(read) => self.value_sets.push(*read),
                Definition::CodeSystem(read) => self.code_systems.push(*read),
            }
        }
        refused
    }
}

/// Loads a package from a folder that holds its files, or that holds them in a folder `package`.
pub fn load_folder(folder: &Path, issues: &mut Issues) -> Option<Package> {
    let inner = folder.join("package");
    let folder = if inner.join("package.json").is_file() { inner } else { folder.to_path_buf() };
    let mut files: Vec<PathBuf> = match fs::read_dir(&folder) {
        Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).collect(),
        Err(error) => {
            issues.add(Issue::new(Code::UnreadablePackage, format!("a package cannot be read: {error}")));
            return None;
        }
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let mut package = Package::default();
    for path in files {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        take(name, &text, &mut package, issues);
    }
    Some(package)
}

fn take(name: &str, text: &str, package: &mut Package, issues: &mut Issues) {
    if name == "package.json" {
        if let Some(document) = parse_json(text, 0, issues) {
            manifest(&document, package);
        }
    } else if ["\"StructureDefinition\"", "\"ValueSet\"", "\"CodeSystem\""].iter().any(|word| text.contains(word))
        && let Some(document) = parse_json(text, 0, issues)
    {
        package.add(&document);
    }
}

fn manifest(document: &Document, package: &mut Package) {
    for member in document.root().into_iter().flat_map(|root| root.children()) {
        match member.key() {
            "name" => package.id = member.text().into(),
            "version" => package.version = member.text().into(),
            "fhirVersions" | "fhir-version-list" => {
                package.fhir_versions = member.children().map(|item| item.text().into()).collect();
            }
            "dependencies" => {
                package.dependencies = member.children().map(|item| (item.key().into(), item.text().into())).collect();
            }
            _ => {}
        }
    }
}
