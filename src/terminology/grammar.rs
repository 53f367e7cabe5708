//! Code systems whose codes are formed by a grammar and listed nowhere: UCUM, language tags, media types, countries, URIs
//! (FHIR R4, Terminologies, "External code systems").
//!
//! A code that the grammar takes is taken; whether a language or a country of that form exists is not asked of a register, and
//! countries stay undecided.

use super::membership::{Membership, Reason};
use super::systems::{BCP_47, UCUM, is_absolute_uri};
use super::ucum;
use crate::definition::Filter;

/// ISO 3166, the codes of countries.
const COUNTRIES: &str = "urn:iso:std:iso:3166";
/// ISO 3166-2, the codes of countries' parts.
const SUBDIVISIONS: &str = "urn:iso:std:iso:3166:-2";
/// BCP 13, media types.
pub(super) const MEDIA_TYPES: &str = "urn:ietf:bcp:13";
/// URIs as codes.
const URIS: &str = "urn:ietf:rfc:3986";

/// The grammar of a code system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    /// UCUM.
    Unit,
    /// BCP 47; the second without script, variant and extensions.
    Language { plain: bool },
    /// BCP 13.
    MediaType,
    /// ISO 3166-1: which of the three forms.
    Country { two: bool, three: bool, digits: bool },
    /// ISO 3166-2.
    Subdivision,
    /// RFC 3986.
    Uri,
}

impl Grammar {
    /// The grammar of a code system that has one.
    pub(super) fn of(system: &str) -> Option<Self> {
        Some(match system {
            UCUM => Self::Unit,
            BCP_47 => Self::Language { plain: false },
            MEDIA_TYPES => Self::MediaType,
            COUNTRIES => Self::Country { two: true, three: true, digits: true },
            SUBDIVISIONS => Self::Subdivision,
            URIS => Self::Uri,
            _ => return None,
        })
    }

    /// The part of it that filters leave, where it is known what they ask.
    pub(super) fn filtered(self, filters: &[Filter]) -> Option<Self> {
        let parts = ["ext-lang", "script", "variant", "extension", "private-use"];
        let only = |filter: &Filter| match filters {
            [_] => filter.property.as_ref() == "code" && filter.op.as_ref() == "regex",
            _ => false,
        };
        match self {
            Self::Language { .. } => {
                let absent = |part: &&str| {
                    filters.iter().any(|filter| {
                        filter.property.as_ref() == *part
                            && filter.op.as_ref() == "exists"
                            && filter.value.as_ref() == "false"
                    })
                };
                (filters.len() == parts.len() && parts.iter().all(absent)).then_some(Self::Language { plain: true })
            }
            Self::Country { .. } => {
                let value = filters.first().filter(|filter| only(filter))?.value.as_ref();
                let of = |two, three, digits| Some(Self::Country { two, three, digits });
                match value {
                    "[A-Z]{2}" => of(true, false, false),
                    "[A-Z]{3}" => of(false, true, false),
                    "[0-9]{3}" => of(false, false, true),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a code is of the system.
    pub(super) fn decide(self, code: &str) -> Membership {
        let sure = |fits: bool| if fits { Membership::In } else { Membership::Out };
        let perhaps = |fits: bool| if fits { Membership::Undecided(Reason::SystemUnknown) } else { Membership::Out };
        let upper = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
        match self {
            Self::Unit => sure(ucum::is_unit(code)),
            Self::Language { plain } => sure(language(code, plain)),
            // FHIR itself uses short forms (`json`) where media types are asked for (R4, CapabilityStatement.format).
            Self::MediaType if media_type(code) => Membership::In,
            Self::MediaType => Membership::Undecided(Reason::SystemUnknown),
            Self::Country { two, three, digits } => perhaps(match code.len() {
                2 => two && upper(code),
                3 => (three && upper(code)) || (digits && code.bytes().all(|byte| byte.is_ascii_digit())),
                _ => false,
            }),
            Self::Subdivision => {
                let fits = code.split_once('-').is_some_and(|(country, part)| {
                    let well = part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
                    country.len() == 2 && upper(country) && (1..=3).contains(&part.len()) && well
                });
                perhaps(fits)
            }
            Self::Uri => sure(is_absolute_uri(code)),
        }
    }
}

/// Whether a text is a well-formed language tag (RFC 5646, 2.1); a plain one has language and region only.
fn language(tag: &str, plain: bool) -> bool {
    let alphabetic = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let alphanumeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_variant = |part: &str| {
        (5..=8).contains(&part.len()) || (part.len() == 4 && part.starts_with(|first: char| first.is_ascii_digit()))
    };
    if !tag.split('-').all(|part| (1..=8).contains(&part.len()) && alphanumeric(part)) {
        return false;
    }
    let mut parts = tag.split('-').peekable();
    let Some(first) = parts.next() else { return false };
    if first.eq_ignore_ascii_case("x") || first.eq_ignore_ascii_case("i") {
        return !plain && parts.next().is_some();
    }
    if !alphabetic(first) || first.len() < 2 {
        return false;
    }
    let mut take = |fits: &dyn Fn(&str) -> bool, most: usize| {
        let mut count = 0;
        while count < most && parts.peek().is_some_and(|part| fits(part)) {
            parts.next();
            count += 1;
        }
        count
    };
    let mut more = 0;
    if first.len() <= 3 {
        more += take(&|part| part.len() == 3 && alphabetic(part), 3);
    }
    more += take(&|part| part.len() == 4 && alphabetic(part), 1);
    let is_region = |part: &str| {
        (part.len() == 2 && alphabetic(part)) || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    take(&is_region, 1);
    more += take(&is_variant, usize::MAX);
    // What is left are extensions and private use: a single letter or digit and at least one part of its own.
    let mut since = None;
    while let Some(part) = parts.next() {
        more += 1;
        if part.eq_ignore_ascii_case("x") && since != Some(0) {
            return !plain && parts.next().is_some();
        }
        match (since, part.len()) {
            (None | Some(1..), 1) => since = Some(0),
            (None, _) | (Some(0), 1) => return false,
            (Some(count), _) => since = Some(count + 1),
        }
    }
    since != Some(0) && !(plain && more > 0)
}

/// Whether a text has the form of a media type (RFC 6838, 4.2; parameters as in RFC 2045, 5.1).
fn media_type(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'!' | b'#' | b'$' | b'&' | b'-' | b'^' | b'_' | b'.' | b'+' | b'*')
            })
    };
    let (kind, parameters) = text.split_once(';').map_or((text, None), |(kind, rest)| (kind, Some(rest)));
    let well = kind.trim_end().split_once('/').is_some_and(|(kind, sub)| name(kind) && name(sub));
    well && parameters.is_none_or(|rest| {
        rest.split(';').all(|one| one.trim().is_empty() || one.split_once('=').is_some_and(|(key, _)| name(key.trim())))
    })
}
