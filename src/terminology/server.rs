//! Whom to ask about codes that the definitions at hand do not decide: a terminology server's `$validate-code`
//! (FHIR R4, Terminology Service).
//!
//! Only the question stands here; the client that opens connections is elsewhere. A server is told system and code, never a text of
//! the instance.

use std::fmt::Debug;

/// What a server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The code is right: in the value set, or in the code system.
    Valid,
    /// It is not.
    Invalid,
}

/// A terminology server, or what stands in for one.
pub trait CodeServer: Debug + Send + Sync {
    /// Whether a code is in a value set; `None` where the server cannot tell.
    fn validate_code(&self, value_set: &str, system: &str, code: &str) -> Option<Verdict>;

    /// Whether a code system has a code; `None` where the server cannot tell.
    fn validate_in_system(&self, system: &str, code: &str) -> Option<Verdict>;
}
