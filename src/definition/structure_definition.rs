//! A StructureDefinition as far as validation needs it (FHIR R4, StructureDefinition).

use super::ElementDefinition;

/// What kind of thing is defined (`StructureDefinition.kind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `primitive-type`
    Primitive,
    /// `complex-type`
    Complex,
    /// `resource`
    Resource,
    /// `logical`
    Logical,
}

/// How the definition relates to its base (`StructureDefinition.derivation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivation {
    /// A type of its own.
    Specialization,
    /// A profile.
    Constraint,
}

/// Where an extension may stand (`StructureDefinition.context`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionContext {
    /// `element`, `extension` or `fhirpath`.
    pub kind: Box<str>,
    /// The path of an element, the canonical of an extension, or an expression.
    pub expression: Box<str>,
}

/// A type or a profile of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructureDefinition {
    /// The canonical URL, without version.
    pub url: Box<str>,
    /// The business version; may be empty.
    pub version: Box<str>,
    /// The computable name.
    pub name: Box<str>,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Whether it has no instances of its own (Resource, Element).
    pub is_abstract: bool,
    /// The type that is defined or constrained: `Observation`, `Extension`, `string`.
    pub type_name: Box<str>,
    /// The canonical of what it is derived from; empty for the roots.
    pub base: Box<str>,
    /// How it relates to its base.
    pub derivation: Derivation,
    /// Where an extension may stand; empty for other types.
    pub contexts: Vec<ExtensionContext>,
    /// FHIRPath expressions that must hold where the extension stands (`contextInvariant`).
    pub context_invariants: Vec<Box<str>>,
    /// Canonicals of profiles that every instance of this one must hold to as well (extension `structuredefinition-imposeProfile`).
    pub imposes: Vec<Box<str>>,
    /// The snapshot, in its order; the root element first. Empty where a package brings none: then it is made from
    /// [`StructureDefinition::differential`].
    pub elements: Vec<ElementDefinition>,
    /// The differential; kept only where there is no snapshot.
    pub differential: Vec<ElementDefinition>,
}
