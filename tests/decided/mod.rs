//! A case of `tests/cases/evaluation.jsonl`, decided by the program.

use serde_json::Value;
use tightrope::evaluation::{Decision, NamedPolicy, Policies, evaluate};
use tightrope::iam::{ConditionKey, Policy, Request, RequestContext, Resource, ResourcePolicy};

use crate::twin::Reading;

/// `allow`, `explicit_deny` or `implicit_deny`.
#[allow(
    dead_code,
    reason = "cases that are not the project's own may hold what AWS refuses"
)]
pub(crate) fn decide(case: &Value, reading: Reading) -> &'static str {
    decide_if_read(case, reading).expect("the policies and the request of a case can be read")
}

/// The decision, or nothing when a policy or the request is one that AWS refuses.
pub(crate) fn decide_if_read(case: &Value, reading: Reading) -> Option<&'static str> {
    let evaluation = evaluate(&policies(case)?, &request(&case["request"])?);
    let decision = match (reading, evaluation.by_other_reading) {
        (Reading::Segments, Some(other)) => other,
        _ => evaluation.decision,
    };
    Some(match decision {
        Decision::Allow => "allow",
        Decision::ExplicitDeny => "explicit_deny",
        Decision::ImplicitDeny => "implicit_deny",
    })
}

/// Every policy of the case.
fn policies(case: &Value) -> Option<Policies> {
    let resource = match case
        .get("resource_policy")
        .filter(|policy| !policy.is_null())
    {
        None => None,
        Some(document) => {
            let policy = ResourcePolicy::parse_text(&document.to_string()).ok()?;
            Some(("resource".to_owned(), policy))
        }
    };
    Some(Policies {
        identity: named(&case["policies"])?,
        boundary: named(&case["boundary"])?,
        session: named(&case["session"])?,
        scps: list(&case["scps"])
            .iter()
            .map(named)
            .collect::<Option<_>>()?,
        resource,
    })
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

fn named(documents: &Value) -> Option<Vec<NamedPolicy>> {
    let documents = list(documents);
    let numbered = documents.iter().enumerate();
    numbered
        .map(|(index, document)| {
            Some(NamedPolicy {
                name: format!("policy {index}"),
                policy: Policy::parse(document).ok()?,
            })
        })
        .collect()
}

/// The request of a case.
fn request(value: &Value) -> Option<Request> {
    let text = |member: &str| value[member].as_str();
    let mut context = RequestContext::default();
    for (key, values) in value["context"].as_object().into_iter().flatten() {
        let texts = list(values);
        let texts = texts.iter().map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        context.set(ConditionKey::new(key), texts);
    }
    Some(Request {
        principal: text("principal")?.parse().ok()?,
        action: text("action")?.parse().ok()?,
        resource: match text("resource")? {
            "*" => Resource::None,
            arn => Resource::Arn(arn.parse().ok()?),
        },
        context,
    })
}
