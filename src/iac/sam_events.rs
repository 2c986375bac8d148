//! Events and destinations of a function of SAM: the resources that they become, and what they add to its role.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html>

use super::nodes::{
    allow, attribute, call, list, managed_policy, member, object, reference, sub, text,
};
use super::sam::{given, made_for};
use super::template::Declared;
use crate::text::{Member, Node, Span};

/// What SAM adds for a function.
#[derive(Default)]
pub(super) struct Added {
    pub(super) resources: Vec<Declared>,
    /// ARNs of managed policies for its role.
    pub(super) managed: Vec<Node>,
    /// Statements for its role, by the policy that they are embedded in.
    pub(super) statements: Vec<(String, Vec<Node>)>,
}

impl Added {
    fn allow<'a>(
        &mut self,
        name: &str,
        actions: impl IntoIterator<Item = &'a str>,
        resource: Node,
    ) {
        let statement = allow(resource.span, actions, vec![resource]);
        match self
            .statements
            .iter_mut()
            .find(|(before, _)| before == name)
        {
            Some((_, statements)) => statements.push(statement),
            None => self.statements.push((name.to_owned(), vec![statement])),
        }
    }
}

/// The event sources that Lambda polls: the property that names each, and the managed policy that its function's role gets.
const POLLED: [(&str, &str, Option<&str>); 7] = [
    ("SQS", "Queue", Some("AWSLambdaSQSQueueExecutionRole")),
    ("Kinesis", "Stream", Some("AWSLambdaKinesisExecutionRole")),
    ("DynamoDB", "Stream", Some("AWSLambdaDynamoDBExecutionRole")),
    ("MSK", "Stream", Some("AWSLambdaMSKExecutionRole")),
    ("MQ", "Broker", None),
    ("DocumentDB", "Cluster", None),
    ("SelfManagedKafka", "", None),
];

/// The services that invoke a function for other events.
const PUSHED: [(&str, &str); 14] = [
    ("AlexaSkill", "alexa-appkit.amazon.com"),
    ("Api", "apigateway.amazonaws.com"),
    ("CloudWatchEvent", "events.amazonaws.com"),
    ("CloudWatchLogs", "logs.amazonaws.com"),
    ("Cognito", "cognito-idp.amazonaws.com"),
    ("EventBridgeRule", "events.amazonaws.com"),
    ("HttpApi", "apigateway.amazonaws.com"),
    ("IoTRule", "iot.amazonaws.com"),
    ("S3", "s3.amazonaws.com"),
    ("SNS", "sns.amazonaws.com"),
    ("Schedule", "events.amazonaws.com"),
    ("ScheduleV2", "scheduler.amazonaws.com"),
    ("WebSocketApi", "apigateway.amazonaws.com"),
    ("AlexaSmartHome", "alexa-connectedhome.amazon.com"),
];

/// Adds what the events of a function need.
pub(super) fn add_events(function: &Declared, added: &mut Added) {
    let events = given(&function.properties, "Events").and_then(Node::members);
    for event in events.unwrap_or_default() {
        let Some(kind) = given(&event.value, "Type").and_then(Node::as_text) else {
            continue;
        };
        let nothing = object(event.value.span, Vec::new());
        let properties = given(&event.value, "Properties").unwrap_or(&nothing);
        let polled = POLLED.iter().find(|(name, ..)| *name == kind);
        if let Some((_, named, managed)) = polled {
            poll(function, event, (named, *managed), added);
            polled_statements(kind, properties, added);
        } else if kind == "SNS" && given(properties, "SqsSubscription").is_some() {
            added.managed.push(managed_policy(
                event.value.span,
                "AWSLambdaSQSQueueExecutionRole",
            ));
        } else if let Some((_, service)) = PUSHED.iter().find(|(name, _)| *name == kind) {
            let of = vec![
                member("FunctionName", reference(event.name_span, &function.id)),
                member("Principal", text(event.name_span, service)),
                member("Action", text(event.name_span, "lambda:InvokeFunction")),
            ];
            push(function, event, "AWS::Lambda::Permission", of, added);
        }
    }
}

fn push(
    function: &Declared,
    event: &Member,
    kind: &str,
    properties: Vec<Member>,
    added: &mut Added,
) {
    let id = format!("{}{}", function.id, event.name);
    let mut made = made_for(function, id, kind, properties);
    made.span = event.name_span.or(function.span);
    added.resources.push(made);
}

fn poll(
    function: &Declared,
    event: &Member,
    (named, managed): (&str, Option<&str>),
    added: &mut Added,
) {
    let properties = given(&event.value, "Properties");
    let property = |name: &str| properties.and_then(|properties| given(properties, name));
    let span = event.name_span;
    let mut mapping = vec![member("FunctionName", reference(span, &function.id))];
    mapping.extend(property(named).map(|arn| member("EventSourceArn", arn.clone())));
    mapping.extend(
        property("DestinationConfig").map(|config| member("DestinationConfig", config.clone())),
    );
    push(
        function,
        event,
        "AWS::Lambda::EventSourceMapping",
        mapping,
        added,
    );
    added
        .managed
        .extend(managed.map(|name| managed_policy(span, name)));
    let failure = property("DestinationConfig").and_then(|config| given(config, "OnFailure"));
    if let Some(failure) = failure
        && let Some(kind) = given(failure, "Type").and_then(Node::as_text)
        && let Some(to) = given(failure, "Destination")
    {
        send(&format!("{}{}", function.id, event.name), kind, to, added);
    }
}

