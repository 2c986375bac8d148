//! Principals: who a statement of a resource-based policy speaks of.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::parse::{Broken, Read, texts_of};
use super::{AccountId, Arn, Policy};
use crate::text::Node;

/// One principal that a statement names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedPrincipal {
    /// `"*"` or `{"AWS": "*"}`: everyone.
    Everyone,
    /// An account, by its number or as `arn:aws:iam::account:root`.
    Account(AccountId),
    /// A role, a session of one, a user.
    Arn(Arn),
    /// An AWS service, `lambda.amazonaws.com`.
    Service(String),
    /// Anything else: a federated identity, a canonical user, the unique id of something that was deleted.
    Other(String),
}

/// The principals of a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principals {
    /// `Principal`: each of these.
    Only(Vec<NamedPrincipal>),
    /// `NotPrincipal`: everyone but these.
    AllBut(Vec<NamedPrincipal>),
}

/// A resource-based policy: a policy, and the principals of each of its statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePolicy {
    /// The statements without their principals.
    pub policy: Policy,
    /// The principals of each statement, in the same order.
    pub principals: Vec<Principals>,
}

/// The principals of a statement of a resource-based policy.
pub(super) fn principals_of(statement: &Node) -> Read<Principals> {
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(node), None) => Ok(Principals::Only(named(node)?)),
        (None, Some(node)) => Ok(Principals::AllBut(named(node)?)),
        _ => Err(Broken::at(
            statement,
            "a statement of this policy must have either `Principal` or `NotPrincipal`",
        )),
    }
}

fn named(node: &Node) -> Read<Vec<NamedPrincipal>> {
    if let Some(text) = node.as_text() {
        return match text {
            "*" => Ok(vec![NamedPrincipal::Everyone]),
            _ => Err(Broken::at(node, "a principal that is not `*` is an object")),
        };
    }
    let Some(kinds) = node.members() else {
        let found = format!("a principal is `*` or an object, found {}", node.kind());
        return Err(Broken::at(node, found));
    };
    let mut found = Vec::new();
    for kind in kinds {
        let read = match kind.name.as_str() {
            "AWS" => of_aws,
            "Service" => |text: &str| NamedPrincipal::Service(text.to_owned()),
            "Federated" | "CanonicalUser" => |text: &str| NamedPrincipal::Other(text.to_owned()),
            other => {
                let rule = format!("there is no kind of principal `{other}`");
                return Err(Broken::at(&kind.value, rule));
            }
        };
        found.extend(
            texts_of(&kind.value)?
                .into_iter()
                .map(|(_, text)| read(text)),
        );
    }
    Ok(found)
}

fn of_aws(text: &str) -> NamedPrincipal {
    let arn = text.parse::<Arn>().ok();
    let root = arn
        .as_ref()
        .filter(|arn| arn.service() == "iam" && arn.resource() == "root");
    match (text, text.parse(), root.and_then(Arn::account), arn) {
        ("*", ..) => NamedPrincipal::Everyone,
        (_, Ok(account), ..) | (_, _, Some(account), _) => NamedPrincipal::Account(account),
        (_, _, _, Some(arn)) => NamedPrincipal::Arn(arn),
        _ => NamedPrincipal::Other(text.to_owned()),
    }
}
