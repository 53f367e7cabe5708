//! The elements and attributes that XHTML in FHIR may have (FHIR R4, Narrative: HTML 4.0, chapters 7 to 11 without 4 of 9, and 15; the
//! lists are those that HL7's validator goes by).
//!
//! A name of at most eight bytes is one word, and a multiplication finds its place in a table without a collision; the factors were found
//! by trying, and the program is not built where one no longer serves. The four longer names are looked up by hand.

use super::super::words;

/// How many places a table has: two to the power of this.
const BITS: u32 = 7;
const PLACES: usize = 1 << BITS;
/// What stands at a place without a name: no name is this, because UTF-8 has no such byte.
const NO_NAME: u64 = u64::MAX;
const ELEMENT_FACTOR: u64 = 0xe2f3_a5c8_bca2_f9bd;
const ATTRIBUTE_FACTOR: u64 = 0x47f1_678d_bef8_2711;

#[rustfmt::skip]
const ELEMENTS: [&str; 53] = [
    "p", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "a", "span", "b", "em", "i", "strong", "small", "big", "tt", "dfn", "q",
    "var", "abbr", "acronym", "cite", "hr", "address", "bdo", "kbd", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd", "pre", "table",
    "caption", "colgroup", "col", "thead", "tr", "tfoot", "tbody", "th", "td", "code", "samp", "img", "map", "area", "blockquote",
];

/// The elements that may not stand inside a paragraph.
const BLOCKS: u64 = among(&["div", "blockquote", "table", "ol", "ul", "p"]);

/// The attributes, and the elements that may have each; all where none is named.
const ATTRIBUTES: [(&str, &[&str]); 47] = [
    ("title", &[]),
    ("style", &[]),
    ("class", &[]),
    ("id", &[]),
    ("lang", &[]),
    ("xml:lang", &[]),
    ("dir", &[]),
    ("accesskey", &[]),
    ("tabindex", &[]),
    ("span", &[]),
    ("width", &[]),
    ("align", &[]),
    ("valign", &[]),
    ("char", &[]),
    ("charoff", &[]),
    ("abbr", &[]),
    ("axis", &[]),
    ("headers", &[]),
    ("scope", &[]),
    ("rowspan", &[]),
    ("colspan", &[]),
    ("xmlns", &[]),
    ("href", &["a", "area"]),
    ("name", &["a", "map"]),
    ("charset", &["a"]),
    ("type", &["a"]),
    ("hreflang", &["a"]),
    ("rel", &["a"]),
    ("rev", &["a"]),
    ("shape", &["a", "area"]),
    ("coords", &["a", "area"]),
    ("src", &["img"]),
    ("border", &["img", "table"]),
    ("alt", &["img", "area"]),
    ("longdesc", &["img"]),
    ("height", &["img"]),
    ("usemap", &["img"]),
    ("ismap", &["img"]),
    ("cite", &["blockquote", "q"]),
    ("nohref", &["area"]),
    ("summary", &["table"]),
    ("frame", &["table"]),
    ("rules", &["table"]),
    ("cellspacing", &["table"]),
    ("cellpadding", &["table"]),
    ("space", &["pre"]),
    ("nowrap", &["td"]),
];

/// Whether an element may stand in a narrative.
pub(in crate::validate::check) fn is_element(name: &str) -> bool {
    Element::from_name(name).is_known()
}

/// Whether an element may have an attribute.
pub(in crate::validate::check) fn is_attribute(element: &str, attribute: &str) -> bool {
    Attribute::from_name(attribute).is_allowed(Element::from_name(element))
}

/// Whether an element may not stand inside a paragraph.
pub(in crate::validate::check) fn is_block(name: &str) -> bool {
    Element::from_name(name).is_block()
}

/// What an element's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element(u8);

