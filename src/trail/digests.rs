//! Digest files: whether the log files that CloudTrail delivered are there, and as they were.
//!
//! The hash of a log file, and of the digest before, is that of its uncompressed content. A digest's own signature is metadata of
//! its object and no part of the file, so that it cannot be checked here: who could change a log file and its digests alike is not
//! found out.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html>

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Day, Layout, Listing, Source, TrailError, find};

/// What the digests say of a trail's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many digests were read.
    pub digests: usize,
    /// How many of the log files that they list are there, and as they were.
    pub intact: usize,
    /// What is wrong, in order.
    pub findings: Vec<Finding>,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, by its key in the bucket, or the digest by its path.
    pub file: String,
    /// What of it.
    pub wrong: Wrong,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A digest lists it, and it is not there.
    Missing,
    /// It is not what it was when the digest was made.
    Altered,
    /// The digest before this one is not the one that this one follows.
    ChainBroken,
    /// It cannot be read: why.
    Unreadable(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.wrong {
            Wrong::Missing => write!(f, "{file} is missing: a digest lists it"),
            Wrong::Altered => write!(f, "{file} is not what it was when its digest was made"),
            Wrong::ChainBroken => write!(
                f,
                "{file} does not follow the digest before it that is there"
            ),
            Wrong::Unreadable(why) => write!(f, "{file} cannot be read: {why}"),
        }
    }
}

impl Finding {
    /// Whose log file it is and of which day, where a log file is missing or altered.
    #[must_use]
    pub fn damaged(&self) -> Option<Layout<'_>> {
        let damaged = matches!(self.wrong, Wrong::Missing | Wrong::Altered);
        Layout::of(Path::new(&self.file)).filter(|_| damaged)
    }
}

/// A digest, as far as it is checked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DigestFile {
    digest_s3_object: String,
    previous_digest_s3_object: Option<String>,
    previous_digest_hash_value: Option<String>,
    log_files: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    s3_object: String,
    hash_value: String,
}

/// Checks all log files that the digests in these folders list, and the chain of the digests. A log file of a day that no file
/// of its account and region is there of was not fetched, and is not missing.
///
/// # Errors
/// As [`find`]. What is wrong with single files is in the result.
pub fn check_digests(sources: &[Source]) -> Result<Checked, TrailError> {
    let listing = find(sources)?;
    let there = There::of(&listing);
    let mut checked = Checked::default();
    let mut digests = BTreeMap::new();
    for path in &listing.digests {
        match read(path).and_then(|text| Ok((hash(&text), serde_json::from_slice(&text)?))) {
            Ok((hash, digest)) => {
                let digest: DigestFile = digest;
                digests.insert(digest.digest_s3_object.clone(), (hash, digest));
            }
            Err(error) => checked.found(path.display(), Wrong::Unreadable(error.to_string())),
        }
    }
    checked.digests = digests.len();
    for (key, (_, digest)) in &digests {
        let previous = digest.previous_digest_s3_object.as_ref();
        let previous = previous.and_then(|previous| digests.get(previous));
        let hash = previous.map(|(hash, _)| hash);
        if hash.is_some() && hash != digest.previous_digest_hash_value.as_ref() {
            checked.found(key, Wrong::ChainBroken);
        }
        for listed in &digest.log_files {
            there.check(listed, &mut checked);
        }
    }
    Ok(checked)
}

impl Checked {
    fn found(&mut self, file: impl fmt::Display, wrong: Wrong) {
        let file = file.to_string();
        self.findings.push(Finding { file, wrong });
    }
}

/// The log files that are there.
struct There<'a> {
    /// By their names, which CloudTrail gives once; without the ending of compression.
    files: HashMap<String, &'a Path>,
    /// The first and the last day of each account and region.
    days: HashMap<(&'a str, &'a str), (Day, Day)>,
}

impl<'a> There<'a> {
    fn of(listing: &'a Listing) -> Self {
        let mut there = There {
            files: HashMap::new(),
            days: HashMap::new(),
        };
        for path in listing.files.iter().filter_map(Source::path) {
            there.files.insert(name(path), path);
            if let Some(layout) = Layout::of(path) {
                let days = there.days.entry((layout.account, layout.region));
                let days = days.or_insert((layout.day, layout.day));
                *days = (days.0.min(layout.day), days.1.max(layout.day));
            }
        }
        there
    }

