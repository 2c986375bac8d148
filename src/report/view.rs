//! The view model: results with what a reader needs beside them, in no format yet.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::diff::{Diff, Setting, diff};
use crate::iam::{PolicySize, Role};
use crate::minimize::{NoProposal, VerifiedProposal, size_before};
use crate::usage::{Access, Counts, Evidence, On, RoleUse};

/// The result of a whole run.
#[derive(Debug)]
pub struct Report {
    /// A report for each execution role, by name.
    pub roles: Vec<RoleReport>,
    /// What was read.
    pub reading: Reading,
}

/// What was read, and what became of it: the sum of the parts is the whole.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Log files that were read.
    pub files: u64,
    /// Digest files that were left aside.
    pub digest_files: u64,
    /// Insight files that were left aside.
    pub insight_files: u64,
    /// Files in the given folders that are not logs.
    pub other_files: u64,
    /// What became of each event. Quarantined events are counted in `quarantined` only.
    pub counts: Counts,
    /// Calls that were authorised and not made by a function.
    pub quarantined: u64,
    /// What could not be understood, with its place.
    pub faults: Vec<NotUnderstood>,
    /// What could not be read of the account, with its place.
    pub account_problems: Vec<String>,
}

/// Something in the trail that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUnderstood {
    /// The file, or `-` for standard input.
    pub file: String,
    /// What and where in it.
    pub what: String,
}

/// A function that used a role, as the name of the role's sessions tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionUse {
    /// The function's name.
    pub name: String,
    /// Events of its sessions.
    pub events: u64,
}

/// One role.
#[derive(Debug)]
pub struct RoleReport {
    /// The role.
    pub role: Role,
    /// Its policies together, before.
    pub size_before: PolicySize,
    /// The functions whose sessions were seen, and those that the account data names, seen or not.
    pub functions: Vec<FunctionUse>,
    /// The first and the last event.
    pub span: Option<(Timestamp, Timestamp)>,
    /// What IAM said no to.
    pub denied: Vec<(Access, Evidence)>,
    /// Authorised events that nothing attributes to an action.
    pub unattributed: Vec<((String, String), Evidence)>,
    /// The proposal, or why there is none.
    pub verdict: Verdict,
}

/// What is proposed for a role.
#[derive(Debug)]
pub enum Verdict {
    /// A smaller policy.
    Smaller(Box<VerifiedProposal>, Box<Diff>),
    /// The role's policies allow no more than what has to be kept.
    AsSmallAsItsWork(Box<VerifiedProposal>),
    /// None, and why.
    None(NoProposal),
}

impl Verdict {
    /// The proposal, if there is one.
    #[must_use]
    pub fn proposal(&self) -> Option<&VerifiedProposal> {
        match self {
            Verdict::Smaller(proposal, _) | Verdict::AsSmallAsItsWork(proposal) => Some(proposal),
            Verdict::None(_) => None,
        }
    }
}

impl RoleReport {
    /// Puts a role's result beside what a reader needs to judge it.
    #[must_use]
    pub fn new(
        role: &Role,
        (seen, functions): (Option<&RoleUse>, &[String]),
        result: Result<VerifiedProposal, NoProposal>,
        catalog: &Catalog,
    ) -> Self {
        let nothing = RoleUse::default();
        let seen = seen.unwrap_or(&nothing);
        RoleReport {
            size_before: size_before(role),
            functions: function_use(seen, functions),
            span: seen.span,
            denied: pairs(&seen.denied),
            unattributed: pairs(&seen.unattributed),
            verdict: verdict(role, result, catalog),
            role: role.clone(),
        }
    }

    /// How many events from outside of a function are quarantined.
    #[must_use]
    pub fn quarantined(&self) -> u64 {
        let proposal = self.verdict.proposal().map(VerifiedProposal::premises);
        let quarantined =
            proposal.map_or(&[] as &[_], |premises| premises.seen.quarantined.as_slice());
        quarantined.iter().map(|outside| outside.events).sum()
    }
}

fn verdict(
    role: &Role,
    result: Result<VerifiedProposal, NoProposal>,
    catalog: &Catalog,
) -> Verdict {
    let proposal = match result {
        Ok(proposal) if proposal.is_narrower() => proposal,
        Ok(proposal) => return Verdict::AsSmallAsItsWork(Box::new(proposal)),
        Err(none) => return Verdict::None(none),
    };
    let setting = Setting {
        account: role.id.account(),
        region: region(&proposal),
    };
    let (before, after) = (
        proposal.premises().granted.grant(),
        proposal.proposed().grant(),
    );
    let diff = diff(&before, &after, catalog, &setting);
    Verdict::Smaller(Box::new(proposal), Box::new(diff))
}

/// A region that the role worked in, for examples.
fn region(proposal: &VerifiedProposal) -> String {
    let resources = proposal
        .premises()
        .seen
        .used
        .iter()
        .flat_map(|(access, _)| &access.on);
    let regions = resources.filter_map(|on| match on {
        On::Exactly(arn) => Some(arn.region()).filter(|region| !region.is_empty()),
        _ => None,
    });
    regions.into_iter().next().unwrap_or("us-east-1").to_owned()
}

fn pairs<K: Clone>(map: &BTreeMap<K, Evidence>) -> Vec<(K, Evidence)> {
    map.iter()
        .map(|(key, evidence)| (key.clone(), evidence.clone()))
        .collect()
}

fn function_use(seen: &RoleUse, known: &[String]) -> Vec<FunctionUse> {
    let mut events: BTreeMap<&str, u64> = known.iter().map(|name| (name.as_str(), 0)).collect();
    events.extend(
        seen.sessions
            .iter()
            .map(|(name, events)| (name.as_str(), *events)),
    );
    let with_name = |(name, events): (&str, u64)| FunctionUse {
        name: name.to_owned(),
        events,
    };
    events.into_iter().map(with_name).collect()
}
