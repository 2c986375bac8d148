//! Digest files, and the log files that they list.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use jiff::civil::Date;

use super::{Layout, Listing, Source, TrailError};
use crate::coverage::{
    Checked, Digest, Finding, Found, Gap, Hash, Keys, Missing, check, hexadecimal,
};
use crate::iam::AccountId;

/// A digest is a list of the log files of an hour; more text than this is none.
const MOST_TEXT: u64 = 256 << 20;

/// Checks the digests of a listing against its log files. Also gives the gaps that they tell, and a line for each digest file
/// that cannot be read.
///
/// A log file of a day before the first, or after the last, that the listing has a log file of in the same account and region
/// was not fetched, and is not missing.
#[must_use]
pub fn check_digests(listing: &Listing, keys: &Keys) -> (Checked, Vec<Gap>, Vec<String>) {
    let (mut digests, mut unread) = (Vec::new(), Vec::new());
    for path in &listing.digests {
        match digest(path) {
            Ok(digest) => digests.push(digest),
            Err(why) => unread.push((path.display().to_string(), why)),
        }
    }
    let there = There::of(listing);
    let mut checked = check(&digests, keys, |object| there.look_for(object));
    let unreadable = unread.iter().map(|(path, _)| path.clone());
    let unreadable = unreadable.map(Finding::DigestUnreadable);
    checked.findings.extend(unreadable);
    let gaps = gaps(&checked);
    let unread = unread
        .into_iter()
        .map(|(path, why)| format!("{path}: {why}"));
    (checked, gaps, unread.collect())
}

/// The log files that are there.
struct There<'a> {
    /// By their names, which CloudTrail gives once: a copy may have lost its folders.
    named: HashMap<&'a str, &'a Path>,
    /// The first and the last day of each account and region.
    days: HashMap<(AccountId, &'a str), (Date, Date)>,
}

impl<'a> There<'a> {
    fn of(listing: &'a Listing) -> Self {
        let mut there = There {
            named: HashMap::new(),
            days: HashMap::new(),
        };
        for path in listing.files.iter().filter_map(Source::path) {
            if let Some(name) = path.file_name().and_then(OsStr::to_str) {
                there.named.insert(name, path);
            }
            if let Some((account, region, day)) = place(path) {
                let days = there.days.entry((account, region)).or_insert((day, day));
                *days = (days.0.min(day), days.1.max(day));
            }
        }
        there
    }

    fn look_for(&self, object: &str) -> Found {
        let name = object.rsplit('/').next().unwrap_or_default();
        // What was decompressed has lost the ending of its name too.
        let plain = || self.named.get(name.strip_suffix(".gz")?);
        if let Some(path) = self.named.get(name).or_else(plain) {
            // One that cannot be read to its end is not as it was.
            return Found::File(hash(path).unwrap_or_default());
        }
        let days = place(Path::new(object)).and_then(|(account, region, day)| {
            let (first, last) = self.days.get(&(account, region))?;
            Some((*first..=*last).contains(&day))
        });
        match days {
            Some(true) => Found::Nothing,
            _ => Found::NotFetched,
        }
    }
}

fn place(path: &Path) -> Option<(AccountId, &str, Date)> {
    Layout::of(path).and_then(|layout| layout.place())
}

/// Reads public keys from outputs of `aws cloudtrail list-public-keys`.
///
/// # Errors
/// When a file cannot be read, or holds something else.
pub fn read_keys(paths: &[PathBuf]) -> Result<Keys, TrailError> {
    let mut keys = Keys::default();
    for path in paths {
        let text = fs::read(path).map_err(|cause| TrailError::NotFound {
            path: path.clone(),
            cause,
        })?;
        let text = String::from_utf8_lossy(&text);
        keys.read(text.trim_start_matches('\u{feff}'))
            .map_err(|error| TrailError::NotKeys {
                path: path.clone(),
                error,
            })?;
    }
    Ok(keys)
}

fn digest(path: &Path) -> Result<Digest, String> {
    let mut text = Vec::new();
    let opened = open(path).map_err(|error| error.to_string())?;
    let read = opened.take(MOST_TEXT).read_to_end(&mut text);
    read.map_err(|error| error.to_string())?;
    Digest::read(&text).map_err(|error| error.to_string())
}

/// The text of a file, whether it is compressed or not.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut magic = Vec::with_capacity(2);
    File::open(path)?.take(2).read_to_end(&mut magic)?;
    let file = BufReader::new(File::open(path)?);
    Ok(match magic == [0x1F, 0x8B] {
        true => Box::new(MultiGzDecoder::new(file)),
        false => Box::new(file),
    })
}

fn hash(path: &Path) -> io::Result<Hash> {
    let mut text = open(path)?.take(super::MAX_GZIP_TEXT_BYTES);
    let mut hashing = ring::digest::Context::new(&ring::digest::SHA256);
    let mut chunk = vec![0; 64 << 10];
    loop {
        match text.read(&mut chunk)? {
            0 => return Ok(hexadecimal(hashing.finish().as_ref())),
            length => hashing.update(chunk.get(..length).unwrap_or_default()),
        }
    }
}

/// The days of which log files are missing or altered.
fn gaps(checked: &Checked) -> Vec<Gap> {
    let mut days: BTreeMap<(AccountId, String, Date), usize> = BTreeMap::new();
    for finding in checked
        .findings
        .iter()
        .filter(|finding| finding.is_of_log_file())
    {
        let place = place(Path::new(finding.object()));
        if let Some((account, region, day)) = place {
            *days.entry((account, region.to_owned(), day)).or_default() += 1;
        }
    }
    let gap = |((account, region, day), files)| Gap {
        account,
        region,
        first: day,
        last: day,
        missing: Missing::Files(files),
    };
    days.into_iter().map(gap).collect()
}
