//! A snapshot while it is made: a tree whose nodes own their elements and know their names, so that subtrees can be copied.

use std::rc::Rc;

use crate::definition::{ElementDefinition, Tree};

/// How deep elements may nest, slices counted; published ones have twelve levels. Deeper ones are left out.
pub(super) const MAX_DEPTH: usize = 64;

/// One element with what hangs below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    pub(super) element: ElementDefinition,
    /// The element as it was before the differential: slices start from this.
    pub(super) inherited: Rc<ElementDefinition>,
    /// The step of its path: `value[x]`.
    pub(super) name: Box<str>,
    /// The name of its slice: `a/b`.
    pub(super) slice: Box<str>,
    /// Whether the differential introduced it as a slice.
    pub(super) is_introduced: bool,
    /// Whether its children were put below it for the differential: its slices do not start with them.
    pub(super) is_unfolded: bool,
    pub(super) children: Vec<usize>,
    pub(super) slices: Vec<usize>,
}

/// The tree; node 0 is the root.
#[derive(Debug)]
pub(super) struct Draft {
    nodes: Vec<Node>,
}

impl Node {
    /// A node without anything below it.
    pub(super) fn new(element: ElementDefinition, name: &str) -> Self {
        let (inherited, slice) = (Rc::new(element.clone()), element.slice_name.clone());
        Self { element, inherited, name: name.into(), slice, ..Self::default() }
    }
}

impl Draft {
    /// The tree of a base's snapshot under a root of this name.
    pub(super) fn new(base: &[ElementDefinition], root: &str) -> Self {
        let element = base.first().cloned().unwrap_or_default();
        let mut draft = Self { nodes: vec![Node::new(element, root)] };
        draft.import(base, &Tree::of(base), 0, 0);
        draft
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    pub(super) fn node_mut(&mut self, index: usize) -> Option<&mut Node> {
        self.nodes.get_mut(index)
    }

    /// The children of a node.
    pub(super) fn children(&self, index: usize) -> &[usize] {
        self.node(index).map_or(&[], |node| &node.children)
    }

    /// The child of this name.
    pub(super) fn child(&self, index: usize, name: &str) -> Option<usize> {
        self.children(index).iter().copied().find(|child| self.node(*child).is_some_and(|node| &*node.name == name))
    }

    /// The slice of this name; a reslice is looked for below its slice.
    pub(super) fn slice(&self, index: usize, name: &str) -> Option<usize> {
        let own = |index: usize, name: &str| {
            let slices = self.node(index)?.slices.iter().copied();
            slices.into_iter().find(|slice| self.node(*slice).is_some_and(|node| &*node.slice == name))
        };
        let mut at = index;
        for (cut, _) in name.match_indices('/') {
            at = name.get(..cut).and_then(|outer| own(at, outer)).unwrap_or(at);
        }
        own(at, name).or_else(|| own(index, name))
    }

    /// Adds a child.
    pub(super) fn add_child(&mut self, parent: usize, node: Node) -> usize {
        let index = self.nodes.len();
        self.nodes.push(node);
        if let Some(parent) = self.node_mut(parent) {
            parent.children.push(index);
        }
        index
    }

    /// Adds a slice.
    pub(super) fn add_slice(&mut self, sliced: usize, node: Node) -> usize {
        let index = self.nodes.len();
        self.nodes.push(node);
        if let Some(sliced) = self.node_mut(sliced) {
            sliced.slices.push(index);
        }
        index
    }

    /// Puts what hangs below an element of a snapshot below a node: children, and slices too where the element is the root.
    pub(super) fn import(&mut self, elements: &[ElementDefinition], tree: &Tree, from: u32, into: usize) {
        let mut waiting = vec![(from, into, 0)];
        while let Some((from, into, depth)) = waiting.pop() {
            let Some(source) = tree.node(from) else { continue };
            if depth >= MAX_DEPTH {
                continue;
            }
            let slices = source.slices.iter().filter(|_| depth > 0).map(|slice| (*slice, true));
            for (index, is_slice) in source.children.iter().map(|child| (*child, false)).chain(slices) {
                let Some(element) = elements.get(index as usize) else { continue };
                let Some(name) = tree.node(index).map(|node| &node.name) else { continue };
                let node = Node::new(element.clone(), name);
                let made = if is_slice { self.add_slice(into, node) } else { self.add_child(into, node) };
                waiting.push((index, made, depth + 1));
            }
        }
    }

    /// Copies what a node inherited to another: its children with all that is below them, without what the differential did to them.
    pub(super) fn copy_inherited(&mut self, from: usize, into: usize) {
        let mut waiting = vec![(from, into, false)];
        while let Some((from, into, with_slices)) = waiting.pop() {
            let Some(source) = self.node(from) else { continue };
            let children = if source.is_unfolded { Vec::new() } else { source.children.clone() };
            let slices = if with_slices { source.slices.clone() } else { Vec::new() };
            let slices = slices.into_iter().map(|slice| (slice, true));
            for (index, is_slice) in children.into_iter().map(|child| (child, false)).chain(slices) {
                let Some(original) = self.node(index).filter(|node| !node.is_introduced) else { continue };
                let copy = Node {
                    element: original.inherited.as_ref().clone(),
                    inherited: Rc::clone(&original.inherited),
                    name: original.name.clone(),
                    slice: original.slice.clone(),
                    ..Node::default()
                };
                let made = if is_slice { self.add_slice(into, copy) } else { self.add_child(into, copy) };
                waiting.push((index, made, true));
            }
        }
    }

    /// The flat list, with ids and paths that say where each element stands.
    pub(super) fn flatten(mut self) -> Vec<ElementDefinition> {
        let mut elements = Vec::with_capacity(self.nodes.len());
        let mut waiting: Vec<(usize, Box<str>, Box<str>)> = vec![(0, "".into(), "".into())];
        while let Some((index, parent_id, parent_path)) = waiting.pop() {
            let Some(node) = self.nodes.get_mut(index) else { continue };
            let join = |parent: &str| match parent.is_empty() {
                true => node.name.to_string(),
                false => format!("{parent}.{}", node.name),
            };
            let (mut id, path) = (join(&parent_id), join(&parent_path));
            if !node.slice.is_empty() {
                id = format!("{id}:{}", node.slice);
            }
            let mut element = std::mem::take(&mut node.element);
            element.id = id.into();
            element.path = path.into();
            element.slice_name = node.slice.clone();
            // What stands last in the stack comes first: children, then slices.
            for slice in node.slices.iter().rev() {
                waiting.push((*slice, parent_id.clone(), parent_path.clone()));
            }
            for child in node.children.iter().rev() {
                waiting.push((*child, element.id.clone(), element.path.clone()));
            }
            elements.push(element);
        }
        elements
    }
}
