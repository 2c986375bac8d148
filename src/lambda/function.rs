//! Lambda functions.

use crate::iam::{Arn, RoleId};

/// A function and the role that it runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its ARN, without a version.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its execution role.
    pub role: RoleId,
}
