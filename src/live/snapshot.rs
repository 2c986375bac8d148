//! The folder that is written, and what is not in it.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use super::layout::lay_out;
use super::{Fault, NotPulled};

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotCovered {
    /// What it is: `roles and policies`, `functions`.
    pub what: String,
    /// In which Region; `None` for what is in none.
    pub region: Option<String>,
    /// Why, in a sentence.
    pub why: String,
}

impl fmt::Display for NotCovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotCovered { what, region, why } = self;
        match region {
            Some(region) => write!(f, "{what} in {region}: {why}"),
            None => write!(f, "{what}: {why}"),
        }
    }
}

/// The form of `not-covered.json`.
#[derive(Serialize)]
struct Gaps<'a> {
    not_covered: &'a [NotCovered],
}

/// A folder that is being written.
pub(super) struct Snapshot {
    folder: PathBuf,
    written: BTreeSet<PathBuf>,
    not_covered: Vec<NotCovered>,
}

impl Snapshot {
    pub(super) fn new(folder: &Path) -> Self {
        Snapshot {
            folder: folder.into(),
            written: BTreeSet::new(),
            not_covered: Vec::new(),
        }
    }

    /// Writes one answer.
    pub(super) fn write(&mut self, name: &str, answer: &Value) -> Result<(), NotPulled> {
        self.write_text(name, &answer.to_string())
    }

    /// Writes JSON, whole or not at all: beside its place, and then renamed. Only the owner may read it: the variables of
    /// functions stand in it.
    pub(super) fn write_text(&mut self, name: &str, json: &str) -> Result<(), NotPulled> {
        let path = self.folder.join(name);
        replace(&path, lay_out(json).as_bytes()).map_err(|error| NotPulled::NotWritten {
            path: path.clone(),
            error,
        })?;
        self.written.insert(path);
        Ok(())
    }

    /// Notes what could not be read.
    pub(super) fn lacks(&mut self, what: impl Into<String>, region: Option<&str>, why: &Fault) {
        self.not_covered.push(NotCovered {
            what: what.into(),
            region: region.map(str::to_owned),
            why: why.to_string(),
        });
    }

    /// Writes what is not covered, and removes what an earlier run left of these Regions and this one did not read again. Where
    /// nothing could be read, the folder stays as it was.
    pub(super) fn finish<'a>(
        mut self,
        regions: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<NotCovered>, NotPulled> {
        let mut gaps = std::mem::take(&mut self.not_covered);
        // By function and call as they were asked; each call's together are easier to read.
        gaps.sort_by(|a, b| {
            let kind = |gap: &NotCovered| gap.what.split(' ').next().map(str::to_owned);
            (&a.region, kind(a)).cmp(&(&b.region, kind(b)))
        });
        if self.written.is_empty() {
            return Ok(gaps);
        }
        let json = serde_json::json!(Gaps { not_covered: &gaps });
        self.write("not-covered.json", &json)?;
        self.remove(&self.folder.join("account.json"))?;
        for region in regions {
            let folder = self.folder.join(region);
            for path in ours(&folder).map_err(|error| not_written(&folder, error))? {
                self.remove(&path)?;
            }
        }
        Ok(gaps)
    }

    /// Removes what an earlier run left in a folder within this one and this run did not write again.
    pub(super) fn remove_others(&self, name: &str) -> Result<(), NotPulled> {
        let folder = self.folder.join(name);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|error| not_written(&folder, error))?,
        };
        for entry in entries {
            let path = entry.map_err(|error| not_written(&folder, error))?.path();
            if path.extension().is_some_and(|ending| ending == "json") {
                self.remove(&path)?;
            }
        }
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), NotPulled> {
        if self.written.contains(path) {
            return Ok(());
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(not_written(path, error)),
            _ => Ok(()),
        }
    }
}

fn not_written(path: &Path, error: io::Error) -> NotPulled {
    let path = path.to_owned();
    NotPulled::NotWritten { path, error }
}

/// The files of a Region's folder that have names that are given here.
fn ours(folder: &Path) -> io::Result<Vec<PathBuf>> {
    const ONE: [&str; 3] = [
        "functions.json",
        "event-source-mappings.json",
        "trails.json",
    ];
    const MANY: [&str; 3] = [
        "event-invoke-configs-",
        "function-urls-",
        "event-selectors-",
    ];
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let of_many = MANY.iter().any(|begin| name.starts_with(begin)) && name.ends_with(".json");
        if ONE.contains(&&*name) || of_many {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// Writes a file, whole or not at all: beside its place, and then renamed. Only the owner may read it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.part"));
    let mut file = create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// A file that only its owner may read, where there are owners.
fn create(path: &Path) -> io::Result<File> {
    // One that was left may be readable for others.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
