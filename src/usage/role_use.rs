//! What one role was seen to do, by who did it.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use super::access::{Access, Observed};
use super::event::Event;
use super::evidence::{Evidence, Span};
use super::identity::SessionName;
use super::known::Known;
use super::site::{CallSite, Place};
use crate::iam::Action;

/// What one role was seen to do, by who did it and where.
#[derive(Clone, Debug, Default)]
pub struct RoleUse {
    /// By who did it and where.
    pub by: BTreeMap<CallSite, Use>,
    /// The addresses that calls with Lambda's mark came from.
    pub addresses: Addresses,
    /// Events of places beyond the first thousand, which are told apart no further: they count as the function's.
    pub beyond: u64,
}

/// What was done, all together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Use {
    /// Authorised accesses.
    pub used: BTreeMap<Access, Evidence>,
    /// What the authorised accesses of an action have in common in their context.
    pub known: BTreeMap<Action, Known>,
    /// Accesses that IAM said no to.
    pub denied: BTreeMap<Access, Evidence>,
    /// Authorised events that nothing attributes to an action, by source and name.
    pub unattributed: BTreeMap<(String, String), Evidence>,
    /// The authorised events, those without an access included.
    pub used_events: u64,
    /// The events that IAM said no to.
    pub denied_events: u64,
    /// All of the events; `None` for none.
    pub all: Option<Evidence>,
}

/// Addresses, as many as are worth their memory.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    known: BTreeSet<IpAddr>,
    more: bool,
}

impl Addresses {
    /// More than these are no longer told apart: half a megabyte for a role.
    const MOST: usize = 1 << 14;

    fn note(&mut self, address: &str) {
        // What is no address is the name of a service, which no call from elsewhere has.
        let Ok(address) = address.parse() else { return };
        self.more |= self.known.len() >= Self::MOST && !self.known.contains(&address);
        if !self.more {
            self.known.insert(address);
        }
    }

    /// Whether a call may have come from this address: it did, or there were more than are known, or it is no address.
    #[must_use]
    pub fn may_hold(&self, address: &str) -> bool {
        let known = |address| self.known.contains(&address);
        self.more || address.parse().map_or(true, known)
    }
}

impl RoleUse {
    /// More places than these are not told apart by address and key. A function without Lambda's mark calls from ever new
    /// ones.
    const MOST: usize = 1_000;

    /// More sessions and versions than these are not told apart either: only what is no trail of functions has them.
    const MOST_SESSIONS: usize = 2 * Self::MOST;

    /// The use of the place that an event is of.
    pub(super) fn of(&mut self, event: &Event<'_>, session: &SessionName) -> &mut Use {
        let site = CallSite::of(event, session);
        if site.place == Place::Function {
            self.addresses.note(&event.address);
        }
        let site = self.with_room(site);
        self.by.entry(site).or_default()
    }

    /// The site, or one that tells less where there are too many.
    fn with_room(&mut self, site: CallSite) -> CallSite {
        let most = match site.key {
            Some(_) => Self::MOST,
            None => Self::MOST_SESSIONS,
        };
        if self.by.len() < most || self.by.contains_key(&site) {
            return site;
        }
        self.beyond += u64::from(matches!(site.place, Place::Elsewhere(_)));
        let by_session = CallSite {
            key: None,
            place: Place::Unmarked,
            ..site
        };
        let room = self.by.len() < Self::MOST_SESSIONS || self.by.contains_key(&by_session);
        match room {
            true => by_session,
            false => CallSite {
                session: SessionName::default(),
                issued_to: None,
                ..by_session
            },
        }
    }

    /// All of it together.
    #[must_use]
    pub fn all(&self) -> Use {
        let mut all = Use::default();
        self.by.values().for_each(|part| all.merge(part));
        all
    }
}

impl Use {
    /// How many events.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.all.as_ref().map_or(0, |all| all.events)
    }

    /// The times of the first and the last event.
    #[must_use]
    pub fn span(&self) -> Span {
        self.all.as_ref().and_then(|all| all.span)
    }

    /// Both together.
    pub fn merge(&mut self, other: &Use) {
        merge_all(&mut self.used, &other.used);
        merge_all(&mut self.denied, &other.denied);
        merge_all(&mut self.unattributed, &other.unattributed);
        for (action, more) in &other.known {
            self.known
                .entry(action.clone())
                .and_modify(|known| known.and(more))
                .or_insert_with(|| more.clone());
        }
        self.used_events += other.used_events;
        self.denied_events += other.denied_events;
        match (&mut self.all, &other.all) {
            (Some(all), Some(more)) => all.merge(more),
            (all @ None, more) => *all = more.clone(),
            (Some(_), None) => {}
        }
    }

    pub(super) fn note(&mut self, event: &Event<'_>) {
        match &mut self.all {
            Some(all) => all.note(event),
            None => self.all = Some(Evidence::of(event)),
        }
    }

    pub(super) fn add_used(&mut self, event: &Event<'_>, accesses: Vec<Observed>) {
        self.used_events += 1;
        for Observed { access, context } in accesses {
            let known = Known::of(&access, &context);
            self.known
                .entry(access.action.clone())
                .and_modify(|before| before.and(&known))
                .or_insert(known);
            add(&mut self.used, access, event);
        }
    }

    pub(super) fn add_denied(&mut self, event: &Event<'_>, accesses: Vec<Observed>) {
        self.denied_events += 1;
        for Observed { access, .. } in accesses {
            add(&mut self.denied, access, event);
        }
    }

    pub(super) fn add_unattributed(&mut self, event: &Event<'_>) {
        let name = (event.source.to_string(), event.name.to_string());
        add(&mut self.unattributed, name, event);
    }
}

fn add<K: Ord>(to: &mut BTreeMap<K, Evidence>, key: K, event: &Event<'_>) {
    to.entry(key)
        .and_modify(|known| known.note(event))
        .or_insert_with(|| Evidence::of(event));
}

fn merge_all<K: Ord + Clone>(to: &mut BTreeMap<K, Evidence>, from: &BTreeMap<K, Evidence>) {
    for (key, more) in from {
        to.entry(key.clone())
            .and_modify(|known| known.merge(more))
            .or_insert_with(|| more.clone());
    }
}
