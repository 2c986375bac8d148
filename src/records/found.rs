//! What a text that should hold CloudTrail records gives: records, digests, faults.

use std::fmt;

/// Where in the (decompressed) text: 0-based byte offset and 1-based line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Bytes before this place; a byte order mark counts.
    pub byte: u64,
    /// 1 + the number of line feeds before this place.
    pub line: u64,
}

impl Place {
    /// The beginning of a text.
    pub const START: Place = Place { byte: 0, line: 1 };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, byte {}", self.line, self.byte)
    }
}

/// A record longer than this is left out with a fault: 64 MiB.
pub const MAX_RECORD_BYTES: u64 = 64 << 20;

/// After so many faults of one text, one last fault is given and nothing more is read.
pub const MAX_FAULTS: usize = 20;

/// A part of the text.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// One record: a JSON object with closed brackets; its inside is not checked.
    Record {
        /// Where it begins; for a record inside a string, where the object or the string around it begins.
        at: Place,
        /// Its bytes, as they stand in the text, or unescaped when it was in a string.
        json: &'a [u8],
    },
    /// A CloudTrail digest: it holds hashes of log files and no events
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>).
    Digest {
        /// Where it begins.
        at: Place,
    },
    /// A part that could not be used.
    Fault(Fault),
}

/// Something in the text that is not a record. Its `Display` says where, what, and what to do, without the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {kind}")]
pub struct Fault {
    /// Where the part begins that could not be used.
    pub at: Place,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// What is wrong, with what was lost. `skipped` counts the bytes from the fault to where reading went on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultKind {
    /// No text at all, or only white space.
    #[error("there is nothing in it; copy it again from where it came")]
    Empty,
    /// UTF-16, as PowerShell 5's `>` and `Out-File` write it.
    #[error(
        "the text is UTF-16; convert it to UTF-8 (in PowerShell: `Get-Content in.json | Set-Content -Encoding utf8 out.json`)"
    )]
    Utf16,
    /// Bytes that are no text, before any record was found.
    #[error("this is not JSON but {}; give CloudTrail records as JSON", looks_like.unwrap_or("binary data"))]
    Binary {
        /// The format that its first bytes belong to, when they are known.
        looks_like: Option<&'static str>,
    },
    /// Text between records.
    #[error(
        "`{text}` does not begin a record; {skipped} bytes skipped, up to the next line that begins with `{{` or the end"
    )]
    Garbage {
        /// The first bytes of it, escaped.
        text: String,
        /// How many bytes were passed over.
        skipped: u64,
    },
    /// A record whose brackets cannot close.
    #[error(
        "the record that begins here breaks at {found}: {why}; {skipped} bytes skipped, up to the next line that begins with `{{` or the end"
    )]
    Broken {
        /// What is impossible.
        why: Breakage,
        /// Where that was noticed.
        found: Place,
        /// How many bytes were passed over.
        skipped: u64,
    },
    /// The text ends inside a record.
    #[error(
        "the text ends at byte {end}, inside the record that begins here; the records before it were read, copy the file again for the rest"
    )]
    Cut {
        /// The length of the text.
        end: u64,
    },
    /// The text ends between the records of a list that is not closed.
    #[error(
        "the text ends at byte {end}, before the list that begins here is closed; the records before that were read, copy the file again for the rest"
    )]
    CutList {
        /// The length of the text.
        end: u64,
    },
    /// A record longer than [`MAX_RECORD_BYTES`].
    #[error(
        "the record that begins here has {length} bytes, more than the limit of 64 MiB, and was left out; is it a CloudTrail record?"
    )]
    TooLong {
        /// Its length in bytes.
        length: u64,
    },
    /// An element of a list of records that is not an object.
    #[error("an element of the list of records is not an object, and was left out")]
    NotARecord,
    /// An element of `Events` without the string that carries the record.
    #[error(
        "an event of `lookup-events` without a readable `CloudTrailEvent` string was left out; save the output of `aws cloudtrail lookup-events` as it is"
    )]
    NoCloudTrailEvent,
    /// The last fault that is told of a text; nothing after it was read.
    #[error(
        "more than {} faults: reading stopped here, what follows was not read; is this a CloudTrail log?",
        MAX_FAULTS
    )]
    TooMany,
}

/// Why the brackets of a record cannot close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Breakage {
    /// JSON has no line feed inside a string.
    #[error("a string goes past the end of its line")]
    LineFeedInString,
    /// `[` closed by `}`, or `{` closed by `]`.
    #[error("a bracket is closed by one of the other kind")]
    WrongBracket,
    /// A line begins with `{` where JSON allows no value: the record was cut, the next began.
    #[error("another record begins before it ends")]
    NextRecord,
    /// More than 128 levels.
    #[error("more than 128 levels of brackets")]
    TooDeep,
    /// A zero byte outside strings, as a crash leaves behind.
    #[error("a zero byte")]
    ZeroByte,
}
