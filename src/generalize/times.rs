//! Times that stand in a text.
//!
//! A partition `2026/10/02` that is written on that very day is another one tomorrow: one observation tells as much.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::clock::Clock;
use super::cursor::Cursor;
use super::hours::{time_in_full, time_of_day};

/// A time found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it ends, in bytes of the text.
    pub(super) end: usize,
    /// It with `?` and `*` for what changes.
    pub(super) shape: String,
    /// Is it the time at which the text was used?
    pub(super) sure: bool,
    /// Does it name a day?
    pub(super) day: bool,
}

impl Found {
    fn when(self, sure: bool) -> Found {
        Found { sure, ..self }
    }

    fn of_no_day(self) -> Found {
        Found { day: false, ..self }
    }
}

/// The time that begins at this byte, which is the first of a run of digits or of letters.
pub(super) fn find(text: &str, at: usize, clock: &Clock) -> Option<Found> {
    let cursor = Cursor::at(text, at);
    let found = match cursor.digits() {
        0 => month_name_first(cursor, clock),
        2 => pair_first(cursor, clock),
        4 => year_first(cursor, clock),
        6 => short(cursor, clock),
        7 => ordinal(cursor, clock),
        8 => compact(cursor, clock),
        10 | 12 | 14 | 17 => long(cursor, clock).or_else(|| epoch(cursor, clock)),
        13 | 16 | 19 => epoch(cursor, clock),
        _ => None,
    }?;
    // Elsewhere than on its day a run of digits is a date only where it stands alone.
    (found.sure || (cursor.is_alone_until(found.end))).then_some(found)
}

/// `2026-10-02`, `2026/10/02/08`, `year=2026/month=10/day=02`, `2026-W40`, `2026-275`, `2026/Oct/02`, `2026-10`, `2026`.
fn year_first(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let (year, after_year) = start.year()?;
    let date = after_year.filler().and_then(|before_month| {
        week(start, before_month, year, clock)
            .or_else(|| day_of_year(start, before_month, year, clock))
            .or_else(|| month_and_day(start, before_month, year, clock))
    });
    date.or_else(|| {
        let sure = clock.is_near_year(year) && start.is_alone_until(after_year.place());
        sure.then(|| start.found(after_year, Some(start)).when(true).of_no_day())
    })
}

fn month_and_day(
    start: Cursor<'_>,
    before_month: Cursor<'_>,
    year: i16,
    clock: &Clock,
) -> Option<Found> {
    let (month, after_month) = before_month.month()?;
    let day = after_month.filler().and_then(|before| before.number(1, 2));
    let date = day.and_then(|(day, after)| Some((Date::new(year, month, day).ok()?, after)));
    match date {
        Some((date, after_day)) => {
            let sure = clock.is_near(date);
            let end = if sure {
                time_of_day(after_day, clock)
            } else {
                time_in_full(after_day)
            };
            Some(start.found(end, Some(start)).when(sure))
        }
        None => {
            let sure = clock.is_near_month(year, month);
            let found = || start.found(after_month, Some(start)).when(sure).of_no_day();
            (sure || after_month.ends_token()).then(found)
        }
    }
}

fn week(start: Cursor<'_>, before: Cursor<'_>, year: i16, clock: &Clock) -> Option<Found> {
    let (week, after) = before.letter(b'W')?.number(2, 2)?;
    let sure = clock.is_near_week(year, week);
    sure.then(|| start.found(after, Some(start)).when(true).of_no_day())
}

fn day_of_year(start: Cursor<'_>, before: Cursor<'_>, year: i16, clock: &Clock) -> Option<Found> {
    let (day, after) = before.long_number(3)?;
    let date = nth_day(year, day)?;
    let sure = clock.is_near(date);
    sure.then(|| {
        start
            .found(time_of_day(after, clock), Some(start))
            .when(true)
    })
}

fn nth_day(year: i16, day: i64) -> Option<Date> {
    let first = Date::new(year, 1, 1).ok()?;
    let date = first
        .checked_add(jiff::Span::new().try_days(day - 1).ok()?)
        .ok()?;
    (day > 0 && date.year() == year).then_some(date)
}

/// `2026275`.
fn ordinal(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let (year, rest) = start.year()?;
    let (day, after) = rest.long_number(3)?;
    let sure = clock.is_near(nth_day(year, day)?);
    sure.then(|| start.found(after, Some(start)).when(true))
}

