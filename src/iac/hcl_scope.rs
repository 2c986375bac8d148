//! Where an expression of Terraform stands.

use super::value::Value;

/// Where an expression stands, and what is asked of it.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// Where its file begins.
    pub(super) base: usize,
    depth: usize,
    /// Whether the defaults of variables do not count: what is decided by one may be decided otherwise.
    pub(super) firm: bool,
    /// Whether a text is a policy document, to be read as JSON.
    pub(super) document: bool,
    pub(super) bound: Option<&'s Bound<'s>>,
}

/// A name that has a value within an expression.
pub(super) struct Bound<'s> {
    pub(super) name: &'s str,
    pub(super) value: Value,
    pub(super) next: Option<&'s Bound<'s>>,
}

/// Expressions in expressions, and behind references; more than that is a circle.
const DEPTH: usize = 96;

impl<'s> Scope<'s> {
    /// A file of which nothing is asked yet.
    pub(super) fn of(base: usize) -> Self {
        Scope {
            base,
            depth: 0,
            firm: false,
            document: false,
            bound: None,
        }
    }

    /// What stands in it; `None` when that is too deep.
    pub(super) fn deeper(self) -> Option<Self> {
        let depth = self.depth + 1;
        (depth <= DEPTH).then_some(Scope { depth, ..self })
    }

    /// What stands in another place, as far as it is reached from here.
    pub(super) fn elsewhere(self, base: usize) -> Scope<'static> {
        Scope {
            bound: None,
            base,
            ..self
        }
    }

    pub(super) fn firm(self) -> Self {
        Scope {
            firm: true,
            document: false,
            ..self
        }
    }

    /// What is no document itself, though it stands in one.
    pub(super) fn plain(self) -> Self {
        self.reading(false)
    }

    /// What is a document, or is not.
    pub(super) fn reading(self, document: bool) -> Self {
        Scope { document, ..self }
    }

    /// With one name more.
    pub(super) fn with<'n>(self, bound: &'n Bound<'n>) -> Scope<'n>
    where
        's: 'n,
    {
        Scope {
            bound: Some(bound),
            ..self
        }
    }

    /// The value of a name that has one here.
    pub(super) fn bound(self, name: &str) -> Option<&'s Value> {
        let mut next = self.bound;
        while let Some(bound) = next {
            if bound.name == name {
                return Some(&bound.value);
            }
            next = bound.next;
        }
        None
    }
}
