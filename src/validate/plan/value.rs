//! Values of definitions: what is fixed, what must be contained, what slices are told apart by.

use crate::instance::{Document, NameId};

/// A value of a definition.
#[derive(Debug)]
pub struct Value {
    /// It, as a document.
    pub document: Document,
    /// The process's numbers of its member names, by symbol.
    pub names: Box<[NameId]>,
    /// Its type as in the name of the definition's member: `Uri`, `CodeableConcept`.
    pub type_name: Box<str>,
    /// The same in the form in which it is compared quickest.
    pub shape: Shape,
}

/// Members with their texts.
pub type Texts = Box<[(NameId, Box<str>)]>;

/// The forms that the values of definitions mostly have.
#[derive(Debug)]
pub enum Shape {
    /// A text.
    Text(Box<str>),
    /// An object whose members are all texts, such as a Coding; the shortest first, since it mostly differs where any does.
    Texts(Texts),
    /// An object with one member, a list of one such object: a CodeableConcept.
    List(NameId, Texts),
    /// Any other.
    Other,
}

impl Value {
    /// Its text where it is a string; empty for others.
    #[must_use]
    pub fn text(&self) -> &str {
        self.document.as_str(crate::instance::NodeId::ROOT).unwrap_or_default()
    }
}
