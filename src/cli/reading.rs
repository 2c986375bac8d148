//! A trail, read whole.

use std::path::PathBuf;

use anyhow::bail;

use super::say;
use crate::catalog::Catalog;
use crate::report::{NotUnderstood, Reading};
use crate::trail::{self, Item, Layout, Source};
use crate::usage::{Scope, Usage};

/// Reads every event of the trail, one file at a time.
pub(super) fn read_trail(paths: &[PathBuf], scope: Scope) -> anyhow::Result<(Usage, Reading)> {
    let catalog = Catalog::bundled();
    let mut usage = Usage::new(scope);
    let mut faults = Vec::new();
    let mut file = String::new();
    let sources: Vec<_> = paths.iter().map(Source::named).collect();
    let summary = trail::read(&sources, &mut |item| {
        let what = match item {
            Item::File(path) => {
                note_file(path, &mut usage);
                return file = path.to_string();
            }
            Item::Record { at, json } => match usage.push(json, catalog) {
                Ok(()) => return,
                Err(error) => format!("{at}: {error}"),
            },
            Item::Fault(trouble) => {
                usage.count_unreadable();
                trouble.to_string()
            }
        };
        faults.push(NotUnderstood {
            file: file.clone(),
            what,
        });
    })?;
    let nothing_read = usage.counts.events() == usage.counts.not_understood;
    if nothing_read {
        faults
            .iter()
            .for_each(|fault| say(&format!("{}: {}", fault.file, fault.what)));
        bail!(
            "no event could be read from the trail ({} files)",
            summary.files
        );
    }
    let reading = Reading {
        files: summary.files,
        digest_files: summary.digest_files,
        insight_files: summary.insight_files,
        other_files: summary.ignored_files + summary.aggregated_files,
        counts: usage.counts.clone(),
        faults,
        ..Reading::default()
    };
    Ok((usage, reading))
}

/// A log file shows that its day was delivered, as far as its path tells whose it is.
fn note_file(file: &Source, usage: &mut Usage) {
    let layout = file.path().and_then(Layout::of);
    let noted = layout.and_then(|layout| layout.place());
    if let Some((account, region, day)) = noted {
        usage.recorded.note_file(account, region, day);
    }
}
