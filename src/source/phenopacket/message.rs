//! How messages are read: by the names of their members, with a memory of what was read, so that nothing is passed over in silence.
//!
//! The JSON is protobuf's (proto3, JSON mapping): members are named in camelCase or as in the schema, a null or a missing member is
//! the default, numbers may stand as texts, and members of enumerations go by name or number. Every node that is read is marked;
//! what nobody marked is found by [`Packet::rest`] in its message, or by [`Packet::sweep`] at the end, is told as an issue, and
//! stays as a remark in JSON. Faults are reported with place and path, and reading goes on.

use std::collections::HashSet;
use std::ops::Range;

use crate::case::Decimal;
use crate::case::read::nearest;
use crate::instance::{Document, Kind, NodeId, NodeRef, node_to_json};
use crate::issue::{Code, Issue, Issues, Span};

use super::keys::Keys;
use super::ontology::Prefixes;

/// What is known while a packet is read.
pub(super) struct Packet<'n, 'i> {
    document: &'n Document,
    issues: &'i mut Issues,
    read: Vec<bool>,
    /// Of a cohort the nodes of its members, and those of the one that is read; the others are passed over.
    members: Option<(Range<usize>, Range<usize>)>,
    /// What was told already: a node may be read twice.
    told: HashSet<(Code, NodeId)>,
    /// The prefixes of the packet's codes.
    pub(super) prefixes: Prefixes,
    /// The keys that items have.
    pub(super) keys: Keys,
}

impl<'n, 'i> Packet<'n, 'i> {
    pub(super) fn new(document: &'n Document, issues: &'i mut Issues) -> Self {
        let read = vec![false; document.len()];
        let (told, prefixes, keys) = (HashSet::new(), Prefixes::default(), Keys::default());
        Self { document, issues, read, members: None, told, prefixes, keys }
    }

    /// What is known while one member of a cohort is read: nothing of the others, of which there may be very many.
    pub(super) fn of_member(
        document: &'n Document,
        issues: &'i mut Issues,
        members: NodeRef<'n>,
        member: NodeRef<'n>,
    ) -> Self {
        let range = |node: NodeRef<'n>| node.id().0 as usize + 1..document.end(node.id()).0 as usize;
        let own = member.id().0 as usize..document.end(member.id()).0 as usize;
        let all = range(members);
        let length = document.len().saturating_sub(all.len()) + own.len();
        let (told, prefixes, keys) = (HashSet::new(), Prefixes::default(), Keys::default());
        Self { document, issues, read: vec![false; length], members: Some((all, own)), told, prefixes, keys }
    }

    /// Where in the memory a node stands; `None` for those that are passed over.
    fn slot(&self, id: NodeId) -> Option<usize> {
        let at = id.0 as usize;
        let Some((all, own)) = &self.members else { return Some(at) };
        if at < all.start {
            Some(at)
        } else if at >= all.end {
            Some(at - all.len() + own.len())
        } else if own.contains(&at) {
            Some(all.start + (at - own.start))
        } else {
            None
        }
    }

    /// Where faults go.
    pub(super) fn issues(&mut self) -> &mut Issues {
        self.issues
    }

    /// Reports a fault of a node.
    pub(super) fn fault(&mut self, code: Code, node: NodeRef<'_>, message: impl Into<String>, help: impl Into<String>) {
        self.tell(code, node.span(), node.id(), message.into(), help.into());
    }

    fn tell(&mut self, code: Code, span: Span, id: NodeId, message: String, help: String) {
        if !self.told.insert((code, id)) {
            return;
        }
        let path = path_of(self.document, id);
        self.issues.add(Issue::new(code, message).at(span).path(path).help(help));
    }

    fn wrong_shape(&mut self, node: NodeRef<'_>, wanted: &str) {
        self.mark_all(node);
        let found = match node.kind() {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number => "a number",
            Kind::String => "a text",
            Kind::Array => "a list",
            Kind::Object => "an object",
        };
        let message = format!("{found} stands where {wanted} belongs");
        self.fault(Code::WrongShape, node, message, format!("write {wanted}, as the schema of phenopackets has it"));
    }

