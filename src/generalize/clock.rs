//! When a text was used, and whether a time that stands in it is that time.
//!
//! A day more or less is allowed for: a text may have the date of another time zone, or that of the day before.

use jiff::civil::{Date, ISOWeekDate};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Sighting;

/// The days and hours on which a text was used.
#[derive(Debug, Default)]
pub(super) struct Clock {
    days: Vec<Date>,
    hours: Option<(i8, i8)>,
}

impl Clock {
    pub(super) fn of(sighting: &Sighting) -> Clock {
        let at = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).datetime();
        let span = sighting.span.map(|(first, last)| (at(first), at(last)));
        let mut days: Vec<Date> = sighting.days.iter().map(|(day, _)| *day).collect();
        if days.is_empty() {
            days.extend(
                span.iter()
                    .flat_map(|(first, last)| [first.date(), last.date()]),
            );
            days.dedup();
        }
        Clock {
            days,
            hours: span.map(|(first, last)| (first.hour(), last.hour())),
        }
    }

    /// Was the text used around that day? On half of its days, so that a file of a certain date that is read ever since
    /// is not taken for today's.
    pub(super) fn is_near(&self, date: Date) -> bool {
        self.mostly(|day| {
            let before = date.since(day).map(|span| span.get_days());
            before.is_ok_and(|days| (-2..=1).contains(&days))
        })
    }

    /// Is it the month of use or the one before?
    pub(super) fn is_near_month(&self, year: i16, month: i8) -> bool {
        let count = |year: i16, month: i8| i32::from(year) * 12 + i32::from(month);
        self.mostly(|day| {
            let next = day.tomorrow().unwrap_or(day);
            let wanted = count(year, month);
            (count(day.year(), day.month()) - 1..=count(next.year(), next.month()))
                .contains(&wanted)
        })
    }

    /// Is it the year of use?
    pub(super) fn is_near_year(&self, year: i16) -> bool {
        self.mostly(|day| around(day).any(|day| day.year() == year))
    }

    /// Is it the week of use or the one before?
    pub(super) fn is_near_week(&self, year: i16, week: i8) -> bool {
        let monday = ISOWeekDate::new(year, week, jiff::civil::Weekday::Monday);
        let Ok(monday) = monday.map(ISOWeekDate::date) else {
            return false;
        };
        self.mostly(|day| {
            let since = day.since(monday).map(|span| span.get_days());
            since.is_ok_and(|days| (-1..=15).contains(&days))
        })
    }

    /// The day of this month and day that is near, if one is.
    pub(super) fn is_near_month_and_day(&self, month: i8, day: i8) -> bool {
        self.mostly(|used| around(used).any(|near| (near.month(), near.day()) == (month, day)))
    }

    /// Is it the hour of the first or of the last event, or one next to it?
    pub(super) fn is_near_hour(&self, hour: i8) -> bool {
        let near = |used: i8| [0, 1, 23].contains(&(hour - used).rem_euclid(24));
        self.hours
            .is_some_and(|(first, last)| near(first) || near(last))
    }

    fn mostly(&self, near: impl Fn(Date) -> bool) -> bool {
        let count = self.days.iter().filter(|day| near(**day)).count();
        count > 0 && 2 * count >= self.days.len()
    }
}

/// From two days before to one day after.
fn around(day: Date) -> impl Iterator<Item = Date> {
    (-2..=1).filter_map(move |days: i32| day.checked_add(days.days()).ok())
}
