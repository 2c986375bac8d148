//! Cuts what is needed out of what is granted, statement by statement, so that each piece lies within the
//! statement that it was cut from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::algebra::{Conditions, Glob, Product, Search, Strings, find};
use crate::evaluation::{Rule, action_glob, pattern_of_glob, resource_glob};
use crate::iam::{ActionPattern, Actions, Effect, ResourcePattern, Resources};
use crate::usage::On;

use super::Premises;
use super::need::{Ground, Need, NeededOn};
use super::speaking::Speaking;

/// The resources of a piece.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// What this matches.
    Only(ResourcePattern),
    /// All but what these match: cut from a `NotResource` that cannot be said otherwise.
    AllBut(Vec<ResourcePattern>),
}

impl Extent {
    pub(super) fn strings(&self) -> Strings {
        match self {
            Extent::Only(pattern) => Strings::AnyOf(vec![resource_glob(pattern)]),
            Extent::AllBut(patterns) => {
                Strings::NoneOf(patterns.iter().map(resource_glob).collect())
            }
        }
    }
}

/// A part of one granted statement that is needed.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) actions: ActionPattern,
    pub(super) extent: Extent,
    pub(super) ground: Ground,
}

impl Piece {
    fn product(&self) -> Product {
        Product {
            action: Strings::AnyOf(vec![action_glob(&self.actions)]),
            resource: self.extent.strings(),
            when: Conditions::default(),
        }
    }
}

/// All that a proposal is made of.
#[derive(Debug)]
pub(super) struct Pieces {
    /// Cut from statements without conditions.
    pub(super) cut: Vec<Piece>,
    /// Statements with conditions or variables that are needed, kept as they stand, with their grounds.
    pub(super) as_they_stand: Vec<(Rule, Vec<(ActionPattern, Ground)>)>,
    /// Denials, always kept as they stand: they may guard against what other policies grant.
    pub(super) denials: Vec<Rule>,
}

/// Cuts the pieces. An action that was seen on more than `most` resources keeps the granted ones.
pub(super) fn narrow(premises: &Premises, most: usize) -> Pieces {
    let needs = coarsened(&premises.needs, most);
    let rules = |effect, opaque| {
        let rules = premises.granted.rules(effect);
        rules
            .filter(move |rule| rule.depends_on_context() == opaque)
            .collect::<Vec<_>>()
    };
    let denied: Vec<&Product> = rules(Effect::Deny, false)
        .iter()
        .map(|rule| &*rule.product)
        .collect();
    let mut cut = Vec::new();
    for rule in rules(Effect::Allow, false) {
        cut.extend(needs.iter().flat_map(|need| pieces(rule, need)));
    }
    let denying = Speaking::new(&denied);
    cut.retain(|piece| !is_held(piece, &denying));
    Pieces {
        as_they_stand: needed_as_they_stand(&rules(Effect::Allow, true), &needs, (&cut, &denied)),
        denials: premises.granted.rules(Effect::Deny).cloned().collect(),
        cut,
    }
}

/// The opaque statements that serve a need beyond what the pieces serve, and those needs.
fn needed_as_they_stand(
    opaque: &[&Rule],
    needs: &[Wanted<'_>],
    (cut, denied): (&[Piece], &[&Product]),
) -> Vec<(Rule, Vec<(ActionPattern, Ground)>)> {
    if opaque.is_empty() {
        return Vec::new();
    }
    let covered: Vec<Product> = cut.iter().map(Piece::product).collect();
    let outside: Vec<_> = covered.iter().chain(denied.iter().copied()).collect();
    let outside = Speaking::new(&outside);
    let with_grounds = |rule: &&Rule| {
        let grounds = needed_of(rule, needs, &outside);
        (!grounds.is_empty()).then(|| ((*rule).clone(), grounds))
    };
    opaque.iter().filter_map(with_grounds).collect()
}

/// The needs that only this statement serves, in part at least.
fn needed_of(
    rule: &Rule,
    needs: &[Wanted<'_>],
    outside: &Speaking<'_>,
) -> Vec<(ActionPattern, Ground)> {
    let only_here = |wanted: &&Wanted<'_>| {
        if wanted.need.overlaps(&wanted.actions, &rule.widest) == Some(false) {
            return false;
        }
        let outside = outside.of(&wanted.actions);
        match (wanted.actions.as_literal(), wanted.need.only_resource()) {
            // One request, and all outside that speaks of its action: none of it has a condition.
            (Some(_), Some(resource)) => !outside
                .iter()
                .any(|product| product.resource.contains(resource)),
            _ => {
                let inside = [&wanted.need.product(), &rule.widest];
                !matches!(find(&inside, &outside), Search::Nothing)
            }
        }
    };
    let ground = |wanted: &Wanted<'_>| (wanted.need.actions.clone(), wanted.need.ground.clone());
    needs.iter().filter(only_here).map(ground).collect()
}

/// Whether every request of the piece lies in one of these products.
fn is_held(piece: &Piece, holding: &Speaking<'_>) -> bool {
    let speaking = holding.of(&action_glob(&piece.actions));
    let untouched = speaking.is_empty() && matches!(piece.extent, Extent::Only(_));
    !untouched && find(&[&piece.product()], &speaking) == Search::Nothing
}

/// A need, with its actions as a glob.
struct Wanted<'a> {
    need: Cow<'a, Need>,
    actions: Glob,
}