/// What SAM writes into the role for event sources that ask for secrets.
fn polled_statements(kind: &str, properties: &Node, added: &mut Added) {
    let (name, secrets): (_, fn(&str) -> bool) = match kind {
        "MSK" => ("MSKExecutionRolePolicy", |kind| {
            kind == "CLIENT_CERTIFICATE_TLS_AUTH"
        }),
        "MQ" => ("SamAutoGeneratedAMQPolicy", |kind| kind == "BASIC_AUTH"),
        "DocumentDB" => ("SamAutoGeneratedDocumentDBPolicy", |kind| {
            kind == "BASIC_AUTH"
        }),
        "SelfManagedKafka" => ("SelfManagedKafkaExecutionRolePolicy", |kind| {
            kind.ends_with("_AUTH") || kind == "SERVER_ROOT_CA_CERTIFICATE"
        }),
        _ => return,
    };
    let access = given(properties, "SourceAccessConfigurations");
    let access = access.map(Node::one_or_many).unwrap_or_default().iter();
    let access = access.filter_map(|one| Some((given(one, "Type")?.as_text()?, one)));
    let access: Vec<_> = access.collect();
    let needed = access.iter().filter(|(kind, _)| secrets(kind));
    for secret in needed.filter_map(|(_, one)| given(one, "URI")) {
        added.allow(name, ["secretsmanager:GetSecretValue"], secret.clone());
    }
    let in_vpc = access.iter().any(|(kind, _)| *kind == "VPC_SUBNET");
    match kind {
        "MQ" => {
            if let Some(broker) = given(properties, "Broker") {
                added.allow(name, ["mq:DescribeBroker"], broker.clone());
            }
        }
        "DocumentDB" => documents(name, properties, added),
        "SelfManagedKafka" if in_vpc => {
            added.allow(name, INTERFACES, text(properties.span, "*"));
        }
        _ => {}
    }
    if let Some(key) = given(properties, "SecretsManagerKmsKeyId").and_then(Node::as_text) {
        let key = in_account(properties, "kms", &format!("key/{key}"));
        added.allow(name, ["kms:Decrypt"], key);
    }
    registry(name, properties, added);
}

/// What polling DocumentDB needs.
fn documents(name: &str, properties: &Node, added: &mut Added) {
    let groups = in_account(properties, "rds", "cluster-pg:*");
    added.allow(name, ["rds:DescribeDBClusterParameters"], groups);
    let subnets = in_account(properties, "rds", "subgrp:*");
    added.allow(name, ["rds:DescribeDBSubnetGroups"], subnets);
    if let Some(cluster) = given(properties, "Cluster") {
        added.allow(name, ["rds:DescribeDBClusters"], cluster.clone());
    }
    added.allow(name, INTERFACES, text(properties.span, "*"));
}

/// The ARN of something in the account and Region of the stack.
fn in_account(at: &Node, service: &str, resource: &str) -> Node {
    let place = "${AWS::Region}:${AWS::AccountId}";
    let arn = format!("arn:${{AWS::Partition}}:{service}:{place}:{resource}");
    sub(at.span, &arn)
}

const INTERFACES: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

/// What reading schemas of Kafka records needs.
fn registry(name: &str, properties: &Node, added: &mut Added) {
    let Some(config) = given(properties, "SchemaRegistryConfig") else {
        return;
    };
    let access = given(config, "AccessConfigs").map(Node::one_or_many);
    for secret in access
        .unwrap_or_default()
        .iter()
        .filter_map(|one| given(one, "URI"))
    {
        added.allow(name, ["secretsmanager:GetSecretValue"], secret.clone());
    }
    let Some(uri) = given(config, "SchemaRegistryURI") else {
        return;
    };
    let written = uri.as_text().or_else(|| {
        let argument = uri.get("Fn::Sub").or_else(|| uri.get("!Sub"));
        argument.and_then(Node::as_text)
    });
    let registry = written.and_then(|arn| arn.split_once(":registry/"));
    if let Some((_, registry)) = registry {
        added.allow(name, ["glue:GetRegistry"], uri.clone());
        let schemas = in_account(uri, "glue", &format!("schema/{registry}/*"));
        added.allow(name, ["glue:GetSchemaVersion"], schemas);
    }
}

/// What sending records to a destination needs; nothing for a topic of Kafka.
fn send(id: &str, kind: &str, to: &Node, added: &mut Added) {
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
    if let Some(letters) = given(properties, "DeadLetterQueue")
        && let Some(to) = given(letters, "TargetArn")
    {
        let action = match given(letters, "Type").and_then(Node::as_text) {
            Some("SNS") => "sns:Publish",
            _ => "sqs:SendMessage",
        };
        added.allow("DeadLetterQueuePolicy", [action], to.clone());
    }
    let config = given(properties, "EventInvokeConfig");
    let Some(config) = config.and_then(|config| given(config, "DestinationConfig")) else {
        return;
    };
    let id = format!("{}EventInvokeConfig", function.id);
    let mut sides = Vec::new();
    for after in ["OnSuccess", "OnFailure"] {
        let Some(side) = given(config, after) else {
            continue;
        };
        let kind = given(side, "Type")
            .and_then(Node::as_text)
            .unwrap_or_default();
        let to = match given(side, "Destination") {
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
