//! `case2fhir package compile`: packages to the compact facts that the program embeds, a folder a package.
//!
//! Packages for one version of FHIR are compiled together, because what is kept of one hangs on the others; so the packages of
//! `schemas/` are given in one call. The same packages give the same bytes.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::cli::args::Compile;
use crate::cli::convert::write_whole;
use crate::cli::talk::{Talk, counted};
use crate::cli::{Outcome, setup};
use crate::definition::compile::{Compiled, compile};

pub(super) fn run(options: &Compile, talk: &mut Talk) -> Outcome {
    let packages = match setup::alone(&options.inputs, talk) {
        Ok(packages) => packages,
        Err(outcome) => return outcome,
    };
    let mut worst = Outcome::Well;
    for package in compile(packages) {
        let folder = options.output.join(&package.folder);
        let outcome = match options.check {
            true => compare(&package, &folder, talk),
            false => write(&package, &folder, talk),
        };
        worst = worst.max(outcome);
    }
    worst
}

fn write(package: &Compiled, folder: &Path, talk: &mut Talk) -> Outcome {
    let written = fs::create_dir_all(folder)
        .and_then(|()| package.files.iter().try_for_each(|(name, text)| write_whole(&folder.join(name), text)));
    match written {
        Ok(()) => {
            // The first line of a file says what is in it.
            let lines = package.files.iter().map(|(_, text)| text.lines().count().saturating_sub(1)).sum();
            let bytes: usize = package.files.iter().map(|(_, text)| text.len()).sum();
            talk.note(&format!("{}: {}, {} kB", folder.display(), counted(lines, "fact"), bytes.div_ceil(1000)));
            Outcome::Well
        }
        Err(error) => {
            talk.failure(&format!("{}: {error}", folder.display()));
            Outcome::Environment
        }
    }
}

fn compare(package: &Compiled, folder: &Path, talk: &mut Talk) -> Outcome {
    let mut worst = Outcome::Well;
    for (name, text) in &package.files {
        let path = folder.join(name);
        let place = path.display();
        match fs::read(&path) {
            Ok(bytes) if bytes == text.as_bytes() => talk.note(&format!("{place}: the same")),
            Ok(bytes) => {
                let line = first_difference(&bytes, text);
                talk.failure(&format!("{place}: differs from what the packages say, first in line {line}"));
                worst = worst.max(Outcome::Faulty);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                talk.failure(&format!("{place}: is not there"));
                worst = worst.max(Outcome::Faulty);
            }
            Err(error) => {
                talk.failure(&format!("{place}: {error}"));
                worst = worst.max(Outcome::Environment);
            }
        }
    }
    worst
}

/// The first line, from 1, in which two texts differ.
fn first_difference(there: &[u8], wanted: &str) -> usize {
    let there = there.split(|byte| *byte == b'\n');
    let wanted = wanted.as_bytes().split(|byte| *byte == b'\n');
    there.zip(wanted).take_while(|(a, b)| a == b).count() + 1
}
