//! `Condition` blocks from JSON.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>

use std::collections::HashSet;

use super::error::{Broken, Read};
use super::{Clause, Condition, ConditionKey, Operator, grammar};
use crate::text::{Member, Node, Shape};

/// The statement's `Condition`; `None` when it is absent or asks for nothing.
pub(super) fn condition_of(statement: &Node) -> Read<Option<Condition>> {
    const FORM: &str = "`Condition` must be an object of operators, each an object of keys";
    let Some(block) = statement.get("Condition") else {
        return Ok(None);
    };
    let operators = block.members().ok_or_else(|| Broken::at(block, FORM))?;
    once_in_any_case(operators, "the operator", "in one condition")?;
    let mut clauses = Vec::new();
    for member in operators {
        let keys = &member.value;
        let keys = keys.members().ok_or_else(|| Broken::at(keys, FORM))?;
        if keys.is_empty() {
            // AWS accepts any word here and asks for nothing.
            continue;
        }
        let operator = member.name.parse();
        let operator = operator.map_err(|error| Broken::at_name(member, format!("{error}")))?;
        once_in_any_case(keys, "the key", "under one operator")?;
        for key in keys {
            clauses.push(Clause {
                operator,
                key: ConditionKey::new(&key.name),
                values: values_of(operator, &key.value)?,
            });
        }
    }
    Ok(Condition::new(clauses))
}

/// Operators and keys compare without case, so two spellings of one are one twice.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>
fn once_in_any_case(members: &[Member], what: &str, place: &str) -> Read<()> {
    let mut before = HashSet::with_capacity(members.len());
    let mut members = members.iter();
    match members.find(|member| !before.insert(member.name.to_ascii_lowercase())) {
        None => Ok(()),
        Some(member) => {
            let rule = format!("{what} `{}` stands twice {place}", member.name);
            Err(Broken::at_name(member, rule))
        }
    }
}

/// Condition values are texts; AWS takes booleans and numbers for the text that they are written as.
fn values_of(operator: Operator, values: &Node) -> Read<Vec<String>> {
    let value = |node: &Node| {
        let text = match &node.shape {
            Shape::Text(text) | Shape::Number(text) => text.clone(),
            Shape::Bool(value) => value.to_string(),
            _ => {
                let found = format!("a condition value must be text, found {}", node.kind());
                return Err(Broken::at(node, found));
            }
        };
        grammar::check_value(operator, &text).map_err(|rule| Broken::at(node, rule))?;
        Ok(text)
    };
    values.one_or_many().iter().map(value).collect()
}
