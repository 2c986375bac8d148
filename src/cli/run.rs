//! `tightrope run`: the whole way, from a live account to proposals for all of its roles.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;

use super::account::tell;
use super::configured::configured;
use super::evidence::{known, scope};
use super::fetching::Fetching;
use super::in_scope::InScope;
use super::propose::{propose, report};
use super::reading::{Matters, Trailing};
use super::wishes::Wishes;
use super::{Done, print, proposals, say};
use crate::account::{Account, Sources};
use crate::iam::{AccountId, Role};
use crate::live::{self, Asked, Connection, NotPulled};
use crate::report::{
    AccountSummary, FailedAccount, Reading, Summary, Verdict, summary_to_markdown,
    summary_to_metrics,
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

    /// The settings; `tightrope.toml` where the command runs, if there is one. It may name accounts (`[[account]]`), and then each
    /// of them is read, by a role in it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    scope: InScope,

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
    for (id, connection) in accounts(args)? {
        match of_account(args, id, connection) {
            Ok(of_account) => summary.accounts.push(of_account),
            Err(error) => {
                let why = format!("{error:#}");
                say(&format!("error: {id}: {why}"));
                summary.failed.push(FailedAccount { id, why });
            }
        }
    }
    let (markdown, metrics) = (summary_to_markdown(&summary), summary_to_metrics(&summary));
    write(&args.out.join("summary.md"), &markdown)?;
    write(&args.out.join("metrics.jsonl"), &metrics)?;
    print(match args.format {
        Format::Markdown => &markdown,
        Format::Metrics => &metrics,
    })?;
    if !summary.failed.is_empty() {
        let all = summary.accounts.len() + summary.failed.len();
        bail!(
            "{} of {all} accounts could not be done",
            summary.failed.len()
        );
    }
    let mut roles = summary.accounts.iter().flat_map(|of| &of.report.roles);
    let smaller = roles.any(|role| matches!(role.verdict, Verdict::Smaller(..)));
    Ok(if smaller { Done::Findings } else { Done::Fine })
}

/// The accounts of the settings, or that of the credentials, each with how it is reached.
fn accounts(args: &Args) -> anyhow::Result<Vec<(AccountId, Connection)>> {
    let connection = args.fetching.connection();
    let config = configured(args.config.as_deref())?;
    if config.accounts.is_empty() {
        return Ok(vec![(live::account_of(&connection)?, connection)]);
    }
    let accounts = config.accounts.iter();
    let accounts = accounts.map(|account| (account.role.account(), connection.to(account)));
    Ok(accounts.collect())
}

/// What was pulled of an account.
struct Snapshot {
    folder: PathBuf,
    /// The folders of its Regions.
    regions: Vec<PathBuf>,
    /// How much could not be read.
    not_covered: usize,
}

fn of_account(
    args: &Args,
    id: AccountId,
    connection: Connection,
) -> anyhow::Result<AccountSummary> {
    let snapshot = snapshot(args, id, &connection)?;
    let sources = Sources {
        functions: snapshot.regions.clone(),
        last_accessed: last_accessed(args, &snapshot.folder),
        ..Sources::default()
    };
    let account = Account::read(&snapshot.folder.join("account.json"), &sources)?;
    let asked_for = |role: &&Role| !account.left_out.contains_key(&role.id);
    let roles: Vec<&Role> = account.execution_roles().filter(asked_for).collect();
    let (mut proposed, mut extent, mut reading) = (Vec::new(), None, Reading::default());
    if !roles.is_empty() {
        let (trails, remarks) = trail::read_trails(&snapshot.regions)?;
        remarks.iter().for_each(|remark| say(remark));
        let log = trailing(args, connection, &snapshot.regions)?
            .read(scope(&account, &roles), &Matters::to(&roles))?;
        let known = known(&account, &log, trails);
        extent = known.coverage.extent(id);
        proposed = propose(&roles, &known, &args.wishes.settings());
        reading = log.reading.clone();
    }
    let report = report(proposed, &account, reading);
    let folder = args.out.join(id.to_string());
    proposals::write(&folder, &report)?;
    proposals::remove_others(&folder, &report)?;
    Ok(AccountSummary {
        account: id,
        report,
        extent,
        not_covered: snapshot.not_covered,
        until: args.fetching.end(),
    })
}

fn snapshot(args: &Args, id: AccountId, connection: &Connection) -> anyhow::Result<Snapshot> {
    let folder = args.out.join("snapshot").join(id.to_string());
    let asked = Asked {
        connection: connection.clone(),
        scope: args.scope.scope(),
        last_accessed: args.last_accessed,
    };
    let pulled = live::pull(&asked, &folder);
    if let Err(NotPulled::Fault(why)) = &pulled {
        live::note_unread(&folder, why)?;
    }
    let pulled = pulled?;
    tell(&pulled.not_covered, &format!("{id} "));
    if pulled.roles.is_none() {
        bail!("IAM could not be read");
    }
    let regions = pulled
        .regions
        .iter()
        .map(|region| folder.join(&region.name));
    Ok(Snapshot {
        regions: regions.filter(|folder| folder.is_dir()).collect(),
        not_covered: pulled.not_covered.len(),
        folder,
    })
}

/// What IAM said, if it was asked and said anything.
fn last_accessed(args: &Args, snapshot: &Path) -> Vec<PathBuf> {
    let folder = snapshot.join("last-accessed");
    match args.last_accessed && folder.is_dir() {
        true => vec![folder],
        false => Vec::new(),
    }
}

/// Where the log is. The event history is the account's own, and so are the buckets of its trails; a bucket that is named may be that
/// of an organization, which the caller reads.
fn trailing(args: &Args, account: Connection, regions: &[PathBuf]) -> anyhow::Result<Trailing> {
    let mut fetching = args.fetching.clone();
    let mut paths = args.trail.clone();
    if paths.is_empty() {
        let buckets = trail::buckets(regions)?;
        paths.extend(buckets.into_iter().map(PathBuf::from));
        fetching.buckets_by = Some(account.clone());
    }
    if paths.is_empty() {
        bail!(
            "no trail is known in these Regions: give --trail s3://BUCKET/PREFIX of a trail of the organization, or \
             --trail lookup:// for the event history"
        );
    }
    fetching.history_by = Some(account);
    // It takes long, and is kept beside the rest.
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
