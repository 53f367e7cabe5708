//! Options resolved: the definitions that a run knows, and the validator over them.
//!
//! The only file of the room that knows how definitions are loaded.

use std::path::Path;
use std::sync::Arc;

use super::Outcome;
use super::args::Version;
use super::talk::Talk;
use crate::definition::{Library, package};
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
pub(super) fn embedded(_fhir: Version) -> Library {
    Library::default()
}

/// The definitions of a version of FHIR and of further packages.
pub(super) fn library(fhir: Version, packages: &[String], talk: &mut Talk) -> Result<Library, Outcome> {
    let mut library = embedded(fhir);
    let mut issues = Issues::default();
    for wanted in packages {
        match package::load_folder(Path::new(wanted), &mut issues) {
            Some(package) => library.add(package),
            None => {
                talk.failure(&format!("{wanted}: this package cannot be read"));
                return Err(Outcome::Environment);
            }
        }
    }
    talk.issues(&issues, &SourceMap::default());
    Ok(library)
}
