//! What a proposal rests on.

use jiff::civil::Date;

use crate::catalog::Catalog;
use crate::evaluation::Granted;
use crate::iam::{Arn, Role};
use crate::lambda::{Seen, inside_and_outside};
use crate::usage::{Access, Evidence, Usage};

use super::NoProposal;
use super::gather::needs;
use super::need::Need;
use super::neighbours::Neighbours;

/// All that is known beside the role.
#[derive(Debug)]
pub struct Known<'a> {
    /// What the trail shows.
    pub usage: &'a Usage,
    /// What AWS has.
    pub catalog: &'a Catalog,
    /// What is known to be somebody else's.
    pub neighbours: Neighbours,
}

impl<'a> Known<'a> {
    /// What a trail shows, what AWS has, and the ARNs of what else the account has: its functions, say. No pattern is
    /// proposed that would let a role at one of those without having used it.
    #[must_use]
    pub fn new(
        usage: &'a Usage,
        catalog: &'a Catalog,
        account: impl IntoIterator<Item = &'a Arn>,
    ) -> Self {
        Known {
            usage,
            catalog,
            neighbours: Neighbours::new(usage, account),
        }
    }
}

/// What a role was granted, what was seen of it, and what has to be kept: a proposal's premises.
#[derive(Clone, Debug)]
pub struct Premises {
    /// What the role's policies allow.
    pub granted: Granted,
    /// How many calls show what a function does with the role.
    pub calls: u64,
    /// What was seen.
    pub seen: Seen,
    /// The days in UTC of which the trail has any event, by whomever, in order.
    pub days: Vec<Date>,
    /// Everything that must stay allowed where it is granted.
    pub needs: Vec<Need>,
    /// Authorised accesses whose action the role's own policies do not grant at all: a resource-based policy
    /// did, or a policy that was changed since.
    pub missing: Vec<(Access, Evidence)>,
}

impl Premises {
    /// What is known of a role, or why that is not enough for a proposal.
    pub(super) fn of(role: &Role, known: &Known<'_>) -> Result<Self, NoProposal> {
        let used = known.usage.roles.get(&role.id);
        let used = used.ok_or(NoProposal::NoEvidence)?;
        let granted = Granted::of_role(role)?;
        let seen = inside_and_outside(role, used);
        let outside: u64 = seen.quarantined.iter().map(|outside| outside.events).sum();
        let calls: u64 = used.used_events.values().sum::<u64>() - outside;
        if calls == 0 {
            let events = used.sessions.values().sum();
            return Err(NoProposal::NoUse { events });
        }
        if granted.grant().allow.is_empty() {
            return Err(NoProposal::GrantsNothing);
        }
        let (needs, missing) = needs(&granted, &seen, (known.catalog, &known.usage.sources));
        Ok(Premises {
            granted,
            calls,
            seen,
            days: known.usage.days.iter().copied().collect(),
            needs,
            missing,
        })
    }
}
