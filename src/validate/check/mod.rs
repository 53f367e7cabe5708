//! What is checked, one kind a file.

pub mod attachment;
pub mod base64;
pub mod language;
pub mod mime;
mod moment;
pub mod narrative;
mod number;
pub mod primitive;
pub mod text;
pub mod unit;
pub mod uri;
mod xhtml;
