//! Why the evidence is not enough to take anything away.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::iam::Role;

use super::settings::Settings;

/// Why the evidence is not enough to take anything away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// No event of the role is in the trail.
    NothingSeen,
    /// Nothing was seen of its functions but refused calls or calls from elsewhere.
    NoUse {
        /// The events of the role.
        events: u64,
    },
    /// The trail shows fewer days than are asked for.
    FewDays {
        /// The days from the first to the last that it has any event of, those two included.
        days: i32,
        /// How many are asked for.
        asked: i32,
    },
    /// The role exists for fewer days than are asked for.
    YoungRole {
        /// The day on which it was created.
        created: Date,
        /// The days that the trail shows since.
        days: i32,
        /// How many are asked for.
        asked: i32,
    },
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::NothingSeen => f.write_str(
                "no event of the role is in the trail: that is no evidence that it needs nothing. Give a trail that covers its \
                 work, or remove the role if nobody uses it",
            ),
            Objection::NoUse { events } => write!(
                f,
                "none of the {events} events of the role shows what its function uses"
            ),
            Objection::FewDays { days, asked } => write!(
                f,
                "the trail shows {days} days, and what comes round less often would be taken away: {asked} are asked for \
                 (`--min-days`). Give a longer trail"
            ),
            Objection::YoungRole {
                created,
                days,
                asked,
            } => write!(
                f,
                "the role was created on {created}, and the trail shows {days} days since: {asked} are asked for \
                 (`--min-days`). Wait, or give a longer trail"
            ),
        }
    }
}

/// What speaks against the length of the time that was observed.
pub(super) fn to_the_time(role: &Role, days: &[Date], settings: &Settings) -> Option<Objection> {
    let (first, last) = (*days.first()?, *days.last()?);
    let asked = settings.min_days;
    let days = days_from(first, last);
    if days < asked {
        return Some(Objection::FewDays { days, asked });
    }
    let created = TimeZone::UTC.to_datetime(role.created?).date();
    let days = days_from(created.max(first), last);
    (days < asked).then_some(Objection::YoungRole {
        created,
        days,
        asked,
    })
}

/// How many days there are from one to another, both included; none if the second is the earlier one.
fn days_from(first: Date, last: Date) -> i32 {
    let between = last - first;
    between.get_days().saturating_add(1).max(0)
}
