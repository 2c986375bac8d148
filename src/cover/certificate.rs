//! What is known of how good a cover is.

use std::iter::Sum;
use std::ops::Add;

/// The cost of a cover, and what no cover can cost less than; both in units of the objective.
///
/// Certificates of tables that have nothing in common add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// What the cover costs: characters, or rectangles.
    pub cost: u64,
    /// No cover of the table costs less. Never above `cost`.
    pub lower_bound: u64,
}

impl Certificate {
    /// Whether no cover is better.
    pub fn is_optimum(&self) -> bool {
        self.cost == self.lower_bound
    }

    /// By what share of the lower bound the cover may cost too much: 0 for an optimum, 0.02 for 2 %.
    pub fn gap(&self) -> f64 {
        match self.is_optimum() {
            true => 0.0,
            false => self.cost.saturating_sub(self.lower_bound) as f64 / self.lower_bound as f64,
        }
    }
}

impl Add for Certificate {
    type Output = Certificate;

    fn add(self, other: Certificate) -> Certificate {
        Certificate {
            cost: self.cost.saturating_add(other.cost),
            lower_bound: self.lower_bound.saturating_add(other.lower_bound),
        }
    }
}

impl Sum for Certificate {
    fn sum<I: Iterator<Item = Certificate>>(certificates: I) -> Certificate {
        certificates.fold(Certificate::default(), Add::add)
    }
}
