//! What FHIR's definitions say, as plain data: StructureDefinitions with their snapshots, ValueSets, CodeSystems.
//!
//! The room reads packages (a `.tgz`, a folder, the ecosystem's cache), makes the compact facts that stand in `schemas/`, and gives
//! each definition on demand ([`Library`]). It knows no instance and judges nothing.

mod element_definition;
mod snapshot;
mod structure_definition;
mod terminology;
mod tree;

pub use element_definition::{
    Binding, Constraint, ConstraintSeverity, Discriminator, DiscriminatorKind, ElementDefinition, Given, Slicing,
    SlicingRules, Strength, TypeReference, UNBOUNDED,
};
pub use snapshot::{Find, Snapshots};
pub use structure_definition::{Derivation, ExtensionContext, Kind, StructureDefinition};
pub use terminology::{CodeSystem, Concept, Content, Filter, Include, Property, ValueSet};
pub use tree::{Tree, TreeNode};
