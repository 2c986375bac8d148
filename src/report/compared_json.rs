//! What two sets of policies allow differently, as JSON.

use serde_json::{Map, Value, json};

use super::decided::place;
use super::escalated_json;
use crate::algebra::Witness;
use crate::diff::{Comparison, Group, Relation, Size, World};
use crate::iam::{RequestContext, Resources};
use crate::risk::{Weight, Worth};

/// The version of the shape that [`comparison_to_json`] prints.
pub const COMPARISON_SCHEMA: &str = "tightrope/diff/1";

fn world(world: World) -> &'static str {
    match world {
        World::Open => "open",
        World::Closed => "closed",
    }
}

fn size_json(size: &Size, weight: &Weight) -> Value {
    json!({"actions": size.actions, "patterns": size.patterns, "bits": size.bits, "weight": (weight.total * 100.0).round() / 100.0})
}

/// For a program: `{"schema", "relation", "world", "gained": […], "lost": […], "escalation": {…}, …}`.
#[must_use]
pub fn comparison_to_json(comparison: &Comparison, worth: &Worth) -> String {
    let groups = |groups: &[Group]| groups.iter().map(group_json).collect::<Vec<_>>();
    let [before, after] = &comparison.sizes;
    let [weight_before, weight_after] = &worth.weights;
    let undecided: Vec<_> = comparison
        .undecided
        .iter()
        .map(ToString::to_string)
        .collect();
    let value = json!({
        "schema": COMPARISON_SCHEMA,
        "relation": comparison.relation.word(),
        "world": world(comparison.world),
        "relation_in_other_world": comparison.in_other_world.word(),
        "relation_by_other_reading": comparison.by_other_reading.map(Relation::word),
        "size": {"before": size_json(before, weight_before), "after": size_json(after, weight_after)},
        "gained": groups(&comparison.gained),
        "lost": groups(&comparison.lost),
        "escalation": escalated_json::escalation(&worth.escalation),
        "undecided": undecided,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn group_json(group: &Group) -> Value {
    let texts: Vec<_> = group
        .resources
        .patterns()
        .iter()
        .map(ToString::to_string)
        .collect();
    let (resources, not_resources) = match group.resources {
        Resources::Only(_) => (texts, Vec::new()),
        Resources::AllBut(_) => (vec!["*".to_owned()], texts),
    };
    let condition = group.condition.as_ref().map(ToString::to_string);
    let condition = condition.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let levels: Map<String, Value> = group
        .levels
        .iter()
        .map(|(level, count)| (level.name().to_owned(), json!(count)))
        .collect();
    let actions: Vec<_> = group.actions.iter().map(ToString::to_string).collect();
    json!({
        "actions": actions,
        "levels": levels,
        "resources": resources,
        "not_resources": not_resources,
        "conditions": condition,
        "real": group.real,
        "witness": witness_json(&group.witness),
        "statement": place(&group.statement),
        "denied_by": group.denied_by.as_ref().map(place),
    })
}

pub(super) fn witness_json(witness: &Witness) -> Value {
    json!({
        "action": witness.action,
        "resource": witness.resource,
        "context": context_json(&witness.context),
    })
}

/// A key with one value as that value, with several as a list.
pub(super) fn context_json(context: &RequestContext) -> Value {
    let value = |values: Vec<&String>| match values.as_slice() {
        [one] => json!(one),
        many => json!(many),
    };
    let keys = context.iter();
    let keys = keys.map(|(key, values)| (key.to_string(), value(values.iter().collect())));
    Value::Object(keys.collect())
}
