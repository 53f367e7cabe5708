//! Plans: what the definitions come to when a document is walked.
//!
//! A type's plan has all its elements. A profile's plan has only what the profile adds to the type: the walk takes the type's plan
//! once and lays the profiles over it, so that what three snapshots repeat is checked once. Plans are plain data, made on first use
//! (`compile`), and shared by all threads.

use crate::definition::{DefinitionId, DiscriminatorKind, SlicingRules, Strength};
use crate::fhirpath::{Clause, Expression, Member, TypeId};
use crate::instance::NameId;
use crate::issue::Severity;
use crate::terminology::ValueSetId;

use super::check::primitive::Primitive;

mod key;
mod value;

pub use key::{Key, Plain};
pub use value::{Shape, Texts, Value};

/// One definition, compiled.
#[derive(Debug)]
pub struct Plan {
    /// The definition.
    pub definition: DefinitionId,
    /// Its canonical URL.
    pub url: Box<str>,
    /// The type that it defines or constrains.
    pub type_name: Box<str>,
    /// The definition of that type; the plan's own for a type.
    pub type_definition: DefinitionId,
    /// The type that the type is derived from; empty for the roots, and for profiles.
    pub base_type: Box<str>,
    /// The definition of that type, where it is at hand.
    pub base: Option<DefinitionId>,
    /// The definitions that this one is derived from, the nearest first, up to and without the type.
    pub ancestors: Box<[DefinitionId]>,
    /// A type's objects: itself, then each backbone element in it. Empty for a profile.
    pub objects: Vec<ObjectPlan>,
    /// A profile's overlays, the root's first. Empty for a type.
    pub overlays: Vec<Overlay>,
    /// The extension's facts where the definition is one.
    pub extension: Option<ExtensionPlan>,
    /// Whether the type is abstract (Resource, DomainResource, Element).
    pub is_abstract: bool,
    /// How many names there were when the plan was made; a document whose names were looked up before must look again.
    pub watermark: usize,
}

/// What an extension's definition says beside its elements.
#[derive(Debug)]
pub struct ExtensionPlan {
    /// Where it may stand; see [`crate::definition::ExtensionContext`].
    pub contexts: Box<[Context]>,
    /// What must hold where it stands.
    pub invariants: Box<[Invariant]>,
    /// Whether it changes the meaning of what it stands in.
    pub is_modifier: bool,
}

/// A place where an extension may stand.
#[derive(Debug)]
pub enum Context {
    /// At an element of this path, or of this type.
    Element(Box<str>),
    /// Inside an extension of this URL.
    Extension(Box<str>),
    /// At the elements that an expression gives of the resource: as written, and compiled where it can be read.
    Expression(Box<str>, Option<Box<Expression>>),
}

/// An object: a resource, a data type or a backbone element.
#[derive(Debug)]
pub struct ObjectPlan {
    /// Its number, which expressions know it by.
    pub id: TypeId,
    /// Its path in the type: `Observation`, `Observation.component`.
    pub path: Box<str>,
    /// The elements in the order of the definition.
    pub elements: Box<[Element]>,
    /// All JSON member names, sorted by number: with the element and which of its types each has.
    pub keys: Box<[Key]>,
    /// The members of each element, for expressions: those of one element lie together, sorted by key.
    pub members: Box<[Member]>,
    /// The row of each member in that list by its key and by its companion's, sorted.
    pub by_key: Box<[(NameId, u16)]>,
    /// For each element name, sorted: the range of its members.
    pub names: Box<[(NameId, u16, u16)]>,
    /// The elements that must be there, a bit each.
    pub required: u128,
    /// The invariants of the object itself.
    pub invariants: Box<[Invariant]>,
    /// The type's own name: `Observation`, `BackboneElement`, `Quantity`.
    pub type_name: Box<str>,
    /// What kind of thing it is.
    pub nature: Nature,
    /// What FHIRPath takes its values for.
    pub system: Option<crate::fhirpath::Primitive>,
}

/// What the walk must know of an object beyond its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A resource.
    Resource,
    /// A data type or backbone element without rules of its own.
    Element,
    /// An Extension.
    Extension,
    /// A Reference.
    Reference,
    /// A Coding.
    Coding,
    /// A CodeableConcept.
    CodeableConcept,
    /// A Quantity, and the types that share its shape (Age, Duration, Money's cousins).
    Quantity,
    /// A Narrative.
    Narrative,
    /// An Attachment.
    Attachment,
    /// An Identifier.
    Identifier,
    /// A Meta.
    Meta,
    /// What a primitive type keeps beside its value: id and extensions.
    Primitive,
}

