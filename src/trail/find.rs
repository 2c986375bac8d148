//! Which log files there are, in an order that is the same on every machine.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{TrailError, Trouble};
use super::layout::{ASIDE, Layout};

/// A file or folder, or standard input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A path as it was named, or found in a folder.
    Path(PathBuf),
    /// Standard input.
    StandardInput,
    /// What was fetched from AWS, by its address, such as `s3://bucket/AWSLogs/…`. It has the layout of a trail's bucket.
    Fetched(Box<str>),
}

/// The name of a file of CloudTrail's event history, which a trail's files do not have.
pub const EVENT_HISTORY: &str = "event-history.json.gz";

impl Source {
    /// What a command line means: `-` is standard input, anything else a path.
    pub fn named(name: impl AsRef<OsStr>) -> Source {
        match name.as_ref() {
            name if name == "-" => Source::StandardInput,
            name => Source::Path(name.into()),
        }
    }

    /// The path, if it is a file or folder.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Source::Path(path) => Some(path),
            Source::StandardInput | Source::Fetched(_) => None,
        }
    }

    /// What its path or address says of whose events it holds.
    #[must_use]
    pub fn layout(&self) -> Option<Layout<'_>> {
        Layout::of(self.place()?)
    }

    /// Whether it is of CloudTrail's event history, which has management events alone, and not of a trail.
    #[must_use]
    pub fn is_event_history(&self) -> bool {
        self.place()
            .is_some_and(|place| place.ends_with(EVENT_HISTORY))
    }

    fn place(&self) -> Option<&Path> {
        match self {
            Source::Path(path) => Some(path),
            Source::StandardInput => None,
            Source::Fetched(address) => Some(Path::new(&**address)),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Path(path) => path.display().fmt(f),
            Source::StandardInput => f.write_str("standard input"),
            Source::Fetched(address) => f.write_str(address),
        }
    }
}

/// The files to read, and what is left aside.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files and standard input, in the order of the sources; those of a folder sorted by the bytes of their paths.
    pub files: Vec<Source>,
    /// Files under `CloudTrail-Digest`: hashes of log files.
    pub digest_files: u64,
    /// Those files, in the same order.
    pub digests: Vec<PathBuf>,
    /// Files under `CloudTrail-Insight`: unusual rates of calls, no calls.
    pub insight_files: u64,
    /// Files under `CloudTrail-Aggregated`: counts of data events, no calls.
    pub aggregated_files: u64,
    /// Other files that are not logs by their names, and what is neither file nor folder.
    pub ignored_files: u64,
    /// Folders in the named folders that cannot be listed.
    pub unlisted: Vec<(Source, Trouble)>,
}

impl Listing {
    fn append(&mut self, other: Listing) {
        self.files.extend(other.files);
        self.digest_files += other.digest_files;
        self.digests.extend(other.digests);
        self.insight_files += other.insight_files;
        self.aggregated_files += other.aggregated_files;
        self.ignored_files += other.ignored_files;
        self.unlisted.extend(other.unlisted);
    }
}

/// Finds the log files of the sources.
///
/// A file that is named is taken whatever its name. In a folder, and in the folders in it, are taken the names that end
/// in `.json`, `.jsonl`, `.ndjson` or `.gz`, in upper or lower case. Links are followed; a folder that was listed
/// already, by another link or source, is not listed again, so no loop of links can hang it. A source that is named
/// twice counts once.
///
/// # Errors
/// When a named path does not exist, a named folder cannot be listed, or it holds no log file.
pub fn find(sources: &[Source]) -> Result<Listing, TrailError> {
    let mut listing = Listing::default();
    let mut listed = HashSet::new();
    let mut named = HashSet::new();
    for source in sources {
        if !named.insert(source) {
            continue;
        }
        match source {
            Source::Path(path) if is_folder(path)? => {
                listing.append(Walk::through(path, &mut listed)?)
            }
            file => listing.files.push(file.clone()),
        }
    }
    Ok(listing)
}

fn is_folder(path: &Path) -> Result<bool, TrailError> {
    match fs::metadata(path) {
        Ok(about) => Ok(about.is_dir()),
        // It exists, but may not be looked at: opening it says why.
        Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => Ok(false),
        Err(cause) => Err(not_found(path, cause)),
    }
}

fn not_found(path: &Path, cause: io::Error) -> TrailError {
    TrailError::NotFound {
        path: path.to_owned(),
        cause,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    /// A pipe, socket or device, which could wait for ever.
    Special,
}

/// The way through one named folder.
struct Walk<'l> {
    listing: Listing,
    /// Folders already listed, by their real paths.
    listed: &'l mut HashSet<PathBuf>,
    met_again: bool,
    first_ignored: Option<PathBuf>,
}

