//! `tightrope propose`: a smaller policy for each Lambda execution role.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;

use super::reading::read_trail;
use super::{Done, print, proposals, say};
use crate::account::{Account, Sources};
use crate::catalog::Catalog;
use crate::cover::Objective;
use crate::coverage::Coverage;
use crate::generalize::Level;
use crate::iam::{MANAGED_ATTACHMENTS, Role};
use crate::minimize::{Known, MIN_DAYS, Settings, Sharing, Style, Unobservable, minimize_all};
use crate::report::{Reading, Report, RoleReport, Verdict, to_json, to_terminal};
use crate::trail;
use crate::usage::Scope;

/// What to read and how to print it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CloudTrail logs: a file, a folder that is searched, or `-` for standard input; may be repeated
    #[arg(long, required = true, value_name = "PATH")]
    trail: Vec<PathBuf>,

    /// The output of `aws cloudtrail get-event-selectors` or `describe-trails`, or a folder of such outputs: what the trails
    /// record; may be repeated
    #[arg(long, value_name = "PATH")]
    event_selectors: Vec<PathBuf>,

    /// The output of `aws iam get-account-authorization-details`
    #[arg(long, value_name = "FILE")]
    account: PathBuf,

    /// The output of `aws lambda list-functions`, or a folder of such outputs and of those below; may be repeated
    #[arg(long, value_name = "PATH")]
    functions: Vec<PathBuf>,

    /// The output of `aws lambda list-event-source-mappings`, or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    event_sources: Vec<PathBuf>,

    /// The output of `aws lambda list-function-event-invoke-configs` of a function, or a folder; may be repeated
    #[arg(long, value_name = "PATH")]
    destinations: Vec<PathBuf>,

    /// Only the role with this name; may be repeated
    #[arg(long, value_name = "NAME")]
    role: Vec<String>,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,

    /// How far the single resources that were seen become patterns
    #[arg(long, value_enum, default_value_t = Generalize::Typed)]
    generalize: Generalize,

    /// What is to be fewest
    #[arg(long, value_enum, default_value_t = Fewest::Characters)]
    minimize: Fewest,

    /// How statements are laid out
    #[arg(long, value_enum, default_value_t = Layout::Minimal)]
    layout: Layout,

    /// What becomes of a customer managed policy that is attached to several roles
    #[arg(long, value_enum, default_value_t = Shared::Split)]
    shared: Shared,

    /// How many managed policies may be attached to a role, by the account's quota
    #[arg(long, value_name = "NUMBER", default_value_t = MANAGED_ATTACHMENTS)]
    attachments: usize,

    /// What becomes of granted permissions whose use no trail shows
    #[arg(long, value_enum, default_value_t = Unseen::Keep)]
    unobservable: Unseen,

    /// How many days the trail has to span before anything is taken away
    #[arg(long, value_name = "DAYS", default_value_t = MIN_DAYS, value_parser = clap::value_parser!(i32).range(0..))]
    min_days: i32,

    /// Propose though the evidence is not enough, and say so in the proposal
    #[arg(long)]
    accept_coverage: bool,

    /// Also say which conditions all observed uses met that the proposal does not ask
    #[arg(long)]
    suggest_conditions: bool,

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Generalize {
    /// Not at all: tomorrow's object key is denied
    Exact,
    /// Dates, ids, counters and ever new names become wildcards
    Typed,
    /// The resource and the first part of the path stay, the rest is `*`
    Prefix,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Fewest {
    /// Characters, as AWS counts them against its limits
    Characters,
    /// Statements
    Statements,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// From scratch, one service a statement
    Minimal,
    /// The author's policies, statements, names and order, with what is not needed left out
    Preserve,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shared {
    /// It is detached, and each role gets what it needs of it
    Split,
    /// It stays attached, made smaller for all of its roles together
    Union,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Unseen {
    /// They stay as they are granted
    Keep,
    /// They stay on what other evidence names: other uses and the functions' configuration
    Narrow,
    /// They go
    Remove,
}

impl Args {
    fn settings(&self) -> Settings {
        Settings {
            generalize: match self.generalize {
                Generalize::Exact => Level::Exact,
                Generalize::Typed => Level::Typed,
                Generalize::Prefix => Level::Prefix,
            },
            objective: match self.minimize {
                Fewest::Characters => Objective::Characters,
                Fewest::Statements => Objective::Statements,
            },
            style: match self.layout {
                Layout::Minimal => Style::Minimal,
                Layout::Preserve => Style::Preserve,
            },
            attachments: self.attachments,
            sharing: match self.shared {
                Shared::Split => Sharing::Split,
                Shared::Union => Sharing::Union,
            },
            unobservable: match self.unobservable {
                Unseen::Keep => Unobservable::Keep,
                Unseen::Narrow => Unobservable::Narrow,
                Unseen::Remove => Unobservable::Remove,
            },
            min_days: self.min_days,
            accept_coverage: self.accept_coverage,
            suggest_conditions: self.suggest_conditions,
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let sources = Sources {
        functions: args.functions.clone(),
        event_sources: args.event_sources.clone(),
        destinations: args.destinations.clone(),
    };
    let account = Account::read(&args.account, &sources)?;
    let roles = asked_roles(&account, &args.role)?;
    let (trails, remarks) = trail::read_trails(&args.event_selectors)?;
    remarks.iter().for_each(|remark| say(remark));
    let (usage, reading) = read_trail(&args.trail, scope(&account, &roles))?;
    let coverage = Coverage::of_log(&usage.recorded).recorded_by(trails);
    let catalog = Catalog::bundled();
    let known = Known::new(&usage, catalog, account.arns()).running(&account.functions);
    let known = known.covered(coverage);
    let report = propose((&account, &roles), (&known, reading), &args.settings());
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

/// The execution roles with these names, or all.
fn asked_roles<'a>(account: &'a Account, names: &[String]) -> anyhow::Result<Vec<&'a Role>> {
    let lambda: Vec<&Role> = account.execution_roles().collect();
    let known = |name: &String| lambda.iter().any(|role| role.id.name() == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        match account.roles.iter().any(|role| role.id.name() == unknown) {
            true => bail!(
                "{unknown} is no execution role: its trust policy does not name lambda.amazonaws.com"
            ),
            false => bail!("the account data has no role {unknown}"),
        }
    }
    if lambda.is_empty() {
        bail!(
            "none of the {} roles in the account data is a Lambda execution role (a trust policy that names \
             lambda.amazonaws.com)",
            account.roles.len()
        );
    }
    let asked = |role: &&Role| names.is_empty() || names.iter().any(|name| name == role.id.name());
    Ok(lambda.into_iter().filter(asked).collect())
}

fn scope(account: &Account, roles: &[&Role]) -> Scope {
    let asked: BTreeSet<_> = roles.iter().map(|role| role.id.clone()).collect();
    let others = account.execution_roles().map(|role| role.id.clone());
    Scope {
        others: others.filter(|role| !asked.contains(role)).collect(),
        asked,
    }
}

fn propose(
    (account, roles): (&Account, &[&Role]),
    (known, reading): (&Known<'_>, Reading),
    settings: &Settings,
) -> Report {
    let proposals = minimize_all(roles, known, settings);
    let roles: Vec<_> = roles
        .iter()
        .zip(proposals)
        .map(|(role, proposal)| {
            let seen = known.usage.roles.get(&role.id);
            let functions: Vec<_> = account
                .functions_of(role)
                .map(|function| function.name.clone())
                .collect();
            RoleReport::new(role, (seen, &functions), proposal, known.catalog)
        })
        .collect();
    let reading = Reading {
        quarantined: roles.iter().map(RoleReport::quarantined).sum(),
        account_problems: account.problems.clone(),
        ..reading
    };
    Report { roles, reading }
}
