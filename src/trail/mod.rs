//! Where events come from: log files in folders, named files, standard input, and what was fetched from AWS.
//!
//! [`find`] says which files there are, [`read_file`] gives what one of them holds, and [`read`] does both. One file is
//! open at a time, and of it one chunk and the record in progress are in memory; of the others only their names.
//! Nothing is dropped silently: what is not read is counted in [`Listing`] and [`ReadSummary`], or is a [`Trouble`].

mod digests;
mod fault;
mod find;
mod layout;
mod read;
mod trails;

pub use digests::{check_digests, read_keys};
pub use fault::{TrailError, Trouble};
pub use find::{EVENT_HISTORY, Listing, Source, find};
#[cfg(feature = "aws")]
pub(crate) use layout::ASIDE;
pub use layout::{Day, Layout};
pub use read::{FileRead, Item, MAX_GZIP_TEXT_BYTES, read_bytes, read_file};
pub use trails::{buckets, read_trails};
pub(crate) use trails::{holds, within};

/// What was read, and what was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    /// Log files that were read, wholly or up to a fault.
    pub files: u64,
    /// Digest files, known by their path or by what they hold; left aside.
    pub digest_files: u64,
    /// Files in a folder `CloudTrail-Insight`; left aside.
    pub insight_files: u64,
    /// Files in a folder `CloudTrail-Aggregated`; left aside, because they hold counts and no records.
    pub aggregated_files: u64,
    /// Other files in the folders.
    pub ignored_files: u64,
    /// Files with at least one fault; some of their records may have been read.
    pub files_with_faults: u64,
    /// Folders inside the folders that could not be listed.
    pub unlisted_folders: u64,
    /// Records that were given.
    pub records: u64,
    /// Bytes that were read from files and standard input.
    pub compressed_bytes: u64,
    /// Bytes of text in them; equal for files that are not compressed.
    pub text_bytes: u64,
}

impl ReadSummary {
    /// The summary of a listing none of whose files has been read yet.
    pub fn of(listing: &Listing) -> ReadSummary {
        ReadSummary {
            digest_files: listing.digest_files,
            insight_files: listing.insight_files,
            aggregated_files: listing.aggregated_files,
            ignored_files: listing.ignored_files,
            unlisted_folders: listing.unlisted.len() as u64,
            ..ReadSummary::default()
        }
    }

    /// Adds what one file gave.
    pub fn add(&mut self, file: &FileRead) {
        if file.is_digest() {
            self.digest_files += 1;
        } else {
            self.files += 1;
        }
        self.files_with_faults += u64::from(file.faults > 0);
        self.records += file.records;
        self.compressed_bytes += file.compressed_bytes;
        self.text_bytes += file.text_bytes;
    }
}

/// Reads every record of the sources, file by file in the order of [`find`].
///
/// # Errors
/// As [`find`]: before anything is given to the sink. What goes wrong later is given as [`Item::Fault`], and the reading
/// goes on with the next file.
///
/// ```
/// use tightrope::trail::{Item, Source, read};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("log.json"), r#"{"Records":[{"eventName":"GetObject"}]}"#)?;
/// let mut places = Vec::new();
/// let summary = read(&[Source::named(folder.path())], &mut |item| {
///     if let Item::Record { at, .. } = item {
///         places.push(at.to_string());
///     }
/// })?;
/// assert_eq!((summary.files, summary.records), (1, 1));
/// assert_eq!(places, ["line 1, byte 12"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(sources: &[Source], sink: &mut dyn FnMut(Item<'_>)) -> Result<ReadSummary, TrailError> {
    let listing = find(sources)?;
    let mut summary = ReadSummary::of(&listing);
    for (folder, trouble) in &listing.unlisted {
        sink(Item::File(folder));
        sink(Item::Fault(trouble));
    }
    for file in &listing.files {
        summary.add(&read_file(file, sink));
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;
    use std::path::Path;

    fn write(folder: &Path, name: &str, text: &[u8]) {
        fs::write(folder.join(name), text).expect("it can be written");
    }

    /// Every item, as one line without the folder.
    fn lines(folder: &Path) -> (ReadSummary, Vec<String>) {
        let mut lines = Vec::new();
        let summary = read(&[Source::named(folder)], &mut |item| {
            lines.push(match item {
                Item::File(file) => file
                    .to_string()
                    .replace(&format!("{}/", folder.display()), ""),
                Item::Record { at, json } => format!("{at}: {}", String::from_utf8_lossy(json)),
                Item::Fault(trouble) => trouble.to_string(),
            });
        });
        (summary.expect("it has log files"), lines)
    }

    #[test]
    fn every_bad_file_is_told_and_the_good_ones_are_read() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        write(root, "a-empty.json", b"");
        write(root, "b-cut.json", br#"{"Records":[{"a":1},{"b"#);
        write(root, "c-lines.jsonl", b"{\"a\":2}\nnot json\n{\"a\":3}\n");
        write(
            root,
            "d-digest.json",
            br#"{"digestS3Bucket":"b","digestS3Object":"o"}"#,
        );
        write(root, "e-array.json", br#"[{"a":4}]"#);
        write(root, "f-notes.txt", b"{}");
        #[cfg(unix)]
        std::os::unix::fs::symlink("nothing", root.join("g-link.json"))
            .expect("a link can be made");
        let (summary, lines) = lines(root);
        let begins = [
            "a-empty.json",
            "line 1, byte 0: there is nothing in it",
            "b-cut.json",
            r#"line 1, byte 12: {"a":1}"#,
            "line 1, byte 20: the text ends at byte 23, inside the record",
            "c-lines.jsonl",
            r#"line 1, byte 0: {"a":2}"#,
            "line 2, byte 8: `not json\\n` does not begin a record",
            r#"line 3, byte 17: {"a":3}"#,
            "d-digest.json",
            "e-array.json",
            r#"line 1, byte 1: {"a":4}"#,
            "g-link.json",
            "it cannot be opened: ",
        ];
        let begins = if cfg!(unix) {
            &begins[..]
        } else {
            &begins[..12]
        };
        assert_eq!(lines.len(), begins.len(), "{lines:#?}");
        for (line, begin) in lines.iter().zip(begins) {
            assert!(line.starts_with(begin), "{line} instead of {begin}");
        }
        let links = u64::from(cfg!(unix));
        assert_eq!(
            (summary.files, summary.digest_files, summary.ignored_files),
            (4 + links, 1, 1)
        );
        assert_eq!((summary.files_with_faults, summary.records), (3 + links, 4));
    }

    #[test]
    fn a_file_of_60_megabytes_in_one_line_is_read_in_chunks() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let record = format!(
            r#"{{"eventName":"GetObject","text":"{}"}}"#,
            "x".repeat(60_000)
        );
        let mut file = fs::File::create(folder.path().join("log.json")).expect("it can be made");
        file.write_all(br#"{"Records":["#)
            .expect("it can be written");
        for _ in 0..1000 {
            file.write_all(record.as_bytes())
                .expect("it can be written");
            file.write_all(b",").expect("it can be written");
        }
        file.write_all(b"{}]}").expect("it can be written");
        let (mut records, mut same) = (0, 0);
        let summary = read(&[Source::named(folder.path())], &mut |item| {
            if let Item::Record { json, .. } = item {
                records += 1;
                same += u32::from(json == record.as_bytes());
            }
        })
        .expect("it has a log file");
        assert_eq!((records, same, summary.files_with_faults), (1001, 1000, 0));
        assert!(summary.text_bytes > 60_000_000);
    }
}
