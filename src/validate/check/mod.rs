//! What is checked, one kind a file.

pub mod attachment;
pub mod base64;
pub(crate) mod bundle;
pub(crate) mod coded;
pub(crate) mod expression;
pub(crate) mod extension;
pub(crate) mod invariant;
pub mod language;
pub(crate) mod limit;
pub mod mime;
mod moment;
pub mod narrative;
pub(crate) mod nature;
mod number;
pub mod primitive;
pub(crate) mod reference;
pub(crate) mod resource;
pub(crate) mod structure_definition;
pub mod text;
pub mod unit;
pub mod uri;
pub(crate) mod value;
mod words;
mod xhtml;
