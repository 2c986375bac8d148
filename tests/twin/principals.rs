//! Whom a statement of a resource-based policy names.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use serde_json::Value;

use super::texts;

/// How a principal is named, from the least to the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    /// Not at all.
    No,
    /// By its account, to which authority is delegated: a policy of the identity has to pass it on.
    ByAccount,
    /// By the role that it is a session of: a boundary and a session policy still limit it.
    ByRole,
    /// Itself, or everybody.
    Itself,
}

/// How a statement that allows names the principal.
pub(super) fn allowed(statement: &Value, principal: &str) -> Named {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(listed), _) => named(listed, principal),
        // It speaks of everybody else and names nobody, so that it is not taken to pass by a boundary.
        (None, Some(listed)) if named(listed, principal) == Named::No => Named::ByRole,
        _ => Named::No,
    }
}

/// Whether a statement that denies means the principal.
pub(super) fn denied(statement: &Value, principal: &str, has_boundary: bool) -> bool {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(listed), _) => named(listed, principal) > Named::No,
        // The account stands in such lists beside the one user who is meant, and does not spare the others.
        // "NotPrincipal with a Deny effect will always deny any IAM principal that has a permissions boundary."
        (None, Some(listed)) => has_boundary || named(listed, principal) < Named::ByRole,
        (None, None) => false,
    }
}

/// The most that any entry of `"*"`, `{"AWS": …}`, `{"Service": …}` or `{"Federated": …}` says of the principal.
fn named(listed: &Value, principal: &str) -> Named {
    let entries = match listed {
        Value::Object(kinds) => kinds.values().flat_map(texts).collect(),
        other => texts(other),
    };
    let named = entries.iter().map(|entry| entry_names(entry, principal));
    named.max().unwrap_or(Named::No)
}

fn entry_names(entry: &str, principal: &str) -> Named {
    let segments: Vec<&str> = principal.splitn(6, ':').collect();
    let [_, partition, _, _, account, name] = segments[..] else {
        // A service is no ARN.
        return if entry == "*" || entry == principal {
            Named::Itself
        } else {
            Named::No
        };
    };
    let root = format!("arn:{partition}:iam::{account}:root");
    if is_role_of(entry, partition, account, name) {
        Named::ByRole
    } else if entry == "*" || entry == principal {
        Named::Itself
    } else if entry == account || entry == root {
        Named::ByAccount
    } else {
        Named::No
    }
}

/// Whether the entry is the ARN of the role whose session, or which itself, the principal is.
fn is_role_of(entry: &str, partition: &str, account: &str, name: &str) -> bool {
    let Some(role) = entry.strip_prefix(&format!("arn:{partition}:iam::{account}:role/")) else {
        return false;
    };
    // The ARN of a session leaves out the path of its role.
    let without_path = role.rsplit('/').next();
    match name.split('/').collect::<Vec<_>>()[..] {
        ["assumed-role", of, _] => Some(of) == without_path,
        _ => name.strip_prefix("role/") == Some(role),
    }
}
