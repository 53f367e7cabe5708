//! Finds or makes the place of each element of a differential in the draft of a snapshot.

use super::draft::{Draft, MAX_DEPTH, Node};
use super::merge::merge;
use super::{MAX_ELEMENTS, Snapshots};
use crate::definition::tree::is_capitalised;
use crate::definition::{
    Derivation, Discriminator, DiscriminatorKind, ElementDefinition, Kind, Slicing, SlicingRules, StructureDefinition,
    Tree, TypeReference,
};
use crate::issue::{Code, Issue, Issues};

/// One definition's differential on its way into the draft of its snapshot.
pub(super) struct Placing<'p, 'a> {
    pub(super) snapshots: &'p mut Snapshots<'a>,
    pub(super) definition: &'p StructureDefinition,
    /// The base's snapshot.
    pub(super) base: &'p [ElementDefinition],
    pub(super) draft: Draft,
    /// Choices that were not sliced before the differential named a type as `valueQuantity`, and the slices that it meant.
    pub(super) narrowed: Vec<(usize, usize)>,
    pub(super) issues: &'p mut Issues,
}

/// One step of an id: the element's name and its slice, if any.
struct Step<'e> {
    name: &'e str,
    slice: &'e str,
}

impl Placing<'_, '_> {
    /// The snapshot.
    pub(super) fn run(mut self) -> Vec<ElementDefinition> {
        let definition = self.definition;
        let ids = ids(&definition.differential);
        for (stated, id) in definition.differential.iter().zip(&ids) {
            if self.draft.len() > MAX_ELEMENTS {
                let message = format!("the snapshot of {} has more than {MAX_ELEMENTS} elements", definition.url);
                let help = "the rest of its differential is not looked at: slice less deeply";
                self.issues.add(Issue::new(Code::DefinitionTooLarge, message).help(help));
                break;
            }
            if !stated.path.contains('.') {
                self.lay(0, stated);
                continue;
            }
            match self.place(id, stated) {
                Some(node) => self.lay(node, stated),
                None => {
                    let message =
                        format!("{}: the element {id} of the differential has no place in its base", definition.url);
                    let help = "check its path, and that each slice on its way is defined before it";
                    self.issues.add(Issue::new(Code::UnmatchedElement, message).path(id.clone()).help(help));
                }
            }
        }
        self.close_choices();
        self.draft.flatten()
    }

    /// The node of an element, made where it is a new slice.
    fn place(&mut self, id: &str, stated: &ElementDefinition) -> Option<usize> {
        let steps = steps(id, &stated.path);
        if steps.len() + id.matches('/').count() > MAX_DEPTH {
            return None;
        }
        let mut at = 0;
        for (number, step) in steps.iter().enumerate().skip(1) {
            let is_last = number + 1 == steps.len();
            self.unfold(at);
            at = match self.draft.child(at, step.name) {
                Some(child) if step.slice.is_empty() => child,
                Some(child) => match self.draft.slice(child, step.slice) {
                    Some(found) => found,
                    None if is_last || self.is_choice(child) => self.new_slice(child, step.slice),
                    None => return None,
                },
                None => match self.choice(at, step.name) {
                    Some(choice) => self.narrow(at, choice, step.name),
                    None if is_last && self.definition.derivation == Derivation::Specialization => {
                        return Some(self.new_element(at, step.name, stated));
                    }
                    None => return None,
                },
            };
        }
        Some(at)
    }

    /// The node that `valueQuantity` stands for: in a slice it is `value[x]` itself with that one type, elsewhere a slice of it.
    fn narrow(&mut self, parent: usize, choice: usize, name: &str) -> usize {
        let is_in_slice = self.draft.node(parent).is_some_and(|node| !node.slice.is_empty());
        let Some(node) = self.draft.node_mut(choice) else { return choice };
        if is_in_slice {
            let rest = node.name.strip_suffix("[x]").and_then(|stem| name.strip_prefix(stem)).unwrap_or_default();
            let own = node.element.types.iter().find(|kind| is_capitalised(&kind.code, rest)).cloned();
            node.element.types = own.into_iter().collect();
            return choice;
        }
        let is_sliced = node.element.slicing.is_some();
        if let Some(found) = self.draft.slice(choice, name) {
            return found;
        }
        let slice = self.new_slice(choice, name);
        if !is_sliced {
            self.narrowed.push((choice, slice));
        }
        slice
    }

