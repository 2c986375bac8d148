//! How well proposals hold on days that were not seen: traces of made-up roles, the first days to learn from, the
//! later ones and decoys to be judged by. The table: `TIGHTROPE_FULL_TABLE=1 cargo test --release --test generalising
//! -- --nocapture`.
#![allow(
    clippy::print_stdout,
    reason = "the table is what this is run for, and is seen with --nocapture only"
)]

mod judge;
mod traces;

use std::collections::{BTreeMap, BTreeSet};

use tightrope::catalog::Catalog;
use tightrope::evaluation::Granted;
use tightrope::usage::{Event, Observation, On, observe};

use judge::{BY_HAND, FOLDERS, Score, account_role, allows, hand_written, judge, print};
use traces::{Call, HELD_OUT, OPEN, Set, Trace};

/// The level that the targets are for.
const JUDGED: &str = "typed";
/// Days of training that the targets are for.
const JUDGED_DAYS: usize = 14;
/// Of the later calls of known sources, less than so many per cent may be denied.
const MOST_DENIED: f64 = 0.6;
/// Of the decoys, less than so many per cent may be allowed.
const MOST_DECOYS: f64 = 2.0;

/// The number of traces of each set, and the days of training.
fn asked() -> (u64, &'static [usize]) {
    match std::env::var_os("TIGHTROPE_FULL_TABLE") {
        Some(_) => (TRACES, &[7, JUDGED_DAYS, 30]),
        None => (16, &[JUDGED_DAYS]),
    }
}

fn score(set: &Set) -> Vec<Score> {
    let (roles, trainings) = asked();
    let scores = judge(set, roles, trainings);
    print(set.name, &scores);
    scores
}

fn holds(set: &Set) {
    let scores = score(set);
    let at = |level: &str| {
        let mut scores = scores.iter();
        scores.find(|score| score.level == level && score.days == JUDGED_DAYS)
    };
    let exact = at("exact").expect("the program has this level");
    assert_eq!(exact.decoys.part, 0, "{exact:?}");
    assert!(exact.denied.percent() > 20.0, "{exact:?}");
    let by_hand = at(BY_HAND).expect("it is always judged");
    meets_the_targets(by_hand);
    let folders = at(FOLDERS).expect("it is always judged");
    assert!(
        folders.decoys.percent() > 20.0,
        "a judge can say no: {folders:?}"
    );
    at(JUDGED).into_iter().for_each(meets_the_targets);
}

fn meets_the_targets(score: &Score) {
    assert!(score.denied_of_known.percent() < MOST_DENIED, "{score:?}");
    assert!(score.decoys.percent() < MOST_DECOYS, "{score:?}");
}

#[test]
fn a_proposal_holds_on_later_days_and_no_decoy_comes_in() {
    holds(&OPEN);
}

#[test]
fn it_does_so_for_functions_that_nobody_built_for() {
    holds(&HELD_OUT);
}

/// As many of each set as the full table judges: each template is in one of them.
const TRACES: u64 = 60;

/// The traces of both sets that are judged.
fn traces() -> impl Iterator<Item = Trace> {
    let numbers = (0..asked().0).flat_map(|number| [(&OPEN, number), (&HELD_OUT, number)]);
    numbers.map(|(set, number)| Trace::of(set, number, 45))
}

/// The whole trail as text.
fn text(trace: &Trace) -> String {
    let calls = trace.days.iter().flatten().enumerate();
    calls
        .map(|(number, call)| trace.record(call, number))
        .collect()
}

#[test]
fn a_trace_is_the_same_from_the_same_seed_and_another_from_another() {
    for number in 0..4 {
        let trace = |number| Trace::of(&OPEN, number, 10);
        let (one, same, other) = (trace(number), trace(number), trace(number + 1));
        assert_eq!(text(&one), text(&same));
        assert_eq!((&one.granted, &one.by_hand), (&same.granted, &same.by_hand));
        assert_ne!(text(&one), text(&other));
    }
}

