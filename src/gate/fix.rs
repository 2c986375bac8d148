//! Makes the changes that need nobody's word, and proves that they are none for what is granted or in use.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edit::edited;
use super::scene::Scene;
use super::{Edit, Finding};
use crate::evaluation::included;
use crate::iac::{Found, Given, read};
use crate::text::Texts;

/// A file as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The file.
    pub file: Arc<str>,
    /// Its text.
    pub text: String,
    /// How many findings that mends.
    pub findings: usize,
}

/// The files in which open findings can be mended by edits alone, and those for which that could not be proved.
///
/// A file is changed only when, read again, it has the same roles, and none of them is granted more than before. That nothing
/// goes which is in use is by what edits are made of: a statement that the others of its role allow, or actions that the role's
/// verified proposal has nowhere.
#[must_use]
pub fn mend(findings: &[Finding], texts: &Texts, given: &Given) -> (Vec<Mended>, Vec<Arc<str>>) {
    let mut by_file: BTreeMap<&Arc<str>, (Vec<&Edit>, usize)> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.is_open()) {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        let mut files: Vec<_> = edits.clone().map(|edit| &edit.file).collect();
        files.dedup();
        for edit in edits {
            by_file.entry(&edit.file).or_default().0.push(edit);
        }
        for file in files {
            by_file.entry(file).or_default().1 += 1;
        }
    }
    let (mut mended, mut refused) = (Vec::new(), Vec::new());
    for (file, (edits, findings)) in by_file {
        match texts
            .get(file)
            .and_then(|text| proved(file, text, &edits, given))
        {
            Some(text) => mended.push(Mended {
                file: Arc::clone(file),
                text,
                findings,
            }),
            None => refused.push(Arc::clone(file)),
        }
    }
    (mended, refused)
}

/// The text after the edits, if it says of the same roles no more than before.
fn proved(file: &str, text: &str, edits: &[&Edit], given: &Given) -> Option<String> {
    let new = edited(text, edits)?;
    let (before, after) = ([read(file, text, given)], [read(file, &new, given)]);
    let problems = |found: &[Found]| found.iter().map(|one| one.problems.len()).sum::<usize>();
    let (then, now) = (Scene::of(&before), Scene::of(&after));
    let same = then.holders.len() == now.holders.len() && problems(&before) == problems(&after);
    let mut pairs = then.holders.iter().zip(&now.holders);
    let narrower = pairs.all(|(then, now)| {
        then.role.id == now.role.id
            && included(now.granted_by_name(), then.granted_by_name()).is_included()
    });
    (same && narrower).then_some(new)
}
