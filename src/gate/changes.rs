//! What a change of the code lets roles do that they could not do before.

use std::collections::BTreeSet;

use super::findings::{Findings, Says, shortened};
use super::limits::gone;
use super::pairs::pairs;
use super::roles::of;
use super::scene::{Document, Holder, Scene, granted_by};
use super::symbols::with_symbols_in_conditions;
use super::{Fix, Severity};
use crate::algebra::Witness;
use crate::catalog::Catalog;
use crate::diff::{Group, Setting, World, compare};
use crate::evaluation::{Granted, Verdict, included};
use crate::iac::Place;
use crate::iam::Condition;

const CHECK: &str = "no-new-access";

/// How many actions and resources are named before the rest is counted.
const SHOWN: usize = 3;

pub(super) fn check_all(now: &Scene<'_>, before: &Scene<'_>, findings: &mut Findings<'_>) {
    let pairs = pairs(now, before);
    for (holder, pair) in now.holders.iter().zip(pairs) {
        if !findings.asks(CHECK, &holder.role.place.file) {
            continue;
        }
        match pair.map(|index| &before.holders[index]) {
            Some(before) => changed(holder, before, findings),
            None => new(holder, findings),
        }
    }
    for document in now.documents.iter().filter(|document| document.is_alone) {
        alone(document, before, findings);
    }
}

/// What is said of new access.
fn says<'p>(holder: &Holder<'p>, place: &'p Place, about: &str, says: String) -> Says<'p> {
    Says {
        place,
        about: about.to_owned(),
        ..of(holder, says)
    }
}

fn new(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    let granted = holder.granted_by_name();
    let actions = Catalog::bundled().actions().filter(|facts| {
        let mut allowed = granted.rules(crate::iam::Effect::Allow);
        allowed.any(|rule| rule.widest.action.contains(facts.folded()))
    });
    let count = actions.count();
    if count == 0 && holder.unknown.is_empty() {
        return;
    }
    let text = match count {
        1 => "the role is new: it allows one action".to_owned(),
        count => format!("the role is new: it allows {count} actions"),
    };
    let says = says(holder, &holder.role.place, "new", text);
    findings.add_at_most(CHECK, Severity::Note, says);
}

fn changed(now: &Holder<'_>, before: &Holder<'_>, findings: &mut Findings<'_>) {
    for gain in gains(&before.granted_to_compare(), &now.granted_to_compare()) {
        let place = gain.witness.as_ref();
        let place = place.and_then(|witness| now.statement_that_allows(witness));
        let says = Says {
            witness: gain.witness,
            fix: Fix::by_hand(
                "take it out, or let whoever owns the role's access accept it with a waiver",
            ),
            ..says(
                now,
                place.unwrap_or(&now.role.place),
                &gain.about,
                gain.says,
            )
        };
        findings.add(CHECK, says);
    }
    attached(now, before, findings);
    around(now, before, findings);
}

/// Something that is allowed and was not, or may be.
struct Gain {
    /// What it is, in words that stay the same.
    about: String,
    /// The same as a sentence.
    says: String,
    witness: Option<Witness>,
    /// The position of the statement that allows it in its policy, from 1, where it is one that has others.
    statement: Option<usize>,
}

fn gains(before: &Granted, now: &Granted) -> Vec<Gain> {
    let witness = match included(now, before) {
        Verdict::Included => return Vec::new(),
        Verdict::Refuted(witness) => witness,
        Verdict::Unknown(_) => {
            return vec![Gain {
                about: "undecided".to_owned(),
                says: "it could not be decided whether it allows more than before".to_owned(),
                witness: None,
                statement: None,
            }];
        }
    };
    let world = (World::Closed, Catalog::bundled());
    let comparison = compare(before, now, world, &Setting::example());
    match comparison.gained.as_slice() {
        // No action of today shows it, and one of tomorrow can.
        [] => vec![Gain {
            about: witness.action.clone(),
            says: "it allows requests that it did not allow before".to_owned(),
            witness: Some(witness),
            statement: None,
        }],
        groups => groups.iter().map(Gain::of).collect(),
    }
}

