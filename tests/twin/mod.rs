//! The slow twin: one concrete request decided against policies, on their JSON alone.
//!
//! It shares no line with the program, takes no short cut and keeps nothing between two requests, so that each rule can
//! be held against AWS's page on it. A case is an object with `request`, and with `policies`, `boundary`, `session`,
//! `scps` (a list of levels, each a list) and `resource_policy` where it has them; a line of
//! `tests/cases/evaluation.jsonl` is one.
//!
//! - `layers`: which policies count, and what they come to together
//! - `statements`: whether a statement speaks of the request
//! - `principals`: whom a statement of a resource-based policy names
//! - `conditions`: the operators, what stands before and after them, and keys that are not there
//! - `values`: numbers, dates and addresses, from their text
//! - `variables`: a text of a policy as a pattern, with the values of the request put in
//! - `matching`: patterns against texts, by both readings

mod conditions;
mod layers;
mod matching;
mod principals;
mod statements;
mod values;
mod variables;

use serde_json::Value;

pub(crate) use layers::decide;

/// How far a wildcard of a resource reaches. AWS's pages can be read both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// `*` and `?` stand for `:` too.
    Spanning,
    /// In the first five segments of an ARN they do not, and segments that a pattern lacks are `*`.
    Segments,
}

/// A JSON list, or the one value that stands for a list of one; nothing where there is no value.
fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// The same, as texts: policies may write `10` for `"10"` and `true` for `"true"`.
fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    one_or_many(value).into_iter().map(text).collect()
}
