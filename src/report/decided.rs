//! Requests and what becomes of them, a line each.

use serde_json::{Map, Value, json};

use crate::evaluation::{Decision, Evaluation, Place};
use crate::iam::{Action, Arn, ConditionKey, Request, RequestContext, Resource};

/// Reads `{"principal", "action", "resource", "context": {key: value | [values]}}`; `"resource": "*"` is that of an action
/// without resource-level permission, and `context` may be left out.
///
/// # Errors
/// What is missing or is not what it should be.
pub fn request_from_json(line: &str) -> Result<Request, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    let Value::Object(members) = &value else {
        return Err("a request is a JSON object".into());
    };
    let known = ["principal", "action", "resource", "context"];
    if let Some(name) = members.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("no request has a `{name}`"));
    }
    let text = |name: &str| match members.get(name) {
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("`{name}` must be text")),
        None => Err(format!("it has no `{name}`")),
    };
    let action: Action = text("action")?
        .parse()
        .map_err(|error| format!("`action`: {error}"))?;
    let arn = |name: &str, text: &str| {
        text.parse::<Arn>()
            .map_err(|error| format!("`{name}`: {error}"))
    };
    Ok(Request {
        principal: arn("principal", text("principal")?)?,
        action,
        resource: match text("resource")? {
            "*" => Resource::None,
            other => Resource::Arn(arn("resource", other)?),
        },
        context: match members.get("context") {
            None | Some(Value::Null) => RequestContext::default(),
            Some(Value::Object(keys)) => context(keys)?,
            Some(_) => return Err("`context` must be an object of condition keys".into()),
        },
    })
}

fn context(keys: &Map<String, Value>) -> Result<RequestContext, String> {
    let mut context = RequestContext::default();
    for (name, value) in keys {
        let key = ConditionKey::new(name);
        if context.get(&key).is_some() {
            return Err(format!(
                "`{name}` stands twice in `context`: keys have no case"
            ));
        }
        let values = match value {
            Value::Array(values) => values.iter().collect(),
            one => vec![one],
        };
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
            _ => Err(format!("a value of `{name}` must be text")),
        };
        let texts = values.into_iter().map(text);
        context.set(key, texts.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(context)
}

/// The word for a decision.
fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::ExplicitDeny => "explicit_deny",
        Decision::ImplicitDeny => "implicit_deny",
    }
}

/// Where a statement stands; `index` counts the statements of the document from 0.
pub(super) fn place(place: &Place) -> Value {
    json!({"policy": place.policy, "index": place.number - 1, "sid": place.sid})
}

/// What else the answer depends on: keys that are absent, and how far the wildcards of a resource reach.
fn depends_on(evaluation: &Evaluation) -> Vec<String> {
    let keys = evaluation.absent_keys.iter().map(ToString::to_string);
    let reading = evaluation.by_other_reading.map(|other| {
        format!(
            "{} when wildcards stay within a segment of an ARN",
            word(other)
        )
    });
    keys.chain(reading).collect()
}

/// `{"decision", "statements": [{"policy", "index", "sid"}], "depends_on": […]}`
#[must_use]
pub fn evaluation_to_json(evaluation: &Evaluation) -> String {
    let statements: Vec<_> = evaluation.statements.iter().map(place).collect();
    json!({
        "decision": word(evaluation.decision),
        "statements": statements,
        "depends_on": depends_on(evaluation),
    })
    .to_string()
}

/// A line for a reader.
#[must_use]
pub fn evaluation_to_text(request: &Request, evaluation: &Evaluation) -> String {
    let decision = word(evaluation.decision).replace('_', " ");
    let mut line = format!("{decision:<14} {} on {}", request.action, request.resource);
    let places: Vec<_> = evaluation
        .statements
        .iter()
        .map(ToString::to_string)
        .collect();
    if !places.is_empty() {
        line.push_str(&format!("  by {}", places.join(", ")));
    }
    let depends = depends_on(evaluation);
    if !depends.is_empty() {
        line.push_str(&format!("  (depends on {})", depends.join(", ")));
    }
    line
}
