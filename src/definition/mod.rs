//! What FHIR's definitions say, as plain data: StructureDefinitions with their snapshots, ValueSets, CodeSystems.
//!
//! The room reads packages (a `.tgz`, a folder, the ecosystem's cache), makes the compact facts that stand in `schemas/`, and gives
//! each definition on demand ([`Library`]). It knows no instance and judges nothing.

pub mod compile;
mod element_definition;
pub mod facts;
mod json;
pub mod library;
pub mod package;
pub mod read;
mod snapshot;
mod structure_definition;
mod terminology;
mod tree;
mod xml;

/// What the canonicals of FHIR's own types and extensions begin with.
pub const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";

pub use element_definition::{
    Binding, Constraint, ConstraintSeverity, Discriminator, DiscriminatorKind, ElementDefinition, Given, Slicing,
    SlicingRules, Strength, TypeReference, UNBOUNDED,
};
pub use library::{DefinitionId, FhirVersion, Header, Library, PackageInfo};
pub use package::Package;
pub use snapshot::Snapshots;
pub use structure_definition::{Derivation, ExtensionContext, Kind, StructureDefinition};
pub use terminology::{CodeSystem, Concept, Content, Filter, Include, Property, ValueSet};
pub use tree::{Tree, TreeNode};
pub use xml::parse_xml;
