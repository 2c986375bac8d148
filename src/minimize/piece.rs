//! A part of one granted statement that is needed: what proposals are made of.

use std::rc::Rc;

use crate::algebra::{Product, Strings};
use crate::evaluation::{Rule, action_glob, resource_glob};
use crate::iam::{ActionPattern, Condition, ResourcePattern};

use super::learn::Explained;
use super::need::{Ground, asked};

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

/// The requests of a piece. In order, what stands under no condition comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reach {
    pub(super) when: Option<Condition>,
    pub(super) actions: ActionPattern,
    pub(super) extent: Extent,
}

/// Where a piece was cut from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// The statement, by its place among all that the role is granted.
    pub(super) rule: usize,
    /// The pattern of its `Resource` that the piece lies in, if one does.
    pub(super) pattern: Option<usize>,
}

/// A part of one granted statement that is needed.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) reach: Reach,
    pub(super) ground: Ground,
    pub(super) from: Origin,
    /// How its resources were generalised, if they were.
    pub(super) learned: Option<Rc<Explained>>,
}

impl Piece {
    /// Its requests in whatever context.
    pub(super) fn product(&self) -> Product {
        Product {
            action: Strings::AnyOf(vec![action_glob(&self.reach.actions)]),
            resource: self.reach.extent.strings(),
            when: asked(self.reach.when.as_ref()),
        }
    }
}

/// All that a proposal is made of.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    /// Cut from the statements that allow.
    pub(super) cut: Vec<Piece>,
    /// Denials, always kept as they stand: they may guard against what other policies grant.
    pub(super) denials: Vec<Rule>,
}
