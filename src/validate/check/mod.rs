//! What is checked, one kind a file.

pub(crate) mod bundle;
pub(crate) mod coded;
pub(crate) mod extension;
pub(crate) mod invariant;

pub(crate) mod limit;

pub mod narrative;
pub(crate) mod nature;
pub mod primitive;
pub(crate) mod reference;
pub(crate) mod resource;

pub(crate) mod value;

use super::location::Frame;
use super::walk::Walk;
use crate::instance::NodeId;

/// A primitive's value by its form.
pub(crate) fn primitive_value(
    _walk: &mut Walk<'_, '_, '_>,
    _primitive: primitive::Primitive,
    _node: NodeId,
    _frame: &Frame<'_>,
) {
}
