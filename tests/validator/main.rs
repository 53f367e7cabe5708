//! Proves what the validator's half of the library promises. It builds without the conversion.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod document;
mod parse;
