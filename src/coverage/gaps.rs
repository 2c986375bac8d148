//! Gaps: days and hours that a log has nothing of, though its neighbours have.
//!
//! An account may be quiet at night, at weekends, or for weeks. Nothing is called a gap unless the same place was busy at
//! comparable times. A day without an event is a gap where more than half of the other working days, for a working day, or of the
//! other days of weekends have at least [`BUSY`] events in that region, and so have more than half of the same weekdays, once
//! there are two. An hour is, in a day that has events, where three quarters of the other days, and at least [`ENOUGH`], have at
//! least as many at that hour. Calls that came at random and so often would leave out a time once in 100 times at most. The
//! first and the last day may have been cut, and count for nothing. What was missing before the first event of a region, nobody
//! knows.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::{Date, Weekday};

use super::Coverage;
use crate::iam::AccountId;
use crate::usage::RegionLog;

/// Fewer events than these in a day or an hour say nothing of another one that has none.
pub const BUSY: u32 = 5;

/// An hour is compared with that of at least so many other days.
pub const ENOUGH: usize = 7;

/// A part of a log that is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: String,
    /// The first day in UTC.
    pub first: Date,
    /// The last day in UTC.
    pub last: Date,
    /// What of these days is missing.
    pub missing: Missing,
}

/// What of a day is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// All of it.
    Days,
    /// These hours in UTC, the first and the last included.
    Hours(u8, u8),
    /// So many log files that a digest lists: they are not there, or not as they were.
    Files(usize),
    /// What could not be fetched of it.
    Unfetched,
}

impl Gap {
    /// Whether it is, at least in part, on this day.
    #[must_use]
    pub fn has(&self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Gap {
            account,
            region,
            first,
            last,
            ..
        } = self;
        write!(f, "{account} {region} {first}")?;
        if first != last {
            write!(f, " to {last}")?;
        }
        match self.missing {
            Missing::Days => f.write_str(": no event, where comparable days have some"),
            Missing::Hours(from, to) => write!(
                f,
                " {from:02}:00 to {to:02}:59: no event, where the same hours of other days have some"
            ),
            Missing::Unfetched => f.write_str(": what could not be fetched"),
            Missing::Files(1) => {
                f.write_str(": 1 log file that a digest lists is missing or altered")
            }
            Missing::Files(files) => write!(
                f,
                ": {files} log files that a digest lists are missing or altered"
            ),
        }
    }
}

/// How much of a log's days is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The first day in UTC.
    pub first: Date,
    /// The last day in UTC.
    pub last: Date,
    /// How many days that is, both included.
    pub days: usize,
    /// On how many of them something is missing.
    pub with_gaps: usize,
}

impl Extent {
    /// The days in order.
    pub fn each(&self) -> impl Iterator<Item = Date> + use<> {
        each(self.first, self.last)
    }

    /// How many days have no gap.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.days.saturating_sub(self.with_gaps)
    }
}

/// `4 of 30 days`: those with gaps.
impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} days", self.with_gaps, self.days)
    }
}

impl Coverage {
    /// What is missing of the log, in order.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        let Some(window) = self.window() else {
            return self.damage.clone();
        };
        let accounts = self.accounts();
        let of_accounts = accounts.flat_map(|account| self.gaps_of(account, window));
        let mut gaps: Vec<Gap> = of_accounts.chain(self.damage.iter().cloned()).collect();
        gaps.sort();
        gaps
    }

    /// What is missing of an account's log by what else it has, in a window.
    fn gaps_of(&self, account: AccountId, window: (Date, Date)) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for (region, log) in self.log.regions(account) {
            let gap = |(first, last, missing)| Gap {
                account,
                region: region.to_owned(),
                first,
                last,
                missing,
            };
            let of_region = days(log, window).into_iter().chain(hours(log, window));
            gaps.extend(of_region.map(gap));
        }
        gaps
    }

    /// How much of an account's days is there: between the first and the last that the log has an event of.
    #[must_use]
    pub fn extent(&self, account: AccountId) -> Option<Extent> {
        let (first, last) = self.window_of(account)?;
        let gaps = self.gaps_of(account, self.window()?);
        let damage = self.damage.iter().filter(|gap| gap.account == account);
        let days = gaps
            .iter()
            .chain(damage)
            .flat_map(|gap| each(gap.first, gap.last));
        let within: BTreeSet<Date> = days.filter(|day| (first..=last).contains(day)).collect();
        Some(Extent {
            first,
            last,
            days: each(first, last).count(),
            with_gaps: within.len(),
        })
    }
}

