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
    /// As what its value counts. Two that count as different things are not the same, though they have one value.
    pub counts: Counts,
}

/// As what the value of a variable counts, which depends on where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counts {
    /// As its text.
    Text,
    /// As its text in either case.
    AnyCase,
    /// As a boolean; any other value makes that nothing matches.
    Boolean,
    /// As one of the first five segments of an ARN, or within one; a value with a `:` makes that nothing matches.
    Segment,
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
            counts: Counts::Text,
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
    /// What the variable with this text between its braces stands for, in a place where its value counts as this.
    pub(super) fn stands(&mut self, text: &str, counts: Counts) -> Stands {
        let variable = Variable {
            counts,
            ..Variable::read(text)
        };
        match self {
            Variables::Of(context) => {
                // AWS: a key that may have several values is no variable. One that has several is not absent either.
                let value = match context.get(&variable.key) {
                    None => variable.default,
                    Some(values) if values.len() == 1 => values.first().cloned(),
                    Some(_) => None,
                };
                value.map_or(Stands::Nothing, Stands::Text)
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
            ("aws:TagKeys, 'none'", Stands::Nothing),
        ];
        for (name, expected) in cases {
            assert_eq!(
                Variables::Of(&context).stands(name, Counts::Text),
                expected,
                "{name}"
            );
        }
    }
}
