//! Bytes in base64 (RFC 4648; FHIR R4, Datatypes, base64Binary).
//!
//! HL7's validator counts letters, digits and `+/=` and wants a multiple of four; where that is so but no decoder would take the text,
//! we warn. Nothing is decoded: a length needs no more than counting.

use super::primitive::{PrimitiveFault, Verdict, Version};

static NO_BASE64: PrimitiveFault = PrimitiveFault::form(
    "this is no base64: its characters are not a multiple of four, or others than letters, digits, `+`, `/` and `=`",
    "encode the bytes again (RFC 4648, section 4, with padding)",
);
static SPACE_R5: PrimitiveFault =
    PrimitiveFault::form("base64 with white space in it", "remove blanks and line breaks");
static SPACE: PrimitiveFault =
    PrimitiveFault::form("base64 with white space in it, which some readers refuse", "remove blanks and line breaks")
        .warning();
static DOUBTFUL: PrimitiveFault = PrimitiveFault::form(
    "base64 that decoders refuse: padding that is not at the end, or characters beside the alphabet",
    "encode the bytes again (RFC 4648, section 4, with padding)",
)
.warning();

/// Whether these are only characters of the alphabet. The loop has no exit, so that it runs many bytes at a time.
fn is_plain(bytes: &[u8]) -> bool {
    let foreign = bytes.iter().fold(0, |foreign, byte| foreign | u8::from(!in_alphabet(*byte)));
    foreign == 0
}

/// A text without its padding, where it is base64 in the strict sense: no white space, whole groups.
fn strict(text: &str) -> Option<&[u8]> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || !bytes.len().is_multiple_of(4) {
        return None;
    }
    let bytes = bytes.strip_suffix(b"==").or_else(|| bytes.strip_suffix(b"=")).unwrap_or(bytes);
    is_plain(bytes).then_some(bytes)
}

pub(super) fn check(text: &str, version: Version) -> Verdict {
    if strict(text).is_some() {
        return Ok(());
    }
    let mut counted = 0_usize;
    let mut padding = 0_usize;
    let (mut space, mut foreign) = (false, false);
    for character in text.chars() {
        match character {
            '=' => (counted, padding) = (counted + 1, padding + 1),
            '+' | '/' => counted += 1,
            // Letters of other scripts count in the reference, and no decoder knows them.
            _ if character.is_alphanumeric() => (counted, foreign) = (counted + 1, foreign || !character.is_ascii()),
            _ if character.is_whitespace() => space = true,
            _ => foreign = true,
        }
        foreign |= padding > 0 && character != '=' && !character.is_whitespace();
    }
    if counted == 0 || !counted.is_multiple_of(4) {
        return Err(&NO_BASE64);
    }
    match (space, version) {
        _ if version == Version::R4 && (foreign || padding > 2) => Err(&DOUBTFUL),
        (true, Version::R5) => Err(&SPACE_R5),
        (true, Version::R4) => Err(&SPACE),
        _ if foreign || padding > 2 => Err(&NO_BASE64),
        _ => Ok(()),
    }
}

/// How many bytes a text in base64 stands for; `None` where it is none. White space is passed over.
#[must_use]
pub fn decoded_length(text: &str) -> Option<usize> {
    if let Some(bytes) = strict(text) {
        // Six bits a character, in whole bytes: what is left of a padded group is cut off.
        return Some(bytes.len() / 4 * 3 + (bytes.len() % 4).saturating_sub(1));
    }
    let mut digits = 0_usize;
    let mut padding = 0_usize;
    for character in text.chars() {
        match character {
            '=' => padding += 1,
            _ if padding > 0 && !character.is_whitespace() => return None,
            _ if u8::try_from(character).is_ok_and(in_alphabet) => digits += 1,
            _ if character.is_whitespace() => {}
            _ => return None,
        }
    }
    (padding <= 2 && (digits + padding).is_multiple_of(4) && digits > 0)
        .then(|| digits / 4 * 3 + (digits % 4).saturating_sub(1))
}

fn in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Whether a text's letters, digits and `+/=` are a multiple of four: all that HL7's validator asks of base64.
pub(super) fn is_countable(text: &str) -> bool {
    let counted =
        text.chars().filter(|character| matches!(character, '+' | '/' | '=') || character.is_alphanumeric()).count();
    counted > 0 && counted.is_multiple_of(4)
}
