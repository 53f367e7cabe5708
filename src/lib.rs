//! stub
pub mod bundle;
pub mod case;
pub mod cli;
pub mod instance;
pub mod issue;
pub mod map;
pub mod fhir;
pub mod pipeline;
pub mod render;
pub mod source;
pub mod terminology;
