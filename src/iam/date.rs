//! The dates that IAM reads in a condition: W3C's profile of ISO 8601, read generously, and seconds since 1970.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::ops::RangeInclusive;

/// The years that milliseconds since 1970 in 64 bits reach.
const YEARS: RangeInclusive<i64> = -292_275_054..=292_278_993;

/// Whether IAM reads it as a date. It does not ask whether the day is in the calendar.
pub(super) fn is_date(text: &str) -> bool {
    if is_digits(text) {
        return text.parse::<i64>().is_ok();
    }
    match text.split_once(['T', 't']) {
        None => is_day(text),
        Some(("", time)) => !time.is_empty() && is_time(time),
        Some((day, time)) => is_day(day) && is_time(time),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_within(text: &str, range: RangeInclusive<i64>) -> bool {
    is_digits(text) && text.parse().is_ok_and(|number| range.contains(&number))
}

/// `year`, `year-month` or `year-month-day`; the year may be negative.
fn is_day(text: &str) -> bool {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut parts = rest.split('-');
    let year = parts.next().unwrap_or_default();
    let year = is_digits(year).then(|| year.parse::<i64>().ok()).flatten();
    year.is_some_and(|year| YEARS.contains(&(sign * year)))
        && parts.next().is_none_or(|month| is_within(month, 1..=12))
        && parts.next().is_none_or(|day| is_within(day, 1..=31))
        && parts.next().is_none()
}

/// `hour:minute:second.fraction` and where the zone is, of which each may be missing.
fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    is_clock(clock) && is_zone(zone)
}

fn is_clock(text: &str) -> bool {
    let (text, fraction) = match text.split_once(['.', ',']) {
        Some((text, fraction)) => (text, Some(fraction)),
        None => (text, None),
    };
    let mut parts = text.split(':');
    let hour = parts.next().unwrap_or_default();
    let rest = text.is_empty() && fraction.is_none() || is_within(hour, 0..=23);
    rest && parts.next().is_none_or(|minute| is_within(minute, 0..=59))
        && parts.next().is_none_or(|second| is_within(second, 0..=59))
        && parts.next().is_none()
        && fraction.is_none_or(|digits| digits.len() <= 9 && is_digits(digits))
}

/// Nothing, `Z`, or an offset: `+hh`, `+hhmm` or `+hh:mm`.
fn is_zone(text: &str) -> bool {
    let Some(offset) = text.strip_prefix(['+', '-']) else {
        return matches!(text, "" | "Z" | "z");
    };
    let Some((hours, minutes)) = offset.split_at_checked(2) else {
        return false;
    };
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    is_within(hours, 0..=23)
        && (offset.len() == 2 || minutes.len() == 2 && is_within(minutes, 0..=59))
}
