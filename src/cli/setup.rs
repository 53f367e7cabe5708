//! Options resolved: the definitions that a run knows, and the validator over them.
//!
//! The only file of the room that knows how definitions are loaded.

use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::args::Version;
use super::talk::Talk;
use crate::definition::package::Loader;
use crate::definition::{FhirVersion, Library};
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
    let library = library(wanted.fhir, wanted.packages, talk)?;
    if wanted.server.is_some() || wanted.cache.is_some() {
        talk.failure("this build cannot ask terminology servers");
        return Err(Outcome::Misused);
    }
    Ok(Validator::new(Arc::new(library)))
}

/// The definitions that are part of the program.
pub(super) fn embedded(fhir: Version) -> Library {
    Library::embedded(match fhir {
        Version::R4 => FhirVersion::R4,
        Version::R4b => FhirVersion::R4B,
        Version::R5 => FhirVersion::R5,
    })
}

/// The definitions of a version of FHIR and of further packages.
pub(super) fn library(fhir: Version, packages: &[String], talk: &mut Talk) -> Result<Library, Outcome> {
    let mut library = embedded(fhir);
    let mut loader = loader();
    loader.know(&library);
    let mut issues = Issues::default();
    for wanted in packages {
        for package in loader.load(wanted, &mut issues) {
            library.add(package);
        }
    }
    talk.issues(&issues, &SourceMap::default());
    if issues.has_errors() { Err(Outcome::Environment) } else { Ok(library) }
}

/// What finds packages: in the cache that FHIR's tools share, where there is a home folder.
pub(super) fn loader() -> Loader {
    Loader::new(std::env::home_dir().map(|home| Loader::usual_cache(&home)).into_iter().collect())
}
