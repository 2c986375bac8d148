//! The values of a call's request parameters by name, at whatever depth and in whatever case they stand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::iam::Arn;

/// Parameters by name in lower case. Services write the same name in different cases and wrap lists
/// (`instancesSet.items[].instanceId`), so a name is looked up without regard to case or depth.
#[derive(Debug, Default)]
pub(super) struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Depth at which reading stops: deeper than any real request, so that a hostile record costs little.
    const DEPTH: usize = 12;

    pub(super) fn of(value: &Value) -> Self {
        let mut parameters = Parameters::default();
        parameters.add("", value, Self::DEPTH);
        parameters
    }

    /// The texts that stand under a name.
    pub(super) fn get(&self, name: &str) -> &[String] {
        self.0
            .get(&name.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// All texts under all names.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().map(String::as_str)
    }

    /// The roles whose ARNs stand under a name that ends in `role`, `roleArn` or `roleName`.
    pub(super) fn roles(&self) -> BTreeSet<Arn> {
        let is_role = |name: &str| {
            ["role", "rolearn", "rolename"]
                .iter()
                .any(|end| name.ends_with(end))
        };
        let texts = self
            .0
            .iter()
            .filter(|(name, _)| is_role(name))
            .flat_map(|(_, texts)| texts);
        let arns = texts.filter_map(|text| text.parse::<Arn>().ok());
        arns.filter(|arn| arn.service() == "iam" && arn.resource().starts_with("role/"))
            .collect()
    }

    fn add(&mut self, name: &str, value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.push(name, text.clone()),
            Value::Number(number) => self.push(name, number.to_string()),
            Value::Array(list) if depth > 0 => {
                list.iter().for_each(|item| self.add(name, item, depth - 1));
            }
            Value::Object(map) if depth > 0 => {
                // The keys of a map can be names themselves (the tables of DynamoDB's `requestItems`).
                map.keys()
                    .for_each(|key| self.push(&format!("{name} keys"), key.clone()));
                map.iter()
                    .for_each(|(key, value)| self.add(key, value, depth - 1));
            }
            _ => {}
        }
    }

    fn push(&mut self, name: &str, text: String) {
        let texts = self.0.entry(name.to_ascii_lowercase()).or_default();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
}
