//! A type's definition to its plan: every element, by JSON member name.

use std::collections::HashMap;

use super::super::check::primitive::Primitive;
use super::super::plan::{Content, Element, ElementType, Key, Nature, ObjectPlan, Plain, Plan, Target};
use super::super::plans::{Plans, type_id};
use super::{checks, profile_use};
use crate::definition::{DefinitionId, ElementDefinition, Kind, StructureDefinition, Tree, TypeReference};
use crate::fhirpath::{Member, Primitive as System, TypeId};
use crate::instance::NameId;

pub(super) fn compile(plans: &Plans, id: DefinitionId, definition: &StructureDefinition) -> Plan {
    let tree = Tree::new(definition);
    let mut compiler = Compiler { plans, id, definition, tree: &tree, nodes: vec![0], places: HashMap::new() };
    // Backbone elements are found first, so that content references can point forwards and backwards.
    let mut next = 0;
    while let Some(node) = compiler.nodes.get(next).copied() {
        compiler.find_objects(node);
        next += 1;
    }
    let objects = (0..compiler.nodes.len()).filter_map(|object| compiler.object(object)).collect();
    Plan {
        definition: id,
        url: definition.url.clone(),
        type_name: definition.type_name.clone(),
        type_definition: id,
        base_type: definition.base.rsplit('/').next().unwrap_or_default().into(),
        base: plans.type_definition(definition.base.rsplit('/').next().unwrap_or_default()),
        ancestors: Box::default(),
        objects,
        overlays: Vec::new(),
        extension: None,
        is_abstract: definition.is_abstract,
        watermark: 0,
    }
}

struct Compiler<'p> {
    plans: &'p Plans,
    id: DefinitionId,
    definition: &'p StructureDefinition,
    tree: &'p Tree,
    /// The tree nodes that are objects, in the order of their numbers.
    nodes: Vec<u32>,
    /// The number of the object at each element id.
    places: HashMap<Box<str>, usize>,
}

