//! Values of FHIR's primitive types: whether a text has the form and range of its type, and the right kind of JSON.
//!
//! Forms are those of FHIR R4 (Datatypes, Primitive Types; the `regex` of each type's definition) as HL7's validator judges them; where
//! that one is laxer than the specification, we warn. Checked by hand on bytes: the forms are small, and a validator does little else.
//! The room refuses to look at definitions: lengths and limits that profiles set are checked elsewhere.

use super::{base64, moment, number, text, uri};
use crate::issue::{Code, Severity};

/// A primitive type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Primitive {
    /// `true` or `false`.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits, written as a string (R5).
    Integer64,
    /// A whole number from 0.
    UnsignedInt,
    /// A whole number from 1.
    PositiveInt,
    /// A decimal number.
    Decimal,
    /// A text.
    String,
    /// A text in Markdown.
    Markdown,
    /// A code: no blanks but single ones inside.
    Code,
    /// An id: letters, digits, `-` and `.`, at most 64.
    Id,
    /// A URI, absolute or relative.
    Uri,
    /// A URL.
    Url,
    /// A URI of a definition, perhaps with `|version`, or `#id`.
    Canonical,
    /// An OID as URI.
    Oid,
    /// A UUID as URI.
    Uuid,
    /// Bytes in base64.
    Base64Binary,
    /// A moment, at least to the second, with its time zone.
    Instant,
    /// A year, month or day.
    Date,
    /// A year, month, day or moment with its time zone.
    DateTime,
    /// A time of day.
    Time,
    /// The `div` of a narrative, whose inside is checked by [`super::narrative`].
    Xhtml,
}

impl Primitive {
    /// The type with FHIR's name; `None` for a name that is no primitive type's.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "integer64" => Self::Integer64,
            "unsignedInt" => Self::UnsignedInt,
            "positiveInt" => Self::PositiveInt,
            "decimal" => Self::Decimal,
            "string" => Self::String,
            "markdown" => Self::Markdown,
            "code" => Self::Code,
            "id" => Self::Id,
            "uri" => Self::Uri,
            "url" => Self::Url,
            "canonical" => Self::Canonical,
            "oid" => Self::Oid,
            "uuid" => Self::Uuid,
            "base64Binary" => Self::Base64Binary,
            "instant" => Self::Instant,
            "date" => Self::Date,
            "dateTime" => Self::DateTime,
            "time" => Self::Time,
            "xhtml" => Self::Xhtml,
            _ => return None,
        })
    }

    /// The kind of JSON that the type has (FHIR R4, JSON, Primitive Types).
    #[must_use]
    pub const fn json_kind(self) -> JsonKind {
        match self {
            Self::Boolean => JsonKind::Bool,
            Self::Integer | Self::UnsignedInt | Self::PositiveInt | Self::Decimal => JsonKind::Number,
            _ => JsonKind::String,
        }
    }
}

/// The kinds of JSON that a primitive value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
}

/// A version of FHIR, as far as the forms of its primitive types differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// R4 and R4B.
    #[default]
    R4,
    /// R5.
    R5,
}

/// What the forms depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The version of FHIR.
    pub version: Version,
    /// The last year of a date that nobody wonders about: HL7's validator takes 80 years from now, and so does the walk.
    pub last_year: u16,
}

impl Default for Rules {
    /// R4, and dates to 2106, which is 80 years from the moment that [`crate::validate::Request`] has where nobody says another.
    fn default() -> Self {
        Self { version: Version::R4, last_year: 2106 }
    }
}

/// What is wrong with a primitive value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrimitiveFault {
    /// The code of the issue.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

impl PrimitiveFault {
    /// A text without its type's form.
    pub(super) const fn form(message: &'static str, help: &'static str) -> Self {
        Self { code: Code::PrimitiveForm, severity: Severity::Error, message, help }
    }

    /// A number outside its type's range.
    pub(super) const fn range(message: &'static str, help: &'static str) -> Self {
        Self { code: Code::PrimitiveRange, severity: Severity::Error, message, help }
    }

    /// The same as a warning.
    pub(super) const fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }
}

/// What a check of a text says: nothing, or the fault, which is one of a fixed set.
pub type Verdict = Result<(), &'static PrimitiveFault>;

static NO_BOOL: PrimitiveFault = PrimitiveFault {
    code: Code::WrongJsonType,
    severity: Severity::Error,
    message: "a boolean is `true` or `false` without quotation marks",
    help: "write `true` or `false`",
};
static NO_NUMBER: PrimitiveFault = PrimitiveFault {
    code: Code::WrongJsonType,
    severity: Severity::Error,
    message: "a value of this type is a JSON number, without quotation marks",
    help: "remove the quotation marks",
};
static NO_STRING: PrimitiveFault = PrimitiveFault {
    code: Code::WrongJsonType,
    severity: Severity::Error,
    message: "a value of this type is a JSON string",
    help: "put the value into quotation marks",
};
static EMPTY: PrimitiveFault = PrimitiveFault {
    code: Code::Empty,
    severity: Severity::Error,
    message: "an empty string: FHIR has no empty values",
    help: "leave the element out",
};
static BLANK: PrimitiveFault =
    PrimitiveFault::form("a value of nothing but white space", "leave the element out").warning();

/// Whether a value is one of its type: `text` is a string's value, a number's characters, `true` or `false`.
///
/// One fault is told, an error before a warning. The inside of XHTML is left to [`super::narrative::judge`].
pub fn check(primitive: Primitive, kind: JsonKind, value: &str, rules: Rules) -> Verdict {
    if kind != primitive.json_kind() {
        return Err(match primitive.json_kind() {
            JsonKind::Bool => &NO_BOOL,
            JsonKind::Number => &NO_NUMBER,
            JsonKind::String => &NO_STRING,
        });
    }
    match value.as_bytes().first() {
        None => return Err(&EMPTY),
        // A value that starts with white space may be all of it. Java's idea of white space decides, as in the reference.
        Some(byte)
            if primitive != Primitive::Id
                && (*byte <= b' ' || *byte >= 0x80)
                && value.chars().all(text::is_java_blank) =>
        {
            return Err(&BLANK);
        }
        Some(_) => {}
    }
    match primitive {
        Primitive::Boolean | Primitive::Xhtml => Ok(()),
        Primitive::Integer => number::integer(value, rules.version),
        Primitive::Integer64 => number::integer64(value),
        Primitive::UnsignedInt => number::unsigned(value),
        Primitive::PositiveInt => number::positive(value),
        Primitive::Decimal => number::decimal(value, rules.version),
        Primitive::String => text::string(value),
        Primitive::Markdown => text::markdown(value),
        Primitive::Code => text::code(value),
        Primitive::Id => text::id(value),
        Primitive::Uri | Primitive::Url => uri::uri(value),
        Primitive::Canonical => uri::canonical(value),
        Primitive::Oid => uri::oid(value),
        Primitive::Uuid => uri::uuid(value),
        Primitive::Base64Binary => base64::check(value, rules.version),
        Primitive::Instant => moment::instant(value, rules),
        Primitive::Date => moment::date(value, rules),
        Primitive::DateTime => moment::date_time(value, rules),
        Primitive::Time => moment::time(value),
    }
}
