//! URIs, OIDs and UUIDs (FHIR R4, Datatypes, uri and its kin; RFC 3001, RFC 4122).
//!
//! FHIR's form is lax: no white space. HL7's validator adds rules for `urn:oid:` and `urn:uuid:` wherever they stand, and for
//! canonicals; they are ours too. Whether a URI leads anywhere is asked elsewhere.

use super::primitive::{PrimitiveFault, Verdict};
use super::text::is_java_space;

static SPACE: PrimitiveFault =
    PrimitiveFault::form("a URI with white space in it", "remove the white space, or write `%20` for a blank");
static BARE_OID: PrimitiveFault = PrimitiveFault::form("a URI that starts with `oid:`", "write `urn:oid:`");
static BARE_UUID: PrimitiveFault = PrimitiveFault::form("a URI that starts with `uuid:`", "write `urn:uuid:`");
static BAD_OID: PrimitiveFault = PrimitiveFault::form(
    "this is no OID of use",
    "write `urn:oid:` and numbers from the registration tree, joined by dots, without leading zeros",
);
static BAD_UUID: PrimitiveFault =
    PrimitiveFault::form("this is no UUID", "write `urn:uuid:` and 8-4-4-4-12 hexadecimal digits, in lower case");
static NO_OID: PrimitiveFault = PrimitiveFault::form("an oid starts with `urn:oid:`", "write `urn:oid:` before it");
static NO_UUID: PrimitiveFault = PrimitiveFault::form("a uuid starts with `urn:uuid:`", "write `urn:uuid:` before it");
static RELATIVE: PrimitiveFault = PrimitiveFault::form(
    "a canonical that is neither absolute nor a fragment",
    "write the definition's whole URL, or `#` and the id of a contained resource",
);

pub(super) fn uri(text: &str) -> Verdict {
    if !is_graphic(text) && (text.bytes().any(is_java_space) || has_white_edge(text)) {
        return Err(&SPACE);
    }
    if let Some(rest) = text.strip_prefix('u') {
        if let Some(urn) = rest.strip_prefix("rn:") {
            return urn_form(urn);
        }
        return if rest.starts_with("uid:") { Err(&BARE_UUID) } else { Ok(()) };
    }
    if text.starts_with("oid:") { Err(&BARE_OID) } else { Ok(()) }
}

/// Whether all bytes are visible ASCII. The loop has no exit, so that it runs many bytes at a time.
fn is_graphic(text: &str) -> bool {
    !text.bytes().fold(false, |other, byte| other | (byte.wrapping_sub(b'!') > b'~' - b'!'))
}

/// What follows `urn:`.
fn urn_form(urn: &str) -> Verdict {
    if let Some(uuid) = urn.strip_prefix("uuid:") {
        // A fragment may follow, as `#id` of a resource inside.
        let uuid = match uuid.get(36..) {
            Some(rest) if rest.starts_with('#') => uuid.get(..36).unwrap_or_default(),
            _ => uuid,
        };
        return if is_uuid(uuid) { Ok(()) } else { Err(&BAD_UUID) };
    }
    match urn.strip_prefix("oid:") {
        Some(oid) if !is_oid(oid) || is_stub(oid) => Err(&BAD_OID),
        _ => Ok(()),
    }
}

/// White space beyond ASCII is an error at the ends only, as in HL7's validator.
fn has_white_edge(text: &str) -> bool {
    !text.is_ascii() && text.trim().len() != text.len()
}

pub(super) fn canonical(text: &str) -> Verdict {
    uri(text)?;
    if text.starts_with('#') || is_absolute(text) { Ok(()) } else { Err(&RELATIVE) }
}

pub(super) fn oid(text: &str) -> Verdict {
    if text.starts_with("urn:oid:") { uri(text) } else { Err(&NO_OID) }
}

pub(super) fn uuid(text: &str) -> Verdict {
    match text.strip_prefix("urn:uuid:") {
        Some(uuid) if is_uuid(uuid) => Ok(()),
        Some(_) => Err(&BAD_UUID),
        None => Err(&NO_UUID),
    }
}

/// Whether a text is an OID without prefix: 0, 1 or 2, then numbers joined by dots.
#[must_use]
pub fn is_oid(text: &str) -> bool {
    let [b'0'..=b'2', rest @ ..] = text.as_bytes() else { return false };
    let Some((b'.', rest)) = rest.split_first() else { return false };
    let mut arc = 0_usize;
    let mut zero = false;
    for byte in rest {
        match byte {
            b'.' if arc > 0 => arc = 0,
            b'0'..=b'9' if arc == 0 => (arc, zero) = (1, *byte == b'0'),
            b'0'..=b'9' if !zero => arc += 1,
            _ => return false,
        }
    }
    arc > 0
}

/// Whether an OID is so short that it can only be a node of the tree: HL7's validator wants its last dot beyond the fifth character.
fn is_stub(oid: &str) -> bool {
    oid.rfind('.').is_none_or(|at| at < 5) && !matches!(oid, "1.3.160" | "1.3.88")
}

/// Whether a text is a UUID in lower case, without prefix.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let Ok(bytes) = <&[u8; 36]>::try_from(text.as_bytes()) else { return false };
    let is_hyphen = |at: usize| bytes.get(at) == Some(&b'-');
    // With four hyphens at their places, all others are digits where there are 32 of them.
    let digits = bytes.iter().filter(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).count();
    digits == 32 && is_hyphen(8) && is_hyphen(13) && is_hyphen(18) && is_hyphen(23)
}

/// Whether a URL is absolute as HL7's validator sees it: a scheme of lower-case letters, digits and `_`, and something after it.
#[must_use]
pub fn is_absolute(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut first = true;
    while let [byte, after @ ..] = rest {
        match byte {
            b'a'..=b'z' => {}
            b'0'..=b'9' | b'_' | b'[' | b']' if !first => {}
            b':' if !first => return !after.is_empty() && !after.contains(&b' '),
            _ => return false,
        }
        (rest, first) = (after, false);
    }
    false
}