/// An element of an object.
#[derive(Debug)]
pub struct Element {
    /// Its name, a choice's without `[x]`.
    pub name: NameId,
    /// The same as text.
    pub label: Box<str>,
    /// Its path in the type that defines it: `Observation.value[x]`.
    pub path: Box<str>,
    /// The path in the type that defined it first: `DomainResource.contained`.
    pub base_path: Box<str>,
    /// Whether the name is followed by the type's (`value[x]`).
    pub is_choice: bool,
    /// Whether JSON has an array here.
    pub is_array: bool,
    /// The least number of values.
    pub min: u32,
    /// The greatest number of values.
    pub max: u32,
    /// The types.
    pub types: Box<[ElementType]>,
    /// What else must hold of each value.
    pub checks: Box<[Check]>,
    /// The row of the ElementDefinition in the definition's snapshot, for comparing profiles with.
    pub row: u32,
}

/// A type that an element may have.
#[derive(Debug)]
pub struct ElementType {
    /// Its name: `Quantity`, `string`, `BackboneElement`.
    pub name: Box<str>,
    /// What stands in the document.
    pub content: Content,
    /// The profiles of which the value must hold to one; empty where any value will do.
    pub profiles: Box<[ProfileUse]>,
    /// What a reference may lead to.
    pub target: Option<Box<Target>>,
}

/// What stands in the document for a value of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A primitive value, and the object that stands beside it under `_name`.
    Primitive(Primitive, TypeId),
    /// An object.
    Object(TypeId),
    /// A resource of any type.
    Resource,
    /// A type that no definition at hand describes: nothing below is checked.
    Unknown,
}

/// A profile that something must hold to.
#[derive(Clone, Debug)]
pub struct ProfileUse {
    /// The canonical as it was written.
    pub canonical: Box<str>,
    /// The definition, where it is at hand.
    pub definition: Option<DefinitionId>,
}

/// What a reference may lead to.
#[derive(Debug, Default)]
pub struct Target {
    /// The types of resources; empty for any.
    pub types: Box<[Box<str>]>,
    /// The profiles of which the resource must hold to one; empty where its type is enough.
    pub profiles: Box<[ProfileUse]>,
    /// Whether a contained resource will do.
    pub contained: bool,
    /// Whether a resource elsewhere will do.
    pub referenced: bool,
    /// Whether a resource in the same bundle will do.
    pub bundled: bool,
}

/// What a profile adds at one place.
#[derive(Debug, Default)]
pub struct Overlay {
    /// The id of the element in the profile: `Observation.category:us-core`.
    pub id: Box<str>,
    /// The types that the profile leaves, where it takes some away or adds a profile or a target to one.
    pub types: Option<Box<[ElementType]>>,
    /// What must hold of each value.
    pub checks: Box<[Check]>,
    /// What is added below, sorted by element name.
    pub children: Box<[ChildOverlay]>,
    /// The object that the overlay was made for, and for each of its elements the row of its child and one; 0 where nothing is added.
    pub rows: Option<(TypeId, Box<[u8]>)>,
    /// The children of which something must be there, as their rows.
    pub needed: Box<[u16]>,
}

impl Overlay {
    /// What is added at a child of this name.
    #[must_use]
    pub fn child(&self, name: NameId) -> Option<&ChildOverlay> {
        self.children.get(self.row_of(name)?)
    }

    fn row_of(&self, name: NameId) -> Option<usize> {
        match self.children.len() {
            0 => None,
            1..=8 => self.children.iter().position(|child| child.name == name),
            _ => self.children.binary_search_by_key(&name, |child| child.name).ok(),
        }
    }

    /// The same for the element of this row in an object, which mostly is the one that the overlay was made for.
    #[inline]
    #[must_use]
    pub fn child_at(&self, object: TypeId, element: u16, name: NameId) -> Option<&ChildOverlay> {
        if self.children.is_empty() {
            return None;
        }
        match &self.rows {
            Some((of, rows)) if *of == object => {
                self.children.get(usize::from(rows.get(usize::from(element))?.checked_sub(1)?))
            }
            _ => self.child(name),
        }
    }

    /// Notes for the elements of an object which child each has.
    pub(crate) fn note_rows(&mut self, object: &ObjectPlan) {
        let row = |element: &Element| {
            let row = self.row_of(element.name).and_then(|row| u8::try_from(row + 1).ok());
            row.unwrap_or_default()
        };
        if !self.children.is_empty() && self.children.len() < usize::from(u8::MAX) {
            self.rows = Some((object.id, object.elements.iter().map(row).collect()));
        }
    }

    /// Whether it adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.types.is_none() && self.checks.is_empty() && self.children.is_empty()
    }
}

/// What a profile adds at an element: to the list of its values, and to each value.
#[derive(Debug)]
pub struct ChildOverlay {
    /// The element's name.
    pub name: NameId,
    /// The same as text.
    pub label: Box<str>,
    /// The least number of values, where the profile asks for more than the type; else 0.
    pub min: u32,
    /// The greatest number of values, where the profile allows fewer than the type; else [`crate::definition::UNBOUNDED`].
    pub max: u32,
    /// What holds for each value, as a row of [`Plan::overlays`].
    pub overlay: Option<u32>,
    /// How the values are told apart.
    pub slicing: Option<Box<SlicingPlan>>,
}

