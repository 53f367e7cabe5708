//! Things that are made once, numbered, and found by name without a lock: what is prepared on first use and kept.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::code_table::hash;

/// How many names there are places for; half of them are used at most, so that a search stays short.
const SLOTS: usize = 1 << 14;
const MOST: usize = SLOTS / 2;
/// The size of the first chunk; each further one is twice the one before.
const FIRST: usize = 64;
const CHUNKS: usize = 8;

/// Named things with numbers. Nothing is ever taken away, so that what was found stays.
#[derive(Debug)]
pub(super) struct Registry<T> {
    slots: Box<[OnceLock<u32>]>,
    chunks: [OnceLock<Chunk<T>>; CHUNKS],
    /// How many there are; held while one is added.
    count: Mutex<usize>,
}

type Chunk<T> = Box<[OnceLock<Entry<T>>]>;

#[derive(Debug)]
struct Entry<T> {
    name: Box<str>,
    value: T,
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self {
            slots: (0..SLOTS).map(|_| OnceLock::new()).collect(),
            chunks: std::array::from_fn(|_| OnceLock::new()),
            count: Mutex::new(0),
        }
    }
}

impl<T> Registry<T> {
    /// The thing of a number.
    pub(super) fn get(&self, id: u32) -> Option<&T> {
        self.entry(id).map(|entry| &entry.value)
    }

    /// The name of a number.
    pub(super) fn name(&self, id: u32) -> Option<&str> {
        self.entry(id).map(|entry| entry.name.as_ref())
    }

    /// The number of a name.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.place(name).ok()
    }

    /// The number of a name, which is made where it has none yet; `None` where nothing is made, or there are too many.
    pub(super) fn find_or_add(&self, name: &str, make: impl FnOnce() -> Option<T>) -> Option<u32> {
        if let Some(id) = self.find(name) {
            return Some(id);
        }
        let value = make()?;
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have added it meanwhile.
        let at = match self.place(name) {
            Ok(id) => return Some(id),
            Err(at) => at,
        };
        if *count >= MOST {
            return None;
        }
        let id = u32::try_from(*count).ok()?;
        let (chunk, row) = position(id);
        let cells = self.chunks.get(chunk)?.get_or_init(|| (0..FIRST << chunk).map(|_| OnceLock::new()).collect());
        cells.get(row)?.set(Entry { name: name.into(), value }).ok()?;
        self.slots.get(at)?.set(id).ok()?;
        *count += 1;
        Some(id)
    }

    /// The number of a name, or the place where it would go.
    fn place(&self, name: &str) -> Result<u32, usize> {
        let mut at = hash(name.as_bytes()) as usize & (SLOTS - 1);
        loop {
            let Some(id) = self.slots.get(at).and_then(OnceLock::get) else { return Err(at) };
            if self.name(*id) == Some(name) {
                return Ok(*id);
            }
            at = (at + 1) & (SLOTS - 1);
        }
    }

    fn entry(&self, id: u32) -> Option<&Entry<T>> {
        let (chunk, row) = position(id);
        self.chunks.get(chunk)?.get()?.get(row)?.get()
    }
}

/// The chunk of a number, and its row there.
fn position(id: u32) -> (usize, usize) {
    let from_first = id as usize + FIRST;
    let chunk = (from_first / FIRST).ilog2() as usize;
    (chunk, from_first - (FIRST << chunk))
}
