//! Two sets of policies: how they relate, and what each allows that the other does not.

use super::groups::{Group, Groups};
use super::{Setting, Size};
use crate::algebra::Reason;
use crate::catalog::Catalog;
use crate::evaluation::{Granted, Verdict, included};

/// Which requests are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum World {
    /// Every string as an action and as a resource: what is proved here holds whatever AWS adds.
    #[default]
    Open,
    /// The catalog's actions, on resources of the types that they take: what no real request tells apart is equal.
    Closed,
}

impl World {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            World::Open => World::Closed,
            World::Closed => World::Open,
        }
    }
}

/// How the requests allowed after relate to those allowed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same.
    Equal,
    /// Fewer.
    Narrower,
    /// More.
    Broader,
    /// Some more, some fewer.
    Incomparable,
    /// Not decided.
    Unknown,
}

impl Relation {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Relation::Equal => "equal",
            Relation::Narrower => "narrower",
            Relation::Broader => "broader",
            Relation::Incomparable => "incomparable",
            Relation::Unknown => "unknown",
        }
    }

    fn of(gained: Option<bool>, lost: Option<bool>) -> Self {
        match (gained, lost) {
            (Some(false), Some(false)) => Relation::Equal,
            (Some(false), Some(true)) => Relation::Narrower,
            (Some(true), Some(false)) => Relation::Broader,
            (Some(true), Some(true)) => Relation::Incomparable,
            (None, _) | (_, None) => Relation::Unknown,
        }
    }
}

/// Two sets of policies, compared.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The requests that were compared.
    pub world: World,
    /// How they relate.
    pub relation: Relation,
    /// How they relate in the other world.
    pub in_other_world: Relation,
    /// How they relate by the other reading of resources, where that is another relation.
    pub by_other_reading: Option<Relation>,
    /// How much is allowed before and after.
    pub sizes: [Size; 2],
    /// What is allowed only after.
    pub gained: Vec<Group>,
    /// What is allowed only before.
    pub lost: Vec<Group>,
    /// Whether something is gained; `None` when that was not decided.
    pub gains: Option<bool>,
    /// Why something was not decided.
    pub undecided: Vec<Reason>,
}

/// Compares what policies allow before and after.
#[must_use]
pub fn compare(
    before: &Granted,
    after: &Granted,
    (world, catalog): (World, &Catalog),
    setting: &Setting,
) -> Comparison {
    // One and the same variable has one number in both: first those of `before`, then the others of `after`.
    let after = before.beside(after.policies().to_vec());
    let before = after.beside(before.policies().to_vec());
    let beyond = |from, to| {
        let groups = Groups {
            from,
            to,
            world,
            catalog,
            setting,
        };
        Beyond::of(&groups)
    };
    let (gained, lost) = (beyond(&before, &after), beyond(&after, &before));
    let relation = |world| Relation::of(gained.is_some(world), lost.is_some(world));
    let by_other_reading = by_other_reading(&before, &after);
    Comparison {
        world,
        relation: relation(world),
        in_other_world: relation(world.other()),
        by_other_reading: (by_other_reading != relation(World::Open)).then_some(by_other_reading),
        sizes: [&before, &after].map(|granted| Size::of(granted, catalog)),
        gains: gained.is_some(world),
        undecided: [gained.undecided(), lost.undecided()]
            .into_iter()
            .flatten()
            .collect(),
        gained: gained.groups,
        lost: lost.groups,
    }
}

/// What one side allows beyond the other.
struct Beyond {
    /// Whether there is none, over all strings.
    open: Verdict,
    groups: Vec<Group>,
    /// Whether the groups are all that there is of real requests.
    decided: bool,
}

impl Beyond {
    fn of(groups: &Groups<'_>) -> Self {
        let open = included(groups.to, groups.from);
        let (mut found, decided) = match open.is_included() {
            true => (Vec::new(), true),
            false => groups.all(),
        };
        if let (true, World::Open, Verdict::Refuted(witness)) =
            (found.is_empty(), groups.world, &open)
        {
            found.extend(groups.beyond_catalog(witness));
        }
        Beyond {
            open,
            groups: found,
            decided,
        }
    }

    /// Whether there is something; `None` when that is not decided.
    fn is_some(&self, world: World) -> Option<bool> {
        let real = self.groups.iter().any(|group| group.real);
        match (world, &self.open) {
            (World::Open, Verdict::Included) => Some(false),
            (World::Open, Verdict::Refuted(_)) => Some(true),
            (World::Open, Verdict::Unknown(_)) => (!self.groups.is_empty()).then_some(true),
            (World::Closed, _) if real => Some(true),
            (World::Closed, _) => self.decided.then_some(false),
        }
    }

    fn undecided(&self) -> Option<Reason> {
        match &self.open {
            Verdict::Unknown(reason) if self.groups.is_empty() => Some(reason.clone()),
            _ => None,
        }
    }
}

/// The relation in the open world by the other reading of resources.
fn by_other_reading(before: &Granted, after: &Granted) -> Relation {
    let reading = before.reading().other();
    let read = |granted: &Granted| Granted::new(granted.policies().to_vec(), reading);
    let (before, after): (Granted, Granted) = (read(before), read(after));
    let found = |verdict| match verdict {
        Verdict::Included => Some(false),
        Verdict::Refuted(_) => Some(true),
        Verdict::Unknown(_) => None,
    };
    let gained = found(included(&after, &before));
    Relation::of(gained, found(included(&before, &after)))
}
