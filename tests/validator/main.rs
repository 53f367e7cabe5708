//! Tests of the validator's half of the house: what it needs is built without the conversion.

mod facts;
mod library;
mod package;
