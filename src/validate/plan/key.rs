//! The JSON member names of an object, and what of a member needs no more than its type's own rules.

use super::super::check::primitive::Primitive;
use crate::instance::NameId;

/// A JSON member name of an object.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The name.
    pub name: NameId,
    /// The element, as its row in [`super::ObjectPlan::elements`].
    pub element: u16,
    /// The type, as its row in [`super::Element::types`].
    pub type_row: u16,
    /// The element's name, which a choice's differs from.
    pub element_name: NameId,
    /// What may stand here, where no more is to be checked of it than that.
    pub plain: Plain,
}

/// What may stand under a name, where no profile says anything of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Something of which more is to be checked.
    No,
    /// One value of this primitive, of which there is only its form to check.
    Primitive(Primitive),
    /// An object, or a list of them.
    Object,
}
