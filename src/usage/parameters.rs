//! The values of a call's request parameters by name, at whatever depth and in whatever case they stand.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::catalog::Test;
use crate::iam::Arn;

/// Parameters by name in lower case. Services write the same name in different cases and wrap lists
/// (`instancesSet.items[].instanceId`), so a name is looked up without regard to case or depth. Names that
/// say little (`name`, `id`) are taken from the top only, since below it they are names of something else.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    texts: BTreeMap<String, Vec<String>>,
    given: BTreeSet<String>,
    known: bool,
}

/// Names that stand for the resource of the call at the top, and for anything below.
const VAGUE: [&str; 9] = [
    "arn",
    "arns",
    "id",
    "ids",
    "identifier",
    "identifiers",
    "key",
    "name",
    "names",
];

impl Parameters {
    /// Depth at which reading stops: deeper than any real request, so that a hostile record costs little.
    const DEPTH: usize = 12;

    pub(super) fn of(value: &Value) -> Self {
        let mut parameters = Parameters {
            known: !value.is_null(),
            ..Parameters::default()
        };
        if let Value::Object(map) = unwrapped(value) {
            parameters.add_members("", map, Self::DEPTH);
        }
        parameters
    }

    /// Whether the record has parameters at all; CloudTrail leaves them out when they are too long, and when
    /// a call fails early.
    pub(super) fn are_known(&self) -> bool {
        self.known
    }

    /// The texts that stand under a name, or under a path of two names (`tableInput.name`).
    pub(super) fn get(&self, name: &str) -> &[String] {
        self.texts
            .get(&name.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// Whether a parameter passes a rule's test: it is there with a value.
    pub(super) fn pass(&self, test: &Test) -> bool {
        self.given
            .iter()
            .filter(|name| test.names(name))
            .any(|name| {
                let texts = self.get(name);
                texts.is_empty() && test.accepts("") || texts.iter().any(|text| test.accepts(text))
            })
    }

    /// All texts under all names.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.values().flatten().map(String::as_str)
    }

    /// The texts under names that end like this.
    pub(super) fn ending(&self, ends: &[&str]) -> impl Iterator<Item = &str> {
        let wanted = |name: &&String| ends.iter().any(|end| name.ends_with(end));
        let found = self.texts.iter().filter(move |(name, _)| wanted(name));
        found.flat_map(|(_, texts)| texts).map(String::as_str)
    }

    /// All ARNs, but for those under these names.
    pub(super) fn arns_but(&self, names: &[&str]) -> impl Iterator<Item = Arn> {
        let wanted = |name: &str| !names.contains(&name);
        let found = self.texts.iter().filter(move |(name, _)| wanted(name));
        found
            .flat_map(|(_, texts)| texts)
            .filter_map(|text| text.parse().ok())
    }

    fn add(&mut self, (path, name): (&str, &str), value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.push(path, name, decoded(text)),
            Value::Number(number) => self.push(path, name, number.to_string()),
            Value::Bool(flag) => self.push(path, name, flag.to_string()),
            Value::Array(list) if depth > 0 => {
                list.iter()
                    .for_each(|item| self.add((path, name), item, depth - 1));
            }
            Value::Object(map) if depth > 0 && !is_policy(map) => match map.get("content") {
                // EC2's newer operations write `{"tag": 1, "content": "vpc-1"}` for an item of a list.
                Some(content) if map.contains_key("tag") => {
                    self.add((path, name), content, depth - 1);
                }
                _ => {
                    // The keys of a map can be names themselves (the tables of DynamoDB's `requestItems`).
                    map.keys()
                        .for_each(|key| self.insert(format!("{name} keys"), key.clone()));
                    self.add_members(&inner(path, name), map, depth - 1);
                }
            },
            _ => {}
        }
    }

    fn add_members(&mut self, path: &str, map: &Map<String, Value>, depth: usize) {
        for (name, value) in map {
            let name = name.to_ascii_lowercase();
            if is_given(value, Self::DEPTH) {
                self.given.insert(name.clone());
                if !path.is_empty() {
                    self.given.insert(format!("{path}.{name}"));
                }
            }
            self.add((path, &name), value, depth);
        }
    }

    fn push(&mut self, path: &str, name: &str, text: String) {
        if path.is_empty() || !VAGUE.contains(&name) {
            self.insert(name.to_owned(), text.clone());
        }
        if !path.is_empty() {
            self.insert(format!("{path}.{name}"), text);
        }
    }

    fn insert(&mut self, name: String, text: String) {
        let texts = self.texts.entry(name).or_default();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
}

/// The innermost name of a path, which the names below it are told apart by; `items` is no name.
fn inner(path: &str, name: &str) -> String {
    match name {
        "items" | "member" => path.to_owned(),
        _ => name.to_owned(),
    }
}

/// The parameters without the object that some operations of EC2 put around them, named after themselves.
fn unwrapped(value: &Value) -> &Value {
    let Value::Object(map) = value else {
        return value;
    };
    match map.iter().next() {
        Some((name, inner)) if map.len() == 1 && name.ends_with("Request") && inner.is_object() => {
            inner
        }
        _ => value,
    }
}

/// A policy inside a request names resources that are not those of the request.
fn is_policy(map: &Map<String, Value>) -> bool {
    map.keys().any(|key| key.eq_ignore_ascii_case("statement"))
        && map.keys().any(|key| key.eq_ignore_ascii_case("version"))
}

/// Whether a value says anything; S3 writes `"null"` for a version that is none.
fn is_given(value: &Value, depth: usize) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty() && text != "null",
        Value::Array(list) => list
            .iter()
            .any(|item| depth > 0 && is_given(item, depth - 1)),
        Value::Object(map) => map
            .values()
            .any(|item| depth > 0 && is_given(item, depth - 1)),
    }
}

/// An ARN in the path of a request is logged percent-encoded, `arn%3Aaws%3Aiam…`.
fn decoded(text: &str) -> String {
    let encoded = text
        .get(..6)
        .is_some_and(|start| start.eq_ignore_ascii_case("arn%3a"));
    if encoded {
        percent_decode_str(text).decode_utf8_lossy().into_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(json: &str) -> Parameters {
        Parameters::of(&serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn a_name_is_found_at_any_depth_in_any_case_and_a_vague_one_only_at_the_top() {
        let cases = [
            (
                r#"{"instancesSet":{"items":[{"instanceId":"i-1"}]}}"#,
                "InstanceId",
                "i-1",
            ),
            (r#"{"tableInput":{"name":"t"}}"#, "name", ""),
            (r#"{"tableInput":{"name":"t"}}"#, "tableInput.name", "t"),
            (r#"{"Name":"t"}"#, "name", "t"),
            (
                r#"{"DeleteFlowLogsRequest":{"FlowLogId":{"content":"fl-1","tag":1}}}"#,
                "flowlogid",
                "fl-1",
            ),
            (
                r#"{"requestItems":{"orders":{}}}"#,
                "requestItems keys",
                "orders",
            ),
            (
                r#"{"arnOf":"arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"}"#,
                "arnOf",
                "arn:aws:iam::1:role/r",
            ),
            (
                r#"{"policy":{"Version":"2012-10-17","Statement":{"Resource":"arn:aws:s3:::b"}}}"#,
                "resource",
                "",
            ),
        ];
        for (json, name, expected) in cases {
            assert_eq!(
                parameters(json).get(name).concat(),
                expected,
                "{json} {name}"
            );
        }
    }
}
