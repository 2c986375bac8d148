//! AWS's nouns, parsed once and printed back, without meaning.
//!
//! What a policy *allows* is decided in [`crate::evaluation`]; here a document becomes types whose
//! `Eq` means what AWS means by "the same": actions compare without case, ARNs with case.

mod action;
mod arn;
mod pattern;
mod policy;
mod print;
mod request;
mod role;
mod size;
mod trust;

pub use action::{Action, ActionPattern, NotAnAction};
pub use arn::{AccountId, Arn, NotAnArn, RoleId};
pub use pattern::{PatternToken, ResourcePattern};
pub use policy::{
    Actions, Condition, Effect, Policy, PolicyError, Resources, Statement, Version, decode_document,
};
pub use request::{Request, Resource};
pub use role::{AttachedPolicy, InlinePolicy, Role};
pub use size::{INLINE_LIMIT, MANAGED_ATTACHMENTS, MANAGED_LIMIT, PolicySize};
pub use trust::{TrustPolicy, TrustedPrincipal};
