//! The arena itself: nodes in document order, each with the index at which its subtree ends.
//!
//! A node is twenty bytes. Texts are ranges of one buffer, which for JSON begins with the source itself, so that a string without
//! escapes is where it always was; member names are numbers ([`Symbol`]). A document therefore costs a handful of
//! allocations, and none when its memory is used again ([`Document::read_json`]). A node is found by walking; documents
//! of this house are read from start to end.

use super::node::NodeRef;
use super::symbols::{Symbol, Symbols};
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

impl Kind {
    /// Whether nodes of this kind hold others.
    #[must_use]
    #[inline]
    pub const fn is_container(self) -> bool {
        matches!(self, Self::Array | Self::Object)
    }
}

/// The number of a node: its place in document order. One of another document, or of none, finds an empty null.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The root of every document that has nodes.
    pub const ROOT: Self = Self(0);

    /// The node after this one in document order: the first child of a container that has any.
    #[must_use]
    #[inline]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// One node. What `low` and `high` are depends on the kind: of strings and numbers the range of the text, of arrays and objects the
/// number of children and one past the last node of the subtree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) low: u32,
    pub(super) high: u32,
    pub(super) symbol: Symbol,
    pub(super) kind: Kind,
    /// Of a string: whether its text is ASCII and stands in the source as it is.
    pub(super) plain: bool,
}

const _: () = assert!(size_of::<Kind>() == 1 && size_of::<Node>() == 20);

impl Node {
    /// The start of a node that stands nowhere, in a document whose other nodes may stand somewhere.
    pub(super) const NOWHERE: u32 = u32::MAX;

    const EMPTY: Self = Self {
        start: Self::NOWHERE,
        end: Self::NOWHERE,
        low: 0,
        high: 0,
        symbol: Symbol::NONE,
        kind: Kind::Null,
        plain: false,
    };
}

/// A tree of nodes. All its places are in one source.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) nodes: Vec<Node>,
    pub(super) texts: String,
    pub(super) symbols: Symbols,
    /// The source's number in its map; 0 for a document that was built and not read.
    pub(super) source: u16,
    /// Whether `texts` begins with the JSON that the document was read from.
    pub(super) from_json: bool,
    /// Where the member names of built nodes stand, by node, as far as any is known.
    pub(super) key_spans: Vec<(u32, u32)>,
    /// Where strings are freed of their escapes before they join the texts; kept for the next document.
    pub(super) scratch: Vec<u8>,
}