impl Element {
    /// A name that no element of a narrative has.
    pub(super) const UNKNOWN: Self = Self(63);
    pub(super) const A: Self = Self(number("a"));
    pub(super) const BLOCKQUOTE: Self = Self(number("blockquote"));
    pub(super) const DIV: Self = Self(number("div"));
    pub(super) const IMG: Self = Self(number("img"));
    pub(super) const P: Self = Self(number("p"));

    /// The element with this name, which has no prefix.
    pub(super) fn from_name(name: &str) -> Self {
        match words::of(name) {
            Some(word) => Self::from_word(word).unwrap_or(Self::UNKNOWN),
            None if name == "blockquote" => Self::BLOCKQUOTE,
            None => Self::UNKNOWN,
        }
    }

    /// The element whose name is this word.
    #[inline]
    pub(super) fn from_word(word: u64) -> Option<Self> {
        let (name, element) = PLACES_OF_ELEMENTS.get(place(word, ELEMENT_FACTOR))?;
        (*name == word).then_some(*element)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        ELEMENTS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// How long its name is.
    #[inline]
    pub(super) fn length(self) -> usize {
        ENDS.get(usize::from(self.0)).map_or(0, |(_, length)| usize::from(*length))
    }

    /// Its name and `>` as a word, where it is short enough to be one.
    #[inline]
    pub(super) fn end(self) -> u64 {
        ENDS.get(usize::from(self.0)).map_or(0, |(end, _)| *end)
    }

    /// Whether it may stand in a narrative.
    #[inline]
    pub(super) fn is_known(self) -> bool {
        self != Self::UNKNOWN
    }

    /// Whether it may not stand inside a paragraph.
    #[inline]
    pub(super) const fn is_block(self) -> bool {
        BLOCKS >> (self.0 & 63) & 1 != 0
    }
}

/// What an attribute's value is, as far as it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Plain,
    Namespace,
    Id,
    Href,
    Src,
    OtherLink,
    /// The name is none of the table's.
    Unknown,
}

/// What an attribute's name says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attribute {
    /// The elements that may have it.
    elements: u64,
    pub(super) meaning: Meaning,
    /// One bit that no other attribute has; none for a name that is not in the table.
    pub(super) bit: u64,
}

impl Attribute {
    const UNKNOWN: Self = Self { elements: 0, meaning: Meaning::Unknown, bit: 0 };

    /// The attribute with this name.
    pub(super) fn from_name(name: &str) -> Self {
        let long = || ATTRIBUTES.iter().position(|(long, _)| *long == name);
        match words::of(name) {
            Some(word) => Self::from_word(word),
            None => long().and_then(|number| ALL.get(number)).copied(),
        }
        .unwrap_or(match name.starts_with("xmlns") {
            true => Self { elements: u64::MAX, ..Self::UNKNOWN },
            false => Self::UNKNOWN,
        })
    }

    /// The attribute whose name is this word.
    #[inline]
    pub(super) fn from_word(word: u64) -> Option<Self> {
        let (name, attribute) = PLACES_OF_ATTRIBUTES.get(place(word, ATTRIBUTE_FACTOR))?;
        (*name == word).then_some(*attribute)
    }

    /// The attribute, where the table has its name.
    pub(super) fn known(self) -> Option<Self> {
        (self.bit != 0).then_some(self)
    }

    /// Whether an element may have it.
    #[inline]
    pub(super) const fn is_allowed(self, element: Element) -> bool {
        self.elements >> (element.0 & 63) & 1 != 0
    }
}

/// The place of a word in a table.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "seven bits remain")]
const fn place(word: u64, factor: u64) -> usize {
    (word.wrapping_mul(factor) >> (u64::BITS - BITS)) as usize
}

/// Where an element stands in the list; [`Element::UNKNOWN`]'s number where it does not.
#[allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "the list is short, and indices are below its length"
)]
const fn number(name: &str) -> u8 {
    let mut number = 0;
    while number < ELEMENTS.len() {
        if is_same(ELEMENTS[number].as_bytes(), name.as_bytes()) {
            return number as u8;
        }
        number += 1;
    }
    Element::UNKNOWN.0
}

