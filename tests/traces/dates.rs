//! Days and moments as functions write them into names.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Milliseconds since 1970.
pub(crate) fn milliseconds(at: DateTime) -> i64 {
    let zoned = at.to_zoned(TimeZone::UTC).expect("a time of our time");
    zoned.timestamp().as_millisecond()
}

/// Seconds since 1970.
pub(crate) fn seconds(at: DateTime) -> i64 {
    milliseconds(at) / 1000
}

/// By the letters of `strftime`.
pub(crate) fn written(at: DateTime, format: &str) -> String {
    at.strftime(format).to_string()
}

/// The day after so many days, or before.
pub(crate) fn days_after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("a day of our time")
}

/// What a clock shows so many hours to the east.
pub(crate) fn hours_after(at: DateTime, hours: i64) -> DateTime {
    at.checked_add(hours.hours()).expect("a time of our time")
}

/// `2026-Q4`.
pub(crate) fn quarter(day: Date) -> String {
    format!("{}-Q{}", day.year(), (day.month() + 2) / 3)
}

/// Whether it is the first of a quarter.
pub(crate) fn begins_quarter(day: Date) -> bool {
    day.day() == 1 && day.month() % 3 == 1
}
