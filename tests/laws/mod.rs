//! - `words`, `kinds`: what policies and requests are made of
//! - `policies`: policies at random
//! - `changes`: a policy written otherwise
//! - `requests`: requests near to some policies
//! - `sides`: what policies grant together, compared by the program and by the twin
//! - `evaluating`, `including`, `adding`, `rewriting`: the properties
//! - `smaller`: a case that fails, made smaller
//! - `facts`: policies compared by hand

mod adding;
mod changes;
mod evaluating;
mod facts;
mod including;
mod kinds;
mod policies;
mod requests;
mod rewriting;
mod sides;
mod smaller;
mod words;

use proptest::test_runner::Config;

/// So many cases, unless `PROPTEST_CASES` says how many.
fn cases(number: u32) -> Config {
    let asked = Config::default();
    Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => asked.cases,
            None => number,
        },
        failure_persistence: None,
        ..asked
    }
}

/// A die, for what would only be slower as a strategy. The same seed throws the same.
struct Dice(u64);

impl Dice {
    /// One of so many numbers, from 0.
    fn below(&mut self, sides: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("a small number")
    }

    fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    fn word<'t, T: AsRef<str>>(&mut self, all: &'t [T]) -> &'t str {
        self.one_of(all).as_ref()
    }

    /// True once in so many throws.
    fn once_in(&mut self, throws: usize) -> bool {
        self.below(throws) == 0
    }
}