const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, more @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (more, others);
    }
    one.is_empty() && other.is_empty()
}

/// One bit for each of these elements.
const fn among(mut names: &[&str]) -> u64 {
    let mut bits = 0;
    while let [name, more @ ..] = names {
        bits |= 1 << number(name);
        names = more;
    }
    bits
}

const fn meaning(name: &str) -> Meaning {
    match name.as_bytes() {
        b"xmlns" => Meaning::Namespace,
        b"id" => Meaning::Id,
        b"href" => Meaning::Href,
        b"src" => Meaning::Src,
        b"cite" | b"longdesc" => Meaning::OtherLink,
        _ => Meaning::Plain,
    }
}

static ALL: [Attribute; ATTRIBUTES.len()] = all();

#[allow(
    clippy::indexing_slicing,
    reason = "indices are below the length, and the table is made when the program is built"
)]
const fn all() -> [Attribute; ATTRIBUTES.len()] {
    let mut all = [Attribute::UNKNOWN; ATTRIBUTES.len()];
    let mut number = 0;
    while number < ATTRIBUTES.len() {
        let (name, elements) = ATTRIBUTES[number];
        let elements = if elements.is_empty() { u64::MAX } else { among(elements) };
        all[number] = Attribute { elements, meaning: meaning(name), bit: 1 << number };
        number += 1;
    }
    all
}

/// For each element what ends it, as [`Element::end`] says, and the length of its name.
static ENDS: [(u64, u8); ELEMENTS.len()] = ends();

#[allow(
    clippy::indexing_slicing,
    reason = "indices are below the length, and the table is made when the program is built"
)]
#[allow(clippy::cast_possible_truncation, reason = "names are short")]
const fn ends() -> [(u64, u8); ELEMENTS.len()] {
    let mut ends = [(0, 0); ELEMENTS.len()];
    let mut number = 0;
    while number < ELEMENTS.len() {
        let length = ELEMENTS[number].len();
        let end = match words::of(ELEMENTS[number]) {
            Some(word) if length < words::WORD => word | (b'>' as u64) << (length * 8),
            _ => 0,
        };
        ends[number] = (end, length as u8);
        number += 1;
    }
    ends
}

static PLACES_OF_ELEMENTS: [(u64, Element); PLACES] = elements();

#[allow(
    clippy::indexing_slicing,
    reason = "places are below the length, and the table is made when the program is built"
)]
#[allow(clippy::cast_possible_truncation, reason = "the list is short")]
const fn elements() -> [(u64, Element); PLACES] {
    let mut places = [(NO_NAME, Element::UNKNOWN); PLACES];
    let mut number = 0;
    while number < ELEMENTS.len() {
        if let Some(word) = words::of(ELEMENTS[number]) {
            let place = place(word, ELEMENT_FACTOR);
            assert!(places[place].0 == NO_NAME, "two elements have one place");
            places[place] = (word, Element(number as u8));
        }
        number += 1;
    }
    places
}

static PLACES_OF_ATTRIBUTES: [(u64, Attribute); PLACES] = attributes();

#[allow(
    clippy::indexing_slicing,
    reason = "places are below the length, and the table is made when the program is built"
)]
const fn attributes() -> [(u64, Attribute); PLACES] {
    let (all, mut places) = (all(), [(NO_NAME, Attribute::UNKNOWN); PLACES]);
    let mut number = 0;
    while number < ATTRIBUTES.len() {
        if let Some(word) = words::of(ATTRIBUTES[number].0) {
            let place = place(word, ATTRIBUTE_FACTOR);
            assert!(places[place].0 == NO_NAME, "two attributes have one place");
            places[place] = (word, all[number]);
        }
        number += 1;
    }
    places
}
