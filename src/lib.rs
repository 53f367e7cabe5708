//! Turns oncology case records into HL7 FHIR R4 bundles with mCODE 4.0.0 and US Core 6.1.0 profiles.
//!
//! A case is what a registrar writes, in YAML or JSON: words, codes where they are known, dates as precise as they are.
//! [`pipeline::convert`] reads one, maps it, puts the resources into a bundle and checks it; every fault of the input is
//! reported with its place, and a case with errors gives no bundle at all.
//!
//! ```
//! # #[cfg(feature = "convert")] {
//! use case2fhir::instance::to_json;
//! use case2fhir::issue::{Issues, SourceMap};
//! use case2fhir::pipeline::{Context, convert};
//!
//! let case = "
//! id: example
//! patient: {sex: female}
//! cancers: {diagnosis: papillary thyroid carcinoma, onset: 2002}
//! ";
//! let context = Context::default();
//! let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
//! let conversion = convert(&context, "example.yaml", case.as_bytes(), &mut sources, &mut issues);
//!
//! let bundle = to_json(&conversion.expect("the case has no errors").bundle.document);
//! assert!(bundle.contains(r#""code":"255029007""#));
//! assert!(bundle.contains(r#""onsetDateTime":"2002""#));
//! assert!(!issues.has_errors());
//! # }
//! ```
//!
//! [`validate::Validator`] checks any FHIR resource in JSON against FHIR and its profiles, over the definitions of a
//! [`definition::Library`]; without the feature `convert` the library is that validator and the reader of cases.
//!
//! The rooms and who may import whom are drawn in ARCHITECTURE.md.

#[cfg(feature = "convert")]
pub mod bundle;
pub mod case;
#[cfg(feature = "convert")]
pub mod cli;
pub mod definition;
#[cfg(feature = "convert")]
pub mod fhir;
pub mod fhirpath;
pub mod instance;
pub mod issue;
#[cfg(feature = "convert")]
pub mod map;
#[cfg(feature = "convert")]
pub mod pipeline;
pub mod render;
#[cfg(feature = "terminology-server")]
pub mod sink;
pub mod source;
pub mod terminology;
pub mod validate;
