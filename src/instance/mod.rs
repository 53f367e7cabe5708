//! A tree of JSON-shaped nodes in one arena: what cases are read from and what bundles are written from.
//!
//! Every node keeps where it stood in its source ([`crate::issue::Span`]) and numbers keep their lexical form, because FHIR gives
//! precision a meaning (`5.10` is not `5.1`: FHIR R4, Datatypes, decimal). The room knows neither cases nor
//! profiles; it refuses to interpret anything beyond JSON's own kinds.

mod arena;
pub mod handle;
mod json;
mod names;
mod serialize;
mod write;
mod yaml;

pub use arena::{Builder, Document, Kind, NodeRef};
pub use json::parse_json;
pub use names::{NameId, Names};
pub use serialize::{SerializeError, to_document};
pub use write::{to_json, to_json_pretty};
pub use yaml::parse_yaml;
