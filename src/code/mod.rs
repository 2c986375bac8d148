//! Where infrastructure code comes from: files and folders, now or at a revision of git.

mod proposed;
mod revision;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::iac::{Form, Found, Given, Place, Problem, read};

pub use proposed::{NotProposed, proposals};
pub use revision::{NotRead, at_revision};
pub use walk::{NoSuchPath, files};

/// A file's text, by what it is called.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

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
    /// Understands files.
    #[must_use]
    pub fn of(files: Vec<File>, given: &Given) -> Self {
        let read: Vec<_> = files
            .into_par_iter()
            .filter_map(|file| understood(file, given))
            .collect();
        let mut code = Code::default();
        for (found, name, text) in read {
            code.found.push(found);
            code.texts.insert(name, text);
        }
        code
    }

    /// Whether any of them holds something to check.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let forms: Vec<Form> = self.found.iter().filter_map(|found| found.form).collect();
        forms.is_empty()
    }
}

/// What a file says; `None` when it is nothing to check.
fn understood(file: File, given: &Given) -> Option<(Found, Arc<str>, Arc<str>)> {
    let File { name, text, meant } = file;
    let text = match text {
        Ok(text) => text,
        Err(why) if meant => {
            let problem = Problem {
                place: Place {
                    file: Arc::clone(&name),
                    line: 1,
                    column: 1,
                    span: None,
                    resource: None,
                    cdk_path: None,
                },
                rule: why,
            };
            let found = Found {
                problems: vec![problem],
                ..Found::default()
            };
            return Some((found, name, "".into()));
        }
        Err(_) => return None,
    };
    if !may_hold(&text) {
        return None;
    }
    let found = read(&name, &text, given);
    let is_something = found.form.is_some() || (meant && !found.problems.is_empty());
    is_something.then_some((found, name, text))
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
