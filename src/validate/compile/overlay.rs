//! A profile's definition to its plan: what its snapshot says beyond its type's.

use super::super::plan::{ChildOverlay, Content, Element, ElementType, ObjectPlan, Overlay, Plan};
use super::super::plans::{Plans, definition_of};
use super::checks::{self, Known};
use super::{ancestors, slicing, type_plan};
use crate::definition::{DefinitionId, ElementDefinition, SlicingRules, StructureDefinition, Tree, UNBOUNDED};

pub(super) fn compile(plans: &Plans, id: DefinitionId, definition: &StructureDefinition) -> Option<Plan> {
    let type_definition = plans.type_definition(&definition.type_name)?;
    let type_plan = plans.plan(type_definition)?;
    let tree = Tree::new(definition);
    let mut compiler = Compiler { plans, definition, tree: &tree, overlays: vec![Overlay::default()] };
    let base = Base { object: type_plan.objects.first(), element: None, definition: plans.root(type_definition) };
    let root = compiler.content(0, &base, None);
    if let (Some(slot), Some(root)) = (compiler.overlays.first_mut(), root) {
        *slot = root;
    }
    Some(Plan {
        definition: id,
        url: definition.url.clone(),
        type_name: definition.type_name.clone(),
        type_definition,
        base_type: Box::default(),
        base: None,
        ancestors: ancestors(plans, definition),
        objects: Vec::new(),
        overlays: compiler.overlays,
        extension: None,
        is_abstract: definition.is_abstract,
        watermark: 0,
    })
}

impl Plans {
    fn root(&self, id: DefinitionId) -> Option<&ElementDefinition> {
        self.library().structure(id)?.elements.first()
    }
}

/// What the type says at a place of the profile.
#[derive(Clone, Copy)]
pub(super) struct Base<'p> {
    /// The object whose elements are constrained below, where it is known.
    pub(super) object: Option<&'p ObjectPlan>,
    /// The element in its type's plan; `None` at the root.
    pub(super) element: Option<&'p Element>,
    /// The element's definition in the type.
    pub(super) definition: Option<&'p ElementDefinition>,
}

pub(super) struct Compiler<'p> {
    pub(super) plans: &'p Plans,
    pub(super) definition: &'p StructureDefinition,
    pub(super) tree: &'p Tree,
    pub(super) overlays: Vec<Overlay>,
}

