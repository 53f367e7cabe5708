//! What an expression asks of its surroundings: the types of elements ([`Model`]) and the world outside the document ([`Host`]).

use super::item::{Item, Node};
use crate::instance::{NameId, NodeId};

/// The number of a type in a [`Model`]. An element with a structure of its own (`Patient.contact`) has a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

impl TypeId {
    /// The type of what the model does not know.
    pub const UNKNOWN: Self = Self(u32::MAX);
}

/// How an element may stand in an object's JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member's name: `birthDate`, `valueQuantity`.
    pub key: NameId,
    /// The name of the member that holds ids and extensions of a primitive value: `_birthDate`; [`NameId::NONE`] for others.
    pub companion: NameId,
    /// The element's name: `birthDate`, `value`.
    pub element: NameId,
    /// The type of its values.
    pub type_id: TypeId,
    /// Whether its values are resources, which say their types themselves.
    pub is_resource: bool,
}

/// The system types that FHIR's types convert to (FHIR R4, FHIRPath, "Use of FHIR types").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Primitive {
    /// `boolean`
    Boolean,
    /// `string`, `uri`, `code` and the others that are texts
    String,
    /// `integer`, `positiveInt`, `unsignedInt`
    Integer,
    /// `decimal`
    Decimal,
    /// `date`
    Date,
    /// `dateTime`, `instant`
    DateTime,
    /// `time`
    Time,
    /// `Quantity` and its specialisations: no primitive, but it converts
    Quantity,
}

/// The namespace of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// FHIRPath's own types
    System,
    /// FHIR's types
    Fhir,
}

/// A type as an expression names it.
#[derive(Clone, Debug)]
pub struct TypeSpecifier {
    /// The namespace, where it is written.
    pub namespace: Option<Namespace>,
    /// The name.
    pub name: Box<str>,
    /// The number of the name.
    pub name_id: NameId,
}

/// The types of a FHIR version.
pub trait Model {
    /// The type of a resource by its name.
    fn resource_type(&self, name: &str) -> Option<TypeId>;

    /// The members that carry the element of this name in an object of this type, sorted by key: one for plain elements, several for
    /// a choice (`value`: `valueQuantity`, `valueString`, …). For a primitive type these are `id` and `extension`.
    fn element(&self, of: TypeId, name: NameId) -> &[Member];

    /// What the member `key` is in an object of this type; `key` may also be that of a companion.
    fn member(&self, of: TypeId, key: NameId) -> Option<Member>;

    /// The type's name in the namespace FHIR: `Patient`, `string`; `BackboneElement` for elements with a structure of their own.
    fn name(&self, id: TypeId) -> &str;

    /// Whether a type is the named one of FHIR or derived from it; `None` when there is no type of that name.
    fn is_subtype(&self, id: TypeId, of: &TypeSpecifier) -> Option<bool>;

    /// The system type that values of this type convert to.
    fn primitive(&self, id: TypeId) -> Option<Primitive>;
}

/// What lies outside the resource. The answers here are those of a host that knows nothing.
pub trait Host {
    /// `resolve()`: the resource behind a reference, seen from the node that holds the reference.
    fn resolve(&self, _reference: &str, _from: NodeId) -> Option<(NodeId, TypeId)> {
        None
    }

    /// `memberOf(value set)`; `None` when it cannot be told.
    fn member_of(&self, _value_set: &str, _item: Item) -> Option<bool> {
        None
    }

    /// `conformsTo(canonical)`; `None` when the profile is unknown.
    fn conforms_to(&self, _canonical: &str, _node: Node) -> Option<bool> {
        None
    }

    /// `htmlChecks()`: whether the XHTML of a narrative keeps FHIR's rules.
    fn html_checks(&self, _node: Node) -> bool {
        true
    }

    /// `%extension`: the extension that the expression is about; `None` for expressions that are about none (FHIR R4,
    /// StructureDefinition.contextInvariant).
    fn extension(&self) -> Option<(NodeId, TypeId)> {
        None
    }

    /// `subsumes` and `subsumedBy` of one coding by another; `None` when it cannot be told.
    fn subsumes(&self, _general: Node, _special: Node) -> Option<bool> {
        None
    }
}

/// A host that knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {}
