//! Time elements: ages, ranges of ages, gestational ages, periods of life that have a code, timestamps and intervals.
//!
//! An age is an ISO 8601 duration. FHIR's Age is one number of one unit, so years and months become months, and weeks and days days,
//! which is exact; other mixtures (`P5M15D`) become words, because a month has no number of days. A timestamp at midnight in UTC is a
//! day: protobuf has no other way to write one.

use std::cmp::Ordering;

use crate::case::read::At;
use crate::case::{Age, Date, Decimal, Onset, Time, When};
use crate::instance::NodeRef;
use crate::issue::{Code, Span};

use super::individual::spelled;
use super::message::Packet;

impl<'n> Packet<'n, '_> {
    /// A member that is a time element.
    pub(super) fn time(&mut self, message: NodeRef<'n>, name: &str) -> Option<Onset> {
        let node = self.message(message, name)?;
        let onset = if let Some(age) = self.message(node, "age") {
            self.age(age)
        } else if let Some(range) = self.message(node, "ageRange") {
            self.age_range(range)
        } else if let Some(age) = self.message(node, "gestationalAge") {
            let (weeks, days) = (self.count(age, "weeks"), self.count(age, "days"));
            Some(Onset::Text(gestational(weeks.unwrap_or(0), days.unwrap_or(0))))
        } else if self.take(node, "ontologyClass").is_some() {
            self.concept(node, "ontologyClass").map(Onset::Concept)
        } else if self.take(node, "timestamp").is_some() {
            let at = At(node.span());
            self.timestamp(node, "timestamp").map(|date| Onset::When(When { time: Time::Date(date), at }))
        } else if self.take(node, "interval").is_some() {
            self.interval(node, "interval").map(Onset::When)
        } else {
            None
        };
        let rest = self.rest(node);
        if rest.is_empty() {
            return onset;
        }
        // What stands beside the one element that is read is not dropped: it goes into words with it.
        let said = onset.as_ref().map(in_words).into_iter().chain(rest);
        Some(Onset::Text(said.collect::<Vec<_>>().join("; ")))
    }

    fn age(&mut self, node: NodeRef<'n>) -> Option<Onset> {
        let member = self.take(node, "iso8601duration")?;
        let text = self.text_of(member)?;
        let age = duration(&text, member.span());
        if age.is_none() {
            let help = "write an ISO 8601 duration: P40Y, P5Y3M, P2W";
            self.fault(Code::BadDate, member, "this is no age", help);
        }
        age
    }

    fn age_range(&mut self, node: NodeRef<'n>) -> Option<Onset> {
        let start = self.message(node, "start").and_then(|age| self.age(age));
        let end = self.message(node, "end").and_then(|age| self.age(age));
        Some(match (start, end) {
            (Some(Onset::Age(low)), Some(Onset::Age(high))) if low.unit == high.unit => Onset::Ages(low, high),
            (Some(Onset::Age(low)), Some(Onset::Age(high))) => match (in_months(&low), in_months(&high)) {
                (Some(low), Some(high)) => Onset::Ages(low, high),
                _ => Onset::Text(format!("between {low} and {high}")),
            },
            (None, None) => return None,
            (start, end) => {
                let word = |onset: Option<Onset>| onset.as_ref().map_or_else(|| "?".to_owned(), in_words);
                Onset::Text(format!("from {} to {}", word(start), word(end)))
            }
        })
    }

    /// A member that is a timestamp.
    pub(super) fn timestamp(&mut self, message: NodeRef<'n>, name: &str) -> Option<Date> {
        let node = self.take(message, name)?;
        let text = self.text_of(node)?;
        let day = text.strip_suffix("T00:00:00Z").or_else(|| text.strip_suffix("T00:00:00.000Z"));
        let date = Date::parse(day.unwrap_or(&text));
        if date.is_none() {
            let help = "write the moment with its zone, as in 2021-05-14T10:35:00Z";
            self.fault(Code::BadDate, node, "this is no timestamp", help);
        }
        date
    }

    /// A member that is an interval of time.
    pub(super) fn interval(&mut self, message: NodeRef<'n>, name: &str) -> Option<When> {
        let node = self.message(message, name)?;
        let (start, end) = (self.timestamp(node, "start"), self.timestamp(node, "end"));
        if let (Some(from), Some(to)) = (&start, &end) {
            if from.compare(to) == Some(Ordering::Greater) {
                self.fault(Code::Contradiction, node, "the interval ends before it starts", "exchange its ends");
                return None;
            }
            if from == to {
                return Some(When { time: Time::Date(from.clone()), at: At(node.span()) });
            }
        }
        let known = start.is_some() || end.is_some();
        known.then(|| When { time: Time::Period { start, end }, at: At(node.span()) })
    }
}