#[test]
fn each_template_is_in_a_trace_and_in_one_set_only() {
    let mut sets: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for set in [&OPEN, &HELD_OUT] {
        for number in 0..TRACES {
            for workload in Trace::of(set, number, 1).workloads {
                sets.entry(workload).or_default().insert(set.name);
            }
        }
    }
    assert!(sets.values().all(|sets| sets.len() == 1), "{sets:?}");
    assert_eq!(sets.len(), 40, "{sets:?}");
}

/// Operations whose events do not tell the resource, or that the program reads as a pattern for another reason.
const PATTERNS: [(&str, &str); 3] = [
    ("states", "DescribeExecution"),
    ("states", "StopExecution"),
    ("secretsmanager", "GetSecretValue"),
];

/// What an event tells, as `action resource`; a pattern counts as what was asked if it holds it.
fn told(call: &Call, record: &str) -> BTreeSet<String> {
    let event = Event::parse(record.as_bytes()).expect("a record");
    let Observation::Used(observed) = observe(&event, Catalog::bundled()) else {
        panic!("{record}");
    };
    let certain = observed
        .iter()
        .filter(|observed| observed.access.need == tightrope::usage::Necessity::Certain);
    let mut told = BTreeSet::new();
    for observed in certain {
        for on in &observed.access.on {
            let resource = match on {
                On::Matching(pattern) if PATTERNS.contains(&(call.source, call.event)) => {
                    let glob = tightrope::evaluation::resource_glob(pattern);
                    let mut asked = call.asked.iter().map(|(_, resource)| resource);
                    let held = asked.find(|resource| glob.matches(resource));
                    held.unwrap_or_else(|| panic!("{pattern}: {record}"))
                        .clone()
                }
                on => on.to_string(),
            };
            told.insert(format!("{} {resource}", observed.access.action));
        }
    }
    told
}

#[test]
fn each_record_is_read_as_what_the_function_asked() {
    for trace in traces() {
        // The third call of a kind tells no more than the first two.
        let mut read: BTreeMap<_, usize> = BTreeMap::new();
        let few = |call: &&Call| {
            let read = read.entry((call.workload, call.event, call.path));
            let read = read.or_default();
            *read += 1;
            *read <= 2
        };
        let calls = trace.days.iter().flatten().filter(few);
        let calls: Vec<_> = calls.chain(&trace.never).collect();
        for (number, call) in calls.into_iter().enumerate() {
            let record = trace.record(call, number);
            let asked = call.asked.iter();
            let asked: BTreeSet<_> = asked
                .map(|(action, resource)| format!("{action} {resource}"))
                .collect();
            assert_eq!(told(call, &record), asked, "{record}");
        }
    }
}

#[test]
fn a_broad_grant_holds_the_calls_and_the_decoys() {
    for trace in traces() {
        let granted = Granted::of_role(&account_role(&trace)).expect("policies");
        for call in trace.days.iter().flatten().chain(&trace.never) {
            assert!(allows(&granted, call), "{} {call:?}", trace.granted);
        }
    }
}

/// Which makes the targets fair: there is a policy that denies nothing and lets no decoy in.
#[test]
fn a_policy_by_hand_holds_the_calls_and_no_decoy() {
    for trace in traces() {
        let by_hand = hand_written(&trace);
        for call in trace.days.iter().flatten() {
            assert!(allows(&by_hand, call), "{} {call:?}", trace.by_hand);
        }
        for decoy in &trace.never {
            assert!(!allows(&by_hand, decoy), "{} {decoy:?}", trace.by_hand);
        }
    }
}

#[test]
fn a_decoy_is_never_asked_for_though_its_action_is_used() {
    for trace in traces() {
        let calls = trace.days.iter().flatten();
        let asked: BTreeSet<_> = calls.flat_map(|call| &call.asked).collect();
        let used: BTreeSet<_> = asked.iter().map(|(action, _)| action).collect();
        let decoys = trace.never.iter().flat_map(|decoy| &decoy.asked);
        for decoy in decoys {
            assert!(!asked.contains(decoy), "{decoy:?}");
            assert!(used.contains(&decoy.0), "{decoy:?}");
        }
        for (place, workload) in trace.workloads.iter().enumerate() {
            let decoys = trace.never.iter();
            let count = decoys.filter(|decoy| decoy.workload == place).count();
            assert!(count >= 8, "{workload} has {count}");
        }
    }
}
