//! The noun that runs through the program: a request, as IAM authorises it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Action, Arn, ConditionKey};

/// The resource of a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The action has no resource-level permission; IAM evaluates it with the resource `*`, which only a
    /// pattern of `*` alone matches.
    None,
    /// This one.
    Arn(Arn),
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Resource::None => f.write_str("*"),
            Resource::Arn(arn) => arn.fmt(f),
        }
    }
}

/// The condition keys of one request with their values. A key that is not among them is absent; AWS takes a key
/// without values for an absent one.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html#intro-structure-request>
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestContext(BTreeMap<ConditionKey, BTreeSet<String>>);

impl RequestContext {
    /// The values of a key, at least one; `None` when it is absent.
    #[must_use]
    pub fn get(&self, key: &ConditionKey) -> Option<&BTreeSet<String>> {
        self.0.get(key)
    }

    /// The keys with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&ConditionKey, &BTreeSet<String>)> {
        self.0.iter()
    }

    /// Gives a key these values instead of those that it had.
    pub fn set(&mut self, key: ConditionKey, values: impl IntoIterator<Item = String>) {
        let values: BTreeSet<_> = values.into_iter().collect();
        match values.is_empty() {
            true => self.0.remove(&key),
            false => self.0.insert(key, values),
        };
    }
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    /// Who makes it: a role, one of its sessions, a user.
    pub principal: Arn,
    /// What is asked for.
    pub action: Action,
    /// On what.
    pub resource: Resource,
    /// Under which circumstances.
    pub context: RequestContext,
}
