//! Many inputs as a stream: files to tasks, tasks to threads, and what they give in the order of the inputs.
//!
//! What `validate` and `batch` share. Nothing here knows what is done with the bytes.

pub(super) mod compression;
pub(super) mod feed;
pub(super) mod inputs;
pub(super) mod order;
pub(super) mod tables;
