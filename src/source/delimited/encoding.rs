//! The characters of a table: found out from its bytes, or given.
//!
//! A byte order mark decides. Without one, bytes with zeros in every other place are UTF-16 (its ASCII letters are UTF-8 as well, with
//! zeros between them), and bytes that are UTF-8 are UTF-8. Others are taken for Windows-1252, of which Latin-1's printable characters
//! are a part (WHATWG Encoding, section 4.2, has the label `latin1` stand for it too), unless they are UTF-8 with faults in it: that is
//! refused, for one stray byte must not spoil all other letters. What was taken for what is told by the caller: a guess is never silent.

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

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

    /// The encoding that bytes are taken for which do not say it themselves; `None` where they do, or can be taken for nothing.
    pub(in crate::source) fn guess(bytes: &[u8]) -> Option<Self> {
        let looks = encoding_rs::Encoding::for_bom(bytes).is_none().then(|| look(bytes));
        looks?.ok().filter(|encoding| *encoding != UTF_8).map(Self)
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
    let mark = marked.map_or(0, |(_, length)| length);
    let said = marked.map(|(encoding, _)| encoding).or(given.map(|given| given.0));
    let encoding = match said {
        Some(encoding) => encoding,
        None => look(&bytes).map_err(|at| (at, Encoding(UTF_8)))?,
    };
    let guessed = said.is_none().then_some(Encoding(encoding)).filter(|_| encoding != UTF_8);
    if encoding == UTF_8 {
        let mut text = String::from_utf8(bytes).map_err(|error| (error.utf8_error().valid_up_to(), Encoding(UTF_8)))?;
        text.drain(..mark);
        return Ok(Decoded { text, guessed });
    }
    let body = bytes.get(mark..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => Ok(Decoded { text: text.into_owned(), guessed }),
        // Windows-1252 has five bytes without a character, which the standard lets pass as controls; so only what was given, or UTF-16
        // that breaks off, gets here.
        None => Err((mark + fault(body, encoding), Encoding(encoding))),
    }
}

/// How many bytes are looked at for zeros.
const LOOKED_AT: usize = 1 << 16;

/// What bytes are that do not say it; the first byte that is not UTF-8 where the others are.
fn look(bytes: &[u8]) -> Result<&'static encoding_rs::Encoding, usize> {
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let breaks = |unit: [u8; 2]| head.chunks_exact(2).any(|two| two == unit);
    // In UTF-16 separators, digits and line breaks have one zero each, always on the same side, whatever the script; letters with a zero
    // on the other side (U+4E00) are few. Stray zeros in other text are not so many, or do not follow its line breaks.
    let is_side = |side: usize, other: usize, has_break: bool| {
        side > 4 * other && side > 0 && (side * 4 >= head.len() || (has_break && side * 40 >= head.len()))
    };
    match (zeros(0), zeros(1)) {
        (even, odd) if is_side(odd, even, breaks([b'\n', 0]) || breaks([b'\r', 0])) => return Ok(UTF_16LE),
        (even, odd) if is_side(even, odd, breaks([0, b'\n']) || breaks([0, b'\r'])) => return Ok(UTF_16BE),
        _ => {}
    }
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(UTF_8) };
    // Letters of other encodings look like UTF-8 by chance only: a capital with an accent, and a sign after it.
    let (mut sound, mut faulty) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        faulty += usize::from(!chunk.invalid().is_empty());
    }
    if sound.saturating_mul(10) >= faulty { Err(error.valid_up_to()) } else { Ok(WINDOWS_1252) }
}

/// The byte at which the first fault begins.
fn fault(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut at, mut text) = (0, vec![0; 1 << 14]);
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, count, _) = decoder.decode_to_utf8_without_replacement(rest, &mut text, true);
        at += count;
        match result {
            DecoderResult::OutputFull if count > 0 => {}
            DecoderResult::Malformed(length, after) => return at.saturating_sub(usize::from(length + after)),
            _ => return at,
        }
    }
}
