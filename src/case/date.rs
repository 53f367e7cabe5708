//! Dates with the precision they were given: a year, a month, a day or a moment; and periods, open where the case is.

use std::borrow::Cow;
use std::cmp::Ordering;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::read::{At, Read, Reader};
use crate::instance::{Kind, NodeRef};
use crate::issue::Code;

/// A date or moment in FHIR's lexical form (R4, Datatypes, dateTime): `2002`, `2021-06`, `2021-06-05`,
/// `2021-06-05T10:30:00+02:00`. The characters are kept as they were written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Date {
    lexical: Box<str>,
    /// The year, from 1000 to 9999.
    pub year: u16,
    /// The month from 1, where it is known.
    pub month: Option<u8>,
    /// The day of the month from 1, where it is known.
    pub day: Option<u8>,
}

impl Date {
    /// Reads a date or moment; `None` where the text is none, or the calendar has no such day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
        let mut parts = date.split('-');
        let year: u16 = number(parts.next()?, 4)?;
        let month = parts.next().map(|part| number(part, 2)).map_or(Some(None), |part| part.map(Some))?;
        let day = parts.next().map(|part| number(part, 2)).map_or(Some(None), |part| part.map(Some))?;
        let month = month.map(|month| u8::try_from(month).unwrap_or(0));
        let day = day.map(|day| u8::try_from(day).unwrap_or(0));
        let sound = parts.next().is_none()
            && year >= 1000
            && month.is_none_or(|month| (1..=12).contains(&month))
            && day.is_none_or(|day| (1..=days_in(year, month.unwrap_or(0))).contains(&day))
            && time.is_none_or(|time| day.is_some() && is_time(time));
        sound.then(|| Self { lexical: text.into(), year, month, day })
    }

    /// The date as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.lexical
    }

    /// Whether a time of day is part of it.
    #[must_use]
    pub fn is_moment(&self) -> bool {
        self.lexical.contains('T')
    }

    /// Which is earlier, as far as both say: 2021 and 2021-06 cannot be told apart, and so are `None`.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let step = |a: Option<u8>, b: Option<u8>| Some(a?.cmp(&b?));
        match self.year.cmp(&other.year) {
            Ordering::Equal => match step(self.month, other.month)? {
                Ordering::Equal => match step(self.day, other.day)? {
                    Ordering::Equal if self.is_moment() || other.is_moment() => None,
                    order => Some(order),
                },
                order => Some(order),
            },
            order => Some(order),
        }
    }
}

fn number(text: &str, digits: usize) -> Option<u16> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `10:30:00`, with a fraction where wanted, and a zone: FHIR demands seconds and zone once a time is given.
fn is_time(text: &str) -> bool {
    let Some(at) = text.find(['Z', '+', '-']) else { return false };
    let (clock, zone) = text.split_at(at);
    let two = |part: &str, limit: u16| number(part, 2).is_some_and(|value| value <= limit);
    let pair = |text: &str, hours: u16| text.split_once(':').is_some_and(|(h, m)| two(h, hours) && two(m, 59));
    let mut parts = clock.splitn(3, ':');
    let hours = parts.next().is_some_and(|part| two(part, 23));
    let minutes = parts.next().is_some_and(|part| two(part, 59));
    let seconds = parts.next().is_some_and(|part| {
        let (whole, fraction) = part.split_once('.').map_or((part, None), |(whole, fraction)| (whole, Some(fraction)));
        two(whole, 60)
            && fraction.is_none_or(|f| (1..=9).contains(&f.len()) && f.bytes().all(|byte| byte.is_ascii_digit()))
    });
    hours && minutes && seconds && (zone == "Z" || zone.get(1..).is_some_and(|zone| pair(zone, 14)))
}

/// A moment: a date with a time of day and a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moment(pub Date);

impl Read for Moment {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let date = Date::read(node, reader)?;
        if !date.is_moment() {
            let help = "write the moment with its zone, as in 2026-01-31T12:00:00Z";
            reader.fault(Code::BadDate, node.span(), "this is a date, and a moment belongs here", help);
            return None;
        }
        Some(Self(date))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A moment: 2026-01-31T12:00:00Z.", "type": "string", "format": "date-time" })
    }
}

