//! `case2fhir schema`: the JSON Schema of the case format.

use super::talk::Talk;
use super::{Outcome, print};

pub(super) fn run(talk: &mut Talk) -> Outcome {
    print(crate::case::schema().as_bytes(), talk)
}
