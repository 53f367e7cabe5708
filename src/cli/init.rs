//! `case2fhir init`: a commented case to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::Outcome;
use super::args::Init;
use super::talk::Talk;

/// The starter; a test converts it.
pub const STARTER: &str = include_str!("starter.yaml");

pub(super) fn run(options: &Init, talk: &mut Talk) -> Outcome {
    let written = if options.output == Path::new("-") {
        std::io::stdout().write_all(STARTER.as_bytes())
    } else {
        // A case that is there already is somebody's work.
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&options.output)
            .and_then(|mut file| file.write_all(STARTER.as_bytes()))
    };
    match written {
        Ok(()) => {
            if options.output != Path::new("-") {
                let name = options.output.display();
                talk.note(&format!("wrote {name}; fill it in, then: case2fhir convert {name}"));
            }
            Outcome::Well
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            talk.failure(&format!("{}: the file exists already and is left as it is", options.output.display()));
            Outcome::Environment
        }
        Err(error) => {
            talk.failure(&format!("{}: {error}", options.output.display()));
            Outcome::Environment
        }
    }
}