impl Gain {
    fn of(group: &Group) -> Self {
        let actions: Vec<_> = group.actions.iter().map(ToString::to_string).collect();
        let resources = group.resources.patterns().iter().map(ToString::to_string);
        let resources: Vec<_> = resources.collect();
        Gain {
            about: format!("{} on {}", actions.join(" "), resources.join(" ")),
            says: format!(
                "it newly allows {} on {}",
                shortened(&actions, SHOWN),
                shortened(&resources, SHOWN)
            ),
            witness: Some(group.witness.clone()),
            statement: Some(group.statement.number),
        }
    }
}

/// Policies that are newly attached, and not known.
fn attached(now: &Holder<'_>, before: &Holder<'_>, findings: &mut Findings<'_>) {
    let arns: BTreeSet<_> = before
        .unknown
        .iter()
        .map(|one| one.arn.to_string())
        .collect();
    for attached in &now.unknown {
        let arn = attached.arn.to_string();
        if !arns.contains(&arn) {
            let text = format!("{arn} is newly attached, and what it allows is not known here");
            findings.add(CHECK, says(now, &attached.place, &arn, text));
        }
    }
}

/// What limited the role, or kept others from it, and does no more.
fn around(now: &Holder<'_>, before: &Holder<'_>, findings: &mut Findings<'_>) {
    for (element, value) in gone(now, before) {
        let about = format!("limit {element} {value}");
        let text =
            format!("a `Deny` is gone or another: it had `{value}`, which is not known here");
        findings.add(CHECK, says(now, &now.role.place, &about, text));
    }
    if let Some(boundary) = &before.role.boundary
        && now.role.boundary.as_ref() != Some(boundary)
    {
        let text = match &now.role.boundary {
            None => format!("its permissions boundary {boundary} is gone"),
            Some(other) => format!("its permissions boundary is {other}, and was {boundary}"),
        };
        findings.add(CHECK, says(now, &now.role.place, "boundary", text));
    }
    let (Some(trust), Some(trusted)) = (&now.role.trust, &before.role.trust) else {
        return;
    };
    for (principal, conditions) in trust.admitted() {
        let before = trusted.admitted().find(|(one, _)| *one == principal);
        let before = before.map(|(_, conditions)| conditions);
        let held = |condition: &Option<Condition>| {
            before.is_some_and(|before| before.contains(&None) || before.contains(condition))
        };
        let text = match before {
            _ if conditions.iter().all(held) => continue,
            None => format!("{principal} may take the role, and could not before"),
            Some(_) => format!("{principal} may take the role on another condition than before"),
        };
        let about = format!("trust {principal}");
        findings.add(CHECK, says(now, &now.role.place, &about, text));
    }
}

/// A policy that nobody in the code has: a policy file, or one for roles elsewhere.
fn alone(document: &Document<'_>, before: &Scene<'_>, findings: &mut Findings<'_>) {
    let place = &document.policy.place;
    if !findings.asks(CHECK, &place.file) {
        return;
    }
    let candidates = before.documents.iter().filter(|one| one.is_alone);
    let named = |one: &&Document<'_>| {
        one.policy.name == document.policy.name && one.policy.place.resource == place.resource
    };
    let of_file = |one: &&Document<'_>| one.policy.place.file == place.file;
    let same: Vec<_> = candidates
        .filter(|one| of_file(one) && named(one))
        .collect();
    let nth = same
        .iter()
        .position(|one| one.policy.place.line == place.line)
        .unwrap_or(0);
    let granted =
        |document: &Document<'_>| granted_by([with_symbols_in_conditions(document.policy)]);
    let Some(before) = same.get(nth) else {
        let text = "the policy is new".to_owned();
        let says = Says {
            about: "new".to_owned(),
            ..Says::at(place, text)
        };
        return findings.add_at_most(CHECK, Severity::Note, says);
    };
    for gain in gains(&granted(before), &granted(document)) {
        let stated = gain.statement.and_then(|number| number.checked_sub(1));
        let stated = stated.and_then(|index| document.policy.statements.get(index));
        let says = Says {
            about: gain.about,
            witness: gain.witness,
            fix: Fix::by_hand("take it out, or accept it with a waiver"),
            ..Says::at(stated.unwrap_or(place), gain.says)
        };
        findings.add(CHECK, says);
    }
}
