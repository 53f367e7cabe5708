//! What is checked, one kind a file.

pub mod attachment;
pub mod binding;
pub(crate) mod bundle;
pub(crate) mod coded;
pub(crate) mod extension;
pub(crate) mod invariant;
pub mod language;
pub(crate) mod limit;
pub mod mime;
pub mod narrative;
pub(crate) mod nature;
pub mod primitive;
pub(crate) mod reference;
pub(crate) mod resource;
pub mod unit;
pub(crate) mod value;
