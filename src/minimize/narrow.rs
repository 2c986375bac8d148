//! Cuts what is needed out of what is granted, statement by statement, so that each piece lies within the
//! statement that it was cut from, under its conditions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::algebra::{Glob, Product, Search, Strings, find};
use crate::evaluation::{Granted, Rule, action_glob, pattern_of_glob, resource_glob};
use crate::iam::{ActionPattern, Actions, Effect, ResourcePattern, Resources};
use crate::usage::On;

use super::need::{Need, NeededOn};
use super::piece::{Extent, Origin, Piece, Pieces, Reach};
use super::speaking::Speaking;
use super::support::both;

/// Cuts the pieces. An action that was seen on more than `most` resources keeps the granted ones.
pub(super) fn narrow(granted: &Granted, needs: &[Need], most: usize) -> Pieces {
    let needs = coarsened(needs, most);
    let mut cut = Vec::new();
    let numbered = granted.all_rules().iter().enumerate();
    let mut denials = Vec::new();
    for (number, rule) in numbered {
        match rule.statement.effect {
            Effect::Allow => cut.extend(needs.iter().flat_map(|need| pieces((number, rule), need))),
            Effect::Deny => denials.push(rule.clone()),
        }
    }
    let always = denials.iter().filter(|rule| !rule.depends_on_context());
    let always: Vec<&Product> = always.map(|rule| &*rule.product).collect();
    let denying = Speaking::new(&always);
    cut.retain(|piece| !is_denied(piece, &denying));
    Pieces { cut, denials }
}

/// Whether every request of the piece is denied.
fn is_denied(piece: &Piece, denying: &Speaking<'_>) -> bool {
    let speaking = denying.of(&action_glob(&piece.reach.actions));
    !speaking.is_empty() && find(&[&piece.product()], &speaking) == Search::Nothing
}

/// A need, with its actions as a glob.
struct Wanted<'a> {
    need: Cow<'a, Need>,
    actions: Glob,
}

/// The needs with every action that was seen on too many resources on all resources.
fn coarsened(needs: &[Need], most: usize) -> Vec<Wanted<'_>> {
    let mut resources: BTreeMap<&ActionPattern, usize> = BTreeMap::new();
    for need in needs {
        *resources.entry(&need.actions).or_default() += 1;
    }
    let mut wanted = Vec::with_capacity(needs.len());
    for need in needs {
        let coarse = resources
            .get(&need.actions)
            .is_some_and(|count| *count > most);
        let actions = action_glob(&need.actions);
        let need = match coarse {
            true => Cow::Owned(Need {
                on: NeededOn::Seen(On::Matching(ResourcePattern::any())),
                ..need.clone()
            }),
            false => Cow::Borrowed(need),
        };
        wanted.push(Wanted { need, actions });
    }
    wanted
}

fn pieces((number, rule): (usize, &Rule), wanted: &Wanted<'_>) -> Vec<Piece> {
    let need = &wanted.need;
    let actions = common_actions(rule, wanted);
    if actions.is_empty() {
        return Vec::new();
    }
    let when = both(rule.statement.condition.as_ref(), need.when.as_ref());
    let extents = common_resources(&rule.statement.resources, &need.on);
    let pairs = actions
        .iter()
        .flat_map(|actions| extents.iter().map(move |extent| (actions, extent)));
    let piece = |(actions, (extent, pattern)): (&ActionPattern, &(Extent, Option<usize>))| Piece {
        reach: Reach {
            when: when.clone(),
            actions: actions.clone(),
            extent: extent.clone(),
        },
        ground: need.ground.clone(),
        from: Origin {
            rule: number,
            pattern: *pattern,
        },
        learned: None,
    };
    pairs.map(piece).collect()
}

