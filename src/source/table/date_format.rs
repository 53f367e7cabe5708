//! Dates as tables write them: `DD.MM.YYYY`, `M/D/YYYY`, `YYYYMMDD HH:mm`, into FHIR's form.
//!
//! A format says which part stands where, so that the fourth of May never becomes the fifth of April. Where a day or month is written
//! as 00 it is not known, as registries write it, and the date is that much less precise. Years of two digits are not taken: nobody
//! can tell 1923 from 2023.

use crate::case::Date;

/// How dates are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DateFormat {
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    /// With two digits, or with one or two.
    Month(bool),
    /// Its English name or the first three letters of it.
    MonthName,
    Day(bool),
    Hour,
    Minute,
    Second,
    Sign(char),
}

/// A date that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The date in FHIR's form.
    pub(super) date: String,
    /// The time of day, `10:30:00`, which FHIR takes with a zone only.
    pub(super) time: Option<String>,
    /// Whether there is a time beside a day that is not known, for which FHIR has no place.
    pub(super) has_lost_time: bool,
}

const NAMES: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl DateFormat {
    /// Reads a format: YYYY, MM or M, MMM for names, DD or D, HH, mm, ss, and signs between them. Each part once, and a year at least.
    pub(super) fn parse(text: &str) -> Option<Self> {
        const TOKENS: [(&str, Part); 9] = [
            ("YYYY", Part::Year),
            ("MMM", Part::MonthName),
            ("MM", Part::Month(true)),
            ("M", Part::Month(false)),
            ("DD", Part::Day(true)),
            ("D", Part::Day(false)),
            ("HH", Part::Hour),
            ("mm", Part::Minute),
            ("ss", Part::Second),
        ];
        let (mut rest, mut parts) = (text.trim(), Vec::new());
        while let Some(sign) = rest.chars().next() {
            match TOKENS.iter().find(|(token, _)| rest.starts_with(token)) {
                Some((token, part)) => {
                    parts.push(*part);
                    rest = rest.get(token.len()..)?;
                }
                // A T stands between date and time in ISO 8601; other letters would be parts that are misspelt.
                None if sign.is_alphabetic() && sign != 'T' => return None,
                None => {
                    parts.push(Part::Sign(sign));
                    rest = rest.get(sign.len_utf8()..)?;
                }
            }
        }
        let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        let years = count(|part| matches!(part, Part::Year));
        let months = count(|part| matches!(part, Part::Month(_) | Part::MonthName));
        let days = count(|part| matches!(part, Part::Day(_)));
        let times =
            [Part::Hour, Part::Minute, Part::Second].map(|time| parts.iter().filter(|part| **part == time).count());
        let sound_time = matches!(times, [0, 0, 0] | [1, 1, 0 | 1]) && (times == [0, 0, 0] || days == 1);
        // One digit or two, with digits right after them, may be read in two ways.
        let is_open = |part: &Part| matches!(part, Part::Month(false) | Part::Day(false));
        let is_number = |part: &Part| !matches!(part, Part::Sign(_) | Part::MonthName);
        let is_clear = !parts.windows(2).any(|pair| matches!(pair, [a, b] if is_open(a) && is_number(b)));
        (years == 1 && months <= 1 && days <= months && sound_time && is_clear).then_some(Self { parts })
    }

    /// Reads a date in this format; `None` where it is none.
    pub(super) fn read(&self, text: &str) -> Option<Written> {
        let mut rest = text.trim();
        let (mut year, mut month, mut day, mut time) = (None, None, None, Vec::new());
        let mut fraction = String::new();
        for part in &self.parts {
            let mut digits = |least: usize, most: usize| {
                let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
                let (number, after) = rest.split_at_checked(count).filter(|_| count >= least)?;
                rest = after;
                number.parse::<u16>().ok()
            };
            match part {
                Part::Year => year = Some(digits(4, 4)?),
                Part::Month(two) => month = Some(digits(if *two { 2 } else { 1 }, 2)?),
                Part::Day(two) => day = Some(digits(if *two { 2 } else { 1 }, 2)?),
                Part::Hour | Part::Minute => time.push(digits(2, 2)?),
                Part::Second => {
                    time.push(digits(2, 2)?);
                    // Databases write fractions whether there is one or not.
                    if let Some(after) = rest.strip_prefix('.') {
                        let count = after.bytes().take_while(u8::is_ascii_digit).count();
                        let (digits, after) = after.split_at_checked(count).filter(|_| (1..=9).contains(&count))?;
                        if digits.bytes().any(|digit| digit != b'0') {
                            fraction = format!(".{digits}");
                        }
                        rest = after;
                    }
                }
                Part::MonthName => {
                    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                    let (word, after) = rest.split_at(end);
                    let word = word.to_lowercase();
                    let is_it =
                        |name: &&str| word.len() >= 3 && (**name == word || name.get(..3) == Some(word.as_str()));
                    let at = NAMES.iter().position(is_it)?;
                    month = u16::try_from(at + 1).ok();
                    rest = after;
                }
                Part::Sign(sign) => rest = rest.strip_prefix(*sign)?,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let mut date = format!("{:04}", year?);
        for part in [month, day] {
            match part {
                Some(0) | None => break,
                Some(number) => date.push_str(&format!("-{number:02}")),
            }
        }
        // A day without its month is no date.
        if month == Some(0) && day.is_some_and(|day| day > 0) {
            return None;
        }
        Date::parse(&date)?;
        let is_whole = day.is_some_and(|day| day > 0);
        let time = match time.as_slice() {
            [hour, minute, rest @ ..] => {
                let second = rest.first().copied().unwrap_or(0);
                (*hour < 24 && *minute < 60 && second < 61).then_some(())?;
                Some(format!("{hour:02}:{minute:02}:{second:02}{fraction}"))
            }
            [_] | [] => None,
        };
        let has_lost_time = !is_whole && time.is_some();
        Some(Written { date, time: time.filter(|_| is_whole), has_lost_time })
    }

    /// Whether it reads what looks like a date of ISO 8601 in another way: the day before the month.
    pub(super) fn is_against_iso(&self) -> bool {
        let numbers: Vec<&Part> = self.parts.iter().filter(|part| !matches!(part, Part::Sign(_))).collect();
        matches!(numbers.as_slice(), [Part::Year, Part::Day(_), Part::Month(_), ..])
    }

    /// The formats of ISO 8601 with parts that are not known or with a time without a zone, which programs write.
    pub(super) fn iso_times() -> Vec<Self> {
        let formats =
            ["YYYY-MM-DD", "YYYY-MM-DD HH:mm", "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DDTHH:mm", "YYYY-MM-DDTHH:mm:ss"];
        formats.iter().filter_map(|format| Self::parse(format)).collect()
    }
}
