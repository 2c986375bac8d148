//! Digests: what CloudTrail says of the log files that it delivered, and whether that holds.
//!
//! The hash of a log file or of a digest is SHA-256 over its text, not compressed. The signature of a digest is not in it but in
//! the metadata of its object in S3, which a copy of the file has not; the next digest repeats it. So the newest digest of a
//! chain is checked by nothing but what it lists.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html>

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde::Deserialize;

/// The SHA-256 of a text, in hexadecimal digits.
pub type Hash = String;

/// Why a text is no digest, or no list of public keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDigest {
    /// It is no digest.
    #[error("it is no digest of CloudTrail: {0}")]
    Digest(String),
    /// It is no list of keys.
    #[error(
        "expected the output of `aws cloudtrail list-public-keys`, an object with `PublicKeyList`: {0}"
    )]
    Keys(String),
}

/// A digest, as far as it is checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Digest {
    digest_end_time: String,
    #[serde(rename = "digestS3Bucket")]
    bucket: String,
    #[serde(rename = "digestS3Object")]
    object: String,
    digest_public_key_fingerprint: Option<String>,
    #[serde(rename = "previousDigestS3Object")]
    previous: Option<String>,
    previous_digest_hash_value: Option<Hash>,
    previous_digest_signature: Option<String>,
    #[serde(default)]
    log_files: Vec<LogFile>,
    #[serde(skip)]
    hash: Hash,
}

/// A log file, as a digest lists it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogFile {
    #[serde(rename = "s3Object")]
    object: String,
    hash_value: Hash,
}

impl Digest {
    /// Reads the text of a digest file, not compressed.
    ///
    /// # Errors
    /// When it is no digest.
    pub fn read(text: &[u8]) -> Result<Self, NotDigest> {
        let read = serde_json::from_slice(text);
        let digest: Digest = read.map_err(|error| NotDigest::Digest(error.to_string()))?;
        Ok(Digest {
            hash: hexadecimal(ring::digest::digest(&ring::digest::SHA256, text).as_ref()),
            ..digest
        })
    }

    /// The chain that it is in: the name of its object, without the time of its end.
    fn chain(&self) -> String {
        let name = self.object.rsplit('/').next().unwrap_or_default();
        let is_time = |part: &&str| {
            part.len() >= 16
                && part.starts_with(|digit: char| digit.is_ascii_digit())
                && part.contains('T')
        };
        let parts = name.split('_').filter(|part| !is_time(part));
        parts.collect::<Vec<_>>().join("_")
    }

    /// What CloudTrail signed.
    fn signed(&self) -> String {
        let previous = self.previous_digest_signature.as_deref().unwrap_or("null");
        format!(
            "{}\n{}/{}\n{}\n{previous}",
            self.digest_end_time, self.bucket, self.object, self.hash
        )
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> Hash {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hexadecimal
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    let pairs = digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).ok());
    pairs.collect()
}

/// The public keys that CloudTrail signs with, by their fingerprints.
#[derive(Clone, Debug, Default)]
pub struct Keys(BTreeMap<String, Vec<u8>>);

impl Keys {
    /// Takes the text of an output of `aws cloudtrail list-public-keys`: the keys of one region.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(&mut self, text: &str) -> Result<(), NotDigest> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct List {
            public_key_list: Vec<Key>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Key {
            value: String,
            fingerprint: String,
        }
        let wrong = |error: String| NotDigest::Keys(error);
        let list: List = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        for key in list.public_key_list {
            let value = STANDARD
                .decode(&key.value)
                .map_err(|error| wrong(format!("key {}: {error}", key.fingerprint)))?;
            self.0.insert(key.fingerprint, value);
        }
        Ok(())
    }
}

/// What of the log files of a digest, or of the digests themselves, is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// A log file is not there.
    FileMissing(String),
    /// A log file is not as it was delivered.
    FileAltered(String),
    /// A digest between others is not there.
    DigestMissing(String),
    /// A digest is not as it was delivered.
    DigestAltered(String),
    /// A digest file cannot be read; it is named by its path.
    DigestUnreadable(String),
    /// The signature of a digest is not that of its key.
    NotSigned(String),
}

