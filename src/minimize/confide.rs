//! What the evidence of a proposal is worth: how it would have fared so far, and how much of it rests on single days.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::algebra::Glob;
use crate::evaluation::{action_glob, resource_glob};
use crate::iam::{ActionPattern, ResourcePattern};
use crate::lambda::Seen;
use crate::usage::{Evidence, On};

use super::learn::Learning;
use super::need::{Ground, Need, NeededOn, on_glob};
use super::piece::{Extent, Piece};
use super::premises::Premises;

/// What the evidence is worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confidence {
    /// The days of which the trail has any event.
    pub days: usize,
    /// The days on which the role was used.
    pub active: usize,
    /// The days that alone hold a permission: one that was used on no other day. Their share of all days estimates, a little
    /// high, how likely the next day brings something new, if days are alike.
    pub alone: usize,
    /// What proposals of the first days would have denied of the later ones.
    pub cuts: Vec<Cut>,
}

/// A proposal of the first days, judged by the later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// How many days of the trail it was derived from.
    pub days: usize,
    /// How many accesses there were later.
    pub later: u64,
    /// How many of them it would have denied.
    pub denied: u64,
}

impl Confidence {
    /// A permission that is used on independent days, and was not seen on any, is used on fewer than this percentage of
    /// days with 95 % confidence: three by their number, rounded up. It says nothing of what comes round less often than the
    /// days reach.
    #[must_use]
    pub fn rule_of_three(&self) -> Option<u32> {
        let days = u32::try_from(self.days).ok().filter(|days| *days > 3)?;
        Some(300_u32.div_ceil(days))
    }
}

/// After how many fifths of the days a proposal is derived and judged by the rest.
const CUTS: [usize; 3] = [2, 3, 4];

/// Fewer days than these are not cut.
const FEWEST_DAYS: usize = 4;

/// Says what the evidence is worth. The pieces are all that is needed, with the single resources that were seen.
pub(super) fn confide(
    premises: &Premises,
    pieces: &[Piece],
    learning: &Learning<'_>,
) -> Confidence {
    let active: BTreeSet<Date> = days(&premises.seen).collect();
    // Days that have events of the role only in copies of another trail are days all the same.
    let all: BTreeSet<Date> = premises
        .days
        .iter()
        .copied()
        .chain(active.clone())
        .collect();
    let all: Vec<Date> = all.into_iter().collect();
    let cuts = CUTS
        .iter()
        .filter(|_| all.len() >= FEWEST_DAYS)
        .filter_map(|part| {
            let first = (all.len() * part).div_ceil(5);
            let last = all.get(first.checked_sub(1)?)?;
            (first < all.len()).then(|| cut(premises, (pieces, learning), (first, *last)))
        });
    Confidence {
        days: all.len(),
        active: active.len(),
        alone: alone(pieces, learning),
        cuts: cuts.collect(),
    }
}

fn days(seen: &Seen) -> impl Iterator<Item = Date> {
    let evidence = seen.used.iter().map(|(_, evidence)| evidence);
    evidence.flat_map(|evidence| evidence.days().iter().map(|(day, _)| *day))
}

/// The days that alone hold a permission.
fn alone(cut: &[Piece], learning: &Learning<'_>) -> usize {
    let mut permissions: BTreeMap<_, BTreeSet<Date>> = BTreeMap::new();
    for piece in learning.learn(used(cut).cloned().collect()) {
        let Ground::Used { uses, .. } = &piece.ground else {
            continue;
        };
        let days = permissions.entry(piece.reach.clone()).or_default();
        let evidence = uses.each().flat_map(|evidence| evidence.days());
        days.extend(evidence.map(|(day, _)| *day));
    }
    let single = permissions.values().filter(|days| days.len() == 1);
    single.flatten().collect::<BTreeSet<_>>().len()
}

fn used(cut: &[Piece]) -> impl Iterator<Item = &Piece> {
    let used = |piece: &&Piece| matches!(piece.ground, Ground::Used { .. });
    cut.iter().filter(used)
}

/// What of a used piece was seen until a day; `None` if nothing was.
fn until(piece: &Piece, last: Date) -> Option<Piece> {
    let mut piece = piece.clone();
    if let Ground::Used { uses, .. } = &mut piece.ground {
        *uses = uses.until(last)?;
    }
    Some(piece)
}

/// Derives a proposal of what was seen until a day, and counts what it would have denied afterwards. What the role keeps
/// for other reasons than its use counts as allowed.
fn cut(
    premises: &Premises,
    (pieces, learning): (&[Piece], &Learning<'_>),
    (days, last): (usize, Date),
) -> Cut {
    let seen_until = used(pieces).filter_map(|piece| until(piece, last));
    let learned = learning.learn(seen_until.collect());
    let other = pieces
        .iter()
        .filter(|piece| !matches!(piece.ground, Ground::Used { .. }));
    let kept = Allowed::by(learned.iter().chain(other));
    let (mut later, mut denied) = (0, 0);
    for (need, on, evidence) in premises.needs.iter().filter_map(seen) {
        let after = evidence.days().iter().filter(|(day, _)| *day > last);
        let events: u64 = after.map(|(_, events)| events).sum();
        later += events;
        if events > 0 && !kept.allows(&need.actions, &on_glob(on)) {
            denied += events;
        }
    }
    Cut {
        days,
        later,
        denied,
    }
}

/// A use with its resource and its evidence.
fn seen(need: &Need) -> Option<(&Need, &On, Evidence)> {
    match (&need.ground, &need.on) {
        (Ground::Used { uses, .. }, NeededOn::Seen(on)) => Some((need, on, uses.evidence()?)),
        _ => None,
    }
}

/// What pieces allow, by action.
struct Allowed {
    named: BTreeMap<ActionPattern, Vec<Extent>>,
    patterns: Vec<(Glob, Extent)>,
}

impl Allowed {
    fn by<'p>(pieces: impl Iterator<Item = &'p Piece>) -> Self {
        let mut allowed = Allowed {
            named: BTreeMap::new(),
            patterns: Vec::new(),
        };
        for piece in pieces {
            let extent = piece.reach.extent.clone();
            match piece.reach.actions.as_action() {
                Some(_) => {
                    let extents = allowed
                        .named
                        .entry(piece.reach.actions.clone())
                        .or_default();
                    extents.push(extent);
                }
                None => allowed
                    .patterns
                    .push((action_glob(&piece.reach.actions), extent)),
            }
        }
        allowed
    }

    fn allows(&self, action: &ActionPattern, on: &Glob) -> bool {
        let named = self.named.get(action).into_iter().flatten();
        let glob = action_glob(action);
        let patterns = self.patterns.iter().filter(|(of, _)| of.covers(&glob));
        let holds = |pattern: &ResourcePattern| resource_glob(pattern).covers(on);
        named
            .chain(patterns.map(|(_, extent)| extent))
            .any(|extent| match extent {
                Extent::Only(pattern) => holds(pattern),
                Extent::AllBut(patterns) => !patterns
                    .iter()
                    .any(|pattern| resource_glob(pattern).overlap(on).is_some()),
            })
    }
}
