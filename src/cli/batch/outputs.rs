//! The files of a run: a bundle each, or files of lines that grow and end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::journal::sync_folder;
use super::pack::Packing;
use super::part::{self, Part, State, beside};
use super::piece::Chunk;

/// What the lines of rejects are: FHIR's name for them.
pub(super) const REJECTS: &str = "OperationOutcome";
/// What the lines are that were rejected.
pub(super) const REJECTED_CASES: &str = "Case";
/// What the lines are where each is a bundle.
pub(super) const BUNDLES: &str = "Bundle";

/// The files of a run.
#[derive(Debug)]
pub(super) struct Outputs {
    /// The output folder.
    folder: PathBuf,
    /// Where rejects go, from the folder on.
    rejects: PathBuf,
    packing: Option<Packing>,
    /// The files that grow, by what their lines are.
    open: BTreeMap<String, Part>,
    complete: Vec<State>,
    /// The bundles that were written since the last time that all was brought to the disk.
    fresh: bool,
}

/// A failure with the file that it is about.
pub(super) type Failed = (PathBuf, io::Error);

impl Outputs {
    /// No file yet.
    pub(super) fn new(folder: &Path, rejects: PathBuf, packing: Option<Packing>) -> Self {
        let (open, complete) = (BTreeMap::new(), Vec::new());
        Self { folder: folder.to_owned(), rejects, packing, open, complete, fresh: false }
    }

    /// The files as an earlier run left them; what was written after it last told so is cut off.
    pub(super) fn resume(&mut self, parts: &[State], complete: &[State]) -> Result<(), Failed> {
        for state in parts {
            let part = Part::resume(&self.folder, state).map_err(|error| (self.folder.join(&state.path), error))?;
            self.open.insert(state.kind.clone(), part);
        }
        self.complete = complete.to_vec();
        Ok(())
    }

    /// Writes a bundle as a file of this name.
    pub(super) fn bundle(&mut self, name: &str, text: &str) -> Result<u64, Failed> {
        let path = self.folder.join(name);
        // What this run wrote and what it took back is not there; so this is somebody else's.
        if path.try_exists().map_err(|error| (path.clone(), error))? {
            return Err((
                path,
                io::Error::new(io::ErrorKind::AlreadyExists, "there is a file that this run did not write"),
            ));
        }
        let part = beside(&path);
        let written = File::create(&part).and_then(|mut file| file.write_all(text.as_bytes()));
        if let Err(error) = written.and_then(|()| std::fs::rename(&part, &path)) {
            // The part is of no use; that it cannot be removed is no news beside the failure itself.
            let _ = std::fs::remove_file(&part);
            return Err((path, error));
        }
        self.fresh = true;
        Ok(u64::try_from(text.len()).unwrap_or(0))
    }

    /// Writes lines to the file of what they are; a bulk file that they would make too large ends first.
    pub(super) fn lines(&mut self, kind: &str, chunk: &Chunk) -> Result<(), Failed> {
        let most = self.packing.map_or(u64::MAX, |packing| packing.most);
        let is_full = |part: &Part| part.state.size + chunk.size > most && part.state.lines > 0;
        if is_bulk(kind) && self.open.get(kind).is_some_and(is_full) {
            self.end(kind)?;
        }
        if !self.open.contains_key(kind) {
            let path = self.path(kind);
            let part = Part::create(&self.folder, path.clone(), kind);
            let part = part.map_err(|error| (self.folder.join(path), error))?;
            self.open.insert(kind.to_owned(), part);
        }
        let Some(part) = self.open.get_mut(kind) else { return Ok(()) };
        let written = part.write(&chunk.bytes, chunk.size, chunk.lines);
        written.map_err(|error| (self.folder.join(&part.state.path), error))
    }

    /// Begins the file of rejects where there is none to be: who names it wants it in any case.
    pub(super) fn want_rejects(&mut self) -> Result<(), Failed> {
        self.lines(REJECTS, &Chunk { kind: 0, bytes: Vec::new(), size: 0, lines: 0 })
    }

    fn end(&mut self, kind: &str) -> Result<(), Failed> {
        let Some(part) = self.open.remove(kind) else { return Ok(()) };
        let path = part.state.path.clone();
        let state = part.complete().map_err(|error| (self.folder.join(path), error))?;
        self.complete.push(state);
        Ok(())
    }

    /// The path of the next file of such lines.
    fn path(&self, kind: &str) -> PathBuf {
        let end = if self.packing.is_some_and(|packing| packing.gzip) { ".ndjson.gz" } else { ".ndjson" };
        let before = self.complete.iter().filter(|state| state.kind == kind).count();
        match kind {
            REJECTS => self.rejects.clone(),
            REJECTED_CASES => {
                let stem = self.rejects.file_stem().unwrap_or_default().to_string_lossy();
                self.rejects.with_file_name(format!("{stem}-cases.ndjson"))
            }
            BUNDLES => PathBuf::from(format!("bundles{end}")),
            _ if before == 0 => PathBuf::from(format!("{kind}{end}")),
            _ => PathBuf::from(format!("{kind}-{}{end}", before + 1)),
        }
    }

    /// Brings all that was written to the disk.
    pub(super) fn sync(&mut self) -> Result<(), Failed> {
        for part in self.open.values() {
            part.sync().map_err(|error| (self.folder.join(&part.state.path), error))?;
        }
        if std::mem::take(&mut self.fresh) {
            sync_all_of(&self.folder).map_err(|error| (self.folder.clone(), error))?;
        }
        Ok(())
    }

    /// The files that grow, as they are now.
    pub(super) fn parts(&self) -> Vec<State> {
        self.open.values().map(|part| part.state.clone()).collect()
    }

    /// The files that are complete.
    pub(super) fn complete(&self) -> &[State] {
        &self.complete
    }

    /// Ends all files.
    pub(super) fn end_all(&mut self) -> Result<(), Failed> {
        for kind in self.open.keys().cloned().collect::<Vec<_>>() {
            self.end(&kind)?;
        }
        self.complete.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }

    /// Gives the complete files their names.
    pub(super) fn publish(&self) -> Result<(), Failed> {
        for state in &self.complete {
            part::publish(&self.folder, state).map_err(|error| (self.folder.join(&state.path), error))?;
        }
        sync_folder(&self.folder).map_err(|error| (self.folder.clone(), error))
    }
}

/// Whether such lines are those of a bulk export.
fn is_bulk(kind: &str) -> bool {
    ![REJECTS, REJECTED_CASES, BUNDLES].contains(&kind)
}

/// Brings all files of a folder to the disk. One by one would take longer than to make them, so the file system is asked as a whole.
#[cfg(target_os = "linux")]
fn sync_all_of(folder: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(folder)?)?)
}

/// Elsewhere there is no such question: after a loss of power (not of the program) files of the last moments may be missing.
#[cfg(not(target_os = "linux"))]
fn sync_all_of(_folder: &Path) -> io::Result<()> {
    Ok(())
}