/// Takes a time apart: the date where there is one, or else what is left.
pub(super) fn dated(onset: Option<Onset>) -> (Option<When>, Option<Onset>) {
    match onset {
        Some(Onset::When(when)) => (Some(when), None),
        other => (None, other),
    }
}

/// A time in words, with the code of a period of life.
pub(super) fn in_words(onset: &Onset) -> String {
    match onset {
        Onset::Concept(concept) => spelled(concept),
        other => other.to_string(),
    }
}

/// An ISO 8601 duration as an age, or in words where no one unit tells it exactly.
fn duration(text: &str, span: Span) -> Option<Onset> {
    let (date, time) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.strip_prefix('P')?, ""));
    let mut parts = parts(date, &[('Y', "year"), ('M', "month"), ('W', "week"), ('D', "day")])?;
    parts.extend(self::parts(time, &[('H', "hour"), ('M', "minute"), ('S', "second")])?);
    if parts.is_empty() {
        return None;
    }
    let at = At(span);
    let whole = |value: &Decimal| value.as_str().parse::<u32>().ok();
    let told: Vec<&(Decimal, &str)> = parts.iter().filter(|part| whole(&part.0) != Some(0)).collect();
    let mixed = |high: &Decimal, times: u32, low: &Decimal, unit: &'static str| {
        let sum = whole(high)?.checked_mul(times)?.checked_add(whole(low)?)?;
        Some(Onset::Age(Age { value: Decimal::parse(&sum.to_string())?, unit, at }))
    };
    let age = match told.as_slice() {
        [] => parts.first().and_then(|part| single(part, at)),
        [part] => single(part, at),
        [(high, "year"), (low, "month")] => mixed(high, 12, low, "mo"),
        [(high, "week"), (low, "day")] => mixed(high, 7, low, "d"),
        _ => None,
    };
    let words = || {
        let words =
            told.iter().map(|(value, unit)| format!("{value} {unit}{}", if value.as_str() == "1" { "" } else { "s" }));
        Onset::Text(words.collect::<Vec<_>>().join(", "))
    };
    Some(age.unwrap_or_else(words))
}

fn single((value, unit): &(Decimal, &'static str), at: At) -> Option<Onset> {
    let unit = match *unit {
        "year" => "a",
        "month" => "mo",
        "week" => "wk",
        "day" => "d",
        _ => return None,
    };
    Some(Onset::Age(Age { value: value.clone(), unit, at }))
}

/// The numbers of a duration with their units, which must come in this order.
fn parts(mut text: &str, units: &[(char, &'static str)]) -> Option<Vec<(Decimal, &'static str)>> {
    let mut list = Vec::new();
    for (letter, unit) in units {
        let Some((number, rest)) = text.split_once(*letter) else { continue };
        // ISO 8601 takes zeros before a number, and a comma for its point.
        let plain = number.replace(',', ".");
        let trimmed = plain.trim_start_matches('0');
        let number =
            if trimmed.is_empty() || trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.to_owned() };
        let sound = !plain.is_empty() && !plain.starts_with('-');
        list.push((Decimal::parse(&number).filter(|_| sound)?, *unit));
        text = rest;
    }
    text.is_empty().then_some(list)
}

/// An age in years as months, exactly.
fn in_months(age: &Age) -> Option<Age> {
    match age.unit {
        "mo" => Some(age.clone()),
        "a" => {
            let months = age.value.as_str().parse::<u32>().ok()?.checked_mul(12)?;
            Some(Age { value: Decimal::parse(&months.to_string())?, unit: "mo", at: age.at })
        }
        _ => None,
    }
}

fn gestational(weeks: u32, days: u32) -> String {
    match days {
        0 => format!("gestational age of {weeks} weeks"),
        _ => format!("gestational age of {weeks} weeks and {days} days"),
    }
}
