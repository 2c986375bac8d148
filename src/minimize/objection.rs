//! Why the evidence is not enough to take anything away.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::coverage::Extent;
use crate::iam::Role;
use crate::lambda::{Function, Schedule, Unread};

/// Why the evidence is not enough to take anything away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// No event of the role is in the trail.
    NothingSeen,
    /// No event of a function that shares the role is in the trail.
    FunctionNotSeen,
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
    /// Something of the log is missing on too many of the days.
    Gaps(Extent),
    /// The account's trails record in these Regions alone.
    Confined(Vec<String>),
    /// Something of the functions' configuration could not be read: what it is, where and why.
    Unread(String),
    /// Something invokes a function so rarely that the trail may not show it.
    RareJob {
        /// The function.
        function: String,
        /// What invokes it.
        schedule: Schedule,
        /// The days that the trail shows of it.
        days: i32,
    },
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::NothingSeen => f.write_str(
                "no event of the role is in the trail: that is no evidence that it needs nothing. Give a trail that covers its \
                 work, or remove the role if nobody uses it",
            ),
            Objection::FunctionNotSeen => f.write_str(
                "no event of the function is in the trail: that is no evidence that it needs nothing",
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
            Objection::Gaps(extent) => write!(
                f,
                "the log of the account has gaps on {extent}, and what was used then is not known (`tightrope status` shows \
                 them). Give the missing files"
            ),
            Objection::Confined(regions) => write!(
                f,
                "the trails of the account record in {} alone, and what is called in other Regions would be taken away. Give the \
                 log of a trail of all Regions, or `--trail lookup://`",
                regions.join(", ")
            ),
            Objection::Unread(words) => write!(
                f,
                "{words}: what the role needs for it is not known, and would be taken away. Read it (`tightrope account pull`)"
            ),
            Objection::RareJob {
                function,
                schedule: Schedule { name, rhythm },
                days,
            } => write!(
                f,
                "{name} of function {function} {rhythm}, and the trail shows {days} days: what it needs may not be among \
                 them. Give a trail that holds one of its runs"
            ),
        }
    }
}

/// One day in so many may have gaps: in a quarter of the days, what comes round weekly is likely not to be seen at all.
const DAYS_A_GAP: usize = 5;

/// What speaks against a log in which much is missing.
pub(super) fn to_the_gaps(extent: Option<Extent>) -> Option<Objection> {
    let many = |extent: &Extent| extent.with_gaps * DAYS_A_GAP > extent.days;
    extent.filter(many).map(Objection::Gaps)
}

/// What speaks against what is known of a role's functions.
pub(super) fn to_the_unread(functions: &[&Function], unread: &[Unread]) -> Vec<Objection> {
    let theirs = unread.iter().filter(|unread| unread.concerns(functions));
    theirs
        .map(|unread| Objection::Unread(unread.words.clone()))
        .collect()
}

/// What speaks against the time that was observed of a role and its functions, from a first to a last day.
pub(super) fn to_the_time(
    (role, functions): (&Role, &[&Function]),
    window: Option<(Date, Date)>,
    asked: i32,
) -> Vec<Objection> {
    let Some((first, last)) = window else {
        return Vec::new();
    };
    let days = days_from(first, last);
    if days < asked {
        return vec![Objection::FewDays { days, asked }];
    }
    let created = role
        .created
        .map(|time| TimeZone::UTC.to_datetime(time).date());
    let since = created.map_or(first, |created| created.max(first));
    let days = days_from(since, last);
    if let Some(created) = created.filter(|_| days < asked) {
        return vec![Objection::YoungRole {
            created,
            days,
            asked,
        }];
    }
    let schedules = functions.iter().flat_map(|function| {
        let schedules = function.schedules.iter();
        schedules.map(move |schedule| (&function.name, schedule))
    });
    let rare = schedules.filter(|(_, schedule)| !schedule.rhythm.was_seen(since, last, days));
    let rare = rare.map(|(function, schedule)| Objection::RareJob {
        function: function.clone(),
        schedule: schedule.clone(),
        days,
    });
    rare.collect()
}

/// How many days there are from one to another, both included; none if the second is the earlier one.
fn days_from(first: Date, last: Date) -> i32 {
    let between = last - first;
    between.get_days().saturating_add(1).max(0)
}
