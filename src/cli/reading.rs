//! A trail, read whole, and the options that say where it is.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use jiff::civil::Date;

use super::say;
use crate::catalog::Catalog;
use crate::coverage::{Coverage, Gap, Missing, Trail, sources_of};
use crate::iam::{AccountId, Role};
use crate::report::{NotUnderstood, Reading};
use crate::trail::{self, Item, ReadSummary, Source};
use crate::usage::{Scope, Usage};

/// Where the log is.
#[derive(Debug, clap::Args)]
pub(super) struct Trailing {
    /// CloudTrail logs: a file, a folder that is searched, `-` for standard input, `s3://BUCKET/PREFIX` of a trail that writes
    /// there, or `lookup://` for CloudTrail's event history, which has the management events of 90 days; may be repeated
    #[arg(long = "trail", required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[cfg(feature = "aws")]
    #[command(flatten)]
    fetching: super::fetching::Fetching,
}

/// Which events of a log matter.
#[derive(Clone, Debug, Default)]
#[cfg_attr(
    not(feature = "aws"),
    expect(dead_code, reason = "files are read whole, and nothing is fetched")
)]
pub(super) struct Matters {
    /// Those of these accounts; of all when there is none.
    pub(super) accounts: BTreeSet<AccountId>,
    /// Those of these event sources; of all when it is not known.
    pub(super) sources: Option<BTreeSet<String>>,
}

impl Matters {
    /// Those that can show what roles did.
    pub(super) fn to(roles: &[&Role]) -> Self {
        Matters {
            accounts: roles.iter().map(|role| role.id.account()).collect(),
            sources: sources_of(roles.iter().copied(), Catalog::bundled()),
        }
    }
}

/// What a trail gave.
pub(super) struct Log {
    pub(super) usage: Usage,
    pub(super) reading: Reading,
    /// CloudTrail's event history of these accounts and Regions, if the log is of nothing else.
    history: Vec<Trail>,
    missing: Vec<Gap>,
}

impl Log {
    /// What it could have shown, if these trails made it. The event history shows what it always does, whatever trails there are.
    pub(super) fn coverage(&self, trails: Vec<Trail>) -> Coverage {
        let trails = match self.history.is_empty() {
            true => trails,
            false => self.history.clone(),
        };
        Coverage::of_log(&self.usage.recorded)
            .recorded_by(trails)
            .without(self.missing.clone())
    }
}

impl Trailing {
    #[cfg(feature = "aws")]
    pub(super) fn new(paths: Vec<PathBuf>, fetching: super::fetching::Fetching) -> Self {
        Trailing { paths, fetching }
    }

    /// What of it is on this machine.
    pub(super) fn sources(&self) -> Vec<Source> {
        let (_, here) = self.places();
        here.into_iter().map(Source::named).collect()
    }

    /// Whether some of it is fetched.
    pub(super) fn is_fetched(&self) -> bool {
        !self.places().0.is_empty()
    }

    /// Reads every event, one file at a time; of what is fetched, those that matter.
    pub(super) fn read(&self, scope: Scope, matters: &Matters) -> anyhow::Result<Log> {
        let mut reader = Reader::new(scope);
        let mut fetched = ReadSummary::default();
        self.fetch(matters, &mut reader, &mut fetched)?;
        let mut summary = trail::read(&self.sources(), &mut |item| reader.take(item))?;
        summary.files += fetched.files;
        summary.digest_files += fetched.digest_files;
        reader.finish(&summary)
    }

    #[cfg(feature = "aws")]
    fn fetch(
        &self,
        matters: &Matters,
        reader: &mut Reader,
        summary: &mut ReadSummary,
    ) -> anyhow::Result<()> {
        let (there, _) = self.places();
        if let Some(option) = self.fetching.asked().filter(|_| there.is_empty()) {
            bail!("{option} is for `s3://` and `lookup://`; files and folders are read whole");
        }
        let mut there = there.into_iter();
        there.try_for_each(|place| self.fetching.read(place, matters, reader, summary))
    }

