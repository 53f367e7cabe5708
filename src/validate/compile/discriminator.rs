//! A discriminator and a slice to the condition that a value of the slice fulfils.
//!
//! The path is followed through the profile's own elements as far as they go, then through the definitions of their types and the
//! profiles of those (FHIR R4, Profiling, Discriminator).

use std::borrow::Cow;

use super::super::plan::{Condition, Matcher, Step};
use super::super::plans::Plans;
use super::overlay::Compiler;
use super::{checks, profile_use, type_plan};
use crate::definition::{
    Discriminator, DiscriminatorKind, ElementDefinition, Strength, StructureDefinition, Tree, TypeReference,
};

/// The condition, or why there is none.
pub(super) fn compile(compiler: &Compiler<'_>, slice: u32, discriminator: &Discriminator) -> Result<Matcher, Box<str>> {
    let written = path(&discriminator.path)?;
    // What all values of an element have comes first. Where that says nothing, and the element is sliced itself, its first slice
    // counts, as in the reference: a component's code is the one that a slice of its codings fixes (profile bp of R4).
    let condition =
        condition(compiler.plans, &find(compiler, slice, &written, false), discriminator).or_else(|reason| {
            condition(compiler.plans, &find(compiler, slice, &written, true), discriminator).map_err(|_| reason)
        })?;
    let step = |step: &Written| match step {
        Written::Child(name) => Step::Child(compiler.plans.names().intern(name)),
        Written::Extension(url) => Step::Extension(url.as_str().into()),
        Written::Resolve => Step::Resolve,
        Written::OfType(name) => Step::OfType(name.as_str().into()),
    };
    Ok(Matcher { steps: written.iter().map(step).collect(), condition, kind: discriminator.kind })
}

/// Where the steps lead from a slice; with `into_slices` through the first slice of an element that is sliced on the way.
fn find<'p>(compiler: &Compiler<'p>, slice: u32, written: &[Written], into_slices: bool) -> Place<'p> {
    let tree = Cow::Borrowed(compiler.tree);
    let mut place = Place::Element(Cursor { definition: compiler.definition, tree, node: slice });
    for step in written {
        place = place.follow(compiler.plans, step);
        if let Place::Element(cursor) = &mut place
            && into_slices
            && matches!(step, Written::Child(_))
        {
            cursor.enter_slice();
        }
    }
    place
}

/// A step as it is written.
pub(in super::super) enum Written {
    Child(String),
    Extension(String),
    Resolve,
    OfType(String),
}

/// The steps of a discriminator's path (the restricted FHIRPath of FHIR R4, ElementDefinition.slicing.discriminator.path).
pub(in super::super) fn path(text: &str) -> Result<Vec<Written>, Box<str>> {
    let mut steps = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        rest = rest.trim_start_matches('.');
        let end = rest.find(['.', '(']).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        rest = rest.get(end..).unwrap_or_default();
        if let Some(inside) = rest.strip_prefix('(') {
            let close = inside.find(')').ok_or("a parenthesis of the discriminator's path is not closed")?;
            let argument = inside.get(..close).unwrap_or_default().trim().trim_matches(['\'', '"', '`']);
            rest = inside.get(close + 1..).unwrap_or_default();
            match word {
                "resolve" => steps.push(Written::Resolve),
                "extension" => steps.push(Written::Extension(argument.to_owned())),
                "ofType" | "as" => steps.push(Written::OfType(argument.trim_start_matches("FHIR.").to_owned())),
                _ => return Err(format!("the function `{word}` is none of a discriminator's path").into()),
            }
        } else if word != "$this" && !word.is_empty() {
            steps.push(Written::Child(word.trim_matches('`').trim_end_matches("[x]").to_owned()));
        } else if word.is_empty() {
            return Err("the discriminator's path cannot be read".into());
        }
    }
    Ok(steps)
}

/// Where the path has led in the definitions.
enum Place<'p> {
    Element(Cursor<'p>),
    /// A part of a value that an element above fixes, or demands by its pattern: the part's JSON.
    Value(String),
    /// The targets of a reference.
    Targets(Vec<Box<str>>),
    /// Nothing is defined there.
    Nowhere,
}

struct Cursor<'p> {
    definition: &'p StructureDefinition,
    tree: Cow<'p, Tree>,
    node: u32,
}

impl<'p> Cursor<'p> {
    fn root(plans: &'p Plans, canonical: &str) -> Option<Self> {
        let definition = plans.library().structure(plans.library().find_structure(canonical)?)?;
        Some(Self { definition, tree: Cow::Owned(Tree::new(definition)), node: 0 })
    }