impl Walk<'_> {
    fn through(folder: &Path, listed: &mut HashSet<PathBuf>) -> Result<Listing, TrailError> {
        let mut walk = Walk {
            listing: Listing::default(),
            listed,
            met_again: false,
            first_ignored: None,
        };
        // Not recursive: a deep tree must not exhaust the stack. The last entry is the next.
        let mut pending = walk
            .entries(folder)
            .map_err(|cause| not_found(folder, cause))?;
        while let Some((path, kind)) = pending.pop() {
            match kind {
                Kind::File => walk.file(path),
                Kind::Special => walk.ignore(path),
                Kind::Folder => match walk.entries(&path) {
                    Ok(entries) => pending.extend(entries),
                    Err(cause) => {
                        let folder = Source::Path(path);
                        walk.listing.unlisted.push((folder, Trouble::List(cause)));
                    }
                },
            }
        }
        if walk.listing.files.is_empty() && !walk.met_again {
            return Err(TrailError::NoLogFiles {
                folder: folder.to_owned(),
                found: walk.found_instead(),
            });
        }
        Ok(walk.listing)
    }

    /// What is in the folder, the last first; nothing when it was listed before.
    fn entries(&mut self, folder: &Path) -> io::Result<Vec<(PathBuf, Kind)>> {
        if !self.listed.insert(fs::canonicalize(folder)?) {
            self.met_again = true;
            return Ok(Vec::new());
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let kind = kind(&path);
            entries.push((path, kind));
        }
        // A folder sorts as its files do, with a `/` after its name, so whole paths come out sorted by their bytes.
        entries.sort_by_cached_key(|(path, kind)| {
            let mut name = path.as_os_str().as_encoded_bytes().to_vec();
            name.extend((*kind == Kind::Folder).then_some(b'/'));
            Reverse(name)
        });
        Ok(entries)
    }

    fn file(&mut self, path: PathBuf) {
        let [digest, insight, aggregated] = ASIDE;
        let under = |folder: &str| path.iter().any(|part| part == folder);
        if !is_log_name(&path) {
            self.ignore(path);
        } else if under(digest) {
            self.listing.digest_files += 1;
            self.listing.digests.push(path);
        } else if under(insight) {
            self.listing.insight_files += 1;
        } else if under(aggregated) {
            self.listing.aggregated_files += 1;
        } else {
            self.listing.files.push(Source::Path(path));
        }
    }

    fn ignore(&mut self, path: PathBuf) {
        self.listing.ignored_files += 1;
        self.first_ignored.get_or_insert(path);
    }

    fn found_instead(&self) -> String {
        let listing = &self.listing;
        let mut found = Vec::new();
        if let Some(first) = self.first_ignored.as_deref().and_then(Path::file_name) {
            let count = listing.ignored_files;
            found.push(format!(
                "{count} with other names (such as {})",
                first.display()
            ));
        }
        let [digest, insight, aggregated] = ASIDE;
        let aside = [
            (listing.digest_files, digest),
            (listing.insight_files, insight),
            (listing.aggregated_files, aggregated),
        ];
        for (count, folder) in aside.into_iter().filter(|(count, _)| *count > 0) {
            found.push(format!("{count} under {folder} (no records of calls)"));
        }
        let files = listing.ignored_files + aside.map(|(count, _)| count).iter().sum::<u64>();
        let mut words = format!("it holds {files} files");
        if !found.is_empty() {
            words += &format!(": {}", found.join(", "));
        }
        if !listing.unlisted.is_empty() {
            words += &format!(
                ", and {} folders in it cannot be listed",
                listing.unlisted.len()
            );
        }
        words
    }
}

fn kind(path: &Path) -> Kind {
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Kind::Folder,
        Ok(about) if about.is_file() => Kind::File,
        Ok(_) => Kind::Special,
        // Such as a link to nothing: opening it says why.
        Err(_) => Kind::File,
    }
}