/// The days from one to another, both included.
pub(super) fn each(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok())
        .take_while(move |day| *day <= last)
}

/// A gap of a region: its first and last day.
type Part = (Date, Date, Missing);

/// The days without anything, one after the other as one gap.
fn days(log: &RegionLog, (_, end): (Date, Date)) -> Vec<Part> {
    let Some(begin) = log.hours.keys().next().copied() else {
        return Vec::new();
    };
    let all: Vec<Date> = each(begin, end).collect();
    let events = |day: &Date| {
        log.hours
            .get(day)
            .map_or(0, |hours| hours.iter().sum::<u32>())
    };
    let (mut weekdays, mut kinds) = ([Tally::default(); 7], [Tally::default(); 2]);
    for day in &all {
        let busy = events(day) >= BUSY;
        weekdays[weekday(*day)].count(busy);
        kinds[usize::from(is_weekend(*day))].count(busy);
    }
    let is_missing = |day: &Date| {
        let kind = kinds[usize::from(is_weekend(*day))];
        events(day) == 0
            && !log.files.contains(day)
            && kind.others_are_busy() == Some(true)
            && weekdays[weekday(*day)].others_are_busy() != Some(false)
    };
    let mut gaps: Vec<Part> = Vec::new();
    for day in all.iter().filter(|day| *day != &end && is_missing(day)) {
        match gaps.last_mut() {
            Some((_, last, _)) if last.tomorrow().ok() == Some(*day) => *last = *day,
            _ => gaps.push((*day, *day, Missing::Days)),
        }
    }
    gaps
}

/// How many comparable days there are, and how many of them are busy.
#[derive(Clone, Copy, Default)]
struct Tally {
    days: usize,
    busy: usize,
}

impl Tally {
    fn count(&mut self, busy: bool) {
        self.days += 1;
        self.busy += usize::from(busy);
    }

    /// Whether more than half of them are busy, but for one that is not; `None` where that leaves fewer than two.
    fn others_are_busy(self) -> Option<bool> {
        let others = self.days.saturating_sub(1);
        (others > 1).then_some(self.busy * 2 > others)
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// From 0 for Monday.
fn weekday(day: Date) -> usize {
    usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())
}

/// The hours without anything in days that have something, one after the other as one gap.
fn hours(log: &RegionLog, (first, end): (Date, Date)) -> Vec<Part> {
    let cut = |day: &Date| *day == first || *day == end || log.hours.keys().next() == Some(day);
    let whole: Vec<_> = log.hours.iter().filter(|(day, _)| !cut(day)).collect();
    let mut gaps: Vec<Part> = Vec::new();
    let mut busy = [0_usize; 24];
    for (_, hours) in &whole {
        for (busy, events) in busy.iter_mut().zip(hours.iter()) {
            *busy += usize::from(*events >= BUSY);
        }
    }
    let others = whole.len().saturating_sub(1);
    for (day, hours) in &whole {
        for ((hour, events), busy) in (0_u8..).zip(hours.iter()).zip(busy) {
            if *events > 0 || others < ENOUGH || busy * 4 < others * 3 {
                continue;
            }
            match gaps.last_mut() {
                Some((last, _, Missing::Hours(_, to))) if last == *day && *to + 1 == hour => {
                    *to = hour
                }
                _ => gaps.push((**day, **day, Missing::Hours(hour, hour))),
            }
        }
    }
    gaps
}
