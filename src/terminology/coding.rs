//! A code with the system it is from.

use std::borrow::Cow;

/// A code of a code system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Coding {
    /// The code system's canonical URI.
    pub system: Cow<'static, str>,
    /// The code.
    pub code: String,
    /// The code system's version, where one is given.
    pub version: Option<String>,
    /// The code system's own words for the code, where they are known.
    pub display: Option<String>,
}
