//! A tree of JSON-shaped nodes in one arena: what cases are read from, what bundles are written from, and what the validator walks.
//!
//! Every node keeps where it stood in its source ([`crate::issue::Span`]) and numbers keep their lexical form, because FHIR gives
//! precision a meaning (`5.10` is not `5.1`: FHIR R4, Datatypes, decimal). The room knows neither cases nor
//! profiles; it refuses to interpret anything beyond JSON's own kinds.

mod arena;
mod builder;
mod escape;
mod fault;
pub mod handle;
mod json;
mod lines;
mod names;
mod node;
mod scan;
mod serialize;
mod symbols;
mod write;
mod yaml;

pub use arena::{Children, Document, Kind, Members, NodeId};
pub use builder::Builder;
pub use json::{parse_json, parse_json_bytes};
pub use lines::lines;
pub use names::{NameId, Names};
pub use node::NodeRef;
pub use serialize::{SerializeError, to_document};
pub use symbols::Symbol;
pub use write::{node_to_json, to_json, to_json_pretty, write_json};
pub use yaml::parse_yaml;
