//! Tests of the validator's half of the house: what it needs is built without the conversion.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and says on the way what it skips"
)]

mod facts;
mod library;
mod package;
mod snapshots_of_definitions;
mod snapshots_of_own_definitions;
mod xml;
