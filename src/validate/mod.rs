//! Whether a resource holds to FHIR's definitions: the types' own, and those of the profiles that it names.
//!
//! The validator works on the JSON that leaves or enters the house, never on typed values: those accept unknown members and
//! stop at the first bad code. Definitions are compiled to [`plan::Plan`]s on first use; a [`Session`] walks a document and asks
//! each kind of question in a file of its own below `check`. It reads no files and asks no network.

mod bundle_index;
pub mod check;
mod compile;
mod contained_index;
mod location;
mod parameters_index;
pub mod plan;
mod plans;
mod session;
mod types;
mod walk;
mod words;

use std::sync::Arc;

use crate::definition::{FhirVersion, Library};
use crate::fhirpath::Temporal;
use crate::terminology::Terminology;
use check::primitive::{Rules, Version};

pub use plans::Plans;
pub use session::Session;
pub use words::Words;

/// What a caller asks for beside the definitions.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are what a caller switches on, each by itself")]
pub struct Request<'a> {
    /// Profiles that the resource must hold to, beside those that it names itself.
    pub profiles: &'a [String],
    /// Whether texts that look like scripts are errors.
    pub security_checks: bool,
    /// Whether a reference out of the document is taken at its word: `Patient/1` leads to a Patient, and is an error where none may
    /// stand. Without it that is a warning.
    pub check_reference_types: bool,
    /// Whether extensions without a definition at hand are errors. Without it that is information: FHIR lets anyone define more.
    pub known_extensions_only: bool,
    /// Whether addresses on `example.org` and `acme.com` are errors, which real data has no use for.
    pub refuse_example_addresses: bool,
    /// Whether a reference that leads to nothing in the document is an error: neither to an entry of its Bundle, nor to a resource that
    /// is contained or stands in the same Parameters. Searches in transactions are the server's to answer, and addresses on
    /// `example.org` and `acme.com` are let through, unless [`Request::refuse_example_addresses`] says otherwise.
    pub references_must_resolve: bool,
    /// Whether contained resources are passed over: neither they nor that something refers to them is looked at. What a reference
    /// demands of the contained resource that it leads to still holds.
    pub skip_contained: bool,
    /// How many issues are kept for a document.
    pub max_issues: usize,
    /// The moment that rules call now. The library has no clock: a caller who has one says what it shows.
    pub now: Temporal,
}

impl Default for Request<'_> {
    /// No further profile, no check that must be asked for, a thousand issues.
    fn default() -> Self {
        // No rule of FHIR R4, US Core or mCODE asks for the time.
        let now = Temporal::date_time("2026-01-01T00:00:00Z");
        Self {
            profiles: &[],
            security_checks: false,
            check_reference_types: false,
            known_extensions_only: false,
            refuse_example_addresses: false,
            references_must_resolve: false,
            skip_contained: false,
            max_issues: 1000,
            now: now.unwrap_or(Temporal::EPOCH),
        }
    }
}

/// Compiled definitions, made once and shared by all threads.
#[derive(Debug)]
pub struct Validator {
    plans: Plans,
    words: Words,
    rules: Rules,
}

impl Validator {
    /// A validator over these definitions.
    #[must_use]
    pub fn new(library: Arc<Library>) -> Self {
        let terminology = Arc::new(Terminology::new(Arc::clone(&library)));
        Self::with_terminology(library, terminology)
    }

    /// A validator over these definitions and codes.
    #[must_use]
    pub fn with_terminology(library: Arc<Library>, terminology: Arc<Terminology>) -> Self {
        let version = if library.version() == FhirVersion::R5 { Version::R5 } else { Version::R4 };
        let plans = Plans::new(library, terminology);
        let words = Words::new(plans.names());
        Self { plans, words, rules: Rules { version, ..Rules::default() } }
    }

    /// Whether the definitions of the guide that a canonical belongs to are at hand: what they do not have does not exist.
    pub(crate) fn knows_guide_of(&self, url: &str) -> bool {
        let guide = |url: &str| url.rfind("/StructureDefinition/").and_then(|at| url.get(..at)).map(str::to_owned);
        let Some(wanted) = guide(url) else { return false };
        self.plans.library().headers().any(|(_, header)| guide(header.url).is_some_and(|known| known == wanted))
    }

    /// What the forms of primitive values depend on.
    pub(crate) fn rules(&self) -> Rules {
        self.rules
    }

    /// The memory for validating document after document in one thread.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        Session::new(self)
    }

    /// The compiled definitions.
    #[must_use]
    pub fn plans(&self) -> &Plans {
        &self.plans
    }

    /// The names that checks ask for.
    pub(crate) fn words(&self) -> &Words {
        &self.words
    }
}
