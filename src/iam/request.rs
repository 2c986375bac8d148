//! The noun that runs through the program: a request, as IAM authorises it.

use std::fmt;

use super::{Action, Arn, RoleId};

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

/// One request. Its context keys are not part of it yet: conditions are opaque to this version, and every
/// answer that rests on one says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Request {
    /// The role whose session makes the request.
    pub principal: RoleId,
    /// What is asked for.
    pub action: Action,
    /// On what.
    pub resource: Resource,
}
