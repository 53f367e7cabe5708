//! Options resolved: the definitions that a run knows, and the validator over them.
//!
//! The only file of the room that knows how definitions are loaded and a validator is made.

use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::args::{Fhir, Version};
use super::talk::Talk;
use crate::definition::package::Loader;
use crate::definition::{FhirVersion, Library, Package};
use crate::issue::{Issues, SourceMap};
use crate::validate::Validator;

/// What the user wants known.
pub(super) struct Definitions<'a> {
    pub(super) fhir: Version,
    /// Packages as they are typed.
    pub(super) packages: &'a [String],
    pub(super) server: Option<&'a str>,
    pub(super) cache: Option<&'a Path>,
}

/// The validator of a run, or how the run ends without one; then it was told why.
pub(super) fn validator(wanted: &Definitions<'_>, talk: &mut Talk) -> Result<Validator, Outcome> {
    let mut library = embedded(wanted.fhir);
    for package in packages(wanted.packages, Some(&library), talk)? {
        library.add(package);
    }
    if wanted.server.is_some() || wanted.cache.is_some() {
        talk.failure("--terminology-server: this build cannot ask terminology servers");
        return Err(Outcome::Misused);
    }
    Ok(Validator::new(Arc::new(library)))
}

/// The validator of what this program emits: over the definitions that are part of it.
pub(super) fn own(fhir: Fhir) -> Validator {
    // What is emitted is the same JSON in both versions; the profiles that it states are R4's.
    let version = match fhir {
        Fhir::R4 | Fhir::R4b => Version::R4,
    };
    Validator::new(Arc::new(embedded(version)))
}

/// The definitions that are part of the program.
pub(super) fn embedded(fhir: Version) -> Library {
    Library::embedded(match fhir {
        Version::R4 => FhirVersion::R4,
        Version::R4b => FhirVersion::R4B,
        Version::R5 => FhirVersion::R5,
    })
}

/// Packages as they are typed, with what they depend on, as far as the library does not have it; or how the run ends without them.
pub(super) fn packages(typed: &[String], library: Option<&Library>, talk: &mut Talk) -> Result<Vec<Package>, Outcome> {
    let mut loader = Loader::new(cache().into_iter().collect());
    if let Some(library) = library {
        loader.know(library);
    }
    let mut issues = Issues::default();
    let packages: Vec<Package> = typed.iter().flat_map(|input| loader.load(input, &mut issues)).collect();
    talk.issues(&issues, &SourceMap::default());
    if issues.has_errors() { Err(Outcome::Environment) } else { Ok(packages) }
}

/// The cache of packages that the tools of the ecosystem share: `.fhir/packages` in the user's home.
pub(super) fn cache() -> Option<std::path::PathBuf> {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(Loader::usual_cache(&home))
}
