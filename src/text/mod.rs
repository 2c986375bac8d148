//! Source text: where something stands in it, and JSON and YAML that remember where each of their parts stood.
//!
//! Nothing here knows what a text is about. Spans count bytes, as Rust's strings do; lines and columns are for readers:
//! both are counted from 1, a column in characters.

mod json;
mod near;
mod node;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use json::{NotJson, parse_json};
pub use near::nearest;
pub use node::{Member, Node, Shape};
pub use yaml::{NotYaml, parse_yaml};

/// The texts of files, by what the files are called.
pub type Texts = BTreeMap<Arc<str>, Arc<str>>;

/// A part of a text, in bytes from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span {
            start: range.start,
            end: range.end,
        }
    }
}

/// A place in a text as a reader counts.
///
/// ```
/// # use tightrope::text::Position;
/// assert_eq!(Position::of("{\n  \"Sid\": 1}", 4).to_string(), "line 2, column 3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
}

impl Position {
    /// Where every text begins.
    pub const BEGINNING: Position = Position { line: 1, column: 1 };

    /// Where the byte stands. One past the end of the text stands after its last character.
    #[must_use]
    pub fn of(text: &str, byte: usize) -> Self {
        let before = &text.as_bytes()[..byte.min(text.len())];
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |feed| feed + 1);
        Position {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: characters(&before[line_start..]) + 1,
        }
    }
}

/// How many characters begin in a part of a text. Bytes that go on with one are not counted: a part may end inside of one.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

/// Where the lines of a text begin: for many questions about places of one text.
#[derive(Clone, Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of this text.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let feeds = memchr::memchr_iter(b'\n', text.as_bytes());
        Lines {
            text,
            starts: feeds.map(|feed| feed + 1).collect(),
        }
    }

    /// As [`Position::of`] has it.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let before = self.starts.partition_point(|start| *start <= byte);
        let start = before.checked_sub(1).and_then(|line| self.starts.get(line));
        let start = start.copied().unwrap_or(0);
        Position {
            line: before + 1,
            // A plan of Terraform is one line of megabytes, so it is gone through once.
            column: characters(&self.text.as_bytes()[start..byte]) + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one_and_in_characters() {
        let cases = [
            ("", 0, (1, 1)),
            ("ab", 1, (1, 2)),
            ("ab\ncd", 2, (1, 3)),
            ("ab\ncd", 3, (2, 1)),
            ("é\u{1f980}x", 6, (1, 3)),
            ("a\n", 9, (2, 1)),
        ];
        for (text, byte, (line, column)) in cases {
            assert_eq!(
                Position::of(text, byte),
                Position { line, column },
                "{text:?} {byte}"
            );
            assert_eq!(
                Lines::of(text).position(byte),
                Position { line, column },
                "{text:?} {byte}"
            );
        }
    }
}
