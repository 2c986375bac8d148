//! Where a function of SAM sends records and events that failed, and what its role needs for that.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventinvokeconfiguration.html>

use super::nodes::{attribute, call, list, member, object, reference, text, there};
use super::sam::made_for;
use super::sam_events::Added;
use super::template::Declared;
use crate::text::{Node, Span};

/// What sending records to a destination needs; nothing for a topic of Kafka.
pub(super) fn send(id: &str, kind: &str, to: &Node, added: &mut Added) {
    match kind {
        "SQS" => added.allow(&format!("{id}SQSPolicy"), ["sqs:SendMessage"], to.clone()),
        "SNS" => added.allow(&format!("{id}SNSPolicy"), ["sns:Publish"], to.clone()),
        "EventBridge" => {
            added.allow(
                &format!("{id}EventBridgePolicy"),
                ["events:PutEvents"],
                to.clone(),
            );
        }
        "Lambda" => {
            added.allow(
                &format!("{id}LambdaPolicy"),
                ["lambda:InvokeFunction"],
                to.clone(),
            );
        }
        "S3" | "S3Bucket" => {
            let name = format!("{id}S3Policy");
            let parts = list(to.span, vec![to.clone(), text(to.span, "*")]);
            let joined = list(to.span, vec![text(to.span, "/"), parts]);
            added.allow(&name, ["s3:PutObject"], call(to.span, "Fn::Join", joined));
            added.allow(&name, ["s3:ListBucket"], to.clone());
        }
        _ => {}
    }
}

/// Adds dead letters and the destinations of asynchronous invocations.
pub(super) fn destinations(function: &Declared, added: &mut Added) {
    let properties = &function.properties;
    if let Some(letters) = there(properties, "DeadLetterQueue")
        && let Some(to) = there(letters, "TargetArn")
    {
        let action = match there(letters, "Type").and_then(Node::as_text) {
            Some("SNS") => "sns:Publish",
            _ => "sqs:SendMessage",
        };
        added.allow("DeadLetterQueuePolicy", [action], to.clone());
    }
    let config = there(properties, "EventInvokeConfig");
    let Some(config) = config.and_then(|config| there(config, "DestinationConfig")) else {
        return;
    };
    let id = format!("{}EventInvokeConfig", function.id);
    let mut sides = Vec::new();
    for after in ["OnSuccess", "OnFailure"] {
        let Some(side) = there(config, after) else {
            continue;
        };
        let kind = there(side, "Type")
            .and_then(Node::as_text)
            .unwrap_or_default();
        let to = match there(side, "Destination") {
            Some(to) => Some(to.clone()),
            None => made_destination(function, &format!("{id}{after}"), (kind, side.span), added),
        };
        if let Some(to) = to {
            send(&format!("{id}{after}"), kind, &to, added);
            let destination = object(side.span, vec![member("Destination", to)]);
            sides.push(member(after, destination));
        }
    }
    let members = vec![
        member("FunctionName", reference(function.span, &function.id)),
        member("DestinationConfig", object(config.span, sides)),
    ];
    let mut made = made_for(function, id, "AWS::Lambda::EventInvokeConfig", members);
    made.span = config.span.or(function.span);
    added.resources.push(made);
}

/// SAM makes a queue or a topic when none is named.
fn made_destination(
    function: &Declared,
    id: &str,
    (kind, span): (&str, Option<Span>),
    added: &mut Added,
) -> Option<Node> {
    let (id, kind, arn) = match kind {
        "SQS" => (format!("{id}Queue"), "AWS::SQS::Queue", "Arn"),
        "SNS" => (format!("{id}Topic"), "AWS::SNS::Topic", "TopicArn"),
        _ => return None,
    };
    let to = attribute(span, &id, arn);
    added
        .resources
        .push(made_for(function, id, kind, Vec::new()));
    Some(to)
}
