//! `case2fhir schema`: the JSON Schema of the case format, and of mappings of tables.

use super::args::SchemaOf;
use super::talk::Talk;
use super::{Outcome, print};

pub(super) fn run(of: SchemaOf, talk: &mut Talk) -> Outcome {
    let schema = match of {
        SchemaOf::Case => crate::case::schema(),
        SchemaOf::Mapping => crate::source::mapping_schema(),
    };
    print(schema.as_bytes(), talk)
}
