//! A policy changed a little, or written otherwise.

use serde_json::{Map, Value, json};

use super::Dice;
use super::requests::all;
use super::words::{ACTIONS, RESOURCES};

/// The policies with some statements changed, left out or added, so that they are near to what they were.
pub(super) fn changed(policies: &[Value], others: &[Value], dice: &mut Dice) -> Vec<Value> {
    let mut policies = policies.to_vec();
    for policy in &mut policies {
        let statements = policy["Statement"].as_array_mut().expect("a list");
        for statement in statements.iter_mut() {
            if dice.once_in(2) {
                change(statement, dice);
            }
        }
        if dice.once_in(4) {
            statements.push(dice.one_of(others).clone());
        }
        if statements.len() > 1 && dice.once_in(4) {
            statements.remove(dice.below(statements.len()));
        }
    }
    policies
}

fn change(statement: &mut Value, dice: &mut Dice) {
    let members = statement.as_object_mut().expect("an object");
    match dice.below(8) {
        0 => {
            members.remove("Condition");
        }
        1 => {
            for member in ["Resource", "NotResource"] {
                members.entry(member).and_modify(|list| *list = json!("*"));
            }
        }
        2 => {
            for member in ["Action", "NotAction"] {
                let more = json!(dice.word(&ACTIONS));
                members
                    .entry(member)
                    .and_modify(|list| *list = with(list, more));
            }
        }
        3 => {
            for member in ["Resource", "NotResource"] {
                let more = json!(dice.word(&RESOURCES));
                members
                    .entry(member)
                    .and_modify(|list| *list = with(list, more));
            }
        }
        4 => {
            for member in ["Action", "Resource"] {
                members
                    .entry(member)
                    .and_modify(|list| *list = all(list)[0].clone());
            }
        }
        _ => {
            let condition = members.get_mut("Condition").and_then(Value::as_object_mut);
            if let Some(condition) = condition {
                *condition = change_condition(condition, dice);
            }
        }
    }
}

fn with(list: &Value, more: Value) -> Value {
    all(list).into_iter().cloned().chain([more]).collect()
}

fn change_condition(condition: &Map<String, Value>, dice: &mut Dice) -> Map<String, Value> {
    let mut changed = Map::new();
    for (operator, keys) in condition {
        let mut keys = keys.clone();
        for (_, values) in keys.as_object_mut().into_iter().flatten() {
            let listed = all(values);
            match dice.below(4) {
                0 => *values = listed[dice.below(listed.len())].clone(),
                1 if listed.len() > 1 => *values = listed[1..].iter().copied().cloned().collect(),
                _ => {}
            }
        }
        let other = match dice.below(10) {
            0 => continue,
            1 if !operator.ends_with("Null") && !operator.ends_with("IfExists") => {
                format!("{operator}IfExists")
            }
            2 if operator.contains("Equals") => operator
                .replace("Equals", "NotEquals")
                .replace("NotNot", ""),
            3 => operator.replace("IgnoreCase", ""),
            4 => operator.replace("Arn", "String"),
            5 => operator.replace("Like", "Equals"),
            _ => operator.clone(),
        };
        let known = ["Less", "Greater", "Binary", "NotNot"];
        let other = match known.iter().any(|word| other.contains(word)) {
            true => operator.clone(),
            false => other,
        };
        changed.insert(other, keys);
    }
    changed
}
