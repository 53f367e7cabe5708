//! Attachments: whether size and hash are those of the data (FHIR R4, Datatypes, Attachment).
//!
//! Lengths are counted, not decoded. The hash is SHA-1 in base64; HL7's validator does not look at it, so a wrong one is a warning.

use super::base64;
use crate::issue::{Code, Severity};

/// The members of an Attachment that are looked at, as they stand in the instance.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attachment<'a> {
    /// `contentType`.
    pub content_type: Option<&'a str>,
    /// Whether there is a `language`.
    pub has_language: bool,
    /// `data`.
    pub data: Option<&'a str>,
    /// Whether there is a `url`.
    pub has_url: bool,
    /// `size`: a number's characters, or in R5 those of a string.
    pub size: Option<&'a str>,
    /// `hash`.
    pub hash: Option<&'a str>,
}

/// What is wrong with an Attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttachmentFault {
    /// The code of the issue.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The member that it is about.
    pub member: &'static str,
    /// What is wrong.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

/// Checks an Attachment and tells each fault. What is no base64 or no number is told by [`super::primitive::check`] alone.
pub fn check(attachment: &Attachment<'_>, sink: &mut dyn FnMut(AttachmentFault)) {
    let mut say = |severity, member, message, help| {
        sink(AttachmentFault { code: Code::Attachment, severity, member, message, help });
    };
    let length = attachment.data.and_then(base64::decoded_length).and_then(|length| u64::try_from(length).ok());
    let size = attachment.size.and_then(|size| size.parse::<u64>().ok());
    if let (Some(length), Some(size)) = (length, size)
        && length != size
    {
        say(
            Severity::Error,
            "size",
            "the size is not that of the data",
            "give the number of bytes before encoding in base64, or leave it out",
        );
    }
    if attachment.data.is_none() && !attachment.has_url && attachment.content_type.is_none() && !attachment.has_language
    {
        say(
            Severity::Warning,
            "",
            "an attachment with neither data, url, contentType nor language says nothing",
            "give its data or url, or at least its contentType",
        );
    }
    if let (Some(data), Some(hash), Some(_)) = (attachment.data, attachment.hash, length)
        && !is_sha1(data, hash)
    {
        say(Severity::Warning, "hash", "the hash is not SHA-1 of the data", "give SHA-1 of the bytes, in base64");
    }
}

/// Whether the data have more bytes than the definition allows (extension `maxSize`), or the size says so. Data elsewhere, behind a url
/// without a size, are not looked at.
#[must_use]
pub fn is_larger(data: Option<&str>, size: Option<&str>, limit: u64) -> bool {
    let length = data.and_then(base64::decoded_length).and_then(|length| u64::try_from(length).ok());
    let size = size.and_then(|size| size.parse().ok());
    length.is_some_and(|length| length > limit) || size.is_some_and(|size: u64| size > limit)
}

/// The value of a character in base64.
fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// The bytes that a text in base64 stands for, a group of at most three at a time; white space and padding are passed over.
fn groups(text: &str) -> impl Iterator<Item = ([u8; 3], usize)> {
    let mut sextets = text.bytes().filter_map(sextet);
    std::iter::from_fn(move || {
        let (mut bits, mut count) = (0_u32, 0_usize);
        while count < 4
            && let Some(sextet) = sextets.next()
        {
            bits = bits << 6 | u32::from(sextet);
            count += 1;
        }
        let [_, first, second, third] = (bits << (6 * (4 - count.min(4)))).to_be_bytes();
        (count > 1).then(|| ([first, second, third], count - 1))
    })
}

fn is_sha1(data: &str, hash: &str) -> bool {
    let mut sha1 = sha1_smol::Sha1::new();
    for (bytes, length) in groups(data) {
        sha1.update(bytes.get(..length).unwrap_or_default());
    }
    let digest = sha1.digest().bytes();
    let mut stated = groups(hash).flat_map(|(bytes, length)| bytes.into_iter().take(length));
    digest.iter().all(|byte| stated.next() == Some(*byte)) && stated.next().is_none()
}
