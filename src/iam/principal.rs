//! Principals: who a statement of a resource-based policy speaks of.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::error::{Broken, Read};
use super::parse::{Given, one_of, texts_of};
use super::{AccountId, Arn, Policy};
use crate::text::{Member, Node};

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

/// The kind of a principal, as its policy names it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Aws,
    Service,
    Federated,
    CanonicalUser,
}

/// The principals of a statement of a resource-based policy.
pub(super) fn principals_of(statement: &Node) -> Read<Principals> {
    let read = |node| -> Read<Vec<NamedPrincipal>> {
        let texts = texts_of_kinds(node)?.into_iter();
        Ok(texts.map(|(kind, _, text)| named(kind, text)).collect())
    };
    Ok(match one_of(statement, ["Principal", "NotPrincipal"])? {
        Given::Only(node) => Principals::Only(read(node)?),
        Given::AllBut(node) => Principals::AllBut(read(node)?),
    })
}

fn named(kind: Kind, text: &str) -> NamedPrincipal {
    match kind {
        Kind::Aws => of_aws(text),
        Kind::Service => NamedPrincipal::Service(text.to_owned()),
        Kind::Federated | Kind::CanonicalUser => NamedPrincipal::Other(text.to_owned()),
    }
}

/// A principal's kind, where it stands, and its text.
pub(super) type Named<'n> = (Kind, &'n Node, &'n str);

/// What `Principal` or `NotPrincipal` names, each with its kind. `"*"` is short for `{"AWS": "*"}`.
pub(super) fn texts_of_kinds(node: &Node) -> Read<Vec<Named<'_>>> {
    match (node.as_text(), node.members()) {
        (Some("*"), _) => Ok(vec![(Kind::Aws, node, "*")]),
        (Some(_), _) => Err(Broken::at(
            node,
            "a principal that is not `*` is an object: {\"AWS\": …}",
        )),
        (_, Some([])) => Err(Broken::at(node, "it names no principal")),
        (_, Some(kinds)) => {
            let found: Vec<_> = kinds.iter().map(of_kind).collect::<Read<_>>()?;
            Ok(found.into_iter().flatten().collect())
        }
        (_, None) => {
            let found = format!("a principal is `*` or an object, found {}", node.kind());
            Err(Broken::at(node, found))
        }
    }
}

fn of_kind(member: &Member) -> Read<Vec<Named<'_>>> {
    let kind = match member.name.as_str() {
        "AWS" => Kind::Aws,
        "Service" => Kind::Service,
        "Federated" => Kind::Federated,
        "CanonicalUser" => Kind::CanonicalUser,
        other => {
            let rule = format!(
                "there is no kind of principal `{other}`, only AWS, Service, Federated, CanonicalUser"
            );
            return Err(Broken::at_name(member, rule));
        }
    };
    let texts = texts_of(&member.value)?.into_iter();
    Ok(texts.map(|(node, text)| (kind, node, text)).collect())
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
