//! Published policies compared with each other, where `TIGHTROPE_REAL_DATA` names a folder that has them: each against
//! `ReadOnlyAccess`, each against itself and against the one before it. Without it the tests say what they skipped.
#![allow(
    clippy::print_stderr,
    reason = "a test that skips its work, or counts other people's data, has to say so"
)]

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tightrope::evaluation::{Granted, NamedPolicy, Reading, Verdict, included};
use tightrope::iam::Policy;

/// The published policies: name and text.
fn published() -> Option<Vec<(String, String)>> {
    let folder = std::env::var_os("TIGHTROPE_REAL_DATA").map(PathBuf::from)?;
    let text = fs::read_to_string(folder.join("policies/mamip_aws_managed.json")).ok()?;
    let file: Value = serde_json::from_str(&text).expect("it is JSON");
    let policies = file["policies"].as_array().expect("a list").iter();
    let named = |policy: &Value| {
        let path = policy["path"].as_str().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let text = serde_json::to_string_pretty(&policy["policy"]).expect("it prints");
        (name, text)
    };
    Some(policies.map(named).collect())
}

fn granted(text: &str) -> Granted {
    let policy = Policy::parse_text(text).expect("AWS published it");
    let name = String::new();
    Granted::new(vec![NamedPolicy { name, policy }], Reading::default())
}

/// How long comparisons took, and how they ended.
#[derive(Default)]
struct Tally {
    times: Vec<Duration>,
    included: usize,
    refuted: usize,
    unknown: Vec<String>,
}

impl Tally {
    /// Compares both ways, reading both policies first.
    fn compare(&mut self, (name, one): &(String, String), other: &str) {
        let begun = Instant::now();
        let (one, other) = (granted(one), granted(other));
        let verdicts = [included(&one, &other), included(&other, &one)];
        self.times.push(begun.elapsed());
        for verdict in verdicts {
            match verdict {
                Verdict::Included => self.included += 1,
                Verdict::Refuted(_) => self.refuted += 1,
                Verdict::Unknown(reason) => self.unknown.push(format!("{name}: {reason}")),
            }
        }
    }

    fn told(&mut self, what: &str) {
        self.times.sort_unstable();
        let at = |share: usize| self.times[(self.times.len() - 1) * share / 100];
        eprintln!(
            "{what}: {} pairs both ways, {} included, {} refuted, {} unknown; p50 {:?}, p95 {:?}, max {:?}, all {:?}",
            self.times.len(),
            self.included,
            self.refuted,
            self.unknown.len(),
            at(50),
            at(95),
            at(100),
            self.times.iter().sum::<Duration>(),
        );
    }
}

#[test]
fn every_published_policy_is_compared_with_others_and_equals_itself() {
    let Some(policies) = published() else {
        eprintln!("skipped, without published policies in TIGHTROPE_REAL_DATA");
        return;
    };
    let read_only = policies.iter().find(|(name, _)| name == "ReadOnlyAccess");
    let (_, read_only) = read_only.expect("it is published");
    let mut with_read_only = Tally::default();
    let mut neighbours = Tally::default();
    let mut itself = Tally::default();
    for (index, policy) in policies.iter().enumerate() {
        with_read_only.compare(policy, read_only);
        neighbours.compare(policy, &policies[index.saturating_sub(1)].1);
        itself.compare(policy, &policy.1);
    }
    with_read_only.told("against ReadOnlyAccess");
    neighbours.told("against its neighbour");
    itself.told("against itself");
    assert_eq!(itself.included, 2 * policies.len(), "{:?}", itself.unknown);
    for tally in [with_read_only, neighbours] {
        assert!(
            tally.unknown.len() * 200 < tally.times.len(),
            "{:?}",
            tally.unknown
        );
    }
}
