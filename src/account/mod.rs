//! An account's roles and functions, from files in the AWS CLI's own output formats.

mod destinations;
mod event_sources;
mod functions;
mod gaps;
mod join;
mod last_accessed;
mod object;
mod object_lambda;
mod policy_file;
mod schedules;
mod snapshot;
mod sources;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::iam::{Arn, PolicyError, Role, RoleId};
use crate::lambda::{Function, Unread, Whom};
use crate::usage::LastAccessed;

#[cfg(feature = "aws")]
pub(crate) use gaps::{Gaps, OutOfScope};
pub use gaps::{NotCovered, Part};
pub use policy_file::{read_policy, read_resource_policy};
pub use sources::Sources;

/// What an account has.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Its roles that could be read, by account and name.
    pub roles: Vec<Role>,
    /// Its functions, if they were given.
    pub functions: Vec<Function>,
    /// What IAM says that roles last accessed, of those of which it was given.
    pub last_accessed: BTreeMap<RoleId, LastAccessed>,
    /// The roles that were left out when it was asked, each with why: nothing is known of their functions beyond the lists.
    pub left_out: BTreeMap<RoleId, String>,
    /// What could not be read of the functions' configuration.
    pub unread: Vec<Unread>,
    /// What could not be read, each with its place; the rest counts all the same.
    pub problems: Vec<String>,
}

/// Why a file is not account data.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The file cannot be read.
    #[error("{path}: {error}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is not JSON.
    #[error("{path}: not JSON: {error}", path = path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: serde_json::Error,
    },
    /// The file holds no policy.
    #[error("{path}: {error}", path = path.display())]
    NotAPolicy {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: PolicyError,
    },
    /// The file holds something else.
    #[error("{path}: {expected}, found {found}", path = path.display())]
    OtherShape {
        /// The file.
        path: PathBuf,
        /// What it should be, and the command that writes it.
        expected: &'static str,
        /// What it is instead.
        found: String,
    },
}

impl Account {
    /// Reads the output of `aws iam get-account-authorization-details`, and what is known of the functions and of what the roles
    /// last accessed. What a `not-covered.json` beside it says is a problem each.
    ///
    /// # Errors
    /// When a file cannot be read, is not JSON, or holds something else. In a folder, such a file is a problem, and
    /// the others count.
    pub fn read(snapshot: &Path, sources: &Sources) -> Result<Self, AccountError> {
        let mut account = snapshot::account(&json(snapshot)?).map_err(|found| AccountError::OtherShape {
            path: snapshot.into(),
            expected: "expected the output of `aws iam get-account-authorization-details`, an object with \
                       `RoleDetailList` and `Policies`",
            found,
        })?;
        account.roles.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(unended) = gaps::unended(snapshot) {
            account.unread.push(Unread {
                words: unended.clone(),
                of: Whom::Anyone,
            });
            account.problems.push(unended);
        }
        match gaps::beside(snapshot) {
            Ok(gaps) => {
                account.problems.extend(gaps::problems(snapshot, &gaps));
                account.left_out = gaps.left_out();
                account.unread = gaps.unread();
            }
            Err(unknown) => {
                account.unread.push(Unread {
                    words: unknown.clone(),
                    of: Whom::Anyone,
                });
                account.problems.push(unknown);
            }
        }
        join::join(&mut account, sources::read(sources)?);
        let (said, problems) = last_accessed::read(&sources.last_accessed, &account.roles)?;
        account.last_accessed = said;
        account.problems.extend(problems);
        Ok(account)
    }

    /// The roles that Lambda may take.
    pub fn execution_roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(|role| role.trust.admits_lambda())
    }

    /// The ARNs of all that it has.
    pub fn arns(&self) -> impl Iterator<Item = &Arn> {
        let roles = self.roles.iter().map(|role| &role.arn);
        roles.chain(self.functions.iter().map(|function| &function.arn))
    }

    /// The functions that run with a role.
    pub fn functions_of(&self, role: &Role) -> impl Iterator<Item = &Function> {
        self.functions
            .iter()
            .filter(|function| function.role == role.id)
    }
}

fn json(path: &Path) -> Result<Value, AccountError> {
    let unreadable = |error| AccountError::Unreadable {
        path: path.into(),
        error,
    };
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(text).map_err(|error| AccountError::NotJson {
        path: path.into(),
        error,
    })
}

/// What a value is, for the message that it is not what it should be.
fn describe(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let keys: Vec<_> = map.keys().take(5).map(|key| format!("`{key}`")).collect();
            format!(
                "an object with {}",
                if keys.is_empty() {
                    "nothing".into()
                } else {
                    keys.join(", ")
                }
            )
        }
        Value::Array(list) => format!("a list of {}", list.len()),
        _ => "a single value".into(),
    }
}
