//! Dates, times and moments: FHIR's part of ISO 8601 (FHIR R4, Datatypes, date, dateTime, instant, time).
//!
//! Years are 0001 to 9999, days are those of the calendar, seconds go to 60 for leap seconds, zones to 14:00. `24:00` is none of FHIR's.

use super::primitive::{PrimitiveFault, Rules, Verdict, Version};

static NO_DATE: PrimitiveFault =
    PrimitiveFault::form("this is no date", "write `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, without a time");
static NO_DATE_TIME: PrimitiveFault = PrimitiveFault::form(
    "this is no dateTime",
    "write `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss+zz:zz`, with seconds and time zone",
);
static NO_ZONE: PrimitiveFault =
    PrimitiveFault::form("a dateTime with a time has no time zone", "add `Z` or the offset, as in `+01:00`");
static NO_INSTANT: PrimitiveFault = PrimitiveFault::form(
    "this is no instant",
    "write `YYYY-MM-DDThh:mm:ss.sss+zz:zz`, at least to the second and with time zone",
);
static NO_TIME: PrimitiveFault =
    PrimitiveFault::form("this is no time of day", "write `hh:mm:ss`, from 00 to 23 hours, without time zone");
static NO_DAY: PrimitiveFault = PrimitiveFault::form("the calendar does not have this day", "correct the date");
static UNUSUAL: PrimitiveFault =
    PrimitiveFault::form("a year that is probably mistyped: before 1800, or far in the future", "check the year")
        .warning();
static FRACTION: PrimitiveFault = PrimitiveFault::form(
    "a time of day with a fraction of a second, which some readers of FHIR refuse",
    "leave the fraction out if it is zero",
)
.warning();

/// What a scan of a date's characters found.
#[derive(Clone, Copy)]
struct Scanned {
    /// How many bytes the date has: 4, 7 or 10.
    length: usize,
    year: u16,
    /// Whether the month has that many days.
    sound: bool,
}

fn two(high: u8, low: u8) -> Option<u8> {
    let (high, low) = (high.wrapping_sub(b'0'), low.wrapping_sub(b'0'));
    (high < 10 && low < 10).then(|| high * 10 + low)
}

fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date at the start of the text: the longest that has the form.
fn scan(bytes: &[u8]) -> Option<Scanned> {
    let [a, b, c, d, rest @ ..] = bytes else { return None };
    let year = u16::from(two(*a, *b)?) * 100 + u16::from(two(*c, *d)?);
    if year == 0 {
        return None;
    }
    let [b'-', a, b, rest @ ..] = rest else { return Some(Scanned { length: 4, year, sound: true }) };
    let month = two(*a, *b).filter(|month| (1..=12).contains(month))?;
    let [b'-', a, b, ..] = rest else { return Some(Scanned { length: 7, year, sound: true }) };
    let day = two(*a, *b).filter(|day| (1..=31).contains(day))?;
    Some(Scanned { length: 10, year, sound: day <= days(year, month) })
}

/// A zone to the end of the text: `Z` or an offset up to 14 hours.
fn zone(bytes: &[u8]) -> bool {
    match bytes {
        [b'Z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => match (two(*a, *b), two(*c, *d)) {
            (Some(hours), Some(minutes)) => (hours < 14 && minutes < 60) || (hours == 14 && minutes == 0),
            _ => false,
        },
        _ => false,
    }
}

/// What follows a time of day; `None` where none stands there.
struct Clock<'a> {
    /// How many digits its fraction has.
    fraction: usize,
    rest: &'a [u8],
}

fn clock(bytes: &[u8]) -> Option<Clock<'_>> {
    let (hours, rest) = bytes.split_first_chunk()?;
    let ([b':', minutes @ ..], rest) = rest.split_first_chunk::<3>()? else { return None };
    let ([b':', seconds @ ..], rest) = rest.split_first_chunk::<3>()? else { return None };
    let number = |[high, low]: &[u8; 2]| two(*high, *low);
    if number(hours)? > 23 || number(minutes)? > 59 || number(seconds)? > 60 {
        return None;
    }
    let Some((b'.', after)) = rest.split_first() else { return Some(Clock { fraction: 0, rest }) };
    let fraction = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (fraction > 0).then(|| Clock { fraction, rest: after.get(fraction..).unwrap_or_default() })
}

fn usual(date: Scanned, rules: Rules) -> Verdict {
    if (1800..=rules.last_year).contains(&date.year) { Ok(()) } else { Err(&UNUSUAL) }
}

/// R5 has at most nine digits of a second.
fn fine(clock: &Clock<'_>, version: Version) -> bool {
    version == Version::R4 || clock.fraction <= 9
}

pub(super) fn date(text: &str, rules: Rules) -> Verdict {
    match scan(text.as_bytes()) {
        Some(date) if date.length != text.len() => Err(&NO_DATE),
        Some(Scanned { sound: false, .. }) => Err(&NO_DAY),
        Some(date) => usual(date, rules),
        None => Err(&NO_DATE),
    }
}

pub(super) fn date_time(text: &str, rules: Rules) -> Verdict {
    let bytes = text.as_bytes();
    let date = scan(bytes).ok_or(&NO_DATE_TIME)?;
    match bytes.get(date.length..).unwrap_or_default() {
        [] => {}
        [b'T', time @ ..] if date.length == 10 => match clock(time) {
            Some(clock) if clock.rest.is_empty() => return Err(&NO_ZONE),
            Some(clock) if zone(clock.rest) && fine(&clock, rules.version) => {}
            _ => return Err(&NO_DATE_TIME),
        },
        _ => return Err(&NO_DATE_TIME),
    }
    if date.sound { usual(date, rules) } else { Err(&NO_DAY) }
}

pub(super) fn instant(text: &str, rules: Rules) -> Verdict {
    let bytes = text.as_bytes();
    let date = scan(bytes).filter(|date| date.length == 10).ok_or(&NO_INSTANT)?;
    match bytes.get(10..) {
        Some([b'T', time @ ..]) if clock(time).is_some_and(|clock| zone(clock.rest) && fine(&clock, rules.version)) => {
        }
        _ => return Err(&NO_INSTANT),
    }
    if date.sound { usual(date, rules) } else { Err(&NO_DAY) }
}

pub(super) fn time(text: &str) -> Verdict {
    match clock(text.as_bytes()) {
        Some(Clock { fraction: 0, rest: [] }) => Ok(()),
        // The specification has fractions; HL7's validator 6.0 has not, so who writes them should know.
        Some(Clock { rest: [], .. }) => Err(&FRACTION),
        _ => Err(&NO_TIME),
    }
}
