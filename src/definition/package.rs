//! Packages of definitions from disk. The only room of the library that reads files; it writes none.
//!
//! A package is a `.tgz` or a folder as HL7 publishes them (npm's form: `package/package.json` and a file a resource), a package of the
//! ecosystem's cache by `id#version`, or a file of definitions: a resource, a Bundle of them (JSON or `.xml`), or one a line (`.ndjson`).
//! Of an archive only members right below `package/` are read, into memory and by their names alone, so that no path leads anywhere;
//! members and archives beyond [`MAX_FILE`] and [`MAX_TOTAL`] are refused.

mod archive;
mod cache;
mod content;

use std::fs;
use std::path::Path;

pub use self::cache::Loader;
use self::content::Content;
use super::read::{Definition, read_definitions};
use super::{CodeSystem, StructureDefinition, ValueSet};
use crate::instance::Document;
use crate::issue::{Code, Issue, Issues};

/// The greatest file that is read, in bytes. The largest of HL7's packages has 35 MB (a Bundle of all resources).
pub const MAX_FILE: u64 = 128 << 20;

/// How many bytes an archive may hold, unpacked.
pub const MAX_TOTAL: u64 = 2 << 30;

/// The definitions of one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// The id: `hl7.fhir.us.core`; for files that are no package their name.
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
    /// What its implementation guide demands of all resources of a type: the type, and the profile's canonical.
    pub globals: Vec<(Box<str>, Box<str>)>,
}

impl Package {
    /// Takes in the definitions of a document, those of a Bundle too where `with_bundles`. Gives how many could not be read.
    pub fn add(&mut self, document: &Document, with_bundles: bool) -> usize {
        let (definitions, refused) = read_definitions(document, with_bundles);
        for definition in definitions {
            match definition {
                Definition::Structure(read) => self.structures.push(*read),
                Definition::ValueSet(read) => self.value_sets.push(*read),
                Definition::CodeSystem(read) => self.code_systems.push(*read),
                Definition::Global(of, profile) => self.globals.push((of, profile)),
            }
        }
        refused
    }

    /// Id and version: `hl7.fhir.us.core#6.1.0`; the id alone where there is no version.
    #[must_use]
    pub fn name(&self) -> String {
        if self.version.is_empty() { self.id.to_string() } else { format!("{}#{}", self.id, self.version) }
    }

    /// Whether there is no definition in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.structures.is_empty() && self.value_sets.is_empty() && self.code_systems.is_empty()
    }
}

/// Loads a package from a path: an archive, a folder or a file of definitions. Its dependencies are not looked for; a [`Loader`]
/// does that.
pub fn load_path(path: &Path, issues: &mut Issues) -> Option<Package> {
    let loaded = if path.is_dir() { load_folder(path, issues) } else { load_file(path, issues) };
    match loaded {
        Ok(package) => Some(package),
        Err(reason) => {
            let message = format!("the package {} cannot be read: {reason}", path.display());
            let help = "give a .tgz, a folder with package.json, a .json, .xml or .ndjson file, or id#version of a package in the cache";
            issues.add(Issue::new(Code::UnreadablePackage, message).help(help));
            None
        }
    }
}

fn load_folder(folder: &Path, issues: &mut Issues) -> Result<Package, String> {
    let inner = folder.join("package");
    let folder = if inner.join("package.json").is_file() { inner.as_path() } else { folder };
    let mut files: Vec<_> = fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_definition(path))
        .collect();
    // Folders list their files in any order; the definitions of a package stand in that of their files' names.
    files.sort();
    let mut content = Content::new(folder, folder.join("package.json").is_file());
    for path in &files {
        match read(path) {
            Ok(bytes) => content.take(&file_name(path), bytes, issues),
            Err(reason) => content.refuse(&file_name(path), &reason, issues),
        }
    }
    Ok(content.finish())
}

fn load_file(path: &Path, issues: &mut Issues) -> Result<Package, String> {
    let bytes = read(path)?;
    // gzip's first two bytes (RFC 1952, 2.3.1) tell an archive, whatever its name.
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return archive::load(path, &bytes, issues);
    }
    let mut content = Content::new(path, false);
    content.take(&file_name(path), bytes, issues);
    let package = content.finish();
    if package.is_empty() { Err("there is no definition in it".to_owned()) } else { Ok(package) }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > MAX_FILE {
        return Err(format!("it has more than {} MiB", MAX_FILE >> 20));
    }
    fs::read(path).map_err(|error| error.to_string())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a file's name ends as those of definitions do.
fn is_definition(path: &Path) -> bool {
    ["json", "ndjson", "xml"].iter().any(|extension| has_extension(path, extension))
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own.eq_ignore_ascii_case(extension))
}
