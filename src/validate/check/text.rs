//! Texts: strings, Markdown, codes and ids (FHIR R4, Datatypes, string, markdown, code, id).
//!
//! What may harm a reader is looked for too: control characters, directions of writing that are never ended (CVE-2021-42574), and what
//! looks like HTML. Almost all texts are printable ASCII, which one pass over the bytes shows; only others are looked at closely.

use super::primitive::{PrimitiveFault, Verdict};
use super::words;

/// How many characters a string may have, counted as UTF-16 does (FHIR R4, Datatypes, string: 1 MB).
const LONGEST: usize = 1_048_576;

static TOO_LONG: PrimitiveFault =
    PrimitiveFault::range("a string longer than 1048576 characters", "shorten it, or keep it in an Attachment");
static EDGES: PrimitiveFault =
    PrimitiveFault::form("a string that starts or ends with white space", "remove the white space").warning();
static WHITE: PrimitiveFault =
    PrimitiveFault::form("a string of nothing but white space", "leave the element out").warning();
static CONTROL: PrimitiveFault = PrimitiveFault::form(
    "a text with control characters, which FHIR does not have",
    "remove all characters below U+0020 but tab, line feed and carriage return",
)
.warning();
static DIRECTION: PrimitiveFault = PrimitiveFault::form(
    "a direction of writing is switched and never switched back, so that the text may read as another than it is",
    "end it with the character that belongs to it, or remove it",
)
.warning();
static CODE: PrimitiveFault = PrimitiveFault::form(
    "a code with white space at its ends, two blanks together, or white space that is no blank",
    "write the code exactly as its code system has it",
);
static ID: PrimitiveFault =
    PrimitiveFault::form("this is no id", "an id has 1 to 64 characters: letters without accents, digits, `-` and `.`");

/// Java's `Character.isWhitespace`, which decides in HL7's validator whether a value is blank.
pub(super) fn is_java_blank(character: char) -> bool {
    match character {
        '\u{1c}'..='\u{1f}' => true,
        '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}' => false,
        _ => character.is_whitespace(),
    }
}

/// Whether all bytes are printable ASCII. The loop has no exit, so that it runs many bytes at a time.
pub(super) fn is_plain(text: &str) -> bool {
    !text.bytes().fold(false, |other, byte| other | (byte.wrapping_sub(b' ') > b'~' - b' '))
}

/// Whether nothing at all can be said of a string or Markdown that is ASCII without control characters (save for DEL): no blank is at its
/// ends, no `<` in it, and it is not too long.
#[inline]
pub(super) fn is_unremarkable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    *first != b' ' && *last != b' ' && bytes.len() <= LONGEST && until(bytes, b'<', b'<') == bytes.len()
}

/// Control characters, and directions that are not ended.
fn unsafe_characters(text: &str) -> Verdict {
    if text.bytes().any(|byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) {
        return Err(&CONTROL);
    }
    if has_open_direction(text) { Err(&DIRECTION) } else { Ok(()) }
}

pub(super) fn string(text: &str) -> Verdict {
    if text.len() > LONGEST && text.encode_utf16().count() > LONGEST {
        return Err(&TOO_LONG);
    }
    if is_plain(text) {
        let bytes = text.as_bytes();
        let blank = bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ');
        return if blank { Err(&EDGES) } else { Ok(()) };
    }
    match text.trim() {
        "" => return Err(&WHITE),
        trimmed if trimmed.len() != text.len() => return Err(&EDGES),
        _ => {}
    }
    unsafe_characters(text)
}

pub(super) fn markdown(text: &str) -> Verdict {
    if is_plain(text) { Ok(()) } else { unsafe_characters(text) }
}

pub(super) fn code(text: &str) -> Verdict {
    // Whether the last byte was a blank, or there was none.
    let mut blank = true;
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' => blank = false,
            b' ' if !blank => blank = true,
            b' ' => return Err(&CODE),
            _ => return rare_code(text),
        }
    }
    if blank { Err(&CODE) } else { Ok(()) }
}

/// A code with other characters than printable ASCII.
fn rare_code(text: &str) -> Verdict {
    let mut previous = false;
    let sound = text.trim().len() == text.len()
        && text.chars().all(|character| {
            let after_blank = std::mem::replace(&mut previous, character == ' ');
            if character == ' ' { !after_blank } else { !character.is_whitespace() }
        });
    if sound { unsafe_characters(text) } else { Err(&CODE) }
}

pub(super) fn id(text: &str) -> Verdict {
    if is_id(text) { Ok(()) } else { Err(&ID) }
}

