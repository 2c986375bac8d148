//! What can go wrong with the files of a trail.

use std::io;
use std::path::PathBuf;

use crate::coverage::{NotDigest, NotTrails};
use crate::records::Fault;

/// Something of one file (or folder) that could not be read; the others are. `Display` leaves the name to the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// The file cannot be opened.
    #[error("it cannot be opened: {0}")]
    Open(io::Error),
    /// The folder cannot be listed: its files are not known.
    #[error("the folder cannot be listed: {0}")]
    List(io::Error),
    /// The operating system gave an error while the file was read.
    #[error("reading failed after {compressed} bytes: {cause}; the records before that were read")]
    Read {
        /// Bytes of the file read before.
        compressed: u64,
        /// The error.
        cause: io::Error,
    },
    /// The gzip data ends too early.
    #[error(
        "the gzip data is cut: it ends at compressed byte {compressed}, which is byte {text} of the text; the records before that were read, copy the file again for the rest"
    )]
    GzipCut {
        /// Bytes of the file.
        compressed: u64,
        /// Bytes of text that they gave.
        text: u64,
    },
    /// The gzip data is damaged, or something else follows it.
    #[error(
        "the gzip data is damaged near compressed byte {compressed}, which is byte {text} of the text ({cause}); the records before that were read, copy the file again for the rest"
    )]
    GzipDamaged {
        /// Bytes of the file read when it was noticed.
        compressed: u64,
        /// Bytes of text that they gave.
        text: u64,
        /// What the decompressor says.
        cause: io::Error,
    },
    /// The text is too large for its compressed size, or at all: a zip bomb.
    #[error(
        "{compressed} compressed bytes give more than {text} bytes of text, as no CloudTrail log does; reading stopped there, decompress the file yourself if it is one"
    )]
    Bomb {
        /// Bytes of the file read so far.
        compressed: u64,
        /// Bytes of text that they gave.
        text: u64,
    },
    /// A part of the text is not a record.
    #[error(transparent)]
    Text(#[from] Fault),
}

/// Nothing can be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrailError {
    /// A named path does not exist, or cannot be looked at.
    #[error("{}: {cause}", path.display())]
    NotFound {
        /// The path as named.
        path: PathBuf,
        /// The error.
        cause: io::Error,
    },
    /// A named file does not say what trails record.
    #[error("{}: {error}", path.display())]
    NotTrails {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: NotTrails,
    },
    /// A named file holds no public keys.
    #[error("{}: {error}", path.display())]
    NotKeys {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        error: NotDigest,
    },
    /// A named folder, with the folders in it, has no log file.
    #[error("{}: no log file here: {found}; looked for names that end in .json, .json.gz, .gz, .jsonl or .ndjson", folder.display())]
    NoLogFiles {
        /// The folder as named.
        folder: PathBuf,
        /// What is in it instead, in words.
        found: String,
    },
}