    #[cfg(not(feature = "aws"))]
    fn fetch(&self, _: &Matters, _: &mut Reader, _: &mut ReadSummary) -> anyhow::Result<()> {
        match self.places().0.first() {
            Some(place) => {
                bail!("{place}: this program was built without `aws`, and reads files alone")
            }
            None => Ok(()),
        }
    }

    /// The addresses in AWS, and the paths of this machine.
    fn places(&self) -> (Vec<&str>, Vec<&PathBuf>) {
        let (mut there, mut here) = (Vec::new(), Vec::new());
        for path in &self.paths {
            match path.to_str() {
                Some(text) if text.starts_with("s3://") || text.starts_with("lookup://") => {
                    there.push(text);
                }
                _ => here.push(path),
            }
        }
        (there, here)
    }
}

/// What is being read.
pub(super) struct Reader {
    usage: Usage,
    faults: Vec<NotUnderstood>,
    file: String,
    history: BTreeSet<(AccountId, String)>,
    of_trails: bool,
    missing: BTreeSet<(AccountId, String, Date)>,
}

impl Reader {
    fn new(scope: Scope) -> Self {
        Reader {
            usage: Usage::new(scope),
            faults: Vec::new(),
            file: String::new(),
            history: BTreeSet::new(),
            of_trails: false,
            missing: BTreeSet::new(),
        }
    }

    pub(super) fn take(&mut self, item: Item<'_>) {
        let what = match item {
            Item::File(source) => return self.file(source),
            Item::Record { at, json } => match self.usage.push(json, Catalog::bundled()) {
                Ok(()) => return,
                Err(error) => format!("{at}: {error}"),
            },
            Item::Fault(trouble) => {
                self.usage.count_unreadable();
                trouble.to_string()
            }
        };
        self.fault(what);
    }

    /// A log file shows that its day was delivered, as far as its path tells whose it is.
    fn file(&mut self, source: &Source) {
        self.file = source.to_string();
        let place = source.layout().and_then(|layout| layout.place());
        if let Some((account, region, day)) = place {
            self.usage.recorded.note_file(account, region, day);
            if source.is_event_history() {
                self.history.insert((account, region.to_owned()));
                return;
            }
        }
        self.of_trails = true;
    }

    /// A part of the log that could not be fetched: the day is not whole.
    #[cfg(feature = "aws")]
    pub(super) fn lacks(&mut self, source: &Source, why: &str) {
        self.file = source.to_string();
        self.usage.count_unreadable();
        self.fault(why.to_owned());
        let place = source.layout().and_then(|layout| layout.place());
        let place = place.map(|(account, region, day)| (account, region.to_owned(), day));
        self.missing.extend(place);
    }

    fn fault(&mut self, what: String) {
        let file = self.file.clone();
        self.faults.push(NotUnderstood { file, what });
    }

    fn finish(self, summary: &ReadSummary) -> anyhow::Result<Log> {
        let Reader { usage, faults, .. } = self;
        if usage.counts.events() == usage.counts.not_understood {
            faults
                .iter()
                .for_each(|fault| say(&format!("{}: {}", fault.file, fault.what)));
            bail!(
                "no event could be read from the trail ({} files)",
                summary.files
            );
        }
        let history = self.history.iter().filter(|_| !self.of_trails);
        let history = history.map(|(account, region)| Trail::event_history(*account, region));
        let missing = self.missing.into_iter().map(|(account, region, day)| Gap {
            account,
            region,
            first: day,
            last: day,
            missing: Missing::Unfetched,
        });
        Ok(Log {
            history: history.collect::<Result<_, _>>()?,
            missing: missing.collect(),
            reading: Reading {
                files: summary.files,
                digest_files: summary.digest_files,
                insight_files: summary.insight_files,
                other_files: summary.ignored_files + summary.aggregated_files,
                counts: usage.counts.clone(),
                faults,
                ..Reading::default()
            },
            usage,
        })
    }
}
