//! Requests, the products they lie in, and grants; each decides membership in the slow, obvious way.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::glob::{Glob, Token, Unknown};
use super::values::Conditions;
use crate::iam::RequestContext;

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

    /// Might `text` be in the set, given what the unknown runs could stand for? They could stand for anything, in the text
    /// as well as in the globs.
    pub(super) fn might_contain(&self, text: &str) -> bool {
        match self {
            Strings::AnyOf(globs) => globs.iter().any(|glob| might_match(glob, text)),
            Strings::NoneOf(_) => self.contains(text),
        }
    }

    /// Is `text` in the set whatever the unknown runs stand for?
    pub(super) fn surely_contains(&self, text: &str) -> bool {
        match self {
            Strings::AnyOf(_) => self.contains(text),
            Strings::NoneOf(globs) => !globs.iter().any(|glob| might_match(glob, text)),
        }
    }

    /// Does one of the globs hold an unknown run?
    pub(super) fn has_unknown(&self) -> bool {
        self.globs().iter().any(Glob::has_unknown)
    }

    /// The largest set that this could be, given what the unknown runs could stand for.
    fn widened(&self) -> Strings {
        match self {
            Strings::AnyOf(globs) => Strings::AnyOf(globs.iter().map(Glob::widened).collect()),
            Strings::NoneOf(globs) => {
                let known = globs.iter().filter(|glob| !glob.has_unknown());
                Strings::NoneOf(known.cloned().collect())
            }
        }
    }

    /// Is it the same set, told by its globs alone, in whatever order they stand?
    fn is_same_as(&self, other: &Strings) -> bool {
        let alike = std::mem::discriminant(self) == std::mem::discriminant(other);
        let (own, others) = (self.globs(), other.globs());
        let distinct = |globs: &[Glob]| globs.iter().cloned().collect::<BTreeSet<_>>();
        // Most lists that differ do so in their first glob, and that is told without sorting them.
        let meet = |first: &Glob| others.contains(first);
        alike
            && (own == others || own.first().is_some_and(meet) && distinct(own) == distinct(others))
    }

    /// Can it be told without a search that all strings of `other` that are in `within` are in this set? What is known only
    /// at request time is the same on both sides.
    fn plainly_holds(&self, other: &Strings, within: Option<&Strings>) -> bool {
        let (Strings::AnyOf(own), Strings::AnyOf(others)) = (self, other) else {
            return self.is_same_as(other);
        };
        let asked = |glob: &Glob| match within {
            Some(Strings::AnyOf(within)) => {
                let widest = glob.widened();
                let mut within = within.iter();
                within.any(|one| {
                    let held = || one.as_literal().is_some_and(|text| self.contains(text));
                    one.overlap(&widest).is_some() && (glob.has_unknown() || !held())
                })
            }
            Some(Strings::NoneOf(_)) | None => true,
        };
        let known = |glob: &Glob| !glob.has_unknown();
        let covered = |glob: &Glob| {
            let mut covering = own.iter().filter(|own| known(own));
            own.contains(glob) || (known(glob) && covering.any(|own| own.covers(glob)))
        };
        others.iter().all(|glob| covered(glob) || !asked(glob))
    }

    /// The globs, named or excluded.
    pub fn globs(&self) -> &[Glob] {
        match self {
            Strings::AnyOf(globs) | Strings::NoneOf(globs) => globs,
        }
    }
}

/// The requests whose action, resource and context are all as asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Product {
    /// The actions. They are compared as given: where case does not matter, the caller lowers it.
    pub action: Strings,
    /// The resources.
    pub resource: Strings,
    /// What is asked of the condition keys.
    pub when: Conditions,
}

impl Product {
    /// The requests on these resources, whatever their action and their context.
    pub fn on(resource: Strings) -> Product {
        Product {
            action: Strings::NoneOf(Vec::new()),
            resource,
            when: Conditions::default(),
        }
    }

    /// Is the request in this product?
    pub fn contains(&self, request: &Witness) -> bool {
        self.action.contains(&request.action)
            && self.resource.contains(&request.resource)
            && self.when.hold(&request.context)
    }

    /// Does its resource hold what is known only at request time?
    pub fn has_unknown(&self) -> bool {
        self.resource.has_unknown()
    }

    /// Is it the same product, but for the order of its lists and what stands in them twice?
    pub fn is_same_as(&self, other: &Product) -> bool {
        self.when == other.when
            && self.action.is_same_as(&other.action)
            && self.resource.is_same_as(&other.resource)
    }

    /// Can it be told without a search that this product holds all requests of `other` that are in `within`?
    pub(super) fn plainly_holds(&self, other: &Product, within: Option<&Product>) -> bool {
        let action = within.map(|within| &within.action);
        let resource = within.map(|within| &within.resource);
        (self.when.is_empty() || self.when == other.when)
            && self.action.plainly_holds(&other.action, action)
            && self.resource.plainly_holds(&other.resource, resource)
    }

    /// The requests of this product in every context, with `*` for what is known only at request time: all that it could
    /// hold.
    pub fn widened(&self) -> Product {
        Product {
            action: self.action.clone(),
            resource: self.resource.widened(),
            when: Conditions::default(),
        }
    }
}

/// The requests in a product of `allow` and in none of `deny`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// What is allowed where nothing denies it.
    pub allow: Vec<Arc<Product>>,
    /// What is denied whatever allows it.
    pub deny: Vec<Arc<Product>>,
}

impl Grant {
    /// What these products allow, and what those deny.
    pub fn new(
        allow: impl IntoIterator<Item = Product>,
        deny: impl IntoIterator<Item = Product>,
    ) -> Grant {
        Grant {
            allow: allow.into_iter().map(Arc::new).collect(),
            deny: deny.into_iter().map(Arc::new).collect(),
        }
    }

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
    /// The condition keys that are not absent.
    pub context: RequestContext,
}

impl Witness {
    /// Does a letter of it stand for an unknown run?
    pub fn has_unknown(&self) -> bool {
        let values = self.context.iter().flat_map(|(_, values)| values);
        let mut texts = [&self.action, &self.resource].into_iter().chain(values);
        texts.any(|text| text.chars().any(Unknown::is))
    }
}

/// Can the unknown runs of both be such that the glob matches the text?
fn might_match(glob: &Glob, text: &str) -> bool {
    match (text.chars().any(Unknown::is), glob.has_unknown()) {
        (false, false) => glob.matches(text),
        (false, true) => glob.widened().matches(text),
        (true, _) => {
            let token = |letter| match Unknown::is(letter) {
                true => Token::AnyRun,
                false => Token::Literal(letter),
            };
            let texts = Glob::from_tokens(text.chars().map(token));
            glob.widened().overlap(&texts).is_some()
        }
    }
}
