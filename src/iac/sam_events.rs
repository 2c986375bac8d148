//! Events and destinations of a function of SAM: the resources that they become, and what they add to its role.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html>

use super::nodes::{allow, managed_policy, member, object, reference, sub, text, there};
use super::sam::made_for;
use super::sam_destinations::send;
use super::template::Declared;
use crate::text::{Member, Node};

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
    /// Adds a statement to the policy of this name.
    pub(super) fn allow<'a>(
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
    let events = there(&function.properties, "Events").and_then(Node::members);
    for event in events.unwrap_or_default() {
        let Some(kind) = there(&event.value, "Type").and_then(Node::as_text) else {
            continue;
        };
        let nothing = object(event.value.span, Vec::new());
        let properties = there(&event.value, "Properties").unwrap_or(&nothing);
        let polled = POLLED.iter().find(|(name, ..)| *name == kind);
        if let Some((_, named, managed)) = polled {
            poll(function, event, (named, *managed), added);
            polled_statements(kind, properties, added);
        } else if kind == "SNS" && there(properties, "SqsSubscription").is_some() {
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
    let properties = there(&event.value, "Properties");
    let property = |name: &str| properties.and_then(|properties| there(properties, name));
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
    let failure = property("DestinationConfig").and_then(|config| there(config, "OnFailure"));
    if let Some(failure) = failure
        && let Some(kind) = there(failure, "Type").and_then(Node::as_text)
        && let Some(to) = there(failure, "Destination")
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
        // The secret of a root certificate is not among them, whatever it would need.
        "SelfManagedKafka" => ("SelfManagedKafkaExecutionRolePolicy", |kind| {
            kind.ends_with("_AUTH")
        }),
        _ => return,
    };
    let access = there(properties, "SourceAccessConfigurations");
    let access = access.map(Node::one_or_many).unwrap_or_default().iter();
    let access = access.filter_map(|one| Some((there(one, "Type")?.as_text()?, one)));
    let access: Vec<_> = access.collect();
    let needed = access.iter().filter(|(kind, _)| secrets(kind));
    for secret in needed.filter_map(|(_, one)| there(one, "URI")) {
        added.allow(name, ["secretsmanager:GetSecretValue"], secret.clone());
    }
    let in_vpc = access.iter().any(|(kind, _)| *kind == "VPC_SUBNET");
    match kind {
        "MQ" => {
            if let Some(broker) = there(properties, "Broker") {
                added.allow(name, ["mq:DescribeBroker"], broker.clone());
            }
        }
        "DocumentDB" => documents(name, properties, added),
        "SelfManagedKafka" if in_vpc => {
            added.allow(name, INTERFACES, text(properties.span, "*"));
        }
        _ => {}
    }
    if let Some(key) = there(properties, "SecretsManagerKmsKeyId").and_then(Node::as_text) {
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
    if let Some(cluster) = there(properties, "Cluster") {
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
    let Some(config) = there(properties, "SchemaRegistryConfig") else {
        return;
    };
    let access = there(config, "AccessConfigs").map(Node::one_or_many);
    for secret in access
        .unwrap_or_default()
        .iter()
        .filter_map(|one| there(one, "URI"))
    {
        added.allow(name, ["secretsmanager:GetSecretValue"], secret.clone());
    }
    let Some(uri) = there(config, "SchemaRegistryURI") else {
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
