//! The folder that a pull writes.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

pub(crate) fn json(folder: &TempDir, name: &str) -> Value {
    let text = fs::read_to_string(folder.path().join(name));
    let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
}

pub(crate) fn has(folder: &TempDir, name: &str) -> bool {
    folder.path().join(name).exists()
}

/// The files of a folder and of those in it.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    fn within(folder: &Path, prefix: &str, names: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let name = format!("{prefix}{name}");
            match path.is_dir() {
                true => within(&path, &format!("{name}/"), names),
                false => names.push(name),
            }
        }
    }
    let mut names = Vec::new();
    within(folder, "", &mut names);
    names.sort();
    names
}