    /// Where a choice got its slicing from a name like `valueQuantity` only, and such a value must be there, it has no other type.
    fn close_choices(&mut self) {
        for (choice, slice) in std::mem::take(&mut self.narrowed) {
            let Some(slice) = self.draft.node(slice).filter(|slice| slice.element.min > 0) else { continue };
            let (min, types) = (slice.element.min, slice.element.types.clone());
            let Some(node) = self.draft.node_mut(choice) else { continue };
            node.element.types = types;
            node.element.min = min;
            if let Some(slicing) = &mut node.element.slicing {
                slicing.rules = SlicingRules::Closed;
            }
        }
    }

    /// Lays what is stated over a node.
    fn lay(&mut self, index: usize, stated: &ElementDefinition) {
        if let [TypeReference { code, profiles, .. }] = stated.types.as_slice()
            && let [profile] = profiles.as_slice()
            && !matches!(&**code, "Reference" | "canonical")
            && let Some((found, elements)) = self.snapshots.find(profile, self.definition, self.issues)
            && found.kind != Kind::Resource
            && let Some(root) = elements.first()
            && let Some(node) = self.draft.node_mut(index)
        {
            let inherited = std::mem::replace(&mut node.element, root.clone());
            node.element.base_path = inherited.base_path;
            node.element.base_max = inherited.base_max;
            if &**code != "Extension" {
                node.element.min = inherited.min;
                node.element.max = inherited.max;
            }
        }
        let definition = self.definition;
        if let Some(node) = self.draft.node_mut(index) {
            let is_modifier = node.element.is_modifier;
            merge(&mut node.element, stated, &definition.url);
            // A profile cannot make a modifier of an element that is none; HL7's snapshots pass such a statement over.
            if definition.derivation == Derivation::Constraint && &*definition.type_name != "Extension" {
                node.element.is_modifier = is_modifier;
            }
        }
    }

    /// An element that a new type adds to its base.
    fn new_element(&mut self, parent: usize, name: &str, stated: &ElementDefinition) -> usize {
        let element = ElementDefinition {
            base_path: stated.path.clone(),
            base_max: stated.max,
            min: stated.min,
            max: stated.max,
            ..ElementDefinition::default()
        };
        self.draft.add_child(parent, Node::new(element, name))
    }

    /// The choice element of which `name` names one type.
    fn choice(&self, parent: usize, name: &str) -> Option<usize> {
        self.draft.children(parent).iter().copied().find(|child| {
            self.draft.node(*child).is_some_and(|node| {
                let rest = node.name.strip_suffix("[x]").and_then(|stem| name.strip_prefix(stem));
                rest.is_some_and(|rest| node.element.types.iter().any(|kind| is_capitalised(&kind.code, rest)))
            })
        })
    }

    fn is_choice(&self, index: usize) -> bool {
        self.draft.node(index).is_some_and(|node| node.name.ends_with("[x]"))
    }

    /// Makes a slice: what holds for the sliced element holds for it too.
    fn new_slice(&mut self, sliced: usize, name: &str) -> usize {
        let outer = name.rsplit_once('/').and_then(|(outer, _)| self.draft.slice(sliced, outer)).unwrap_or(sliced);
        let Some(original) = self.draft.node(outer) else { return 0 };
        let mut node = Node::new(original.inherited.as_ref().clone(), &original.name);
        node.slice = name.into();
        node.is_introduced = true;
        node.element.slicing = None;
        node.element.min = 0;
        let stem = node.name.strip_suffix("[x]");
        if let Some(rest) = stem.and_then(|stem| name.strip_prefix(stem)) {
            let one = node.element.types.iter().find(|kind| is_capitalised(&kind.code, rest)).cloned();
            if let Some(one) = one {
                node.element.types = vec![one];
            }
        }
        let implied = match &*node.name {
            "extension" | "modifierExtension" => Some((DiscriminatorKind::Value, "url")),
            _ if stem.is_some() => Some((DiscriminatorKind::Type, "$this")),
            _ => None,
        };
        if let (Some((kind, path)), Some(outer)) = (implied, self.draft.node_mut(outer))
            && outer.element.slicing.is_none()
        {
            let discriminators = vec![Discriminator { kind, path: path.into() }];
            outer.element.slicing = Some(Slicing { discriminators, ordered: false, rules: SlicingRules::Open });
        }
        let made = self.draft.add_slice(outer, node);
        self.draft.copy_inherited(outer, made);
        made
    }

