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
/// AWS does not say whether white space inside of a text (in a condition value, say) is free too, nor whether a character
/// outside of ASCII counts once or by its bytes. The first is counted here, and the second by its bytes in UTF-8, so that the
/// size is never smaller than IAM's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicySize(usize);

impl PolicySize {
    /// The size of a document as it would be printed.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        Self::of_text(&policy.to_compact_text())
    }

    /// The size of a document as it is written.
    ///
    /// ```
    /// # use tightrope::iam::PolicySize;
    /// let text = "{ \"Sid\" :\n \"a b\" }";
    /// assert_eq!(PolicySize::of_text(text).characters(), 13);
    /// ```
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let (mut size, mut in_text, mut escaped) = (0, false, false);
        for byte in text.bytes() {
            let is_free = !in_text && byte.is_ascii_whitespace();
            size += usize::from(!is_free);
            in_text ^= byte == b'"' && !escaped;
            escaped = in_text && byte == b'\\' && !escaped;
        }
        PolicySize(size)
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
