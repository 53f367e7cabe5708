//! Tests of the validator, through the public doors. They build without the conversion.

mod attachments;
mod narratives;
mod primitives;