impl<'p> Compiler<'p> {
    fn definition_at(&self, node: u32) -> Option<&'p ElementDefinition> {
        self.definition.elements.get(self.tree.node(node)?.element as usize)
    }

    fn find_objects(&mut self, node: u32) {
        if let Some(element) = self.definition_at(node) {
            let number = self.nodes.iter().position(|known| *known == node).unwrap_or_default();
            self.places.insert(element.id.clone(), number);
        }
        let children = self.tree.node(node).map(|node| node.children.clone()).unwrap_or_default();
        for child in children {
            if self.tree.node(child).is_some_and(|node| !node.children.is_empty()) {
                self.nodes.push(child);
            }
        }
    }

    fn object(&self, number: usize) -> Option<ObjectPlan> {
        let node = *self.nodes.get(number)?;
        let root = self.definition_at(node)?;
        let is_primitive = self.definition.kind == Kind::Primitive;
        let children = &self.tree.node(node)?.children;
        let mut elements = Vec::new();
        for child in children {
            let Some(element) = self.element(*child) else { continue };
            // A primitive's value stands in the document itself, not below it.
            if !(is_primitive && &*element.label == "value") {
                elements.push(element);
            }
        }
        let names = self.plans.names();
        let mut keys = Vec::new();
        let mut members: Vec<Member> = Vec::new();
        let mut required = 0u128;
        for (row, element) in elements.iter().enumerate() {
            let row = u16::try_from(row).ok()?;
            if element.min > 0 {
                required |= 1u128.checked_shl(u32::from(row)).unwrap_or(0);
            }
            for (type_row, element_type) in element.types.iter().enumerate() {
                let written = if element.is_choice {
                    choice_key(&element.label, &element_type.name)
                } else {
                    element.label.to_string()
                };
                let key = names.intern(&written);
                let plain = match element_type.content {
                    Content::Primitive(primitive, _)
                        if !element.is_array
                            && element.max > 0
                            && element.checks.is_empty()
                            && element_type.profiles.is_empty() =>
                    {
                        Plain::Primitive(primitive)
                    }
                    // Of an extension its definition is laid over it.
                    Content::Object(_) if element_type.profiles.is_empty() && &*element_type.name != "Extension" => {
                        Plain::Object
                    }
                    _ => Plain::No,
                };
                let type_row = u16::try_from(type_row).ok()?;
                keys.push(Key { name: key, element: row, type_row, element_name: element.name, plain });
                let type_id = match element_type.content {
                    Content::Primitive(_, id) | Content::Object(id) => id,
                    Content::Resource | Content::Unknown => TypeId::UNKNOWN,
                };
                let companion = match element_type.content {
                    Content::Primitive(..) => names.intern(&format!("_{written}")),
                    _ => NameId::NONE,
                };
                let is_resource = element_type.content == Content::Resource;
                members.push(Member { key, companion, element: element.name, type_id, is_resource });
                if !element.is_choice {
                    break;
                }
            }
        }
        keys.sort_by_key(|key| key.name);
        members.sort_by_key(|member| (member.element, member.key));
        let mut ranges: Vec<(NameId, u16, u16)> = Vec::new();
        let mut by_key: Vec<(NameId, u16)> = Vec::new();
        for (at, member) in members.iter().enumerate() {
            let at = u16::try_from(at).ok()?;
            by_key.push((member.key, at));
            if member.companion != NameId::NONE {
                by_key.push((member.companion, at));
            }
            match ranges.last_mut().filter(|(last, _, _)| *last == member.element) {
                Some(range) => range.2 = at + 1,
                None => ranges.push((member.element, at, at + 1)),
            }
        }
        by_key.sort_unstable();
        let type_name: &str = match number {
            0 => &self.definition.type_name,
            _ => root.types.first().map_or("BackboneElement", |of| &of.code),
        };
        let nature = if number == 0 { self.nature() } else { Nature::Element };
        let invariants = match number {
            0 => checks::root_invariants(self.plans, root, &elements),
            // Those of a backbone element are checks of the element that it is.
            _ => Box::default(),
        };
        Some(ObjectPlan {
            id: type_id(self.id, number)?,
            path: root.path.clone(),
            elements: elements.into_boxed_slice(),
            keys: keys.into_boxed_slice(),
            members: members.into_boxed_slice(),
            by_key: by_key.into_boxed_slice(),
            names: ranges.into_boxed_slice(),
            required,
            invariants,
            type_name: type_name.into(),
            system: if number == 0 { system(type_name, nature) } else { None },
            nature,
        })
    }

    fn nature(&self) -> Nature {
        match (self.definition.kind, &*self.definition.type_name) {
            (Kind::Resource, _) => Nature::Resource,
            (Kind::Primitive, _) => Nature::Primitive,
            (_, "Extension") => Nature::Extension,
            (_, "Reference") => Nature::Reference,
            (_, "Coding") => Nature::Coding,
            (_, "CodeableConcept") => Nature::CodeableConcept,
            (_, "Quantity" | "Age" | "Count" | "Distance" | "Duration" | "MoneyQuantity" | "SimpleQuantity") => {
                Nature::Quantity
            }
            (_, "Narrative") => Nature::Narrative,
            (_, "Attachment") => Nature::Attachment,
            (_, "Identifier") => Nature::Identifier,
            (_, "Meta") => Nature::Meta,
            _ => Nature::Element,
        }
    }

    fn element(&self, node: u32) -> Option<Element> {
        let definition = self.definition_at(node)?;
        let written = definition.path.rsplit('.').next().unwrap_or_default();
        let label = written.strip_suffix("[x]").unwrap_or(written);
        let own_object = self.nodes.iter().position(|known| *known == node);
        let types = match definition.content_reference.is_empty() {
            false => vec![ElementType {
                name: "BackboneElement".into(),
                content: self.shared_content(&definition.content_reference),
                profiles: Box::default(),
                target: None,
            }],
            true => definition.types.iter().map(|of| self.element_type(of, own_object)).collect(),
        };
        let mut checks = checks::of_element(self.plans, definition, &checks::Known::none()).into_vec();
        // What the element that is referred to demands is demanded here too, and its definition alone says it.
        if let Some(shared) = self.shared(&definition.content_reference).and_then(|node| self.definition_at(node)) {
            checks.extend(checks::of_element(self.plans, shared, &checks::Known::none()));
        }
        Some(Element {
            name: self.plans.names().intern(label),
            label: label.into(),
            path: definition.path.clone(),
            base_path: definition.base_path.clone(),
            is_choice: written.ends_with("[x]"),
            is_array: definition.base_max > 1,
            min: definition.min,
            max: definition.max,
            types: types.into_boxed_slice(),
            checks: checks.into_boxed_slice(),
            row: self.tree.node(node)?.element,
        })
    }

    /// The object that a content reference names: `Bundle.link`.
    fn shared_content(&self, reference: &str) -> Content {
        let id = reference.rsplit('#').next().unwrap_or_default();
        let place = self.places.get(id).and_then(|number| type_id(self.id, *number));
        place.map_or(Content::Unknown, Content::Object)
    }

    /// The node of the element that a content reference names.
    fn shared(&self, reference: &str) -> Option<u32> {
        let number = self.places.get(reference.rsplit('#').next().filter(|id| !id.is_empty())?)?;
        self.nodes.get(*number).copied()
    }

    fn element_type(&self, of: &TypeReference, own_object: Option<usize>) -> ElementType {
        match own_object.and_then(|number| type_id(self.id, number)) {
            Some(id) => ElementType {
                name: of.code.clone(),
                content: Content::Object(id),
                profiles: Box::default(),
                target: None,
            },
            None => element_type(self.plans, of),
        }
    }
}

