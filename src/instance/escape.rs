//! Strings with escapes (RFC 8259, section 7), written out into a buffer beside the source.
//!
//! What an escape stands for is never longer than the escape, so the buffer stays within twice the source's length. Refused: escapes
//! that JSON does not have, and halves of surrogate pairs, which are no characters.

use super::fault::Fault;
use super::scan::{self, BLOCK};
use crate::issue::Code;

const FIRST_LENGTH: usize = 1 << 14;

/// The texts without their escapes, one after the other.
pub(super) struct Unescaped<'b> {
    buffer: &'b mut Vec<u8>,
    length: usize,
}

impl<'b> Unescaped<'b> {
    /// None yet; the buffer's content does not matter, its length is what was needed before.
    pub(super) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self { buffer, length: 0 }
    }

    /// The texts so far.
    pub(super) fn texts(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// Where the next text will begin.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Adds a string that has escapes: `start` is the byte after its quote, `at` that of its first backslash. Gives the byte of the closing
    /// quote, or of whatever else ends the string.
    pub(super) fn add(&mut self, json: &[u8], start: usize, at: usize) -> Result<usize, Fault> {
        self.push(json.get(start..at).unwrap_or_default());
        let mut at = at;
        loop {
            if json.get(at) != Some(&b'\\') {
                return Ok(at);
            }
            at = self.escape(json, at)?;
            at = self.run(json, at);
        }
    }

    /// Copies a run of plain characters, a block at a time.
    #[inline]
    fn run(&mut self, json: &[u8], mut at: usize) -> usize {
        while let Some(block) = scan::block(json, at) {
            let run = scan::run_end_in(block);
            // A block is written whole although only its first bytes may count.
            match self.buffer.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut) {
                Some(place) => *place = *block,
                None => self.grow(block),
            }
            self.length += run;
            at += run;
            if run < BLOCK {
                return at;
            }
        }
        let end = scan::run_end(json, at).at;
        self.push(json.get(at..end).unwrap_or_default());
        end
    }

    /// Writes what the escape at this backslash stands for, and gives the byte after it.
    #[inline]
    fn escape(&mut self, json: &[u8], at: usize) -> Result<usize, Fault> {
        let byte = match json.get(at + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode(json, at),
            None => return Err(unclosed(json.len())),
            Some(_) => {
                return Err(Fault::new(
                    at,
                    Code::UnreadableJson,
                    "this escape does not exist in JSON",
                    "write \\\\ for a backslash",
                ));
            }
        };
        match self.buffer.get_mut(self.length) {
            Some(place) => *place = byte,
            None => self.grow(&[byte]),
        }
        self.length += 1;
        Ok(at + 2)
    }

    fn unicode(&mut self, json: &[u8], at: usize) -> Result<usize, Fault> {
        let first = hexadecimal(json, at)?;
        let mut end = at + 6;
        let scalar = match first {
            0xD800..0xDC00 if json.get(end..end + 2) == Some(b"\\u") => {
                let second = hexadecimal(json, end)?;
                end += 6;
                (0xDC00..0xE000).contains(&second).then(|| 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            }
            _ => Some(first),
        };
        let character = scalar.and_then(char::from_u32).ok_or(Fault::new(
            at,
            Code::UnreadableJson,
            "half of a surrogate pair stands alone",
            "write the whole character",
        ))?;
        self.push(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(end)
    }

    fn push(&mut self, bytes: &[u8]) {
        match self.buffer.get_mut(self.length..self.length + bytes.len()) {
            Some(place) => place.copy_from_slice(bytes),
            None => self.grow(bytes),
        }
        self.length += bytes.len();
    }

    /// Writes bytes for which the buffer is too short, and makes it longer.
    #[cold]
    fn grow(&mut self, bytes: &[u8]) {
        self.buffer.truncate(self.length);
        self.buffer.extend_from_slice(bytes);
        self.buffer.resize((self.buffer.len() * 2).max(FIRST_LENGTH), 0);
    }
}

/// The value of the four digits after `\u`.
fn hexadecimal(json: &[u8], at: usize) -> Result<u32, Fault> {
    let digits = json.get(at + 2..).unwrap_or_default().iter().take(4);
    let digits: Option<(u32, usize)> = digits.clone().try_fold((0, 0), |(value, count), byte| {
        char::from(*byte).to_digit(16).map(|digit| (value << 4 | digit, count + 1))
    });
    match digits {
        Some((value, 4)) => Ok(value),
        Some(_) if json.len() < at + 6 => Err(unclosed(json.len())),
        _ => Err(Fault::new(
            at,
            Code::UnreadableJson,
            "four hexadecimal digits are missing after \\u",
            "write \\u00e4, say",
        )),
    }
}

/// The text is over before the string is.
pub(super) const fn unclosed(at: usize) -> Fault {
    Fault::new(at, Code::UnreadableJson, "the text ends inside a string", "close the string with a double quote")
}
