//! Events and destinations of a function of the Serverless Framework: the resources that they become, and what they add to its
//! role.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/events>

use super::nodes::{allow, attribute, call, list, member, object, reference, sub, text};
use super::sam::given as there;
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
fn each<'n>(written: &Written<'n>) -> Vec<(&'n str, &'n Node)> {
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
fn arn(event: &Node) -> Option<&Node> {
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
fn sides(written: &Written<'_>) -> Vec<(&'static str, Node, &'static str)> {
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

fn is_scheduler(event: &Node) -> bool {
    there(event, "method").and_then(Node::as_text) == Some("scheduler")
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
