//! AWS's nouns, parsed once and printed back, without meaning.
//!
//! What a policy *allows* is decided in [`crate::evaluation`]; here a document becomes types whose
//! `Eq` means what AWS means by "the same": actions compare without case, ARNs with case.

mod action;
mod arn;
mod clauses;
mod condition;
mod date;
mod document;
mod error;
mod folded;
mod grammar;
mod parse;
mod partition;
mod pattern;
mod policy;
mod principal;
mod print;
mod request;
mod role;
mod size;
#[cfg(test)]
mod tests;
mod trust;

pub use action::{Action, ActionPattern, NotAnAction};
pub use arn::{AccountId, Arn, NotAnArn, RoleId};
pub use condition::{
    Clause, Comparison, Condition, ConditionKey, NotAnOperator, Operator, Order, Quantifier,
    TextComparison,
};
pub use document::PolicyDocument;
pub use error::PolicyError;
pub use partition::Partition;
pub use pattern::{PatternToken, ResourcePattern};
pub use policy::{Actions, Effect, Policy, Resources, Statement, Version};
pub use principal::{NamedPrincipal, Principals, ResourcePolicy};
pub use request::{Request, RequestContext, Resource};
pub use role::{AttachedPolicy, InlinePolicy, Role};
pub use size::{INLINE_LIMIT, MANAGED_ATTACHMENTS, MANAGED_LIMIT, PolicySize};
pub use trust::{TrustPolicy, TrustedPrincipal};
