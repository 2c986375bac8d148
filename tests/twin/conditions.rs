//! Conditions: the operators, what stands before and after them, and keys that are not there.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use std::cmp::Ordering;

use serde_json::Value;

use super::matching::{self, characters, glob};
use super::values::{date, in_network, number};
use super::variables::{Context, literal, pattern};
use super::{one_or_many, texts};

/// Whether all operators of a `Condition` hold for all of their keys.
pub(super) fn hold(condition: &Value, context: &Context, variables: Option<&Context>) -> bool {
    let operators = one_or_many(condition)
        .into_iter()
        .flat_map(Value::as_object);
    operators.flatten().all(|(operator, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.into_iter()
            .all(|(key, values)| holds(operator, context.values(key), &texts(values), variables))
    })
}

/// Whether an operator holds between the values of the request and those of the policy.
fn holds(
    operator: &str,
    of_request: &[String],
    of_policy: &[String],
    variables: Option<&Context>,
) -> bool {
    let operator = operator.to_lowercase();
    let (set, operator) = match operator.split_once(':') {
        Some((set, operator)) => (Some(set), operator),
        None => (None, operator.as_str()),
    };
    let absent = of_request.is_empty();
    if operator == "null" {
        return of_policy.iter().any(|text| (text == "true") == absent);
    }
    let operator = match operator.strip_suffix("ifexists") {
        Some(_) if absent => return true,
        Some(operator) => operator,
        None => operator,
    };
    let (negated, operator) = positive(operator);
    // Several values of the policy: one of them has to match, or none when negated.
    let passes = |value: &String| {
        let matches = |text: &String| compare(&operator, value, text, variables);
        of_policy.iter().any(matches) != negated
    };
    match set {
        Some("forallvalues") => of_request.iter().all(passes),
        Some("foranyvalue") => of_request.iter().any(passes),
        Some(other) => panic!("{other} is no set operator"),
        // Absence comes out as AWS says: a negated operator holds, any other does not.
        None if negated => of_request.iter().all(passes),
        None => of_request.iter().any(passes),
    }
}

/// Whether the operator is a negated one, and the one that it negates.
fn positive(operator: &str) -> (bool, String) {
    for kind in ["string", "numeric", "date", "arn"] {
        if let Some(rest) = operator.strip_prefix(&format!("{kind}not")) {
            return (true, format!("{kind}{rest}"));
        }
    }
    match operator {
        "notipaddress" => (true, "ipaddress".to_owned()),
        other => (false, other.to_owned()),
    }
}

/// Whether one value of the request matches one of the policy; a value that is not of the operator's type does not.
fn compare(operator: &str, value: &str, text: &str, variables: Option<&Context>) -> bool {
    let literal = || literal(text, variables);
    let pattern = || pattern(text, variables);
    let number = || Some(number(value)?.cmp(&number(text)?));
    let date = || Some(date(value)?.cmp(&date(text)?));
    match operator {
        "stringequals" => literal().is_some_and(|text| text == value),
        "stringequalsignorecase" => {
            literal().is_some_and(|text| text.chars().map(lower).eq(value.chars().map(lower)))
        }
        "stringlike" => pattern().is_some_and(|pattern| glob(&pattern, &characters(value))),
        "arnequals" | "arnlike" => pattern().is_some_and(|pattern| matching::arn(&pattern, value)),
        "bool" => literal().is_some_and(|text| {
            let is =
                |word: &str| text.eq_ignore_ascii_case(word) && value.eq_ignore_ascii_case(word);
            is("true") || is("false")
        }),
        // Both sides are base64 of the bytes, which has one spelling.
        "binaryequals" => text == value,
        "ipaddress" => in_network(value, text),
        _ => match operator.strip_prefix("numeric") {
            Some(relation) => is(relation, number()),
            None => match operator.strip_prefix("date") {
                Some(relation) => is(relation, date()),
                None => panic!("{operator} is no condition operator"),
            },
        },
    }
}

/// The letter in lower case, of a pair of letters that are each the other one in its other case.
fn lower(letter: char) -> char {
    let lower: Vec<char> = letter.to_lowercase().collect();
    match lower[..] {
        [lower] if lower.to_uppercase().eq([letter]) => lower,
        _ => letter,
    }
}

fn is(relation: &str, ordering: Option<Ordering>) -> bool {
    ordering.is_some_and(|ordering| match relation {
        "equals" => ordering.is_eq(),
        "lessthan" => ordering.is_lt(),
        "lessthanequals" => ordering.is_le(),
        "greaterthan" => ordering.is_gt(),
        "greaterthanequals" => ordering.is_ge(),
        other => panic!("{other} is no relation"),
    })
}
