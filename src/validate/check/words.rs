//! Looking at eight bytes at a time: which of them is the first of a kind.
//!
//! A word of eight bytes, the first byte lowest, is searched with ordinary arithmetic whose borrows stay within bytes up to the first
//! match (Lamport, "Multiple byte processing with full-word instructions"), so it needs no vector types. Every function gives marks: the
//! highest bit of each byte that matches. Marks above the lowest one may be wrong; that there is none is always right.

/// How many bytes a word has.
pub(super) const WORD: usize = 8;

const LOW: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte: of bytes beyond ASCII it is set.
pub(super) const HIGH: u64 = 0x8080_8080_8080_8080;

/// The word that begins at a byte, where the bytes reach that far.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// The word at the start, and what follows it.
#[inline]
pub(super) fn split(bytes: &[u8]) -> Option<(u64, &[u8])> {
    bytes.split_first_chunk().map(|(word, rest)| (u64::from_le_bytes(*word), rest))
}

/// A word with these bits set in each byte.
#[inline]
pub(super) const fn with(word: u64, bits: u8) -> u64 {
    word | (LOW * bits as u64)
}

/// Marks the bytes that are this one.
#[inline]
pub(super) const fn is(word: u64, byte: u8) -> u64 {
    let other = word ^ (LOW * byte as u64);
    other.wrapping_sub(LOW) & !other & HIGH
}

/// Marks the bytes below this one, which must be below 0x80.
#[inline]
pub(super) const fn is_below(word: u64, byte: u8) -> u64 {
    word.wrapping_sub(LOW * byte as u64) & !word & HIGH
}

/// Which byte has the lowest mark; [`WORD`] where there is none.
#[inline]
pub(super) const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize / WORD
}

/// The bytes of a word below the lowest mark, the others zero; all of them where there is no mark.
#[inline]
pub(super) const fn before(word: u64, marks: u64) -> u64 {
    let lowest = marks & marks.wrapping_neg();
    word & (lowest >> 7).wrapping_sub(1)
}

/// The bytes of a word up to this place and the one there, the others zero; places are counted modulo [`WORD`].
#[inline]
pub(super) const fn up_to(word: u64, place: usize) -> u64 {
    word & (u64::MAX >> ((WORD - 1 - place % WORD) * 8))
}

/// A text of at most eight bytes as a word; longer ones have none.
pub(super) const fn of(text: &str) -> Option<u64> {
    let (mut word, mut shift, mut rest) = (0_u64, 0, text.as_bytes());
    while let [byte, more @ ..] = rest {
        if shift == u64::BITS {
            return None;
        }
        word |= (*byte as u64) << shift;
        (shift, rest) = (shift + 8, more);
    }
    Some(word)
}
