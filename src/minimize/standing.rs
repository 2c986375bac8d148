//! What is known of each permission that a role is granted: one of four.

use std::collections::HashMap;

use crate::algebra::Glob;
use crate::catalog::Catalog;
use crate::evaluation::action_glob;
use crate::iam::Action;

use super::need::{Ground, Need};
use super::premises::Premises;

/// What is known of a permission. Only what is unused goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It was used, on whatever resource, as the trail shows or IAM says.
    Used,
    /// It was not seen, and a function's configuration needs it.
    NeededByConfiguration,
    /// No trail, or not this one, shows whether it was used.
    Unobservable,
    /// It could have been seen, and was not.
    Unused,
}

impl Standing {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Standing::Used => "used",
            Standing::NeededByConfiguration => "needed by configuration",
            Standing::Unobservable => "unobservable",
            Standing::Unused => "unused",
        }
    }

    /// What a ground makes of a permission. What a used action needs beside it makes no event of its own.
    fn by(ground: &Ground) -> Self {
        match ground {
            Ground::Used { .. } | Ground::LastAccessed(_) => Standing::Used,
            Ground::Configuration(_) => Standing::NeededByConfiguration,
            Ground::NeededBy(_) | Ground::Unobservable(_) => Standing::Unobservable,
        }
    }
}

/// The needs of a role, to be asked for by action.
#[derive(Debug)]
pub struct Standings<'a> {
    named: HashMap<String, Vec<&'a Need>>,
    patterns: Vec<(Glob, &'a Need)>,
}

impl<'a> Standings<'a> {
    /// Of what a proposal rests on.
    #[must_use]
    pub fn of(premises: &'a Premises) -> Self {
        let mut standings = Standings {
            named: HashMap::new(),
            patterns: Vec::new(),
        };
        for need in &premises.needs {
            let glob = action_glob(&need.actions);
            match glob.as_literal() {
                Some(action) => {
                    let named = standings.named.entry(action.to_owned()).or_default();
                    named.push(need);
                }
                None => standings.patterns.push((glob, need)),
            }
        }
        standings
    }

    /// What keeps an action, on whatever resource.
    pub fn needs(&self, action: &Action) -> impl Iterator<Item = &'a Need> {
        let folded = action.as_str().to_ascii_lowercase();
        let named = self.named.get(&folded).into_iter().flatten().copied();
        let patterns = self.patterns.iter();
        let patterns = patterns.filter(move |(glob, _)| glob.matches(&folded));
        named.chain(patterns.map(|(_, need)| *need))
    }

    /// What is known of a granted action.
    #[must_use]
    pub fn of_action(&self, action: &Action) -> Standing {
        let all = self.needs(action).map(|need| Standing::by(&need.ground));
        all.min().unwrap_or(Standing::Unused)
    }

    /// How many of the catalog's actions are used, needed by configuration, and unobservable. All others that are granted
    /// are unused.
    #[must_use]
    pub fn count(&self, catalog: &Catalog) -> [usize; 3] {
        let mut counts = [0; 3];
        for facts in catalog.actions() {
            match self.of_action(&facts.action) {
                Standing::Used => counts[0] += 1,
                Standing::NeededByConfiguration => counts[1] += 1,
                Standing::Unobservable => counts[2] += 1,
                Standing::Unused => {}
            }
        }
        counts
    }
}