impl Document {
    /// The root node, or `None` for a document without any.
    #[must_use]
    pub fn root(&self) -> Option<NodeRef<'_>> {
        (!self.nodes.is_empty()).then(|| self.node_ref(NodeId::ROOT))
    }

    /// How many nodes the document holds.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the document holds no node.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Forgets all nodes and keeps their memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.texts.clear();
        self.symbols.clear();
        self.key_spans.clear();
        self.source = 0;
        self.from_json = false;
    }

    /// The node as a value with methods.
    #[must_use]
    #[inline]
    pub const fn node_ref(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef::new(self, id)
    }

    /// What the node is.
    #[must_use]
    #[inline]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The number of the member name under which the node stands; [`Symbol::NONE`] for the root and items of arrays.
    #[must_use]
    #[inline]
    pub fn symbol(&self, id: NodeId) -> Symbol {
        self.node(id).symbol
    }

    /// The member name under which the node stands; empty for the root and items of arrays.
    #[must_use]
    #[inline]
    pub fn key(&self, id: NodeId) -> &str {
        self.symbols.name(self.node(id).symbol)
    }

    /// A string's value or a number's lexical form; empty for the other kinds.
    #[must_use]
    #[inline]
    pub fn text(&self, id: NodeId) -> &str {
        let node = self.node(id);
        match node.kind {
            Kind::String | Kind::Number => self.texts.get(node.low as usize..node.high as usize).unwrap_or_default(),
            _ => "",
        }
    }

    /// The node's value where it is a string.
    #[must_use]
    #[inline]
    pub fn as_str(&self, id: NodeId) -> Option<&str> {
        let node = self.node(id);
        (node.kind == Kind::String).then(|| self.texts.get(node.low as usize..node.high as usize).unwrap_or_default())
    }

    /// Whether the node is a string of JSON that is ASCII without escapes: it has no control characters (DEL aside), no
    /// line breaks, and as many bytes as characters. `false` says nothing.
    #[must_use]
    #[inline]
    pub fn is_plain(&self, id: NodeId) -> bool {
        self.node(id).plain
    }

    /// Where the node stands in its source.
    #[must_use]
    #[inline]
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        if node.start == Node::NOWHERE { Span::EMPTY } else { Span::new(self.source, node.start, node.end) }
    }

    /// Where the node's member name stands in its source, quotes included.
    #[must_use]
    pub fn key_span(&self, id: NodeId) -> Span {
        let place = if self.from_json {
            let node = self.node(id);
            (node.symbol != Symbol::NONE).then(|| name_before(self.texts.as_bytes(), node.start as usize)).flatten()
        } else {
            self.key_spans.get(id.0 as usize).copied().filter(|(start, _)| *start != Node::NOWHERE)
        };
        place.map_or(Span::EMPTY, |(start, end)| Span::new(self.source, start, end))
    }

    /// One past the last node of the subtree: the next sibling, where the node is not the last child.
    #[must_use]
    #[inline]
    pub fn end(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        // A subtree is at least its own node, so whoever goes from end to end always moves on.
        if node.kind.is_container() { NodeId(node.high.max(id.0.saturating_add(1))) } else { id.next() }
    }

    /// How many items an array has, or members an object, duplicates included.
    #[must_use]
    #[inline]
    pub fn child_count(&self, id: NodeId) -> usize {
        let node = self.node(id);
        if node.kind.is_container() { node.low as usize } else { 0 }
    }

    /// The first item or member.
    #[must_use]
    #[inline]
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        (self.child_count(id) > 0).then(|| id.next())
    }

    /// The items of an array or the members of an object, in the order of the source.
    #[must_use]
    #[inline]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { members: self.members(id) }
    }

    /// The same with what each is, and under which name it stands.
    #[must_use]
    #[inline]
    pub fn members(&self, id: NodeId) -> Members<'_> {
        Members { nodes: &self.nodes, next: id.next(), end: self.end(id) }
    }

    /// The first member of an object under this name's number.
    #[must_use]
    #[inline]
    pub fn member(&self, id: NodeId, symbol: Symbol) -> Option<NodeId> {
        if self.kind(id) != Kind::Object {
            return None;
        }
        self.children(id).find(|child| self.symbol(*child) == symbol)
    }

    /// The distinct member names in the order of their numbers.
    #[must_use]
    pub fn symbols(&self) -> impl ExactSizeIterator<Item = &str> + Clone + use<'_> {
        self.symbols.iter()
    }

    /// How many distinct member names there are.
    #[must_use]
    #[inline]
    pub fn symbol_count(&self) -> usize {
        self.symbols.len()
    }

    /// The number of a member name, where the document has it.
    #[must_use]
    #[inline]
    pub fn find_symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.find(name)
    }

    /// The member name behind a number; empty for [`Symbol::NONE`].
    #[must_use]
    #[inline]
    pub fn symbol_name(&self, symbol: Symbol) -> &str {
        self.symbols.name(symbol)
    }

    #[inline]
    fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).unwrap_or(&Node::EMPTY)
    }
}

/// The children of a node, one after the other.
#[derive(Clone, Debug)]
pub struct Children<'a> {
    members: Members<'a>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        self.members.next().map(|(child, ..)| child)
    }
}

/// The children of a node, each with its name's number and its kind.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    nodes: &'a [Node],
    next: NodeId,
    end: NodeId,
}

impl Iterator for Members<'_> {
    type Item = (NodeId, Symbol, Kind);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let child = self.next;
        if child >= self.end {
            return None;
        }
        let node = self.nodes.get(child.0 as usize)?;
        let after = child.next();
        self.next = if node.kind.is_container() && node.high > after.0 { NodeId(node.high) } else { after };
        Some((child, node.symbol, node.kind))
    }
}

/// The range of the member name before a value. The quote that opens it is the last one with no backslash right before it: inside a
/// JSON string each quote has one.
fn name_before(json: &[u8], value: usize) -> Option<(u32, u32)> {
    let before = json.get(..value)?;
    let close = before.iter().rposition(|byte| *byte == b'"')?;
    let name = before.get(..close)?;
    let open = (0..close).rev().find(|at| {
        name.get(*at) == Some(&b'"') && at.checked_sub(1).and_then(|before| name.get(before)) != Some(&b'\\')
    })?;
    Some((u32::try_from(open).ok()?, u32::try_from(close + 1).ok()?))
}
