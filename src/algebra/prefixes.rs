//! Finding the globs that can meet a string or another glob without trying them all.

use super::glob::{Glob, Token};

/// Globs in order, so sorted by the text before their first wildcard.
#[derive(Debug)]
pub(super) struct Prefixes<'a> {
    entries: Vec<Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    glob: &'a Glob,
    number: usize,
    /// The nearest earlier entry whose prefix begins this one's, or equals it.
    shorter: Option<usize>,
    /// Whether the glob holds what is known only at request time.
    unknown: bool,
}

impl<'a> Prefixes<'a> {
    /// Sorts `globs`; a glob is known by its number in that order.
    pub(super) fn new(globs: impl Iterator<Item = &'a Glob>) -> Prefixes<'a> {
        let entry = |(number, glob)| Entry {
            glob,
            number,
            shorter: None,
            unknown: glob.has_unknown(),
        };
        let mut entries: Vec<Entry<'a>> = globs.enumerate().map(entry).collect();
        entries.sort_by_key(|entry| entry.glob);
        for index in 1..entries.len() {
            let mut candidate = Some(index - 1);
            while let Some(shorter) = candidate
                && !entries[index]
                    .glob
                    .prefix
                    .starts_with(&*entries[shorter].glob.prefix)
            {
                candidate = entries[shorter].shorter;
            }
            entries[index].shorter = candidate;
        }
        Prefixes { entries }
    }

    /// Does one of the globs hold what is known only at request time?
    pub(super) fn has_unknown(&self) -> bool {
        self.entries.iter().any(|entry| entry.unknown)
    }

    /// The numbers of the globs that equal `glob`.
    pub(super) fn equal(&self, glob: &Glob) -> impl Iterator<Item = usize> {
        let start = self.entries.partition_point(|entry| entry.glob < glob);
        self.entries[start..]
            .iter()
            .take_while(move |entry| entry.glob == glob)
            .map(|entry| entry.number)
    }

    /// The numbers of the globs that match `text`.
    pub(super) fn matching(&self, text: &str) -> impl Iterator<Item = usize> {
        let start = self
            .entries
            .partition_point(|entry| &*entry.glob.prefix < text);
        let same = self.entries[start..]
            .iter()
            .take_while(move |entry| &*entry.glob.prefix == text);
        same.chain(self.beginning(start, text))
            .filter(move |entry| entry.glob.matches(text))
            .map(|entry| entry.number)
    }

    /// Might one of the globs match `text`, given what is known only at request time?
    pub(super) fn might_match(&self, text: &str) -> bool {
        let unknown = self.entries.iter().filter(|entry| entry.unknown);
        self.matching(text).next().is_some()
            || unknown
                .into_iter()
                .any(|entry| entry.glob.widened().matches(text))
    }

    /// Does one of the globs match every string that `glob` matches?
    pub(super) fn cover(&self, glob: &Glob) -> bool {
        let prefix = &*glob.prefix;
        let start = self
            .entries
            .partition_point(|entry| &*entry.glob.prefix < prefix);
        let same = self.entries[start..]
            .iter()
            .take_while(|entry| &*entry.glob.prefix == prefix);
        same.chain(self.beginning(start, prefix))
            .any(|entry| entry.glob.covers(glob))
    }

    /// The globs that can share a string with `glob`, as far as the literals at both ends tell, with their numbers.
    pub(super) fn near(&self, glob: &Glob) -> impl Iterator<Item = (usize, &'a Glob)> {
        let prefix = &*glob.prefix;
        let start = self
            .entries
            .partition_point(|entry| &*entry.glob.prefix < prefix);
        let longer = self.entries[start..]
            .iter()
            .take_while(move |entry| entry.glob.prefix.starts_with(prefix));
        let shorter = self
            .beginning(start, prefix)
            .filter(|entry| entry.glob.as_literal().is_none());
        longer
            .chain(shorter)
            .filter(|entry| endings_agree(entry.glob, glob))
            .map(|entry| (entry.number, entry.glob))
    }

    /// The entries before `start`, the place of `text`, whose prefix begins `text`. All of them are the entry before
    /// `start` or lie on its chain of shorter ones, since what is sorted between a beginning of `text` and `text` has
    /// that beginning too.
    fn beginning(&self, start: usize, text: &str) -> impl Iterator<Item = &Entry<'a>> {
        let before = start.checked_sub(1).map(|index| &self.entries[index]);
        std::iter::successors(before, |entry| {
            entry.shorter.map(|index| &self.entries[index])
        })
        .filter(move |entry| text.starts_with(&*entry.glob.prefix))
    }
}

/// Do the literals after the last wildcards leave room for a shared string?
fn endings_agree(one: &Glob, other: &Glob) -> bool {
    let mut endings = one.rest.iter().rev().zip(other.rest.iter().rev());
    endings.find_map(|pair| match pair {
        (Token::Literal(one), Token::Literal(other)) => (one != other).then_some(false),
        _ => Some(true),
    }) != Some(false)
}
