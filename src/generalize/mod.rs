//! From what was observed to patterns that match tomorrow's calls too, and as little else as can be.
//!
//! A granted pattern such as `arn:aws:s3:::reports/*` has wildcards; what each of them stood for in a text that was
//! used is a *capture*. Only captures are generalised and what stands between them is kept, so whatever comes out is
//! an instance of the granted pattern. Nothing here knows a policy: texts go in, patterns come out.
//!
//! ```text
//! captures ─ pieces (words, separators, times, ids) ─► tree of equal beginnings ─► shapes ─► patterns, none in another
//!            times, kinds: what a piece may be         opening: which pieces come and go, by evidence
//! ```
//!
//! Mistakes cost in both directions: what is too narrow denies a call, and what is too wide hands an attacker data
//! that was never used. So a piece is opened only for a reason that can be told, which [`Opened`] tells.

mod class;
mod clock;
mod cursor;
mod evidence;
mod exact;
mod explain;
mod ground;
mod hours;
mod kinds;
mod learn;
mod opening;
mod overlap;
mod pattern;
mod pieces;
mod pool;
mod prefix;
mod refused;
mod rendering;
mod segments;
mod times;
mod tree;

use jiff::Timestamp;
use jiff::civil::Date;

pub use explain::Opened;
pub use learn::generalize;
pub use pattern::Token;

/// One observed text: what each wildcard of a granted pattern stood for, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sighting {
    /// The whole text, which tells what it names; only an ARN of Secrets Manager is looked for.
    pub text: String,
    /// What each wildcard stood for, in order; as many in all sightings of one granted pattern.
    pub captures: Vec<String>,
    /// So many bytes at the start of the captures, taken together, name the resource itself, such as its region,
    /// account and bucket. No word of them is ever opened.
    pub head: usize,
    /// The UTC days on which it was seen, ascending, with the number of events of each.
    pub days: Vec<(Date, u64)>,
    /// The first and the last event, where they are known.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// How far to generalise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not at all: what was seen.
    Exact,
    /// Only what comes and goes: times, ids, counters, and names of which ever new ones appear.
    #[default]
    Typed,
    /// The resource and the first segment of the path, and `*` for all the rest.
    Prefix,
}

/// A pattern for each wildcard of the granted pattern, and why it is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    /// What to write in place of each wildcard, in order.
    pub captures: Vec<Vec<Token>>,
    /// The sightings that it matches, by index, ascending; at least one.
    pub matches: Vec<usize>,
    /// Why each opened part is open, from the left.
    pub opened: Vec<Opened>,
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
