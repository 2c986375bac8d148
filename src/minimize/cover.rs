//! The pieces as few statements: actions with the same resources share one. What was used or is needed has
//! a statement a service, so that it reads as what the function does; what no trail shows stands together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::algebra::Glob;
use crate::evaluation::{Place, Rule, action_glob, resource_glob};
use crate::iam::{ActionPattern, Actions, Effect, ResourcePattern, Resources, Statement};

use super::narrow::{Extent, Piece, Pieces};
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
    /// Where it stood, if it is kept as it stands.
    pub as_it_stands: Option<Place>,
}

/// The statements: first those that allow, by service; then those that are kept as they stand.
pub(super) fn cover(pieces: Pieces) -> Vec<KeptStatement> {
    let mut statements: Vec<_> = grouped(without_covered(pieces.cut)).collect();
    let mut sids = BTreeSet::new();
    let mut keep = |rule: &Rule, why: Vec<WhyKept>| {
        let mut statement = rule.statement.clone();
        // AWS refuses a document in which two statements have the same Sid.
        statement.sid = statement.sid.filter(|sid| sids.insert(sid.clone()));
        let as_it_stands = Some(rule.place.clone());
        KeptStatement {
            statement,
            why,
            as_it_stands,
        }
    };
    for (rule, grounds) in &pieces.as_they_stand {
        let why = grounds
            .iter()
            .cloned()
            .map(|(actions, ground)| WhyKept { actions, ground });
        statements.push(keep(rule, merged(why)));
    }
    statements.extend(pieces.denials.iter().map(|rule| keep(rule, Vec::new())));
    statements
}

/// The actions and the resources of a piece.
type Reach = (ActionPattern, Extent);

/// Leaves out each piece that another one covers; what it was needed for goes to that one.
fn without_covered(pieces: Vec<Piece>) -> BTreeMap<Reach, Vec<WhyKept>> {
    let wide = Wide::of(&pieces);
    let mut kept: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for piece in pieces {
        let why = WhyKept {
            actions: piece.actions.clone(),
            ground: piece.ground.clone(),
        };
        let key = wide.widest((piece.actions, piece.extent));
        kept.entry(key).or_default().push(why);
    }
    kept
}

/// The pieces that may cover others: those with a wildcard.
struct Wide {
    /// In order.
    pieces: Vec<(Glob, Glob, Reach)>,
    /// The places of those that name one action, by it.
    named: HashMap<String, Vec<usize>>,
    /// The places of the others.
    patterns: Vec<usize>,
}

impl Wide {
    fn of(pieces: &[Piece]) -> Self {
        let reaches: BTreeSet<_> = pieces
            .iter()
            .map(|piece| (&piece.actions, &piece.extent))
            .collect();
        let mut wide = Wide {
            pieces: Vec::new(),
            named: HashMap::new(),
            patterns: Vec::new(),
        };
        for (action, extent) in reaches {
            let Extent::Only(pattern) = extent else {
                continue;
            };
            let (actions, resources) = (action_glob(action), resource_glob(pattern));
            let place = wide.pieces.len();
            match actions.as_literal() {
                Some(_) if resources.as_literal().is_some() => continue,
                Some(name) => wide.named.entry(name.to_owned()).or_default().push(place),
                None => wide.patterns.push(place),
            }
            let reach = (action.clone(), extent.clone());
            wide.pieces.push((actions, resources, reach));
        }
        wide
    }

    /// The places, in order, of the pieces that may cover these actions: no piece that names one action covers
    /// another, or a pattern.
    fn about(&self, actions: &Glob) -> Vec<usize> {
        let named = actions.as_literal().and_then(|name| self.named.get(name));
        let named = named.into_iter().flatten();
        let mut places: Vec<_> = named.chain(&self.patterns).copied().collect();
        places.sort_unstable();
        places
    }

    /// The piece that covers this one and that no other piece covers. Of two that cover each other the first
    /// in order stands for both.
    fn widest(&self, piece: Reach) -> Reach {
        let (actions, extent) = &piece;
        let actions = action_glob(actions);
        let resources = match extent {
            Extent::Only(pattern) => resource_glob(pattern),
            // Only what covers everything surely covers all but something.
            Extent::AllBut(_) => Glob::wildcards("*"),
        };
        let (mut widest, mut best) = ((&actions, &resources), &piece);
        for place in self.about(&actions) {
            let (wider_actions, wider_resources, wider) = &self.pieces[place];
            if wider_actions.covers(widest.0) && wider_resources.covers(widest.1) {
                let equal = widest.0.covers(wider_actions) && widest.1.covers(wider_resources);
                if !equal || wider < best {
                    (widest, best) = ((wider_actions, wider_resources), wider);
                }
            }
        }
        best.clone()
    }
}

/// Sorts behind every service prefix: what no trail shows comes last.
const LAST: &str = "~";

type Reasons = (BTreeSet<ActionPattern>, Vec<WhyKept>);

fn grouped(
    pieces: BTreeMap<(ActionPattern, Extent), Vec<WhyKept>>,
) -> impl Iterator<Item = KeptStatement> {
    let mut by_action: BTreeMap<ActionPattern, (BTreeSet<Extent>, Vec<WhyKept>)> = BTreeMap::new();
    for ((actions, extent), why) in pieces {
        let (extents, reasons) = by_action.entry(actions).or_default();
        extents.insert(extent);
        reasons.extend(why);
    }
    let mut groups: BTreeMap<(String, BTreeSet<Extent>), Reasons> = BTreeMap::new();
    for (action, (extents, why)) in by_action {
        // What all-but says cannot stand in one statement with what only says.
        let (only, but): (BTreeSet<_>, BTreeSet<_>) = extents
            .into_iter()
            .partition(|extent| matches!(extent, Extent::Only(_)));
        let unseen = why
            .iter()
            .all(|why| matches!(why.ground, Ground::Unobservable(_)));
        let service = match unseen {
            true => LAST.to_owned(),
            false => action.service().unwrap_or("*").to_ascii_lowercase(),
        };
        let each = but.into_iter().map(|extent| BTreeSet::from([extent]));
        for extents in [only]
            .into_iter()
            .filter(|only| !only.is_empty())
            .chain(each)
        {
            let (actions, reasons) = groups.entry((service.clone(), extents)).or_default();
            actions.insert(action.clone());
            reasons.extend(why.iter().cloned());
        }
    }
    groups
        .into_iter()
        .map(|((_, extents), (actions, why))| KeptStatement {
            statement: Statement {
                sid: None,
                effect: Effect::Allow,
                actions: Actions::Only(actions.into_iter().collect()),
                resources: resources(extents),
                condition: None,
            },
            why: merged(why.into_iter()),
            as_it_stands: None,
        })
}

fn resources(extents: BTreeSet<Extent>) -> Resources {
    let mut only: Vec<ResourcePattern> = Vec::new();
    for extent in extents {
        match extent {
            Extent::Only(pattern) => only.push(pattern),
            Extent::AllBut(patterns) => return Resources::AllBut(patterns),
        }
    }
    Resources::Only(only)
}

/// One reason for each action and kind of ground: the evidence of its uses together.
fn merged(why: impl Iterator<Item = WhyKept>) -> Vec<WhyKept> {
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
