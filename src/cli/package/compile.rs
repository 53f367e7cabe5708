//! `case2fhir package compile`: packages to the compact facts that the program embeds.

use std::path::Path;

use crate::cli::args::Compile;
use crate::cli::convert::write_whole;
use crate::cli::talk::Talk;
use crate::cli::{Outcome, setup};
use crate::definition::compile::compile;
use crate::issue::{Issues, SourceMap};

pub(super) fn run(options: &Compile, talk: &mut Talk) -> Outcome {
    let mut issues = Issues::default();
    let mut loader = setup::loader();
    let packages = options.inputs.iter().flat_map(|input| loader.load(input, &mut issues)).collect();
    talk.issues(&issues, &SourceMap::default());
    if issues.has_errors() {
        return Outcome::Environment;
    }
    let mut outcome = Outcome::Well;
    for package in compile(packages) {
        let folder = options.output.join(&package.folder);
        for (name, text) in &package.files {
            let path = folder.join(name);
            let done = match options.check {
                true => compare(&path, text, talk),
                false => write(&folder, &path, text, talk),
            };
            outcome = outcome.max(done);
        }
    }
    outcome
}

fn compare(path: &Path, text: &str, talk: &mut Talk) -> Outcome {
    if std::fs::read_to_string(path).ok().as_deref() == Some(text) {
        return Outcome::Well;
    }
    talk.failure(&format!("{}: is not what the packages come to", path.display()));
    Outcome::Faulty
}

fn write(folder: &Path, path: &Path, text: &str, talk: &mut Talk) -> Outcome {
    match std::fs::create_dir_all(folder).and_then(|()| write_whole(path, text)) {
        Ok(()) => {
            talk.note(&format!("{}: {} bytes", path.display(), text.len()));
            Outcome::Well
        }
        Err(error) => {
            talk.failure(&format!("{}: {error}", path.display()));
            Outcome::Environment
        }
    }
}
