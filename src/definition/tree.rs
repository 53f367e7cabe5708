//! The tree that the flat list of a snapshot stands for, by indices.
//!
//! A snapshot lists its elements in an order that says what is below what (FHIR R4, ElementDefinition, "The id of an element"), and
//! published ones do not always keep to it. The tree goes by ids, and by the order only where ids are missing. Slices hang below the
//! element that is sliced and reslices (`slice/sub`) below their slice. Every element gets a node: one whose parent is not in the list
//! hangs below the nearest ancestor that is.

use std::collections::HashMap;

use super::{ElementDefinition, StructureDefinition, TypeReference};

/// The elements of a definition as a tree. The node of an element has the element's own index.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// A node for each element, in the definition's order; the root first.
    pub nodes: Vec<TreeNode>,
}

/// One element of a [`Tree`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeNode {
    /// The element's index in [`StructureDefinition::elements`].
    pub element: u32,
    /// The last step of its path: `value[x]`; the type's name for the root.
    pub name: Box<str>,
    /// The node that it is a child or a slice of; none for the root.
    pub parent: Option<u32>,
    /// The elements below it, without slices, in their order.
    pub children: Vec<u32>,
    /// Its slices in their order; those of a slice are its reslices.
    pub slices: Vec<u32>,
}

impl Tree {
    /// The tree of a definition's snapshot.
    #[must_use]
    pub fn new(definition: &StructureDefinition) -> Self {
        Self::of(&definition.elements)
    }

    /// The tree of a list of elements.
    #[must_use]
    pub fn of(elements: &[ElementDefinition]) -> Self {
        let mut nodes: Vec<TreeNode> = (0..)
            .zip(elements)
            .map(|(element, definition)| TreeNode {
                element,
                name: last_step(&definition.path).into(),
                ..TreeNode::default()
            })
            .collect();
        let mut by_id: HashMap<&str, u32> = HashMap::with_capacity(elements.len());
        for (index, element) in (0..).zip(elements) {
            if !element.id.is_empty() {
                by_id.entry(&element.id).or_insert(index);
            }
        }
        for (index, element) in (0_u32..).zip(elements).skip(1) {
            let (parent, is_slice) = match element.id.is_empty() {
                false => by_ids(element, &by_id),
                true => by_order(element, elements.get(..index as usize).unwrap_or_default()),
            };
            // Two elements of one id could make the first its own parent's parent; a parent's id is always the shorter one, so they do
            // not, and by order a parent comes first.
            if let Some(node) = nodes.get_mut(parent as usize) {
                if is_slice { node.slices.push(index) } else { node.children.push(index) }
            }
            if let Some(node) = nodes.get_mut(index as usize) {
                node.parent = Some(parent);
            }
        }
        Self { nodes }
    }

    /// The root; none for a definition without elements.
    #[must_use]
    pub fn root(&self) -> Option<&TreeNode> {
        self.nodes.first()
    }

    /// The node of this number.
    #[must_use]
    pub fn node(&self, index: u32) -> Option<&TreeNode> {
        self.nodes.get(index as usize)
    }

    /// The child of a node that has this name (`value[x]` with its brackets), slices not counted.
    #[must_use]
    pub fn child(&self, index: u32, name: &str) -> Option<u32> {
        let children = self.node(index)?.children.iter();
        children.copied().find(|child| self.node(*child).is_some_and(|child| &*child.name == name))
    }

    /// The child of which `name` names one type, as in instances: `valueQuantity` for `value[x]`. `elements` are those of the tree.
    #[must_use]
    pub fn choice<'e>(
        &self,
        elements: &'e [ElementDefinition],
        index: u32,
        name: &str,
    ) -> Option<(u32, &'e TypeReference)> {
        self.node(index)?.children.iter().find_map(|child| {
            let rest = name.strip_prefix(self.node(*child)?.name.strip_suffix("[x]")?)?;
            let mut types = elements.get(*child as usize)?.types.iter();
            types.find(|kind| is_capitalised(&kind.code, rest)).map(|kind| (*child, kind))
        })
    }
}

/// Whether `name` is the type's code with a capital, as in the names of choices: `Quantity`, `DateTime`.
pub(super) fn is_capitalised(code: &str, name: &str) -> bool {
    let (mut code, mut name) = (code.chars(), name.chars());
    let first = code.next().map(|letter| letter.to_ascii_uppercase());
    first == name.next() && code.as_str() == name.as_str()
}

/// The last step of a path.
fn last_step(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, step)| step)
}

/// The id without its last step, given the element's own name and slice name: slice names may have dots in them.
pub(super) fn parent_id(element: &ElementDefinition) -> Option<&str> {
    let name = last_step(&element.path);
    let plain = match element.slice_name.is_empty() {
        true => Some(&*element.id),
        false => element.id.strip_suffix(&*element.slice_name).and_then(|rest| rest.strip_suffix(':')),
    };
    plain
        .and_then(|id| id.strip_suffix(name))
        .and_then(|rest| rest.strip_suffix('.'))
        .or_else(|| element.id.rsplit_once('.').map(|(parent, _)| parent))
}

/// What an element hangs below by the ids, and whether as a slice.
fn by_ids(element: &ElementDefinition, by_id: &HashMap<&str, u32>) -> (u32, bool) {
    let parent = parent_id(element).unwrap_or_default();
    let step = element.id.get(parent.len()..).unwrap_or_default();
    if let Some((_, slice)) = step.split_once(':') {
        // `a/b/c` is a reslice of `a/b`, that one of `a`, and `a` a slice of the element.
        let mut sliced = element.id.get(..element.id.len() - slice.len()).unwrap_or_default().len();
        let mut end = element.id.len();
        while let Some(cut) = element.id.get(sliced..end).and_then(|slice| slice.rfind('/')) {
            end = sliced + cut;
            if let Some(found) = element.id.get(..end).and_then(|id| by_id.get(id)) {
                return (*found, true);
            }
        }
        sliced = sliced.saturating_sub(1);
        if let Some(found) = element.id.get(..sliced).and_then(|id| by_id.get(id)) {
            return (*found, true);
        }
    }
    let mut ancestor = parent;
    loop {
        if let Some(found) = by_id.get(ancestor) {
            return (*found, false);
        }
        match ancestor.rsplit_once('.') {
            Some((shorter, _)) => ancestor = shorter,
            None => return (0, false),
        }
    }
}

/// What an element without an id hangs below by the order of the list, and whether as a slice.
fn by_order(element: &ElementDefinition, before: &[ElementDefinition]) -> (u32, bool) {
    let latest = |is_it: &dyn Fn(&ElementDefinition) -> bool| {
        before.iter().rposition(is_it).map(|index| u32::try_from(index).unwrap_or(u32::MAX))
    };
    if !element.slice_name.is_empty() {
        let resliced = element.slice_name.rsplit_once('/').map(|(slice, _)| slice);
        let found = resliced
            .and_then(|slice| latest(&|other| other.path == element.path && &*other.slice_name == slice))
            .or_else(|| latest(&|other| other.path == element.path && other.slice_name.is_empty()));
        if let Some(found) = found {
            return (found, true);
        }
    }
    let parent = element.path.rsplit_once('.').map_or("", |(parent, _)| parent);
    (latest(&|other| &*other.path == parent).unwrap_or(0), false)
}
