//! Files as they were at a revision of git.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::File;
use super::walk::is_meant;

/// Why files could not be read from git.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// The program cannot be run.
    #[error("`git` cannot be run: {0}")]
    NoGit(std::io::Error),
    /// It ended with an error.
    #[error("`git {arguments}`: {says}")]
    Failed {
        /// What it was asked.
        arguments: String,
        /// What it said.
        says: String,
    },
    /// It said something that it does not say.
    #[error("`git cat-file` gave an object that is not as it says: {0}")]
    Garbled(String),
}

/// The files of these paths at a revision, called as they are called now: `origin/main`. A path that was not there then has none.
///
/// # Errors
/// When git cannot be run, the paths are in no repository, or the revision is not there.
pub fn at_revision(revision: &str, paths: &[PathBuf]) -> Result<Vec<File>, NotRead> {
    let mut files = Vec::new();
    for (folder, names) in by_folder(paths) {
        let asked = format!("{revision}^{{commit}}");
        let commit = git(folder, &["rev-parse", "--verify", "--quiet", &asked], b"")
            .map_err(|error| unknown_revision(error, revision))?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let mut arguments = vec!["ls-tree", "-r", "-z", &commit, "--"];
        arguments.extend(names.iter().map(String::as_str));
        files.extend(contents(folder, &git(folder, &arguments, b"")?)?);
    }
    files.sort_by(|left, right| left.name.cmp(&right.name));
    files.dedup_by(|later, first| later.name == first.name);
    Ok(files)
}

/// What is asked of each folder: files by name, and the folder itself as `.`.
fn by_folder(paths: &[PathBuf]) -> BTreeMap<&Path, Vec<String>> {
    let mut folders: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for path in paths {
        let (folder, name) = match (path.is_dir(), path.parent()) {
            (true, _) => (path.as_path(), ".".into()),
            (false, Some(parent)) if !parent.as_os_str().is_empty() => (parent, name_of(path)),
            (false, _) => (Path::new("."), name_of(path)),
        };
        folders.entry(folder).or_default().push(name);
    }
    folders
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn unknown_revision(error: NotRead, revision: &str) -> NotRead {
    match error {
        NotRead::Failed { arguments, says } if says.is_empty() => NotRead::Failed {
            arguments,
            says: format!(
                "there is no revision `{revision}`; in CI, fetch it first (`git fetch origin`, or `fetch-depth: 0`)"
            ),
        },
        other => other,
    }
}

fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, NotRead> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(NotRead::NoGit)?;
    let mut stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // Written beside the reading, since both pipes can be full.
        scope.spawn(|| {
            if let Some(mut pipe) = stdin.take() {
                let _ = pipe.write_all(input);
            }
        });
        child.wait_with_output()
    });
    let output = output.map_err(NotRead::NoGit)?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(NotRead::Failed {
            arguments: arguments.join(" "),
            says: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }),
    }
}

/// The contents of what `ls-tree` listed.
fn contents(folder: &Path, listed: &[u8]) -> Result<Vec<File>, NotRead> {
    let listed = String::from_utf8_lossy(listed);
    let blobs = listed.split('\0').filter_map(|entry| {
        let (kind, name) = entry.split_once('\t')?;
        let mut words = kind.split(' ');
        let (_, kind, id) = (words.next()?, words.next()?, words.next()?);
        (kind == "blob").then_some((id, name))
    });
    let blobs: Vec<_> = blobs.collect();
    let ids: String = blobs.iter().map(|(id, _)| format!("{id}\n")).collect();
    let objects = git(folder, &["cat-file", "--batch"], ids.as_bytes())?;
    let mut rest = objects.as_slice();
    let mut files = Vec::new();
    for (id, name) in blobs {
        let bytes = object(&mut rest).ok_or_else(|| NotRead::Garbled(id.to_owned()))?;
        let path = match folder == Path::new(".") {
            true => PathBuf::from(name),
            false => folder.join(name),
        };
        files.push(File {
            name: super::walk::name(&path),
            text: String::from_utf8(bytes.to_vec())
                .map(Into::into)
                .map_err(|error| format!("it is not UTF-8: {error}")),
            meant: is_meant(&path),
        });
    }
    Ok(files)
}

/// The next object of `cat-file --batch`: a line with its size, its bytes, and a line feed.
fn object<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let feed = rest.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&rest[..feed]).ok()?;
    let size: usize = line.rsplit(' ').next()?.parse().ok()?;
    let bytes = rest.get(feed + 1..feed + 1 + size)?;
    *rest = rest.get(feed + size + 2..)?;
    Some(bytes)
}
