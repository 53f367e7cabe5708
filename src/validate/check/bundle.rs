//! Bundles: fullUrls, links, requests and responses, documents (FHIR R4, Bundle).

use super::super::location::Frame;
use super::super::walk::{Scope, Walk};
use crate::instance::NodeId;

/// What must hold of a bundle beyond its invariants.
pub(crate) fn check(_walk: &mut Walk<'_, '_, '_>, _node: NodeId, _frame: &Frame<'_>, _scope: &Scope) {}