    fn check(&self, listed: &Listed, checked: &mut Checked) {
        let key = Path::new(&listed.s3_object);
        let Some(path) = self.files.get(&name(key)) else {
            let layout = Layout::of(key);
            let fetched = layout.and_then(|layout| {
                let (first, last) = self.days.get(&(layout.account, layout.region))?;
                Some((*first..=*last).contains(&layout.day))
            });
            if fetched == Some(true) {
                checked.found(&listed.s3_object, Wrong::Missing);
            }
            return;
        };
        match read(path) {
            Ok(text) if hash(&text) == listed.hash_value.to_ascii_lowercase() => {
                checked.intact += 1
            }
            Ok(_) => checked.found(&listed.s3_object, Wrong::Altered),
            Err(error) => checked.found(&listed.s3_object, Wrong::Unreadable(error.to_string())),
        }
    }
}

/// The name of a file without `.gz`: a log file may have been decompressed on its way here.
fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(".gz").to_owned()
}

/// The most bytes of a file that are looked at: CloudTrail's files are far smaller.
const MOST_BYTES: u64 = 1 << 30;

/// The uncompressed content of a file.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut text = Vec::new();
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(file)
            .take(MOST_BYTES)
            .read_to_end(&mut text)?;
    } else {
        file.take(MOST_BYTES).read_to_end(&mut text)?;
    }
    Ok(text)
}

fn hash(text: &[u8]) -> String {
    let hash = Sha256::digest(text);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    const LOGS: &str = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/10";
    const DIGESTS: &str = "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/10/08";

    fn write(folder: &Path, key: &str, text: &str) {
        let path = folder.join(key);
        let parent = path.parent().expect("a folder");
        fs::create_dir_all(parent).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    /// A digest of log files, each with the text that it was made of, after another digest with its text.
    fn digest(name: &str, files: &[(&str, &str)], previous: Option<(&str, &str)>) -> String {
        let files = files.iter().map(|(key, text)| {
            json!({"s3Object": format!("{LOGS}/{key}.json.gz"), "hashValue": hash(text.as_bytes())})
        });
        json!({"digestS3Object": format!("{DIGESTS}/{name}.json.gz"), "logFiles": files.collect::<Vec<_>>(),
            "previousDigestS3Object": previous.map(|(name, _)| format!("{DIGESTS}/{name}.json.gz")),
            "previousDigestHashValue": previous.map(|(_, text)| hash(text.as_bytes()))})
        .to_string()
    }

    fn found(folder: &Path) -> (usize, usize, Vec<String>) {
        let checked = check_digests(&[Source::named(folder)]).expect("a trail");
        let findings = checked.findings.iter().map(|finding| {
            let place = Path::new(&finding.file).file_name().unwrap_or_default();
            format!("{} {:?}", place.to_string_lossy(), finding.wrong)
        });
        (checked.digests, checked.intact, findings.collect())
    }

    #[test]
    fn log_files_that_are_missing_or_altered_are_found_and_so_is_a_broken_chain() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let folder = folder.path();
        let log = r#"{"Records":[]}"#;
        let first = digest("a", &[("07/one", log), ("08/two", log)], None);
        let second = digest(
            "b",
            &[("08/three", log), ("30/later", log)],
            Some(("a", &first)),
        );
        for name in ["07/one", "08/two", "08/three"] {
            write(folder, &format!("{LOGS}/{name}.json"), log);
        }
        write(folder, &format!("{DIGESTS}/a.json"), &first);
        write(folder, &format!("{DIGESTS}/b.json"), &second);
        assert_eq!(
            found(folder),
            (2, 3, vec![]),
            "what was not fetched is not missing"
        );
        write(
            folder,
            &format!("{LOGS}/07/one.json"),
            r#"{"Records":[{}]}"#,
        );
        fs::remove_file(folder.join(format!("{LOGS}/08/two.json"))).expect("it is there");
        write(
            folder,
            &format!("{DIGESTS}/a.json"),
            &first.replace("null", "\"\""),
        );
        let wrong = [
            "one.json.gz Altered",
            "two.json.gz Missing",
            "b.json.gz ChainBroken",
        ];
        assert_eq!(found(folder), (2, 1, wrong.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_digest_that_cannot_be_read_is_told_and_the_others_count() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let log = r#"{"Records":[]}"#;
        write(folder.path(), &format!("{LOGS}/08/two.json"), log);
        write(
            folder.path(),
            &format!("{DIGESTS}/a.json"),
            &digest("a", &[("08/two", log)], None),
        );
        write(folder.path(), &format!("{DIGESTS}/b.json"), "{");
        let (digests, intact, findings) = found(folder.path());
        assert_eq!((digests, intact, findings.len()), (1, 1, 1));
        assert!(findings[0].starts_with("b.json Unreadable"), "{findings:?}");
    }
}
