//! Dates, times and both, as precise as they are written (N1, "Date", "Time", "`DateTime`").
//!
//! Read are the forms of FHIRPath literals without their `@` and FHIR's `date`, `dateTime`, `instant` and `time`. A second and its
//! fraction are one precision, as N1 says. Comparison is `None` where the precision or a missing time zone leaves it open.

use std::cmp::Ordering;
use std::fmt::Write as _;

use super::item::System;

/// How far a date or time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// A year.
    Year,
    /// A month of a year.
    Month,
    /// A day.
    Day,
    /// An hour.
    Hour,
    /// A minute.
    Minute,
    /// A second, perhaps with a fraction.
    Second,
}

/// Which of the three types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporalKind {
    /// A date.
    Date,
    /// A date with a time.
    DateTime,
    /// A time of day.
    Time,
}

/// A date, a date with time, or a time. Fields beyond the precision hold the least value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Temporal {
    /// Which of the three types.
    pub kind: TemporalKind,
    /// How far it is known.
    pub precision: Precision,
    /// The year; 0 for times.
    pub year: i16,
    /// The month from 1.
    pub month: u8,
    /// The day from 1.
    pub day: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second, 60 for a leap second.
    pub second: u8,
    /// How many digits of the fraction were written.
    pub digits: u8,
    /// The fraction of the second in nanoseconds.
    pub nanosecond: u32,
    /// Minutes ahead of UTC, where they are known.
    pub offset: Option<i16>,
}

/// What is read from, byte by byte.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is = self.peek() == Some(byte);
        self.at += usize::from(is);
        is
    }

    fn number(&mut self, digits: usize) -> Option<u16> {
        let text = self.bytes.get(self.at..self.at + digits)?;
        self.at += digits;
        text.iter().try_fold(0, |sum: u16, byte| byte.is_ascii_digit().then(|| sum * 10 + u16::from(byte - b'0')))
    }

    fn two(&mut self, from: u8, to: u8) -> Option<u8> {
        let number = u8::try_from(self.number(2)?).ok()?;
        (from..=to).contains(&number).then_some(number)
    }

    fn ended(&self) -> bool {
        self.at >= self.bytes.len()
    }
}

impl Temporal {
    const LEAST: Self = Self {
        kind: TemporalKind::Date,
        precision: Precision::Year,
        year: 0,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        digits: 0,
        nanosecond: 0,
        offset: None,
    };

    /// The first moment of 1970.
    pub const EPOCH: Self = Self {
        kind: TemporalKind::DateTime,
        precision: Precision::Second,
        year: 1970,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        digits: 0,
        nanosecond: 0,
        offset: Some(0),
    };

    /// The type.
    #[must_use]
    pub const fn system(&self) -> System {
        match self.kind {
            TemporalKind::Date => System::Date,
            TemporalKind::DateTime => System::DateTime,
            TemporalKind::Time => System::Time,
        }
    }