/// A sliced list.
#[derive(Debug)]
pub struct SlicingPlan {
    /// Whether values that belong to no slice may stand here.
    pub rules: SlicingRules,
    /// Whether they stand in the slices' order.
    pub ordered: bool,
    /// Why slices cannot be told apart, where that is so.
    pub undecidable: Option<Box<str>>,
    /// The slices, reslices after the slice that they belong to.
    pub slices: Box<[Slice]>,
    /// The slice that takes what no other takes (`@default`), as its row.
    pub default: Option<u16>,
    /// Whether a slice must be there even where the list is not.
    pub needs_some: bool,
    /// The elements that lead to what all slices are told apart by, where that is one thing: it is looked up once for all of them.
    pub shared: Option<Box<[NameId]>>,
}

/// One slice.
#[derive(Debug)]
pub struct Slice {
    /// Its name.
    pub name: Box<str>,
    /// The slice that it divides further, as its row.
    pub parent: Option<u16>,
    /// Whether what belongs to this slice must belong to one of its reslices.
    pub closed: bool,
    /// The least number of values.
    pub min: u32,
    /// The greatest number of values.
    pub max: u32,
    /// What holds for each value, as a row of [`Plan::overlays`].
    pub overlay: Option<u32>,
    /// What makes a value belong to it: all of these.
    pub matchers: Box<[Matcher]>,
}

/// A condition by which a value belongs to a slice.
#[derive(Debug)]
pub struct Matcher {
    /// Where to look, from the value.
    pub steps: Box<[Step]>,
    /// What must be found.
    pub condition: Condition,
    /// The kind of discriminator that it comes from.
    pub kind: DiscriminatorKind,
}

/// A step of a discriminator's path.
#[derive(Clone, Debug)]
pub enum Step {
    /// To an element.
    Child(NameId),
    /// To the extensions of this URL.
    Extension(Box<str>),
    /// To the resource that a reference leads to.
    Resolve,
    /// Only values of this type.
    OfType(Box<str>),
}

/// What a discriminator asks of what it finds.
#[derive(Debug)]
pub enum Condition {
    /// Some value equals this one.
    Fixed(Value),
    /// Some value contains this one.
    Pattern(Value),
    /// All of these conditions hold at places below (a value that is fixed piece by piece).
    All(Box<[Matcher]>),
    /// Some value's code is in the value set.
    Binding(Option<ValueSetId>),
    /// Something is there.
    Exists,
    /// Nothing is there.
    Absent,
    /// Some value has one of these types.
    Type(Box<[Box<str>]>),
    /// Some value holds to one of these profiles.
    Profile(Box<[ProfileUse]>),
    /// The value stands in the list at this place or after it, and before that one; places count from 0.
    Position(u32, u32),
}

/// Something that must hold of a value.
#[derive(Debug)]
pub enum Check {
    /// It equals this.
    Fixed(Value),
    /// It contains this.
    Pattern(Value),
    /// It is not less than this.
    MinValue(Value),
    /// It is not more than this.
    MaxValue(Value),
    /// It is not longer than this many characters.
    MaxLength(u32),
    /// It has no more bytes than this: an attachment, or base64.
    MaxSize(u64),
    /// Its code comes from a value set.
    Binding(Box<BindingPlan>),
    /// An expression holds.
    Invariant(Box<Invariant>),
}

/// A binding.
#[derive(Debug)]
pub struct BindingPlan {
    /// How binding it is.
    pub strength: Strength,
    /// The value set's canonical as it was written.
    pub canonical: Box<str>,
    /// The value set, where it is at hand.
    pub value_set: Option<ValueSetId>,
    /// The maximum value set's canonical, where there is one.
    pub max_canonical: Box<str>,
    /// The maximum value set, where it is at hand.
    pub max_value_set: Option<ValueSetId>,
}

/// An invariant.
#[derive(Debug)]
pub struct Invariant {
    /// Its key.
    pub key: Box<str>,
    /// How bad a breach is.
    pub severity: Severity,
    /// Its expression as written.
    pub text: Box<str>,
    /// Its expression; `None` where it cannot be read.
    pub expression: Option<Expression>,
    /// What settles it by presence alone.
    pub clauses: Box<[Clause]>,
    /// The same for the object that it is an invariant of, as bits of its elements: absent, present. Empty for others.
    pub masks: Box<[(u128, u128)]>,
    /// Whether it is a best practice only.
    pub best_practice: bool,
}

impl Invariant {
    /// Whether the elements that are there settle it.
    #[must_use]
    pub fn is_settled(&self, there: u128) -> bool {
        !self.masks.is_empty()
            && self.masks.iter().all(|(absent, present)| absent & !there != 0 || present & there != 0)
    }
}
