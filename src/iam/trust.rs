//! Trust policies: who may take a role.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::clauses::condition_of;
use super::document::{read_document, read_node};
use super::error::{Broken, Read};
use super::parse::{
    Given, actions_of, check_elements, each_statement, effect_of, one_of, own_sid, version_of,
};
use super::principal::{Kind, Named, texts_of_kinds};
use super::{Actions, Arn, Condition, Effect, PolicyError};
use crate::text::Node;

/// Someone whom a trust policy lets take the role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustedPrincipal {
    /// An AWS service, for example `lambda.amazonaws.com`.
    Service(String),
    /// Anything else: an account, a role, a federated identity, everyone; as it was written.
    Other(String),
}

impl fmt::Display for TrustedPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (TrustedPrincipal::Service(name) | TrustedPrincipal::Other(name)) = self;
        f.write_str(name)
    }
}

/// Who may take a role, as its trust policy's `Allow` statements say. Its `Deny` statements and conditions
/// only take away from that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustPolicy {
    /// Each with the conditions of the statements that let it in.
    principals: BTreeMap<TrustedPrincipal, Vec<Option<Condition>>>,
}

impl TrustPolicy {
    const LAMBDA: &'static str = "lambda.amazonaws.com";

    /// Reads a trust policy from an object, its text, or its URL-encoded text.
    ///
    /// # Errors
    /// When the document is not JSON, or not a policy whose statements each have an effect, a principal and an action of STS,
    /// and no resource.
    pub fn parse(document: &Value) -> Result<Self, PolicyError> {
        read_document(document, trust)
    }

    /// Reads a trust policy that is a part of a text.
    ///
    /// # Errors
    /// As for [`TrustPolicy::parse`], with the line and the column in the text.
    pub fn parse_node(document: &Node, text: &str) -> Result<Self, PolicyError> {
        read_node(document, text, trust)
    }

    /// Whether a Lambda function can run with the role: it is an execution role.
    #[must_use]
    pub fn admits_lambda(&self) -> bool {
        self.admits_service(Self::LAMBDA)
    }

    /// Whether this service can take the role, for example `ec2.amazonaws.com`.
    #[must_use]
    pub fn admits_service(&self, service: &str) -> bool {
        let service = TrustedPrincipal::Service(service.into());
        self.principals.contains_key(&service)
    }

    /// Whether this role is among those who can take it: by its ARN, by its account, or as everyone.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
    #[must_use]
    pub fn admits_role(&self, role: &Arn) -> bool {
        let account = role.account().map(|account| account.to_string());
        let root = account
            .iter()
            .map(|account| format!("arn:{}:iam::{account}:root", role.partition()));
        let names = [role.to_string(), "*".into()];
        let mut names = names.into_iter().chain(root).chain(account.clone());
        names.any(|name| self.principals.contains_key(&TrustedPrincipal::Other(name)))
    }

    /// Those besides Lambda who may take the role.
    pub fn others(&self) -> impl Iterator<Item = &TrustedPrincipal> {
        let lambda = |principal: &&TrustedPrincipal| match principal {
            TrustedPrincipal::Service(name) => name != Self::LAMBDA,
            TrustedPrincipal::Other(_) => true,
        };
        self.principals.keys().filter(lambda)
    }

    /// Everyone who may take the role, each with the conditions of the statements that say so; one of them has to hold.
    ///
    /// ```
    /// # use tightrope::iam::TrustPolicy;
    /// let document = serde_json::json!({"Version": "2012-10-17", "Statement": {
    ///     "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    /// let trust = TrustPolicy::parse(&document)?;
    /// let (principal, conditions) = trust.admitted().next().expect("one principal");
    /// assert_eq!((principal.to_string().as_str(), conditions), ("lambda.amazonaws.com", &[None][..]));
    /// # Ok::<(), tightrope::iam::PolicyError>(())
    /// ```
    pub fn admitted(&self) -> impl Iterator<Item = (&TrustedPrincipal, &[Option<Condition>])> {
        self.principals
            .iter()
            .map(|(principal, conditions)| (principal, conditions.as_slice()))
    }
}

