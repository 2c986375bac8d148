//! `tightrope catalog`: what the bundled facts say.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Subcommand, ValueEnum};

use super::{Done, print};
use crate::catalog::Catalog;
use crate::report::{
    Answer, Question, any_added, catalog_to_json, catalog_to_text, pinned_from_json,
    pinned_to_json, pinned_to_text,
};

/// What to show.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  \
        tightrope catalog 's3:Get*'\n  \
        tightrope catalog event s3.amazonaws.com HeadObject\n  \
        tightrope catalog pinned proposals/*/proposal.json"
)]
pub(super) struct Args {
    /// An action (`s3:GetObject`), a pattern of actions (`s3:Get*`) or a service prefix (`s3`); without it,
    /// the date, digest and counts of the whole
    #[arg(value_name = "NAME")]
    named: Option<String>,

    #[command(subcommand)]
    about: Option<About>,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    format: Format,
}

#[derive(Clone, Debug, Subcommand)]
enum About {
    /// What an event is mapped to, and the rows that say so with their sources
    Event {
        /// `eventSource` of the event
        source: String,
        /// `eventName` of the event
        name: String,
    },
    /// Whether AWS has added anything to the action patterns of proposals: exit code 1 if so
    Pinned {
        /// `proposal.json` of `propose --out`, or the output of `propose --format json`
        #[arg(required = true, value_name = "FILE")]
        proposals: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Text,
    /// For a program, in a versioned shape
    Json,
}

pub(super) fn run(args: Args) -> anyhow::Result<Done> {
    let question = match (args.about, args.named) {
        (Some(About::Pinned { proposals }), _) => return pinned(&proposals, args.format),
        (Some(About::Event { source, name }), _) => Question::Event { source, name },
        (None, Some(named)) => Question::Named(named),
        (None, None) => Question::Contents,
    };
    let answer = Answer::new(&question, Catalog::bundled())?;
    print(&match args.format {
        Format::Text => catalog_to_text(&answer),
        Format::Json => catalog_to_json(&answer),
    })?;
    Ok(Done::Fine)
}

/// Reads all of the proposals before anything is printed: half an answer would look like a good one.
fn pinned(proposals: &[PathBuf], format: Format) -> anyhow::Result<Done> {
    let mut all = Vec::new();
    for path in proposals {
        let named = || path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(named)?;
        let pinned = pinned_from_json(&text).map_err(anyhow::Error::msg);
        all.extend(pinned.with_context(named)?);
    }
    let catalog = Catalog::bundled();
    print(&match format {
        Format::Text => pinned_to_text(&all, catalog),
        Format::Json => pinned_to_json(&all, catalog),
    })?;
    Ok(match any_added(&all, catalog) {
        true => Done::Findings,
        false => Done::Fine,
    })
}
