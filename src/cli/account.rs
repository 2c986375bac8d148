//! `tightrope account pull`: what a live account says, written to files.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::configured::configured;
use super::connected::Connected;
use super::in_scope::InScope;
use super::{Done, print, say};
use crate::account::NotCovered;
use crate::config::Account;
use crate::live::{Asked, NotPulled, Pulled, note_unread, pull};

/// What to do with the account.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Writes roles, policies, functions and trails to files, as the AWS CLI prints them; changes nothing in AWS
    ///
    /// DIR/account.json has the roles and policies; DIR/<region>/ the functions, event source mappings, destinations, URLs,
    /// schedules and trails of a Region; DIR/not-covered.json what could not be read, and why. Credentials come from where the AWS
    /// CLI takes them. It calls sts:GetCallerIdentity, with `[[account]]` sts:AssumeRole, iam:GetAccountAuthorizationDetails,
    /// lambda:ListFunctions, lambda:ListEventSourceMappings, lambda:ListFunctionEventInvokeConfigs, lambda:ListFunctionUrlConfigs,
    /// events:ListRules, events:ListTargetsByRule, scheduler:ListSchedules, scheduler:GetSchedule, cloudtrail:DescribeTrails and
    /// cloudtrail:GetEventSelectors
    Pull(PullArgs),
}

#[derive(Debug, clap::Args)]
struct PullArgs {
    /// The folder to write into; files of an earlier pull are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// The settings; `tightrope.toml` where the command runs, if there is one. It may name accounts (`[[account]]`), and then each
    /// of them is read into a folder of its own, by a role in it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(flatten)]
    connection: Connected,

    #[command(flatten)]
    scope: InScope,

    /// Also ask IAM what each execution role last accessed, a few calls a role, and write it to `DIR/last-accessed/<role>.json`;
    /// calls iam:GenerateServiceLastAccessedDetails and iam:GetServiceLastAccessedDetails
    #[arg(long)]
    last_accessed: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let What::Pull(args) = &args.what;
    let asked = Asked {
        connection: args.connection.connection(),
        scope: args.scope.scope(),
        last_accessed: args.last_accessed,
    };
    let config = configured(args.config.as_deref())?;
    let read = match config.accounts.as_slice() {
        [] => {
            let pulled = pull(&asked, &args.out)?;
            shown(&pulled, "", &args.out)?
        }
        accounts => {
            let mut any = false;
            for account in accounts {
                any |= pull_account(account, &asked, &args.out)?;
            }
            any
        }
    };
    match read {
        true => Ok(Done::Fine),
        false => bail!("IAM could not be read, so there is no account.json"),
    }
}

/// Reads an account by a role in it into a folder of its own; whether there is an account.json.
fn pull_account(account: &Account, asked: &Asked, out: &Path) -> anyhow::Result<bool> {
    let id = account.role.account().to_string();
    let folder = out.join(&id);
    let asked = Asked {
        connection: asked.connection.to(account),
        ..asked.clone()
    };
    match pull(&asked, &folder) {
        Ok(pulled) => shown(&pulled, &format!("{id} "), &folder),
        Err(NotPulled::Fault(why)) => {
            let gap = note_unread(&folder, &why)?;
            say(&format!("{id} {}", told(&[gap])));
            Ok(false)
        }
        Err(other) => Err(other).context(id),
    }
}

/// Says what was read of an account; whether there is an account.json.
fn shown(pulled: &Pulled, of: &str, out: &Path) -> anyhow::Result<bool> {
    tell(&pulled.not_covered, of);
    match pulled.is_nothing() {
        // What an account has among others is no reason not to read those.
        true if !of.is_empty() => {}
        true => bail!("nothing could be read, and {} is as it was", out.display()),
        false => print(&summary(pulled, of))?,
    }
    Ok(pulled.roles.is_some())
}

/// Says what could not be read of an account, the same of several in one sentence.
pub(super) fn tell(not_covered: &[NotCovered], of: &str) {
    let gaps = not_covered.chunk_by(alike);
    gaps.for_each(|gaps| say(&format!("{of}{}", told(gaps))));
}

/// Whether one sentence says both: the same of two functions.
fn alike(one: &NotCovered, other: &NotCovered) -> bool {
    let same = |gap: &NotCovered| (gap.region.clone(), gap.what, gap.why.clone());
    same(one) == same(other)
}

fn told(gaps: &[NotCovered]) -> String {
    let [first, others @ ..] = gaps else {
        return String::new();
    };
    let what = first.with_others(others.len());
    format!("not covered: {what}: {}", first.why)
}

fn summary(pulled: &Pulled, of: &str) -> String {
    let count = |number: Option<usize>, what: &str| match number {
        Some(1) => format!("1 {what}"),
        Some(number) => format!("{number} {what}s"),
        None => format!("{what}s not known"),
    };
    let left_out = match pulled.left_out {
        0 => String::new(),
        some => format!(", {some} left out"),
    };
    let mut text = format!("{of}{}{left_out}\n", count(pulled.roles, "role"));
    for region in &pulled.regions {
        let functions = count(region.functions, "function");
        let trails = count(region.trails, "trail");
        // A String can be written to.
        let _ = writeln!(text, "{of}{}: {functions}, {trails}", region.name);
    }
    match pulled.not_covered.len() {
        0 => {}
        1 => {
            let _ = writeln!(text, "{of}1 thing is not covered: see not-covered.json");
        }
        more => {
            let _ = writeln!(
                text,
                "{of}{more} things are not covered: see not-covered.json"
            );
        }
    }
    text
}
