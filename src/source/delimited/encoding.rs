//! The characters of a table: found out from its bytes, or given.
//!
//! A byte order mark decides; bytes that are UTF-8 are UTF-8; all others are taken for Windows-1252, of which Latin-1's printable
//! characters are a part (WHATWG Encoding, section 4.2, has the label `latin1` stand for it too). What was taken for what is told by
//! the caller: a guess is never silent.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// An encoding of characters, by any of its labels in the WHATWG's Encoding Standard: `utf-8`, `latin1`, `windows-1250`, `utf-16le`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding of this label.
    #[must_use]
    pub fn of_label(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label(label.trim().as_bytes()).map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// A text from bytes.
pub(super) struct Decoded {
    pub(super) text: String,
    /// Which encoding was taken where the bytes do not say so themselves.
    pub(super) guessed: Option<Encoding>,
}

/// Decodes bytes by their byte order mark, else by the given encoding, else by looking at them; the byte at which they are none of it
/// where they cannot be.
pub(super) fn decode(bytes: Vec<u8>, given: Option<Encoding>) -> Result<Decoded, (usize, Encoding)> {
    let marked = encoding_rs::Encoding::for_bom(&bytes);
    let encoding = marked.map(|(encoding, _)| encoding).or(given.map(|given| given.0));
    let body = bytes.get(marked.map_or(0, |(_, length)| length)..).unwrap_or_default();
    let Some(encoding) = encoding.filter(|encoding| *encoding != UTF_8) else {
        let mark = bytes.len() - body.len();
        let sound = |mut text: String| {
            text.drain(..mark);
            Decoded { text, guessed: None }
        };
        return match String::from_utf8(bytes) {
            Ok(text) => Ok(sound(text)),
            Err(error) if encoding.is_some() => Err((error.utf8_error().valid_up_to(), Encoding(UTF_8))),
            Err(error) => {
                let bytes = error.into_bytes();
                // Text in two bytes a character has zeros in every other place, and no other text has any.
                let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(64).filter(|byte| **byte == 0).count();
                let guess = match (zeros(0), zeros(1)) {
                    (0, 1..) => UTF_16LE,
                    (1.., 0) => UTF_16BE,
                    _ => WINDOWS_1252,
                };
                let (text, _) = guess.decode_without_bom_handling(&bytes);
                Ok(Decoded { text: text.into_owned(), guessed: Some(Encoding(guess)) })
            }
        };
    };
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => Ok(Decoded { text: text.into_owned(), guessed: None }),
        None => Err((0, Encoding(encoding))),
    }
}
