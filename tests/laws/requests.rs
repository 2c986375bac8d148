//! Requests near to some policies: their patterns with the wildcards filled in, values at and around the boundaries,
//! keys with several values, and keys that are absent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Dice;
use super::kinds::KINDS;
use super::words::{NAMES, PRINCIPALS};

/// What some policies speak of.
pub(super) struct Near {
    actions: Vec<String>,
    resources: Vec<String>,
    /// The keys, in lower case, with the values that they are compared with.
    keys: BTreeMap<String, Vec<String>>,
    /// The keys that may have several values.
    several: BTreeSet<String>,
    /// Whether a request has to be one that AWS could get.
    real: bool,
}

/// What can stand where a wildcard is.
const RUNS: [&str; 12] = [
    "", "", "k", "kim", "b/k", ":", "/", "x:y", "b", "Object", "a*c", "::",
];
const LETTERS: [&str; 8] = ["k", "K", "x", "/", ":", "*", "?", "é"];
/// Values of variables: some have a character that would mean something if it stood in the policy.
const VALUES: [&str; 11] = [
    "True", "rue", "kim", "Kim", "k", "none", "*", "k?m", "", "b/k", "x:y",
];

impl Near {
    /// Whatever a request may have, real or not. A key that no operator takes for one of several values has one.
    pub(super) fn anything(policies: &[&Value]) -> Near {
        Near::new(policies, false)
    }

    /// What AWS could get. Every key may have several values.
    pub(super) fn real(policies: &[&Value]) -> Near {
        Near::new(policies, true)
    }

    fn new(policies: &[&Value], real: bool) -> Near {
        let mut near = Near {
            actions: Vec::new(),
            resources: Vec::new(),
            keys: BTreeMap::new(),
            several: BTreeSet::new(),
            real,
        };
        for policy in policies {
            for statement in all(&policy["Statement"]) {
                for member in ["Action", "NotAction"] {
                    near.actions.extend(texts(&statement[member]));
                }
                for member in ["Resource", "NotResource"] {
                    near.resources.extend(texts(&statement[member]));
                }
                near.note_keys(statement);
            }
        }
        for key in ["aws:username", "aws:principaltag/team"] {
            near.keys.entry(key.to_owned()).or_default();
        }
        near
    }

    fn note_keys(&mut self, statement: &Value) {
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            for (key, values) in keys.as_object().into_iter().flatten() {
                let key = key.to_lowercase();
                if operator.contains(':') {
                    self.several.insert(key.clone());
                }
                self.keys.entry(key).or_default().extend(texts(values));
            }
        }
    }

    /// The keys that may have several values, by these policies.
    pub(super) fn several(&self) -> &BTreeSet<String> {
        &self.several
    }

    /// So many requests.
    pub(super) fn requests(&self, dice: &mut Dice, number: usize) -> Vec<Value> {
        (0..number).map(|_| self.request(dice)).collect()
    }

    fn request(&self, dice: &mut Dice) -> Value {
        let mut context = Map::new();
        for (key, compared) in &self.keys {
            if dice.once_in(4) {
                continue;
            }
            let several = (self.real || self.several.contains(key)) && dice.once_in(2);
            let number = if several { dice.below(4) } else { 1 };
            let values: BTreeSet<String> = (0..number)
                .map(|_| self.value(key, compared, dice))
                .collect();
            context.insert(key.clone(), json!(values));
        }
        json!({
            "principal": dice.word(&PRINCIPALS),
            "action": self.action(dice),
            "resource": self.resource(&context, dice),
            "context": context,
        })
    }

    fn action(&self, dice: &mut Dice) -> String {
        let action = match dice.once_in(8) {
            true => dice
                .word(&["s3:GetObject", "s3:PutObject", "sqs:SendMessage", "ec2:Run"])
                .to_owned(),
            false => filled(dice.word(&self.actions), &Map::new(), dice),
        };
        match self.real && action.parse::<tightrope::iam::Action>().is_err() {
            true => "s3:GetObject".to_owned(),
            false => action,
        }
    }

    fn resource(&self, context: &Map<String, Value>, dice: &mut Dice) -> String {
        let resource = match dice.below(12) {
            0 => "*".to_owned(),
            1 | 2 => format!("arn:aws:s3:::{}", filled(dice.word(&NAMES), context, dice)),
            _ => filled(dice.word(&self.resources), context, dice),
        };
        let real = resource == "*" || resource.parse::<tightrope::iam::Arn>().is_ok();
        match self.real && !real {
            true => "arn:aws:s3:::b/k".to_owned(),
            false => resource,
        }
    }

    fn value(&self, key: &str, compared: &[String], dice: &mut Dice) -> String {
        let own = |kind: &&super::kinds::Kind| {
            let mut keys = kind.keys.iter();
            keys.any(|own| own.eq_ignore_ascii_case(key))
        };
        match dice.below(10) {
            0..4 if !compared.is_empty() => filled(dice.word(compared), &Map::new(), dice),
            4..6 if compared.is_empty() => dice.word(&VALUES).to_owned(),
            9 => {
                let kind = dice.one_of(&KINDS);
                dice.word(kind.near).to_owned()
            }
            _ => {
                let known = KINDS.iter().find(own);
                let kind = known.unwrap_or_else(|| dice.one_of(&KINDS));
                dice.word(kind.near).to_owned()
            }
        }
    }
}

/// The pattern with something for each wildcard, and for each variable its value or, sometimes, something else.
fn filled(pattern: &str, context: &Map<String, Value>, dice: &mut Dice) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let variable = rest
            .strip_prefix("${")
            .and_then(|rest| rest.split_once('}'));
        if let Some((inside, after)) = variable.filter(|_| !dice.once_in(12)) {
            text.push_str(&stands(inside, context, dice));
            rest = after;
            continue;
        }
        rest = &rest[first.len_utf8()..];
        match first {
            '*' => text.push_str(dice.word(&RUNS)),
            '?' => text.push_str(dice.word(&LETTERS)),
            // Now and then the text ends too early, or goes on in another way.
            _ if dice.once_in(60) => {}
            other => text.push(other),
        }
    }
    if dice.once_in(15) {
        text.push_str(dice.word(&RUNS));
    }
    text
}

/// Something that a variable could stand for.
fn stands(inside: &str, context: &Map<String, Value>, dice: &mut Dice) -> String {
    if ["*", "?", "$"].contains(&inside) {
        return inside.to_owned();
    }
    let (key, default) = inside.split_once(',').unwrap_or((inside, "kim"));
    let values = context
        .get(&key.to_lowercase())
        .map(texts)
        .unwrap_or_default();
    match values.first() {
        Some(value) if !dice.once_in(6) => value.clone(),
        _ => default.trim().trim_matches('\'').to_owned(),
    }
}

pub(super) fn all(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    all(value).into_iter().map(text).collect()
}
