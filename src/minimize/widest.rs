//! Leaves out the pieces that others cover.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::algebra::Glob;
use crate::evaluation::{action_glob, resource_glob};

use super::beginnings::Beginnings;
use super::kept::WhyKept;
use super::learn::Explained;
use super::piece::{Extent, Origin, Piece, Reach};

/// What stays of pieces with the same requests.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) why: Vec<WhyKept>,
    /// The first statement that they were cut from.
    pub(super) from: Origin,
    pub(super) learned: Option<Rc<Explained>>,
}

/// The pieces that no other covers, in order; what one was needed for goes to the one that covers it.
pub(super) fn without_covered(pieces: Vec<Piece>) -> BTreeMap<Reach, Kept> {
    let wide = Wide::of(&pieces);
    let mut kept: BTreeMap<Reach, Kept> = BTreeMap::new();
    for piece in pieces {
        let why = WhyKept {
            actions: piece.reach.actions.clone(),
            ground: piece.ground,
        };
        let widest = wide.widest(&piece.reach);
        let itself = widest == piece.reach;
        let there = kept.entry(widest).or_insert_with(|| Kept {
            why: Vec::new(),
            from: piece.from,
            learned: None,
        });
        there.why.push(why);
        if itself {
            there.from = there.from.min(piece.from);
            there.learned = there.learned.take().or(piece.learned);
        }
    }
    kept
}

/// What pieces allow, to be asked whether they cover another.
#[derive(Debug)]
pub(super) struct Covered {
    wide: Wide,
    reaches: BTreeSet<Reach>,
}

impl Covered {
    pub(super) fn by(pieces: Vec<Piece>) -> Self {
        Covered {
            wide: Wide::of(&pieces),
            reaches: pieces.into_iter().map(|piece| piece.reach).collect(),
        }
    }

    /// Whether one of the pieces covers this one.
    pub(super) fn holds(&self, reach: &Reach) -> bool {
        self.reaches.contains(reach) || self.wide.widest(reach) != *reach
    }
}

/// The pieces that may cover others: those with a wildcard, and, where there are conditions, those without one.
#[derive(Debug)]
struct Wide {
    /// In order.
    pieces: Vec<(Glob, Glob, Reach)>,
    /// The places of those that name one action, by it.
    named: HashMap<String, Beginnings>,
    /// The places of the others.
    patterns: Beginnings,
}

impl Wide {
    fn of(pieces: &[Piece]) -> Self {
        let reaches: BTreeSet<&Reach> = pieces.iter().map(|piece| &piece.reach).collect();
        let conditional = reaches.iter().any(|reach| reach.when.is_some());
        let mut wide = Wide {
            pieces: Vec::new(),
            named: HashMap::new(),
            patterns: Beginnings::default(),
        };
        for reach in reaches {
            let Extent::Only(pattern) = &reach.extent else {
                continue;
            };
            // What a variable stands for is not known, so that such a pattern covers itself alone.
            if pattern.has_variable() {
                continue;
            }
            let (actions, resources) = (action_glob(&reach.actions), resource_glob(pattern));
            let exact = resources.as_literal().is_some();
            let place = wide.pieces.len();
            match actions.as_literal() {
                Some(_) if exact && (reach.when.is_some() || !conditional) => continue,
                Some(name) => {
                    let named = wide.named.entry(name.to_owned()).or_default();
                    named.add(&resources, place);
                }
                None => wide.patterns.add(&resources, place),
            }
            wide.pieces.push((actions, resources, reach.clone()));
        }
        wide
    }

    /// The places, in order, of the pieces that may cover these actions on these resources: no piece that names one action
    /// covers another, or a pattern.
    fn about(&self, actions: &Glob, resources: &Glob) -> Vec<usize> {
        let named = actions.as_literal().and_then(|name| self.named.get(name));
        let named = named.into_iter();
        let both = named.chain([&self.patterns]);
        let mut places: Vec<_> = both.flat_map(|of| of.that_may_cover(resources)).collect();
        places.sort_unstable();
        places
    }

    /// The piece that covers this one and that no other piece covers. Of two that cover each other the first
    /// in order stands for both.
    fn widest(&self, piece: &Reach) -> Reach {
        let actions = action_glob(&piece.actions);
        let resources = match &piece.extent {
            Extent::Only(pattern) => resource_glob(pattern),
            // Only what covers everything surely covers all but something.
            Extent::AllBut(_) => Glob::wildcards("*"),
        };
        let (mut widest, mut best) = ((&actions, &resources), piece);
        for place in self.about(&actions, &resources) {
            let (wider_actions, wider_resources, wider) = &self.pieces[place];
            let whenever = wider.when.is_none() || wider.when == best.when;
            if whenever && wider_actions.covers(widest.0) && wider_resources.covers(widest.1) {
                let equal = wider.when == best.when
                    && widest.0.covers(wider_actions)
                    && widest.1.covers(wider_resources);
                if !equal || wider < best {
                    (widest, best) = ((wider_actions, wider_resources), wider);
                }
            }
        }
        best.clone()
    }
}
