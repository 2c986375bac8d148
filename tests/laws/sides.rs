//! What policies grant together, compared by the program and by the twin.

use serde_json::{Map, Value, json};
use tightrope::algebra::{Reason, Witness};
use tightrope::evaluation::{self, Granted, NamedPolicy, Verdict, included};
use tightrope::iam::Policy;

use super::requests::all;
use super::words::PRINCIPALS;
use crate::twin::{Reading, decide};

pub(super) const READINGS: [Reading; 2] = [Reading::Spanning, Reading::Segments];

/// What the policies grant, for the program.
pub(super) fn granted(policies: &[Value], reading: Reading) -> Granted {
    let texts: Vec<String> = policies.iter().map(Value::to_string).collect();
    granted_by_texts(&texts, reading)
}

pub(super) fn granted_by_texts(texts: &[String], reading: Reading) -> Granted {
    let numbered = texts.iter().enumerate();
    let named = numbered.map(|(index, text)| NamedPolicy {
        name: format!("policy {index}"),
        policy: Policy::parse_text(text).expect("a policy"),
    });
    let reading = match reading {
        Reading::Spanning => evaluation::Reading::Spanning,
        Reading::Segments => evaluation::Reading::Segments,
    };
    Granted::new(named.collect(), reading)
}

/// Whether the right allows all that the left does, by the program.
pub(super) fn within(left: &[Value], right: &[Value], reading: Reading) -> Verdict {
    included(&granted(left, reading), &granted(right, reading))
}

/// Whether the policies allow the request, by the twin.
pub(super) fn allows(policies: &[Value], request: &Value, reading: Reading) -> bool {
    decide(&json!({"policies": policies, "request": request}), reading) == "allow"
}

/// Whether the left allows the request and the right does not, by the twin.
pub(super) fn parts(left: &[Value], right: &[Value], request: &Value, reading: Reading) -> bool {
    allows(left, request, reading) && !allows(right, request, reading)
}

/// A witness as a request for the twin.
pub(super) fn request_of(witness: &Witness) -> Value {
    let mut context = Map::new();
    for (key, values) in witness.context.iter() {
        context.insert(key.as_str().to_owned(), json!(values));
    }
    json!({
        "principal": PRINCIPALS[0],
        "action": witness.action,
        "resource": witness.resource,
        "context": context,
    })
}

/// Each statement with whether its document knows variables.
fn statements<'v>(sides: &[&'v [Value]]) -> Vec<(bool, &'v Value)> {
    let policies = sides.iter().copied().flatten();
    let each = policies.flat_map(|policy| {
        let knows = policy["Version"] == "2012-10-17";
        let statements = all(&policy["Statement"]).into_iter();
        statements.map(move |statement| (knows, statement))
    });
    each.collect()
}

/// Whether the reason why nothing was decided is one of those that there can be.
pub(super) fn is_stated(reason: &Reason, sides: &[&[Value]]) -> bool {
    match reason {
        Reason::Budget => false,
        Reason::AtRequestTime(_) => statements(sides).into_iter().any(|(knows, statement)| {
            let text = statement.to_string().replace("${*}", "");
            knows && text.replace("${?}", "").replace("${$}", "").contains("${")
        }),
        Reason::Mixed(key) => {
            let operators = operators_on(key.as_str(), sides);
            let has = |words: &[&str]| {
                let mut operators = operators.iter();
                operators.any(|operator| words.iter().any(|word| operator.contains(word)))
            };
            has(&["string", "arn", "bool"]) && has(&["numeric", "date", "ipaddress"])
        }
    }
}

/// The operators that stand on a key, in lower case.
fn operators_on(key: &str, sides: &[&[Value]]) -> Vec<String> {
    let mut found = Vec::new();
    for (_, statement) in statements(sides) {
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            let mut keys = keys.as_object().into_iter().flatten();
            if keys.any(|(own, _)| own.eq_ignore_ascii_case(key)) {
                found.push(operator.to_lowercase());
            }
        }
    }
    found
}
