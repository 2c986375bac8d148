//! `.pull-in-progress`: that a pull has not come to its end, and what it has already. Its first line is the question and when it was
//! first asked, each other line the name of a file that was written since. A pull of the same question takes those files for
//! answers; one that ends removes it, so that the next begins anew.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::snapshot::create;

/// How old an answer may be beside one of today: a snapshot is of one day, and configurations change by the week.
const HOURS: i64 = 6;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Begun {
    question: Value,
    begun: Timestamp,
}

/// What is answered so far.
pub(super) struct Progress {
    folder: PathBuf,
    begun: Begun,
    /// The names of files of answers, from before the interruption too.
    names: BTreeSet<String>,
    /// Open once this run has written something.
    file: Option<File>,
}

impl Progress {
    /// Takes up where a pull of the same question was interrupted, or begins anew. Without a question it is not known whether
    /// it is the same.
    pub(super) fn of(folder: &Path, question: Option<Value>, now: Timestamp) -> Self {
        let question = question.unwrap_or_default();
        let text = fs::read_to_string(path(folder)).unwrap_or_default();
        let interrupted = text.split_once('\n').and_then(|(first, names)| {
            let begun: Begun = serde_json::from_str(first).ok()?;
            let age = now.duration_since(begun.begun);
            let recent = SignedDuration::ZERO <= age && age <= SignedDuration::from_hours(HOURS);
            // A line that was broken off names no file.
            let whole = names.rsplit_once('\n').map_or("", |(whole, _)| whole);
            let there = |name: &&str| folder.join(name).is_file();
            let names = whole.lines().filter(there).map(str::to_owned).collect();
            let same = !question.is_null() && begun.question == question;
            (recent && same).then_some((begun, names))
        });
        let (begun, names) = interrupted.unwrap_or_else(|| {
            let begun = now;
            (Begun { question, begun }, BTreeSet::new())
        });
        Progress {
            folder: folder.to_owned(),
            begun,
            names,
            file: None,
        }
    }

    /// Whether this file was written by this pull, before or after an interruption.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Notes that the folder is between two pulls, before the first file of this one is in its place.
    pub(super) fn begin(&mut self) -> io::Result<&mut File> {
        if self.file.is_none() {
            // Whole or not at all, as the others.
            let beside = self.folder.join(".pull-in-progress.part");
            fs::create_dir_all(&self.folder)?;
            let mut file = create(&beside)?;
            let mut text = serde_json::to_string(&self.begun).map_err(io::Error::from)?;
            for name in &self.names {
                text.push('\n');
                text.push_str(name);
            }
            writeln!(file, "{text}")?;
            fs::rename(&beside, path(&self.folder))?;
            self.file = Some(file);
        }
        let begun = self.file.as_mut();
        begun.ok_or_else(|| io::Error::from(ErrorKind::NotFound))
    }

    /// Notes that a file was written.
    pub(super) fn note(&mut self, name: &str) -> io::Result<()> {
        writeln!(self.begin()?, "{name}")?;
        self.names.insert(name.to_owned());
        Ok(())
    }

    /// All is read that can be read.
    pub(super) fn end(&self) -> io::Result<()> {
        match fs::remove_file(path(&self.folder)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(".pull-in-progress")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_was_written_for_the_same_question_and_not_long_ago_is_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let begun = time("2026-09-21T08:00:00Z");
        let mut progress = Progress::of(folder, Some(json!({"role": []})), begun);
        for name in ["a.json", "b.json", "gone.json"] {
            fs::write(folder.join(name), "{}").expect("a file");
            progress.note(name).expect("it can be noted");
        }
        fs::remove_file(folder.join("gone.json")).expect("it was there");
        let file = path(folder);
        let torn = fs::read_to_string(&file).expect("it was written") + "c.js";
        fs::write(&file, torn).expect("it can be written");
        fs::write(folder.join("c.js"), "{}").expect("a file");
        let cases = [
            (Some(json!({"role": []})), "2026-09-21T13:00:00Z", true),
            (Some(json!({"role": []})), "2026-09-21T15:00:00Z", false),
            (Some(json!({"role": []})), "2026-09-21T07:00:00Z", false),
            (Some(json!({"role": ["x"]})), "2026-09-21T09:00:00Z", false),
            (None, "2026-09-21T09:00:00Z", false),
        ];
        for (question, now, taken) in cases {
            let progress = Progress::of(folder, question, time(now));
            let has = ["a.json", "b.json", "gone.json", "c.js", "d.json"];
            let has = has.map(|name| progress.has(name));
            assert_eq!(has, [taken, taken, false, false, false], "{now}");
        }
    }
}
