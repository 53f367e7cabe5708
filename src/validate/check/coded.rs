//! Codes against value sets and code systems: what the walk asks of [`super::binding`].
use super::super::location::Frame;
use super::super::plan::{BindingPlan, Content};
use super::super::walk::Walk;
use crate::fhirpath::{Item, TypeId};
use crate::instance::NodeId;
use crate::terminology::ValueSetId;

pub(crate) fn check(_walk: &mut Walk<'_, '_, '_>, _plan: &BindingPlan, _node: NodeId, _id: TypeId, _frame: &Frame<'_>) {
}
pub(crate) fn is_in(_walk: &mut Walk<'_, '_, '_>, _node: NodeId, _content: Content, _set: Option<ValueSetId>) -> bool {
    false
}
pub(crate) fn member_of(_walk: &Walk<'_, '_, '_>, _set: &str, _item: &Item) -> Option<bool> {
    None
}
pub(crate) fn coding(_walk: &mut Walk<'_, '_, '_>, _node: NodeId, _frame: &Frame<'_>) {}
pub(crate) fn unit(_walk: &mut Walk<'_, '_, '_>, _node: NodeId, _frame: &Frame<'_>) {}
