//! What is judged beside the program, to compare: the policy of somebody who knows, and that of somebody in a hurry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tightrope::evaluation::{Granted, NamedPolicy, Reading};
use tightrope::iam::{Policy, PolicySize};

use crate::traces::Trace;

use super::{Judged, allows};

/// The policy that a person would write who knows what the functions do with what was seen of them, and nothing of
/// what was not seen: the best that can be learned.
pub(crate) const BY_HAND: &str = "by hand";

/// Each resource up to the first `/` within it, and a star.
pub(crate) const FOLDERS: &str = "folders";

/// What a person would write who knows everything that the functions do, whether it was seen or not.
pub(crate) fn hand_written(trace: &Trace) -> Granted {
    granted(BY_HAND, &trace.by_hand)
}

/// The statements of it that a call of the first days needs.
pub(super) fn by_hand(trace: &Trace, days: usize) -> Judged {
    let calls = trace.days[..days].iter().flatten();
    let calls: Vec<_> = calls.collect();
    let is_needed = |statement: &&Value| {
        let alone = json!({"Version": "2012-10-17", "Statement": statement});
        let alone = granted(BY_HAND, &alone);
        calls.iter().any(|call| allows(&alone, call))
    };
    let all = trace.by_hand["Statement"].as_array();
    let needed: Vec<_> = all.into_iter().flatten().filter(is_needed).collect();
    let policy = json!({"Version": "2012-10-17", "Statement": needed});
    judged(granted(BY_HAND, &policy))
}

pub(super) fn folders(trace: &Trace, days: usize) -> Judged {
    let calls = trace.days[..days].iter().flatten();
    let mut by_action: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (action, resource) in calls.flat_map(|call| &call.asked) {
        let folders = by_action.entry(action).or_default();
        folders.insert(folder(resource));
    }
    let statements = by_action.iter().map(
        |(action, resources)| json!({"Effect": "Allow", "Action": action, "Resource": resources}),
    );
    let statements: Vec<_> = statements.collect();
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    judged(granted(FOLDERS, &policy))
}

/// `arn:aws:s3:::bucket/folder/*`, `arn:aws:dynamodb:eu-central-1:123456789012:table/*`.
fn folder(resource: &str) -> String {
    let slashes = if resource.starts_with("arn:aws:s3:::") {
        2
    } else {
        1
    };
    let ends = resource.match_indices('/').take(slashes);
    match ends.last() {
        Some((end, _)) => format!("{}/*", &resource[..end]),
        None => resource.to_owned(),
    }
}

fn granted(name: &str, policy: &Value) -> Granted {
    let policy = Policy::parse(policy).expect("a policy");
    let name = name.to_owned();
    Granted::new(vec![NamedPolicy { name, policy }], Reading::default())
}

fn judged(granted: Granted) -> Judged {
    let policies = granted.policies().iter();
    Judged {
        size: policies.map(|named| PolicySize::of(&named.policy)).sum(),
        granted,
        renamed: BTreeSet::new(),
    }
}