    /// A date: `2015`, `2015-02`, `2015-02-04`.
    #[must_use]
    pub fn date(text: &str) -> Option<Self> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let date = Self::read_date(&mut reader)?;
        reader.ended().then_some(date)
    }

    /// A date with time, or a date alone with or without the `T` that literals end with.
    #[must_use]
    pub fn date_time(text: &str) -> Option<Self> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let mut value = Self::read_date(&mut reader)?;
        value.kind = TemporalKind::DateTime;
        if reader.take(b'T') && !reader.ended() {
            if value.precision != Precision::Day {
                return None;
            }
            value.read_time(&mut reader)?;
            value.read_offset(&mut reader)?;
        }
        reader.ended().then_some(value)
    }

    /// A time: `14`, `14:34`, `14:34:28.123`.
    #[must_use]
    pub fn time(text: &str) -> Option<Self> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let mut value = Self { kind: TemporalKind::Time, ..Self::LEAST };
        value.read_time(&mut reader)?;
        reader.ended().then_some(value)
    }

    fn read_date(reader: &mut Reader<'_>) -> Option<Self> {
        let mut date = Self::LEAST;
        date.year = i16::try_from(reader.number(4)?).ok()?;
        if reader.take(b'-') {
            date.month = reader.two(1, 12)?;
            date.precision = Precision::Month;
            if reader.take(b'-') {
                date.day = reader.two(1, days_in_month(date.year, date.month))?;
                date.precision = Precision::Day;
            }
        }
        Some(date)
    }

    fn read_time(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        self.hour = reader.two(0, 24)?;
        self.precision = Precision::Hour;
        if reader.take(b':') {
            self.minute = reader.two(0, 59)?;
            self.precision = Precision::Minute;
            if reader.take(b':') {
                self.second = reader.two(0, 60)?;
                self.precision = Precision::Second;
                if reader.take(b'.') {
                    self.read_fraction(reader)?;
                }
            }
        }
        Some(())
    }

    fn read_fraction(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let mut scale = 100_000_000;
        let start = reader.at;
        while let Some(digit) = reader.peek().filter(u8::is_ascii_digit) {
            self.nanosecond += u32::from(digit - b'0') * scale;
            scale /= 10;
            reader.at += 1;
        }
        self.digits = u8::try_from((reader.at - start).min(9)).ok()?;
        (self.digits > 0).then_some(())
    }

    fn read_offset(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        if reader.take(b'Z') {
            self.offset = Some(0);
        } else if let Some(sign @ (b'+' | b'-')) = reader.peek() {
            reader.at += 1;
            let hours = i16::from(reader.two(0, 14)?);
            if !reader.take(b':') {
                return None;
            }
            let minutes = hours * 60 + i16::from(reader.two(0, 59)?);
            self.offset = Some(if sign == b'-' { -minutes } else { minutes });
        }
        Some(())
    }

    /// The seconds since the start of 1970, by the clock that it is written in.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * 86_400
            + i64::from(self.hour) * 3_600
            + i64::from(self.minute) * 60
            + i64::from(self.second)
    }

    /// The same fields at this many seconds since the start of 1970.
    #[must_use]
    pub fn at_seconds(self, seconds: i64) -> Option<Self> {
        let (year, month, day) = civil_from_days(seconds.div_euclid(86_400))?;
        let rest = seconds.rem_euclid(86_400);
        let part = |value: i64| u8::try_from(value).unwrap_or_default();
        Some(Self {
            year,
            month,
            day,
            hour: part(rest / 3_600),
            minute: part(rest / 60 % 60),
            second: part(rest % 60),
            ..self
        })
    }

    fn in_utc(self) -> Self {
        match self.offset {
            Some(offset) if offset != 0 && self.precision >= Precision::Hour => {
                self.at_seconds(self.seconds() - i64::from(offset) * 60).unwrap_or(self)
            }
            _ => self,
        }
    }

    const fn fields(&self) -> [(Precision, i64); 6] {
        [
            (Precision::Year, self.year as i64),
            (Precision::Month, self.month as i64),
            (Precision::Day, self.day as i64),
            (Precision::Hour, self.hour as i64),
            (Precision::Minute, self.minute as i64),
            (Precision::Second, self.second as i64 * 1_000_000_000 + self.nanosecond as i64),
        ]
    }

    /// How two of them stand to each other. `Err` when they are of types that do not compare (a time and a date).
    pub fn compare(self, other: Self) -> Result<Option<Ordering>, Incomparable> {
        if (self.kind == TemporalKind::Time) != (other.kind == TemporalKind::Time) {
            return Err(Incomparable);
        }
        let (mut left, mut right) = (self, other);
        if self.kind != TemporalKind::Time && self.precision.min(other.precision) >= Precision::Hour {
            match (self.offset, other.offset) {
                (Some(_), Some(_)) => (left, right) = (self.in_utc(), other.in_utc()),
                (None, None) => {}
                _ => {
                    // Time zones reach from 12 hours behind UTC to 14 ahead of it: only what is further apart is certain.
                    let apart = self.in_utc().seconds() - other.in_utc().seconds();
                    return Ok((apart.abs() > 14 * 3_600).then(|| apart.cmp(&0)));
                }
            }
        }
        let common = self.precision.min(other.precision);
        for ((precision, left), (_, right)) in left.fields().into_iter().zip(right.fields()) {
            if precision > common {
                break;
            }
            if left != right {
                return Ok(Some(left.cmp(&right)));
            }
        }
        Ok((self.precision == other.precision).then_some(Ordering::Equal))
    }

    /// Appends it as FHIR writes it, without the `@` of literals.
    pub fn write(&self, out: &mut String) {
        if self.kind != TemporalKind::Time {
            push(out, "", i64::from(self.year), 4);
            if self.precision >= Precision::Month {
                push(out, "-", i64::from(self.month), 2);
            }
            if self.precision >= Precision::Day {
                push(out, "-", i64::from(self.day), 2);
            }
            if self.precision < Precision::Hour {
                return;
            }
            out.push('T');
        }
        push(out, "", i64::from(self.hour), 2);
        if self.precision >= Precision::Minute {
            push(out, ":", i64::from(self.minute), 2);
        }
        if self.precision >= Precision::Second {
            push(out, ":", i64::from(self.second), 2);
        }
        if self.digits > 0 {
            let fraction = self.nanosecond / 10_u32.pow(9 - u32::from(self.digits.min(9)));
            push(out, ".", i64::from(fraction), usize::from(self.digits));
        }
        match self.offset {
            None => {}
            Some(0) => out.push('Z'),
            Some(offset) => {
                push(out, if offset < 0 { "-" } else { "+" }, i64::from(offset.abs() / 60), 2);
                push(out, ":", i64::from(offset.abs() % 60), 2);
            }
        }
    }
}

/// A mark, and a number with at least so many digits.
fn push(out: &mut String, mark: &str, number: i64, digits: usize) {
    out.push_str(mark);
    if number < 0 || digits > 9 {
        let _ = write!(out, "{number:0digits$}");
        return;
    }
    let (mut tens, mut length) = (10, 1);
    while length < digits || number >= tens {
        tens *= 10;
        length += 1;
    }
    while tens > 1 {
        tens /= 10;
        out.push(char::from(b'0' + u8::try_from(number / tens % 10).unwrap_or(0)));
    }
}

/// That two values do not compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incomparable;

/// How many days a month has.
#[must_use]
pub fn days_in_month(year: i16, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days since 1970-01-01 in the proleptic Gregorian calendar. The year is taken to begin in March, so that the leap day is its last.
fn days_from_civil(year: i16, month: u8, day: u8) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let year = i64::from(year) - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> Option<(i16, u8, u8)> {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = u8::try_from(day_of_year - (153 * shifted + 2) / 5 + 1).ok()?;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = i16::try_from(year_of_era + era * 400 + i64::from(month <= 2)).ok()?;
    (0..=9_999).contains(&year).then_some((year, u8::try_from(month).ok()?, day))
}
