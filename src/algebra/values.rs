//! What a product asks of the condition keys of a request.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::glob::Unknown;
use super::request::Strings;
use super::scale::{Range, Scale};
use crate::iam::{ConditionKey, RequestContext};

/// A set of values of a condition key. A value is a text; what else it is depends on who reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Values {
    /// These texts.
    Text(Strings),
    /// The texts that stand for a point in one of the ranges, or all other texts.
    Ordered {
        /// As what a text is read.
        scale: Scale,
        /// The ranges.
        ranges: Vec<Range>,
        /// Whether the set holds all texts but those.
        all_but: bool,
    },
}

impl Values {
    /// Is the value in the set, whatever the unknown runs of the set stand for?
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        match self {
            Values::Text(strings) => strings.contains(value),
            Values::Ordered {
                scale,
                ranges,
                all_but,
            } => {
                let point = scale.read(value);
                let within = |point| ranges.iter().any(|range| range.contains(point));
                point.is_some_and(within) != *all_but
            }
        }
    }

    /// Might the value be in the set, given what unknown runs could stand for?
    pub(super) fn might_contain(&self, value: &str) -> bool {
        match self {
            Values::Text(strings) => strings.might_contain(value),
            Values::Ordered { .. } => value.chars().any(Unknown::is) || self.contains(value),
        }
    }

    /// Is the value in the set whatever unknown runs stand for?
    pub(super) fn surely_contains(&self, value: &str) -> bool {
        match self {
            Values::Text(strings) => strings.surely_contains(value),
            Values::Ordered { .. } => !value.chars().any(Unknown::is) && self.contains(value),
        }
    }

    /// Does it hold an unknown run?
    pub(super) fn has_unknown(&self) -> bool {
        matches!(self, Values::Text(strings) if strings.has_unknown())
    }

    /// The values that are not in the set.
    #[must_use]
    pub fn complement(self) -> Values {
        match self {
            Values::Text(strings) => Values::Text(strings.complement()),
            Values::Ordered {
                scale,
                ranges,
                all_but,
            } => Values::Ordered {
                scale,
                ranges,
                all_but: !all_but,
            },
        }
    }
}

/// How many of a key's values have to be in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Share {
    /// One at least. An absent key has none.
    Some,
    /// All of them. An absent key has none that is not.
    Every,
}

/// What is asked of one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Test {
    /// How many of the values have to be in the set.
    pub share: Share,
    /// The set.
    pub values: Values,
    /// Whether it holds when the key is absent, whatever `share` says.
    pub or_absent: bool,
    /// Whether it asks of a key that may have several values. A key of which no test of a comparison does has one value
    /// at most.
    pub of_several: bool,
}

impl Test {
    /// Does it hold for these values? An absent key has none.
    #[must_use]
    pub fn holds(&self, values: &BTreeSet<String>) -> bool {
        if values.is_empty() && self.or_absent {
            return true;
        }
        let mut within = values.iter().map(|value| self.values.contains(value));
        match self.share {
            Share::Some => within.any(|within| within),
            Share::Every => within.all(|within| within),
        }
    }
}

/// What is asked of the keys of a request: every test of every key has to hold. With no key, nothing is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Conditions(Option<Arc<BTreeMap<ConditionKey, Vec<Test>>>>);

impl Conditions {
    /// These tests, each of its key; in order, and without what is asked twice.
    #[must_use]
    pub fn new(tests: impl IntoIterator<Item = (ConditionKey, Test)>) -> Self {
        let mut by_key: BTreeMap<ConditionKey, Vec<Test>> = BTreeMap::new();
        for (key, test) in tests {
            by_key.entry(key).or_default().push(test);
        }
        for tests in by_key.values_mut() {
            tests.sort();
            tests.dedup();
        }
        Conditions((!by_key.is_empty()).then(|| Arc::new(by_key)))
    }

    /// Whether nothing is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The keys in order, each with its tests, of which there is at least one.
    pub fn iter(&self) -> impl Iterator<Item = (&ConditionKey, &[Test])> {
        let keys = self.0.iter().flat_map(|keys| keys.iter());
        keys.map(|(key, tests)| (key, tests.as_slice()))
    }

    /// The tests of a key.
    #[must_use]
    pub fn of(&self, key: &ConditionKey) -> &[Test] {
        let tests = self.0.as_ref().and_then(|keys| keys.get(key));
        tests.map_or(&[], Vec::as_slice)
    }

    /// Do all of them hold?
    #[must_use]
    pub fn hold(&self, context: &RequestContext) -> bool {
        let absent = BTreeSet::new();
        self.iter().all(|(key, tests)| {
            let values = context.get(key).unwrap_or(&absent);
            tests.iter().all(|test| test.holds(values))
        })
    }
}
