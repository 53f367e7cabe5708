//! Which identities there were, in memory that does not grow with their number: the latest stand in a table, the others in sorted runs
//! on disk, in which a key is found by where it must lie, for keys are sums and spread evenly. Runs of one size become one of the
//! next, so that there are few to look into.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

/// What an identity is known by: 16 bytes of a sum.
pub(super) type Key = [u8; 16];

/// How many identities the table holds before it goes to disk.
const TABLE: usize = 1 << 16;
/// How many runs of one size become one of the next.
const FAN: usize = 8;
/// The size of an entry on disk: a key and a number.
const ENTRY: u64 = 24;
/// How many entries are read at once.
const BLOCK: u64 = 64;

/// The identities of a run, each with a number that tells where it was first.
#[derive(Debug)]
pub(super) struct Seen {
    folder: PathBuf,
    table: HashMap<Key, u64, foldhash::fast::RandomState>,
    runs: Vec<Run>,
    /// How many runs were ever made: each has a file of its own.
    made: usize,
}

#[derive(Debug)]
struct Run {
    path: PathBuf,
    file: File,
    entries: u64,
    /// How often runs became one to make it.
    size: u32,
}

impl Seen {
    /// None yet; what does not fit into memory goes into this folder.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            table: HashMap::with_capacity_and_hasher(TABLE, foldhash::fast::RandomState::default()),
            runs: Vec::new(),
            made: 0,
        }
    }

    /// Takes an identity, or says with which number it was taken before.
    pub(super) fn insert(&mut self, key: Key, number: u64) -> io::Result<Option<u64>> {
        if let Some(first) = self.table.get(&key) {
            return Ok(Some(*first));
        }
        for run in &mut self.runs {
            if let Some(first) = run.find(key)? {
                return Ok(Some(first));
            }
        }
        self.table.insert(key, number);
        if self.table.len() >= TABLE {
            self.spill()?;
        }
        Ok(None)
    }

    /// Moves the table to disk.
    fn spill(&mut self) -> io::Result<()> {
        let mut entries: Vec<Entry> = self.table.drain().collect();
        entries.sort_unstable();
        let run = self.write(0, entries.into_iter().map(Ok))?;
        self.runs.push(run);
        while let Some(last) = self.runs.last() {
            let size = last.size;
            let begin = self.runs.iter().rposition(|run| run.size != size).map_or(0, |at| at + 1);
            if self.runs.len() - begin < FAN {
                break;
            }
            let parts = self.runs.split_off(begin);
            let merged = Merged::of(&parts)?;
            let run = self.write(size + 1, merged)?;
            self.runs.push(run);
            for part in parts {
                std::fs::remove_file(part.path)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, size: u32, list: impl Iterator<Item = io::Result<Entry>>) -> io::Result<Run> {
        let path = self.folder.join(format!("identities.{}", self.made));
        self.made += 1;
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
        let (mut out, mut entries) = (BufWriter::new(file), 0);
        for entry in list {
            let (key, number) = entry?;
            out.write_all(&key)?;
            out.write_all(&number.to_le_bytes())?;
            entries += 1;
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Run { path, file, entries, size })
    }
}

/// A key with its number.
type Entry = (Key, u64);

/// The entries of several runs in one order.
struct Merged {
    files: Vec<BufReader<File>>,
    /// The next entry of each file that has one.
    next: BinaryHeap<Reverse<(Entry, usize)>>,
}

impl Merged {
    fn of(runs: &[Run]) -> io::Result<Self> {
        let files: io::Result<Vec<_>> = runs.iter().map(|run| Ok(BufReader::new(File::open(&run.path)?))).collect();
        let mut merged = Self { files: files?, next: BinaryHeap::new() };
        for at in 0..runs.len() {
            merged.advance(at)?;
        }
        Ok(merged)
    }

    /// Reads the next entry of a file.
    fn advance(&mut self, at: usize) -> io::Result<()> {
        let mut bytes = [0; 24];
        let Some(file) = self.files.get_mut(at) else { return Ok(()) };
        match file.read_exact(&mut bytes) {
            Ok(()) => self.next.extend(entry(&bytes).map(|entry| Reverse((entry, at)))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

impl Iterator for Merged {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<io::Result<Entry>> {
        let Reverse((entry, at)) = self.next.pop()?;
        Some(self.advance(at).map(|()| entry))
    }
}

/// An entry as it stands on disk.
fn entry(bytes: &[u8]) -> Option<Entry> {
    let (key, number) = bytes.split_first_chunk()?;
    Some((*key, u64::from_le_bytes(*number.first_chunk()?)))
}

impl Run {
    /// The number of a key, if it is here: between two bounds the place is guessed by the key's first bytes, a block is read there,
    /// and what it holds moves a bound.
    fn find(&mut self, key: Key) -> io::Result<Option<u64>> {
        let (mut low, mut high) = (0, self.entries);
        let (mut least, mut most) = (0_u64, u64::MAX >> 16);
        let wanted = front(&key);
        while low < high {
            let width = u128::from(most.saturating_sub(least)).max(1);
            let part = u128::from(wanted.saturating_sub(least)) * u128::from(high - low) / width;
            let guess = low + u64::try_from(part).unwrap_or(0).min(high - low - 1);
            let begin = guess.saturating_sub(BLOCK / 2).max(low);
            let count = BLOCK.min(high - begin);
            let block = self.block(begin, count)?;
            let (Some(first), Some(last)) = (block.first(), block.last()) else { return Ok(None) };
            if key < first.0 {
                (high, most) = (begin, front(&first.0));
            } else if key > last.0 {
                (low, least) = (begin + count, front(&last.0));
            } else {
                let found = block.binary_search_by(|entry| entry.0.cmp(&key)).ok();
                return Ok(found.and_then(|at| block.get(at)).map(|entry| entry.1));
            }
        }
        Ok(None)
    }

    fn block(&mut self, begin: u64, count: u64) -> io::Result<Vec<Entry>> {
        self.file.seek(SeekFrom::Start(begin * ENTRY))?;
        let mut bytes = Vec::new();
        (&self.file).take(count * ENTRY).read_to_end(&mut bytes)?;
        Ok(bytes.chunks_exact(24).filter_map(entry).collect())
    }
}

/// The first six bytes of a key as a number: a UUID has no chance in the seventh, which tells its version.
fn front(key: &Key) -> u64 {
    key.iter().take(6).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
