//! A node with its document: how those read who ask for members by name.

use super::arena::{Document, Kind, NodeId};
use crate::issue::Span;

/// One node of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    document: &'a Document,
    id: NodeId,
}

impl<'a> NodeRef<'a> {
    #[inline]
    pub(super) const fn new(document: &'a Document, id: NodeId) -> Self {
        Self { document, id }
    }

    /// The node's number in its document.
    #[must_use]
    #[inline]
    pub const fn id(&self) -> NodeId {
        self.id
    }

    /// The node's document.
    #[must_use]
    #[inline]
    pub const fn document(&self) -> &'a Document {
        self.document
    }

    /// What the node is.
    #[must_use]
    #[inline]
    pub fn kind(&self) -> Kind {
        self.document.kind(self.id)
    }

    /// The member name under which the node stands in its object; empty for the root and for items of arrays.
    #[must_use]
    #[inline]
    pub fn key(&self) -> &'a str {
        self.document.key(self.id)
    }

    /// A string's value or a number's lexical form; empty for the other kinds.
    #[must_use]
    #[inline]
    pub fn text(&self) -> &'a str {
        self.document.text(self.id)
    }

    /// The node's value where it is a string.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> Option<&'a str> {
        self.document.as_str(self.id)
    }

    /// Where the node stands in its source.
    #[must_use]
    #[inline]
    pub fn span(&self) -> Span {
        self.document.span(self.id)
    }

    /// Where the node's member name stands in its source.
    #[must_use]
    pub fn key_span(&self) -> Span {
        self.document.key_span(self.id)
    }

    /// The items of an array or the members of an object, in the order of the source.
    pub fn children(&self) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        let document = self.document;
        document.children(self.id).map(|id| document.node_ref(id))
    }

    /// The first member of an object that has this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<NodeRef<'a>> {
        let symbol = self.document.find_symbol(name)?;
        self.document.member(self.id, symbol).map(|id| self.document.node_ref(id))
    }
}