    /// Gives a node its children where it has none yet.
    fn unfold(&mut self, index: usize) {
        let Some(node) = self.draft.node(index).filter(|node| node.children.is_empty()) else { return };
        let reference = node.element.content_reference.clone();
        if !reference.is_empty() {
            self.unfold_reference(index, &reference);
            return;
        }
        let types = node.element.types.clone();
        if let Some(node) = self.draft.node_mut(index) {
            node.is_unfolded = true;
        }
        if let [TypeReference { code, profiles, .. }] = types.as_slice()
            && let [profile] = profiles.as_slice()
            && let Some((found, elements)) = self.snapshots.find(profile, self.definition, self.issues)
            && (found.type_name == *code || matches!(&**code, "Resource" | "DomainResource"))
        {
            self.draft.import(&elements, &Tree::of(&elements), 0, index);
            return;
        }
        // Whatever the type, an element has an id and extensions.
        let code = match types.split_first() {
            Some((first, rest)) if rest.iter().all(|other| other.code == first.code) => &*first.code,
            _ => "Element",
        };
        if let Some((_, elements)) = self.snapshots.find(code, self.definition, self.issues) {
            self.draft.import(&elements, &Tree::of(&elements), 0, index);
        }
    }

    /// Gives a node the children of the element whose content it shares, and that element's types.
    fn unfold_reference(&mut self, index: usize, reference: &str) {
        let root = reference.split(['.', ':']).next().unwrap_or_default();
        let base = self.base;
        let found;
        let elements: &[ElementDefinition] = match base.first().is_some_and(|first| &*first.path == root) {
            true => base,
            false => match self.snapshots.find(root, self.definition, self.issues) {
                Some((_, elements)) => {
                    found = elements;
                    &found
                }
                None => return,
            },
        };
        let Some(position) = elements.iter().position(|element| &*element.id == reference) else { return };
        if let (Some(node), Some(target)) = (self.draft.node_mut(index), elements.get(position)) {
            node.element.content_reference = "".into();
            node.element.types.clone_from(&target.types);
        }
        self.draft.import(elements, &Tree::of(elements), u32::try_from(position).unwrap_or(u32::MAX), index);
    }
}

/// The steps of an id. Slice names may have dots in them, so the names of the path's steps say where one ends.
fn steps<'e>(id: &'e str, path: &'e str) -> Vec<Step<'e>> {
    let names: Vec<&str> = path.split('.').collect();
    let mut rest = id;
    let mut steps = Vec::with_capacity(names.len());
    for number in 0..names.len() {
        let end = match names.get(number + 1) {
            None => rest.len(),
            Some(next) => rest
                .match_indices('.')
                .map(|(dot, _)| dot)
                .find(|dot| {
                    let after = rest.get(dot + 1..).and_then(|after| after.strip_prefix(next));
                    after.is_some_and(|after| after.is_empty() || after.starts_with(['.', ':']))
                })
                .unwrap_or(rest.len()),
        };
        let step = rest.get(..end).unwrap_or_default();
        let (name, slice) = step.split_once(':').unwrap_or((step, ""));
        steps.push(Step { name, slice });
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    steps
}

/// The ids of a differential's elements. One that is missing or does not say what path and slice name say is made from those and from
/// the elements before: what follows a slice belongs to it.
fn ids(differential: &[ElementDefinition]) -> Vec<String> {
    // Where the reader had to make ids of paths, slices have none in them.
    let are_paths = |element: &ElementDefinition| element.id == element.path;
    let has_ids = !differential.iter().any(|element| !element.slice_name.is_empty() && are_paths(element));
    let mut ids: Vec<String> = Vec::with_capacity(differential.len());
    for (index, element) in differential.iter().enumerate() {
        if is_sound(element) && (has_ids || !are_paths(element)) {
            ids.push(element.id.to_string());
            continue;
        }
        let (parent, name) = element.path.rsplit_once('.').unwrap_or(("", &element.path));
        let before = differential.iter().zip(&ids).take(index);
        let parent_id = before.rev().find(|(other, _)| &*other.path == parent).map_or(parent, |(_, id)| id.as_str());
        let mut id = match parent_id.is_empty() {
            true => name.to_owned(),
            false => format!("{parent_id}.{name}"),
        };
        if !element.slice_name.is_empty() {
            id = format!("{id}:{}", element.slice_name);
        }
        ids.push(id);
    }
    ids
}

fn is_sound(element: &ElementDefinition) -> bool {
    let steps = steps(&element.id, &element.path);
    let names = element.path.split('.');
    steps.len() == names.clone().count()
        && steps.iter().zip(names).all(|(step, name)| step.name == name)
        && steps.last().is_some_and(|last| last.slice == &*element.slice_name)
}
