//! What a trail could have seen, and what not: no data never means no use.
//!
//! Two things say what was recorded. Event selectors say it exactly, as far as they were given. Else the log itself does: an
//! event of a class is there, by whomever, in an account and a region. That proves that the class is recorded *there*, and not
//! that it is recorded for every resource, so that [`Seen`] tells the two apart. What neither says is unknown, and counts as
//! not seen.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html>

mod advanced;
mod basic;
mod changes;
mod class;
mod digest;
mod gaps;
mod selectors;
mod share;
mod sources;
mod trail;
mod unobservable;
mod why;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::catalog::Catalog;
use crate::iam::AccountId;
use crate::usage::{DaySet, Recorded, RegionLog};

pub use changes::{Change, Gain};
pub use class::{EventClass, Half};
pub use digest::{Checked, Digest, Finding, Found, Hash, Keys, NotDigest, check, hexadecimal};
pub use gaps::{BUSY, ENOUGH, Extent, Gap, Missing};
pub use selectors::{NotTrails, Trails};
pub use share::Share;
pub use sources::sources_of;
pub use trail::{Reach, Selected, Selector, Trail};
pub use unobservable::{BlindOn, Unobservable};
pub use why::{Reason, Why};

/// What a trail could have seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    log: Recorded,
    trails: Vec<Trail>,
    /// What is known to be missing by other means than the log itself.
    damage: Vec<Gap>,
}

/// Whether the events of a class were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Nothing says so.
    Unknown,
    /// They were not.
    No,
    /// The log has one, which does not prove it of every resource.
    InLog,
    /// They were, of some resources, or of all services but some.
    InPart,
    /// They were.
    Yes,
}

impl Coverage {
    /// What a log proves by what it has.
    #[must_use]
    pub fn of_log(log: &Recorded) -> Self {
        Coverage {
            log: log.clone(),
            ..Coverage::default()
        }
    }

    /// With what these trails are told to record. They may be all of a log's trails or some.
    #[must_use]
    pub fn recorded_by(mut self, trails: impl IntoIterator<Item = Trail>) -> Self {
        self.trails.extend(trails);
        self
    }

    /// With parts of the log that are known to be missing.
    #[must_use]
    pub fn without(mut self, missing: impl IntoIterator<Item = Gap>) -> Self {
        self.damage.extend(missing);
        self
    }

    /// What is known of the trails, in the order in which it was given.
    #[must_use]
    pub fn trails(&self) -> &[Trail] {
        &self.trails
    }

