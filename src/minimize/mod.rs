//! Granted × observed × needed → a verified proposal: the policy that keeps what a role needs of what it
//! has, and nothing else.
//!
//! The steps, each a file: `need` gathers what must stay allowed; `narrow` cuts it out of each
//! granted statement, so that nothing new can come in; `cover` writes the pieces as few statements; `pack`
//! lays them out within AWS's limits; `verify` proves the result from its printed text alone.

mod cover;
mod narrow;
mod need;
mod pack;
mod speaking;
mod verify;

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::evaluation::{Granted, UnknownGrant};
use crate::iam::{PolicySize, Role};
use crate::lambda::{Quarantined, inside_and_outside};
use crate::usage::{Access, Evidence, RoleUse, Usage};

pub use cover::{KeptStatement, WhyKept};
pub use need::{Ground, Need, NeededOn, Uses};
pub use pack::{Document, Layout, TooLarge};
pub use verify::{Refutation, Replay, VerifiedProposal};

/// What a role was granted, what was seen of it, and what has to be kept: a proposal's premises.
#[derive(Clone, Debug)]
pub struct Premises {
    /// What the role's policies allow.
    pub granted: Granted,
    /// How many calls show what a function does with the role.
    pub calls: u64,
    /// What they show.
    pub used: Vec<(Access, Evidence)>,
    /// What was done with the role's credentials from outside of a function.
    pub quarantined: Vec<Quarantined>,
    /// Everything that must stay allowed where it is granted.
    pub needs: Vec<Need>,
    /// Authorised accesses whose action the role's own policies do not grant at all: a resource-based policy
    /// did, or a policy that was changed since.
    pub missing: Vec<(Access, Evidence)>,
}

/// Why there is no proposal for a role.
#[derive(Clone, Debug, thiserror::Error)]
pub enum NoProposal {
    /// Nothing was seen of it.
    #[error(
        "no event of the role is in the trail: that is no evidence that it needs nothing. Give a trail that covers \
         its work, or remove the role if nobody uses it"
    )]
    NoEvidence,
    /// Nothing was seen of its functions but refused calls or calls from elsewhere.
    #[error("none of the {events} events of the role shows what its function uses")]
    NoUse {
        /// The events of the role.
        events: u64,
    },
    /// It is not known what it is granted.
    #[error(transparent)]
    UnknownGrant(#[from] UnknownGrant),
    /// It grants nothing, so there is nothing to make smaller.
    #[error("the role's policies grant nothing")]
    GrantsNothing,
    /// What it needs does not fit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// The proposal did not pass its own proof: a defect of this program, and never shown as a proposal.
    #[error("the proposal failed its proof and is withheld: {0}")]
    Refuted(#[from] Refutation),
}

/// Actions that were seen on more resources than this keep the resources that the role was granted; the
/// first of these that fits into AWS's limits is taken.
const MOST_RESOURCES: [usize; 5] = [usize::MAX, 64, 16, 4, 0];

/// The smaller policy for a role, proved, or why there is none.
///
/// # Errors
/// Each with what to do about it: no evidence, an unknown grant, nothing that fits.
pub fn minimize(
    role: &Role,
    usage: &Usage,
    catalog: &Catalog,
) -> Result<VerifiedProposal, NoProposal> {
    let seen = usage.roles.get(&role.id).ok_or(NoProposal::NoEvidence)?;
    let premises = premises(role, seen, (catalog, &usage.sources))?;
    let mut result = Err(NoProposal::GrantsNothing);
    for most in MOST_RESOURCES {
        let pieces = narrow::narrow(&premises, most);
        let statements = cover::cover(pieces);
        match pack::pack(statements) {
            Ok(layout) => return Ok(VerifiedProposal::prove(role, premises, layout)?),
            Err(too_large) => result = Err(too_large.into()),
        }
    }
    result
}

fn premises(
    role: &Role,
    seen: &RoleUse,
    facts: (&Catalog, &BTreeSet<String>),
) -> Result<Premises, NoProposal> {
    let granted = Granted::of_role(role)?;
    let (used, quarantined) = inside_and_outside(role, seen);
    let outside: u64 = quarantined.iter().map(|outside| outside.events).sum();
    let calls: u64 = seen.used_events.values().sum::<u64>() - outside;
    if calls == 0 {
        let events = seen.sessions.values().sum();
        return Err(NoProposal::NoUse { events });
    }
    if granted.grant().allow.is_empty() {
        return Err(NoProposal::GrantsNothing);
    }
    let (needs, missing) = need::needs(&granted, &used, facts);
    Ok(Premises {
        granted,
        calls,
        used,
        quarantined,
        needs,
        missing,
    })
}

/// The size of all policies of a role together, as IAM counts each.
#[must_use]
pub fn size_before(role: &Role) -> PolicySize {
    let inline = role.inline.iter().map(|policy| policy.document.as_ref());
    let attached = role
        .attached
        .iter()
        .filter_map(|policy| policy.default_version.as_ref());
    let documents = inline.chain(attached.map(|(_, document)| document.as_ref()));
    documents.filter_map(Result::ok).map(PolicySize::of).sum()
}

#[cfg(test)]
mod tests;
