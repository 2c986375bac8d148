//! `tightrope status`: what a trail could have seen, and what not.

use std::path::PathBuf;

use clap::ValueEnum;

use super::reading::{Matters, Trailing};
use super::{Done, print};
use crate::account::{Account, Sources};
use crate::catalog::Catalog;
use crate::coverage::Checked;
use crate::evaluation::Granted;
use crate::iam::AccountId;
use crate::report::{Reading, Status, status_to_json, status_to_terminal};
use crate::trail;
use crate::usage::Scope;

/// What to read and how to print it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    trailing: Trailing,

    /// The output of `aws cloudtrail get-event-selectors` or `describe-trails`, or a folder of such outputs: what the trails
    /// record; may be repeated
    #[arg(long, value_name = "PATH")]
    event_selectors: Vec<PathBuf>,

    /// The output of `aws iam get-account-authorization-details`: then also which change of the trails would make most
    /// permissions of its Lambda execution roles decidable
    #[arg(long, value_name = "FILE")]
    account: Option<PathBuf>,

    /// The output of `aws cloudtrail list-public-keys` of a region, to check the signatures of digests; may be repeated
    #[arg(long, value_name = "FILE")]
    digest_keys: Vec<PathBuf>,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Terminal,
    /// For a program, in a versioned shape
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let catalog = Catalog::bundled();
    let (trails, mut remarks) = trail::read_trails(&args.event_selectors)?;
    let keys = trail::read_keys(&args.digest_keys)?;
    let roles = match &args.account {
        Some(path) => Some(granted(
            &Account::read(path, &Sources::default())?,
            &mut remarks,
        )),
        None => None,
    };
    let accounts = roles.iter().flatten().map(|(account, _)| *account);
    let matters = Matters {
        accounts: accounts.collect(),
        sources: None,
    };
    let log = args.trailing.read(Scope::default(), &matters)?;
    remarks.extend(unread(&log.reading));
    let listing = trail::find(&args.trailing.sources())?;
    let (checked, missing, unread) = trail::check_digests(&listing, &keys);
    remarks.extend(unread);
    if args.trailing.is_fetched() {
        remarks.push("digests are checked of files, not of what is fetched".to_owned());
    }
    let coverage = log.coverage(trails).without(missing);
    let changes = roles.map(|roles| {
        let roles = roles.iter().map(|(account, granted)| (*account, granted));
        coverage.changes(roles, catalog)
    });
    let status = Status {
        changes,
        digests: (checked != Checked::default()).then_some(checked),
        remarks,
        files: log.reading.files,
        events: log.reading.counts.events(),
        ..Status::new(&coverage, catalog)
    };
    print(&match args.format {
        Format::Terminal => status_to_terminal(&status),
        Format::Json => status_to_json(&status),
    })?;
    Ok(match status.has_findings() {
        true => Done::Findings,
        false => Done::Fine,
    })
}

/// What each execution role is granted.
fn granted(account: &Account, remarks: &mut Vec<String>) -> Vec<(AccountId, Granted)> {
    remarks.extend(account.problems.iter().cloned());
    let mut all = Vec::new();
    for role in account.execution_roles() {
        match Granted::of_role(role) {
            Ok(granted) => all.push((role.id.account(), granted)),
            Err(error) => remarks.push(format!("{}: {error}", role.id.name())),
        }
    }
    all
}

/// What could not be read of the trail, a line each.
fn unread(reading: &Reading) -> Vec<String> {
    let faults = reading.faults.iter();
    faults
        .map(|fault| format!("{}: {}", fault.file, fault.what))
        .collect()
}
