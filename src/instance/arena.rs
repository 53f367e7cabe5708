//! The arena itself: nodes in document order, each with the index at which its subtree ends.
//!
//! Texts are ranges of one buffer, so that a document of thousands of nodes costs two allocations that grow. A
//! node is found by walking; the documents of this house are read once from start to end.

use crate::issue::Span;

/// What a node is: JSON's kinds. Numbers keep their characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number; [`NodeRef::text`] is its lexical form.
    Number,
    /// A string; [`NodeRef::text`] is its value.
    String,
    /// An array of nodes.
    Array,
    /// An object: its children carry a [`NodeRef::key`].
    Object,
}

#[derive(Clone, Copy, Debug)]
struct Text {
    start: u32,
    end: u32,
}

const NO_TEXT: Text = Text { start: 0, end: 0 };

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    /// One past the last node of the subtree.
    end: u32,
    key: Text,
    text: Text,
    key_span: Span,
    span: Span,
}

/// A tree of nodes, immutable once built.
#[derive(Clone, Debug, Default)]
pub struct Document {
    nodes: Vec<Node>,
    texts: String,
}

impl Document {
    /// The root node, or `None` for a document without any.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_>> {
        (!self.nodes.is_empty()).then_some(NodeRef { document: self, index: 0 })
    }

    /// How many nodes the document holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the document holds no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn node(&self, index: u32) -> &Node {
        // Indices come from this document's own nodes only; a foreign one finds the empty node.
        const EMPTY: Node =
            Node { kind: Kind::Null, end: 0, key: NO_TEXT, text: NO_TEXT, key_span: Span::EMPTY, span: Span::EMPTY };
        self.nodes.get(index as usize).unwrap_or(&EMPTY)
    }

    fn text(&self, text: Text) -> &str {
        self.texts.get(text.start as usize..text.end as usize).unwrap_or_default()
    }
}

/// One node of a [`Document`].
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    document: &'a Document,
    index: u32,
}

impl<'a> NodeRef<'a> {
    /// What the node is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.document.node(self.index).kind
    }

    /// The member name under which the node stands in its object; empty for the root and for items of arrays.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.document.text(self.document.node(self.index).key)
    }

    /// A string's value or a number's lexical form; empty for the other kinds.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.document.text(self.document.node(self.index).text)
    }

    /// The node's value where it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        (self.kind() == Kind::String).then(|| self.text())
    }

    /// Where the node stands in its source.
    #[must_use]
    pub fn span(&self) -> Span {
        self.document.node(self.index).span
    }

    /// Where the node's member name stands in its source.
    #[must_use]
    pub fn key_span(&self) -> Span {
        self.document.node(self.index).key_span
    }

    /// The items of an array or the members of an object, in the order of the source.
    pub fn children(&self) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        let document = self.document;
        let (mut next, end) = (self.index + 1, document.node(self.index).end);
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let child = NodeRef { document, index: next };
                // A subtree is at least its own node, so this always moves on.
                next = document.node(next).end.max(next + 1);
                child
            })
        })
    }

    /// The first member of an object that has this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<NodeRef<'a>> {
        self.children().find(|child| child.key() == name)
    }
}

/// Builds a [`Document`] from events in document order.
#[derive(Debug, Default)]
pub struct Builder {
    document: Document,
    open: Vec<u32>,
    key: Option<(Text, Span)>,
}

impl Builder {
    /// Notes the member name of the value that comes next.
    pub fn key(&mut self, key: &str, span: Span) {
        let text = self.store(key);
        self.key = Some((text, span));
    }

    /// Forgets the member name that was noted: its value is left out.
    pub fn forget_key(&mut self) {
        self.key = None;
    }

    /// Adds a string.
    pub fn string(&mut self, value: &str, span: Span) {
        let text = self.store(value);
        self.push(Kind::String, text, span);
    }

    /// Adds a number by its lexical form.
    pub fn number(&mut self, lexical: &str, span: Span) {
        let text = self.store(lexical);
        self.push(Kind::Number, text, span);
    }

    /// Adds a boolean.
    pub fn bool(&mut self, value: bool, span: Span) {
        self.push(Kind::Bool(value), NO_TEXT, span);
    }

    /// Adds a null.
    pub fn null(&mut self, span: Span) {
        self.push(Kind::Null, NO_TEXT, span);
    }

    /// Opens an array or an object; what follows until [`Builder::close`] is in it.
    pub fn open(&mut self, kind: Kind, span: Span) {
        let index = self.push(kind, NO_TEXT, span);
        self.open.push(index);
    }

    /// Closes the innermost open node; `end` is where it ends in the source.
    pub fn close(&mut self, end: u32) {
        let length = self.length();
        if let Some(node) = self.open.pop().and_then(|index| self.document.nodes.get_mut(index as usize)) {
            node.end = length;
            node.span.end = node.span.end.max(end);
        }
    }

    /// How many nodes are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The finished document.
    #[must_use]
    pub fn finish(mut self) -> Document {
        while !self.open.is_empty() {
            self.close(0);
        }
        self.document
    }

    fn length(&self) -> u32 {
        u32::try_from(self.document.nodes.len()).unwrap_or(u32::MAX)
    }

    fn store(&mut self, text: &str) -> Text {
        let start = u32::try_from(self.document.texts.len()).unwrap_or(u32::MAX);
        self.document.texts.push_str(text);
        Text { start, end: u32::try_from(self.document.texts.len()).unwrap_or(u32::MAX) }
    }

    fn push(&mut self, kind: Kind, text: Text, span: Span) -> u32 {
        let index = self.length();
        let (key, key_span) = self.key.take().unwrap_or((NO_TEXT, Span::EMPTY));
        self.document.nodes.push(Node { kind, end: index.saturating_add(1), key, text, key_span, span });
        index
    }
}
