//! `tightrope diff`: what policies allow after that they did not before, exactly.

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;

use super::{Done, print};
use crate::account::read_policy;
use crate::catalog::Catalog;
use crate::diff::{Setting, World, compare};
use crate::evaluation::{Granted, NamedPolicy, Reading};
use crate::report::{comparison_to_json, comparison_to_markdown, comparison_to_terminal};
use crate::risk::Worth;

/// What to compare and how to print it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The policy before and the policy after
    #[arg(value_name = "BEFORE AFTER", num_args = 0..=2)]
    files: Vec<PathBuf>,

    /// One of several policies before, which stand together
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    before: Vec<PathBuf>,

    /// One of several policies after
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    after: Vec<PathBuf>,

    /// Which requests to compare
    #[arg(long, value_enum, default_value_t = Asked::Open)]
    world: Asked,

    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Asked {
    /// Every string as an action and as a resource: it holds whatever AWS adds
    Open,
    /// The catalog's actions, on resources that they can be asked on
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Terminal,
    /// For a reviewer of a pull request
    Markdown,
    /// For a program, in a versioned shape
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let (before, after) = match (args.files.as_slice(), &args.before, &args.after) {
        ([before, after], _, _) => (vec![before.clone()], vec![after.clone()]),
        ([], before, after) if !before.is_empty() || !after.is_empty() => {
            (before.clone(), after.clone())
        }
        _ => bail!("give two policies, BEFORE and AFTER, or several with --before and --after"),
    };
    let granted = |files: Vec<PathBuf>| {
        let policies = files.iter().map(|file| read_policy(file));
        let policies = policies.collect::<Result<Vec<NamedPolicy>, _>>()?;
        Ok::<_, anyhow::Error>(Granted::new(policies, Reading::default()))
    };
    let world = match args.world {
        Asked::Open => World::Open,
        Asked::Closed => World::Closed,
    };
    let catalog = Catalog::bundled();
    let (before, after) = (granted(before)?, granted(after)?);
    let comparison = compare(&before, &after, (world, catalog), &Setting::example());
    let worth = Worth::of(&before, &after, catalog);
    print(&match args.format {
        Format::Terminal => comparison_to_terminal(&comparison, &worth),
        Format::Markdown => comparison_to_markdown(&comparison, &worth),
        Format::Json => comparison_to_json(&comparison, &worth),
    })?;
    match comparison.gains {
        Some(false) => Ok(Done::Fine),
        Some(true) => Ok(Done::Findings),
        None => bail!("it could not be decided whether something is gained"),
    }
}
