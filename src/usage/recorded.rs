//! What a log has events of, by whomever: it shows what its trails record.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::event::{Category, Event};
use super::evidence::day;
use super::identity::Caller;
use crate::iam::AccountId;

/// Days in UTC, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaySet {
    days: BTreeSet<Date>,
    /// Most events are of the same day as the one before.
    last: Option<Date>,
}

impl DaySet {
    /// More days than CloudTrail has existed.
    const MOST: usize = 10_000;

    /// The days in order.
    pub fn iter(&self) -> impl Iterator<Item = Date> + '_ {
        self.days.iter().copied()
    }

    /// Whether the day is among them.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.days.contains(&day)
    }

    /// How many they are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.days.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    fn insert(&mut self, day: Date) {
        if self.last != Some(day) && self.days.len() < Self::MOST {
            self.last = Some(day);
            self.days.insert(day);
        }
    }
}

/// What the log of one account in one region has events of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionLog {
    /// The days with a management event that reads, or that may.
    pub reads: Option<DaySet>,
    /// The days with a management event that writes, or that may.
    pub writes: Option<DaySet>,
    /// The days with a data event, by CloudTrail resource type.
    pub data: BTreeMap<Box<str>, DaySet>,
    /// The days with a network activity event, by event source.
    pub network: BTreeMap<Box<str>, DaySet>,
    /// The event sources.
    pub sources: BTreeSet<Box<str>>,
    /// How many events each hour of a day has, in UTC.
    pub hours: BTreeMap<Date, [u32; 24]>,
    /// The days of which there is a log file, by the path that a trail gives it.
    pub files: BTreeSet<Date>,
}

/// What a log has events of, by whomever, by account and region.
///
/// An event that does not tell whether it is a management event, or whether it reads, counts for whatever it may be: a
/// management event is what a trail records unless it is told otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    regions: BTreeMap<AccountId, BTreeMap<Box<str>, RegionLog>>,
    /// The last day on which an account changed what its trails record.
    changed: BTreeMap<AccountId, Date>,
}

/// More of anything than AWS has: a log with more is not one, and costs no more memory.
const MOST: usize = 10_000;

impl Recorded {
    /// The accounts in order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.regions.keys().copied()
    }

    /// The regions of an account in order, each with what its log has.
    pub fn regions(&self, account: AccountId) -> impl Iterator<Item = (&str, &RegionLog)> {
        let regions = self.regions.get(&account).into_iter().flatten();
        regions.map(|(region, log)| (&**region, log))
    }

    /// The last day on which an account made, changed, started or stopped a trail, or said what it records.
    #[must_use]
    pub fn changed(&self, account: AccountId) -> Option<Date> {
        self.changed.get(&account).copied()
    }

    /// Takes a log file of this account, region and day, by the path that a trail gives it.
    pub fn note_file(&mut self, account: AccountId, region: &str, day: Date) {
        if let Some(log) = self.log(account, region) {
            log.files.insert(day);
        }
    }

    /// Takes an event. One whose account is not told shows nothing.
    pub(super) fn note(&mut self, event: &Event<'_>) {
        let Some(account) = account(event) else {
            return;
        };
        let day = event.time.map(|time| (time, day(time)));
        if event.source == "cloudtrail.amazonaws.com" {
            self.note_change(account, event, day.map(|(_, day)| day));
        }
        if let Some(log) = self.log(account, &event.region) {
            log.note(event, day);
        }
    }

    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html>
    fn note_change(&mut self, account: AccountId, event: &Event<'_>, day: Option<Date>) {
        const CHANGES: [&str; 6] = [
            "CreateTrail",
            "DeleteTrail",
            "PutEventSelectors",
            "StartLogging",
            "StopLogging",
            "UpdateTrail",
        ];
        let changes = event.error_code.is_none() && CHANGES.contains(&event.name.as_ref());
        if let Some(day) = day.filter(|_| changes) {
            let last = self.changed.entry(account).or_insert(day);
            *last = day.max(*last);
        }
    }

    fn log(&mut self, account: AccountId, region: &str) -> Option<&mut RegionLog> {
        let accounts = self.regions.len();
        if accounts >= MOST && !self.regions.contains_key(&account) {
            return None;
        }
        let regions = self.regions.entry(account).or_default();
        if !regions.contains_key(region) {
            if regions.len() >= MOST {
                return None;
            }
            regions.insert(region.into(), RegionLog::default());
        }
        regions.get_mut(region)
    }
}

impl RegionLog {
    fn note(&mut self, event: &Event<'_>, time: Option<(Timestamp, Date)>) {
        if let Some((time, day)) = time
            && (self.hours.len() < DaySet::MOST || self.hours.contains_key(&day))
        {
            let hours = self.hours.entry(day).or_default();
            let hour = usize::try_from(time.as_second().rem_euclid(86_400) / 3_600);
            if let Some(count) = hour.ok().and_then(|hour| hours.get_mut(hour)) {
                *count = count.saturating_add(1);
            }
        }
        if !self.sources.contains(event.source.as_ref()) && self.sources.len() < MOST {
            self.sources.insert(event.source.as_ref().into());
        }
        let day = time.map(|(_, day)| day);
        match event.category {
            Category::Management | Category::Unknown => {
                if event.read_only != Some(false) {
                    on_day(self.reads.get_or_insert_default(), day);
                }
                if event.read_only != Some(true) {
                    on_day(self.writes.get_or_insert_default(), day);
                }
            }
            Category::Data => {
                for of in event.resource_types() {
                    note_named(&mut self.data, of, day);
                }
            }
            Category::NetworkActivity => note_named(&mut self.network, &event.source, day),
            Category::Other => {}
        }
    }
}

fn on_day(days: &mut DaySet, day: Option<Date>) {
    if let Some(day) = day {
        days.insert(day);
    }
}

fn note_named(named: &mut BTreeMap<Box<str>, DaySet>, name: &str, day: Option<Date>) {
    if let Some(days) = named.get_mut(name) {
        on_day(days, day);
    } else if named.len() < MOST {
        on_day(named.entry(name.into()).or_default(), day);
    }
}

/// The account whose log the event is in: the one that it names, else the caller's, who always gets it.
fn account(event: &Event<'_>) -> Option<AccountId> {
    event.account.or(match &event.caller {
        Caller::Session { role, .. } => Some(role.account()),
        Caller::Service | Caller::Other => None,
    })
}
