//! `case2fhir convert`: cases to bundles.
//!
//! Each input is read, mapped, checked and written by itself: one that has errors is reported and leaves nothing, the others
//! are done. Files appear whole or not at all.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::args::{Convert, FailOn};
use super::batch::names::file_name;
use super::talk::{Talk, counted};
use super::{Outcome, context};
use crate::instance::{to_json, to_json_pretty};
use crate::issue::{Issues, Severity, SourceMap};
use crate::pipeline::{self, Context, Conversion};

pub(super) fn run(options: &Convert, talk: &mut Talk) -> Outcome {
    let context = match context::resolve(&options.conversion, talk) {
        Ok(context) => context,
        Err(outcome) => return outcome,
    };
    let target = match Target::new(options) {
        Ok(target) => target,
        Err(message) => {
            talk.failure(&message);
            return Outcome::Misused;
        }
    };
    let mut run = Run { options, context, target, written: HashMap::new() };
    let mut worst = Outcome::Well;
    for input in &options.inputs {
        worst = worst.max(run.one(input, talk));
    }
    worst
}

/// Where bundles go.
enum Target {
    Stdout,
    File(PathBuf),
    Folder(PathBuf),
}

impl Target {
    fn new(options: &Convert) -> Result<Self, String> {
        let path = &options.output;
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        let named_as_folder = path.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR);
        if path.is_dir() || named_as_folder || (options.inputs.len() > 1 && path.extension().is_none()) {
            return Ok(Self::Folder(path.clone()));
        }
        if options.inputs.len() > 1 {
            return Err("several inputs cannot go into one file; give a folder with -o".to_owned());
        }
        Ok(Self::File(path.clone()))
    }
}

struct Run<'o> {
    options: &'o Convert,
    context: Context,
    target: Target,
    /// The files written in this run, by name, with the input that each came from.
    written: HashMap<PathBuf, String>,
}

impl Run<'_> {
    fn one(&mut self, input: &Path, talk: &mut Talk) -> Outcome {
        let name = if input == Path::new("-") { "<stdin>".to_owned() } else { input.display().to_string() };
        let bytes = match read(input) {
            Ok(bytes) => bytes,
            Err(error) => {
                talk.failure(&format!("{name}: {error}"));
                return Outcome::Environment;
            }
        };
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        let conversion = pipeline::convert(&self.context, &name, &bytes, &mut sources, &mut issues);
        talk.issues(&issues, &sources);
        let warned = self.options.conversion.fail_on == FailOn::Warning && issues.count(Severity::Warning) > 0;
        let Some(conversion) = conversion.filter(|_| !warned) else {
            let (errors, warnings) = (issues.count(Severity::Error), issues.count(Severity::Warning));
            talk.note(&format!(
                "{name}: not converted: {}, {}",
                counted(errors, "error"),
                counted(warnings, "warning")
            ));
            return Outcome::Faulty;
        };
        match self.write(&conversion, &name) {
            Ok(place) => {
                talk.note(&summary(&name, &conversion, &issues, place.as_deref()));
                Outcome::Well
            }
            Err(Failure::Clash(message)) => {
                talk.failure(&message);
                Outcome::Faulty
            }
            // Whoever closed the pipe has read what they wanted.
            Err(Failure::Io(_, error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Outcome::Environment,
            Err(Failure::Io(path, error)) => {
                talk.failure(&format!("{}: {error}", path.display()));
                Outcome::Environment
            }
        }
    }

    fn write(&mut self, conversion: &Conversion, input: &str) -> Result<Option<PathBuf>, Failure> {
        let to_screen = matches!(self.target, Target::Stdout) && Talk::stdout_is_terminal();
        let mut text = match self.options.pretty || to_screen {
            true => to_json_pretty(&conversion.bundle.document),
            false => to_json(&conversion.bundle.document),
        };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let path = match &self.target {
            Target::Stdout => {
                let mut stdout = std::io::stdout().lock();
                let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
                return written.map(|()| None).map_err(|error| Failure::Io("<stdout>".into(), error));
            }
            Target::File(path) => path.clone(),
            Target::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| Failure::Io(folder.clone(), error))?;
                folder.join(file_name(&conversion.id, None))
            }
        };
        if let Some(before) = self.written.get(&path) {
            let id = file_name(&conversion.id, None);
            return Err(Failure::Clash(format!(
                "{input}: {before} went to {id} already; two cases must not share an id"
            )));
        }
        let same =
            |input: &PathBuf| input.canonicalize().ok().is_some_and(|input| path.canonicalize().ok() == Some(input));
        if self.options.inputs.iter().chain(&self.options.conversion.lexicon).any(same) {
            let place = path.display();
            return Err(Failure::Clash(format!(
                "{place}: this is an input, and is left as it is; give another place with -o"
            )));
        }
        write_whole(&path, &text).map_err(|error| Failure::Io(path.clone(), error))?;
        self.written.insert(path.clone(), input.to_owned());
        Ok(Some(path))
    }
}

enum Failure {
    Clash(String),
    Io(PathBuf, std::io::Error),
}

fn read(input: &Path) -> std::io::Result<Vec<u8>> {
    if input != Path::new("-") {
        return std::fs::read(input);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Writes a file beside its place and moves it there, so that nobody ever sees half of it.
pub(super) fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // The part is of no use; that it cannot be removed is no news beside the failure itself.
        let _ = std::fs::remove_file(&part);
    }
    written
}

fn summary(name: &str, conversion: &Conversion, issues: &Issues, place: Option<&Path>) -> String {
    let place = place.map(|path| format!(" → {}", path.display())).unwrap_or_default();
    let tally = conversion.tally;
    let coded = tally.concepts - tally.text_only;
    let mut line = format!(
        "{name}{place}: {}; {} of {} coded, {} kept as text",
        counted(conversion.bundle.places.len(), "resource"),
        coded,
        counted(tally.concepts, "concept"),
        tally.text_only
    );
    let warnings = issues.count(Severity::Warning);
    if warnings > 0 {
        line.push_str(&format!("; {}", counted(warnings, "warning")));
    }
    let notes = issues.count(Severity::Information);
    if notes > 0 {
        line.push_str(&format!("; {} (-v shows them)", counted(notes, "note")));
    }
    line
}