/// `02-10-2026`, `10/02/2026`, and `10-02` on that day.
fn pair_first(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    if !start.begins_token() {
        return None;
    }
    let (first, after_first) = start.number(2, 2)?;
    if let Some(found) = day_and_month_name(start, first, after_first, clock) {
        return Some(found);
    }
    let (second, after_second) = after_first.separator()?.number(2, 2)?;
    let before_year = after_second.separator();
    let year = before_year.and_then(Cursor::whole_year);
    let Some((year, after_year)) = year else {
        // Between dots it is more likely a version.
        let plain = after_first.letter(b'.').is_none() && after_second.ends_token();
        let sure = plain && clock.is_near_month_and_day(first, second);
        return sure.then(|| start.found(after_second, None).when(true));
    };
    let orders = [(first, second), (second, first)];
    let dates = orders.map(|(month, day)| Date::new(year, month, day).ok());
    let sure = dates.iter().flatten().any(|date| clock.is_near(*date));
    dates.iter().flatten().next()?;
    let end = if sure {
        time_of_day(after_year, clock)
    } else {
        time_in_full(after_year)
    };
    Some(start.found(end, before_year).when(sure))
}

/// `02-Oct-2026`.
fn day_and_month_name(
    start: Cursor<'_>,
    day: i8,
    after_day: Cursor<'_>,
    clock: &Clock,
) -> Option<Found> {
    let before_month = after_day
        .separator()
        .filter(|before| !before.begins_digit())?;
    let (month, after_month) = before_month.month()?;
    let before_year = after_month.separator()?;
    let (year, after) = before_year.whole_year()?;
    let sure = clock.is_near(Date::new(year, month, day).ok()?);
    Some(start.found(after, Some(before_year)).when(sure))
}

/// `Oct-2026`, `October_2026`.
fn month_name_first(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let (month, after_month) = start.month()?;
    let before_year = after_month.separator()?;
    let (year, after) = before_year.whole_year()?;
    let sure = clock.is_near_month(year, month) && start.is_alone_until(after.place());
    sure.then(|| start.found(after, Some(before_year)).when(true).of_no_day())
}

/// `202610` and `261002`.
fn short(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let month = start.year().and_then(|(year, rest)| {
        let (month, after) = rest.fixed(2)?;
        let sure = (1..=12).contains(&month) && clock.is_near_month(year, month);
        sure.then(|| start.found(after, Some(start)).when(true).of_no_day())
    });
    month.or_else(|| {
        let (year, rest) = start.fixed(2)?;
        let (month, rest) = rest.fixed(2)?;
        let (day, after) = rest.fixed(2)?;
        let sure = clock.is_near(Date::new(2000 + i16::from(year), month, day).ok()?);
        sure.then(|| start.found(after, None).when(true))
    })
}

/// `20261002`, with `T0815`, `T081500` or `-081500` after it; `02102026` on that day.
fn compact(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let year_first = start.compact_date().map(|(date, after)| {
        let sure = clock.is_near(date);
        let end = if sure {
            time_of_day(after, clock)
        } else {
            time_in_full(after)
        };
        start.found(end, Some(start)).when(sure)
    });
    year_first.or_else(|| {
        let (first, rest) = start.fixed(2)?;
        let (second, rest) = rest.fixed(2)?;
        let (year, after) = rest.year()?;
        let before_year = Some(rest);
        let orders = [(first, second), (second, first)];
        let mut dates = orders
            .into_iter()
            .filter_map(|(month, day)| Date::new(year, month, day).ok());
        let sure = dates.any(|date| clock.is_near(date));
        sure.then(|| start.found(after, before_year).when(true))
    })
}

/// `2026100208`, `202610020815`, `20261002081500` and with milliseconds.
fn long(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let (date, mut rest) = start.compact_date()?;
    for most in [23, 59, 59] {
        if !rest.begins_digit() {
            break;
        }
        let (part, after) = rest.fixed(2)?;
        if part > most {
            return None;
        }
        rest = after;
    }
    let end = rest.past_digits();
    let sure = clock.is_near(date);
    (sure || start.digits() == 14).then(|| start.found(end, Some(start)).when(sure))
}

/// Seconds since 1970, or milliseconds, microseconds or nanoseconds, on that day.
fn epoch(start: Cursor<'_>, clock: &Clock) -> Option<Found> {
    let scale = 10_i64.checked_pow(u32::try_from(start.digits().checked_sub(10)?).ok()?)?;
    let (count, after) = start.long_number(start.digits())?;
    let instant = Timestamp::from_second(count / scale).ok()?;
    let sure = clock.is_near(instant.to_zoned(TimeZone::UTC).date());
    sure.then(|| start.found(after, None).when(true))
}
