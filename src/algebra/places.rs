//! Where a glob can stand after a string: the live places of its automaton, and inclusion of one glob in another.
//!
//! A place counts the bytes of the prefix and then the tokens of the rest. Once a run is reached, every place before it
//! is dropped: whatever could still match from there can be taken by the run as well. So the live places are few. (Of a
//! run within a part that is true since only a `:` leads to the next part: all live places are in one part.)

use super::glob::{Glob, Token};

impl Glob {
    /// The token at a place; `None` at the end.
    pub(super) fn token(&self, place: usize) -> Option<Token> {
        match place.checked_sub(self.prefix.len()) {
            None => self.prefix.get(place..)?.chars().next().map(Token::Literal),
            Some(index) => self.rest.get(index).copied(),
        }
    }

    /// The place after the token at `place`.
    fn after(&self, place: usize) -> usize {
        match self.token(place) {
            Some(Token::Literal(character)) if place < self.prefix.len() => {
                place + character.len_utf8()
            }
            _ => place + 1,
        }
    }

    /// Can the wildcards from `place` on, up to the next literal, take this run whatever its length is?
    fn takes_run(&self, place: usize, run: Token) -> bool {
        let from = place.saturating_sub(self.prefix.len());
        let mut wildcards = self.rest.get(from..).unwrap_or_default().iter();
        let first = wildcards.find(|token| !token.is_one());
        first.is_some_and(|own| *own == run || *own == Token::AnyRun)
    }

    /// Adds `place`, and what is reached from it without a letter, to the places of this glob, which begin at `first`
    /// in `places`. True when every string is matched from here on.
    pub(super) fn reach(&self, place: usize, first: usize, places: &mut Vec<usize>) -> bool {
        match self.token(place) {
            Some(run) if run.is_run() => {
                places.truncate(first);
                places.extend([place, place + 1]);
                run == Token::AnyRun && self.token(place + 1).is_none()
            }
            _ => {
                places.push(place);
                false
            }
        }
    }

    /// Where this glob can stand after one more `letter`, from the ascending places `from`, appended to `places` in
    /// ascending order. True when every string is matched from here on.
    ///
    /// The letter is a token so that a pattern can be read as well as a string: `?` stands for a letter that no literal
    /// is, and `*` for a run of such letters of unknown length, none included.
    pub(super) fn advance(&self, from: &[usize], letter: Token, places: &mut Vec<usize>) -> bool {
        let first = places.len();
        let mut everything = false;
        for &place in from {
            let Some(token) = self.token(place) else {
                continue;
            };
            let next = match (token.is_run(), letter.is_run()) {
                (true, true) if token == letter || token == Token::AnyRun => place,
                (true, false) if token.takes(letter) => place,
                (false, true) if token.is_one() && self.takes_run(place, letter) => place,
                (false, false) if token.takes(letter) => self.after(place),
                _ => continue,
            };
            everything |= self.reach(next, first, places);
        }
        everything
    }

    /// The places after the whole of `letters`, starting at `place`; `None` when every string is matched from there on.
    pub(super) fn places_after(
        &self,
        place: usize,
        letters: impl Iterator<Item = Token>,
    ) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        let mut next = Vec::new();
        if self.reach(place, 0, &mut places) {
            return None;
        }
        for letter in letters {
            next.clear();
            if self.advance(&places, letter, &mut next) {
                return None;
            }
            std::mem::swap(&mut places, &mut next);
            if places.is_empty() {
                break;
            }
        }
        Some(places)
    }

    /// Does this glob match every string that `other` matches? At worst the product of both lengths. A yes is always
    /// right. So is a no if this glob has no wildcard that stays within a part; else what a `?` or a `*` of `other` takes
    /// may be a `:` or not, and of this glob either may be taken by something else, which is not looked for.
    ///
    /// It reads `other` as a string whose wildcards are letters: its `?` is taken by a `?` or a `*`, and its `*` only by
    /// a run of wildcards that has a `*`. Nothing is lost by that. Take, for each `*` of `other`, no letter at all or
    /// more unheard-of letters than this glob is long: the first may let a literal run of this glob lie across the `*`,
    /// the second may fill a `?` from it. Of two such matches, one a choice, the part of one before that `*` and the
    /// part of the other after it form a match that needs neither.
    ///
    /// ```
    /// # use tightrope::algebra::Glob;
    /// assert!(Glob::wildcards("?*a*").covers(&Glob::wildcards("*aa")));
    /// assert!(!Glob::wildcards("?*a*").covers(&Glob::wildcards("*a")));
    /// ```
    pub fn covers(&self, other: &Glob) -> bool {
        if let Some(text) = other.as_literal() {
            return self.matches(text);
        }
        let Some(beyond) = other.prefix.strip_prefix(&*self.prefix) else {
            return false;
        };
        if self.rest.is_empty() {
            return beyond.is_empty() && other.rest.is_empty();
        }
        let letters = beyond
            .chars()
            .map(Token::Literal)
            .chain(other.rest.iter().copied());
        match self.places_after(self.prefix.len(), letters) {
            None => true,
            Some(places) => places
                .last()
                .is_some_and(|place| self.token(*place).is_none()),
        }
    }
}
