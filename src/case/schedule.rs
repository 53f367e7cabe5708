//! Schedules: how often a drug is given.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::decimal::Decimal;
use super::read::{At, Read, Reader};
use crate::instance::NodeRef;

/// A schedule in the case's words, and as numbers where the words are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The case's words; always kept.
    pub text: String,
    /// What they say, where it is understood as a whole. Never a part of it.
    pub repeat: Option<Repeat>,
    /// Where it stands.
    pub at: At,
}

/// So many times in a period (FHIR R4, Timing.repeat).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// How many times.
    pub frequency: u32,
    /// In how many units of time.
    pub period: Decimal,
    /// UCUM's code of the unit of time: `h`, `d`, `wk`, `mo`.
    pub unit: &'static str,
}

impl Repeat {
    /// Understands `every 3 weeks`, `q3w`, `q21d`, `weekly`, `twice daily`, `bid`, `3 times a day`; all else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["once", "daily"] | ["every", "day"] | ["once", "a", "day"] | ["daily" | "qd" | "od"] => {
                repeat(1, "1", "d")
            }
            ["twice", "daily"] | ["twice", "a", "day"] | ["bid" | "bd"] => repeat(2, "1", "d"),
            ["three", "times", "daily"] | ["three", "times", "a", "day"] | ["tid"] => repeat(3, "1", "d"),
            ["four", "times", "daily"] | ["four", "times", "a", "day"] | ["qid"] => repeat(4, "1", "d"),
            ["once", "weekly"] | ["weekly"] | ["every", "week"] | ["once", "a", "week"] => repeat(1, "1", "wk"),
            ["twice", "weekly"] | ["twice", "a", "week"] => repeat(2, "1", "wk"),
            ["monthly"] | ["every", "month"] | ["once", "a", "month"] => repeat(1, "1", "mo"),
            [count, "times", "daily"] => repeat(count.parse().ok()?, "1", "d"),
            [count, "times", "a" | "per", unit] => repeat(count.parse().ok()?, "1", time_unit(unit)?),
            ["every", period, unit] => repeat(1, numeral(period), time_unit(unit)?),
            [short] => {
                let rest = short.strip_prefix('q')?;
                let (period, unit) = rest.split_at(Decimal::prefix(rest)?);
                repeat(
                    1,
                    period,
                    match unit {
                        "h" => "h",
                        "d" => "d",
                        "w" => "wk",
                        _ => return None,
                    },
                )
            }
            _ => None,
        }
    }
}

fn repeat(frequency: u32, period: &str, unit: &'static str) -> Option<Repeat> {
    let period = Decimal::parse(period)?;
    (frequency > 0 && period.approximate() > 0.0).then_some(Repeat { frequency, period, unit })
}

fn numeral(word: &str) -> &str {
    match word {
        "two" | "other" | "second" => "2",
        "three" | "third" => "3",
        "four" | "fourth" => "4",
        "five" => "5",
        "six" => "6",
        "eight" => "8",
        "twelve" => "12",
        _ => word,
    }
}

fn time_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "hour" | "hours" | "h" => "h",
        "day" | "days" | "d" => "d",
        "week" | "weeks" | "wk" => "wk",
        "month" | "months" | "mo" => "mo",
        _ => return None,
    })
}

impl Read for Schedule {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = String::read(node, reader)?;
        Some(Self { repeat: Repeat::parse(&text), text, at: At(node.span()) })
    }
}

impl JsonSchema for Schedule {
    fn schema_name() -> Cow<'static, str> {
        "Schedule".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How often: `every 3 weeks`, `q3w`, `twice daily`, `weekly`, `3 times a day`; other words are kept as they are.",
            "type": "string"
        })
    }
}
