//! A text of a policy as a pattern, with the values of the request put in for `${…}`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::collections::BTreeMap;

use serde_json::Value;

use super::matching::Piece;
use super::texts;

/// The keys of the request, in lower case since AWS ignores their case, each with its values.
pub(super) struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    pub(super) fn of(request: &Value) -> Self {
        let members = request["context"].as_object().into_iter().flatten();
        Context(
            members
                .map(|(key, values)| (key.to_lowercase(), texts(values)))
                .collect(),
        )
    }

    /// The values of a key; none when it is absent, which is what an empty list means too.
    pub(super) fn values(&self, key: &str) -> &[String] {
        self.0.get(&key.to_lowercase()).map_or(&[], Vec::as_slice)
    }
}

/// Whether the document's version knows variables: in older ones, and without a version, `${…}` is text.
pub(super) fn knows_variables(policy: &Value) -> bool {
    policy["Version"] == "2012-10-17"
}

/// The pattern, or nothing when a variable in it has neither value nor default: that equals nothing and is like nothing.
pub(super) fn pattern(text: &str, variables: Option<&Context>) -> Option<Vec<Piece>> {
    let mut pattern = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let variable = rest
            .strip_prefix("${")
            .and_then(|rest| rest.split_once('}'));
        if let (Some((inside, after)), Some(context)) = (variable, variables) {
            // What is put in is text: a `*` in a user's name is no wildcard.
            pattern.extend(value(inside, context)?.chars().map(Piece::Value));
            rest = after;
            continue;
        }
        pattern.push(match character {
            '*' => Piece::AnyRun,
            '?' => Piece::AnyOne,
            other => Piece::Text(other),
        });
        rest = &rest[character.len_utf8()..];
    }
    Some(pattern)
}

/// The same where wildcards are text, as in `StringEquals`.
pub(super) fn literal(text: &str, variables: Option<&Context>) -> Option<String> {
    let character = |place| match place {
        Piece::Text(character) | Piece::Value(character) => character,
        Piece::AnyOne => '?',
        Piece::AnyRun => '*',
    };
    pattern(text, variables).map(|pattern| pattern.into_iter().map(character).collect())
}

/// The value of what is inside of `${…}`: one of three characters, or a key with one value, or its default.
fn value(inside: &str, context: &Context) -> Option<String> {
    if ["*", "?", "$"].contains(&inside) {
        return Some(inside.to_owned());
    }
    let (key, default) = match inside.split_once(',') {
        Some((key, default)) => (key, Some(default.trim())),
        None => (inside, None),
    };
    match context.values(key.trim()) {
        [one] => Some(one.clone()),
        [] => default
            .and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''))
            .map(str::to_owned),
        // "You can't use a multivalued condition key as a variable."
        _ => None,
    }
}
