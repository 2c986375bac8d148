//! Digest files, and the log files that they list.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use jiff::civil::Date;

use super::{Layout, Listing, Source, TrailError};
use crate::coverage::{Checked, Digest, Gap, Hash, Keys, Missing, check, hexadecimal};
use crate::iam::AccountId;

/// A digest is a list of the log files of an hour; more text than this is none.
const MOST_TEXT: u64 = 256 << 20;

/// Checks the digests of a listing against its log files. Also gives the gaps that they tell, and a line for each digest file
/// that cannot be read.
#[must_use]
pub fn check_digests(listing: &Listing, keys: &Keys) -> (Checked, Vec<Gap>, Vec<String>) {
    let (mut digests, mut unread) = (Vec::new(), Vec::new());
    for path in &listing.digests {
        match digest(path) {
            Ok(digest) => digests.push(digest),
            Err(why) => unread.push(format!("{}: {why}", path.display())),
        }
    }
    // The names of log files are unique; a copy may have lost its folders, or the ending of what was decompressed.
    let paths = listing.files.iter().filter_map(Source::path);
    let named = paths.filter_map(|path| Some((path.file_name()?.to_str()?, path)));
    let named: HashMap<&str, &Path> = named.collect();
    let hash_of = |object: &str| {
        let name = object.rsplit('/').next()?;
        let path = named
            .get(name)
            .or_else(|| named.get(name.strip_suffix(".gz")?))?;
        // One that cannot be read to its end is not as it was.
        Some(hash(path).unwrap_or_default())
    };
    let checked = check(&digests, keys, hash_of);
    let gaps = gaps(&checked);
    (checked, gaps, unread)
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
        let layout = Layout::of(Path::new(OsStr::new(finding.object())));
        let place = layout.and_then(|layout| layout.place());
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
