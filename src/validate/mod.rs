//! Whether a resource holds to FHIR's definitions.

pub mod check;
