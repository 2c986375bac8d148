//! How many strings a set holds, by dynamic programming over the same automaton that searches it.

use std::collections::HashMap;
use std::rc::Rc;

use num_bigint::BigUint;

use super::budget::{Budget, Exhausted};
use super::chart::{Chart, State};
use super::outside::Line;
use super::pieces::everything;
use super::request::Strings;

/// The strings that are counted: up to a length, over some letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The letters.
    pub letters: std::ops::RangeInclusive<char>,
    /// The most letters of a string.
    pub length: usize,
}

impl Counted {
    /// The 95 printable characters of ASCII, up to 128 of them.
    pub const PRINTABLE: Counted = Counted {
        letters: ' '..='~',
        length: 128,
    };

    fn has(&self, letter: char) -> bool {
        self.letters.contains(&letter)
    }

    fn number_of_letters(&self) -> usize {
        self.letters.clone().count()
    }
}

/// How many of the strings are in a set of `of` and in none of `but`; `None` when counting them takes too long.
///
/// ```
/// # use tightrope::algebra::{count, Counted, Glob, Strings};
/// let two = Strings::AnyOf(vec![Glob::literal("ab"), Glob::wildcards("a?")]);
/// assert_eq!(count(&[&two], &[], &Counted::PRINTABLE), Some(95u8.into()));
/// ```
pub fn count(of: &[&Strings], but: &[&Strings], counted: &Counted) -> Option<BigUint> {
    let classes = of.iter().chain(but).map(|strings| (*strings, 0)).collect();
    let line = Line::new(classes);
    let all = line.all();
    let piece = everything();
    let chart = Chart::new(&piece, &[], &line, &all);
    let counting = Counting {
        chart: &chart,
        wanted: of.len(),
        counted,
    };
    counting.all(&mut Budget::whole()).ok()
}

struct Counting<'c> {
    chart: &'c Chart<'c>,
    /// The classes below this number are the ones to be in.
    wanted: usize,
    counted: &'c Counted,
}

impl Counting<'_> {
    /// Letter by letter: how many strings lead to each state.
    fn all(&self, budget: &mut Budget) -> Result<BigUint, Exhausted> {
        let mut total = BigUint::ZERO;
        let Some(start) = self.chart.start().map(Rc::new) else {
            return Ok(total);
        };
        let mut known: HashMap<Rc<State>, Vec<(Rc<State>, usize)>> = HashMap::new();
        let mut reached = HashMap::from([(start, BigUint::from(1u8))]);
        for length in 0..=self.counted.length {
            let mut next: HashMap<Rc<State>, BigUint> = HashMap::new();
            for (state, strings) in reached {
                if self.is_counted(&state) {
                    total += &strings;
                }
                if length == self.counted.length {
                    continue;
                }
                if !known.contains_key(&state) {
                    budget.visit()?;
                    budget.look(state.size())?;
                    known.insert(Rc::clone(&state), self.steps(&state));
                }
                for (to, letters) in &known[&state] {
                    budget.look(1)?;
                    *next.entry(Rc::clone(to)).or_default() += &strings * *letters;
                }
            }
            reached = next;
        }
        Ok(total)
    }

    fn is_counted(&self, state: &State) -> bool {
        let holding = self.chart.holding(state).unwrap_or_default();
        // Ascending: the first is wanted if any is, and the last unwanted if any is.
        holding.first().is_some_and(|class| *class < self.wanted)
            && holding.last().is_some_and(|class| *class < self.wanted)
    }

    /// The states that one more letter leads to, each with the number of letters.
    fn steps(&self, state: &State) -> Vec<(Rc<State>, usize)> {
        let letters = self.chart.letters(state);
        let Some((other, named)) = letters.split_first() else {
            return Vec::new();
        };
        let named: Vec<char> = named
            .iter()
            .copied()
            .filter(|letter| self.counted.has(*letter))
            .collect();
        let others = self.counted.number_of_letters() - named.len();
        let mut steps: Vec<(Rc<State>, usize)> = Vec::new();
        for (letter, number) in named
            .into_iter()
            .map(|letter| (letter, 1))
            .chain([(*other, others)])
        {
            if number > 0
                && let Some(next) = self.chart.step(state, letter)
            {
                steps.push((Rc::new(next), number));
            }
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::super::glob::Glob;
    use super::super::tests_of_globs::{glob, short_strings};
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn strings() -> impl Strategy<Value = Strings> {
        let globs = vec(glob(4), 0..4);
        prop_oneof![
            3 => globs.clone().prop_map(Strings::AnyOf),
            1 => globs.prop_map(Strings::NoneOf),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

        /// Strings over `a` and `b`, which can be told one by one.
        #[test]
        fn as_many_are_counted_as_are_there(of in vec(strings(), 0..3), but in vec(strings(), 0..3)) {
            let counted = Counted { letters: 'a'..='b', length: 4 };
            let there = short_strings(4).iter().filter(|text| {
                let has = |sets: &[Strings]| sets.iter().any(|set| set.contains(text));
                text.chars().all(|letter| counted.has(letter)) && has(&of) && !has(&but)
            });
            let found = count(&of.iter().collect::<Vec<_>>(), &but.iter().collect::<Vec<_>>(), &counted);
            prop_assert_eq!(found, Some(BigUint::from(there.count())));
        }
    }

    #[test]
    fn a_run_of_any_letters_is_counted_to_the_last_one() {
        let set = |text: &str| Strings::AnyOf(vec![Glob::wildcards(text)]);
        let bits =
            |text: &str| count(&[&set(text)], &[], &Counted::PRINTABLE).map(|count| count.bits());
        assert_eq!(bits("arn:aws:s3:::b/k"), Some(1));
        // 95^100 has 658 binary digits.
        assert_eq!(bits(&format!("{}*", "x".repeat(28))), Some(658));
    }
}
