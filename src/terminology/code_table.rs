//! A table of codes: found by hash in one text, without a copy a code.

use std::borrow::Cow;

/// Codes in rows, each found by its text.
#[derive(Debug, Default)]
pub(super) struct CodeTable {
    /// A row and 1, or 0 where nothing stands; a power of two of them, at least twice the rows.
    slots: Box<[u32]>,
    rows: Box<[Row]>,
    text: Box<str>,
    /// Whether case does not count.
    folded: bool,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    hash: u32,
    start: u32,
    end: u32,
}

impl CodeTable {
    /// A table of these codes. Of codes that stand there twice the first is found.
    pub(super) fn new<'a>(codes: impl ExactSizeIterator<Item = &'a str>, folded: bool) -> Self {
        let size = (codes.len() * 2).next_power_of_two().max(4);
        let mut slots = vec![0_u32; size];
        let mut rows = Vec::with_capacity(codes.len());
        let mut text = String::new();
        for code in codes {
            let code = fold(code, folded);
            let hash = hash(code.as_bytes());
            let start = text.len();
            text.push_str(&code);
            let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(text.len())) else { break };
            rows.push(Row { hash, start, end });
            let Ok(number) = u32::try_from(rows.len()) else { break };
            let mut at = hash as usize & (size - 1);
            while let Some(slot) = slots.get_mut(at) {
                if *slot == 0 {
                    *slot = number;
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
        Self { slots: slots.into(), rows: rows.into(), text: text.into(), folded }
    }

    /// The row of a code.
    pub(super) fn find(&self, code: &str) -> Option<u32> {
        if self.folded && code.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return self.find_exact(&fold(code, true));
        }
        self.find_exact(code)
    }

    fn find_exact(&self, code: &str) -> Option<u32> {
        let hash = hash(code.as_bytes());
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            let row = self.slots.get(at)?.checked_sub(1)?;
            let entry = self.rows.get(row as usize)?;
            if entry.hash == hash
                && self.text.as_bytes().get(entry.start as usize..entry.end as usize) == Some(code.as_bytes())
            {
                return Some(row);
            }
            at = (at + 1) & mask;
        }
    }

    /// The code of a row.
    pub(super) fn code(&self, row: u32) -> Option<&str> {
        let row = self.rows.get(row as usize)?;
        self.text.get(row.start as usize..row.end as usize)
    }

    /// How many codes there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// A code as it is compared where case does not count.
pub(super) fn fold(code: &str, folded: bool) -> Cow<'_, str> {
    if folded && code.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(code.to_ascii_lowercase());
    }
    Cow::Borrowed(code)
}

/// A quick hash: definitions are trusted not to be made to collide, and an instance's codes are only looked up.
pub(super) fn hash(bytes: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = bytes.len() as u64;
    let (words, tail) = bytes.as_chunks::<8>();
    let mut last = [0_u8; 8];
    for (to, from) in last.iter_mut().zip(tail) {
        *to = *from;
    }
    for word in words.iter().chain(std::iter::once(&last)) {
        state = (state.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR);
    }
    let [a, b, c, d, ..] = (state ^ (state >> 32)).to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
