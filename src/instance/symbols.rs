//! The member names of one document, numbered as they first appear.
//!
//! A bundle has thousands of members and about a hundred names, so each node carries its name's number and the names stand once. The
//! table is open addressing over a hash of a name's first and last eight bytes and its length, which also tell names of up
//! to sixteen bytes apart without looking at their text. Whoever builds names that collide gets a keyed hash instead
//! ([`Symbols::LONGEST_PROBE`]), so that no input makes reading quadratic. Refused: more than [`Symbols::MOST`] names.

use std::collections::HashMap;

use super::scan::{BLOCK, halves};

/// The number of a member name in its document: an index into [`super::Document::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub u16);

impl Symbol {
    /// No name: the root and items of arrays have none.
    pub const NONE: Self = Self(u16::MAX);

    /// The place among the document's symbols; for [`Symbol::NONE`] one that no document has.
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is cheap to know of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    /// The first eight bytes, the first one lowest; zeros where the name is shorter.
    pub(super) first: u64,
    /// The last eight bytes; the same as `first` for a name of up to eight.
    pub(super) last: u64,
    /// How many bytes the name has.
    pub(super) length: u32,
}

impl Digest {
    /// How long a name may be for its digest to be all of it.
    const WHOLE: u32 = 16;

    fn of(name: &[u8]) -> Self {
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        match (name.first_chunk(), name.last_chunk()) {
            (Some(first), Some(last)) => {
                Self { first: u64::from_le_bytes(*first), last: u64::from_le_bytes(*last), length }
            }
            _ => {
                let word = name.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
                Self { first: word, last: word, length }
            }
        }
    }

    /// The digest of a block's first bytes.
    #[inline]
    pub(super) fn of_block(block: &[u8; BLOCK], length: usize) -> Self {
        let bits = u128::from_le_bytes(*block);
        let (first, _) = halves(*block);
        // The name's last byte becomes the highest of its word.
        let shifted = (bits << ((BLOCK - length.min(BLOCK)) * 8 % 128)).to_le_bytes();
        let (_, last) = halves(shifted);
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        if length >= 8 {
            Self { first, last, length }
        } else {
            let word = first & !(u64::MAX << (length * 8));
            Self { first: word, last: word, length }
        }
    }

    /// A multiplication folded upon itself: each bit of the words reaches the low bits, which choose the slot.
    #[inline]
    fn hash(self) -> usize {
        let left = u128::from(self.first ^ 0x9E37_79B9_7F4A_7C15);
        let right = u128::from(self.last.rotate_left(23) ^ u64::from(self.length) ^ 0xD6E8_FEB8_6659_FD93);
        let product = left * right;
        // Both halves of the product are meant to lose their upper bits.
        usize::try_from((product ^ product >> 64) & u128::from(u32::MAX)).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    digest: Digest,
    /// Where the name begins in [`Symbols::texts`].
    start: u32,
}

/// The names of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    texts: String,
    entries: Vec<Entry>,
    /// Numbers of entries at the places that their hashes choose; a power of two of them, at most half taken.
    slots: Vec<u16>,
    /// The table that takes over when names collide on purpose.
    flooded: Option<HashMap<Box<str>, u16>>,
}

const FREE: u16 = u16::MAX;
const FIRST_SLOTS: usize = 512;

impl Symbols {
    /// How many names a document may have; FHIR's definitions together have some four thousand.
    pub(super) const MOST: usize = u16::MAX as usize;

    /// How many slots are looked at before the names count as made to collide. Chance does not get there in a table half full.
    const LONGEST_PROBE: usize = 64;

    /// Forgets all names and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.texts.clear();
        self.entries.clear();
        // A table that one document made large would cost each small one after it, so it starts again from its first size.
        self.slots.clear();
        self.flooded = None;
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The name behind a number; empty for one that was not given.
    #[inline]
    pub(super) fn name(&self, symbol: Symbol) -> &str {
        self.entries.get(symbol.index()).map_or("", |entry| self.text(*entry))
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone + use<'_> {
        self.entries.iter().map(|entry| self.text(*entry))
    }

