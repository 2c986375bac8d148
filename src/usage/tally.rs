//! All events of a trail, folded into what each execution role was seen to do.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::assumed::Assumed;
use super::event::{Event, EventId, NotAnEvent};
use super::evidence::day;
use super::identity::{Caller, SessionName};
use super::observe::{Observation, SetAside, observe};
use super::recorded::Recorded;
use super::role_use::{RoleUse, Use};
use crate::catalog::Catalog;
use crate::iam::RoleId;

/// Which roles are looked at.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The execution roles to propose for.
    pub asked: BTreeSet<RoleId>,
    /// The execution roles that exist beside those.
    pub others: BTreeSet<RoleId>,
}

/// How many events were read and what became of them; every one is in exactly one of the counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that show what a role used. Those from outside a function, which a role's proposal tells apart,
    /// are among them.
    pub used: u64,
    /// Calls that IAM said no to.
    pub denied: u64,
    /// Calls that were authorised for nobody knows what.
    pub unattributed: u64,
    /// Events that say nothing of the roles.
    pub set_aside: BTreeMap<SetAside, u64>,
    /// Further copies of events of the roles.
    pub duplicates: u64,
    /// Records that could not be read as events, and parts of the trail that could not be read as records.
    pub not_understood: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn events(&self) -> u64 {
        let aside: u64 = self.set_aside.values().sum();
        self.used + self.denied + self.unattributed + aside + self.duplicates + self.not_understood
    }
}

/// What a trail shows of the roles in scope.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    scope: Scope,
    /// By role, for those of which anything was seen.
    pub roles: BTreeMap<RoleId, RoleUse>,
    /// By whom each role that is asked for was taken, as far as STS's events are in the trail.
    pub assumed: BTreeMap<RoleId, Assumed>,
    /// What became of each event.
    pub counts: Counts,
    /// What the trail has events of, by whomever.
    pub recorded: Recorded,
    /// The days in UTC of which the trail has any event, by whomever.
    pub days: BTreeSet<Date>,
    seen: HashSet<Delivered>,
    taken: usize,
}

/// What tells a copy of an event from another event: the id, and beside it source, name and time, so that no
/// call is lost where ids were made up on the way here.
type Delivered = (EventId, String, String, Option<Timestamp>);

impl Usage {
    /// More days than CloudTrail has existed.
    const DAYS: usize = 10_000;

    /// More sessions than these are not told apart by who took the role for them: some 20 MB.
    const TAKEN: usize = 1 << 17;

    /// Nothing seen yet.
    #[must_use]
    pub fn new(scope: Scope) -> Self {
        Usage {
            scope,
            ..Usage::default()
        }
    }

    /// Takes one record.
    ///
    /// # Errors
    /// When the record is not an event; it is counted all the same.
    pub fn push(&mut self, record: &[u8], catalog: &Catalog) -> Result<(), NotAnEvent> {
        match Event::parse(record) {
            Ok(event) => {
                self.take(&event, catalog);
                Ok(())
            }
            Err(error) => {
                self.counts.not_understood += 1;
                Err(error)
            }
        }
    }

    /// The names of all sessions of the roles that are asked for.
    #[must_use]
    pub fn sessions(&self) -> BTreeSet<&SessionName> {
        let sites = self.roles.values().flat_map(|role| role.by.keys());
        sites.map(|site| &site.session).collect()
    }

    /// Counts a part of the trail that could not be read as one event, which it was at least.
    pub fn count_unreadable(&mut self) {
        self.counts.not_understood += 1;
    }

    fn take(&mut self, event: &Event<'_>, catalog: &Catalog) {
        self.recorded.note(event);
        if let Some(day) = event.time.map(day)
            && self.days.len() < Self::DAYS
        {
            self.days.insert(day);
        }
        self.note_taken(event);
        if let Some(reason) = self.out_of_scope(event) {
            return self.set_aside(reason);
        }
        // Only copies of the roles' own events are told; of others it does not matter.
        if matches!(event.caller, Caller::Session { .. }) && !self.is_new(event) {
            self.counts.duplicates += 1;
            return;
        }
        match observe(event, catalog) {
            Observation::SetAside(reason) => self.set_aside(reason),
            Observation::Used(accesses) => {
                self.counts.used += 1;
                self.role(event, |part| part.add_used(event, accesses));
            }
            Observation::Denied { wanted, .. } => {
                self.counts.denied += 1;
                self.role(event, |part| part.add_denied(event, wanted));
            }
            Observation::Unattributed => {
                self.counts.unattributed += 1;
                self.role(event, |part| part.add_unattributed(event));
            }
        }
    }

    /// Whether this is the first copy of the event. One without an id is never taken for a copy.
    fn is_new(&mut self, event: &Event<'_>) -> bool {
        let delivered = |id: &EventId| {
            (
                id.clone(),
                event.source.to_string(),
                event.name.to_string(),
                event.time,
            )
        };
        event
            .id
            .as_ref()
            .is_none_or(|id| self.seen.insert(delivered(id)))
    }

    /// Calls of sessions are told apart by their role; everything else is left to [`observe`].
    fn out_of_scope(&self, event: &Event<'_>) -> Option<SetAside> {
        match &event.caller {
            Caller::Session { role, .. } if self.scope.asked.contains(role) => None,
            Caller::Session { role, .. } if self.scope.others.contains(role) => {
                Some(SetAside::OtherRole)
            }
            Caller::Session { .. } => Some(SetAside::OtherPrincipal),
            Caller::Service | Caller::Other => None,
        }
    }

    fn set_aside(&mut self, reason: SetAside) {
        *self.counts.set_aside.entry(reason).or_default() += 1;
    }

    fn role(&mut self, event: &Event<'_>, add: impl FnOnce(&mut Use)) {
        let Caller::Session { role, name } = &event.caller else {
            return;
        };
        let part = self.roles.entry(role.clone()).or_default().of(event, name);
        part.note(event);
        add(part);
    }

    fn note_taken(&mut self, event: &Event<'_>) {
        if let Some(taken) = Assumed::taken(event)
            && self.scope.asked.contains(&taken.role)
        {
            let assumed = self.assumed.entry(taken.role.clone()).or_default();
            match self.taken < Self::TAKEN {
                true => assumed.note(taken),
                false => assumed.leave_out(),
            }
            self.taken += 1;
        }
    }
}
