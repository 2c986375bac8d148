//! Whether a statement speaks of a request: of its action, of its resource, and under its condition.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html>

use serde_json::Value;

use super::matching::{characters, glob, resource};
use super::variables::{Context, knows_variables, pattern};
use super::{Reading, conditions, one_or_many, texts};

/// A request and the way to read resources.
pub(super) struct Asked<'a> {
    pub(super) principal: &'a str,
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    pub(super) context: Context,
    pub(super) reading: Reading,
}

/// The statements of a policy that have this effect and speak of the request; who asks is not looked at.
pub(super) fn speaking<'a>(policy: &'a Value, effect: &str, asked: &Asked) -> Vec<&'a Value> {
    let variables = knows_variables(policy).then_some(&asked.context);
    one_or_many(&policy["Statement"])
        .into_iter()
        .filter(|statement| statement["Effect"] == effect)
        .filter(|statement| speaks(statement, asked, variables))
        .collect()
}

fn speaks(statement: &Value, asked: &Asked, variables: Option<&Context>) -> bool {
    let of_action = |text: &String| {
        // Both the service prefix and the name are compared without case, and no variable is replaced.
        let pattern = pattern(&text.to_lowercase(), None).expect("no variable");
        glob(&pattern, &characters(&asked.action.to_lowercase()))
    };
    let of_resource = |text: &String| {
        pattern(text, variables)
            .is_some_and(|pattern| resource(&pattern, asked.resource, asked.reading))
    };
    listed(statement, "Action", "NotAction", of_action)
        && listed(statement, "Resource", "NotResource", of_resource)
        && conditions::hold(&statement["Condition"], &asked.context, variables)
}

/// Whether one of a list matches, or none of the list that says what is not meant.
fn listed(statement: &Value, member: &str, not: &str, matches: impl Fn(&String) -> bool) -> bool {
    match statement.get(not) {
        Some(list) => !texts(list).iter().any(matches),
        None => texts(&statement[member]).iter().any(matches),
    }
}
