//! How much a search may do before it is given up.

use super::request::Witness;
use crate::iam::ConditionKey;

/// The most automaton states that one question may visit before it is given up.
pub const MOST_STATES: usize = 200_000;

/// The most places of patterns that one question may look at before it is given up: the bound on time and memory when
/// the states are large. A question that is given up has taken about a second and some 250 MB at most.
pub const MOST_MOVES: usize = 10_000_000;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) states: usize,
    pub(super) moves: usize,
}

/// Why a question was not decided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It would take more than [`MOST_STATES`] or [`MOST_MOVES`].
    #[error("deciding it takes more than {MOST_STATES} states")]
    Budget,
    /// One key is compared as text with wildcards and as a number, a date or an address as well.
    #[error("`{0}` is compared both as text with wildcards and as a number, a date or an address")]
    Mixed(ConditionKey),
    /// It depends on what is known only at request time; this may be a request that shows it.
    #[error("it depends on values that are known only at request time")]
    AtRequestTime(Box<Witness>),
}

/// The budget is spent.
#[derive(Debug)]
pub(super) struct Exhausted;

impl Budget {
    /// All that a question may spend.
    pub(super) fn whole() -> Budget {
        Budget {
            states: MOST_STATES,
            moves: MOST_MOVES,
        }
    }

    /// A hundredth of it: enough for all but contrived questions.
    pub(super) fn glance() -> Budget {
        Budget {
            states: MOST_STATES / 100,
            moves: MOST_MOVES / 100,
        }
    }

    /// Pays for another state.
    pub(super) fn visit(&mut self) -> Result<(), Exhausted> {
        self.states = self.states.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }

    /// Pays for looking at so many places.
    pub(super) fn look(&mut self, places: usize) -> Result<(), Exhausted> {
        self.moves = self.moves.checked_sub(places).ok_or(Exhausted)?;
        Ok(())
    }
}
