//! `tightrope account pull`: what a live account says, written to files.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::bail;

use super::connected::Connected;
use super::{Done, print, say};
use crate::live::{Asked, NotCovered, Pulled, pull};

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
    /// DIR/account.json has the roles and policies; DIR/<region>/ the functions, event source mappings, destinations, URLs and
    /// trails of a Region; DIR/not-covered.json what could not be read, and why. Credentials come from where the AWS CLI takes
    /// them. It calls iam:GetAccountAuthorizationDetails, lambda:ListFunctions, lambda:ListEventSourceMappings,
    /// lambda:ListFunctionEventInvokeConfigs, lambda:ListFunctionUrlConfigs, cloudtrail:DescribeTrails and
    /// cloudtrail:GetEventSelectors
    Pull(PullArgs),
}

#[derive(Debug, clap::Args)]
struct PullArgs {
    /// The folder to write into; files of an earlier pull are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    #[command(flatten)]
    connection: Connected,

    /// Only roles whose names match, with `*` and `?`, and the functions that run with them
    #[arg(long, value_name = "PATTERN")]
    role: Option<String>,

    /// Also ask IAM what each execution role last accessed, a few calls a role, and write it to `DIR/last-accessed/<role>.json`;
    /// calls iam:GenerateServiceLastAccessedDetails and iam:GetServiceLastAccessedDetails
    #[arg(long)]
    last_accessed: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let What::Pull(args) = &args.what;
    let asked = Asked {
        connection: args.connection.connection(),
        roles: args.role.clone(),
        last_accessed: args.last_accessed,
    };
    let pulled = pull(&asked, &args.out)?;
    let gaps = pulled.not_covered.chunk_by(alike);
    gaps.for_each(|gaps| say(&told(gaps)));
    if pulled.is_nothing() {
        bail!(
            "nothing could be read, and {} is as it was",
            args.out.display()
        );
    }
    print(&summary(&pulled))?;
    if pulled.roles.is_none() {
        bail!("IAM could not be read, so there is no account.json");
    }
    Ok(Done::Fine)
}

/// Whether one sentence says both: the same of two functions.
fn alike(one: &NotCovered, other: &NotCovered) -> bool {
    let kind = |gap: &NotCovered| gap.what.split(' ').next().map(str::to_owned);
    one.region == other.region && one.why == other.why && kind(one) == kind(other)
}

fn told(gaps: &[NotCovered]) -> String {
    let [NotCovered { what, region, why }, others @ ..] = gaps else {
        return String::new();
    };
    let others = match others.len() {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        more => format!(" and {more} others"),
    };
    let within = region.as_ref().map(|region| format!(" in {region}"));
    let within = within.unwrap_or_default();
    format!("not covered: {what}{others}{within}: {why}")
}

fn summary(pulled: &Pulled) -> String {
    let count = |number: Option<usize>, what: &str| match number {
        Some(1) => format!("1 {what}"),
        Some(number) => format!("{number} {what}s"),
        None => format!("{what}s not known"),
    };
    let mut text = format!("{}\n", count(pulled.roles, "role"));
    for region in &pulled.regions {
        let functions = count(region.functions, "function");
        let trails = count(region.trails, "trail");
        // A String can be written to.
        let _ = writeln!(text, "{}: {functions}, {trails}", region.name);
    }
    match pulled.not_covered.len() {
        0 => {}
        1 => text.push_str("1 thing is not covered: see not-covered.json\n"),
        more => {
            let _ = writeln!(text, "{more} things are not covered: see not-covered.json");
        }
    }
    text
}