const DATE_HELP: &str = "write 2002, 2021-06, 2021-06-05 or 2021-06-05T10:30:00+02:00";

impl Read for Date {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if !matches!(node.kind(), Kind::String | Kind::Number) {
            reader.wrong_shape(node, "a date");
            return None;
        }
        let date = Self::parse(node.text().trim());
        if date.is_none() {
            reader.fault(Code::BadDate, node.span(), "this is not a date", DATE_HELP);
        }
        date
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A date with the precision that is known: 2002, 2021-06, 2021-06-05, or a moment 2021-06-05T10:30:00+02:00.",
            "type": ["string", "integer"],
            "pattern": r"^[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])(T.+)?)?)?$",
            "minimum": 1000,
            "maximum": 9999
        })
    }
}

/// When something was: at a date, or over a period whose ends may be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The date or period.
    pub time: Time,
    /// Where it stands.
    pub at: At,
}

/// A date, or a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Time {
    /// One date.
    Date(Date),
    /// A period; one of its ends is known at least.
    Period {
        /// The first day, where it is known.
        start: Option<Date>,
        /// The last day, where it is known and past.
        end: Option<Date>,
    },
}

impl When {
    /// Reads `2021-06`, `2008/2013`, `2021-07/` or `/2013`; `None` where the text is none of these.
    #[must_use]
    pub fn parse(text: &str) -> Option<Time> {
        let Some((start, end)) = text.split_once('/') else { return Date::parse(text).map(Time::Date) };
        let side = |text: &str| match text.trim() {
            "" | ".." => Some(None),
            date => Date::parse(date).map(Some),
        };
        let (start, end) = (side(start)?, side(end)?);
        (start.is_some() || end.is_some()).then_some(Time::Period { start, end })
    }

    /// The date from which it was, where known.
    #[must_use]
    pub fn start(&self) -> Option<&Date> {
        match &self.time {
            Time::Date(date) => Some(date),
            Time::Period { start, .. } => start.as_ref(),
        }
    }

    /// Whether it is a period without an end: something that still goes on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.time, Time::Period { end: None, .. })
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.time {
            Time::Date(date) => f.write_str(date.as_str()),
            Time::Period { start, end } => {
                let side = |date: &Option<Date>| date.as_ref().map_or("", Date::as_str).to_owned();
                write!(f, "{}/{}", side(start), side(end))
            }
        }
    }
}

impl Read for When {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let time = match node.kind() {
            Kind::Object => {
                let mut slots = [None; 2];
                reader.members(node, &["start", "end"], &mut slots);
                let [start, end] = slots;
                let (start, end) = (reader.optional::<Date>("start", start), reader.optional::<Date>("end", end));
                (start.is_some() || end.is_some()).then_some(Time::Period { start, end })
            }
            Kind::String | Kind::Number => Self::parse(node.text().trim()),
            _ => {
                reader.wrong_shape(node, "a date or a period");
                return None;
            }
        };
        let Some(time) = time else {
            let help = format!("{DATE_HELP}; for a period 2008/2013, or 2021-07/ for one that goes on");
            reader.fault(Code::BadDate, node.span(), "this is not a date or period", help);
            return None;
        };
        if let Time::Period { start: Some(start), end: Some(end) } = &time
            && start.compare(end) == Some(Ordering::Greater)
        {
            reader.fault(
                Code::Contradiction,
                node.span(),
                "the period ends before it starts",
                "exchange or correct its ends",
            );
            return None;
        }
        Some(Self { time, at: At(node.span()) })
    }
}

impl JsonSchema for When {
    fn schema_name() -> Cow<'static, str> {
        "When".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let date = generator.subschema_for::<Date>();
        json_schema!({
            "description": "A date, or a period: 2008/2013, 2021-07/ (still going on), /2013, or a mapping with start and end.",
            "anyOf": [
                date,
                { "type": "string", "pattern": "^[^/]*/[^/]*$" },
                { "type": "object", "properties": { "start": date, "end": date }, "additionalProperties": false, "minProperties": 1 }
            ]
        })
    }
}
