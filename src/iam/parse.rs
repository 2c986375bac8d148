//! Policy documents from JSON: what AWS accepts is read, and what AWS refuses is refused, with the place and the rule.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use std::collections::BTreeSet;

use super::clauses::condition_of;
use super::document::read_text;
use super::error::{Broken, Read};
use super::{
    ActionPattern, Actions, Effect, Policy, PolicyError, ResourcePattern, ResourcePolicy,
    Resources, Statement, Version, grammar, principal,
};
use crate::text::{Member, Node, Shape};

/// The kind of policy that a statement stands in: what it may say depends on it.
#[derive(Clone, Copy)]
enum Kind {
    /// Attached to who makes the request, or set beside such a policy: identity-based policies, boundaries, SCPs.
    Identity,
    /// Attached to what is requested. Each service has its own rules for `Sid` and `Resource`.
    Resource,
}

impl ResourcePolicy {
    /// Reads the policy of a resource from its text, URL-encoded or not.
    ///
    /// # Errors
    /// As for [`Policy::parse_text`], and when a statement has no principal.
    pub fn parse_text(text: &str) -> Result<Self, PolicyError> {
        read_text(text, |document| {
            let version = version_of(document)?;
            let mut principals = Vec::new();
            let statements = each_statement(document, |node| {
                let statement = statement(node, version, Kind::Resource)?;
                principals.push(principal::principals_of(node)?);
                Ok(statement)
            })?;
            let policy = Policy {
                version,
                statements,
            };
            Ok(ResourcePolicy { policy, principals })
        })
    }
}

/// Reads a policy without principals.
pub(super) fn policy(document: &Node) -> Read<Policy> {
    let version = version_of(document)?;
    let mut sids = BTreeSet::new();
    let statements = each_statement(document, |node| {
        let statement = statement(node, version, Kind::Identity)?;
        own_sid(node, &mut sids)?;
        Ok(statement)
    })?;
    Ok(Policy {
        version,
        statements,
    })
}

/// The document's statements: one object, or a list that is not empty.
pub(super) fn statements_of(document: &Node) -> Read<&[Node]> {
    match document.get("Statement") {
        Some(node) if node.one_or_many().is_empty() => Err(Broken::at(
            node,
            "`Statement` is empty: a policy has one statement at least",
        )),
        Some(node) => Ok(node.one_or_many()),
        None => Err(Broken::at(document, "it has no `Statement`")),
    }
}

/// Reads each statement, and says of which one an error is.
pub(super) fn each_statement<'d, T>(
    document: &'d Node,
    mut read: impl FnMut(&'d Node) -> Read<T>,
) -> Read<Vec<T>> {
    let numbered = statements_of(document)?.iter().enumerate();
    numbered
        .map(|(index, node)| {
            let found = match node.members() {
                Some(_) => read(node),
                None => {
                    let found = format!("a statement must be an object, found {}", node.kind());
                    Err(Broken::at(node, found))
                }
            };
            found.map_err(|broken| broken.in_statement(index + 1))
        })
        .collect()
}

/// The version, of a document that has no element that a policy does not have.
pub(super) fn version_of(document: &Node) -> Read<Version> {
    let Some(members) = document.members() else {
        let found = format!("a policy is a JSON object, found {}", document.kind());
        return Err(Broken::at(document, found));
    };
    check_elements(members, "a policy", &["Version", "Id", "Statement"])?;
    // IAM's grammar has no `Id` in an identity-based policy, and IAM accepts it all the same.
    text_of(document, "Id")?;
    match document
        .get("Version")
        .map(|version| (version, version.as_text()))
    {
        None | Some((_, Some("2008-10-17"))) => Ok(Version::V2008),
        Some((_, Some("2012-10-17"))) => Ok(Version::V2012),
        Some((version, _)) => Err(Broken::at(
            version,
            "`Version` must be \"2012-10-17\" or \"2008-10-17\"",
        )),
    }
}

/// Refuses a member of another name.
pub(super) fn check_elements(members: &[Member], whose: &str, known: &[&str]) -> Read<()> {
    let unknown = |member: &&Member| !known.contains(&member.name.as_str());
    match members.iter().find(unknown) {
        None => Ok(()),
        Some(member) => {
            let (name, known) = (&member.name, known.join(", "));
            let rule = format!("{whose} has no element `{name}`, only {known}");
            Err(Broken::at_name(member, rule))
        }
    }
}

fn statement(node: &Node, version: Version, kind: Kind) -> Read<Statement> {
    const KNOWN: [&str; 9] = [
        "Sid",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
        "Principal",
        "NotPrincipal",
    ];
    let members = node.members().unwrap_or_default();
    match kind {
        Kind::Identity => check_elements(
            members,
            "a statement of an identity-based policy",
            &KNOWN[..7],
        )?,
        Kind::Resource => check_elements(members, "a statement", &KNOWN)?,
    }
    Ok(Statement {
        sid: text_of(node, "Sid")?
            .filter(|sid| !sid.is_empty())
            .map(str::to_owned),
        effect: effect_of(node)?,
        actions: actions_of(node)?,
        resources: resources_of(node, version, kind)?,
        condition: condition_of(node)?,
    })
}