/// Whether a text has the form of an id (FHIR R4, Datatypes, id).
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// Whether a text has a character that switches the direction of writing and is not ended on its line.
///
/// Marks (U+200E, U+200F, U+061C) have no end, so any of them counts, as in HL7's validator.
#[must_use]
pub fn has_open_direction(text: &str) -> bool {
    // Most blocks are ASCII, which is seen of a block at once.
    let bytes = text.as_bytes();
    let is_ascii = |block: &[u8; 64]| {
        let (words, _) = block.as_chunks::<{ words::WORD }>();
        words.iter().fold(0, |any, word| any | u64::from_ne_bytes(*word)) & words::HIGH == 0
    };
    let (blocks, rest) = bytes.as_chunks::<64>();
    let in_blocks = blocks.iter().enumerate().any(|(row, block)| !is_ascii(block) && switches(bytes, row * 64, 64));
    if !in_blocks && !switches(bytes, bytes.len() - rest.len(), rest.len()) {
        return false;
    }
    // What is open, the innermost in the lowest bit: 1 for an isolate, 0 for anything else.
    let (mut open, mut depth) = (0_u64, 0_u32);
    for character in text.chars() {
        match character {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
                (open, depth) = (open << 1, depth + 1);
            }
            '\u{2066}'..='\u{2068}' => (open, depth) = (open << 1 | 1, depth + 1),
            '\u{202c}' if depth > 0 && open & 1 == 0 => (open, depth) = (open >> 1, depth - 1),
            '\u{2069}' if open != 0 => {
                let inner = open.trailing_zeros() + 1;
                (open, depth) = (open.checked_shr(inner).unwrap_or(0), depth.saturating_sub(inner));
            }
            '\n' => (open, depth) = (0, 0),
            _ => {}
        }
        if depth >= 64 {
            return true;
        }
    }
    depth > 0
}

/// Whether a character begins in so many bytes from here on that switches the direction of writing, or ends that.
fn switches(bytes: &[u8], mut at: usize, length: usize) -> bool {
    let end = at + length;
    // All these characters start with one of two bytes in UTF-8.
    while let Some(passed) = bytes.get(at..end).map(|rest| until(rest, 0xE2, 0xD8)) {
        at += passed;
        match bytes.get(at..).unwrap_or_default() {
            [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE, ..] | [0xE2, 0x81, 0xA6..=0xA9, ..] | [0xD8, 0x9C, ..] => {
                return true;
            }
            _ => at += 1,
        }
    }
    false
}

/// Whether a text looks as if HTML were embedded in it: a tag's start with another `<` after it, as HL7's validator looks for it.
///
/// That validator says so as information, and as an error where security checks are asked for. Not for Markdown and XHTML.
#[must_use]
pub fn looks_like_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut tag = false;
    while let Some(at) = next(bytes, from, b'<') {
        if tag {
            return true;
        }
        let start = at + 1;
        let until = next(bytes, start, b'<').unwrap_or(bytes.len());
        tag = bytes.get(start..until).is_some_and(is_tag);
        from = until;
    }
    false
}

/// Whether this starts like the inside of a tag and holds its end: a name, then white space or `>`.
fn is_tag(bytes: &[u8]) -> bool {
    if !bytes.first().is_some_and(u8::is_ascii_alphabetic) || !bytes.contains(&b'>') {
        return false;
    }
    let name = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    bytes.get(name).is_some_and(|byte| *byte == b'>' || is_java_space(*byte))
}

/// `\s` of Java's patterns.
pub(super) fn is_java_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// Whether Markdown holds what looks like an HTML tag, a comment or an instruction, which readers show as it is written.
///
/// HL7's validator warns of it.
#[must_use]
pub fn markdown_has_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = next(bytes, from, b'<') {
        from = at + 1;
        let rest = bytes.get(from..).unwrap_or_default();
        if matches!(rest.first(), Some(b'!' | b'?')) {
            return true;
        }
        let escaped = at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\\');
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        if escaped || !rest.first().is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        if rest.get(name).is_some_and(|byte| *byte == b'>' || is_java_space(*byte)) {
            return true;
        }
    }
    false
}

/// Where a byte stands next.
fn next(bytes: &[u8], from: usize, wanted: u8) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let passed = until(rest, wanted, wanted);
    (passed < rest.len()).then_some(from + passed)
}

/// Whether a byte stands in a text. For short texts this is quicker than a search that is made for long ones.
pub(super) fn has_byte(text: &str, byte: u8) -> bool {
    until(text.as_bytes(), byte, byte) < text.len()
}

/// How many bytes stand before the first that is one of two; eight are looked at together.
pub(super) fn until(bytes: &[u8], one: u8, other: u8) -> usize {
    let (all, rest) = bytes.as_chunks::<{ words::WORD }>();
    let mut passed = 0;
    for word in all {
        let word = u64::from_le_bytes(*word);
        let marks = words::is(word, one) | words::is(word, other);
        if marks != 0 {
            return passed + words::first(marks);
        }
        passed += words::WORD;
    }
    passed + rest.iter().take_while(|byte| **byte != one && **byte != other).count()
}
