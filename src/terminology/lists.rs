//! What the embedded definitions say of codes, for those who have no validator at hand: sources that must not pass on a code which no
//! receiver could take.

use std::sync::{Arc, OnceLock};

use super::code_system::Lookup;
use super::membership::Membership;
use super::prepared::{SystemState, Terminology};
use crate::definition::{FhirVersion, Library};

fn embedded() -> &'static Terminology {
    static EMBEDDED: OnceLock<Terminology> = OnceLock::new();
    EMBEDDED.get_or_init(|| Terminology::new(Arc::new(Library::embedded(FhirVersion::R4))))
}

/// Why a code of this system cannot be used, in words; `None` where it can, or where nobody here can tell.
#[must_use]
pub fn refusal(system: &str, code: &str) -> Option<&'static str> {
    match embedded().system(system) {
        SystemState::Here(id) if embedded().lookup(id, code) == Lookup::NotFound => {
            Some("the code system does not have this code")
        }
        SystemState::Fault(fault) => Some(fault.text()),
        _ => None,
    }
}

/// Whether a value set surely holds a code.
#[must_use]
pub fn holds(value_set: &str, system: &str, code: &str) -> bool {
    let id = embedded().value_set(value_set);
    id.is_some_and(|id| embedded().contains(id, Some(system), code) == Membership::In)
}
