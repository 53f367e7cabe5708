//! The tests of the validator half: parsing, definitions, terminology, FHIRPath, validation. They build without the typed FHIR
//! model (`cargo test --no-default-features --test validator`).
//!
//! What needs HL7's material reads it from `../shared` and from the packages that `CASE2FHIR_PACKAGES` names, and says that it skips
//! where they are not there.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and says on the way what it skips"
)]

mod attachments;
mod bindings;
mod definitions_in_xml;
mod document;
mod examples;
mod expressions;
mod extensions;
mod facts;
mod fhirpath;
mod hl7_suite;
mod hostile;
mod library;
mod mutations;
mod narratives;
mod package;
mod parse;
mod places;
mod plans;
mod primitives;
mod random;
mod references;
mod requests;
mod slices;
mod snapshots_of_definitions;
mod snapshots_of_own_definitions;
mod structure_definitions;
mod support;
mod terminology;
mod terminology_packages;
#[cfg(feature = "terminology-server")]
mod terminology_server;
mod xml;
