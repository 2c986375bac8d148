//! Policy variables: what `${aws:username}` stands for.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use crate::algebra::Unknown;
use crate::iam::{ConditionKey, RequestContext};

/// A variable: a condition key, and the text that stands for it when the key is absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable {
    /// The key whose value it is.
    pub key: ConditionKey,
    /// What it is without a value.
    pub default: Option<String>,
}

impl Variable {
    /// From the text between the braces: `aws:PrincipalTag/team, 'none'`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let (key, default) = match text.split_once(',') {
            Some((key, default)) => (key, Some(default.trim())),
            None => (text, None),
        };
        let unquoted = |text: &str| {
            let inner = text
                .strip_prefix('\'')
                .and_then(|text| text.strip_suffix('\''));
            inner.unwrap_or(text).to_owned()
        };
        Variable {
            key: ConditionKey::new(key.trim()),
            default: default.map(unquoted),
        }
    }
}

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// For this text, of which no character is a wildcard.
    Text(String),
    /// For a text that is known only at request time.
    Unknown(Unknown),
    /// For nothing: what has it matches nothing.
    Nothing,
}

/// Where the values of variables come from.
#[derive(Debug)]
pub(super) enum Variables<'v> {
    /// From a request.
    Of(&'v RequestContext),
    /// From no request: each is an unknown run, numbered as it is met.
    Numbered(&'v mut Vec<Variable>),
}

impl Variables<'_> {
    /// What the variable with this text between its braces stands for.
    pub(super) fn stands(&mut self, text: &str) -> Stands {
        let variable = Variable::read(text);
        match self {
            Variables::Of(context) => {
                // A key with several values gives a variable none.
                let values = context
                    .get(&variable.key)
                    .filter(|values| values.len() == 1);
                let value = values.and_then(|values| values.first().cloned());
                value
                    .or(variable.default)
                    .map_or(Stands::Nothing, Stands::Text)
            }
            Variables::Numbered(known) => {
                let number = known.iter().position(|other| *other == variable);
                let number = number.unwrap_or_else(|| {
                    known.push(variable);
                    known.len() - 1
                });
                Stands::Unknown(Unknown::number(number))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_its_value_or_its_default_or_nothing() {
        let mut context = RequestContext::default();
        context.set(ConditionKey::new("aws:username"), ["ann".to_owned()]);
        context.set(
            ConditionKey::new("aws:TagKeys"),
            ["a".to_owned(), "b".to_owned()],
        );
        let text = |text: &str| Stands::Text(text.to_owned());
        let cases = [
            ("aws:username", text("ann")),
            ("AWS:UserName, 'x'", text("ann")),
            ("aws:PrincipalTag/team, 'none, yet'", text("none, yet")),
            ("aws:PrincipalTag/team", Stands::Nothing),
            ("aws:TagKeys", Stands::Nothing),
        ];
        for (name, expected) in cases {
            assert_eq!(Variables::Of(&context).stands(name), expected, "{name}");
        }
    }
}
