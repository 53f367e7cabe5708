//! What an earlier run left in the output folder, and whether it may be taken away: it would stand beside what this one writes as if
//! it belonged to it.

use std::io;
use std::path::Path;

use super::journal::{Checkpoint, Journal};
use super::part::{END, beside};
use super::places::{Places, is_ours};
use super::writer::remove;
use crate::cli::Outcome;
use crate::cli::args::Batch;
use crate::cli::stream::inputs::{Inputs, Kind, Wanted};
use crate::cli::stream::tables::Tables;

/// Whether a run may begin in the folder. Where an earlier run's files would go, the inputs must be there that are to replace them;
/// where there was none, files that a run might have written are somebody's own.
pub(super) fn may(
    options: &Batch,
    tables: Tables,
    folder: &Path,
    places: &Places,
    has_journal: bool,
) -> Result<(), (Outcome, String)> {
    if has_journal {
        let named: Vec<_> = options.inputs.iter().filter(|input| !input.is_dir()).cloned().collect();
        let missing =
            Inputs::new(&named, Wanted::Cases(tables)).apart_from(folder).find_map(|input| match input.kind {
                Kind::Failed(why) => Some(format!("{}: {why}", input.name)),
                Kind::File(path) if !path.exists() => Some(format!("{}: there is no such file", input.name)),
                Kind::Tables(paths) if paths.iter().any(|path| !path.exists()) => {
                    Some(format!("{}: there is no such file", input.name))
                }
                _ => None,
            });
        return missing.map_or(Ok(()), |why| {
            Err((Outcome::Environment, format!("{why}; what stands in the output folder was left as it is")))
        });
    }
    let failed = |error: io::Error| (Outcome::Environment, format!("{}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_named = |place: Option<&std::path::PathBuf>| place.is_some_and(|place| *place.as_os_str() == *name);
        if is_ours(&name, options.layout) && !is_named(places.report.as_ref()) {
            let why = "no run of batch wrote this file, and it is left as it is; give an empty folder with -o";
            return Err((Outcome::Misused, format!("{}: {why}", path.display())));
        }
    }
    Ok(())
}

/// Takes away what an earlier run wrote, as far as its journal knows it. That this is being done is told first: whatever is broken
/// off after that has nothing to go on with.
pub(super) fn clear(folder: &Path, journal: &mut Journal) -> io::Result<()> {
    if let Some(mut before) = journal.checkpoint()? {
        before.is_clearing = true;
        journal.tell(&before)?;
        for line in journal.cases(0)? {
            if let Some(name) = line?.1.split('\t').nth(1).filter(|name| !name.is_empty()) {
                remove(&folder.join(name))?;
            }
        }
        take_lines(folder, &before)?;
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(END)) {
            remove(&path)?;
        }
    }
    journal.clear()
}

/// Takes away files of lines. Those that went elsewhere may be another run's by now: their parts go, they stay.
fn take_lines(folder: &Path, before: &Checkpoint) -> io::Result<()> {
    for state in before.complete.iter().chain(&before.parts) {
        let path = folder.join(&state.path);
        remove(&beside(&path))?;
        if before.is_through && state.path.is_relative() {
            remove(&path)?;
        }
    }
    match before.is_through && before.settings.get("layout").is_some_and(|layout| layout == "bulk") {
        true => remove(&folder.join("manifest.json")),
        false => Ok(()),
    }
}
