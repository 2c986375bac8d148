//! Text between or inside records that cannot be read, passed over up to where reading can go on.

use memchr::memchr;

use super::found::{Breakage, FaultKind, Place};

/// How much of unreadable text is looked at, and quoted, in bytes.
const QUOTED: usize = 24;

/// What became of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Skip {
    /// All of them are passed over, and it goes on.
    All,
    /// Reading goes on after so many of them: there a line begins with `{`.
    Resume(usize),
    /// The text is not JSON at all.
    Binary,
}

/// A stretch of text that is passed over.
///
/// Text between records ends at a line that begins with `{`, indented or not. A record that broke ends only where `{` is
/// the first byte of a line: an indented `{` may be inside the record that broke.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) at: Place,
    broken: Option<(Breakage, Place)>,
    at_line_start: bool,
    /// Does a byte that no text has mean that nothing here is text? Not after the first record.
    may_be_binary: bool,
    binary: bool,
    quoted: Vec<u8>,
}

impl Lost {
    /// A record that begins at `at` broke where `broken` says.
    pub(super) fn record(at: Place, why: Breakage, found: Place) -> Lost {
        Lost {
            at,
            broken: Some((why, found)),
            at_line_start: why == Breakage::NextRecord,
            may_be_binary: false,
            binary: false,
            quoted: Vec::new(),
        }
    }

    /// What begins at `at` is not a record.
    pub(super) fn text(at: Place, may_be_binary: bool) -> Lost {
        Lost {
            at,
            broken: None,
            at_line_start: false,
            may_be_binary,
            binary: false,
            quoted: Vec::new(),
        }
    }

    pub(super) fn skip(&mut self, bytes: &[u8]) -> Skip {
        let mut rest = bytes;
        while let Some(&byte) = rest.first() {
            if self.at_line_start && byte == b'{' && !self.binary {
                return Skip::Resume(bytes.len() - rest.len());
            }
            let indent = self.broken.is_none() && matches!(byte, b' ' | b'\t' | b'\r');
            let length = if self.at_line_start && indent {
                1
            } else {
                let line_feed = memchr(b'\n', rest);
                self.at_line_start = line_feed.is_some();
                line_feed.map_or(rest.len(), |before| before + 1)
            };
            let (skipped, after) = rest.split_at(length);
            self.look_at(skipped);
            if self.binary && self.quoted.len() == QUOTED {
                return Skip::Binary;
            }
            rest = after;
        }
        Skip::All
    }

    fn look_at(&mut self, skipped: &[u8]) {
        if self.broken.is_none() {
            let room = QUOTED - self.quoted.len();
            self.quoted.extend(skipped.iter().take(room));
        }
        self.binary |= self.may_be_binary && skipped.iter().any(|b| matches!(b, 0..=8 | 14..=31));
    }

    /// The fault that it is when reading goes on, or the text ends, at byte `end`.
    pub(super) fn kind(self, end: u64) -> FaultKind {
        let skipped = end - self.at.byte;
        match self.broken {
            Some((why, found)) => FaultKind::Broken {
                why,
                found,
                skipped,
            },
            None if self.binary => binary(&self.quoted),
            None => FaultKind::Garbage {
                text: String::from_utf8_lossy(&self.quoted)
                    .escape_debug()
                    .to_string(),
                skipped,
            },
        }
    }
}

/// UTF-16 by its mark or by the zero beside its first character; other formats by their first bytes.
fn binary(first: &[u8]) -> FaultKind {
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b' '..=b'~', 0, ..] = first {
        return FaultKind::Utf16;
    }
    let formats: [(&[u8], &str); 7] = [
        (b"\x1f\x8b", "gzip data inside the text (compressed twice?)"),
        (b"PK\x03\x04", "a zip archive"),
        (b"PAR1", "a Parquet file"),
        (b"ORC", "an ORC file"),
        (b"Obj\x01", "an Avro file"),
        (b"\x28\xb5\x2f\xfd", "zstd data"),
        (b"\x1b[", "text with terminal colours"),
    ];
    let known = formats.iter().find(|(magic, _)| first.starts_with(magic));
    FaultKind::Binary {
        looks_like: known.map(|(_, name)| *name),
    }
}
