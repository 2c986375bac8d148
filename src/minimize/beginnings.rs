//! Finding the few of many globs that may cover another.

use std::collections::{BTreeSet, HashMap};

use crate::algebra::Glob;

/// Globs, by the text before their first wildcard. One covers another only if its beginning begins the other's.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    places: HashMap<String, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl Beginnings {
    /// Adds a glob by its place.
    pub(super) fn add(&mut self, glob: &Glob, place: usize) {
        let beginning = glob.beginning();
        self.lengths.insert(beginning.len());
        self.places
            .entry(beginning.to_owned())
            .or_default()
            .push(place);
    }

    /// The places of those that may cover this one, the shortest beginnings first.
    pub(super) fn that_may_cover(&self, glob: &Glob) -> impl Iterator<Item = usize> {
        let text = glob.beginning();
        let begins = move |length: &usize| text.get(..*length);
        let lengths = self
            .lengths
            .iter()
            .take_while(|length| **length <= text.len());
        let found = lengths
            .filter_map(begins)
            .filter_map(|beginning| self.places.get(beginning));
        found.flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_glob_that_covers_is_left_out(texts in prop::collection::vec("[ab*?é]{0,5}", 0..8), text in "[ab*?é]{0,5}") {
            let globs: Vec<_> = texts.iter().map(|text| Glob::wildcards(text)).collect();
            let mut beginnings = Beginnings::default();
            for (place, glob) in globs.iter().enumerate() {
                beginnings.add(glob, place);
            }
            let glob = Glob::wildcards(&text);
            let found: Vec<_> = beginnings.that_may_cover(&glob).collect();
            for (place, other) in globs.iter().enumerate() {
                prop_assert!(!other.covers(&glob) || found.contains(&place), "{other:?}");
            }
        }
    }
}
