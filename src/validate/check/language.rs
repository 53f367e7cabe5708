//! Language tags (BCP 47: RFC 5646): the codes of FHIR's value set `all-languages`.
//!
//! Well-formedness only (RFC 5646, section 2.2.9): the registry of subtags is not at hand, so `xx-Qaaa` is as good as `de-CH`.

/// Tags that RFC 5646 keeps although its grammar does not have them.
const IRREGULAR: &[&str] = &[
    "art-lojban",
    "cel-gaulish",
    "en-gb-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "no-bok",
    "no-nyn",
    "sgn-be-fr",
    "sgn-be-nl",
    "sgn-ch-de",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
];

/// Whether a text is a well-formed language tag.
#[must_use]
pub fn is_language_tag(text: &str) -> bool {
    match text.as_bytes() {
        // Nearly all tags are these: `en`, `de-CH`.
        [a, b] => a.is_ascii_alphabetic() && b.is_ascii_alphabetic(),
        [a, b, b'-', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_alphabetic()),
        _ => is_tag(text) || IRREGULAR.iter().any(|tag| tag.eq_ignore_ascii_case(text)),
    }
}

fn letters(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    if text.split('-').any(|part| !(1..=8).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return false;
    }
    let Some(language) = parts.next() else { return false };
    if language.eq_ignore_ascii_case("x") {
        return parts.next().is_some();
    }
    if !letters(language) || language.len() < 2 {
        return false;
    }
    if language.len() <= 3 {
        let mut extended = 0;
        while extended < 3 && parts.next_if(|part| part.len() == 3 && letters(part)).is_some() {
            extended += 1;
        }
    }
    let _script = parts.next_if(|part| part.len() == 4 && letters(part));
    let _region = parts.next_if(|part| (part.len() == 2 && letters(part)) || (part.len() == 3 && is_number(part)));
    let variants = text.len() - rest_length(&parts);
    while parts.next_if(|part| is_variant(part)).is_some() {}
    let ended = text.len() - rest_length(&parts);
    if repeats(text.get(variants..ended).unwrap_or_default()) {
        return false;
    }
    let mut singletons = 0_u64;
    while let Some(singleton) = parts.next() {
        let [byte] = singleton.as_bytes() else { return false };
        let lower = byte.to_ascii_lowercase();
        if lower == b'x' {
            return parts.next().is_some();
        }
        // Digits and letters both fit below bit 64 from `0` on.
        let bit = 1_u64 << (lower - b'0').min(63);
        let repeated = singletons & bit != 0;
        singletons |= bit;
        if repeated || parts.next_if(|part| part.len() >= 2).is_none() {
            return false;
        }
        while parts.next_if(|part| part.len() >= 2).is_some() {}
    }
    true
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_variant(part: &str) -> bool {
    part.len() >= 5 || (part.len() == 4 && part.starts_with(|c: char| c.is_ascii_digit()))
}

/// How many bytes of the tag the parts still to come have, with the `-` before each.
fn rest_length(parts: &std::iter::Peekable<std::str::Split<'_, char>>) -> usize {
    parts.clone().map(|part| part.len() + 1).sum()
}

/// Whether a part stands twice among variants.
fn repeats(variants: &str) -> bool {
    let parts = || variants.split('-').filter(|part| !part.is_empty());
    parts().enumerate().any(|(at, part)| parts().take(at).any(|earlier| earlier.eq_ignore_ascii_case(part)))
}
