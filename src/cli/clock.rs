//! Moments of the clock and of the environment; the only file of the room that asks for them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::case::Date;

/// The moment that reproducible builds agree on (reproducible-builds.org, SOURCE_DATE_EPOCH), where the user set it.
pub(super) fn source_date_epoch() -> Option<Date> {
    let seconds: u64 = std::env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok()?;
    Date::parse(&moment(UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?)?)
}

/// What the clock says, as FHIR writes it, to the second, in UTC.
pub(super) fn now() -> Option<Date> {
    Date::parse(&moment(SystemTime::now())?)
}

/// A moment of the clock in characters: `2026-01-31T12:00:00Z`.
pub(super) fn moment(time: SystemTime) -> Option<String> {
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let moment = crate::fhir::time::OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    let (date, clock) = (moment.date(), moment.time());
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second()
    ))
}
