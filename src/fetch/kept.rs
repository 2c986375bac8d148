//! The folder in which what was fetched is kept, as files that can be read again without AWS.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::NotFetched;
use crate::live::replace;

/// The folder, if there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a>(pub(super) Option<&'a Path>);

impl Kept<'_> {
    /// What was kept under this name, if it has this length or none is asked.
    pub(super) fn read(&self, name: &str, length: Option<u64>) -> Option<Vec<u8>> {
        let path = self.path(name)?;
        let there = std::fs::metadata(&path).ok()?;
        let same = length.is_none_or(|length| length == there.len());
        (there.is_file() && same)
            .then(|| std::fs::read(&path).ok())
            .flatten()
    }

    /// Keeps it, whole or not at all.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), NotFetched> {
        let Some(path) = self.path(name) else {
            return Ok(());
        };
        replace(&path, bytes).map_err(|error: io::Error| NotFetched::NotKept { path, error })
    }

    /// `None` when nothing is kept, or the name would lead out of the folder.
    fn path(&self, name: &str) -> Option<PathBuf> {
        let mut parts = Path::new(name).components();
        let within = parts.all(|part| matches!(part, Component::Normal(_)));
        within.then(|| self.0.map(|folder| folder.join(name)))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_in_its_folder_and_is_taken_only_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let kept = Kept(Some(folder.path()));
        kept.write("bucket/a/b.json", b"{}").expect("it is kept");
        for (name, length, expected) in [
            ("bucket/a/b.json", Some(2), Some(&b"{}"[..])),
            ("bucket/a/b.json", None, Some(b"{}")),
            ("bucket/a/b.json", Some(3), None),
            ("bucket/a", None, None),
            ("bucket/a/c.json", None, None),
        ] {
            let read = kept.read(name, length);
            assert_eq!(read.as_deref(), expected, "{name} {length:?}");
        }
        for name in ["../x.json", "/x.json", "a/../../x.json"] {
            assert!(kept.path(name).is_none(), "{name}");
            kept.write(name, b"x").expect("nothing is written");
        }
        assert!(!folder.path().with_file_name("x.json").exists());
    }
}
