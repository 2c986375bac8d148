//! `[[account]]`: the accounts that are read, each by a role in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, de};

use crate::iam::{AccountId, Arn, RoleId};

/// An account, and how it is read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Account {
    /// The role that is assumed there.
    pub role: ReadingRole,
    /// What the role's trust policy asks the caller to know.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html>
    pub external_id: Option<String>,
    /// The Regions that are asked; those of the command line when there is none.
    #[serde(default)]
    pub regions: Vec<String>,
    /// The profile whose credentials assume the role; that of the command line without it.
    pub profile: Option<String>,
}

/// The ARN of a role, and so of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRole {
    arn: Arn,
    id: RoleId,
}

impl ReadingRole {
    /// Its ARN.
    #[must_use]
    pub fn arn(&self) -> &Arn {
        &self.arn
    }

    /// The account that it is in.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.id.account()
    }
}

impl<'de> Deserialize<'de> for ReadingRole {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        let arn: Arn = String::deserialize(given)?
            .parse()
            .map_err(de::Error::custom)?;
        let id = RoleId::of(&arn).map_err(de::Error::custom)?;
        match arn.service() {
            "iam" => Ok(ReadingRole { arn, id }),
            _ => Err(de::Error::custom(
                "a session cannot be assumed; name its role: arn:aws:iam::…:role/…",
            )),
        }
    }
}

/// Accounts, each once: each has a folder.
pub(super) fn accounts<'de, D: Deserializer<'de>>(given: D) -> Result<Vec<Account>, D::Error> {
    let accounts = Vec::<Account>::deserialize(given)?;
    let mut seen = BTreeSet::new();
    for account in &accounts {
        let id = account.role.account();
        if !seen.insert(id) {
            return Err(de::Error::custom(format!("account {id} stands here twice")));
        }
    }
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn an_account_is_read_by_a_role_in_it() {
        let role = |account: &str| {
            format!("[[account]]\nrole = \"arn:aws:iam::{account}:role/reading/tightrope-read\"\n")
        };
        let both = role("123456789012") + "external-id = \"x\"\n" + &role("210987654321");
        let config = Config::parse(&both).expect("two accounts");
        let ids = config.accounts.iter().map(|one| one.role.account());
        let ids: Vec<_> = ids.map(|id| id.to_string()).collect();
        assert_eq!(ids, ["123456789012", "210987654321"]);
        let twice = role("123456789012") + &role("123456789012");
        let session = "[[account]]\nrole = \"arn:aws:sts::123456789012:assumed-role/r/s\"\n";
        let user = "[[account]]\nrole = \"arn:aws:iam::123456789012:user/r\"\n";
        for (text, expected) in [
            (twice.as_str(), "account 123456789012 stands here twice"),
            (session, "line 2, column 8: a session cannot be assumed"),
            (user, "neither a role nor a session of a role"),
            ("[[account]]\n", "missing field `role`"),
            ("[[account]]\nrole = \"r\"\n", "line 2, column 8: "),
        ] {
            let error = Config::parse(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
