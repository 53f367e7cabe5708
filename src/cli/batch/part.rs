//! A file of lines that grows beside its place and gets its name when the run is done: nobody sees half of it.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What the names of growing files end with.
pub(super) const END: &str = ".case2fhir-part";

/// How far a file is; what a run that goes on must know of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct State {
    /// The path that it will have, from the output folder on.
    pub(super) path: PathBuf,
    /// What its lines are: a type of resource, `Bundle`, or `Case`.
    pub(super) kind: String,
    /// How many bytes it has.
    pub(super) bytes: u64,
    /// How many it has unpacked.
    pub(super) size: u64,
    pub(super) lines: u64,
    /// The SHA-256 in hexadecimal digits, once the file is complete.
    pub(super) sha256: Option<String>,
}

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Part {
    file: File,
    sum: Sha256,
    pub(super) state: State,
}

impl Part {
    /// Begins a file that will have this path from the folder on.
    pub(super) fn create(folder: &Path, path: PathBuf, kind: &str) -> io::Result<Self> {
        let file = File::options().write(true).create(true).truncate(false).open(beside(&folder.join(&path)))?;
        lock(&file)?;
        file.set_len(0)?;
        Ok(Self { file, sum: Sha256::new(), state: State { path, kind: kind.to_owned(), ..State::default() } })
    }

    /// Goes on with a file where it stood; what was written after that is cut off.
    pub(super) fn resume(folder: &Path, state: &State) -> io::Result<Self> {
        let mut file = File::options().read(true).write(true).open(beside(&folder.join(&state.path)))?;
        lock(&file)?;
        let mut sum = Sha256::new();
        let mut buffer = vec![0; 256 * 1024];
        let mut left = state.bytes;
        while left > 0 {
            let count = file.read(&mut buffer)?;
            let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is shorter than the run left it"));
            }
            sum.update(buffer.get(..count).unwrap_or_default());
            left -= u64::try_from(count).unwrap_or(left);
        }
        file.set_len(state.bytes)?;
        // Reading went beyond the end, perhaps.
        io::Seek::seek(&mut file, io::SeekFrom::Start(state.bytes))?;
        Ok(Self { file, sum, state: state.clone() })
    }

    /// Adds lines, as they are written, with their size unpacked and their number.
    pub(super) fn write(&mut self, bytes: &[u8], size: u64, lines: u64) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.sum.update(bytes);
        self.state.bytes += u64::try_from(bytes.len()).unwrap_or(0);
        self.state.size += size;
        self.state.lines += lines;
        Ok(())
    }

    /// Brings what was written to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Ends the file, which waits beside its place.
    pub(super) fn complete(mut self) -> io::Result<State> {
        self.sync()?;
        self.state.sha256 = Some(hex(&self.sum.finalize()));
        Ok(self.state)
    }
}

/// Takes a file for this run alone: rejects of two runs may be sent to one place.
fn lock(file: &File) -> io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing to it"))
        }
        // A file system without locks is used without.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Gives a complete file its name; one that has it already keeps it.
pub(super) fn publish(folder: &Path, state: &State) -> io::Result<()> {
    let path = folder.join(&state.path);
    match std::fs::rename(beside(&path), &path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.exists() => Ok(()),
        other => other,
    }
}

/// Where a file grows.
pub(super) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}{END}"))
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |text, byte| text + &format!("{byte:02x}"))
}
