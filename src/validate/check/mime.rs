//! Media types (BCP 13: RFC 6838, section 4.2; RFC 2045, section 5.1): the codes of FHIR's value set `mimetypes`.
//!
//! Only the form is judged. Whether IANA has registered a type is not asked, as FHIR does not ask it.

/// Whether a text is a media type, with parameters or without.
#[must_use]
pub fn is_mime_type(text: &str) -> bool {
    let (essence, mut rest) = match text.find(';') {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let named = essence.trim_end_matches(' ').split_once('/').is_some_and(|(kind, sub)| is_name(kind) && is_name(sub));
    while named && !rest.is_empty() {
        match parameter(rest) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    named
}

/// A name as RFC 6838 restricts it.
fn is_name(name: &str) -> bool {
    name.len() <= 127
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

/// What follows a parameter that starts here with `;`.
fn parameter(text: &str) -> Option<&str> {
    let (_, value) = text
        .strip_prefix(';')?
        .trim_start_matches(' ')
        .split_once('=')
        .filter(|(name, _)| !name.is_empty() && name.bytes().all(is_token))?;
    let rest = match value.strip_prefix('"') {
        None => {
            let length = value.bytes().take_while(|byte| is_token(*byte)).count();
            value.get(length..).filter(|_| length > 0)?
        }
        Some(quoted) => {
            let mut escaped = false;
            let end = quoted.bytes().position(|byte| {
                let ends = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                ends
            })?;
            quoted.get(end + 1..)?
        }
    };
    Some(rest.trim_start_matches(' '))
}

/// A character of a token (RFC 2045).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte)
}

/// The media type of a data URL as HL7's validator takes it: letters, digits and `_` or `*` on both sides, and one parameter at most.
pub(super) fn is_plain(text: &str) -> bool {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (essence, parameter) = text.split_once(';').map_or((text, None), |(essence, rest)| (essence, Some(rest)));
    let sound = essence.split_once('/').is_some_and(|(kind, sub)| [kind, sub].iter().all(|it| *it == "*" || word(it)));
    let spaced = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_ascii_whitespace());
    sound
        && parameter.is_none_or(|parameter| {
            parameter.trim_start().split_once('=').is_some_and(|(name, value)| word(name) && spaced(value.trim_start()))
        })
}