fn is_log_name(path: &Path) -> bool {
    let taken = ["json", "jsonl", "ndjson", "gz"];
    path.extension()
        .is_some_and(|ending| taken.iter().any(|name| ending.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("it is in the folder"))
                .expect("it can be made");
            fs::write(path, "{}").expect("it can be written");
        }
        folder
    }

    fn names(root: &Path, listing: &Listing) -> Vec<String> {
        let paths = listing
            .files
            .iter()
            .map(|file| file.path().expect("it is a path"));
        let within = paths.map(|path| path.strip_prefix(root).expect("it is in the folder"));
        within.map(|path| path.display().to_string()).collect()
    }

    fn find_in(folder: &Path) -> Result<Listing, TrailError> {
        find(&[Source::named(folder)])
    }

    #[test]
    fn a_folder_gives_its_log_files_sorted_by_the_bytes_of_their_paths() {
        let files = [
            "a/z.json",
            "a-b.json",
            "a.json.gz",
            "B/c/d/e.GZ",
            "b.jsonl",
            "é.ndjson",
            "a/b/c.ndjson.gz",
        ];
        let folder = folder(&files);
        let mut sorted = files.map(str::to_owned);
        sorted.sort_unstable_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        let listing = find_in(folder.path()).expect("it has files");
        assert_eq!(names(folder.path(), &listing), sorted);
    }

    #[test]
    fn other_files_are_counted_and_a_named_file_is_taken_whatever_its_name() {
        let folder = folder(&["a.json", "b.txt", "json", ".gz", "c.json.part"]);
        let listing = find_in(folder.path()).expect("it has a log file");
        assert_eq!(
            (names(folder.path(), &listing), listing.ignored_files),
            (vec!["a.json".to_owned()], 4)
        );
        let named = folder.path().join("b.txt");
        let listing = find(&[
            Source::named(&named),
            Source::named(&named),
            Source::named("-"),
        ])
        .expect("it exists");
        assert_eq!(listing.files, [Source::Path(named), Source::StandardInput]);
    }

    #[test]
    fn digests_insights_and_aggregates_are_left_aside_by_their_folders() {
        let day = "us-east-1/2026/10/08/a.json.gz";
        let kinds = ["", "-Digest", "-Insight", "-Aggregated", "-NetworkActivity"];
        let files = kinds.map(|kind| format!("AWSLogs/111122223333/CloudTrail{kind}/{day}"));
        let folder = folder(&files.each_ref().map(String::as_str));
        let listing = find_in(folder.path()).expect("it has log files");
        assert_eq!(
            names(folder.path(), &listing),
            [files[4].as_str(), files[0].as_str()]
        );
        assert_eq!(
            [
                listing.digest_files,
                listing.insight_files,
                listing.aggregated_files,
                listing.ignored_files
            ],
            [1, 1, 1, 0]
        );
    }

    #[test]
    fn a_folder_without_log_files_is_an_error_that_says_what_is_in_it() {
        for (files, expected) in [
            (
                &[][..],
                "no log file here: it holds 0 files; looked for names that end in .json",
            ),
            (
                &["b/x.parquet", "a.csv"],
                "it holds 2 files: 2 with other names (such as a.csv); looked",
            ),
            (
                &["CloudTrail-Digest/a.json.gz", "x"],
                "it holds 2 files: 1 with other names (such as x), 1 under CloudTrail-Digest (no",
            ),
        ] {
            let folder = folder(files);
            let words = find_in(folder.path()).expect_err("no log file").to_string();
            assert!(words.contains(expected), "{words}");
        }
    }

    #[test]
    fn a_path_that_does_not_exist_is_an_error_that_names_it() {
        let words = find(&[Source::named("no/such/path.json")])
            .expect_err("it does not exist")
            .to_string();
        assert!(words.starts_with("no/such/path.json: "), "{words}");
    }

    #[test]
    fn a_folder_inside_another_source_is_not_read_twice() {
        let folder = folder(&["a/b.json", "c.json"]);
        let sources = [
            Source::named(folder.path()),
            Source::named(folder.path().join("a")),
        ];
        assert_eq!(find(&sources).expect("it has files").files.len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn loops_of_links_and_links_to_nothing_hang_nothing() {
        use std::os::unix::fs::symlink;
        let folder = folder(&["a/b.json", "a/c/d.json"]);
        let root = folder.path();
        for (target, link) in [
            ("a", "loop"),
            ("../..", "a/c/up"),
            ("a/b.json", "linked.json"),
            ("nothing", "dangling.json"),
        ] {
            symlink(
                if target == "a" {
                    root.join(target)
                } else {
                    target.into()
                },
                root.join(link),
            )
            .expect("a link can be made");
        }
        let listing = find_in(root).expect("it has files");
        assert_eq!(
            names(root, &listing),
            ["a/b.json", "a/c/d.json", "dangling.json", "linked.json"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_in_a_folder_is_not_opened() {
        let folder = folder(&["a.json"]);
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("b.json"))
            .expect("a socket can be made");
        let listing = find_in(folder.path()).expect("it has a file");
        assert_eq!((listing.files.len(), listing.ignored_files), (1, 1));
    }
}
