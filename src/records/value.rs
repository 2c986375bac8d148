//! One value in progress, and where it stands in the text.

use std::ops::Range;

use super::brackets::{Brackets, Step};
use super::found::Place;

/// A JSON value whose first byte is known and whose end is not.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) at: Place,
    scan: Brackets,
    pub(super) part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    /// What follows the list in the object that holds it.
    AfterList,
}

impl Value {
    /// A value that begins at `at`; outside a list it may itself hold the list of records.
    pub(super) fn at(at: Place, in_list: bool) -> Value {
        Value {
            at,
            scan: Brackets::new(!in_list),
            part: Part::Whole,
        }
    }

    /// Takes the next bytes, moves `next` past those that belong to the value, and counts them.
    pub(super) fn take(&mut self, bytes: &[u8], next: &mut Place) -> (Step, usize) {
        let lines = self.scan.lines;
        let step = self.scan.scan(bytes);
        let taken = step.taken(bytes);
        next.line += self.scan.lines - lines;
        next.byte += taken as u64;
        (step, taken)
    }

    /// Has it the two keys of a digest file at its top?
    pub(super) fn is_digest(&self) -> bool {
        self.scan.is_digest()
    }

    /// Where the string under its key `CloudTrailEvent` lies in it, without the quotes.
    pub(super) fn event(&self) -> Option<Range<usize>> {
        self.scan.event()
    }
}