/// The text of an element that may be absent, but is text where it is not.
fn text_of<'n>(node: &'n Node, name: &str) -> Read<Option<&'n str>> {
    match node.get(name).map(|element| (element, element.as_text())) {
        None => Ok(None),
        Some((_, Some(text))) => Ok(Some(text)),
        Some((element, None)) => {
            let rule = format!("`{name}` must be text, found {}", element.kind());
            Err(Broken::at(element, rule))
        }
    }
}

/// Refuses a `Sid` that IAM refuses, one that a statement before has included. The empty one counts as none.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
pub(super) fn own_sid<'d>(statement: &'d Node, taken: &mut BTreeSet<&'d str>) -> Read<()> {
    let Some(sid) = text_of(statement, "Sid")?.filter(|sid| !sid.is_empty()) else {
        return Ok(());
    };
    let rule = if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        format!("the `Sid` `{sid}` must be made of the letters A-Z and a-z and of digits")
    } else if !taken.insert(sid) {
        format!("the `Sid` `{sid}` is taken: each must be unique in its policy")
    } else {
        return Ok(());
    };
    Err(Broken::at(statement.get("Sid").unwrap_or(statement), rule))
}

/// The statement's `Effect`.
pub(super) fn effect_of(statement: &Node) -> Read<Effect> {
    let effect = statement.get("Effect");
    match effect.and_then(Node::as_text) {
        Some("Allow") => Ok(Effect::Allow),
        Some("Deny") => Ok(Effect::Deny),
        _ => Err(Broken::at(
            effect.unwrap_or(statement),
            "`Effect` must be \"Allow\" or \"Deny\"",
        )),
    }
}

/// Which of two elements that exclude each other a statement has: `Action` or `NotAction`.
pub(super) enum Given<'n> {
    Only(&'n Node),
    AllBut(&'n Node),
}

/// The one of two elements that the statement has, of which it must have one.
pub(super) fn one_of<'n>(statement: &'n Node, [only, all_but]: [&str; 2]) -> Read<Given<'n>> {
    match (statement.get(only), statement.get(all_but)) {
        (Some(node), None) => Ok(Given::Only(node)),
        (None, Some(node)) => Ok(Given::AllBut(node)),
        (Some(_), Some(node)) => {
            let rule = format!("it has both `{only}` and `{all_but}`, which exclude each other");
            Err(Broken::at(node, rule))
        }
        (None, None) => {
            let rule = format!("it must have either `{only}` or `{all_but}`");
            Err(Broken::at(statement, rule))
        }
    }
}

/// The statement's `Action` or `NotAction`.
pub(super) fn actions_of(statement: &Node) -> Read<Actions> {
    let action = |(node, text): (&Node, &str)| {
        let action = text.parse::<ActionPattern>();
        action.map_err(|error| Broken::at(node, error.to_string()))
    };
    let read = |list| -> Read<Vec<_>> { texts_of(list)?.into_iter().map(action).collect() };
    Ok(match one_of(statement, ["Action", "NotAction"])? {
        Given::Only(list) => Actions::Only(read(list)?),
        Given::AllBut(list) => Actions::AllBut(read(list)?),
    })
}

fn resources_of(statement: &Node, version: Version, kind: Kind) -> Read<Resources> {
    const RESOURCES: [&str; 2] = ["Resource", "NotResource"];
    let check = match kind {
        Kind::Identity => grammar::check_resource,
        Kind::Resource => grammar::check_own_resource,
    };
    let resource = |(node, text): (&Node, &str)| {
        check(text).map_err(|rule| Broken::at(node, rule))?;
        Ok(ResourcePattern::parse(text, version))
    };
    let read = |list| -> Read<Vec<_>> {
        let texts = texts_between_nulls(list)?.into_iter();
        texts.map(resource).collect()
    };
    let none = RESOURCES.iter().all(|name| statement.get(name).is_none());
    if none && matches!(kind, Kind::Resource) {
        // The policy of a repository of ECR names none: it speaks of the repository that it is attached to.
        // https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
        return Ok(Resources::Only(vec![ResourcePattern::any()]));
    }
    Ok(match one_of(statement, RESOURCES)? {
        Given::Only(list) => Resources::Only(read(list)?),
        Given::AllBut(list) => Resources::AllBut(read(list)?),
    })
}

/// One text or a list of texts, in which IAM passes over a null between resources.
fn texts_between_nulls(list: &Node) -> Read<Vec<(&Node, &str)>> {
    match &list.shape {
        Shape::List(items) => {
            let is_null = |node: &&Node| matches!(node.shape, Shape::Null);
            texts(list, items.iter().filter(|node| !is_null(node)))
        }
        _ => texts_of(list),
    }
}

/// One text or a list of texts, as AWS accepts both.
pub(super) fn texts_of(list: &Node) -> Read<Vec<(&Node, &str)>> {
    texts(list, list.one_or_many().iter())
}

fn texts<'n>(
    list: &'n Node,
    items: impl Iterator<Item = &'n Node>,
) -> Read<Vec<(&'n Node, &'n str)>> {
    let text = |node: &'n Node| match node.as_text() {
        Some(text) => Ok((node, text)),
        None => {
            let rule = format!("expected text, found {}", node.kind());
            Err(Broken::at(node, rule))
        }
    };
    let texts = items.map(text).collect::<Read<Vec<_>>>()?;
    match texts.is_empty() {
        true => Err(Broken::at(list, "an empty list matches nothing")),
        false => Ok(texts),
    }
}
