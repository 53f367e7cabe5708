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
use crate::issue::{Code, Issues, SourceMap};
use crate::sink::terminology_cache::TerminologyCache;
use crate::sink::terminology_server::TerminologyServer;
use crate::terminology::Terminology;
use crate::terminology::server::CodeServer;
use crate::validate::Validator;

/// What the user wants known.
pub(super) struct Definitions<'a> {
    pub(super) fhir: Version,
    /// Packages as they are typed.
    pub(super) packages: &'a [String],
    pub(super) server: Option<&'a str>,
    pub(super) cache: Option<&'a Path>,
}

/// What a run validates with.
pub(super) struct Ready {
    pub(super) validator: Validator,
    /// The terminology server that is asked, if one is.
    pub(super) server: Option<Arc<TerminologyServer>>,
}

/// The validator of a run, or how the run ends without one; then it was told why.
pub(super) fn validator(wanted: &Definitions<'_>, talk: &mut Talk) -> Result<Ready, Outcome> {
    let mut library = embedded(wanted.fhir);
    for package in packages(wanted.packages, &library, talk)? {
        library.add(package);
    }
    let mut issues = Issues::default();
    library.complete(&mut issues);
    talk.issues(&issues, &SourceMap::default());
    let library = Arc::new(library);
    let server = match wanted.server {
        Some(base) => Some(Arc::new(server(base, wanted.cache, talk)?)),
        None => None,
    };
    let mut terminology = Terminology::new(Arc::clone(&library));
    if let Some(server) = &server {
        terminology = terminology.with_server(Arc::clone(server) as Arc<dyn CodeServer>);
    }
    Ok(Ready { validator: Validator::with_terminology(library, Arc::new(terminology)), server })
}

fn server(base: &str, folder: Option<&Path>, talk: &mut Talk) -> Result<TerminologyServer, Outcome> {
    let cache = match folder {
        None => TerminologyCache::default(),
        Some(folder) => TerminologyCache::open(folder, base).map_err(|error| {
            talk.failure(&format!("{}: {error}", folder.display()));
            Outcome::Environment
        })?,
    };
    TerminologyServer::new(base, cache).map_err(|error| {
        talk.failure(&format!("--terminology-server: {error}"));
        Outcome::Misused
    })
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
fn packages(typed: &[String], library: &Library, talk: &mut Talk) -> Result<Vec<Package>, Outcome> {
    let mut loader = Loader::new(cache().into_iter().collect());
    loader.know(library);
    let mut issues = Issues::default();
    let packages: Vec<Package> = typed.iter().flat_map(|input| loader.load(input, &mut issues)).collect();
    talk.issues(&issues, &SourceMap::default());
    if issues.has_errors() { Err(Outcome::Environment) } else { Ok(packages) }
}

/// The packages that are typed and no others: what they depend on is not asked for.
pub(super) fn alone(typed: &[String], talk: &mut Talk) -> Result<Vec<Package>, Outcome> {
    let mut loader = Loader::new(cache().into_iter().collect());
    let mut issues = Issues::default();
    // A package comes after those that it depends on.
    let packages: Vec<Package> = typed.iter().filter_map(|input| loader.load(input, &mut issues).pop()).collect();
    let mut own = Issues::default();
    for issue in issues.iter().filter(|issue| issue.code != Code::MissingDependency) {
        own.add(issue.clone());
    }
    talk.issues(&own, &SourceMap::default());
    if own.has_errors() { Err(Outcome::Environment) } else { Ok(packages) }
}

/// The cache of packages that the tools of the ecosystem share: `.fhir/packages` in the user's home.
pub(super) fn cache() -> Option<std::path::PathBuf> {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(Loader::usual_cache(&home))
}
