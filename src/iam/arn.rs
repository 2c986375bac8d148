//! Amazon Resource Names, account ids, and the identity of a role.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

use std::fmt;
use std::str::FromStr;

/// A twelve-digit AWS account id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

impl AccountId {
    const DIGITS: usize = 12;

    /// The account of AWS's documentation: 123456789012.
    pub const EXAMPLE: AccountId = AccountId(123_456_789_012);
}

impl FromStr for AccountId {
    type Err = NotAnArn;

    fn from_str(text: &str) -> Result<Self, NotAnArn> {
        let digits = text.len() == Self::DIGITS && text.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| text.parse().ok()).flatten();
        number.map(AccountId).ok_or_else(|| NotAnArn {
            text: text.into(),
            rule: "an account id has twelve digits",
        })
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not the ARN, account id or role ARN that it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: {rule}")]
pub struct NotAnArn {
    /// The text as found.
    pub text: String,
    /// The rule that it breaks.
    pub rule: &'static str,
}

/// A complete ARN, `arn:partition:service:region:account:resource`; compares with case, as AWS does.
///
/// ```
/// let arn: tightrope::iam::Arn = "arn:aws:s3:::orders/2026/10/x.csv".parse()?;
/// assert_eq!((arn.service(), arn.resource()), ("s3", "orders/2026/10/x.csv"));
/// # Ok::<(), tightrope::iam::NotAnArn>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn(Box<str>);

impl Arn {
    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `aws`, `aws-cn`, `aws-us-gov`, …
    #[must_use]
    pub fn partition(&self) -> &str {
        self.part(1)
    }

    /// The service namespace, for example `s3`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// The region; empty for global resources.
    #[must_use]
    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// The account; `None` where AWS leaves it empty (S3 buckets) or writes `aws` (AWS's own policies).
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.part(4).parse().ok()
    }

    /// All after the fifth colon; may hold further colons.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.part(5)
    }

    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or_default()
    }
}

impl FromStr for Arn {
    type Err = NotAnArn;

    fn from_str(text: &str) -> Result<Self, NotAnArn> {
        let refuse = |rule| NotAnArn {
            text: text.into(),
            rule,
        };
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return Err(refuse("an ARN begins with `arn:`"));
        }
        if parts.clone().count() != 5 {
            return Err(refuse("an ARN has six parts with `:` between them"));
        }
        if parts.next() == Some("") || parts.next() == Some("") || text.ends_with(':') {
            return Err(refuse("an ARN names a partition, a service and a resource"));
        }
        Ok(Arn(text.into()))
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What identifies a role: its account and its name. The path is not part of it, since a name is unique in
/// an account whatever the path is, and some records leave the path out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId {
    account: AccountId,
    name: Box<str>,
}

impl RoleId {
    /// From a role's ARN (`arn:aws:iam::account:role/path/name`) or from the ARN of one of its sessions
    /// (`arn:aws:sts::account:assumed-role/name/session`).
    ///
    /// # Errors
    /// When the ARN is neither.
    pub fn of(arn: &Arn) -> Result<Self, NotAnArn> {
        let refuse = || NotAnArn {
            text: arn.as_str().into(),
            rule: "neither a role nor a session of a role",
        };
        let name = match (arn.service(), arn.resource().split_once('/')) {
            ("iam", Some(("role", rest))) => rest.rsplit('/').next(),
            ("sts", Some(("assumed-role", rest))) => rest.split('/').next(),
            _ => None,
        };
        let name = name.filter(|name| !name.is_empty()).ok_or_else(refuse)?;
        Ok(RoleId {
            account: arn.account().ok_or_else(refuse)?,
            name: name.into(),
        })
    }

    /// The account that owns the role.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The role's name, without its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_keeps_colons_after_the_fifth_in_its_resource() {
        let arn: Arn = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/f:*"
            .parse()
            .expect("six parts");
        assert_eq!(arn.resource(), "log-group:/aws/lambda/f:*");
        assert_eq!(
            arn.account().map(|a| a.to_string()).as_deref(),
            Some("123456789012")
        );
    }

    #[test]
    fn what_is_not_an_arn_is_refused_with_the_rule() {
        for text in [
            "",
            "arn",
            "s3:::b",
            "arn:aws:s3:::",
            "arn::s3:::b",
            "arn:aws:::b:c",
        ] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_role_is_the_same_with_and_without_its_path_and_in_its_sessions() {
        let id = |text: &str| RoleId::of(&text.parse().expect("an ARN")).expect("a role");
        let plain = id("arn:aws:iam::123456789012:role/orders");
        assert_eq!(
            plain,
            id("arn:aws:iam::123456789012:role/service-role/orders")
        );
        assert_eq!(
            plain,
            id("arn:aws:sts::123456789012:assumed-role/orders/fn")
        );
        assert_ne!(plain, id("arn:aws:iam::123456789013:role/orders"));
    }
}
