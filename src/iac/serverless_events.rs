//! Events and destinations of a function of the Serverless Framework: the resources that they become, and what they add to its
//! role.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/events>

use super::nodes::{attribute, member, object, reference, text, there};
use super::serverless::{Written, made, normalized};
use super::template::Declared;
use crate::text::{Node, Shape};

/// What the events of a function become.
pub(super) struct Events {
    pub(super) resources: Vec<Declared>,
    pub(super) url: Option<Declared>,
}

/// The services that invoke a function for an event.
const PUSHED: [(&str, &str); 13] = [
    ("http", "apigateway.amazonaws.com"),
    ("httpApi", "apigateway.amazonaws.com"),
    ("websocket", "apigateway.amazonaws.com"),
    ("s3", "s3.amazonaws.com"),
    ("sns", "sns.amazonaws.com"),
    ("schedule", "events.amazonaws.com"),
    ("eventBridge", "events.amazonaws.com"),
    ("cloudwatchEvent", "events.amazonaws.com"),
    ("cloudwatchLog", "logs.amazonaws.com"),
    ("iot", "iot.amazonaws.com"),
    ("cognitoUserPool", "cognito-idp.amazonaws.com"),
    ("alb", "elasticloadbalancing.amazonaws.com"),
    ("alexaSkill", "alexa-appkit.amazon.com"),
];

const POLLED: [&str; 6] = ["stream", "sqs", "msk", "kafka", "activemq", "rabbitmq"];

/// Each event of a function: its kind, and what is said of it.
pub(super) fn each<'n>(written: &Written<'n>) -> Vec<(&'n str, &'n Node)> {
    let events = there(written.node, "events").map(Node::one_or_many);
    let mut found = Vec::new();
    for event in events.unwrap_or_default() {
        match (&event.shape, event.members()) {
            (Shape::Text(kind), _) => found.push((kind.as_str(), event)),
            (_, Some(members)) => {
                found.extend(members.iter().map(|one| (one.name.as_str(), &one.value)));
            }
            _ => {}
        }
    }
    found
}

/// The ARN of what is polled: said alone, or among other settings.
pub(super) fn arn(event: &Node) -> Option<&Node> {
    there(event, "arn").or_else(|| {
        let is_arn = event.as_text().is_some() || super::resolve::function(event).is_some();
        is_arn.then_some(event)
    })
}

/// What the events and destinations of a function become.
pub(super) fn events(written: &Written<'_>) -> Events {
    let span = written.at.name_span;
    let of = || member("FunctionName", reference(span, &written.id()));
    let mut resources = Vec::new();
    for (index, (kind, event)) in each(written).into_iter().enumerate() {
        let id = format!("{}Event{index}", normalized(written.name));
        if POLLED.contains(&kind) {
            let mut properties = vec![of()];
            properties.extend(arn(event).map(|arn| member("EventSourceArn", arn.clone())));
            let failure = there(event, "destinations").and_then(|to| there(to, "onFailure"));
            if let Some(to) = failure {
                let to = there(to, "arn").unwrap_or(to).clone();
                let failure = object(to.span, vec![member("Destination", to)]);
                let config = object(failure.span, vec![member("OnFailure", failure)]);
                properties.push(member("DestinationConfig", config));
            }
            let mut mapping = made(written, id, "AWS::Lambda::EventSourceMapping", properties);
            mapping.span = event.span.or(span);
            resources.push(mapping);
        } else if let Some((_, service)) = PUSHED.iter().find(|(name, _)| *name == kind)
            && !is_scheduler(event)
        {
            let properties = vec![
                of(),
                member("Principal", text(span, service)),
                member("Action", text(span, "lambda:InvokeFunction")),
            ];
            resources.push(made(written, id, "AWS::Lambda::Permission", properties));
        }
    }
    resources.extend(destinations(written));
    Events {
        resources,
        url: url(written),
    }
}

/// The URL of a function, which anybody may call unless it says otherwise.
fn url(written: &Written<'_>) -> Option<Declared> {
    let url = there(written.node, "url").filter(|url| url.shape != Shape::Bool(false))?;
    let signed = there(url, "authorizer").and_then(Node::as_text) == Some("aws_iam");
    let auth = if signed { "AWS_IAM" } else { "NONE" };
    let properties = vec![
        member("TargetFunctionArn", reference(url.span, &written.id())),
        member("AuthType", text(url.span, auth)),
    ];
    let id = format!("{}LambdaFunctionUrl", normalized(written.name));
    let mut made = made(written, id, "AWS::Lambda::Url", properties);
    made.span = url.span.or(made.span);
    Some(made)
}

/// Where records of asynchronous invocations go: each side, its ARN and the action that sending needs.
pub(super) fn sides(written: &Written<'_>) -> Vec<(&'static str, Node, &'static str)> {
    let Some(to) = there(written.node, "destinations") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, after) in [("onSuccess", "OnSuccess"), ("onFailure", "OnFailure")] {
        let Some(side) = there(to, name) else {
            continue;
        };
        let arn = there(side, "arn").unwrap_or(side);
        let kind = there(side, "type")
            .and_then(Node::as_text)
            .unwrap_or_default();
        let written = arn.as_text().unwrap_or_default();
        let is = |name: &str, part: &str| kind == name || written.contains(part);
        let action = match () {
            () if is("sqs", ":sqs:") => "sqs:SendMessage",
            () if is("sns", ":sns:") => "sns:Publish",
            () if is("eventBus", ":event-bus/") => "events:PutEvents",
            () => "lambda:InvokeFunction",
        };
        // Another function of the file is named as the file names it.
        let arn = match written.contains(':') || written.is_empty() {
            true => arn.clone(),
            false => {
                let id = format!("{}LambdaFunction", normalized(written));
                attribute(arn.span, &id, "Arn")
            }
        };
        found.push((after, arn, action));
    }
    found
}

fn destinations(written: &Written<'_>) -> Option<Declared> {
    let span = written.at.name_span;
    let sides = sides(written).into_iter();
    let sides = sides.map(|(after, to, _)| {
        let at = to.span;
        member(after, object(at, vec![member("Destination", to)]))
    });
    let sides: Vec<_> = sides.collect();
    if sides.is_empty() {
        return None;
    }
    let properties = vec![
        member("FunctionName", reference(span, &written.id())),
        member("DestinationConfig", object(span, sides)),
    ];
    let id = format!("{}LambdaEvConf", normalized(written.name));
    Some(made(
        written,
        id,
        "AWS::Lambda::EventInvokeConfig",
        properties,
    ))
}

/// Whether EventBridge Scheduler makes the calls.
pub(super) fn is_scheduler(event: &Node) -> bool {
    there(event, "method").and_then(Node::as_text) == Some("scheduler")
}
