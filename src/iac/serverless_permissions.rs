//! What the Serverless Framework allows a function for its events and destinations, and who takes its role.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/guide/iam>

use super::nodes::{allow, attribute, call, list, sub, text, there};
use super::serverless::Written;
use super::serverless_events::{arn, each, is_scheduler, sides};
use crate::text::{Node, Shape};

/// Who takes the role of these functions.
pub(super) fn trusted<'w, 'n: 'w>(
    functions: impl IntoIterator<Item = &'w Written<'n>>,
) -> Vec<&'static str> {
    let mut trusted = vec!["lambda.amazonaws.com"];
    for written in functions {
        for (kind, event) in each(written) {
            let service = match kind {
                "cloudFront" => "edgelambda.amazonaws.com",
                "schedule" if is_scheduler(event) => "scheduler.amazonaws.com",
                _ => continue,
            };
            if !trusted.contains(&service) {
                trusted.push(service);
            }
        }
    }
    trusted
}

const INTERFACES: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

const TABLE_STREAM: [&str; 4] = [
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:DescribeStream",
    "dynamodb:ListStreams",
];

const STREAM: [&str; 4] = [
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:DescribeStream",
    "kinesis:ListStreams",
];

/// With enhanced fan-out the stream is described in short, and its shards are listed.
const STREAM_WITH_CONSUMER: [&str; 4] = [
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:DescribeStreamSummary",
    "kinesis:ListShards",
];

/// What the framework allows a function for its events and destinations.
pub(super) fn event_statements(written: &Written<'_>) -> Vec<Node> {
    let mut statements = Vec::new();
    for (kind, event) in each(written) {
        statements.extend(of_event(written, kind, event));
    }
    for (_, to, action) in sides(written) {
        statements.push(allow(to.span, [action], vec![to.clone()]));
    }
    statements
}

fn of_event(written: &Written<'_>, kind: &str, event: &Node) -> Vec<Node> {
    let at = event.span;
    let on_source = |actions: &[&'static str]| {
        let source = arn(event).cloned();
        source.map(|source| allow(at, actions.iter().copied(), vec![source]))
    };
    let interfaces = || allow(at, INTERFACES, vec![text(at, "*")]);
    let secret = |name: &str| {
        let secret = there(event, name).cloned()?;
        Some(allow(at, ["secretsmanager:GetSecretValue"], vec![secret]))
    };
    let mut statements = Vec::new();
    match kind {
        "sqs" => statements.extend(on_source(&[
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ])),
        "stream" => statements.extend(of_stream(event, on_source)),
        "msk" => {
            statements.extend(on_source(&[
                "kafka:DescribeCluster",
                "kafka:GetBootstrapBrokers",
            ]));
            statements.push(interfaces());
        }
        "activemq" | "rabbitmq" => {
            statements.extend(secret("basicAuthArn"));
            statements.extend(on_source(&["mq:DescribeBroker"]));
            statements.push(interfaces());
        }
        "kafka" => {
            let access = there(event, "accessConfigurations").and_then(Node::members);
            for one in access.unwrap_or_default() {
                let in_vpc = one.name.starts_with("vpc");
                match in_vpc {
                    true if one.name == "vpcSubnet" => statements.push(interfaces()),
                    true => {}
                    false => {
                        let secrets = one.value.one_or_many().to_vec();
                        statements.push(allow(at, ["secretsmanager:GetSecretValue"], secrets));
                    }
                }
            }
        }
        "websocket" => {
            let connections = sub(at, "arn:${AWS::Partition}:execute-api:*:*:*/@connections/*");
            statements.push(allow(
                at,
                ["execute-api:ManageConnections"],
                vec![connections],
            ));
        }
        "schedule" if is_scheduler(event) => {
            let itself = attribute(at, &written.id(), "Arn");
            statements.push(allow(at, ["lambda:InvokeFunction"], vec![itself]));
        }
        "cloudFront" => {
            let actions = [
                "logs:CreateLogGroup",
                "logs:CreateLogStream",
                "logs:PutLogEvents",
            ];
            let groups = sub(at, "arn:${AWS::Partition}:logs:*:*:*");
            statements.push(allow(at, actions, vec![groups]));
        }
        _ => {}
    }
    statements
}

fn of_stream(event: &Node, on_source: impl Fn(&[&'static str]) -> Option<Node>) -> Vec<Node> {
    let written = arn(event).and_then(Node::as_text).unwrap_or_default();
    let kind = there(event, "type").and_then(Node::as_text);
    let of_table = kind == Some("dynamodb") || written.contains(":dynamodb:");
    let fan_out =
        there(event, "consumer").is_some_and(|consumer| consumer.shape != Shape::Bool(false));
    let actions = match (of_table, fan_out) {
        (true, _) => TABLE_STREAM.as_slice(),
        (false, false) => STREAM.as_slice(),
        (false, true) => STREAM_WITH_CONSUMER.as_slice(),
    };
    let mut statements: Vec<_> = on_source(actions).into_iter().collect();
    if let Some(stream) = arn(event).filter(|_| fan_out && !of_table) {
        let at = stream.span;
        let named = there(event, "consumer").filter(|consumer| consumer.shape != Shape::Bool(true));
        let consumer = named.cloned().unwrap_or_else(|| {
            let parts = list(at, vec![stream.clone(), text(at, "/consumer/*")]);
            call(at, "Fn::Join", list(at, vec![text(at, ""), parts]))
        });
        statements.push(allow(at, ["kinesis:SubscribeToShard"], vec![consumer]));
    }
    let failure = there(event, "destinations").and_then(|to| there(to, "onFailure"));
    if let Some(to) = failure {
        let arn = there(to, "arn").unwrap_or(to);
        let kind = there(to, "type").and_then(Node::as_text);
        let of_topic =
            kind == Some("sns") || arn.as_text().is_some_and(|arn| arn.contains(":sns:"));
        let actions: &[&str] = match of_topic {
            true => &["sns:Publish"],
            false => &["sqs:ListQueues", "sqs:SendMessage"],
        };
        statements.push(allow(arn.span, actions.iter().copied(), vec![arn.clone()]));
    }
    statements
}
