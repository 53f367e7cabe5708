//! `case2fhir init`: a commented case to start from, or a draft of what the columns of a table are.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::Outcome;
use super::args::Init;
use super::stream::tables;
use super::talk::Talk;
use crate::issue::{Issues, SourceMap};
use crate::source::draft_mapping;

/// The starter; a test converts it.
pub const STARTER: &str = include_str!("starter.yaml");

pub(super) fn run(options: &Init, talk: &mut Talk) -> Outcome {
    let Some(table) = &options.table else {
        return write(STARTER, options, "fill it in, then: case2fhir convert", talk);
    };
    let file = match tables::read(std::slice::from_ref(table)) {
        Ok(mut files) => files.pop(),
        Err(error) => {
            talk.failure(&error.to_string());
            return Outcome::Environment;
        }
    };
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let draft = file.and_then(|file| draft_mapping(file, &mut sources, &mut issues));
    talk.issues(&issues, &sources);
    match draft {
        Some(draft) => write(&draft, options, "correct it, then: case2fhir convert --mapping", talk),
        None => Outcome::Faulty,
    }
}

/// Writes a text to a new file, or to stdout.
fn write(text: &str, options: &Init, next: &str, talk: &mut Talk) -> Outcome {
    let written = if options.output == Path::new("-") {
        std::io::stdout().write_all(text.as_bytes())
    } else {
        // A case that is there already is somebody's work.
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&options.output)
            .and_then(|mut file| file.write_all(text.as_bytes()))
    };
    match written {
        Ok(()) => {
            if options.output != Path::new("-") {
                let name = options.output.display();
                let table = options.table.as_ref().map(|table| format!(" {}", table.display())).unwrap_or_default();
                talk.note(&format!("wrote {name}; {next} {name}{table}"));
            }
            Outcome::Well
        }
        // Whoever closed the pipe has read what they wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Outcome::Environment,
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
