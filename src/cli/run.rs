//! `tightrope run`: the whole way, from a live account to proposals for all of its roles.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::evidence::{known, scope};
use super::fetching::Fetching;
use super::reading::{Matters, Trailing};
use super::wishes::Wishes;
use super::{Done, print, proposals, propose, say};
use crate::account::{Account, Sources};
use crate::iam::{AccountId, Role};
use crate::live::{self, Asked};
use crate::report::{
    AccountSummary, FailedAccount, Reading, Report, RoleReport, Summary, Verdict,
    summary_to_markdown, summary_to_metrics,
};
use crate::trail;

/// What to read and where to write.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It writes DIR/snapshot/<account>/ (as `account pull` does), DIR/<account>/<role>/policy.json, proposal.json \
        and diff.md, DIR/summary.md and DIR/metrics.jsonl. Over the same days and the same account, it writes the same bytes.\n\n\
        Examples:\n  tightrope run --region eu-central-1 --out out/\n  \
        tightrope run --region eu-central-1 --out out/ --trail s3://audit-logs/org --format metrics"
)]
pub(super) struct Args {
    /// The folder to write into
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Where the log is: `s3://BUCKET/PREFIX`, `lookup://`, a file or a folder; may be repeated. Without it, the buckets into which
    /// the account's trails write
    #[arg(long, value_name = "PATH")]
    trail: Vec<PathBuf>,

    /// Only roles whose names match, with `*` and `?`
    #[arg(long, value_name = "PATTERN")]
    role: Option<String>,

    /// Also ask IAM what each role last accessed, a few calls a role, and keep what it says was used
    #[arg(long)]
    last_accessed: bool,

    #[command(flatten)]
    wishes: Wishes,

    #[command(flatten)]
    fetching: Fetching,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The summary, for a reader
    Markdown,
    /// A line of CloudWatch's embedded metric format for each account
    Metrics,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let mut summary = Summary {
        accounts: Vec::new(),
        failed: Vec::new(),
    };
    let account = live::account(&args.fetching.connection())?;
    match of_account(args, account) {
        Ok(of_account) => summary.accounts.push(of_account),
        Err(error) => summary.failed.push(FailedAccount {
            name: account.to_string(),
            why: format!("{error:#}"),
        }),
    }
    let (markdown, metrics) = (summary_to_markdown(&summary), summary_to_metrics(&summary));
    write(&args.out.join("summary.md"), &markdown)?;
    write(&args.out.join("metrics.jsonl"), &metrics)?;
    print(match args.format {
        Format::Markdown => &markdown,
        Format::Metrics => &metrics,
    })?;
    if let Some(FailedAccount { name, why }) = summary.failed.first() {
        bail!("{name}: {why}");
    }
    let mut roles = summary.accounts.iter().flat_map(|of| &of.report.roles);
    let smaller = roles.any(|role| matches!(role.verdict, Verdict::Smaller(..)));
    Ok(if smaller { Done::Findings } else { Done::Fine })
}

fn of_account(args: &Args, id: AccountId) -> anyhow::Result<AccountSummary> {
    let snapshot = args.out.join("snapshot").join(id.to_string());
    let asked = Asked {
        connection: args.fetching.connection(),
        roles: args.role.clone(),
        last_accessed: args.last_accessed,
    };
    let pulled = live::pull(&asked, &snapshot)?;
    let not_covered: Vec<_> = pulled.not_covered.iter().map(ToString::to_string).collect();
    not_covered
        .iter()
        .for_each(|gap| say(&format!("not covered: {gap}")));
    if pulled.roles.is_none() {
        bail!("IAM could not be read");
    }
    let regions = pulled
        .regions
        .iter()
        .map(|region| snapshot.join(&region.name));
    let regions: Vec<_> = regions.filter(|folder| folder.is_dir()).collect();
    let sources = Sources {
        functions: regions.clone(),
        last_accessed: last_accessed(args, &snapshot),
        ..Sources::default()
    };
    let account = Account::read(&snapshot.join("account.json"), &sources)?;
    let roles: Vec<&Role> = account.execution_roles().collect();
    let mut summary = AccountSummary {
        account: id,
        report: Report {
            roles: Vec::new(),
            reading: Reading::default(),
        },
        extent: None,
        not_covered,
        until: args.fetching.end(),
    };
    if !roles.is_empty() {
        let (trails, remarks) = trail::read_trails(&regions)?;
        remarks.iter().for_each(|remark| say(remark));
        let log = trailing(args, &regions)?.read(scope(&account, &roles), &Matters::to(&roles))?;
        let known = known(&account, &log, trails);
        summary.extent = known.coverage.extent(id);
        summary.report.roles = propose::propose(&roles, &known, &args.wishes.settings());
        summary.report.reading = Reading {
            quarantined: summary
                .report
                .roles
                .iter()
                .map(RoleReport::quarantined)
                .sum(),
            account_problems: account.problems.clone(),
            ..log.reading.clone()
        };
    }
    let folder = args.out.join(id.to_string());
    proposals::write(&folder, &summary.report)?;
    proposals::remove_others(&folder, &summary.report)?;
    Ok(summary)
}

/// What IAM said, if it was asked and said anything.
fn last_accessed(args: &Args, snapshot: &Path) -> Vec<PathBuf> {
    let folder = snapshot.join("last-accessed");
    match args.last_accessed && folder.is_dir() {
        true => vec![folder],
        false => Vec::new(),
    }
}

/// Where the log is. What was asked of the event history is kept beside the rest: it takes long.
fn trailing(args: &Args, regions: &[PathBuf]) -> anyhow::Result<Trailing> {
    let mut paths = args.trail.clone();
    if paths.is_empty() {
        let buckets = trail::buckets(regions)?;
        paths.extend(buckets.into_iter().map(PathBuf::from));
    }
    if paths.is_empty() {
        bail!(
            "no trail is known in these Regions: give --trail s3://BUCKET/PREFIX of a trail of the organization, or \
             --trail lookup:// for the event history"
        );
    }
    let mut fetching = args.fetching.clone();
    if fetching.keep.is_none() && paths.iter().any(|path| path.starts_with("lookup:")) {
        fetching.keep = Some(args.out.clone());
    }
    Ok(Trailing::new(paths, fetching))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}