    /// Whether a node is a message; reports where it is none, and members that stand twice.
    pub(super) fn is_message(&mut self, node: NodeRef<'n>) -> bool {
        if node.kind() != Kind::Object {
            self.wrong_shape(node, "an object");
            return false;
        }
        self.mark(node);
        let mut names = HashSet::new();
        for child in node.children() {
            if !names.insert(child.key()) {
                self.mark_all(child);
                let message = "this member stands here twice".to_owned();
                self.tell(Code::DuplicateField, child.key_span(), child.id(), message, "keep one of them".to_owned());
            }
        }
        true
    }

    /// A member of a message by its name in camelCase; `None` where it has the default of its type by not being there.
    pub(super) fn take(&mut self, message: NodeRef<'n>, name: &str) -> Option<NodeRef<'n>> {
        let node = message.get(name).or_else(|| message.get(&snake(name)))?;
        if node.kind() == Kind::Null {
            self.mark(node);
            return None;
        }
        self.mark(node);
        Some(node)
    }

    /// A member that is a message.
    pub(super) fn message(&mut self, message: NodeRef<'n>, name: &str) -> Option<NodeRef<'n>> {
        let node = self.take(message, name)?;
        self.is_message(node).then_some(node)
    }

    /// The items of a member that is a list.
    pub(super) fn list(&mut self, message: NodeRef<'n>, name: &str) -> Vec<NodeRef<'n>> {
        let Some(node) = self.take(message, name) else { return Vec::new() };
        if node.kind() != Kind::Array {
            self.wrong_shape(node, "a list");
            return Vec::new();
        }
        node.children().collect()
    }

    /// The messages of a member that is a list of them.
    pub(super) fn messages(&mut self, message: NodeRef<'n>, name: &str) -> Vec<NodeRef<'n>> {
        let items = self.list(message, name);
        items.into_iter().filter(|item| self.is_message(*item)).collect()
    }

    /// A text; an empty one is the default of its type, and so none.
    pub(super) fn text(&mut self, message: NodeRef<'n>, name: &str) -> Option<String> {
        let node = self.take(message, name)?;
        self.text_of(node)
    }

    /// The texts of a list.
    pub(super) fn texts(&mut self, message: NodeRef<'n>, name: &str) -> Vec<String> {
        let items = self.list(message, name);
        items.into_iter().filter_map(|item| self.text_of(item)).collect()
    }

    /// A node's text.
    pub(super) fn text_of(&mut self, node: NodeRef<'n>) -> Option<String> {
        self.mark(node);
        if node.kind() != Kind::String {
            self.wrong_shape(node, "a text");
            return None;
        }
        let text = node.text().trim();
        // FHIR and XML, in which narratives are written, have no place for these.
        let unfit =
            |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        if text.chars().any(unfit) {
            let message = "the text holds control characters, which FHIR cannot carry";
            self.fault(Code::BadText, node, message, "remove them");
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A member that is true or false.
    pub(super) fn flag(&mut self, message: NodeRef<'n>, name: &str) -> bool {
        let Some(node) = self.take(message, name) else { return false };
        match node.kind() {
            Kind::Bool(value) => value,
            _ => {
                self.wrong_shape(node, "true or false");
                false
            }
        }
    }

    /// A number, as it is written.
    pub(super) fn number(&mut self, message: NodeRef<'n>, name: &str) -> Option<Decimal> {
        let node = self.take(message, name)?;
        let number = matches!(node.kind(), Kind::Number | Kind::String).then(|| Decimal::parse(node.text())).flatten();
        if number.is_none() {
            self.wrong_shape(node, "a number of at most 18 digits");
        }
        number
    }

    /// A whole number from 0.
    pub(super) fn count(&mut self, message: NodeRef<'n>, name: &str) -> Option<u32> {
        let node = self.take(message, name)?;
        let number = matches!(node.kind(), Kind::Number | Kind::String).then(|| node.text().parse::<u32>().ok());
        let number = number.flatten().filter(|number| i32::try_from(*number).is_ok());
        if number.is_none() {
            self.wrong_shape(node, "a whole number from 0");
        }
        number
    }

    /// A member of an enumeration, of which `terms` are the names in the order of their numbers. The first is the default, and says
    /// nothing.
    pub(super) fn term(
        &mut self,
        message: NodeRef<'n>,
        name: &str,
        terms: &'static [&'static str],
    ) -> Option<&'static str> {
        let node = self.take(message, name)?;
        let found = match node.kind() {
            Kind::String => terms.iter().find(|term| **term == node.text()),
            Kind::Number => node.text().parse::<usize>().ok().and_then(|number| terms.get(number)),
            _ => {
                self.wrong_shape(node, "a word of the schema");
                return None;
            }
        };
        if found.is_none() {
            let lower: Vec<String> = terms.iter().map(|term| term.to_lowercase()).collect();
            let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
            let help = match nearest(node.text(), &lower) {
                Some(term) => format!("did you mean `{}`?", term.to_uppercase()),
                None => format!("the words here are {}", terms.join(", ")),
            };
            self.fault(Code::UnknownTerm, node, "this word is not one of those that the schema has here", help);
        }
        found.copied().filter(|term| terms.first() != Some(term))
    }

    /// What nobody read of a message, as remarks; each is told.
    pub(super) fn rest(&mut self, message: NodeRef<'n>) -> Vec<String> {
        let mut remarks = Vec::new();
        for child in message.children() {
            if !self.is_read(child.id()) {
                remarks.extend(self.leftover(child));
            }
        }
        remarks
    }

    /// What nobody read at all, as remarks; each is told.
    pub(super) fn sweep(&mut self) -> Vec<String> {
        let mut remarks = Vec::new();
        let Some(root) = self.document.root() else { return remarks };
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if self.is_members(node) {
                let own = self.members.as_ref().and_then(|(_, own)| u32::try_from(own.start).ok());
                open.extend(own.map(|own| self.document.node_ref(NodeId(own))));
            } else if self.is_read(node.id()) {
                open.extend(node.children());
            } else {
                remarks.extend(self.leftover(node));
            }
        }
        remarks
    }

    fn leftover(&mut self, node: NodeRef<'n>) -> Option<String> {
        self.mark_all(node);
        let empty = match node.kind() {
            Kind::Null => true,
            Kind::Array | Kind::Object => node.children().next().is_none(),
            Kind::String => node.text().is_empty(),
            _ => false,
        };
        if empty {
            return None;
        }
        let span = if node.key().is_empty() { node.span() } else { node.key_span() };
        let message =
            "the schema of phenopackets has no place for this, or has it beside another; it stays as a remark";
        let help = "correct the name, or look whether the remark says what you want";
        self.tell(Code::UnmappedMember, span, node.id(), message.to_owned(), help.to_owned());
        Some(self.verbatim(node))
    }

    /// A node as a remark: its path and its JSON.
    pub(super) fn verbatim(&mut self, node: NodeRef<'n>) -> String {
        self.mark_all(node);
        format!("{}: {}", path_of(self.document, node.id()), node_to_json(node))
    }

    /// Whether a node is the list of a cohort's members.
    fn is_members(&self, node: NodeRef<'_>) -> bool {
        self.members.as_ref().is_some_and(|(all, _)| all.start == node.id().0 as usize + 1)
    }

    fn mark(&mut self, node: NodeRef<'_>) {
        let slot = self.slot(node.id());
        if let Some(read) = slot.and_then(|slot| self.read.get_mut(slot)) {
            *read = true;
        }
    }

    /// Marks a node and all below it.
    pub(super) fn mark_all(&mut self, node: NodeRef<'_>) {
        let (from, to) = (node.id().0, self.document.end(node.id()).0);
        let (Some(from), Some(last)) = (self.slot(NodeId(from)), self.slot(NodeId(to.saturating_sub(1)))) else {
            return;
        };
        if let Some(range) = self.read.get_mut(from..=last) {
            range.fill(true);
        }
    }

    fn is_read(&self, id: NodeId) -> bool {
        self.slot(id).and_then(|slot| self.read.get(slot)).copied().unwrap_or(true)
    }
}

/// The schema's own name of a member: `phenotypicFeatures` is `phenotypic_features` there.
fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// The path of a node: the way from the root, looked for by who asks, because a good packet never does.
fn path_of(document: &Document, id: NodeId) -> String {
    let mut path = String::new();
    let Some(mut node) = document.root() else { return path };
    while node.id() != id {
        let is_list = node.kind() == Kind::Array;
        let holds = |child: &(usize, NodeRef<'_>)| child.1.id() <= id && id < document.end(child.1.id());
        let Some((index, child)) = node.children().enumerate().find(holds) else { break };
        if is_list {
            path.push_str(&format!("[{index}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(child.key());
        }
        node = child;
    }
    path
}
