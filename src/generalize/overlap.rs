//! No pattern within another, and what each matches.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::pattern::{Pattern, glob};
use super::{Learned, Opened, Sighting};
use crate::algebra::Glob;

/// A pattern with its globs, one a capture.
struct Candidate {
    patterns: Vec<Pattern>,
    opened: Vec<Opened>,
    globs: Vec<Glob>,
    literal: bool,
}

/// The patterns that no other one covers, in order, each with what it matches.
pub(super) fn distinct(
    found: impl Iterator<Item = (Vec<Pattern>, Vec<Opened>)>,
    sightings: &[Sighting],
) -> Vec<Learned> {
    let mut reasons: BTreeMap<Vec<Pattern>, Vec<Opened>> = BTreeMap::new();
    for (patterns, opened) in found {
        // Two shapes may be one pattern for different reasons; which is told must not depend on their order.
        let told = reasons.entry(patterns).or_insert_with(|| opened.clone());
        *told = (*told).clone().max(opened);
    }
    let candidates: Vec<_> = reasons.into_iter().map(candidate).collect();
    let kept = uncovered(&candidates);
    let matches = Matcher::new(sightings);
    let learned = candidates.into_iter().zip(kept).filter(|(_, kept)| *kept);
    learned
        .map(|(candidate, _)| Learned {
            matches: matches.of(&candidate),
            captures: candidate
                .patterns
                .into_iter()
                .map(Pattern::into_tokens)
                .collect(),
            opened: candidate.opened,
        })
        .collect()
}

fn candidate((patterns, opened): (Vec<Pattern>, Vec<Opened>)) -> Candidate {
    Candidate {
        globs: patterns
            .iter()
            .map(|pattern| glob(pattern.tokens()))
            .collect(),
        literal: patterns.iter().all(Pattern::is_literal),
        patterns,
        opened,
    }
}

impl Candidate {
    /// What everything that it matches begins with, its captures joined by [`JOINT`].
    fn beginning(&self) -> String {
        let mut text = String::new();
        for (number, glob) in self.globs.iter().enumerate() {
            if number > 0 {
                text.push(JOINT);
            }
            text.push_str(glob.beginning());
            if glob.as_literal().is_none() {
                break;
            }
        }
        text
    }

    fn covers(&self, other: &Candidate) -> bool {
        let mut pairs = self.globs.iter().zip(&other.globs);
        self.globs.len() == other.globs.len()
            && pairs.all(|(wide, narrow)| match narrow.as_literal() {
                Some(text) => wide.matches(text),
                None => wide.covers(narrow),
            })
    }

    fn matches(&self, sighting: &Sighting) -> bool {
        let mut pairs = self.globs.iter().zip(&sighting.captures);
        self.globs.len() == sighting.captures.len()
            && pairs.all(|(glob, capture)| glob.matches(capture))
    }
}

/// Stands between captures where they are compared as one text.
const JOINT: char = '\0';

/// Texts in order, so that those with a certain beginning are found at once.
struct Index<'a>(Vec<(Cow<'a, str>, usize)>);

impl<'a> Index<'a> {
    fn new(texts: impl Iterator<Item = Cow<'a, str>>) -> Self {
        let mut texts: Vec<_> = texts.zip(0..).collect();
        texts.sort_unstable();
        Index(texts)
    }

    /// The numbers of the texts that begin so.
    fn beginning<'b>(&'b self, beginning: &'b str) -> impl Iterator<Item = usize> + 'b {
        let first = self.0.partition_point(|(text, _)| **text < *beginning);
        let begun = self.0[first..].iter();
        begun
            .take_while(move |(text, _)| text.starts_with(beginning))
            .map(|(_, number)| *number)
    }
}

/// Which candidates are within no other one. No two are equal, and in their normal form unequal ones match different
/// texts, so of two at most one covers the other.
fn uncovered(candidates: &[Candidate]) -> Vec<bool> {
    let index = Index::new(candidates.iter().map(Candidate::beginning).map(Cow::from));
    let mut kept = vec![true; candidates.len()];
    for (number, wide) in candidates.iter().enumerate() {
        if wide.literal || !kept[number] {
            continue;
        }
        for narrow in index.beginning(&wide.beginning()) {
            if narrow != number && kept[narrow] && wide.covers(&candidates[narrow]) {
                kept[narrow] = false;
            }
        }
    }
    kept
}

struct Matcher<'a> {
    sightings: &'a [Sighting],
    index: Index<'a>,
}

impl<'a> Matcher<'a> {
    fn new(sightings: &'a [Sighting]) -> Self {
        let joined = |sighting: &'a Sighting| match sighting.captures.as_slice() {
            [capture] => Cow::from(capture),
            captures => Cow::from(captures.join(JOINT.encode_utf8(&mut [0; 4]))),
        };
        Matcher {
            sightings,
            index: Index::new(sightings.iter().map(joined)),
        }
    }

    fn of(&self, candidate: &Candidate) -> Vec<usize> {
        let beginning = candidate.beginning();
        let begun = self.index.beginning(&beginning);
        let mut matches: Vec<_> = begun
            .filter(|number| candidate.matches(&self.sightings[*number]))
            .collect();
        matches.sort_unstable();
        matches
    }
}
