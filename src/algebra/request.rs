//! Requests, the products they lie in, and grants; each decides membership in the slow, obvious way.

use std::collections::BTreeSet;

use super::glob::Glob;

/// A set of strings: a union of globs, or all strings but those.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strings {
    /// The strings that one of the globs matches. With no glob: no string.
    AnyOf(Vec<Glob>),
    /// The strings that none of the globs matches. With no glob: every string.
    NoneOf(Vec<Glob>),
}

impl Strings {
    /// Is `text` in the set?
    pub fn contains(&self, text: &str) -> bool {
        match self {
            Strings::AnyOf(globs) => globs.iter().any(|glob| glob.matches(text)),
            Strings::NoneOf(globs) => !globs.iter().any(|glob| glob.matches(text)),
        }
    }

    /// The strings that are not in the set.
    pub fn complement(self) -> Strings {
        match self {
            Strings::AnyOf(globs) => Strings::NoneOf(globs),
            Strings::NoneOf(globs) => Strings::AnyOf(globs),
        }
    }

    /// The globs, named or excluded.
    pub fn globs(&self) -> &[Glob] {
        match self {
            Strings::AnyOf(globs) | Strings::NoneOf(globs) => globs,
        }
    }
}

/// An opaque condition: true or false for a request, and unknown to the algebra. Equal atoms have equal truth; different
/// atoms are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom(pub u32);

/// The requests whose action, resource and conditions are all as asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Product {
    /// The actions. They are compared as given: where case does not matter, the caller lowers it.
    pub action: Strings,
    /// The resources.
    pub resource: Strings,
    /// The condition that has to hold, if there is one.
    pub when: Option<Atom>,
}

impl Product {
    /// Is the request in this product?
    pub fn contains(&self, request: &Witness) -> bool {
        self.action.contains(&request.action)
            && self.resource.contains(&request.resource)
            && self.when.is_none_or(|atom| request.holding.contains(&atom))
    }
}

/// The requests in a product of `allow` and in none of `deny`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// What is allowed where nothing denies it.
    pub allow: Vec<Product>,
    /// What is denied whatever allows it.
    pub deny: Vec<Product>,
}

impl Grant {
    /// Does this grant allow the request? The definition itself: every verdict is checked against it.
    pub fn contains(&self, request: &Witness) -> bool {
        self.allow.iter().any(|product| product.contains(request))
            && !self.deny.iter().any(|product| product.contains(request))
    }
}

/// One concrete request.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Witness {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The conditions that hold; all others do not.
    pub holding: BTreeSet<Atom>,
}
