//! Policy documents in files of their own.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::AccountError;
use crate::evaluation::NamedPolicy;
use crate::iam::{Policy, PolicyError, ResourcePolicy};

/// Reads a policy: the document itself, or the output of `aws iam get-role-policy` and `get-policy-version`, which hold
/// one. It is called as its file is.
///
/// # Errors
/// When the file cannot be read, or holds no policy: then with line, column and rule.
pub fn read_policy(path: &Path) -> Result<NamedPolicy, AccountError> {
    let text = read(path)?;
    let policy = match document_in(&text) {
        Some(document) => Policy::parse(&document),
        None => Policy::parse_text(&text),
    };
    Ok(NamedPolicy {
        name: path.display().to_string(),
        policy: policy.map_err(|error| not_a_policy(path, error))?,
    })
}

/// Reads the policy of a resource, with what it is called.
///
/// # Errors
/// As for [`read_policy`].
pub fn read_resource_policy(path: &Path) -> Result<(String, ResourcePolicy), AccountError> {
    let policy = ResourcePolicy::parse_text(&read(path)?);
    let policy = policy.map_err(|error| not_a_policy(path, error))?;
    Ok((path.display().to_string(), policy))
}

fn read(path: &Path) -> Result<String, AccountError> {
    fs::read_to_string(path).map_err(|error| AccountError::Unreadable {
        path: path.to_owned(),
        error,
    })
}

fn not_a_policy(path: &Path, error: PolicyError) -> AccountError {
    AccountError::NotAPolicy {
        path: path.to_owned(),
        error,
    }
}

/// The document inside of an answer of the IAM API.
fn document_in(text: &str) -> Option<Value> {
    let answer: Value = serde_json::from_str(text).ok()?;
    let version = answer
        .get("PolicyVersion")
        .and_then(|version| version.get("Document"));
    version.or(answer.get("PolicyDocument")).cloned()
}