/// The needs with every action that was seen on too many resources on all resources.
fn coarsened<'a>(needs: &'a [Need], most: usize) -> Vec<Wanted<'a>> {
    let mut resources: BTreeMap<&ActionPattern, usize> = BTreeMap::new();
    for need in needs {
        *resources.entry(&need.actions).or_default() += 1;
    }
    let coarse = |need: &'a Need| match resources.get(&need.actions) {
        Some(count) if *count > most => Cow::Owned(Need {
            on: NeededOn::Seen(On::Matching(ResourcePattern::any())),
            ..need.clone()
        }),
        _ => Cow::Borrowed(need),
    };
    let wanted = |need: &'a Need| Wanted {
        need: coarse(need),
        actions: action_glob(&need.actions),
    };
    needs.iter().map(wanted).collect()
}

fn pieces(rule: &Rule, wanted: &Wanted<'_>) -> Vec<Piece> {
    let need = &wanted.need;
    let actions = common_actions(rule, wanted);
    if actions.is_empty() {
        return Vec::new();
    }
    let extents = common_resources(&rule.statement.resources, &need.on);
    let pairs = actions
        .iter()
        .flat_map(|actions| extents.iter().map(move |extent| (actions, extent)));
    let piece = |(actions, extent): (&ActionPattern, &Extent)| Piece {
        actions: actions.clone(),
        extent: extent.clone(),
        ground: need.ground.clone(),
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

/// The needed resources that a statement speaks of. The author's own patterns stay where they lie within
/// the need; where two merely overlap, their common part is said as patterns if that is possible, and else
/// the author's pattern is kept: wider than the need, never wider than the grant.
fn common_resources(granted: &Resources, needed: &NeededOn) -> Vec<Extent> {
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
            let parts = patterns.iter().flat_map(|granted| match needed {
                // Only a pattern of `*` alone matches it, and only such a pattern can grant it.
                On::NoResource => granted
                    .is_any()
                    .then(ResourcePattern::any)
                    .into_iter()
                    .collect(),
                _ => common_patterns(granted, &pattern, &wanted),
            });
            let parts: BTreeSet<_> = parts.collect();
            parts.into_iter().map(Extent::Only).collect()
        }
        Resources::AllBut(patterns) => {
            let overlaps = |excluded: &Glob| excluded.overlap(&wanted).is_some();
            let excluded: Vec<_> = patterns.iter().map(resource_glob).collect();
            if excluded.iter().any(|glob| glob.covers(&wanted)) {
                Vec::new()
            } else if excluded.iter().any(overlaps) || *needed == On::NoResource {
                vec![Extent::AllBut(patterns.clone())]
            } else {
                vec![Extent::Only(pattern)]
            }
        }
    }
}

/// The author's patterns, without those that no real request of the action matches.
fn as_granted(granted: &Resources, real: &Strings) -> Vec<Extent> {
    match (granted, real) {
        (Resources::AllBut(patterns), _) => vec![Extent::AllBut(patterns.clone())],
        (Resources::Only(patterns), Strings::NoneOf(_)) => {
            patterns.iter().cloned().map(Extent::Only).collect()
        }
        (Resources::Only(patterns), Strings::AnyOf(real)) => {
            let is_real = |pattern: &&ResourcePattern| {
                let glob = resource_glob(pattern);
                real.iter().any(|real| real.overlap(&glob).is_some())
            };
            patterns
                .iter()
                .filter(is_real)
                .cloned()
                .map(Extent::Only)
                .collect()
        }
    }
}

fn common_patterns(
    granted: &ResourcePattern,
    needed: &ResourcePattern,
    wanted: &Glob,
) -> Vec<ResourcePattern> {
    let glob = resource_glob(granted);
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
