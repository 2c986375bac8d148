//! Trust policies: who may take a role.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::Effect;
use super::parse::{Broken, PolicyError, Read, each_statement, effect_of, read_document, texts_of};
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
    principals: BTreeSet<TrustedPrincipal>,
}

impl TrustPolicy {
    const LAMBDA: &'static str = "lambda.amazonaws.com";

    /// Reads a trust policy from an object, its text, or its URL-encoded text.
    ///
    /// # Errors
    /// When the document is not JSON or a statement has no effect or principal.
    pub fn parse(document: &Value) -> Result<Self, PolicyError> {
        let principals = read_document(document, |node| each_statement(node, principals_of))?;
        Ok(TrustPolicy {
            principals: principals.into_iter().flatten().collect(),
        })
    }

    /// Whether a Lambda function can run with the role: it is an execution role.
    #[must_use]
    pub fn admits_lambda(&self) -> bool {
        self.principals
            .contains(&TrustedPrincipal::Service(Self::LAMBDA.into()))
    }

    /// Those besides Lambda who may take the role.
    pub fn others(&self) -> impl Iterator<Item = &TrustedPrincipal> {
        let lambda = |principal: &&TrustedPrincipal| match principal {
            TrustedPrincipal::Service(name) => name != Self::LAMBDA,
            TrustedPrincipal::Other(_) => true,
        };
        self.principals.iter().filter(lambda)
    }
}

fn principals_of(statement: &Node) -> Read<Vec<TrustedPrincipal>> {
    if effect_of(statement)? == Effect::Deny {
        return Ok(Vec::new());
    }
    let other = |text: &str| TrustedPrincipal::Other(text.into());
    let principal = statement.get("Principal");
    let named = principal.map(|node| (node.as_text(), node.members()));
    match (named, statement.get("NotPrincipal")) {
        (Some((Some(everyone), _)), None) => Ok(vec![other(everyone)]),
        (Some((_, Some(kinds))), None) => {
            let mut found = Vec::new();
            for kind in kinds {
                let service = kind.name == "Service";
                let texts = texts_of(&kind.value)?.into_iter();
                found.extend(texts.map(|(_, name)| match service {
                    true => TrustedPrincipal::Service(name.into()),
                    false => other(name),
                }));
            }
            Ok(found)
        }
        (None, Some(_)) => Ok(vec![other("NotPrincipal")]),
        _ => Err(Broken::at(
            principal.unwrap_or(statement),
            "a trust policy's statement must have a `Principal`",
        )),
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
