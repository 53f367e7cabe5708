//! What is done of a run, on disk, so that a run that was broken off can go on: whatever the journal tells was written and is there.
//!
//! It stands in a hidden folder beside the output. `checkpoint.json` tells how far everything is, and is replaced as a whole; the
//! other files grow, and what they hold beyond the checkpoint is cut off when a run goes on. `cases` has a line for each case that
//! was written, `digests` a sum for each task.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::part::State;
use super::piece::Digest;
use super::tally::Tally;

/// The form of the journal; one of another form is not gone on with.
const FORM: u32 = 1;

/// How far a run is.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Checkpoint {
    form: u32,
    /// What must be the same in a run that goes on.
    pub(super) settings: BTreeMap<String, String>,
    /// What the clock said when the run began: it is in the output.
    pub(super) begun: String,
    /// Seconds of earlier runs.
    pub(super) seconds: f64,
    /// How many tasks are done.
    pub(super) tasks: u64,
    /// Whether the files that it tells of are being taken away.
    pub(super) is_clearing: bool,
    /// Whether all inputs were read to their end.
    pub(super) is_through: bool,
    /// Whether all is done and published.
    pub(super) is_finished: bool,
    /// Files that grow, and files that are complete.
    pub(super) parts: Vec<State>,
    pub(super) complete: Vec<State>,
    /// The length of the list of cases.
    pub(super) cases: u64,
    pub(super) tally: Tally,
}

impl Checkpoint {
    /// The beginning of a run.
    pub(super) fn new(settings: BTreeMap<String, String>, begun: String) -> Self {
        Self { form: FORM, settings, begun, ..Self::default() }
    }
}

/// The journal of a run, which no other run writes to at the same time.
#[derive(Debug)]
pub(super) struct Journal {
    folder: PathBuf,
    digests: File,
    cases: File,
    _lock: File,
}

/// Why there is no journal.
#[derive(Debug)]
pub(super) enum Trouble {
    Io(PathBuf, io::Error),
    /// Another run writes here.
    Locked,
    /// What stands there is no journal of this program.
    Foreign(PathBuf),
}

impl Journal {
    /// Opens the journal of this output folder, or begins one; with the checkpoint that it has.
    pub(super) fn open(output: &Path) -> Result<(Self, Option<Checkpoint>), Trouble> {
        let folder = output.join(".case2fhir");
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| Trouble::Io(path, error)
        };
        private(&folder).map_err(io(&folder))?;
        let path = folder.join("lock");
        let lock = File::create(&path).map_err(io(&path))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(Trouble::Locked),
            // A file system without locks is used without.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let grown = |name: &str| {
            let path = folder.join(name);
            let file = File::options().read(true).append(true).create(true).open(&path);
            file.map_err(|error| Trouble::Io(path, error))
        };
        let (digests, cases) = (grown("digests")?, grown("cases")?);
        let journal = Self { folder, digests, cases, _lock: lock };
        let path = journal.folder.join("checkpoint.json");
        match journal.checkpoint() {
            Ok(checkpoint) => Ok((journal, checkpoint)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Trouble::Foreign(path)),
            Err(error) => Err(Trouble::Io(path, error)),
        }
    }

    /// The checkpoint, where there is one; `InvalidData` where it is none of this form.
    pub(super) fn checkpoint(&self) -> io::Result<Option<Checkpoint>> {
        let bytes = match std::fs::read(self.folder.join("checkpoint.json")) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match serde_json::from_slice::<Checkpoint>(&bytes) {
            Ok(checkpoint) if checkpoint.form == FORM => Ok(Some(checkpoint)),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// The folder of the journal, for what else a run must keep.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        match std::fs::remove_file(self.folder.join("checkpoint.json")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.cut(0, 0)
    }

    /// Cuts off what is beyond so many tasks, and so many bytes of the list of cases.
    pub(super) fn cut(&mut self, tasks: u64, cases: u64) -> io::Result<()> {
        self.digests.set_len(tasks * 16)?;
        self.cases.set_len(cases)
    }

    /// The sums of the tasks that are done.
    pub(super) fn digests(&self) -> io::Result<impl FnMut() -> io::Result<Digest> + use<>> {
        let mut file = BufReader::new(File::open(self.folder.join("digests"))?);
        Ok(move || {
            let mut digest = Digest::default();
            file.read_exact(&mut digest).map(|()| digest)
        })
    }

    /// Adds the sum of a task.
    pub(super) fn add_digest(&mut self, digest: Digest) -> io::Result<()> {
        self.digests.write_all(&digest)
    }

    /// Adds lines to the list of cases.
    pub(super) fn add_cases(&mut self, lines: &str) -> io::Result<()> {
        self.cases.write_all(lines.as_bytes())
    }

    /// The lines of the list of cases from this byte on, each with where it begins.
    pub(super) fn cases(&self, from: u64) -> io::Result<impl Iterator<Item = io::Result<(u64, String)>> + use<>> {
        let mut file = File::open(self.folder.join("cases"))?;
        let mut at = file.seek(SeekFrom::Start(from))?;
        let mut lines = BufReader::new(file);
        Ok(std::iter::from_fn(move || {
            let (mut line, begin) = (Vec::new(), at);
            match lines.read_until(b'\n', &mut line) {
                Ok(0) => None,
                Ok(count) => {
                    at += u64::try_from(count).unwrap_or(0);
                    // A line without its end was being written when the run broke off.
                    let line = line.strip_suffix(b"\n")?;
                    Some(Ok((begin, String::from_utf8_lossy(line).into_owned())))
                }
                Err(error) => Some(Err(error)),
            }
        }))
    }

    /// Tells how far the run is; what it tells must be on the disk.
    pub(super) fn tell(&mut self, checkpoint: &Checkpoint) -> io::Result<()> {
        self.digests.sync_data()?;
        self.cases.sync_data()?;
        let bytes = serde_json::to_vec(checkpoint)?;
        let (path, new) = (self.folder.join("checkpoint.json"), self.folder.join("checkpoint.new"));
        let mut file = File::create(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        std::fs::rename(new, path)?;
        sync_folder(&self.folder)
    }

    /// Removes what only a run that goes on would need.
    pub(super) fn tidy(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("identities.") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Makes a folder that nobody else looks into: texts of cases are counted in it.
fn private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Brings the names in a folder to the disk, where the system can.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
