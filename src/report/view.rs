//! The view model: results with what a reader needs beside them, in no format yet.

use crate::catalog::Catalog;
use crate::diff::{Diff, Setting, diff};
use crate::evaluation::Granted;
use crate::iam::{PolicySize, Role};
use crate::lambda::{Function, FunctionSeen, NamedFunction, Seen};
use crate::minimize::{Known, NoProposal, VerifiedProposal, size_before};
use crate::risk::{Change, Own, change, paths};
use crate::usage::{Counts, On};

/// The result of a whole run.
#[derive(Debug, Default)]
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

/// A function that used a role, or could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionUse {
    /// The function.
    pub function: NamedFunction,
    /// What was seen of it.
    pub seen: FunctionSeen,
}

/// One role.
#[derive(Debug)]
pub struct RoleReport {
    /// The role.
    pub role: Role,
    /// Its policies together, before.
    pub size_before: PolicySize,
    /// The functions that were seen, and those that the account data names, seen or not, by name.
    pub functions: Vec<FunctionUse>,
    /// What was seen, by who did it.
    pub seen: Seen,
    /// The proposal, or why there is none.
    pub verdict: Verdict,
    /// What becomes of the ways from what the role is granted to more. Without a proposal they remain.
    pub escalation: Change,
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
        known: &Known<'_>,
        result: Result<VerifiedProposal, NoProposal>,
    ) -> Self {
        let seen = known.seen(role);
        let functions = known.functions_of(&role.id);
        RoleReport {
            size_before: size_before(role),
            functions: function_use(&seen, &functions),
            seen,
            escalation: escalation(role, &result, &own(role, &functions), known.catalog),
            verdict: verdict(role, result, known.catalog),
            role: role.clone(),
        }
    }

    /// Where examples are set that show what a proposal takes away.
    pub(super) fn setting(&self, proposal: &VerifiedProposal) -> Setting {
        setting(&self.role, proposal)
    }

    /// How many events from outside of a function are quarantined.
    #[must_use]
    pub fn quarantined(&self) -> u64 {
        let outside = self.seen.quarantined.iter();
        outside.map(|outside| outside.what.used_events).sum()
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
    let setting = setting(role, &proposal);
    let (before, after) = (
        proposal.premises().granted.grant(),
        proposal.proposed().grant(),
    );
    let diff = diff(&before, &after, catalog, &setting);
    Verdict::Smaller(Box::new(proposal), Box::new(diff))
}

/// What whoever holds the role's permissions has already.
fn own(role: &Role, functions: &[&Function]) -> Own {
    Own {
        role: Some(role.arn.clone()),
        functions: functions
            .iter()
            .map(|function| function.arn.clone())
            .collect(),
    }
}

fn escalation(
    role: &Role,
    result: &Result<VerifiedProposal, NoProposal>,
    own: &Own,
    catalog: &Catalog,
) -> Change {
    let paths = |granted: &Granted| paths(granted, own, catalog);
    match result {
        Ok(proposal) => change(
            paths(&proposal.premises().granted),
            paths(proposal.proposed()),
        ),
        Err(_) => {
            let remaining = Granted::of_role(role).map(|granted| paths(&granted));
            Change {
                remaining: remaining.unwrap_or_default(),
                ..Change::default()
            }
        }
    }
}

/// Where examples are set: in the role's account, and a Region that it worked in.
fn setting(role: &Role, proposal: &VerifiedProposal) -> Setting {
    Setting {
        account: role.id.account(),
        region: region(proposal),
    }
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

fn function_use(seen: &Seen, known: &[&Function]) -> Vec<FunctionUse> {
    let mut all = seen.functions.clone();
    for function in known {
        all.entry(NamedFunction::Arn(function.arn.clone()))
            .or_default();
    }
    let mut all: Vec<_> = all
        .into_iter()
        .map(|(function, seen)| FunctionUse { function, seen })
        .collect();
    all.sort_by(|a, b| a.function.name().cmp(b.function.name()));
    all
}
