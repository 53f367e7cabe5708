//! Code systems, units, the lexicon that matches a case's words to codes, and the value sets that a validator asks.
//!
//! [`Terminology`] answers whether a code is in a value set, as far as the definitions at hand tell; [`judge`] says what that
//! comes to for a binding; [`server`] is whom to ask where they do not tell. Nothing here opens a connection.
//!
//! What stands here was verified in a source that is named beside it. The room refuses to guess: a phrase that no lexicon
//! holds stays words, and a unit that UCUM does not know stays text.

mod code_system;
mod code_table;
mod coding;
mod compose;
mod concept_map;
mod filter;
mod grammar;
mod hierarchy;
pub mod judge;
mod lexicon;
pub mod lists;
mod membership;
mod prepared;
mod registry;
pub mod server;
pub mod systems;
pub mod ucum;
mod value_set;

pub use code_system::{CodeSystemId, Found, Lookup};
pub use coding::Coding;
pub use lexicon::{Domain, Lexicon};
pub use membership::{Membership, Reason};
pub use prepared::{SystemFault, SystemState, Terminology};
pub use systems::CodeSystem;
pub use value_set::ValueSetId;
