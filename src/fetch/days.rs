//! The days that are fetched.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Days in UTC, the first and the last included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    first: Date,
    last: Date,
}

impl Days {
    /// So many days, of which this is the last.
    ///
    /// ```
    /// # use tightrope::fetch::Days;
    /// let days = Days::until(3, jiff::civil::date(2026, 3, 1));
    /// let days: Vec<_> = days.each().map(|day| day.to_string()).collect();
    /// assert_eq!(days, ["2026-02-27", "2026-02-28", "2026-03-01"]);
    /// ```
    #[must_use]
    pub fn until(days: u16, last: Date) -> Self {
        let back = i32::from(days.max(1)) - 1;
        let first = last.saturating_sub(back.days());
        Days { first, last }
    }

    /// The last day that is over: what is fetched of it today is what is fetched of it later today.
    #[must_use]
    pub fn yesterday() -> Date {
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        today.yesterday().unwrap_or(today)
    }

    /// In order.
    pub fn each(self) -> impl Iterator<Item = Date> {
        let next = move |day: &Date| day.tomorrow().ok().filter(|next| *next <= self.last);
        std::iter::successors(Some(self.first), next)
    }

    /// Those that are no longer ago than this many days.
    pub(super) fn since(self, first: Date) -> Option<Self> {
        let first = self.first.max(first);
        (first <= self.last).then_some(Days { first, ..self })
    }
}
