//! `userIdentity`: who called, with whose session, and to which function Lambda gave it.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>

use std::fmt;

use serde::Deserialize;

use super::lenient::Text;
use crate::iam::{Arn, RoleId};

/// The name of a role's session. Lambda names a session after the function.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionName(Box<str>);

impl SessionName {
    /// The text; empty where a record does not tell it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether Lambda gives this name to sessions of its own: `awslambda_291_20230710122648994` to check a role and to
    /// poll, `tracing` to send traces. Both stand in real logs, and no page of AWS lists them.
    #[must_use]
    pub fn is_of_lambda_itself(&self) -> bool {
        self.0.is_empty() || self.0.starts_with("awslambda_") || &*self.0 == "tracing"
    }
}

impl From<&str> for SessionName {
    fn from(text: &str) -> Self {
        SessionName(text.into())
    }
}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of an access key, for example `ASIAIOSFODNN7EXAMPLE`; no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessKeyId(Box<str>);

impl AccessKeyId {
    pub(super) fn of(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| AccessKeyId(text.into()))
    }
}

/// The version of a function that a call was made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FunctionVersion {
    /// `$LATEST`.
    Latest,
    /// A published version.
    Number(u64),
}

impl FunctionVersion {
    fn of(text: &str) -> Option<Self> {
        match text {
            "$LATEST" => Some(FunctionVersion::Latest),
            number => number.parse().ok().map(FunctionVersion::Number),
        }
    }
}

impl fmt::Display for FunctionVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FunctionVersion::Latest => f.write_str("$LATEST"),
            FunctionVersion::Number(number) => number.fmt(f),
        }
    }
}

/// The function that Lambda gave the credentials to, as the record says it in `inScopeOf`. It goes with the credentials:
/// whoever steals them has it too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IssuedTo {
    /// The function's ARN, without a version.
    pub function: Arn,
    /// Its version, where the record tells it.
    pub version: Option<FunctionVersion>,
}

impl IssuedTo {
    /// Of `arn:aws:lambda:region:account:function:NAME[:VERSION]`.
    fn of(text: &str) -> Option<Self> {
        let arn: Arn = text.parse().ok()?;
        let (name, version) = match arn.resource().splitn(3, ':').collect::<Vec<_>>()[..] {
            ["function", name] => (name, None),
            ["function", name, version] => (name, FunctionVersion::of(version)),
            _ => return None,
        };
        let whole = arn.resource().len() == "function:".len() + name.len();
        (arn.service() == "lambda" && !name.is_empty()).then_some(())?;
        let end = arn.as_str().len() - arn.resource().len() + "function:".len() + name.len();
        Some(IssuedTo {
            function: match whole {
                true => arn,
                false => arn.as_str().get(..end)?.parse().ok()?,
            },
            version,
        })
    }
}

/// Who made a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A session of a role.
    Session {
        /// The role.
        role: RoleId,
        /// The session's name.
        name: SessionName,
    },
    /// An AWS service for itself.
    Service,
    /// A user, an identity provider, another account, someone anonymous.
    Other,
}

/// What serde reads of `userIdentity`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Identity<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    pub(super) arn: Text<'a>,
    #[serde(borrow, default, rename = "accessKeyId")]
    pub(super) access_key: Text<'a>,
    #[serde(borrow, default, rename = "invokedBy")]
    pub(super) invoked_by: Text<'a>,
    #[serde(borrow, rename = "sessionContext")]
    session: Option<Session<'a>>,
    #[serde(borrow, default, rename = "inScopeOf")]
    scope: Option<Scope<'a>>,
}

#[derive(Debug, Default, Deserialize)]
struct Session<'a> {
    #[serde(borrow, rename = "sessionIssuer")]
    issuer: Option<Issuer<'a>>,
}

#[derive(Debug, Deserialize)]
struct Issuer<'a> {
    #[serde(borrow, default)]
    arn: Text<'a>,
}