/// The needed actions that a statement speaks of, as patterns. A need is never split by a statement: either
/// one of the two patterns holds the other, or they have nothing in common.
fn common_actions(rule: &Rule, needed: &Wanted<'_>) -> Vec<ActionPattern> {
    let (needed, wanted) = (&needed.need.actions, &needed.actions);
    // The rule's globs are those of its patterns, in the same order.
    let globs = rule.product.action.globs();
    match &rule.statement.actions {
        Actions::Only(_) if globs.iter().any(|glob| glob.covers(wanted)) => vec![needed.clone()],
        Actions::Only(patterns) => {
            let pairs = patterns.iter().zip(globs);
            let within = pairs.filter(|(_, glob)| wanted.covers(glob));
            within.map(|(pattern, _)| pattern.clone()).collect()
        }
        Actions::AllBut(_) if globs.iter().any(|glob| glob.overlap(wanted).is_some()) => Vec::new(),
        Actions::AllBut(_) => vec![needed.clone()],
    }
}

/// What is common to a statement's resources and a need's, each part with the granted pattern that it lies in.
type Common = BTreeSet<(Extent, Option<usize>)>;

/// The needed resources that a statement speaks of. The author's own patterns stay where they lie within
/// the need; where two merely overlap, their common part is said as patterns if that is possible, and else
/// the author's pattern is kept: wider than the need, never wider than the grant.
fn common_resources(granted: &Resources, needed: &NeededOn) -> Common {
    let needed = match needed {
        NeededOn::Seen(on) => on,
        NeededOn::Any(real) => return as_granted(granted, real),
    };
    let (wanted, pattern) = match needed {
        On::NoResource => (Glob::literal("*"), ResourcePattern::any()),
        On::Exactly(arn) => (Glob::literal(arn.as_str()), ResourcePattern::from(arn)),
        On::Matching(pattern) => (resource_glob(pattern), pattern.clone()),
    };
    match granted {
        Resources::Only(patterns) => {
            let parts = patterns
                .iter()
                .enumerate()
                .flat_map(|(place, granted)| match needed {
                    // Only a pattern of `*` alone matches it, and only such a pattern can grant it.
                    On::NoResource if granted.is_any() => {
                        vec![(Extent::Only(ResourcePattern::any()), Some(place))]
                    }
                    On::NoResource => Vec::new(),
                    _ => common_patterns(granted, &pattern, &wanted)
                        .into_iter()
                        .map(|common| (Extent::Only(common), Some(place)))
                        .collect(),
                });
            parts.collect()
        }
        Resources::AllBut(patterns) => {
            let overlaps =
                |excluded: &ResourcePattern| resource_glob(excluded).overlap(&wanted).is_some();
            let covers = |excluded: &ResourcePattern| {
                !excluded.has_variable() && resource_glob(excluded).covers(&wanted)
            };
            if patterns.iter().any(covers) {
                Common::new()
            } else if patterns.iter().any(overlaps) || *needed == On::NoResource {
                Common::from([(Extent::AllBut(patterns.clone()), None)])
            } else {
                Common::from([(Extent::Only(pattern), None)])
            }
        }
    }
}

/// The author's patterns, without those that no real request of the action matches.
fn as_granted(granted: &Resources, real: &Strings) -> Common {
    let is_real = |pattern: &ResourcePattern| match real {
        Strings::NoneOf(_) => true,
        Strings::AnyOf(real) => {
            let glob = resource_glob(pattern);
            real.iter().any(|real| real.overlap(&glob).is_some())
        }
    };
    match granted {
        Resources::AllBut(patterns) => Common::from([(Extent::AllBut(patterns.clone()), None)]),
        Resources::Only(patterns) => patterns
            .iter()
            .enumerate()
            .filter(|(_, pattern)| is_real(pattern))
            .map(|(place, pattern)| (Extent::Only(pattern.clone()), Some(place)))
            .collect(),
    }
}

fn common_patterns(
    granted: &ResourcePattern,
    needed: &ResourcePattern,
    wanted: &Glob,
) -> Vec<ResourcePattern> {
    let glob = resource_glob(granted);
    if granted.has_variable() {
        // What the variable stands for is known at request time only, so that the pattern is kept whole or not at all.
        let common = glob.overlap(wanted).map(|_| granted.clone());
        return common.into_iter().collect();
    }
    if wanted.covers(&glob) {
        return vec![granted.clone()];
    }
    if glob.covers(wanted) {
        return vec![needed.clone()];
    }
    match glob.intersection(wanted) {
        Some(common) => common.iter().map(pattern_of_glob).collect(),
        None => vec![granted.clone()],
    }
}