    /// The accounts that the log has anything of, in order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> + '_ {
        self.log.accounts()
    }

    /// The regions that the log has anything of in an account, in order.
    pub fn regions(&self, account: AccountId) -> impl Iterator<Item = &str> {
        self.log.regions(account).map(|(region, _)| region)
    }

    /// Whether a call in this region of this account would be in the log: it has something of the region, or a trail records
    /// management events there.
    #[must_use]
    pub fn is_region_seen(&self, account: AccountId, region: &str) -> bool {
        let records = |trail: &&Trail| {
            let manages = |half| trail.manages(half, None);
            trail.is_in(region, false) && Half::BOTH.into_iter().any(manages)
        };
        self.region(account, region).is_some()
            || self.trails_of(account).any(|trail| records(&trail))
    }

    /// The Regions in which alone an account's trails record management events, if they are described and that is not everywhere.
    /// The event history is asked of every Region.
    #[must_use]
    pub fn confined(&self, account: AccountId) -> Option<Vec<String>> {
        let manages = |trail: &&Trail| Half::BOTH.into_iter().any(|half| trail.manages(half, None));
        let everywhere = |trail: &Trail| {
            trail.is_event_history() || trail.reach.is_none_or(|reach| reach.every_region)
        };
        let mut trails: Vec<_> = self.trails_of(account).filter(manages).collect();
        if trails.is_empty() || trails.iter().any(|trail| everywhere(trail)) {
            return None;
        }
        trails.sort_by(|a, b| a.arn.region().cmp(b.arn.region()));
        trails.dedup_by(|a, b| a.arn.region() == b.arn.region());
        let names = trails.iter().map(|trail| trail.arn.region().to_owned());
        Some(names.collect())
    }

    /// The first and the last day, in UTC, that the log has an event of.
    #[must_use]
    pub fn window(&self) -> Option<(Date, Date)> {
        let days = || {
            self.accounts()
                .filter_map(|account| self.window_of(account))
        };
        let first = days().map(|(first, _)| first).min()?;
        Some((first, days().map(|(_, last)| last).max()?))
    }

    /// The first and the last day, in UTC, that the log has an event of in an account.
    #[must_use]
    pub fn window_of(&self, account: AccountId) -> Option<(Date, Date)> {
        let days = || {
            let regions = self.log.regions(account);
            regions.flat_map(|(_, log)| log.hours.keys().copied())
        };
        Some((days().min()?, days().max()?))
    }

    /// Whether the log has an event of this day, in UTC, in any region of an account.
    #[must_use]
    pub fn has_events(&self, account: AccountId, day: Date) -> bool {
        let mut regions = self.log.regions(account);
        regions.any(|(_, log)| log.hours.contains_key(&day))
    }

    /// The classes that a region of an account is known to have events of, or to record, in order.
    #[must_use]
    pub fn classes(
        &self,
        account: AccountId,
        region: &str,
        catalog: &Catalog,
    ) -> BTreeSet<EventClass> {
        let log = self.region(account, region);
        let types: BTreeSet<&str> = catalog
            .unobservable()
            .flat_map(|row| row.types.iter().copied())
            .collect();
        let in_log = log.into_iter().flat_map(|log| log.data.keys());
        let in_log = in_log.filter(|of| types.contains(&***of)).cloned();
        let network = log.into_iter().flat_map(|log| log.network.keys()).cloned();
        let selectors = self
            .trails_in(account, region)
            .flat_map(|trail| &trail.selectors);
        let selected = selectors.filter_map(|selector| match &selector.of {
            Selected::Management { .. } => None,
            Selected::Data { resource_type, .. } => {
                Some(EventClass::Data(resource_type.as_str().into()))
            }
            Selected::NetworkActivity { source } => {
                Some(EventClass::NetworkActivity(source.as_str().into()))
            }
        });
        let management = Half::BOTH.into_iter().map(EventClass::Management);
        let in_log = in_log.map(EventClass::Data);
        let of_log = in_log.chain(network.map(EventClass::NetworkActivity));
        management.chain(of_log).chain(selected).collect()
    }

    /// Whether the events of a class are recorded in a region of an account, at all.
    #[must_use]
    pub fn seen(&self, account: AccountId, region: &str, class: &EventClass) -> Seen {
        let told = self.told(account, region, class);
        match told {
            Some(Seen::No) | None if self.days_in_log(account, region, class).is_some() => {
                Seen::InLog
            }
            Some(told) => told,
            None => Seen::Unknown,
        }
    }

    /// Whether the events of a class were recorded in a region of an account on a day in UTC.
    #[must_use]
    pub fn seen_on(
        &self,
        (account, region): (AccountId, &str),
        class: &EventClass,
        day: Date,
    ) -> Seen {
        let told = self.told(account, region, class);
        let told = told.filter(|_| self.changed(account).is_none_or(|changed| changed < day));
        let in_log = self.days_in_log(account, region, class);
        match told {
            Some(Seen::No) | None if in_log.is_some_and(|days| days.contains(day)) => Seen::InLog,
            Some(told) => told,
            None => Seen::Unknown,
        }
    }

    /// What the trails are told; `None` when none is known for the account.
    fn told(&self, account: AccountId, region: &str, class: &EventClass) -> Option<Seen> {
        self.trails_of(account).next()?;
        let trails = || self.trails_in(account, region);
        Some(match class {
            EventClass::Management(half) => {
                match trails().any(|trail| trail.manages(*half, None)) {
                    true if self.excluded(account, region, *half).is_empty() => Seen::Yes,
                    true => Seen::InPart,
                    false => Seen::No,
                }
            }
            EventClass::Data(of) => {
                let share = |half| {
                    let shares = trails().map(|trail| trail.data(half, of));
                    shares.fold(Share::nothing(), Share::or)
                };
                let [reads, writes] = Half::BOTH.map(share);
                match (
                    reads.is_nothing() && writes.is_nothing(),
                    reads.and(writes).is_everything(),
                ) {
                    (true, _) => Seen::No,
                    (_, true) => Seen::Yes,
                    _ => Seen::InPart,
                }
            }
            EventClass::NetworkActivity(of) => match trails().any(|trail| trail.network(of)) {
                true => Seen::InPart,
                false => Seen::No,
            },
        })
    }

    /// The event sources that every trail that records management events of a half leaves out.
    fn excluded(&self, account: AccountId, region: &str, half: Half) -> BTreeSet<&str> {
        let trails = || {
            self.trails_in(account, region)
                .filter(|trail| trail.manages(half, None))
        };
        let named = trails().flat_map(|trail| &trail.selectors);
        let named = named.filter_map(|selector| match &selector.of {
            Selected::Management { excluded } => Some(excluded.iter().map(String::as_str)),
            _ => None,
        });
        let left_out = |source: &&str| !trails().any(|trail| trail.manages(half, Some(source)));
        named.flatten().filter(left_out).collect()
    }

    /// The days on which the log has an event of a class; `None` when it has none at all.
    fn days_in_log(&self, account: AccountId, region: &str, class: &EventClass) -> Option<&DaySet> {
        let log = self.region(account, region)?;
        match class {
            EventClass::Management(Half::Read) => log.reads.as_ref(),
            EventClass::Management(Half::Write) => log.writes.as_ref(),
            EventClass::Data(of) => log.data.get(of),
            EventClass::NetworkActivity(of) => log.network.get(of),
        }
    }

    fn region(&self, account: AccountId, region: &str) -> Option<&RegionLog> {
        let mut regions = self.log.regions(account);
        regions
            .find(|(name, _)| *name == region)
            .map(|(_, log)| log)
    }

    fn trails_of(&self, account: AccountId) -> impl Iterator<Item = &Trail> {
        self.trails.iter().filter(move |trail| trail.is_of(account))
    }

    fn trails_in(&self, account: AccountId, region: &str) -> impl Iterator<Item = &Trail> {
        let is_seen = self.region(account, region).is_some();
        self.trails_of(account)
            .filter(move |trail| trail.is_in(region, is_seen))
    }

    /// The last day after the first on which what the account's trails record was changed: until then they may have been
    /// told otherwise.
    fn changed(&self, account: AccountId) -> Option<Date> {
        let (first, _) = self.window_of(account)?;
        let changeable = self
            .trails_of(account)
            .filter(|trail| !trail.is_event_history());
        let owners = changeable.filter_map(|trail| trail.arn.account());
        let changed = owners.filter_map(|owner| self.log.changed(owner));
        changed.max().filter(|changed| *changed > first)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_gaps;
#[cfg(test)]
mod tests_of_selectors;
