//! The folder that is written, and what is not in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use super::layout::lay_out;
use super::progress::Progress;
use super::{Fault, NotPulled};
use crate::account::{Gaps, NotCovered, OutOfScope, Part};

/// A folder that is being written, by several calls at the same time.
pub(super) struct Snapshot {
    folder: PathBuf,
    written: RefCell<BTreeSet<PathBuf>>,
    not_covered: RefCell<Vec<NotCovered>>,
    /// Roles that are not asked for, by name.
    out_of_scope: RefCell<BTreeMap<String, OutOfScope>>,
    /// That it is being written, and what an interrupted run has already.
    progress: RefCell<Progress>,
}

impl Snapshot {
    /// The answers to a question, or to one that is not known to be that of an earlier run.
    pub(super) fn new(folder: &Path, question: Option<Value>) -> Self {
        let progress = Progress::of(folder, question, Timestamp::now());
        Snapshot {
            folder: folder.into(),
            written: RefCell::default(),
            not_covered: RefCell::default(),
            out_of_scope: RefCell::default(),
            progress: RefCell::new(progress),
        }
    }

    /// Writes one answer.
    pub(super) fn write(&self, name: &str, answer: &Value) -> Result<(), NotPulled> {
        self.write_text(name, &answer.to_string())
    }

    /// Whether a run that was interrupted has this answer already.
    pub(super) fn has(&self, name: &str) -> bool {
        let has = self.progress.borrow().has(name);
        if has {
            let path = self.folder.join(name);
            self.written.borrow_mut().insert(path);
        }
        has
    }

    /// Writes an answer that is not asked for again when this run is interrupted: one of many.
    pub(super) fn write_one(&self, name: &str, answer: &Value) -> Result<(), NotPulled> {
        self.write(name, answer)?;
        self.note(name)
    }

    /// Notes that an answer is not asked for again when this run is interrupted.
    pub(super) fn note(&self, name: &str) -> Result<(), NotPulled> {
        let noted = self.progress.borrow_mut().note(name);
        noted.map_err(|error| not_written(&self.folder, error))
    }

    /// Writes JSON, whole or not at all: beside its place, and then renamed. Only the owner may read it: the variables of
    /// functions stand in it.
    pub(super) fn write_text(&self, name: &str, json: &str) -> Result<(), NotPulled> {
        let begun = self.progress.borrow_mut().begin().map(drop);
        begun.map_err(|error| not_written(&self.folder, error))?;
        self.put(name, json)
    }

    fn put(&self, name: &str, json: &str) -> Result<(), NotPulled> {
        let path = self.folder.join(name);
        replace(&path, lay_out(json).as_bytes()).map_err(|error| NotPulled::NotWritten {
            path: path.clone(),
            error,
        })?;
        self.written.borrow_mut().insert(path);
        Ok(())
    }

    /// Notes a role that is not asked for.
    pub(super) fn leaves_out(&self, role: &str, why: String) {
        let mut out = self.out_of_scope.borrow_mut();
        let role = role.to_owned();
        out.insert(name(&role).to_owned(), OutOfScope { role, why });
    }

    /// Whether the role with this ARN is asked for.
    pub(super) fn asks_for(&self, role: &str) -> bool {
        !self.out_of_scope.borrow().contains_key(name(role))
    }

    /// How many roles are not asked for.
    pub(super) fn left_out(&self) -> usize {
        self.out_of_scope.borrow().len()
    }

    /// Notes what could not be read.
    ///
    /// # Errors
    /// When nothing else can be read either: the credentials are over.
    pub(super) fn lacks(&self, what: Lack<'_>, why: Fault) -> Result<(), NotPulled> {
        let Lack(what, of, region) = what;
        if why.ends_all() {
            return Err(why.into());
        }
        self.not_covered.borrow_mut().push(NotCovered {
            region: region.map(str::to_owned),
            what,
            of: of.map(str::to_owned),
            why: why.to_string(),
        });
        Ok(())
    }

    /// Writes that nothing could be read, and leaves the rest as it was.
    pub(super) fn is_unread(&self, why: &Fault) -> Result<NotCovered, NotPulled> {
        let gap = NotCovered {
            region: None,
            what: Part::Account,
            of: None,
            why: why.to_string(),
        };
        let gaps = Gaps {
            not_covered: vec![gap.clone()],
            ..Gaps::default()
        };
        self.put("not-covered.json", &serde_json::json!(gaps).to_string())?;
        Ok(gap)
    }

    /// Writes what is not covered, and removes what an earlier run left of these Regions and this one did not read again. Where
    /// nothing could be read, the folder stays as it was.
    pub(super) fn finish<'a>(
        self,
        regions: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<NotCovered>, NotPulled> {
        // Answers come in any order.
        let mut not_covered = self.not_covered.take();
        not_covered.sort();
        if self.written.borrow().is_empty() {
            return Ok(not_covered);
        }
        let gaps = Gaps {
            not_covered,
            out_of_scope: self.out_of_scope.take().into_values().collect(),
        };
        self.write("not-covered.json", &serde_json::json!(gaps))?;
        self.remove(&self.folder.join("account.json"))?;
        for region in regions {
            let folder = self.folder.join(region);
            for path in ours(&folder).map_err(|error| not_written(&folder, error))? {
                self.remove(&path)?;
            }
        }
        // Last: until here the folder is between two pulls.
        let ended = self.progress.borrow().end();
        ended.map_err(|error| not_written(&self.folder, error))?;
        Ok(gaps.not_covered)
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
        if self.written.borrow().contains(path) {
            return Ok(());
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(not_written(path, error)),
            _ => Ok(()),
        }
    }
}

/// The name of the role that has an ARN: unique in its account, whatever the path.
fn name(role: &str) -> &str {
    role.rsplit('/').next().unwrap_or(role)
}

/// What is lacking: a part, of whom, and in which Region.
pub(super) struct Lack<'a>(
    pub(super) Part,
    pub(super) Option<&'a str>,
    pub(super) Option<&'a str>,
);

fn not_written(path: &Path, error: io::Error) -> NotPulled {
    let path = path.to_owned();
    NotPulled::NotWritten { path, error }
}

/// The files of a Region's folder that have names that are given here.
fn ours(folder: &Path) -> io::Result<Vec<PathBuf>> {
    const ONE: [&str; 5] = [
        "functions.json",
        "event-source-mappings.json",
        "rules.json",
        "schedules.json",
        "trails.json",
    ];
    const MANY: [&str; 5] = [
        "event-invoke-configs-",
        "function-urls-",
        "targets-",
        "schedule-",
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
pub(super) fn create(path: &Path) -> io::Result<File> {
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