/// AWS's page has the first three; logs of 2026 have the version beside the function.
#[derive(Debug, Default, Deserialize)]
struct Scope<'a> {
    #[serde(borrow, default, rename = "issuerType")]
    issuer: Text<'a>,
    #[serde(borrow, default, rename = "credentialsIssuedTo")]
    issued_to: Text<'a>,
    #[serde(borrow, default, rename = "sourceArn")]
    source: Text<'a>,
    #[serde(borrow, default, rename = "credentialsIssuedToVersion")]
    version: Text<'a>,
}

impl Identity<'_> {
    pub(super) fn caller(&self) -> Caller {
        let role = |text: Option<&str>| RoleId::of(&text?.parse().ok()?).ok();
        let issuer = self.session.as_ref().and_then(|it| it.issuer.as_ref());
        let arn = self.arn.get();
        match self.kind.get() {
            Some("AWSService") => Caller::Service,
            Some("AssumedRole") => {
                let issuer = issuer.and_then(|issuer| issuer.arn.get());
                match role(issuer).or_else(|| role(arn)) {
                    Some(role) => Caller::Session {
                        role,
                        name: session_name(arn.unwrap_or_default()),
                    },
                    None => Caller::Other,
                }
            }
            _ => Caller::Other,
        }
    }

    /// The function of `inScopeOf`.
    pub(super) fn issued_to(&self) -> Option<IssuedTo> {
        let scope = self.scope.as_ref()?;
        let of_lambda = |issuer| issuer == "AWS::Lambda::Function";
        scope.issuer.get().is_none_or(of_lambda).then_some(())?;
        let [version, issued, source] = [&scope.version, &scope.issued_to, &scope.source]
            .map(|text| text.get().and_then(IssuedTo::of));
        version.or(issued).or(source)
    }
}

/// The name of the session in `arn:aws:sts::account:assumed-role/role/session`.
fn session_name(arn: &str) -> SessionName {
    let name = arn.splitn(3, '/').nth(2);
    SessionName::from(name.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Real events, <https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html>, and the element's
    /// page have these forms.
    #[test]
    fn the_record_says_to_which_function_and_version_the_credentials_were_issued() {
        const F: &str = "arn:aws:lambda:eu-central-1:123456789012:function:orders";
        let scope =
            |members: &str| format!(r#"{{"type":"AssumedRole","inScopeOf":{{{members}}}}}"#);
        let issued = |to: &str| {
            format!(r#""issuerType":"AWS::Lambda::Function","credentialsIssuedTo":"{to}""#)
        };
        let cases = [
            (issued(F), "orders -"),
            (issued(&format!("{F}:$LATEST")), "orders $LATEST"),
            (issued(&format!("{F}:7")), "orders 7"),
            (issued(&format!("{F}:live")), "orders -"),
            (
                format!(r#"{},"credentialsIssuedToVersion":"{F}:$LATEST""#, issued(F)),
                "orders $LATEST",
            ),
            (format!(r#""credentialsIssuedTo":"{F}""#), "orders -"),
            (
                format!(r#"{},"sourceArn":"{F}""#, issued("arn:aws:iam::123456789012:role/r")),
                "orders -",
            ),
            (
                r#""issuerType":"AWS::EC2::Instance","credentialsIssuedTo":"arn:aws:ec2:eu-central-1:123456789012:instance/i-1""#
                    .into(),
                "none",
            ),
            (
                format!(r#""issuerType":"AWS::ECS::Task","sourceArn":"{F}""#),
                "none",
            ),
            (issued("arn:aws:s3:::function:orders"), "none"),
            (issued("arn:aws:lambda:eu-central-1:123456789012:function:"), "none"),
            (r#""credentialsIssuedTo":[1]"#.into(), "none"),
            (String::new(), "none"),
        ];
        for (members, expected) in cases {
            let text = scope(&members);
            let identity: Identity<'_> = serde_json::from_str(&text).expect("an identity");
            let found = identity.issued_to().map(|issued| {
                let name = issued.function.as_str().strip_prefix(&F[..F.len() - 6]);
                let version = issued.version.map(|version| version.to_string());
                format!(
                    "{} {}",
                    name.unwrap_or("another"),
                    version.as_deref().unwrap_or("-")
                )
            });
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{members}");
        }
    }
}
