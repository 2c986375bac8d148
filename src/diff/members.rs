//! A set of actions, made ready to be asked for many.

use std::collections::HashSet;

use crate::algebra::{Glob, Strings};

/// The same set as the [`Strings`] it was made of. A policy names most actions in full, and those are found
/// by their hash and not one by one.
#[derive(Debug)]
pub(super) struct Members<'a> {
    named: HashSet<&'a str>,
    patterns: Vec<&'a Glob>,
    all_but: bool,
}

impl<'a> Members<'a> {
    pub(super) fn of(strings: &'a Strings) -> Self {
        Members {
            named: strings
                .globs()
                .iter()
                .filter_map(Glob::as_literal)
                .collect(),
            patterns: strings
                .globs()
                .iter()
                .filter(|glob| glob.as_literal().is_none())
                .collect(),
            all_but: matches!(strings, Strings::NoneOf(_)),
        }
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        let matched =
            self.named.contains(text) || self.patterns.iter().any(|glob| glob.matches(text));
        matched != self.all_but
    }
}
