//! A case of `tests/cases/evaluation.jsonl`, decided by the program.

use serde_json::Value;
use tightrope::evaluation::{Decision, NamedPolicy, Policies, evaluate};
use tightrope::iam::{ConditionKey, Policy, Request, RequestContext, Resource, ResourcePolicy};

use crate::twin::Reading;

/// `allow`, `explicit_deny` or `implicit_deny`.
pub(crate) fn decide(case: &Value, reading: Reading) -> &'static str {
    let evaluation = evaluate(&policies(case), &request(&case["request"]));
    let decision = match (reading, evaluation.by_other_reading) {
        (Reading::Segments, Some(other)) => other,
        _ => evaluation.decision,
    };
    match decision {
        Decision::Allow => "allow",
        Decision::ExplicitDeny => "explicit_deny",
        Decision::ImplicitDeny => "implicit_deny",
    }
}

/// Every policy of the case.
pub(crate) fn policies(case: &Value) -> Policies {
    let resource = case.get("resource_policy").map(|document| {
        let policy = ResourcePolicy::parse_text(&document.to_string()).expect("a resource policy");
        ("resource".to_owned(), policy)
    });
    Policies {
        identity: named(&case["policies"]),
        boundary: named(&case["boundary"]),
        session: named(&case["session"]),
        scps: list(&case["scps"]).iter().map(named).collect(),
        resource,
    }
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

fn named(documents: &Value) -> Vec<NamedPolicy> {
    let documents = list(documents);
    let numbered = documents.iter().enumerate();
    numbered
        .map(|(index, document)| NamedPolicy {
            name: format!("policy {index}"),
            policy: Policy::parse(document).expect("a policy"),
        })
        .collect()
}

/// The request of a case.
pub(crate) fn request(value: &Value) -> Request {
    let text = |member: &str| value[member].as_str().expect("text");
    let mut context = RequestContext::default();
    for (key, values) in value["context"].as_object().into_iter().flatten() {
        let texts = list(values);
        let texts = texts.iter().map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        context.set(ConditionKey::new(key), texts);
    }
    Request {
        principal: text("principal").parse().expect("an ARN"),
        action: text("action").parse().expect("an action"),
        resource: match text("resource") {
            "*" => Resource::None,
            arn => Resource::Arn(arn.parse().expect("an ARN")),
        },
        context,
    }
}