    fn element(&self) -> Option<&'p ElementDefinition> {
        self.definition.elements.get(self.tree.node(self.node)?.element as usize)
    }

    /// Goes on to the first slice of a sliced element.
    fn enter_slice(&mut self) {
        if let Some(first) = self.tree.node(self.node).and_then(|node| node.slices.first()) {
            self.node = *first;
        }
    }

    /// The part of the element's own fixed value or pattern that has this name.
    fn fixed_part(&self, name: &str) -> Option<String> {
        let element = self.element()?;
        let json = if element.fixed.is_empty() { &element.pattern } else { &element.fixed };
        if json.is_empty() { None } else { part_of(json, name) }
    }

    fn child(&self, name: &str) -> Option<u32> {
        let children = &self.tree.node(self.node)?.children;
        let named = |child: &&u32| {
            let label = self.tree.node(**child).map(|node| &*node.name).unwrap_or_default();
            label.strip_suffix("[x]").unwrap_or(label) == name
        };
        children.iter().find(named).copied()
    }

    /// The definitions in which the path may go on below this element: its only type's only profile, else its only type.
    fn inner(&self, plans: &'p Plans) -> Option<Self> {
        let element = self.element()?;
        if let Some(id) = element.content_reference.rsplit('#').next().filter(|id| !id.is_empty()) {
            let row = self.definition.elements.iter().position(|other| *other.id == *id)?;
            let node = u32::try_from(row).ok()?;
            return Some(Self { definition: self.definition, tree: self.tree.clone(), node });
        }
        let [only] = element.types.as_slice() else { return None };
        match only.profiles.as_slice() {
            [profile] => Self::root(plans, profile),
            _ => Self::root(plans, &canonical_of_type(&only.code)),
        }
    }
}

/// The member of a JSON object that has this name, as JSON.
fn part_of(json: &str, name: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let object = value.as_array().map_or(Some(&value), |items| items.first())?;
    object.get(name).map(serde_json::Value::to_string)
}

fn canonical_of_type(code: &str) -> String {
    format!("http://hl7.org/fhir/StructureDefinition/{}", type_plan::type_name(code))
}

impl<'p> Place<'p> {
    fn follow(self, plans: &'p Plans, step: &Written) -> Self {
        let found = match (self, step) {
            (Place::Element(cursor), Written::Child(name)) => {
                match cursor.fixed_part(name).filter(|_| cursor.child(name).is_none()) {
                    Some(part) => Some(Place::Value(part)),
                    None => child(plans, cursor, name),
                }
            }
            (Place::Value(json), Written::Child(name)) => part_of(&json, name).map(Place::Value),
            (Place::Element(cursor), Written::Extension(url)) => extension(plans, &cursor, url),
            (Place::Element(cursor), Written::Resolve) => {
                let types = cursor.element().map(|element| element.types.as_slice()).unwrap_or_default();
                let targets = types.iter().flat_map(|of: &TypeReference| of.target_profiles.iter().cloned()).collect();
                Some(Place::Targets(targets))
            }
            (Place::Element(cursor), Written::OfType(_)) => Some(Place::Element(cursor)),
            (Place::Targets(targets), Written::OfType(_)) => Some(Place::Targets(targets)),
            (Place::Targets(targets), Written::Child(name)) => match targets.as_slice() {
                [only] => Cursor::root(plans, only).and_then(|cursor| child(plans, cursor, name)),
                _ => None,
            },
            _ => None,
        };
        found.unwrap_or(Place::Nowhere)
    }
}

fn child<'p>(plans: &'p Plans, mut cursor: Cursor<'p>, name: &str) -> Option<Place<'p>> {
    // Profiles of types lead to their types, and those to nothing further: three turns are enough, more are a ring.
    for _ in 0..4 {
        if let Some(node) = cursor.child(name) {
            cursor.node = node;
            return Some(Place::Element(cursor));
        }
        cursor = cursor.inner(plans)?;
    }
    None
}

fn extension<'p>(plans: &'p Plans, cursor: &Cursor<'p>, url: &str) -> Option<Place<'p>> {
    if let Some(list) = cursor.child("extension") {
        for slice in &cursor.tree.node(list)?.slices {
            let inside = Cursor { definition: cursor.definition, tree: cursor.tree.clone(), node: *slice };
            let named = |of: &TypeReference| of.profiles.iter().any(|profile| profile.split('|').next() == Some(url));
            if inside.element().is_some_and(|element| element.types.iter().any(named)) {
                return Some(Place::Element(inside));
            }
        }
    }
    Cursor::root(plans, url).map(Place::Element)
}

