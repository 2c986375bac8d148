//! The policies that decide a request together.

use crate::iam::{Policy, ResourcePolicy};

/// A policy and what it is called: an inline policy's name, a managed policy's ARN, a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPolicy {
    /// What it is called.
    pub name: String,
    /// The policy.
    pub policy: Policy,
}

/// Every policy that has a say in a request. What is empty has none; an identity-based policy or the resource's own has
/// to allow a request, and each kind of the others that is there must allow it too.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// The identity-based policies of the principal, united.
    pub identity: Vec<NamedPolicy>,
    /// Its permissions boundary.
    pub boundary: Vec<NamedPolicy>,
    /// The session policies, united.
    pub session: Vec<NamedPolicy>,
    /// The service control policies, a list for each level from the root to the account; those of a level are united.
    pub scps: Vec<Vec<NamedPolicy>>,
    /// The policy of the resource, which belongs to the principal's account.
    pub resource: Option<(String, ResourcePolicy)>,
}
