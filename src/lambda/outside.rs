//! Use of a role's credentials from outside of a function.

use std::collections::{BTreeMap, BTreeSet};

use crate::iam::Role;
use crate::usage::{Access, CallSite, Evidence, RoleUse};

/// Calls that were made with a function's credentials, and not by a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The session that the credentials belong to.
    pub session: String,
    /// Where the calls came from.
    pub address: String,
    /// The program that made them.
    pub agent: String,
    /// How many calls were authorised.
    pub events: u64,
    /// What they did.
    pub accesses: Vec<(Access, Evidence)>,
}

/// Splits what a role was seen to do into the function's own use and use from outside.
///
/// A call is from outside when all of this holds: nobody but Lambda may take the role; other calls with the
/// role bear Lambda's mark, so that its runtime sets it; this call was made by a tool that writes the mark
/// where it is set, and has none; and it came from an address that no marked call came from. If any of it
/// is in doubt the call counts as the function's: wrongly quarantined use would be an outage.
#[must_use]
pub fn inside_and_outside(
    role: &Role,
    seen: &RoleUse,
) -> (Vec<(Access, Evidence)>, Vec<Quarantined>) {
    let only_lambda = role.trust.others().next().is_none();
    let marked: BTreeSet<&str> = seen
        .used_events
        .keys()
        .filter_map(|site| match site {
            CallSite::Function { address } => Some(address.as_str()),
            _ => None,
        })
        .collect();
    let outside = |site: &CallSite| match site {
        CallSite::Elsewhere { address, .. } => {
            only_lambda && !marked.is_empty() && !marked.contains(address.as_str())
        }
        _ => false,
    };
    let mut inside: BTreeMap<Access, Evidence> = BTreeMap::new();
    for ((_, access), evidence) in seen.used.iter().filter(|((site, _), _)| !outside(site)) {
        let known = inside.entry(access.clone());
        known
            .and_modify(|known| known.merge(evidence))
            .or_insert_with(|| evidence.clone());
    }
    let quarantined = seen.used_events.iter().filter(|(site, _)| outside(site));
    let quarantined = quarantined.filter_map(|(site, events)| quarantine(site, *events, seen));
    (inside.into_iter().collect(), quarantined.collect())
}

fn quarantine(site: &CallSite, events: u64, seen: &RoleUse) -> Option<Quarantined> {
    let CallSite::Elsewhere {
        session,
        address,
        agent,
    } = site
    else {
        return None;
    };
    let here = seen.used.iter().filter(|((at, _), _)| at == site);
    Some(Quarantined {
        session: session.clone(),
        address: address.clone(),
        agent: agent.clone(),
        events,
        accesses: here
            .map(|((_, access), evidence)| (access.clone(), evidence.clone()))
            .collect(),
    })
}