impl Finding {
    /// The key of the object that it is of, or the path of a file.
    #[must_use]
    pub fn object(&self) -> &str {
        match self {
            Finding::FileMissing(object)
            | Finding::FileAltered(object)
            | Finding::DigestMissing(object)
            | Finding::DigestAltered(object)
            | Finding::DigestUnreadable(object)
            | Finding::NotSigned(object) => object,
        }
    }

    /// Whether it is of a log file.
    #[must_use]
    pub fn is_of_log_file(&self) -> bool {
        matches!(self, Finding::FileMissing(_) | Finding::FileAltered(_))
    }

    /// What is wrong, in few words.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self {
            Finding::FileMissing(_) => "log file missing",
            Finding::FileAltered(_) => "log file altered",
            Finding::DigestMissing(_) => "digest missing",
            Finding::DigestAltered(_) => "digest altered",
            Finding::DigestUnreadable(_) => "digest unreadable",
            Finding::NotSigned(_) => "digest not signed by its key",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what(), self.object())
    }
}

/// What there is in the place of a log file that a digest lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file with this hash.
    File(Hash),
    /// Nothing.
    Nothing,
    /// Nothing, and nothing of its day either: the log was fetched for other days.
    NotFetched,
}

/// How the digests of a log fare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many digests there are.
    pub digests: usize,
    /// How many log files they list.
    pub log_files: usize,
    /// How many of those are there and as they were.
    pub same: usize,
    /// How many of those are of days of which no log file was fetched.
    pub not_fetched: usize,
    /// How many digests have a signature that holds.
    pub signed: usize,
    /// How many digests have a signature whose key was not given.
    pub without_key: usize,
    /// What is not as it was, in order.
    pub findings: Vec<Finding>,
}

/// Checks digests: the log files that they list, the chain that they are, and the signatures that the next digest repeats.
/// `look_for` looks for a log file by the key of its object.
pub fn check(digests: &[Digest], keys: &Keys, mut look_for: impl FnMut(&str) -> Found) -> Checked {
    let mut checked = Checked {
        digests: digests.len(),
        ..Checked::default()
    };
    let mut files = BTreeSet::new();
    for file in digests.iter().flat_map(|digest| &digest.log_files) {
        if !files.insert(&file.object) {
            continue;
        }
        checked.log_files += 1;
        let object = || file.object.clone();
        match look_for(&file.object) {
            Found::NotFetched => checked.not_fetched += 1,
            Found::Nothing => checked.findings.push(Finding::FileMissing(object())),
            Found::File(hash) if hash.eq_ignore_ascii_case(&file.hash_value) => checked.same += 1,
            Found::File(_) => checked.findings.push(Finding::FileAltered(object())),
        }
    }
    let mut chains: BTreeMap<String, Vec<&Digest>> = BTreeMap::new();
    for digest in digests {
        chains.entry(digest.chain()).or_default().push(digest);
    }
    for chain in chains.values_mut() {
        chain.sort_by(|one, other| one.digest_end_time.cmp(&other.digest_end_time));
        chain
            .iter()
            .enumerate()
            .for_each(|(place, digest)| checked.link(place, digest, chain, keys));
    }
    checked.findings.sort();
    checked.findings.dedup();
    checked
}

impl Checked {
    /// Checks the digest before one by what that one says of it.
    fn link(&mut self, place: usize, digest: &Digest, chain: &[&Digest], keys: &Keys) {
        let Some(object) = &digest.previous else {
            return;
        };
        let Some(previous) = chain.iter().find(|other| other.object == *object) else {
            // What is before the oldest of them was not copied.
            if place > 0 {
                self.findings.push(Finding::DigestMissing(object.clone()));
            }
            return;
        };
        let same = |hash: &Hash| hash.eq_ignore_ascii_case(&previous.hash);
        if !digest.previous_digest_hash_value.as_ref().is_none_or(same) {
            self.findings.push(Finding::DigestAltered(object.clone()));
            return;
        }
        let key = previous
            .digest_public_key_fingerprint
            .as_ref()
            .and_then(|name| keys.0.get(name));
        let Some(key) = key else {
            self.without_key += 1;
            return;
        };
        let signature = digest
            .previous_digest_signature
            .as_deref()
            .and_then(bytes)
            .unwrap_or_default();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
        match key.verify(previous.signed().as_bytes(), &signature) {
            Ok(()) => self.signed += 1,
            Err(_) => self.findings.push(Finding::NotSigned(object.clone())),
        }
    }
}
