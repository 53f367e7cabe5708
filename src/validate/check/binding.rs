//! What bindings make of codes, and what codings are by themselves: the verdicts stand in the room of terminology, which needs
//! no instance for them.

pub use crate::terminology::judge::{Bound, Coded, Finding, bound_coding, code, coding, concept};