/// What FHIRPath takes values of a type for (FHIR R4, FHIRPath, "Use of FHIR types").
fn system(name: &str, nature: Nature) -> Option<System> {
    match (nature, name) {
        (Nature::Quantity, _) => Some(System::Quantity),
        (Nature::Primitive, "boolean") => Some(System::Boolean),
        (Nature::Primitive, "integer" | "positiveInt" | "unsignedInt" | "integer64") => Some(System::Integer),
        (Nature::Primitive, "decimal") => Some(System::Decimal),
        (Nature::Primitive, "date") => Some(System::Date),
        (Nature::Primitive, "dateTime" | "instant") => Some(System::DateTime),
        (Nature::Primitive, "time") => Some(System::Time),
        (Nature::Primitive, _) => Some(System::String),
        _ => None,
    }
}

/// The JSON name of a choice with a type: `value` and `dateTime` make `valueDateTime`.
pub(super) fn choice_key(label: &str, type_name: &str) -> String {
    let mut key = String::with_capacity(label.len() + type_name.len());
    key.push_str(label);
    let mut letters = type_name.chars();
    key.extend(letters.next().map(|first| first.to_ascii_uppercase()));
    key.extend(letters);
    key
}

/// A type as an element names it.
pub(super) fn element_type(plans: &Plans, of: &TypeReference) -> ElementType {
    let name = type_name(&of.code);
    let is_reference = matches!(name, "Reference" | "canonical" | "CodeableReference");
    let with_targets = is_reference && !(of.target_profiles.is_empty() && of.aggregation.is_empty());
    ElementType {
        name: name.into(),
        content: content(plans, name),
        profiles: of.profiles.iter().map(|canonical| profile_use(plans, canonical)).collect(),
        target: with_targets.then(|| Box::new(target(plans, of))),
    }
}

/// FHIR's name for a type code: System types stand where FHIR's own type has no id (`Element.id`, `Extension.url`).
pub(super) fn type_name(code: &str) -> &str {
    match code.strip_prefix("http://hl7.org/fhirpath/System.") {
        None => code.strip_prefix("http://hl7.org/fhir/StructureDefinition/").unwrap_or(code),
        Some("String") => "string",
        Some("Boolean") => "boolean",
        Some("Integer") => "integer",
        Some("Decimal") => "decimal",
        Some("Date") => "date",
        Some("DateTime") => "dateTime",
        Some("Time") => "time",
        Some(other) => other,
    }
}

fn content(plans: &Plans, name: &str) -> Content {
    let Some(id) = plans.type_definition(name) else { return Content::Unknown };
    let Some(header) = plans.library().header(id) else { return Content::Unknown };
    match (header.kind, type_id(id, 0)) {
        (Kind::Primitive, Some(object)) => {
            Primitive::from_name(name).map_or(Content::Unknown, |primitive| Content::Primitive(primitive, object))
        }
        (Kind::Resource, _) => Content::Resource,
        (_, Some(object)) => Content::Object(object),
        _ => Content::Unknown,
    }
}

fn target(plans: &Plans, of: &TypeReference) -> Target {
    let mut types: Vec<Box<str>> = Vec::new();
    let mut profiles = Vec::new();
    let mut any = of.target_profiles.is_empty();
    for canonical in &of.target_profiles {
        let url = canonical.split('|').next().unwrap_or_default();
        let found = plans.library().find_structure(canonical);
        let header = found.and_then(|id| plans.library().header(id));
        let name: Box<str> = match header {
            Some(header) => header.type_name.into(),
            None => match url.strip_prefix("http://hl7.org/fhir/StructureDefinition/") {
                Some(name) => name.into(),
                None => {
                    // A target whose definition is not at hand may be of any type.
                    any = true;
                    continue;
                }
            },
        };
        any |= &*name == "Resource" || &*name == "Any";
        if !types.contains(&name) {
            types.push(name);
        }
        profiles.push(profile_use(plans, canonical));
    }
    let is_type = |profile: &crate::validate::plan::ProfileUse| {
        profile
            .definition
            .and_then(|id| plans.library().header(id))
            .is_some_and(|header| header.derivation == crate::definition::Derivation::Specialization)
    };
    let only_types = profiles.iter().all(is_type);
    let has = |word: &str| of.aggregation.is_empty() || of.aggregation.iter().any(|kind| &**kind == word);
    Target {
        types: if any { Box::default() } else { types.into_boxed_slice() },
        profiles: if only_types { Box::default() } else { profiles.into_boxed_slice() },
        contained: has("contained"),
        referenced: has("referenced"),
        bundled: has("bundled"),
    }
}
