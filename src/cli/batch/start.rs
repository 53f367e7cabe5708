//! How a run begins: anew, over a finished one, or where an earlier one stood.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::journal::{Checkpoint, Journal, Trouble};
use super::part::hex;
use super::places::Places;
use super::task::FILES;
use super::{BATCH, name_of, replace};
use crate::cli::args::Batch;
use crate::cli::stream::tables::{self, Tables};
use crate::cli::talk::Talk;
use crate::cli::{Outcome, clock};
use crate::pipeline::Context;
use crate::render::Values;

/// What a run begins with.
pub(super) struct Start {
    /// The output folder, as the system knows it.
    pub(super) folder: PathBuf,
    pub(super) places: Places,
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
    if options.resume && options.inputs.iter().any(|input| input == Path::new("-")) {
        talk.failure("standard input cannot be read again, so a run over it cannot go on; --restart begins again");
        return Err(Outcome::Misused);
    }
    let made = std::fs::create_dir_all(folder).and_then(|()| folder.canonicalize());
    let folder = made.map_err(|error| failed(folder, &error, talk))?;
    let tables = Tables::of(&options.conversion, context);
    if let Some(input) = options.inputs.iter().find(|input| tables::lacks_mapping(input, tables)) {
        talk.failure(&format!("{}: {}", input.display(), tables::MAPPING_WANTED));
        return Err(Outcome::Misused);
    }
    let places = Places::of(options, &folder).map_err(|(path, error)| failed(&path, &error, talk))?;
    if let Err(why) = places.check(options, tables, &folder) {
        talk.failure(&why);
        return Err(Outcome::Misused);
    }
    let settings = settings(options, context, &places, talk.values());
    let settings = settings.map_err(|(path, error)| failed(&path, &error, talk))?;
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
    // A run that was broken off before it had taken away what stood there has done nothing that could go on.
    let goes_on = options.resume && known.as_ref().is_some_and(|known| !known.is_clearing);
    if let (Some(known), true) = (&known, goes_on) {
        if let Some(difference) = difference(&known.settings, &settings) {
            let advice = "go on with the same command and --resume, or begin again with --restart";
            talk.failure(&format!("the run in this folder was begun otherwise: {difference}; {advice}"));
            return Err(Outcome::Misused);
        }
    } else if let Some(known) = &known
        && !known.is_finished
        && !options.restart
        && !options.resume
    {
        let advice = "--resume goes on where it stood, --restart gives it up and begins again";
        talk.failure(&format!("{}: a run was broken off here; {advice}", folder.display()));
        return Err(Outcome::Misused);
    } else if let Err((outcome, why)) = replace::may(options, tables, &folder, &places, known.is_some()) {
        talk.failure(&why);
        return Err(outcome);
    }
    let state = match known.filter(|_| goes_on) {
        Some(known) => known,
        None => {
            replace::clear(&folder, &mut journal).map_err(|error| failed(&folder, &error, talk))?;
            let given = context.timestamp.as_ref().or(context.epoch.as_ref());
            let begun = given.map(|moment| moment.as_str().to_owned());
            let begun = begun.or_else(|| clock::moment(std::time::SystemTime::now())).unwrap_or_default();
            Checkpoint::new(settings, begun)
        }
    };
    if options.resume && !goes_on {
        talk.note("there is nothing to go on with in this folder; the run begins");
    }
    Ok(Start { folder, places, journal, state, is_resumed: goes_on })
}

/// What must be the same in a run that goes on, in the words of the command line.
fn settings(
    options: &Batch,
    context: &Context,
    places: &Places,
    values: Values,
) -> Result<BTreeMap<String, String>, (PathBuf, std::io::Error)> {
    let conversion = &options.conversion;
    let mut lexicons = String::new();
    for path in &conversion.lexicon {
        let bytes = std::fs::read(path).map_err(|error| (path.clone(), error))?;
        lexicons.push_str(&hex(&Sha256::digest(bytes)));
    }
    let mapping = match &conversion.mapping {
        Some(path) => hex(&Sha256::digest(std::fs::read(path).map_err(|error| (path.clone(), error))?)),
        None => String::new(),
    };
    let inputs: Vec<String> = options.inputs.iter().map(|input| input.display().to_string()).collect();
    let moment = |date: &Option<crate::case::Date>| date.as_ref().map_or("", |date| date.as_str()).to_owned();
    let list = [
        ("inputs", inputs.join("\n")),
        ("layout", name_of(options.layout).to_owned()),
        ("max-file-size", options.max_file_size.to_string()),
        ("gzip", options.gzip.to_string()),
        ("rejects", places.rejects.display().to_string()),
        ("report", places.report.as_ref().map_or_else(String::new, |name| name.display().to_string())),
        ("show-values", (values == Values::Show).to_string()),
        // What a task holds, by which a run knows again what is done.
        ("size of tasks", format!("{BATCH}, {FILES}")),
        ("from", format!("{:?}", conversion.from)),
        ("mapping", mapping),
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
