//! `tightrope split`: a role that several functions share, divided into one policy a function.

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;

use super::decisions::Decided;
use super::evidence::{Evidence, asked_roles, known};
use super::wishes::Wishes;
use super::{Done, print, proposals};
use crate::minimize::split;
use crate::report::{Reading, SplitReport, Verdict, split_to_json, split_to_terminal};

/// What to divide.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    evidence: Evidence,

    /// The role, by its name
    #[arg(long, value_name = "NAME")]
    role: String,

    /// Of how many percent of the role's calls the function has to be known
    #[arg(long, value_name = "PERCENT", default_value_t = 90, value_parser = clap::value_parser!(u8).range(0..=100))]
    least_attributed: u8,

    #[command(flatten)]
    decided: Decided,

    #[command(flatten)]
    wishes: Wishes,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,

    /// Also write `<role>/<function>/policy.json`, `proposal.json` and `diff.md` into this folder
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
    let roles = asked_roles(&account, std::slice::from_ref(&args.role))?;
    let [role] = roles.as_slice() else {
        bail!("the account data has more than one role {}", args.role);
    };
    let log = args.evidence.log(&account, &roles)?;
    let reading = Reading {
        account_problems: account.problems.clone(),
        ..log.reading.clone()
    };
    let known = known(&account, &log, trails).deciding(args.decided.of(&log.usage)?);
    let settings = args.wishes.settings();
    let parts = split(role, &known, (&settings, args.least_attributed))?;
    let report = SplitReport::new(role, &known, (&settings, parts), reading);
    if let Some(folder) = &args.out {
        let folder = folder.join(role.id.name());
        for (part, name) in report.parts.iter().zip(report.folders()) {
            proposals::write_role(&folder.join(name), &part.report)?;
        }
    }
    print(&match args.format {
        Format::Terminal => split_to_terminal(&report),
        Format::Json => split_to_json(&report),
    })?;
    let mut parts = report.parts.iter();
    let smaller = parts.any(|part| matches!(part.report.verdict, Verdict::Smaller(..)));
    Ok(if smaller { Done::Findings } else { Done::Fine })
}
