//! A document from events: how YAML is read and how bundles are written.

use super::arena::{Document, Kind, Node};
use super::scan::run_end;
use super::symbols::{Symbol, Symbols};
use crate::issue::Span;

/// Builds a [`Document`] from events in document order.
#[derive(Debug, Default)]
pub struct Builder {
    document: Document,
    /// The open nodes, each with the number of its children so far.
    open: Vec<(u32, u32)>,
    key: Option<(Symbol, Span)>,
    overfull: bool,
}

impl Builder {
    /// Notes the member name of the value that comes next.
    pub fn key(&mut self, key: &str, span: Span) {
        let symbol = self.document.symbols.intern(key);
        self.overfull |= symbol.is_none();
        self.key = Some((symbol.unwrap_or(Symbol::NONE), span));
    }

    /// Forgets the member name that was noted: its value is left out.
    pub fn forget_key(&mut self) {
        self.key = None;
    }

    /// Adds a string.
    pub fn string(&mut self, value: &str, span: Span) {
        self.text(Kind::String, value, span);
    }

    /// Adds a number by its lexical form.
    pub fn number(&mut self, lexical: &str, span: Span) {
        self.text(Kind::Number, lexical, span);
    }

    /// Adds a boolean.
    pub fn bool(&mut self, value: bool, span: Span) {
        self.push(Kind::Bool(value), (0, 0), span);
    }

    /// Adds a null.
    pub fn null(&mut self, span: Span) {
        self.push(Kind::Null, (0, 0), span);
    }

    /// Opens an array or an object; what follows until [`Builder::close`] is in it.
    pub fn open(&mut self, kind: Kind, span: Span) {
        let index = self.push(kind, (0, 0), span);
        self.open.push((index, 0));
    }

    /// Closes the innermost open node; `end` is where it ends in the source.
    pub fn close(&mut self, end: u32) {
        let length = self.length();
        let Some((index, children)) = self.open.pop() else { return };
        if let Some(node) = self.document.nodes.get_mut(index as usize) {
            (node.low, node.high) = (children, length);
            if node.start != Node::NOWHERE {
                node.end = node.end.max(end);
            }
        }
    }

    /// How many nodes are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether there were more distinct member names than a document can number ([`Builder::MOST_NAMES`]): the members beyond have none.
    #[must_use]
    pub fn is_overfull(&self) -> bool {
        self.overfull
    }

    /// How many distinct member names a document may have.
    pub const MOST_NAMES: usize = Symbols::MOST;

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

    fn text(&mut self, kind: Kind, text: &str, span: Span) {
        let offset = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = offset(self.document.texts.len());
        self.document.texts.push_str(text);
        let index = self.push(kind, (start, offset(self.document.texts.len())), span);
        if let Some(node) = self.document.nodes.get_mut(index as usize) {
            let run = run_end(text.as_bytes(), 0);
            node.plain = kind == Kind::String && run.ascii && run.at == text.len();
        }
    }

    fn push(&mut self, kind: Kind, (low, high): (u32, u32), span: Span) -> u32 {
        let index = self.length();
        if let Some((_, children)) = self.open.last_mut() {
            *children += 1;
        }
        let (symbol, key_span) = self.key.take().unwrap_or((Symbol::NONE, Span::EMPTY));
        if key_span != Span::EMPTY {
            let spans = &mut self.document.key_spans;
            spans.resize(index as usize, (Node::NOWHERE, Node::NOWHERE));
            spans.push((key_span.start, key_span.end));
        }
        let (start, end) = match span {
            Span::EMPTY => (Node::NOWHERE, Node::NOWHERE),
            Span { source, start, end } => {
                self.document.source = source;
                (start, end)
            }
        };
        self.document.nodes.push(Node { start, end, low, high, symbol, kind, plain: false });
        index
    }
}