    /// The number of a name, given to it now if it has none; `None` when all numbers are taken.
    #[inline]
    pub(super) fn intern(&mut self, name: &str) -> Option<Symbol> {
        self.intern_digest(Digest::of(name.as_bytes()), || name)
    }

    /// [`Symbols::intern`] for one who has the name's digest at hand, and the name only where it is asked for.
    #[inline]
    pub(super) fn intern_digest<'n>(&mut self, digest: Digest, name: impl Fn() -> &'n str) -> Option<Symbol> {
        match self.probe(digest, &name) {
            Probe::Found(symbol) => Some(symbol),
            Probe::Free(slot) => self.add(name(), digest, slot),
            Probe::Flooded => self.intern_flooded(name(), digest),
        }
    }

    /// The number of a name, where it has one.
    #[inline]
    pub(super) fn find(&self, name: &str) -> Option<Symbol> {
        match self.probe(Digest::of(name.as_bytes()), || name) {
            Probe::Found(symbol) => Some(symbol),
            Probe::Free(_) => None,
            Probe::Flooded => self.flooded.as_ref()?.get(name).copied().map(Symbol),
        }
    }

    #[inline]
    fn probe<'n>(&self, digest: Digest, name: impl Fn() -> &'n str) -> Probe {
        let mask = self.slots.len().wrapping_sub(1);
        let hash = digest.hash();
        if self.flooded.is_some() {
            return Probe::Flooded;
        }
        for step in 0..Self::LONGEST_PROBE {
            let slot = hash.wrapping_add(step) & mask;
            // The number of a free slot is beyond all entries, and so is everything in an empty table.
            let number = self.slots.get(slot).copied().unwrap_or(FREE);
            let Some(entry) = self.entries.get(usize::from(number)) else { return Probe::Free(slot) };
            if entry.digest == digest && (digest.length <= Digest::WHOLE || self.text(*entry) == name()) {
                return Probe::Found(Symbol(number));
            }
        }
        Probe::Flooded
    }

    #[inline(never)]
    fn add(&mut self, name: &str, digest: Digest, slot: usize) -> Option<Symbol> {
        let number = self.append(name, digest)?;
        if self.entries.len() * 2 > self.slots.len() {
            self.grow();
        } else if let Some(place) = self.slots.get_mut(slot) {
            *place = number;
        }
        Some(Symbol(number))
    }

    fn append(&mut self, name: &str, digest: Digest) -> Option<u16> {
        let number = u16::try_from(self.entries.len()).ok().filter(|number| *number != FREE)?;
        let start = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push_str(name);
        self.entries.push(Entry { digest, start });
        Some(number)
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FIRST_SLOTS);
        // Names that fill the table are sure to come once some have.
        self.entries.reserve(size / 2 - self.entries.len().min(size / 2));
        self.texts.reserve(size * 4);
        self.slots.clear();
        self.slots.resize(size, FREE);
        for (number, entry) in (0..FREE).zip(&self.entries) {
            let hash = entry.digest.hash();
            let free = (0..size).map(|step| hash.wrapping_add(step) & (size - 1));
            let free = free.into_iter().find(|slot| self.slots.get(*slot) == Some(&FREE));
            if let Some(place) = free.and_then(|slot| self.slots.get_mut(slot)) {
                *place = number;
            }
        }
    }

    #[cold]
    fn intern_flooded(&mut self, name: &str, digest: Digest) -> Option<Symbol> {
        let mut table = self.flooded.take().unwrap_or_else(|| {
            let numbered = (0..FREE).zip(&self.entries);
            numbered.map(|(number, entry)| (Box::from(self.text(*entry)), number)).collect()
        });
        let known = table.get(name).copied();
        let number = known.or_else(|| {
            let number = self.append(name, digest)?;
            table.insert(name.into(), number);
            Some(number)
        });
        self.flooded = Some(table);
        number.map(Symbol)
    }

    #[inline]
    fn text(&self, entry: Entry) -> &str {
        let start = entry.start as usize;
        self.texts.get(start..start + entry.digest.length as usize).unwrap_or_default()
    }
}

enum Probe {
    Found(Symbol),
    /// The name has no number; this slot is where it belongs.
    Free(usize),
    /// The names collide on purpose; ask the keyed table.
    Flooded,
}
