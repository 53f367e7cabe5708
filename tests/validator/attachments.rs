//! Attachments: size and hash against the data.

use case2fhir::issue::Severity;
use case2fhir::validate::check::attachment::{self, Attachment, check};
use case2fhir::validate::check::base64::decoded_length;
use proptest::prelude::*;

fn faults(attachment: Attachment<'_>) -> Vec<(Severity, &'static str)> {
    let mut list = Vec::new();
    check(&attachment, &mut |fault| list.push((fault.severity, fault.member)));
    list
}

#[test]
fn size_is_the_number_of_bytes() {
    let of = |data, size| {
        faults(Attachment {
            content_type: Some("text/plain"),
            data: Some(data),
            size: Some(size),
            ..Attachment::default()
        })
    };
    for (data, size) in [("QUJD", "3"), ("QUI=", "2"), ("QQ==", "1"), ("QU\nJD", "3"), (" QQ = = ", "1"), ("QQ=", "1")]
    {
        assert_eq!(of(data, size), [], "{data}");
    }
    assert_eq!(of("QUJD", "4"), [(Severity::Error, "size")]);
    assert_eq!(of("QQ==", "3"), [(Severity::Error, "size")]);
}

#[test]
fn something_must_be_in_it() {
    assert_eq!(faults(Attachment { size: Some("3"), ..Attachment::default() }), [(Severity::Warning, "")]);
    assert_eq!(faults(Attachment { has_url: true, ..Attachment::default() }), []);
}

#[test]
fn definitions_limit_the_size() {
    for (data, size, is_larger) in [
        (Some("QUJD"), None, false),
        (Some("QUJD"), Some("3"), false),
        (Some("QUJDQQ=="), None, true),
        (Some("QUJD"), Some("4"), true),
        (None, Some("4"), true),
        (None, Some("x"), false),
        (None, None, false),
    ] {
        assert_eq!(attachment::is_larger(data, size, 3), is_larger, "{data:?} {size:?}");
    }
}

#[test]
fn the_hash_is_sha_1() {
    let of = |hash| faults(Attachment { has_url: true, data: Some("QUJD"), hash: Some(hash), ..Attachment::default() });
    assert_eq!(of("PAG9uybzWLqyfyZ5JKosmgP8/bg="), []);
    assert_eq!(
        of("PAG9 uybzWLqyfyZ5JKosmgP8/bg=
"),
        []
    );
    assert_eq!(of("AAAA"), [(Severity::Warning, "hash")]);
    assert_eq!(of(""), [(Severity::Warning, "hash")]);
}

/// Base64 by the book, for comparison.
fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let sextet = (bits >> (18 - 6 * at)) as usize & 63;
            text.push(if at <= group.len() { char::from(ALPHABET[sextet]) } else { '=' });
        }
    }
    text
}

proptest! {
    #[test]
    fn lengths_are_those_of_the_bytes(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        let text = encode(&bytes);
        prop_assert_eq!(decoded_length(&text), Some(bytes.len()));
        prop_assert_eq!(decoded_length(&text.replace('A', "A ")), Some(bytes.len()));
    }

    #[test]
    fn any_text_is_looked_at(data in "\\PC*", hash in "[A-Z=+/]*") {
        faults(Attachment { data: Some(&data), hash: Some(&hash), size: Some(&data), ..Attachment::default() });
    }
}
