//! Looking at eight bytes at a time: where a string stops being plain, where blanks end, where a line ends.
//!
//! A word of eight bytes is searched with ordinary arithmetic whose carries stay within bytes up to the first match (Lamport, "Multiple
//! byte processing with full-word instructions"), so the same code is fast on every processor and needs no vector types.

/// How many bytes a block has.
pub(super) const BLOCK: usize = 16;

const WORD: usize = 8;
const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const SPACES: u64 = LOW * b' ' as u64;
const QUOTES: u64 = LOW * b'"' as u64;
const SLASHES: u64 = LOW * b'\\' as u64;
const FEEDS: u64 = LOW * b'\n' as u64;

/// The block that begins at a byte, where the bytes reach that far.
#[inline]
pub(super) fn block(bytes: &[u8], at: usize) -> Option<&[u8; BLOCK]> {
    bytes.get(at..)?.first_chunk()
}

/// A block's first and last eight bytes, the first byte lowest.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "each half is what is wanted")]
pub(super) const fn halves(block: [u8; BLOCK]) -> (u64, u64) {
    let bits = u128::from_le_bytes(block);
    (bits as u64, (bits >> 64) as u64)
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|word| u64::from_le_bytes(*word))
}

/// Where a string's run of plain characters stops, and whether the run is ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) at: usize,
    pub(super) ascii: bool,
}

/// The highest bit of each byte that ends a run. Above the lowest such bit the answer may be wrong, because subtractions borrow.
#[inline]
const fn ends(word: u64) -> u64 {
    // A byte is zero here where it was a quote or a backslash; one that was below 0x20 is so still.
    let (quotes, slashes) = (word ^ QUOTES, word ^ SLASHES);
    let marks = quotes.wrapping_sub(LOW) & !quotes | slashes.wrapping_sub(LOW) & !slashes;
    (marks | word.wrapping_sub(SPACES) & !word) & HIGH
}

/// Which byte has the lowest set bit; [`WORD`] where no bit is set.
#[inline]
const fn first(marks: u64) -> usize {
    marks.trailing_zeros() as usize / WORD
}

/// The highest bits of the bytes below the lowest mark.
#[inline]
const fn beyond_ascii(word: u64, marks: u64) -> u64 {
    word & HIGH & (marks & marks.wrapping_neg()).wrapping_sub(1)
}

/// The first byte at or after `at` that ends a run of plain characters in a string: a quote, a backslash, a control character; the
/// length where there is none.
#[inline]
pub(super) fn run_end(bytes: &[u8], mut at: usize) -> Stop {
    let mut beyond = 0;
    while let Some(word) = word(bytes, at) {
        let marks = ends(word);
        beyond |= beyond_ascii(word, marks);
        if marks != 0 {
            return Stop { at: at + first(marks), ascii: beyond == 0 };
        }
        at += WORD;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let ends_run = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < b' ';
    let length = rest.iter().position(ends_run).unwrap_or(rest.len());
    Stop { at: at + length, ascii: beyond == 0 && rest.get(..length).is_some_and(<[u8]>::is_ascii) }
}

/// The same within one block; [`BLOCK`] where all of it is plain.
#[inline]
pub(super) const fn run_end_in(block: &[u8; BLOCK]) -> usize {
    let (low, high) = halves(*block);
    let marks = ends(low);
    if marks != 0 { first(marks) } else { WORD + first(ends(high)) }
}

/// The first byte at or after `at` that is none of JSON's four blanks (RFC 8259, section 2); the length where there is none.
#[inline]
pub(super) fn blank_end(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(0..=b' ') => blanks_end(bytes, at),
        _ => at,
    }
}

/// Pretty JSON has long runs of spaces after each line feed, and single spaces after colons.
fn blanks_end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
        while let Some(word) = word(bytes, at) {
            let spaces = first(word ^ SPACES);
            at += spaces;
            if spaces < WORD {
                break;
            }
        }
    }
}

/// The first line feed at or after `at`; the length where there is none.
#[inline]
pub(super) fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        let feeds = word ^ FEEDS;
        let marks = feeds.wrapping_sub(LOW) & !feeds & HIGH;
        at += first(marks);
        if marks != 0 {
            return at;
        }
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}
