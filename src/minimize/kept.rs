//! A statement of a proposal with its reasons.

use crate::evaluation::Place;
use crate::iam::{ActionPattern, Statement};

use super::learn::Explained;
use super::need::Ground;

/// Why an action of a statement is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyKept {
    /// The action, or the pattern of actions.
    pub actions: ActionPattern,
    /// The ground.
    pub ground: Ground,
}

/// A statement of a proposal with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStatement {
    /// The statement.
    pub statement: Statement,
    /// Why its actions are kept; empty for a denial, which is kept because it denies.
    pub why: Vec<WhyKept>,
    /// How those of its resources came about that are wider than what was seen.
    pub explained: Vec<Explained>,
    /// Action patterns that stand for just the catalog's actions that are kept, to fit into AWS's limits.
    pub shortened: Vec<Shortened>,
    /// The statement that it comes from, where it is kept as it stands or in its author's layout.
    pub from: Option<Place>,
}

/// A pattern in place of the actions that it matches on the bundled catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The pattern.
    pub pattern: ActionPattern,
    /// What it stands for; what AWS adds to it later was not meant.
    pub actions: Vec<ActionPattern>,
}

/// One reason for each action and kind of ground: the evidence of its uses together.
pub(super) fn merged(why: impl Iterator<Item = WhyKept>) -> Vec<WhyKept> {
    let mut merged: Vec<WhyKept> = Vec::new();
    let mut sorted: Vec<_> = why.collect();
    sorted.sort_by(|a, b| a.actions.cmp(&b.actions));
    for reason in sorted {
        let same = merged
            .iter_mut()
            .rev()
            .take_while(|known| known.actions == reason.actions);
        if !same
            .into_iter()
            .any(|known| merge(&mut known.ground, &reason.ground))
        {
            merged.push(reason);
        }
    }
    merged
}

fn merge(known: &mut Ground, other: &Ground) -> bool {
    match (known, other) {
        (
            Ground::Used {
                uses,
                verified,
                resource_confirmed,
                need,
            },
            Ground::Used {
                uses: more,
                verified: also,
                resource_confirmed: as_well,
                need: needed,
            },
        ) if verified == also && resource_confirmed == as_well && need == needed => {
            uses.merge(more);
            true
        }
        (known, other) => known == other,
    }
}
