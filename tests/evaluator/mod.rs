//! Policies decided slowly and obviously, on their JSON alone; it shares no line with the program.

use std::collections::BTreeSet;

use serde_json::Value;

/// A world: the conditions, by their text, that hold in it.
pub(crate) type World = BTreeSet<String>;

/// Every world that the conditions of these policies can make: each of them holds or does not.
pub(crate) fn worlds(policies: &[Value]) -> Vec<World> {
    let conditions: BTreeSet<String> = policies
        .iter()
        .flat_map(statements)
        .filter_map(condition)
        .collect();
    let mut worlds = vec![World::new()];
    for condition in conditions {
        let with = |world: &World| {
            let mut world = world.clone();
            world.insert(condition.clone());
            world
        };
        let more: Vec<World> = worlds.iter().map(with).collect();
        worlds.extend(more);
    }
    worlds
}

/// Whether policies that stand side by side allow a request in a world: an Allow that speaks of it, and no Deny.
pub(crate) fn allows(policies: &[Value], action: &str, resource: &str, world: &World) -> bool {
    let mut allowed = false;
    for statement in policies.iter().flat_map(statements) {
        let holds = condition(statement).is_none_or(|text| world.contains(&text));
        if holds && speaks(statement, action, resource) {
            match statement["Effect"].as_str() {
                Some("Deny") => return false,
                effect => allowed |= effect == Some("Allow"),
            }
        }
    }
    allowed
}

fn statements(policy: &Value) -> Vec<&Value> {
    one_or_many(&policy["Statement"])
}

fn condition(statement: &Value) -> Option<String> {
    statement.get("Condition").map(ToString::to_string)
}

fn speaks(statement: &Value, action: &str, resource: &str) -> bool {
    let actions = |key: &str| {
        any(&statement[key], |pattern| {
            glob(&pattern.to_lowercase(), &action.to_lowercase())
        })
    };
    let resources = |key: &str| any(&statement[key], |pattern| glob(pattern, resource));
    let of_actions = match statement.get("NotAction") {
        Some(_) => !actions("NotAction"),
        None => actions("Action"),
    };
    of_actions
        && match statement.get("NotResource") {
            Some(_) => !resources("NotResource"),
            None => resources("Resource"),
        }
}

fn any(patterns: &Value, matches: impl Fn(&str) -> bool) -> bool {
    one_or_many(patterns)
        .into_iter()
        .any(|pattern| matches(pattern.as_str().expect("a pattern is text")))
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// `*` is any run of characters, `?` is one, everything else is itself.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    match pattern_rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let tails = text.char_indices().map(|(at, _)| &text[at..]);
            tails
                .chain([""])
                .any(|tail| glob(pattern_rest.as_str(), tail))
        }
        Some(first) => {
            let mut text_rest = text.chars();
            text_rest
                .next()
                .is_some_and(|found| first == '?' || first == found)
                && glob(pattern_rest.as_str(), text_rest.as_str())
        }
    }
}
