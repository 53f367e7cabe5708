//! The value sets and code systems of a library, made ready on first use and kept: the door of the room for a validator.

use std::sync::{Arc, OnceLock};

use super::code_system::{CodeSystemId, Found, Lookup, PreparedSystem};
use super::compose::{Composer, implicit, is_here};
use super::membership::{Membership, Reason};
use super::registry::Registry;
use super::server::{CodeServer, Verdict};
use super::systems::{LOINC, RXNORM, SNOMED_CT, UCUM};
use super::value_set::{Prepared, ValueSetId};
use crate::definition::Library;

/// Answers about codes, over the definitions of a library. Shared by all threads; questions take no lock.
#[derive(Debug)]
pub struct Terminology {
    library: Arc<Library>,
    value_sets: Registry<OnceLock<Prepared>>,
    /// Those that are at hand, so that there is an end to them.
    systems: Registry<OnceLock<PreparedSystem>>,
    /// What was found out of others. Instances may name any number of them: some are kept, and the rest is found out each time.
    other_systems: Registry<SystemState>,
    server: Option<Arc<dyn CodeServer>>,
    lists_decide: bool,
}

/// What is known of a code system, by its URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemState {
    /// Its concepts are at hand, all or some.
    Here(CodeSystemId),
    /// It is one of the great ones of which everybody knows that they are not in a package: nothing is said of it.
    Great,
    /// It is not at hand.
    Unknown,
    /// Its URI cannot be that of a code system.
    Fault(SystemFault),
}

/// Why a URI cannot be that of a code system. The list is the reference validator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemFault {
    /// It is no absolute URI.
    NotAbsolute,
    /// It is of the site where FHIR's builds stand.
    BuildSite,
    /// It is a page of FHIR's specification.
    WebPage,
    /// It is of HL7's own space, where no such code system is.
    NotOfHl7,
    /// It begins like a great code system's and goes on.
    Extended,
    /// It is a value set's.
    ValueSet,
    /// It begins with `https` where the code system's begins with `http`.
    Https,
}

impl SystemFault {
    /// What is wrong, in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NotAbsolute => "a code system must be named by an absolute URI: http:, https: or urn:",
            Self::BuildSite => "a code system cannot be named by an address on build.fhir.org",
            Self::WebPage => "a code system cannot be named by the address of an HTML page",
            Self::NotOfHl7 => "FHIR has no code system of this URI",
            Self::Extended => "the URI goes on after that of a well-known code system",
            Self::ValueSet => "the URI is that of a value set, not of a code system",
            Self::Https => "the code system's URI begins with http:, not https:",
        }
    }
}

impl Terminology {
    /// Answers from these definitions. A list of codes of a system that is not at hand decides of the codes that are not in it.
    #[must_use]
    pub fn new(library: Arc<Library>) -> Self {
        Self {
            library,
            value_sets: Registry::default(),
            systems: Registry::default(),
            other_systems: Registry::default(),
            server: None,
            lists_decide: true,
        }
    }

    /// The same with a server that is asked about what the definitions leave open.
    #[must_use]
    pub fn with_server(mut self, server: Arc<dyn CodeServer>) -> Self {
        self.server = Some(server);
        self
    }

    /// The same, undecided about codes that are missing in a list of codes of a system that is not at hand, as the reference
    /// validator is when it runs without a server.
    #[must_use]
    pub const fn with_open_lists(mut self) -> Self {
        self.lists_decide = false;
        self
    }

    /// The value set of a canonical, with or without `|version`; `None` where it is not at hand.
    #[must_use]
    pub fn value_set(&self, canonical: &str) -> Option<ValueSetId> {
        let is_known = || self.library.value_set(canonical).is_some() || implicit(canonical).is_some();
        self.value_sets.find_or_add(canonical, || is_known().then(OnceLock::new)).map(ValueSetId)
    }

