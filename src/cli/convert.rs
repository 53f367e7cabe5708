//! `case2fhir convert`: cases to bundles.
//!
//! Each input is read, mapped, checked and written by itself: one that has errors is reported and leaves nothing, the others
//! are done. Files appear whole or not at all.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::args::{Convert, FailOn};
use super::batch::names::file_name;
use super::stream::tables::{self, Tables};
use super::talk::{Talk, counted};
use super::{Outcome, context};
use crate::instance::{to_json, to_json_pretty};
use crate::issue::{Issues, Severity, SourceMap};
use crate::pipeline::{Context, Conversion, Converter, Given};
use crate::source::{Cases, Format, Input, TableFile, open_tables};

pub(super) fn run(options: &Convert, talk: &mut Talk) -> Outcome {
    let context = match context::resolve(&options.conversion, talk) {
        Ok(context) => context,
        Err(outcome) => return outcome,
    };
    let tables = Tables::of(&options.conversion, &context);
    let target = match Target::new(options, tables) {
        Ok(target) => target,
        Err(message) => {
            talk.failure(&message);
            return Outcome::Misused;
        }
    };
    let mut run = Run { options, context: &context, tables, target, taken: Vec::new(), written: HashMap::new() };
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
    fn new(options: &Convert, tables: Tables) -> Result<Self, String> {
        let path = &options.output;
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        let is_many =
            options.inputs.len() > 1 || options.inputs.iter().any(|input| input.is_dir() || tables.takes(input));
        let named_as_folder = path.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR);
        if path.is_dir() || named_as_folder || (is_many && path.extension().is_none()) {
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
    context: &'o Context,
    tables: Tables,
    target: Target,
    /// The tables that were read out of folders.
    taken: Vec<PathBuf>,
    /// The files written in this run, by name, with the input that each came from.
    written: HashMap<PathBuf, String>,
}

impl Run<'_> {
    fn one(&mut self, input: &Path, talk: &mut Talk) -> Outcome {
        let name = if input == Path::new("-") { "<stdin>".to_owned() } else { input.display().to_string() };
        if input.is_dir() && self.tables == Tables::Each {
            let advice =
                "name the files in the mapping (`file:`), or convert a folder of single tables with `case2fhir batch`";
            talk.failure(&format!("{name}: the mapping does not say which tables of a folder it is for; {advice}"));
            return Outcome::Misused;
        }
        if tables::lacks_mapping(input, self.tables) {
            talk.failure(&format!("{name}: {}", tables::MAPPING_WANTED));
            return Outcome::Misused;
        }
        match self.read(input) {
            Ok(Read::Bytes(bytes)) => self.file(&name, &bytes, talk),
            Ok(Read::Tables(files)) => {
                let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
                let cases = open_tables(files, self.context.mapping.as_ref(), &mut sources, &mut issues);
                talk.issues(&issues, &sources);
                match cases.filter(|_| !self.is_refused(&issues)) {
                    Some(cases) => self.several(&name, &cases, talk),
                    None => not_converted(&name, &issues, talk),
                }
            }
            Err(error) => {
                talk.failure(&format!("{name}: {error}"));
                Outcome::Environment
            }
        }
    }

    fn read(&mut self, input: &Path) -> std::io::Result<Read> {
        if input == Path::new("-") {
            if self.context.mapping.is_some() || self.context.format == Format::McodeCsv {
                return Ok(Read::Tables(tables::from_stdin()?));
            }
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes)?;
            return Ok(Read::Bytes(bytes));
        }
        if input.is_dir() {
            let files = self.tables.in_folder(input)?;
            self.taken.extend(files.iter().cloned());
            return match files.is_empty() {
                true => {
                    Err(std::io::Error::other("this folder holds no tables; `case2fhir batch` takes folders of cases"))
                }
                false => Ok(Read::Tables(tables::read(&files)?)),
            };
        }
        match self.tables.takes(input) || self.context.format == Format::Table {
            true => Ok(Read::Tables(tables::read(&[input.to_path_buf()])?)),
            false => Ok(Read::Bytes(std::fs::read(input)?)),
        }
    }

    /// Converts a file of one case, or of several.
    fn file(&mut self, name: &str, bytes: &[u8], talk: &mut Talk) -> Outcome {
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        let context = self.context;
        match Converter::new(context).open(Input::file(name, bytes), &mut sources, &mut issues) {
            Given::One(conversion) => {
                self.give(name, conversion.map(|conversion| *conversion), &issues, &sources, talk)
            }
            Given::Several(cases) => self.several(name, &cases, talk),
        }
    }

    fn several(&mut self, name: &str, cases: &Cases, talk: &mut Talk) -> Outcome {
        if let Target::File(path) = &self.target
            && path.extension().is_none()
            && !path.exists()
        {
            self.target = Target::Folder(path.clone());
        }
        if let (Target::File(path), true) = (&self.target, cases.len() > 1) {
            let (count, path) = (cases.len(), path.display());
            talk.failure(&format!("{name}: {count} cases cannot go into one file; give a folder with -o {path}/"));
            return Outcome::Misused;
        }
        let context = self.context;
        let mut converter = Converter::new(context);
        let mut worst = Outcome::Well;
        for index in 0..cases.len() {
            let mut issues = Issues::default();
            let (sources, conversion) = converter.convert_one_of(cases, index, &mut issues);
            let name = match cases.place(index) {
                Some((file, line)) => format!("{file}:{line}"),
                None => name.to_owned(),
            };
            worst = worst.max(self.give(&name, conversion, &issues, &sources, talk));
        }
        worst
    }

    fn is_refused(&self, issues: &Issues) -> bool {
        let is_warned = self.options.conversion.fail_on == FailOn::Warning && issues.count(Severity::Warning) > 0;
        issues.has_errors() || is_warned
    }

    /// Tells what a case came to, and writes it.
    fn give(
        &mut self,
        name: &str,
        conversion: Option<Conversion>,
        issues: &Issues,
        sources: &SourceMap,
        talk: &mut Talk,
    ) -> Outcome {
        talk.issues(issues, sources);
        let Some(conversion) = conversion.filter(|_| !self.is_refused(issues)) else {
            return not_converted(name, issues, talk);
        };
        match self.write(&conversion, name) {
            Ok(place) => {
                talk.note(&summary(name, &conversion, issues, place.as_deref()));
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
        let conversion = &self.options.conversion;
        let own = self.options.inputs.iter().chain(&conversion.lexicon).chain(&conversion.mapping);
        if own.chain(&self.taken).any(same) {
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

/// What an input is.
enum Read {
    Bytes(Vec<u8>),
    Tables(Vec<TableFile>),
}

fn not_converted(name: &str, issues: &Issues, talk: &mut Talk) -> Outcome {
    let (errors, warnings) = (issues.count(Severity::Error), issues.count(Severity::Warning));
    talk.note(&format!("{name}: not converted: {}, {}", counted(errors, "error"), counted(warnings, "warning")));
    Outcome::Faulty
}

/// Writes a file beside its place and moves it there, so that nobody ever sees half of it. A link stays a link; a device or a pipe is
/// written to, for a file that takes its name would take it from everybody on the machine.
pub(super) fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let path = match std::fs::metadata(path) {
        Ok(there) if !there.is_file() && !there.is_dir() => return std::fs::write(path, text),
        Ok(_) => &path.canonicalize()?,
        Err(_) => path,
    };
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
