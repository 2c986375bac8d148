//! All events of a trail, folded into what each execution role was seen to do.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::access::{Access, Observed};
use super::event::{Caller, Event, EventId, NotAnEvent};
use super::evidence::{Evidence, day, spanning};
use super::known::Known;
use super::observe::{Observation, SetAside, observe};
use super::recorded::Recorded;
use super::site::CallSite;
use crate::catalog::Catalog;
use crate::iam::{Action, RoleId};

/// What one role was seen to do.
#[derive(Clone, Debug, Default)]
pub struct RoleUse {
    /// Authorised accesses by where they came from.
    pub used: BTreeMap<(CallSite, Access), Evidence>,
    /// Accesses that IAM said no to.
    pub denied: BTreeMap<Access, Evidence>,
    /// Events by where they came from: authorised ones, those without an access included.
    pub used_events: BTreeMap<CallSite, u64>,
    /// Events that IAM said no to.
    pub denied_events: u64,
    /// Authorised events that nothing attributes to an action, by source and name.
    pub unattributed: BTreeMap<(String, String), Evidence>,
    /// What the authorised accesses of an action have in common in their context, by where they came from.
    pub known: BTreeMap<(CallSite, Action), Known>,
    /// Events by session name; Lambda names a session after the function.
    pub sessions: BTreeMap<String, u64>,
    /// The times of the first and the last event.
    pub span: Option<(Timestamp, Timestamp)>,
}

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
    /// What became of each event.
    pub counts: Counts,
    /// What the trail has events of, by whomever.
    pub recorded: Recorded,
    /// The days in UTC of which the trail has any event, by whomever.
    pub days: BTreeSet<Date>,
    seen: HashSet<Delivered>,
}

/// What tells a copy of an event from another event: the id, and beside it source, name and time, so that no
/// call is lost where ids were made up on the way here.
type Delivered = (EventId, String, String, Option<Timestamp>);

impl Usage {
    /// More days than CloudTrail has existed.
    const DAYS: usize = 10_000;

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
                self.role(event, |role, site| role.add_used(event, site, accesses));
            }
            Observation::Denied { wanted, .. } => {
                self.counts.denied += 1;
                self.role(event, |role, _| role.add_denied(event, wanted));
            }
            Observation::Unattributed => {
                self.counts.unattributed += 1;
                self.role(event, |role, _| {
                    let name = (event.source.to_string(), event.name.to_string());
                    add(&mut role.unattributed, name, event);
                });
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

    fn role(&mut self, event: &Event<'_>, add: impl FnOnce(&mut RoleUse, CallSite)) {
        let Caller::Session { role, name } = &event.caller else {
            return;
        };
        let site = CallSite::of(event, name);
        let role = self.roles.entry(role.clone()).or_default();
        *role.sessions.entry(name.clone()).or_default() += 1;
        role.span = spanning(role.span, event.time.map(|time| (time, time)));
        add(role, site);
    }
}

impl RoleUse {
    fn add_used(&mut self, event: &Event<'_>, site: CallSite, accesses: Vec<Observed>) {
        *self.used_events.entry(site.clone()).or_default() += 1;
        for Observed { access, context } in accesses {
            let known = Known::of(&access, &context);
            self.known
                .entry((site.clone(), access.action.clone()))
                .and_modify(|before| before.and(&known))
                .or_insert(known);
            add(&mut self.used, (site.clone(), access), event);
        }
    }

    fn add_denied(&mut self, event: &Event<'_>, accesses: Vec<Observed>) {
        self.denied_events += 1;
        for Observed { access, .. } in accesses {
            add(&mut self.denied, access, event);
        }
    }
}

fn add<K: Ord>(to: &mut BTreeMap<K, Evidence>, key: K, event: &Event<'_>) {
    to.entry(key)
        .and_modify(|known| known.note(event))
        .or_insert_with(|| Evidence::of(event));
}