    /// Whether a code is in a value set; without a system, whether a code of any of its systems is.
    #[must_use]
    pub fn contains(&self, id: ValueSetId, system: Option<&str>, code: &str) -> Membership {
        let Some(prepared) = self.prepared(id) else { return Membership::Undecided(Reason::ValueSetUnknown) };
        match system {
            Some(system) => prepared.contains(system, code),
            None => prepared.contains_code(code),
        }
    }

    /// Whether an element of type code has a code of the value set: it has no system of its own.
    #[must_use]
    pub fn contains_code(&self, id: ValueSetId, code: &str) -> Membership {
        self.contains(id, None, code)
    }

    /// The same as [`Self::contains`]; what the definitions leave open is asked of the server, where there is one.
    #[must_use]
    pub fn contains_or_ask(&self, id: ValueSetId, system: Option<&str>, code: &str) -> Membership {
        let found = self.contains(id, system, code);
        let (Membership::Undecided(_), Some(server)) = (found, &self.server) else { return found };
        let system = system.or_else(|| self.prepared(id)?.system()).filter(|_| may_be_told(code));
        let verdict = system.and_then(|system| server.validate_code(self.value_sets.name(id.0)?, system, code));
        match verdict {
            Some(Verdict::Valid) => Membership::In,
            Some(Verdict::Invalid) => Membership::Out,
            None => found,
        }
    }

    /// Whether a coding without a system is of the value set. The reference validator takes one whose code is in the list of the only
    /// include that the value set has, and no other.
    #[must_use]
    pub fn contains_bare(&self, id: ValueSetId, code: &str) -> Membership {
        let canonical = self.value_sets.name(id.0).unwrap_or_default();
        let is_list = self.library.value_set(canonical).is_some_and(|value_set| {
            matches!(value_set.include.as_slice(), [only] if only.concepts.iter().any(|concept| *concept.code == *code))
        });
        if is_list { self.contains(id, None, code) } else { Membership::Out }
    }

    /// How many codes a value set lists.
    #[must_use]
    pub fn size(&self, id: ValueSetId) -> usize {
        self.prepared(id).map_or(0, Prepared::len)
    }

    /// The codes that are surely in a value set, with their systems.
    pub fn codes(&self, id: ValueSetId) -> impl Iterator<Item = (&str, &str)> {
        self.prepared(id).into_iter().flat_map(Prepared::codes)
    }

    /// The code system of a URI, where concepts of it are at hand.
    #[must_use]
    pub fn code_system(&self, url: &str) -> Option<CodeSystemId> {
        match self.system(url) {
            SystemState::Here(id) => Some(id),
            _ => None,
        }
    }

    /// What is known of a code system.
    #[must_use]
    pub fn system(&self, url: &str) -> SystemState {
        if let Some(state) = self.other_systems.find(url).and_then(|id| self.other_systems.get(id)) {
            return *state;
        }
        let is_at_hand = || self.library.code_system(url).is_some_and(is_here);
        if let Some(id) = self.systems.find_or_add(url, || is_at_hand().then(OnceLock::new)) {
            return SystemState::Here(CodeSystemId(id));
        }
        let state = self.other_state(url);
        self.other_systems.find_or_add(url, || Some(state));
        state
    }

    /// What a code system says of a code.
    #[must_use]
    pub fn lookup(&self, id: CodeSystemId, code: &str) -> Lookup {
        self.prepared_system(id).map_or(Lookup::NotFoundInFragment, |system| system.lookup(code))
    }

    /// The names of a concept, its display first; empty ones among them.
    pub fn names(&self, id: CodeSystemId, found: Found) -> impl Iterator<Item = &str> {
        self.prepared_system(id).into_iter().flat_map(move |system| system.names(found.row))
    }

    /// Whether a display is one of the concept's names, but for case and white space; where it has none, any will do.
    #[must_use]
    pub fn display_fits(&self, id: CodeSystemId, found: Found, display: &str) -> bool {
        self.prepared_system(id).is_none_or(|system| system.display_fits(found.row, display))
    }

