//! `tightrope observe`: events as the accesses that IAM authorised for them.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;

use super::{Done, say};
use crate::catalog::Catalog;
use crate::report::{observed_to_json, observed_to_text};
use crate::trail::{self, Item, Source};
use crate::usage::{Event, observe};

/// What to read and how to print it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// CloudTrail logs: files, folders that are searched, or `-` for standard input
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<PathBuf>,

    /// How to print each event
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader
    Text,
    /// For a program: a JSON object a line
    Jsonl,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    let catalog = Catalog::bundled();
    let sources: Vec<_> = args.sources.iter().map(Source::named).collect();
    let mut out = BufWriter::new(anstream::stdout().lock());
    let mut written = Ok(());
    let mut file = String::new();
    let summary = trail::read(&sources, &mut |item| match item {
        Item::File(path) => file = path.to_string(),
        Item::Fault(trouble) => say(&format!("{file}: {trouble}")),
        Item::Record { at, json } => match Event::parse(json) {
            Err(error) => say(&format!("{file}: {at}: {error}")),
            Ok(event) if written.is_ok() => {
                let observation = observe(&event, catalog);
                let line = match args.format {
                    Format::Text => observed_to_text(&event, &observation),
                    Format::Jsonl => observed_to_json(&event, &observation),
                };
                written = writeln!(out, "{line}");
            }
            Ok(_) => {}
        },
    })?;
    match written.and_then(|()| out.flush()) {
        // A reader that went away (`| head`) has what it wanted.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    if summary.records == 0 {
        bail!("no event could be read ({} files)", summary.files);
    }
    Ok(Done::Fine)
}
