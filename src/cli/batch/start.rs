//! How a run begins: anew, over a finished one, or where an earlier one stood.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::journal::{Checkpoint, Journal, Trouble};
use super::name_of;
use super::part::{END, beside, hex};
use super::writer::remove;
use crate::cli::args::Batch;
use crate::cli::talk::Talk;
use crate::cli::{Outcome, clock};
use crate::pipeline::Context;

/// What a run begins with.
pub(super) struct Start {
    /// The output folder, as the system knows it.
    pub(super) folder: PathBuf,
    pub(super) rejects: PathBuf,
    pub(super) journal: Journal,
    pub(super) state: Checkpoint,
    pub(super) is_resumed: bool,
}

/// Looks at the output folder and decides how to begin, or how the run ends instead; then it was told why.
pub(super) fn begin(options: &Batch, folder: &Path, context: &Context, talk: &mut Talk) -> Result<Start, Outcome> {
    let failed = |path: &Path, error: &std::io::Error, talk: &mut Talk| {
        talk.failure(&format!("{}: {error}", path.display()));
        Outcome::Environment
    };
    let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
    let folder = made.map_err(|error| failed(folder, &error, talk))?;
    if options.inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == folder)) {
        talk.failure("the output folder is an input too; give another one with -o");
        return Err(Outcome::Misused);
    }
    if options.resume && options.inputs.iter().any(|input| input == Path::new("-")) {
        talk.failure("standard input cannot be read again, so a run over it cannot go on; --restart begins again");
        return Err(Outcome::Misused);
    }
    let rejects = rejects(options).map_err(|error| failed(Path::new("--rejects"), &error, talk))?;
    let settings = settings(options, context, &rejects).map_err(|(path, error)| failed(&path, &error, talk))?;
    let (mut journal, known) = Journal::open(&folder).map_err(|trouble| {
        match trouble {
            Trouble::Io(path, error) => talk.failure(&format!("{}: {error}", path.display())),
            Trouble::Locked => talk.failure(&format!("{}: another run is writing to this folder", folder.display())),
            Trouble::Foreign(path) => {
                let path = path.display();
                talk.failure(&format!("{path}: this is not a journal of this version; take another output folder"));
            }
        }
        Outcome::Environment
    })?;
    if let (Some(known), true) = (&known, options.resume) {
        if let Some(difference) = difference(&known.settings, &settings) {
            let advice = "go on with the same command and --resume, or begin again with --restart";
            talk.failure(&format!("the run in this folder was begun otherwise: {difference}; {advice}"));
            return Err(Outcome::Misused);
        }
    } else if let Some(known) = &known
        && !known.is_finished
        && !options.restart
    {
        let advice = "--resume goes on where it stood, --restart gives it up and begins again";
        talk.failure(&format!("{}: a run was broken off here; {advice}", folder.display()));
        return Err(Outcome::Misused);
    }
    let is_resumed = options.resume && known.is_some();
    let state = match (known, options.resume) {
        (Some(known), true) => known,
        (before, _) => {
            clear(&folder, &mut journal, before.as_ref()).map_err(|error| failed(&folder, &error, talk))?;
            let given = context.timestamp.as_ref().or(context.epoch.as_ref());
            let begun = given.map(|moment| moment.as_str().to_owned());
            let begun = begun.or_else(|| clock::moment(std::time::SystemTime::now())).unwrap_or_default();
            Checkpoint::new(settings, begun)
        }
    };
    if options.resume && !is_resumed {
        talk.note("there is nothing to go on with in this folder; the run begins");
    }
    Ok(Start { folder, rejects, journal, state, is_resumed })
}

/// Removes what an earlier run wrote: it would stand beside what this one writes as if it belonged to it.
fn clear(folder: &Path, journal: &mut Journal, before: Option<&Checkpoint>) -> std::io::Result<()> {
    if let Some(before) = before {
        for line in journal.cases(0)? {
            if let Some(name) = line?.1.split('\t').nth(1).filter(|name| !name.is_empty()) {
                remove(&folder.join(name))?;
            }
        }
        for state in before.complete.iter().chain(&before.parts) {
            let path = folder.join(&state.path);
            remove(&beside(&path))?;
            if before.is_finished {
                remove(&path)?;
            }
        }
        if before.is_finished && before.settings.get("layout").is_some_and(|layout| layout == "bulk") {
            remove(&folder.join("manifest.json"))?;
        }
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(END)) {
            remove(&path)?;
        }
    }
    journal.clear()
}

/// What must be the same in a run that goes on, in the words of the command line.
fn settings(
    options: &Batch,
    context: &Context,
    rejects: &Path,
) -> Result<BTreeMap<String, String>, (PathBuf, std::io::Error)> {
    let conversion = &options.conversion;
    let mut lexicons = String::new();
    for path in &conversion.lexicon {
        let bytes = std::fs::read(path).map_err(|error| (path.clone(), error))?;
        lexicons.push_str(&hex(&Sha256::digest(bytes)));
    }
    let inputs: Vec<String> = options.inputs.iter().map(|input| input.display().to_string()).collect();
    let moment = |date: &Option<crate::case::Date>| date.as_ref().map_or("", |date| date.as_str()).to_owned();
    let list = [
        ("inputs", inputs.join("\n")),
        ("layout", name_of(options.layout).to_owned()),
        ("max-file-size", options.max_file_size.to_string()),
        ("gzip", options.gzip.to_string()),
        ("rejects", rejects.display().to_string()),
        ("from", format!("{:?}", conversion.from)),
        ("bundle", format!("{:?}", conversion.bundle)),
        ("method", format!("{:?}", conversion.method)),
        ("fhir", format!("{:?}", conversion.fhir)),
        ("no-validate", conversion.no_validate.to_string()),
        ("fail-on", format!("{:?}", conversion.fail_on)),
        ("lexicon", lexicons),
        ("namespace", context.namespace.to_string()),
        ("timestamp", moment(&context.timestamp)),
        ("SOURCE_DATE_EPOCH", moment(&context.epoch)),
        ("version of case2fhir", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    Ok(list.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// What of the settings is another thing now.
fn difference(before: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Option<String> {
    let names: Vec<&str> =
        now.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Where rejects go, from the output folder on.
fn rejects(options: &Batch) -> std::io::Result<PathBuf> {
    match &options.rejects {
        Some(path) => std::path::absolute(path),
        None => Ok(PathBuf::from("rejects.ndjson")),
    }
}