fn trust(document: &Node) -> Read<TrustPolicy> {
    version_of(document)?;
    let mut sids = BTreeSet::new();
    let statements = each_statement(document, |node| {
        let admitted = principals_of(node)?;
        own_sid(node, &mut sids)?;
        Ok(admitted)
    })?;
    let mut principals: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (names, condition) in statements {
        for name in names {
            principals.entry(name).or_default().push(condition.clone());
        }
    }
    Ok(TrustPolicy { principals })
}

/// Whom a statement lets take the role, and on which condition. A trust policy's resource is the role itself, and its actions are those of STS.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html>
fn principals_of(statement: &Node) -> Read<(Vec<TrustedPrincipal>, Option<Condition>)> {
    const KNOWN: [&str; 7] = [
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Condition",
    ];
    let members = statement.members().unwrap_or_default();
    check_elements(members, "a statement of a trust policy", &KNOWN)?;
    let effect = effect_of(statement)?;
    let found = match one_of(statement, ["Principal", "NotPrincipal"])? {
        Given::Only(node) => {
            let named = texts_of_kinds(node)?.into_iter();
            named.map(trusted).collect::<Read<_>>()?
        }
        Given::AllBut(node) => {
            texts_of_kinds(node)?;
            vec![TrustedPrincipal::Other("NotPrincipal".into())]
        }
    };
    check_actions(statement)?;
    let condition = condition_of(statement)?;
    Ok(match effect {
        Effect::Allow => (found, condition),
        Effect::Deny => (Vec::new(), condition),
    })
}

/// "You can use \* only to specify 'everyone/anonymous'. You cannot use it to specify part of a name or ARN."
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn trusted((kind, node, name): Named<'_>) -> Read<TrustedPrincipal> {
    match kind {
        Kind::Service => Ok(TrustedPrincipal::Service(name.into())),
        Kind::Aws if name != "*" && name.contains('*') => {
            let rule = format!("`*` cannot be a part of a principal, found `{name}`");
            Err(Broken::at(node, rule))
        }
        _ => Ok(TrustedPrincipal::Other(name.into())),
    }
}

/// Refuses an action that is not one of STS: "AssumeRole policy may only specify STS AssumeRole actions".
fn check_actions(statement: &Node) -> Read<()> {
    let Actions::Only(actions) = actions_of(statement)? else {
        return Ok(());
    };
    let of_sts = |service: &str| service.eq_ignore_ascii_case("sts");
    let mut actions = actions.iter();
    match actions.find(|action| !action.service().is_none_or(of_sts)) {
        None => Ok(()),
        Some(action) => {
            let rule = format!("a trust policy allows and denies actions of sts, found `{action}`");
            let place = statement.get("Action").unwrap_or(statement);
            Err(Broken::at(place, rule))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn trust(principal: Value) -> TrustPolicy {
        let statement =
            json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
        TrustPolicy::parse(&json!({"Version": "2012-10-17", "Statement": [statement]}))
            .expect("a trust policy")
    }

    #[test]
    fn an_execution_role_is_one_that_lambda_may_take() {
        let lambda = "lambda.amazonaws.com";
        let cases = [
            (json!({"Service": lambda}), true, 0),
            (json!({"Service": ["ec2.amazonaws.com", lambda]}), true, 1),
            (json!({"Service": "ec2.amazonaws.com"}), false, 1),
            (
                json!({"Service": lambda, "AWS": "arn:aws:iam::123456789012:root"}),
                true,
                1,
            ),
            (json!("*"), false, 1),
        ];
        for (principal, admits, others) in cases {
            let trust = trust(principal.clone());
            assert_eq!(
                (trust.admits_lambda(), trust.others().count()),
                (admits, others),
                "{principal}"
            );
        }
    }

    #[test]
    fn a_denied_principal_is_not_admitted() {
        let deny = json!({"Effect": "Deny", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "*"});
        let trust = TrustPolicy::parse(&json!({"Statement": deny})).expect("a trust policy");
        assert!(!trust.admits_lambda());
    }
}
