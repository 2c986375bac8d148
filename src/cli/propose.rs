//! `tightrope propose`: a smaller policy for each Lambda execution role.

use std::path::PathBuf;

use clap::ValueEnum;

use super::decisions::Decided;
use super::evidence::{Evidence, asked_roles, known};
use super::wishes::Wishes;
use super::{Done, print, proposals};
use crate::account::Account;
use crate::iam::Role;
use crate::minimize::{Known, Settings, minimize_all};
use crate::report::{Reading, Report, RoleReport, Verdict, to_json, to_terminal};

/// What to read and how to print it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    evidence: Evidence,

    /// Only the role with this name; may be repeated
    #[arg(long, value_name = "NAME")]
    role: Vec<String>,

    #[command(flatten)]
    decided: Decided,

    #[command(flatten)]
    wishes: Wishes,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,

    /// Also write `<role>/policy.json`, `<role>/proposal.json` and `<role>/diff.md` into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Terminal,
    /// For a program, in a versioned shape
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let account = args.evidence.account()?;
    let trails = args.evidence.trails()?;
    let roles = asked_roles(&account, &args.role)?;
    let log = args.evidence.log(&account, &roles)?;
    let known = known(&account, &log, trails).deciding(args.decided.of(&log.usage)?);
    let roles = propose(&roles, &known, &args.wishes.settings());
    let report = report(roles, &account, log.reading.clone());
    if let Some(folder) = &args.out {
        proposals::write(folder, &report)?;
    }
    print(&match args.format {
        Format::Terminal => to_terminal(&report),
        Format::Json => to_json(&report),
    })?;
    let smaller = |role: &RoleReport| matches!(role.verdict, Verdict::Smaller(..));
    Ok(if report.roles.iter().any(smaller) {
        Done::Findings
    } else {
        Done::Fine
    })
}

/// What became of these roles of an account, with what was read of the trail.
pub(super) fn report(roles: Vec<RoleReport>, account: &Account, reading: Reading) -> Report {
    let reading = Reading {
        quarantined: roles.iter().map(RoleReport::quarantined).sum(),
        account_problems: account.problems.clone(),
        ..reading
    };
    Report { roles, reading }
}

/// A proposal for each role, or why there is none.
pub(super) fn propose(roles: &[&Role], known: &Known<'_>, settings: &Settings) -> Vec<RoleReport> {
    let proposals = minimize_all(roles, known, settings);
    let both = roles.iter().zip(proposals);
    both.map(|(role, proposal)| RoleReport::new(role, known, proposal))
        .collect()
}
