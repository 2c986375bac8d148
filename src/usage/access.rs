//! What IAM authorised for a call: an action, the resources that it was on, and what is known of the context.

use std::fmt;

use super::context::Context;
use crate::iam::{Action, Arn, ResourcePattern};

/// The resources that an access was authorised on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// The action has no resource-level permission; IAM evaluates it with the resource `*`.
    NoResource,
    /// This resource.
    Exactly(Arn),
    /// The event does not tell which: any that this matches could have been meant, and stands for all.
    Matching(ResourcePattern),
}

impl fmt::Display for On {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            On::NoResource => f.write_str("*"),
            On::Exactly(arn) => arn.fmt(f),
            On::Matching(pattern) => pattern.fmt(f),
        }
    }
}

/// An action and the resources that it was authorised on, as one event shows them. All of the resources
/// were needed: IAM authorises a call on each of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// The action.
    pub action: Action,
    /// On what; at least one, sorted.
    pub on: Vec<On>,
    /// Whether a fact names the action; if not, it is the operation's own name.
    pub verified: bool,
    /// Whether the call needed it for certain.
    pub need: Necessity,
}

/// Whether a call needed an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Necessity {
    /// It did: the call would have been denied without it.
    Certain,
    /// It may have, for a reason that the event does not show. What a role has of it must stay, and what it
    /// lacks is not missing.
    Possible,
}

impl Access {
    /// An access of a verified action that the call needed.
    pub(super) fn certain(action: Action, on: Vec<On>) -> Self {
        Access {
            action,
            on,
            verified: true,
            need: Necessity::Certain,
        }
    }
}

/// An access with what the record tells of the context of its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What was authorised.
    pub access: Access,
    /// The condition keys that are known.
    pub context: Context,
}

impl From<Access> for Observed {
    fn from(access: Access) -> Self {
        Observed {
            access,
            context: Context::default(),
        }
    }
}
