//! Paths before and after.

use super::{DependsOn, Own, Path, Weight, paths, weight};
use crate::catalog::Catalog;
use crate::evaluation::Granted;

/// Which paths a change cuts, and which it opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Paths that were there before and are not any more.
    pub cut: Vec<Path>,
    /// Paths that were not there before.
    pub new: Vec<Path>,
    /// Paths that are there after as before, as they are after.
    pub remaining: Vec<Path>,
}

impl Change {
    /// Whether there was no path and there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cut.is_empty() && self.new.is_empty() && self.remaining.is_empty()
    }
}

/// Compares the paths of two sets of permissions by their methods. A method that was undecided before and is a path after
/// is new: nothing shows that it was there.
#[must_use]
pub fn change(before: Vec<Path>, after: Vec<Path>) -> Change {
    let is_in = |paths: &[Path], path: &Path| {
        let mut same = paths
            .iter()
            .filter(|other| other.method.id == path.method.id);
        same.any(|other| {
            other.depends_on != DependsOn::Undecided || path.depends_on == DependsOn::Undecided
        })
    };
    let any =
        |paths: &[Path], path: &Path| paths.iter().any(|other| other.method.id == path.method.id);
    let cut = before
        .iter()
        .filter(|path| !any(&after, path))
        .cloned()
        .collect();
    let (remaining, new) = after.into_iter().partition(|path| is_in(&before, path));
    Change {
        cut,
        new,
        remaining,
    }
}

/// What two sets of permissions are worth.
#[derive(Clone, Debug)]
pub struct Worth {
    /// The ways to more.
    pub escalation: Change,
    /// How much each weighs.
    pub weights: [Weight; 2],
}

impl Worth {
    /// Of the permissions before and after, whoever has them.
    #[must_use]
    pub fn of(before: &Granted, after: &Granted, catalog: &Catalog) -> Self {
        let ways = |granted| paths(granted, &Own::default(), catalog);
        Worth {
            escalation: change(ways(before), ways(after)),
            weights: [before, after].map(|granted| weight(granted, catalog)),
        }
    }
}
