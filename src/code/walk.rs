//! The files of paths.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use rayon::prelude::*;

use super::File;

/// A path that is not there.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {error}")]
pub struct NoSuchPath {
    /// The path.
    pub path: String,
    /// What the system says.
    pub error: std::io::Error,
}

/// No template of this size is one that somebody wrote, or that AWS takes.
const LARGEST: u64 = 64 << 20;

/// The files of these paths, in order: of a folder all that `.gitignore` does not leave out.
///
/// # Errors
/// When a path is not there.
pub fn files(paths: &[PathBuf]) -> Result<Vec<File>, NoSuchPath> {
    let mut found: Vec<(PathBuf, bool)> = Vec::new();
    for path in paths {
        let metadata = std::fs::metadata(path).map_err(|error| NoSuchPath {
            path: path.display().to_string(),
            error,
        })?;
        if metadata.is_dir() {
            found.extend(below(path).into_iter().map(|file| {
                let meant = is_meant(&file);
                (file, meant)
            }));
        } else {
            found.push((path.clone(), true));
        }
    }
    found.sort();
    found.dedup_by(|later, first| later.0 == first.0);
    let files = found.into_par_iter();
    Ok(files.map(|(path, meant)| file(&path, meant)).collect())
}

/// The files below a folder. Hidden ones are left out, as `.git` is; what cannot be listed is no file.
fn below(folder: &Path) -> Vec<PathBuf> {
    let walk = WalkBuilder::new(folder).require_git(false).build();
    let entries = walk.filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    files.map(ignore::DirEntry::into_path).collect()
}

/// Whether a name says that the file is of a form that holds policies.
pub(super) fn is_meant(path: &Path) -> bool {
    let ends = ["yaml", "yml", "json", "template", "tf", "tfvars"];
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| ends.iter().any(|one| end.eq_ignore_ascii_case(one)))
}

fn file(path: &Path, meant: bool) -> File {
    File {
        name: name(path),
        text: text(path).map(Into::into),
        meant,
    }
}

/// The path as findings show it.
pub(super) fn name(path: &Path) -> Arc<str> {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").unwrap_or(&text).into()
}

fn text(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if size.len() > LARGEST {
        return Err(format!(
            "it has {} bytes, more than any template",
            size.len()
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("it is not UTF-8: byte {at}")
    })
}
