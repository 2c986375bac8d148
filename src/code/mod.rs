//! Where infrastructure code comes from: files and folders, now or at a revision of git.

mod proposed;
mod revision;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::iac::{Found, Given, Place, Problem, read, read_module};
use crate::text::{Position, Texts};

pub use proposed::{NotProposed, proposals};
pub use revision::{NotRead, at_revision};
pub use walk::{NoSuchPath, files};

/// What some files say.
#[derive(Clone, Debug, Default)]
pub struct Code {
    /// What each of them says that holds roles, policies or functions, or should have been read.
    pub found: Vec<Found>,
    /// The texts of these.
    pub texts: Texts,
}

/// A file that was asked for or met.
#[derive(Clone, Debug)]
pub struct File {
    /// What it is called in findings: its path, with `/` between its parts.
    pub name: Arc<str>,
    /// Its text; an error when it cannot be read as text.
    pub text: Result<Arc<str>, String>,
    /// Whether somebody named it, or its name says that it is YAML, JSON, a template or HCL. Of others it is no error when they
    /// cannot be understood.
    pub meant: bool,
}

impl Code {
    /// Understands files: each by itself, and those of a configuration of Terraform by their folder.
    #[must_use]
    pub fn of(files: Vec<File>, given: &Given) -> Self {
        let mut code = Code::default();
        let (terraform, files): (Vec<_>, Vec<_>) = files.into_iter().partition(is_terraform);
        let units: Vec<Vec<File>> = by_folder(terraform)
            .into_values()
            .chain(files.into_iter().map(|file| vec![file]))
            .collect();
        let read: Vec<_> = units
            .into_par_iter()
            .filter_map(|files| understood(files, given))
            .collect();
        for (found, texts) in read {
            code.found.push(found);
            code.texts.extend(texts);
        }
        code
    }

    /// Whether any of them holds something to check.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.iter().all(|found| found.form.is_none())
    }
}

/// Whether a name says that it is a file of a configuration of Terraform, or gives values to its variables.
fn is_terraform(file: &File) -> bool {
    let ends = [".tf", ".tfvars", ".tfvars.json"];
    ends.iter().any(|end| file.name.ends_with(end))
}

fn by_folder(files: Vec<File>) -> BTreeMap<String, Vec<File>> {
    let mut folders: BTreeMap<String, Vec<File>> = BTreeMap::new();
    for file in files {
        let folder = file.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder.to_owned()).or_default().push(file);
    }
    folders
}

/// What a file says, or some that are read together; `None` when it is nothing to check.
fn understood(files: Vec<File>, given: &Given) -> Option<(Found, Texts)> {
    let meant = files.iter().any(|file| file.meant);
    let together = files.len() > 1 || files.iter().any(is_terraform);
    let (mut texts, mut unreadable) = (Texts::new(), Vec::new());
    for File { name, text, meant } in files {
        match text {
            Ok(text) => {
                texts.insert(name, text);
            }
            Err(why) if meant => unreadable.push(not_text(name, why)),
            Err(_) => {}
        }
    }
    let mut found = Found::default();
    if texts.values().any(|text| may_hold(text)) {
        let both: Vec<_> = texts
            .iter()
            .map(|(name, text)| (&**name, &**text))
            .collect();
        found = match both.as_slice() {
            [(name, text)] if !together => read(name, text, given),
            files => read_module(files, given),
        };
    }
    found.problems.extend(unreadable);
    let is_something = found.form.is_some() || (meant && !found.problems.is_empty());
    is_something.then_some((found, texts))
}

fn not_text(file: Arc<str>, rule: String) -> Problem {
    Problem {
        place: Place::in_file(file, Position::BEGINNING),
        rule,
    }
}

/// Whether a text has a word that everything has which holds roles, policies or functions: most files of a folder have none, and
/// need not be parsed.
fn may_hold(text: &str) -> bool {
    const WORDS: [&str; 7] = [
        "AWS::",
        "Statement",
        "aws_",
        "provider",
        "RoleDetailList",
        "terraform_version",
        "Resources",
    ];
    let bytes = text.as_bytes();
    let has = |word: &&str| memchr::memmem::find(bytes, word.as_bytes()).is_some();
    WORDS.iter().any(has)
}
