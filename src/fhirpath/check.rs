//! What is wrong with an expression whatever the document says: names that no type has.

use super::{Expression, Model, TypeId};

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// An element that the types before it do not have.
    UnknownElement,
}

/// Follows the types through an expression.
///
/// # Errors
///
/// The first fault.
pub fn check<M: Model>(_expression: &Expression, _type_id: TypeId, _model: &M) -> Result<(), CheckError> {
    Ok(())
}
