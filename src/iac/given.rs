//! What is said of a deployment beside the file.

use std::collections::BTreeMap;

use crate::iam::AccountId;

/// Where a file will be deployed and with which values, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Values of the parameters of a template, or of options of the Serverless Framework (`stage`).
    pub parameters: BTreeMap<String, String>,
    /// The partition: `aws`, unless it is said to be another.
    pub partition: String,
    /// The Region.
    pub region: Option<String>,
    /// The account.
    pub account: Option<AccountId>,
    /// The name of the stack.
    pub stack: Option<String>,
}

impl Default for Given {
    fn default() -> Self {
        Given {
            parameters: BTreeMap::new(),
            partition: "aws".to_owned(),
            region: None,
            account: None,
            stack: None,
        }
    }
}
