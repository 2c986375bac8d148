//! What two globs have in common.

use super::glob::{Glob, Token};

/// The most globs that [`Glob::intersection`] answers with.
pub const MOST_PARTS: usize = 16;

/// How the strings that two globs share go on from a pair of their places.
enum Step {
    /// Both are at their end.
    End,
    /// Both take a letter.
    Both(Token),
    /// The first takes this letter of its own, inside a run of the second.
    First(Token),
    /// The second takes this letter of its own, inside a run of the first.
    Second(Token),
    /// A run of the first ends here.
    FirstRunEnds,
    /// A run of the second ends here.
    SecondRunEnds,
    /// Both are in a run, of which they share this one, and the first one's ends here: the other goes on.
    FirstRunEndsInRun(Token),
    /// Both are in a run, of which they share this one, and the second one's ends here: the other goes on.
    SecondRunEndsInRun(Token),
}

impl Step {
    /// What is written for this step: a letter, or a run.
    fn token(&self) -> Option<Token> {
        match self {
            Step::Both(token) | Step::First(token) | Step::Second(token) => Some(*token),
            Step::FirstRunEndsInRun(run) | Step::SecondRunEndsInRun(run) => Some(*run),
            Step::End | Step::FirstRunEnds | Step::SecondRunEnds => None,
        }
    }

    /// Where the step leads from this pair of places.
    fn target(&self, (first, second): (usize, usize)) -> (usize, usize) {
        match self {
            Step::End => (first, second),
            Step::Both(_) => (first + 1, second + 1),
            Step::First(_) | Step::FirstRunEnds | Step::FirstRunEndsInRun(_) => (first + 1, second),
            Step::Second(_) | Step::SecondRunEnds | Step::SecondRunEndsInRun(_) => {
                (first, second + 1)
            }
        }
    }
}

/// The steps from a pair of places, given the tokens there: every shared string takes one of them, and only shared
/// strings do.
fn steps(first: Option<Token>, second: Option<Token>) -> Vec<Step> {
    match (first, second) {
        (None, None) => vec![Step::End],
        (Some(one), Some(other)) if one.is_run() && other.is_run() => {
            let run = if one == other {
                one
            } else {
                Token::AnyRunInSegment
            };
            vec![Step::FirstRunEndsInRun(run), Step::SecondRunEndsInRun(run)]
        }
        (Some(run), other) if run.is_run() => {
            let taken = other.and_then(|token| common(run, token)).map(Step::Second);
            [Step::FirstRunEnds].into_iter().chain(taken).collect()
        }
        (other, Some(run)) if run.is_run() => {
            let taken = other.and_then(|token| common(run, token)).map(Step::First);
            [Step::SecondRunEnds].into_iter().chain(taken).collect()
        }
        (Some(one), Some(other)) => common(one, other).map(Step::Both).into_iter().collect(),
        (None, Some(_)) | (Some(_), None) => vec![],
    }
}

/// The letters that two tokens both take, as a token; of a run, the letters that it takes.
fn common(one: Token, other: Token) -> Option<Token> {
    if one.takes(other) {
        return Some(other);
    }
    let letter = |token| match token {
        Token::AnyRun => Token::AnyOne,
        Token::AnyRunInSegment => Token::AnyOneInSegment,
        other => other,
    };
    other.takes(letter(one)).then(|| letter(one))
}

/// All pairs of places of two globs, with something known of each.
struct Pairs<T> {
    first: Vec<Token>,
    second: Vec<Token>,
    known: Vec<T>,
}

impl<T: Default + Clone> Pairs<T> {
    fn new(first: &Glob, second: &Glob) -> Pairs<T> {
        let (first, second): (Vec<Token>, Vec<Token>) =
            (first.tokens().collect(), second.tokens().collect());
        let known = vec![T::default(); (first.len() + 1) * (second.len() + 1)];
        Pairs {
            first,
            second,
            known,
        }
    }

    fn index(&self, (first, second): (usize, usize)) -> usize {
        first * (self.second.len() + 1) + second
    }

    fn steps(&self, (first, second): (usize, usize)) -> Vec<Step> {
        steps(
            self.first.get(first).copied(),
            self.second.get(second).copied(),
        )
    }

    /// The pairs from the ends to the beginnings, so that a pair comes after all that its steps lead to.
    fn backwards(&self) -> impl Iterator<Item = (usize, usize)> + use<T> {
        let (firsts, seconds) = (self.first.len(), self.second.len());
        (0..=firsts)
            .rev()
            .flat_map(move |first| (0..=seconds).rev().map(move |second| (first, second)))
    }
}

