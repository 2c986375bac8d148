//! One grant within another: what the program says of all requests, against what the twin says of each.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use serde_json::{Value, json};
use tightrope::algebra::Reason;
use tightrope::evaluation::Verdict;

use super::changes::changed;
use super::policies::{Holding, policy, statement};
use super::requests::Near;
use super::sides::{READINGS, is_stated, parts, request_of, within};
use super::smaller::smallest;
use super::{Dice, cases};
use crate::twin::Reading;

/// How often each verdict was given.
#[derive(Default, Debug)]
struct Tally {
    included: Cell<u32>,
    refuted: Cell<u32>,
    mixed: Cell<u32>,
    at_request_time: Cell<u32>,
}

impl Tally {
    fn add(&self, verdict: &Verdict) {
        let cell = match verdict {
            Verdict::Included => &self.included,
            Verdict::Refuted(_) => &self.refuted,
            Verdict::Unknown(Reason::Mixed(_)) => &self.mixed,
            Verdict::Unknown(_) => &self.at_request_time,
        };
        cell.set(cell.get() + 1);
    }

    fn total(&self) -> u32 {
        self.included.get() + self.refuted.get() + self.mixed.get() + self.at_request_time.get()
    }
}

/// Two lists of policies: apart, or the second one the first with changes.
fn sides(holding: Holding) -> impl Strategy<Value = (Vec<Value>, Vec<Value>)> {
    let policies = || vec(policy(holding), 1..3);
    let apart = (policies(), policies());
    let near = (policies(), vec(statement(holding), 3), any::<u64>());
    let near = near.prop_map(|(left, others, seed)| {
        let mut dice = Dice(seed);
        let right = changed(&left, &others, &mut dice);
        match dice.once_in(2) {
            true => (left, right),
            false => (right, left),
        }
    });
    prop_oneof![1 => apart, 4 => near]
}

/// What is wrong with the verdict, if anything is.
pub(super) fn wrong(
    left: &[Value],
    right: &[Value],
    reading: Reading,
    seed: u64,
) -> (Verdict, Option<String>) {
    let verdict = within(left, right, reading);
    let wrong = match &verdict {
        Verdict::Refuted(witness) => {
            let request = request_of(witness);
            (!parts(left, right, &request, reading)).then(|| format!("{request} does not refute"))
        }
        Verdict::Included => {
            let policies: Vec<&Value> = left.iter().chain(right).collect();
            let requests = Near::anything(&policies).requests(&mut Dice(seed), 60);
            let mut refuting = requests
                .into_iter()
                .filter(|request| parts(left, right, request, reading));
            refuting.next().map(|request| format!("{request} refutes"))
        }
        Verdict::Unknown(reason) => {
            (!is_stated(reason, &[left, right])).then(|| format!("undecided: {reason}"))
        }
    };
    (verdict, wrong)
}

#[allow(
    clippy::print_stderr,
    reason = "who tries many cases wants to know how often nothing is decided"
)]
/// Asks of many pairs whether the left is within the right, in both readings.
fn check(holding: Holding, number: u32) -> Tally {
    let tally = Tally::default();
    let config = Config {
        max_shrink_iters: 0,
        ..cases(number)
    };
    let strategy = (sides(holding), any::<u64>());
    let ran = TestRunner::new(config).run(&strategy, |((left, right), seed)| -> TestCaseResult {
        for reading in READINGS {
            let (verdict, found) = wrong(&left, &right, reading, seed);
            tally.add(&verdict);
            if found.is_some() {
                let fails = |both: &Value| wrong_of(both, reading, seed).is_some();
                let both = smallest(&json!([left, right]), fails);
                panic!("{reading:?}: {both}: {:?}", wrong_of(&both, reading, seed));
            }
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    eprintln!("{holding:?}: {tally:?}");
    tally
}

fn wrong_of(both: &Value, reading: Reading, seed: u64) -> Option<String> {
    let side = |index: usize| both[index].as_array().expect("a list").clone();
    wrong(&side(0), &side(1), reading, seed).1
}

#[test]
fn without_variables_and_mixed_kinds_every_verdict_is_given_and_is_right() {
    let tally = check(Holding::Plain, 180);
    assert_eq!((tally.mixed.get(), tally.at_request_time.get()), (0, 0));
    let least = tally.total() / 10;
    assert!(
        tally.included.get() > least && tally.refuted.get() > least,
        "{tally:?}"
    );
}

#[test]
fn with_variables_every_verdict_that_is_given_is_right_and_most_are_given() {
    let tally = check(Holding::Variables, 180);
    assert_eq!(tally.mixed.get(), 0);
    assert!(
        tally.at_request_time.get() * 10 < tally.total(),
        "{tally:?}"
    );
}

#[test]
fn with_kinds_mixed_on_one_key_every_verdict_that_is_given_is_right_and_most_are_given() {
    let tally = check(Holding::Everything, 180);
    assert!(tally.mixed.get() * 20 < tally.total(), "{tally:?}");
}
