//! What all accesses of an action have in common in their request context.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{Access, On};
use super::context::Context;
use crate::iam::ConditionKey;

/// The condition keys that every access told, each with all of the values that were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(BTreeMap<ConditionKey, BTreeSet<String>>);

impl Known {
    /// A key with more values than these is not worth a condition, and its values are not kept.
    const MOST_VALUES: usize = 8;

    /// What one access told. The ARN of a resource tells its region and account by itself.
    pub(super) fn of(access: &Access, context: &Context) -> Self {
        let on_nothing = access.on.iter().all(|on| *on == On::NoResource);
        let says_more = |key: &str| on_nothing || key != "aws:RequestedRegion";
        let known = context.known().filter(|(key, _)| says_more(key));
        Known(
            known
                .map(|(key, values)| (ConditionKey::new(key), values.clone()))
                .collect(),
        )
    }

    /// What these and those accesses have in common.
    pub(crate) fn and(&mut self, other: &Known) {
        self.0.retain(|key, values| {
            let Some(more) = other.0.get(key) else {
                return false;
            };
            values.extend(more.iter().cloned());
            values.len() <= Self::MOST_VALUES
        });
    }

    /// The values of a key; `None` if not every access told them.
    #[must_use]
    pub fn values(&self, key: &ConditionKey) -> Option<&BTreeSet<String>> {
        self.0.get(key)
    }

    /// The keys in order, each with its values.
    pub fn iter(&self) -> impl Iterator<Item = (&ConditionKey, &BTreeSet<String>)> {
        self.0.iter()
    }
}