    /// Whether the second code is the first or lies below it; `None` where one of them is not here.
    #[must_use]
    pub fn subsumes(&self, id: CodeSystemId, above: &str, below: &str) -> Option<bool> {
        self.prepared_system(id)?.subsumes(above, below)
    }

    /// Whether a server says that a code system has a code; `None` where there is none, or it cannot tell.
    #[must_use]
    pub fn ask_system(&self, system: &str, code: &str) -> Option<Verdict> {
        self.server.as_ref().filter(|_| may_be_told(code))?.validate_in_system(system, code)
    }

    fn prepared(&self, id: ValueSetId) -> Option<&Prepared> {
        let cell = self.value_sets.get(id.0)?;
        let canonical = self.value_sets.name(id.0)?;
        Some(cell.get_or_init(|| Prepared::new(Composer::new(&self.library, self.lists_decide).canonical(canonical))))
    }

    fn prepared_system(&self, id: CodeSystemId) -> Option<&PreparedSystem> {
        let cell = self.systems.get(id.0)?;
        if let Some(prepared) = cell.get() {
            return Some(prepared);
        }
        let system = self.library.code_system(self.systems.name(id.0)?)?;
        Some(cell.get_or_init(|| PreparedSystem::new(system)))
    }

    /// What is known of a system that is not at hand. The order of the questions is the reference validator's.
    fn other_state(&self, url: &str) -> SystemState {
        let of_hl7 =
            ["http://hl7.org/fhir", "https://hl7.org/fhir", "http://www.hl7.org/fhir", "https://www.hl7.org/fhir"];
        let begins = |starts: &[&str]| starts.iter().any(|start| url.starts_with(start));
        if !begins(&["http:", "https:", "urn:"]) {
            return SystemState::Fault(SystemFault::NotAbsolute);
        }
        if self.library.value_set(url).is_some() {
            return SystemState::Fault(SystemFault::ValueSet);
        }
        if begins(&["http://build.fhir.org", "https://build.fhir.org"]) {
            return SystemState::Fault(SystemFault::BuildSite);
        }
        if begins(&of_hl7) {
            return if is_of_another(url) || url.starts_with("http://hl7.org/fhir/test") {
                SystemState::Great
            } else if url.strip_suffix(".html").is_some() {
                SystemState::Fault(SystemFault::WebPage)
            } else if is_of_guide(url) || self.library.code_system(url).is_some() {
                SystemState::Unknown
            } else {
                SystemState::Fault(SystemFault::NotOfHl7)
            };
        }
        let great = [SNOMED_CT, LOINC, UCUM, RXNORM];
        if great.contains(&url) {
            return SystemState::Great;
        }
        if begins(&great) {
            return SystemState::Fault(SystemFault::Extended);
        }
        let plain = url.strip_prefix("https").map(|rest| format!("http{rest}"));
        if plain.is_some_and(|plain| great.contains(&plain.as_str()) || self.library.code_system(&plain).is_some()) {
            return SystemState::Fault(SystemFault::Https);
        }
        SystemState::Unknown
    }
}

/// Whether a code may be told to a server: what has blanks or is long may be anything that someone wrote.
fn may_be_told(code: &str) -> bool {
    code.len() <= 100 && !code.contains(char::is_whitespace)
}

/// Code systems of others that FHIR gave a URI of its own (FHIR R4, Terminologies, "External code systems").
fn is_of_another(url: &str) -> bool {
    const NAMES: &[&str] = &["cvx", "icd-10", "icd-10-cm", "icd-10-vn", "icd-9", "icd-9-cm", "icpc2", "ndc", "srt"];
    url.strip_prefix("http://hl7.org/fhir/sid/").is_some_and(|name| NAMES.contains(&name))
}

/// Whether a URI is below that of an implementation guide of HL7 (`http://hl7.org/fhir/uv/genomics-reporting/…`), which may not be
/// at hand.
fn is_of_guide(url: &str) -> bool {
    let rest = url.strip_prefix("http://hl7.org/fhir/").unwrap_or_default();
    rest.split('/').next().is_some_and(|realm| realm.len() == 2) && rest.contains('/')
}
