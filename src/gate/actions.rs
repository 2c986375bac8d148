//! Statements that allow actions which nobody named: by a wildcard, or as all but some.

use std::collections::BTreeMap;

use super::findings::{Findings, Says};
use super::nothing::Named;
use super::statements::Stated;
use super::{Fix, Severity};
use crate::catalog::{AccessLevel, ActionFacts, Catalog};
use crate::evaluation::action_glob;
use crate::iam::{ActionPattern, Actions};

/// What a wildcard stands for that matters.
#[derive(Default)]
struct Matched<'c> {
    all: usize,
    matter: BTreeMap<&'static str, Vec<&'c ActionFacts>>,
}

const MANAGES: &str = "manages permissions";
const WRITES: &str = "writes";
const READS: &str = "reads data";

/// Only what can be asked on something that the statement names counts: the right to delete a bucket is not in what is allowed
/// on objects.
fn matched(pattern: &ActionPattern, stated: &Stated<'_>) -> Matched<'static> {
    let catalog = Catalog::bundled();
    let mut matched = Matched::default();
    let named = stated.named_resources().map(Named::new);
    let counts = |facts: &&'static ActionFacts| {
        let named = named.as_ref();
        named.is_none_or(|named| named.takes(facts))
    };
    for facts in matching(pattern).filter(counts) {
        matched.all += 1;
        let matters = match facts.level() {
            AccessLevel::PermissionsManagement => MANAGES,
            AccessLevel::Write => WRITES,
            _ if catalog.data_read(&facts.action).is_some() => READS,
            _ => continue,
        };
        matched.matter.entry(matters).or_default().push(facts);
    }
    matched
}

/// The actions of the catalog that a pattern matches.
pub(super) fn matching(pattern: &ActionPattern) -> impl Iterator<Item = &'static ActionFacts> {
    let catalog = Catalog::bundled();
    let glob = action_glob(pattern);
    let one = pattern.service().map(str::to_ascii_lowercase);
    let services: Vec<&'static str> = match &one {
        Some(service) => catalog
            .service_prefixes()
            .filter(|prefix| prefix.eq_ignore_ascii_case(service))
            .collect(),
        None => catalog.service_prefixes().collect(),
    };
    let actions = services
        .into_iter()
        .flat_map(|service| catalog.actions_of(service));
    actions.filter(move |facts| glob.matches(facts.folded()))
}

pub(super) fn wildcard_actions(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    if !findings.asks("no-wildcard-action", &stated.place.file) {
        return;
    }
    for pattern in stated.written_actions() {
        if pattern.as_action().is_some() {
            continue;
        }
        let matched = matched(pattern, stated);
        // One that stands for a single action of today is a spelling of it.
        if matched.all < 2 || matched.matter.is_empty() {
            continue;
        }
        let order = [MANAGES, WRITES, READS];
        let there = order.iter().filter_map(|kind| {
            let actions = matched.matter.get(kind)?;
            Some((*kind, actions))
        });
        let counted: Vec<_> = there
            .clone()
            .map(|(kind, actions)| format!("{} {}", actions.len(), plural_of(kind, actions.len())))
            .collect();
        let strongest = there
            .clone()
            .next()
            .and_then(|(_, actions)| actions.first());
        let says = format!(
            "`{pattern}` grants {} actions there, of which {}",
            matched.all,
            counted.join(", ")
        );
        let witness = there
            .flat_map(|(_, actions)| actions)
            .find_map(|facts| stated.example(facts));
        let example = strongest
            .map(|facts| facts.action.as_str())
            .unwrap_or_default();
        let severity = match matched.matter.keys().all(|kind| *kind == READS) {
            true => Severity::Warning,
            false => Severity::Error,
        };
        findings.add_at_most(
            "no-wildcard-action",
            severity,
            Says {
                witness,
                fix: Fix::by_hand(format!(
                    "name the actions that the code calls instead of `{pattern}`; `tightrope propose` tells them from \
                     CloudTrail. It is also `{example}`"
                )),
                ..stated.says(says, pattern.as_str())
            },
        );
    }
}

fn plural_of(kind: &str, count: usize) -> &str {
    match (kind, count) {
        (MANAGES, 2..) => "manage permissions",
        (WRITES, 2..) => "write",
        (READS, 2..) => "read data",
        _ => kind,
    }
}

pub(super) fn not_action(stated: &Stated<'_>, findings: &mut Findings<'_>) {
    let Actions::AllBut(patterns) = &stated.statement.actions else {
        return;
    };
    let but: Vec<_> = patterns.iter().map(ToString::to_string).collect();
    let says = format!("it allows every action but {}", but.join(", "));
    let strong = [
        "iam:CreatePolicyVersion",
        "s3:DeleteBucket",
        "ec2:RunInstances",
    ];
    let strong = strong.iter().filter_map(|name| {
        let facts = Catalog::bundled().action(&name.parse().ok()?)?;
        stated.example(facts)
    });
    findings.add(
        "no-not-action-allow",
        Says {
            witness: { strong }.next(),
            fix: Fix::by_hand("write the actions that are needed under `Action`"),
            ..stated.says(says, "NotAction")
        },
    );
}
