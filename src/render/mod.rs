//! How issues are shown: as text like a compiler's, as lines of JSON, as OperationOutcomes.
//!
//! A value of the case is shown only where the caller says so ([`Values::Show`]): values belong to patients, and what is shown ends
//! in logs.

pub mod json;
pub mod operation_outcome;
pub mod text;

/// Whether values of the case may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Values {
    /// Places and paths only.
    #[default]
    Hide,
    /// Values and lines of the source too.
    Show,
}
