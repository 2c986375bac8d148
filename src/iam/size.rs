//! What AWS counts against its limits on policies.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use super::Policy;

/// The largest managed policy: 6,144 characters.
pub const MANAGED_LIMIT: PolicySize = PolicySize(6_144);

/// The largest sum of all inline policies of a role: 10,240 characters.
pub const INLINE_LIMIT: PolicySize = PolicySize(10_240);

/// How many managed policies may be attached to a role, unless AWS raised the quota: 10.
pub const MANAGED_ATTACHMENTS: usize = 10;

/// A policy's size in characters, as IAM counts: white space is free.
///
/// White space inside of a text (in a condition value, say) is counted here, so that the size is never
/// smaller than IAM's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicySize(usize);

impl PolicySize {
    /// The size of a document.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        PolicySize(policy.to_compact_text().chars().count())
    }

    /// The number of characters.
    #[must_use]
    pub fn characters(self) -> usize {
        self.0
    }
}

impl Add for PolicySize {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        PolicySize(self.0 + other.0)
    }
}

impl Sum for PolicySize {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for PolicySize {
    /// With a comma between thousands, as a reader expects of a count.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 1_000, self.0 % 1_000) {
            (0, rest) => write!(f, "{rest}"),
            (thousands, rest) => write!(f, "{thousands},{rest:03}"),
        }
    }
}
