//! The time of day that stands behind a date.

use super::clock::Clock;
use super::cursor::Cursor;

/// Where the time of day ends that follows a date: `T08:15:00.123`, `/08`, `-08-15-00`, `/hour=08/minute=15`, `T081500`.
/// An hour alone is one only when it is the hour of use: it may be any number.
pub(super) fn time_of_day<'a>(date: Cursor<'a>, clock: &Clock) -> Cursor<'a> {
    let full = time_in_full(date);
    if full.place() > date.place() {
        return full;
    }
    let hour = date.filler().and_then(|before| match before.digits() {
        2 => before.number(2, 2),
        4 => {
            let (hour, rest) = before.fixed(2)?;
            let (minute, after) = rest.fixed(2)?;
            (minute <= 59).then_some((hour, after))
        }
        _ => None,
    });
    match hour {
        Some((hour, after)) if (0..=23).contains(&hour) && clock.is_near_hour(hour) => after,
        _ => date,
    }
}

/// Where the time of day ends that follows a date and that no other number looks like.
pub(super) fn time_in_full(date: Cursor<'_>) -> Cursor<'_> {
    let compact = date.filler().and_then(|before| {
        let marked = date.letter(b'T').is_some();
        let digits = before.digits();
        if digits != 6 && !(digits == 4 && marked) {
            return None;
        }
        let (hour, rest) = before.fixed(2)?;
        let (minute, rest) = rest.fixed(2)?;
        let (second, after) = if digits == 6 {
            rest.fixed(2)?
        } else {
            (0, rest)
        };
        (hour <= 23 && minute <= 59 && second <= 60).then_some(after)
    });
    let spaced = || {
        let (hour, after_hour) = date.filler()?.number(2, 2)?;
        let (minute, after_minute) = after_hour.filler()?.number(2, 2)?;
        let second = after_minute.filler().and_then(|before| before.number(2, 2));
        let second = second.filter(|(second, _)| (0..=60).contains(second));
        let fits = (0..=23).contains(&hour) && (0..=59).contains(&minute);
        fits.then(|| second.map_or(after_minute, |(_, after)| after.past_fraction()))
    };
    compact
        .map(Cursor::past_fraction)
        .or_else(spaced)
        .unwrap_or(date)
}