impl<'p> Compiler<'p> {
    pub(super) fn definition_at(&self, node: u32) -> Option<&'p ElementDefinition> {
        self.definition.elements.get(self.tree.node(node)?.element as usize)
    }

    /// What is added at a node for each value; `also` is what is checked beside the type (the list that a slice belongs to).
    pub(super) fn overlay(&mut self, node: u32, base: &Base<'p>, also: Option<&'p ElementDefinition>) -> Option<u32> {
        let overlay = self.content(node, base, also).filter(|overlay| !overlay.is_empty())?;
        self.overlays.push(overlay);
        u32::try_from(self.overlays.len() - 1).ok()
    }

    fn content(&mut self, node: u32, base: &Base<'p>, also: Option<&'p ElementDefinition>) -> Option<Overlay> {
        let definition = self.definition_at(node)?;
        let types = base.element.and_then(|element| self.types(definition, element, also));
        let known = Known::these(base.definition, also);
        let checks = checks::of_element(self.plans, definition, &known);
        let children = self.children(node, base.object);
        let is_needed =
            |child: &ChildOverlay| child.min > 0 || child.slicing.as_ref().is_some_and(|slicing| slicing.needs_some);
        let needed = (0..).zip(&children).filter(|(_, child)| is_needed(child)).map(|(row, _)| row).collect();
        let mut overlay = Overlay { id: definition.id.clone(), types, checks, children, needed, rows: None };
        if let Some(object) = base.object {
            overlay.note_rows(object);
        }
        Some(overlay)
    }

    fn children(&mut self, node: u32, object: Option<&'p ObjectPlan>) -> Box<[ChildOverlay]> {
        let children = self.tree.node(node).map(|node| node.children.clone()).unwrap_or_default();
        let mut list: Vec<ChildOverlay> = Vec::new();
        for child in children {
            list.extend(self.child(child, object));
        }
        list.sort_by_key(|child| child.name);
        list.into_boxed_slice()
    }

    fn child(&mut self, node: u32, object: Option<&'p ObjectPlan>) -> Option<ChildOverlay> {
        let definition = self.definition_at(node)?;
        let written = definition.path.rsplit('.').next().unwrap_or_default();
        let label = written.strip_suffix("[x]").unwrap_or(written);
        let names = self.plans.names();
        let element = object.and_then(|object| {
            let name = names.find(label)?;
            let by_name = object.elements.iter().find(|element| element.name == name);
            // A snapshot may name a choice by one of its types: `valueQuantity`.
            by_name.or_else(|| object.elements.get(usize::from(object.key(name)?.element)))
        });
        let base_definition = element.zip(object).and_then(|(element, object)| {
            let id = definition_of(object.id);
            self.plans.library().structure(id)?.elements.get(element.row as usize)
        });
        let label = element.map_or(label, |element| &element.label);
        let base = Base { object: self.object_below(definition, element), element, definition: base_definition };
        let (base_min, base_max) = element.map_or((0, UNBOUNDED), |element| (element.min, element.max));
        let child = ChildOverlay {
            name: names.intern(label),
            label: label.into(),
            min: if definition.min > base_min { definition.min } else { 0 },
            max: if definition.max < base_max { definition.max } else { UNBOUNDED },
            overlay: self.overlay(node, &base, None),
            slicing: slicing::compile(self, node, &base).map(Box::new),
        };
        let says_nothing =
            child.min == 0 && child.max == UNBOUNDED && child.overlay.is_none() && child.slicing.is_none();
        (!says_nothing).then_some(child)
    }

    /// The object below an element: its only type's, as the profile leaves it; else that which all types share.
    pub(super) fn object_below(
        &self,
        definition: &ElementDefinition,
        element: Option<&'p Element>,
    ) -> Option<&'p ObjectPlan> {
        let element = element?;
        let wanted = |of: &&ElementType| match definition.types.as_slice() {
            [only] => *of.name == *type_plan::type_name(&only.code) || element.types.len() == 1,
            _ => element.types.len() == 1,
        };
        if let Some(of) = element.types.iter().find(wanted) {
            return match of.content {
                Content::Primitive(_, id) | Content::Object(id) => self.plans.object(id),
                Content::Resource => {
                    let code = definition.types.first().map_or("Resource", |of| &of.code);
                    self.plans.type_plan(type_plan::type_name(code))?.objects.first()
                }
                Content::Unknown => None,
            };
        }
        self.plans.type_plan("Element")?.objects.first()
    }

    /// The types that the profile leaves, where they differ from the element's.
    fn types(
        &self,
        definition: &'p ElementDefinition,
        element: &Element,
        also: Option<&ElementDefinition>,
    ) -> Option<Box<[ElementType]>> {
        if definition.types.is_empty() || also.is_some_and(|also| also.types == definition.types) {
            return None;
        }
        // Where there is but one type its name says nothing: `string` and `id` stand for each other at `Resource.id`.
        let is_open = element.is_choice || element.types.iter().any(|of| of.content == Content::Resource);
        let mut differs = is_open && definition.types.len() < element.types.len();
        let list: Vec<ElementType> =
            definition.types.iter().map(|of| type_plan::element_type(self.plans, of)).collect();
        for of in &list {
            let canonicals = |of: &ElementType| -> Vec<Box<str>> {
                of.profiles.iter().map(|profile| profile.canonical.clone()).collect()
            };
            differs |= match element.types.iter().find(|base| base.name == of.name) {
                Some(base) => canonicals(base) != canonicals(of) || targets(base) != targets(of),
                None => is_open || !of.profiles.is_empty() || of.target.is_some(),
            };
        }
        differs.then(|| list.into_boxed_slice())
    }
}

fn targets(of: &ElementType) -> (Vec<Box<str>>, Vec<Box<str>>, [bool; 3]) {
    of.target.as_ref().map_or((Vec::new(), Vec::new(), [true; 3]), |target| {
        let profiles = target.profiles.iter().map(|profile| profile.canonical.clone()).collect();
        (target.types.to_vec(), profiles, [target.contained, target.referenced, target.bundled])
    })
}

/// The rules of a list that has slices but states no slicing.
pub(super) const OPEN: SlicingRules = SlicingRules::Open;