/// Do the texts before the first wildcards leave room for a shared string?
fn prefixes_agree(first: &Glob, second: &Glob) -> bool {
    first.prefix.starts_with(&*second.prefix) || second.prefix.starts_with(&*first.prefix)
}

impl Glob {
    /// A shortest string that both globs match, if there is one.
    ///
    /// ```
    /// # use tightrope::algebra::Glob;
    /// let names = Glob::wildcards("*-log");
    /// assert_eq!(names.overlap(&Glob::wildcards("app-l*")).as_deref(), Some("app-log"));
    /// assert_eq!(names.overlap(&Glob::wildcards("*-logs")), None);
    /// ```
    pub fn overlap(&self, other: &Glob) -> Option<String> {
        if !prefixes_agree(self, other) {
            return None;
        }
        for (one, other) in [(self, other), (other, self)] {
            if let Some(text) = one.as_literal() {
                return other.matches(text).then(|| text.to_owned());
            }
        }
        let mut pairs: Pairs<Option<usize>> = Pairs::new(self, other);
        for pair in pairs.backwards() {
            let lengths = pairs
                .steps(pair)
                .into_iter()
                .filter_map(|step| pairs.length_by(pair, &step));
            let shortest = lengths.min();
            let index = pairs.index(pair);
            pairs.known[index] = shortest;
        }
        let mut text = String::new();
        let mut pair = (0, 0);
        loop {
            let steps = pairs.steps(pair).into_iter();
            let lengths = steps.filter_map(|step| Some((pairs.length_by(pair, &step)?, step)));
            match lengths.min_by_key(|(length, _)| *length)?.1 {
                Step::End => return Some(text),
                step => {
                    text.extend(step.token().and_then(Token::shortest));
                    pair = step.target(pair);
                }
            }
        }
    }

    /// What both globs match, as a finite union of globs: none when they are disjoint, and `None` when the union would
    /// need more than [`MOST_PARTS`] globs on the way.
    ///
    /// ```
    /// # use tightrope::algebra::Glob;
    /// let both = Glob::wildcards("ab*").intersection(&Glob::wildcards("*bc"));
    /// assert_eq!(both, Some(vec![Glob::wildcards("ab*bc"), Glob::literal("abc")]));
    /// ```
    pub fn intersection(&self, other: &Glob) -> Option<Vec<Glob>> {
        if !prefixes_agree(self, other) {
            return Some(vec![]);
        }
        let mut pairs: Pairs<Vec<Glob>> = Pairs::new(self, other);
        let reachable = pairs.reachable();
        for pair in pairs.backwards() {
            let index = pairs.index(pair);
            if reachable[index] {
                let parts = pairs.parts(pair);
                if parts.len() > MOST_PARTS {
                    return None;
                }
                pairs.known[index] = parts;
            }
        }
        let mut parts = std::mem::take(&mut pairs.known[0]);
        parts.sort();
        Some(parts)
    }
}

impl Pairs<Option<usize>> {
    /// The length of a shortest shared string from `pair` that begins with `step`.
    fn length_by(&self, pair: (usize, usize), step: &Step) -> Option<usize> {
        let written = step.token().and_then(Token::shortest).map_or(0, |_| 1);
        match step {
            Step::End => Some(0),
            step => Some(self.known[self.index(step.target(pair))]? + written),
        }
    }
}

impl Pairs<Vec<Glob>> {
    /// The pairs of places that some beginning of a shared string leads to.
    fn reachable(&self) -> Vec<bool> {
        let mut reachable = vec![false; self.known.len()];
        reachable[0] = true;
        let mut forwards: Vec<(usize, usize)> = self.backwards().collect();
        while let Some(pair) = forwards.pop() {
            if reachable[self.index(pair)] {
                for step in self.steps(pair) {
                    reachable[self.index(step.target(pair))] = true;
                }
            }
        }
        reachable
    }

    /// The shared strings from `pair` on, as globs of which none covers another.
    fn parts(&self, pair: (usize, usize)) -> Vec<Glob> {
        let mut parts: Vec<Glob> = Vec::new();
        for step in self.steps(pair) {
            if let Step::End = step {
                return vec![Glob::literal("")];
            }
            for tail in &self.known[self.index(step.target(pair))] {
                let part = Glob::from_tokens(step.token().into_iter().chain(tail.tokens()));
                if !parts.iter().any(|other| other.covers(&part)) {
                    parts.retain(|other| !part.covers(other));
                    parts.push(part);
                }
            }
        }
        parts
    }
}
