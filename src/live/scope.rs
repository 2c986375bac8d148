//! Which roles are asked for. The others stand in the snapshot too: what is left out must not look as if it did not exist.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde_json::{Value, json};

use crate::algebra::Glob;

/// Which roles are asked for, all of it together; and the functions that run with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Patterns of names, with `*` and `?`, of which one matches; every name when there is none.
    pub names: Vec<String>,
    /// What the role's path begins with: `/service-role/`.
    pub path: Option<String>,
    /// Tags that the role has, all of them.
    pub tags: Vec<Tag>,
    /// The tag by which a role is left out.
    pub opt_out: Tag,
}

impl Default for Scope {
    fn default() -> Self {
        Scope {
            names: Vec::new(),
            path: None,
            tags: Vec::new(),
            opt_out: Tag {
                key: "tightrope".into(),
                value: Some("off".into()),
            },
        }
    }
}

/// A tag with this key, and with this value if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// IAM does not tell keys apart by their case.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>
    pub key: String,
    /// Its value, or `None` for any.
    pub value: Option<String>,
}

impl FromStr for Tag {
    type Err = Infallible;

    /// `KEY=VALUE`, or `KEY` for any value.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (text, None),
        };
        let key = key.to_owned();
        Ok(Tag { key, value })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value}", self.key),
            None => f.write_str(&self.key),
        }
    }
}

/// A role, as far as it is chosen by.
pub(super) struct Candidate<'a> {
    pub(super) name: &'a str,
    pub(super) path: &'a str,
    /// Keys and values.
    pub(super) tags: Vec<(&'a str, &'a str)>,
}

impl Scope {
    /// Why a role is not asked for; `None` when it is.
    pub(super) fn leaves_out(&self, role: &Candidate<'_>) -> Option<String> {
        let named = |pattern: &String| Glob::wildcards(pattern).matches(role.name);
        if !self.names.is_empty() && !self.names.iter().any(named) {
            return Some(format!("its name matches no `{}`", self.names.join("`, `")));
        }
        let path = self.path.as_ref();
        if let Some(path) = path.filter(|path| !role.path.starts_with(path.as_str())) {
            return Some(format!("its path is not below `{path}`"));
        }
        if let Some(tag) = self.tags.iter().find(|tag| !tag.is_on(role)) {
            return Some(format!("it has no tag `{tag}`"));
        }
        let opt_out = &self.opt_out;
        opt_out
            .is_on(role)
            .then(|| format!("it has the tag `{opt_out}`"))
    }

    /// As a part of the question that a pull asks.
    pub(super) fn question(&self) -> Value {
        let tags: Vec<_> = self.tags.iter().map(Tag::to_string).collect();
        json!({"role": self.names, "path": self.path, "tag": tags, "opt-out-tag": self.opt_out.to_string()})
    }
}

impl Tag {
    fn is_on(&self, role: &Candidate<'_>) -> bool {
        role.tags.iter().any(|(key, value)| {
            let of_value = self.value.as_ref().is_none_or(|asked| asked == value);
            key.eq_ignore_ascii_case(&self.key) && of_value
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_asked_for_when_all_that_is_asked_is_so() {
        let role = Candidate {
            name: "shop-orders",
            path: "/service/shop/",
            tags: vec![("Team", "shop"), ("stage", "")],
        };
        let tag = |text: &str| match text.parse::<Tag>() {
            Ok(tag) => tag,
        };
        let not_named = Some("its name matches no `x`, `y?`");
        let elsewhere = Some("its path is not below `/other/`");
        let chosen = &["team=shop", "stage"][..];
        let cases = [
            (&[][..], None, &[][..], "tightrope=off", None),
            (&["x", "shop-*"], Some("/service/"), chosen, "o", None),
            (&["x", "y?"], None, &[], "o", not_named),
            (&[], Some("/other/"), &[], "o", elsewhere),
            (
                &[],
                None,
                &["team=Shop"],
                "o",
                Some("it has no tag `team=Shop`"),
            ),
            (&[], None, &["stage="], "o", None),
            (
                &[],
                None,
                &["stage", "owner"],
                "o",
                Some("it has no tag `owner`"),
            ),
            (&[], None, &[], "TEAM", Some("it has the tag `TEAM`")),
            (&[], None, &[], "team=web", None),
        ];
        for (names, path, tags, opt_out, expected) in cases {
            let scope = Scope {
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                path: path.map(str::to_owned),
                tags: tags.iter().map(|text| tag(text)).collect(),
                opt_out: tag(opt_out),
            };
            let why = scope.leaves_out(&role);
            assert_eq!(why.as_deref(), expected, "{scope:?}");
        }
    }
}
