//! `case2fhir schema`: the JSON Schema of the case format.

use std::io::Write as _;

use super::Outcome;
use super::talk::Talk;

pub(super) fn run(talk: &mut Talk) -> Outcome {
    let text = crate::case::schema();
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => Outcome::Well,
        // Whoever closed the pipe has read what they wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Outcome::Environment,
        Err(error) => {
            talk.failure(&format!("stdout: {error}"));
            Outcome::Environment
        }
    }
}
