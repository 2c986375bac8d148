//! A role and the policies that it carries.

use jiff::Timestamp;

use super::{Arn, Policy, PolicyError, RoleId, TrustPolicy};

/// A policy embedded in a role.
#[derive(Clone, Debug)]
pub struct InlinePolicy {
    /// Its name, unique within the role.
    pub name: String,
    /// The document, or why it could not be read.
    pub document: Result<Policy, PolicyError>,
}

/// A managed policy attached to a role.
#[derive(Clone, Debug)]
pub struct AttachedPolicy {
    /// Its ARN; AWS's own have no account.
    pub arn: Arn,
    /// The default version's id (`v3`) and document; `None` when the account data does not hold the policy.
    pub default_version: Option<(String, Result<Policy, PolicyError>)>,
    /// To how many users, groups and roles it is attached, this one included.
    pub attachments: usize,
}

/// A role with everything that decides what it may do by itself.
#[derive(Clone, Debug)]
pub struct Role {
    /// The role's ARN, with its path.
    pub arn: Arn,
    /// Account and name.
    pub id: RoleId,
    /// When it was created; `None` where the account data does not say.
    pub created: Option<Timestamp>,
    /// Who may take it.
    pub trust: TrustPolicy,
    /// The policies embedded in it, in the account data's order.
    pub inline: Vec<InlinePolicy>,
    /// The managed policies attached to it, in the account data's order.
    pub attached: Vec<AttachedPolicy>,
    /// Its permissions boundary, if it has one.
    pub boundary: Option<Arn>,
}
