//! Ages, and beginnings and ends that are told by date, by age or in words.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::concept::Concept;
use super::date::{Date, When};
use super::decimal::Decimal;
use super::read::{At, Read, Reader};
use crate::instance::{Kind, NodeRef};
use crate::issue::Code;

/// An age: a number of years, months, weeks or days (UCUM `a`, `mo`, `wk`, `d`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// How many.
    pub value: Decimal,
    /// UCUM's code of the unit.
    pub unit: &'static str,
    /// Where it stands.
    pub at: At,
}

impl Age {
    /// Reads `47`, `47 a`, `47 years`, `18 months`, `P47Y`.
    #[must_use]
    pub fn parse(text: &str) -> Option<(Decimal, &'static str)> {
        let text = text.trim();
        let (text, iso) = text.strip_prefix('P').map_or((text, false), |rest| (rest, true));
        let end = Decimal::prefix(text)?;
        let (value, unit) = text.split_at(end);
        let unit = match (iso, unit.trim()) {
            (false, "" | "a" | "y" | "yr" | "yrs" | "year" | "years") | (true, "Y") => "a",
            (false, "mo" | "month" | "months") | (true, "M") => "mo",
            (false, "wk" | "week" | "weeks") | (true, "W") => "wk",
            (false, "d" | "day" | "days") | (true, "D") => "d",
            _ => return None,
        };
        let value = Decimal::parse(value).filter(|value| !value.as_str().starts_with('-'))?;
        Some((value, unit))
    }
}

impl Age {
    /// Reads `30-35 years`; `None` where the text is no range of ages.
    fn parse_range(text: &str, at: At) -> Option<(Self, Self)> {
        let (low, high) = text.split_once(['-', '–']).or_else(|| text.split_once(" to "))?;
        let named = high.ends_with(char::is_alphabetic);
        let (value, unit) = Self::parse(high).filter(|_| named)?;
        let high = Self { value, unit, at };
        let low = Self { value: Decimal::parse(low.trim())?, unit, at };
        (low.value.approximate() <= high.value.approximate()).then_some((low, high))
    }
}

impl std::fmt::Display for Age {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Beyond two years people do not count in months.
        let months = (self.unit == "mo").then(|| self.value.as_str().parse::<u32>().ok()).flatten();
        if let Some(months) = months.filter(|months| *months >= 24) {
            return match months % 12 {
                0 => write!(f, "{} years", months / 12),
                rest => write!(f, "{} years and {rest} month{}", months / 12, if rest == 1 { "" } else { "s" }),
            };
        }
        let unit = match self.unit {
            "mo" => "months",
            "wk" => "weeks",
            "d" => "days",
            _ => "years",
        };
        write!(f, "{} {unit}", self.value)
    }
}

impl Read for Age {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if !matches!(node.kind(), Kind::String | Kind::Number) {
            reader.wrong_shape(node, "an age");
            return None;
        }
        let Some((value, unit)) = Self::parse(node.text()) else {
            reader.fault(
                Code::BadQuantity,
                node.span(),
                "this is not an age",
                "write 47, `47 years`, `18 months` or `3 weeks`",
            );
            return None;
        };
        Some(Self { value, unit, at: At(node.span()) })
    }
}

impl JsonSchema for Age {
    fn schema_name() -> Cow<'static, str> {
        "Age".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An age in years, or with its unit: 47, `47 years`, `18 months`, `3 weeks`, `P47Y`.",
            "type": ["string", "number"],
            "minimum": 0
        })
    }
}

/// When something began or ended: a date, a period, an age, or in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onset {
    /// A date or period.
    When(When),
    /// The patient's age then.
    Age(Age),
    /// The patient's age then, between these two.
    Ages(Age, Age),
    /// A period of life that has a code: infantile onset.
    Concept(Concept),
    /// In words, where nothing better is known: `in childhood`.
    Text(String),
}

impl Read for Onset {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() == Kind::Object && (node.get("text").is_some() || node.get("code").is_some()) {
            return Concept::read(node, reader).map(Self::Concept);
        }
        let text = node.text().trim();
        let is_text = node.kind() == Kind::String;
        if is_text && let Some((low, high)) = Age::parse_range(text, At(node.span())) {
            return Some(Self::Ages(low, high));
        }
        if is_text && Age::parse(text).is_some() && Date::parse(text).is_none() {
            return Age::read(node, reader).map(Self::Age);
        }
        // Words are welcome, but what begins like a date and is none was mistyped.
        if is_text && text.starts_with(char::is_alphabetic) {
            return String::read(node, reader).map(Self::Text);
        }
        When::read(node, reader).map(Self::When)
    }
}

impl std::fmt::Display for Onset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::When(when) => when.fmt(f),
            Self::Age(age) => write!(f, "at {age}"),
            Self::Ages(low, high) => write!(f, "between {low} and {high}"),
            Self::Concept(concept) => f.write_str(concept.label()),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl JsonSchema for Onset {
    fn schema_name() -> Cow<'static, str> {
        "Onset".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (when, concept) = (generator.subschema_for::<When>(), generator.subschema_for::<Concept>());
        json_schema!({
            "description": "A date or period, an age with its unit (`47 years`, `30-35 years`), or words where nothing better is known, with a code where there is one.",
            "anyOf": [when, { "type": "string" }, concept]
        })
    }
}