fn condition(plans: &Plans, place: &Place<'_>, discriminator: &Discriminator) -> Result<Condition, Box<str>> {
    let undecidable = |what: &str| -> Box<str> {
        format!("the discriminator `{}` finds no {what} in the definition of the slice", discriminator.path).into()
    };
    match (discriminator.kind, place) {
        (DiscriminatorKind::Value | DiscriminatorKind::Pattern, Place::Element(cursor)) => {
            value(plans, cursor).ok_or_else(|| undecidable("fixed value, pattern or required binding"))
        }
        (DiscriminatorKind::Value | DiscriminatorKind::Pattern, Place::Value(json)) => {
            checks::value(plans, json, "").map(Condition::Pattern).ok_or_else(|| undecidable("value"))
        }
        (DiscriminatorKind::Exists, Place::Value(_)) => Ok(Condition::Exists),
        (DiscriminatorKind::Exists, Place::Element(cursor)) => match cursor.element() {
            Some(element) if element.max == 0 => Ok(Condition::Absent),
            Some(element) if element.min > 0 => Ok(Condition::Exists),
            _ => Err(undecidable("cardinality that says whether it exists")),
        },
        (DiscriminatorKind::Type, Place::Element(cursor)) => {
            let types = cursor.element().map(|element| element.types.as_slice()).unwrap_or_default();
            Ok(Condition::Type(types.iter().map(|of| type_plan::type_name(&of.code).into()).collect()))
        }
        (DiscriminatorKind::Type, Place::Targets(targets)) => {
            let name = |canonical: &str| {
                let header = plans.library().find_structure(canonical).and_then(|id| plans.library().header(id));
                header.map(|header| header.type_name.into()).ok_or_else(|| undecidable("type"))
            };
            Ok(Condition::Type(targets.iter().map(|canonical| name(canonical)).collect::<Result<_, _>>()?))
        }
        (DiscriminatorKind::Profile, Place::Element(cursor)) => {
            let types = cursor.element().map(|element| element.types.as_slice()).unwrap_or_default();
            let profiles =
                types.iter().flat_map(|of| of.profiles.iter()).map(|canonical| profile_use(plans, canonical));
            Ok(Condition::Profile(profiles.collect()))
        }
        (DiscriminatorKind::Profile, Place::Targets(targets)) => {
            Ok(Condition::Profile(targets.iter().map(|canonical| profile_use(plans, canonical)).collect()))
        }
        (DiscriminatorKind::Position, _) => Err("slices by position have no path".into()),
        (_, Place::Targets(_) | Place::Value(_) | Place::Nowhere) => Err(undecidable("element")),
    }
}

/// What the value at a place is known by.
fn value(plans: &Plans, cursor: &Cursor<'_>) -> Option<Condition> {
    let element = cursor.element()?;
    if !element.fixed.is_empty() {
        return checks::value(plans, &element.fixed, &element.fixed_type).map(Condition::Fixed);
    }
    if !element.pattern.is_empty() {
        return checks::value(plans, &element.pattern, &element.pattern_type).map(Condition::Pattern);
    }
    // Pieces fixed below come before the binding: they say more.
    let pieces = pieces(plans, cursor, 0);
    if !pieces.is_empty() {
        return Some(Condition::All(pieces.into_boxed_slice()));
    }
    if let Some(binding) = element.binding.as_ref().filter(|binding| binding.strength == Strength::Required) {
        return Some(Condition::Binding(plans.terminology().value_set(&binding.value_set)));
    }
    match (element.min, element.max) {
        (_, 0) => Some(Condition::Absent),
        (1.., _) => Some(Condition::Exists),
        _ => None,
    }
}

/// The fixed values and patterns below a place, each as a condition of its own.
fn pieces(plans: &Plans, cursor: &Cursor<'_>, depth: usize) -> Vec<Matcher> {
    let mut list = Vec::new();
    let children = cursor.tree.node(cursor.node).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let inner = Cursor { definition: cursor.definition, tree: cursor.tree.clone(), node: child };
        let Some(element) = inner.element() else { continue };
        let label = element.path.rsplit('.').next().unwrap_or_default();
        let step = Step::Child(plans.names().intern(label.strip_suffix("[x]").unwrap_or(label)));
        let condition = if !element.fixed.is_empty() {
            checks::value(plans, &element.fixed, &element.fixed_type).map(Condition::Fixed)
        } else if !element.pattern.is_empty() {
            checks::value(plans, &element.pattern, &element.pattern_type).map(Condition::Pattern)
        } else if depth < 4 {
            let deeper = pieces(plans, &inner, depth + 1);
            (!deeper.is_empty()).then(|| Condition::All(deeper.into_boxed_slice()))
        } else {
            None
        };
        if let Some(condition) = condition {
            list.push(Matcher { steps: Box::new([step]), condition, kind: DiscriminatorKind::Value });
        }
    }
    list
}
