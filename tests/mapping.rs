//! Events as accesses: `tests/cases/mapping.tsv`, one line a case with the page of AWS's documentation that it
//! rests on, and what must hold of every event.

#![allow(
    clippy::too_many_lines,
    reason = "a table of cases is read down, not understood at once"
)]

use std::fs;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tightrope::catalog::Catalog;
use tightrope::iam::Arn;
use tightrope::report::{observed_to_json, observed_to_text};
use tightrope::usage::{Event, Observation, On, SetAside, observe};

/// A record of a call by a session of a role.
fn record(source: &str, name: &str, mut parameters: Value) -> Value {
    let mut member = |name: &str| {
        let map = parameters.as_object_mut();
        map.and_then(|map| map.remove(name)).unwrap_or(Value::Null)
    };
    let (response, resources) = (member("~response"), member("~resources"));
    let region = match member("~region") {
        Value::Null => json!("eu-west-1"),
        region => region,
    };
    json!({
        "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "eventType": "AwsApiCall",
        "awsRegion": region, "recipientAccountId": "123456789012",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/r/s"},
        "requestParameters": parameters, "responseElements": response, "resources": resources,
    })
}

fn text(record: &Value) -> String {
    let bytes = record.to_string();
    let event = Event::parse(bytes.as_bytes()).expect("a record");
    observed_to_text(&event, &observe(&event, Catalog::bundled()))
}

fn line(record: &Value) -> Value {
    let bytes = record.to_string();
    let event = Event::parse(bytes.as_bytes()).expect("a record");
    let line = observed_to_json(&event, &observe(&event, Catalog::bundled()));
    serde_json::from_str(&line).expect("JSON")
}

/// The rows of a table without its header.
fn table(path: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).expect("a table");
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

#[test]
fn an_event_is_the_accesses_that_aws_authorised() {
    let cases = table("tests/cases/mapping.tsv");
    assert!(cases.len() >= 400, "{} cases", cases.len());
    for case in &cases {
        let [source, name, parameters, expected, page] = &case[..] else {
            panic!("{case:?}");
        };
        let parameters = serde_json::from_str(parameters).expect("JSON");
        let found = text(&record(source, name, parameters));
        assert_eq!(
            found,
            format!("{source}.amazonaws.com {name} {expected}"),
            "{page}"
        );
    }
}

#[test]
fn every_conditional_rule_has_a_case_with_its_action_and_one_without() {
    let cases = table("tests/cases/mapping.tsv");
    let mut checked = 0;
    let mut lacking = Vec::new();
    for rule in table("policy-data/written/conditional-rules.tsv") {
        let (id, operations, when, effect) = (&rule[0], &rule[2], &rule[3], &rule[4]);
        let last = rule[5].split(' ').next_back().unwrap_or_default();
        if effect == "none" || effect == "resource" || last == "-" {
            continue;
        }
        let optional = effect == "add-optional";
        let says = |case: &&Vec<String>| {
            let mut accesses = case[3].split("; ").skip(1);
            accesses.any(|access| {
                access.starts_with(&format!("{last} on "))
                    && access.ends_with("(perhaps)") == optional
            })
        };
        let listed = |name: &str| {
            let mut names = operations
                .split(' ')
                .map(|listed| listed.trim_end_matches('*'));
            names.any(|listed| name.starts_with(listed))
        };
        let of_rule: Vec<_> = cases.iter().filter(|case| listed(&case[1])).collect();
        if !of_rule.iter().any(says) {
            lacking.push(format!("{id}: no case with {last}"));
        }
        if when != "-" && of_rule.iter().all(says) {
            lacking.push(format!("{id}: no case without {last}"));
        }
        checked += 1;
    }
    assert_eq!(lacking, Vec::<String>::new());
    assert!(checked >= 35, "{checked} rules");
}

#[test]
fn what_the_record_tells_of_the_context_is_said_and_nothing_else() {
    let role = "arn:aws:iam::123456789012:role/r";
    let key = json!([{"ARN": "arn:aws:kms:eu-west-1:123456789012:key/k"}]);
    let cases = [
        (
            "lambda",
            "CreateFunction",
            json!({"functionName": "f", "role": role}),
            1,
            "iam:PassedToService",
            json!("lambda.amazonaws.com"),
        ),
        (
            "ecs",
            "RegisterTaskDefinition",
            json!({"family": "f", "taskRoleArn": role}),
            1,
            "iam:PassedToService",
            json!("ecs-tasks.amazonaws.com"),
        ),
        (
            "kinesisanalytics",
            "CreateApplication",
            json!({"applicationName": "f", "serviceExecutionRole": role}),
            1,
            "iam:PassedToService",
            Value::Null,
        ),
        (
            "ec2",
            "CreateVpc",
            json!({"tagSpecificationSet": {"items": [{"resourceType": "vpc"}]}}),
            1,
            "ec2:CreateAction",
            json!("CreateVpc"),
        ),
        (
            "kms",
            "Decrypt",
            json!({"encryptionContext": {"a": "b"}, "~resources": key}),
            0,
            "kms:EncryptionContext:a",
            json!("b"),
        ),
        (
            "kms",
            "Decrypt",
            json!({"~resources": key}),
            0,
            "kms:ViaService",
            Value::Null,
        ),
        (
            "s3",
            "ListObjectsV2",
            json!({"bucketName": "b", "prefix": "in/"}),
            0,
            "s3:prefix",
            json!("in/"),
        ),
        (
            "s3",
            "ListObjectsV2",
            json!({"bucketName": "b"}),
            0,
            "s3:prefix",
            Value::Null,
        ),
        (
            "sts",
            "AssumeRole",
            json!({"roleArn": role, "externalId": "x"}),
            0,
            "sts:ExternalId",
            json!("x"),
        ),
        (
            "ecs",
            "RunTask",
            json!({"taskDefinition": "t:1", "cluster": "c"}),
            0,
            "ecs:cluster",
            json!("arn:aws:ecs:eu-west-1:123456789012:cluster/c"),
        ),
        (
            "lambda",
            "CreateEventSourceMapping",
            json!({"functionName": "arn:aws:lambda:eu-west-1:123456789012:function:f"}),
            0,
            "lambda:FunctionArn",
            json!("arn:aws:lambda:eu-west-1:123456789012:function:f"),
        ),
        (
            "sqs",
            "SendMessage",
            json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/210987654321/q"}),
            0,
            "aws:ResourceAccount",
            json!("210987654321"),
        ),
        (
            "sqs",
            "ListQueues",
            json!({}),
            0,
            "aws:RequestedRegion",
            json!("eu-west-1"),
        ),
        (
            "s3",
            "GetObject",
            json!({"bucketName": "b", "key": "k"}),
            0,
            "aws:ResourceAccount",
            Value::Null,
        ),
    ];
    for (source, name, parameters, access, key, expected) in cases {
        let line = line(&record(source, name, parameters));
        let found = &line["accesses"][access]["context"][key];
        assert_eq!(*found, expected, "{source} {name} {key}: {line}");
    }
    let mut through = record("kms", "Decrypt", json!({}));
    through["userIdentity"]["invokedBy"] = json!("s3.amazonaws.com");
    through["vpcEndpointId"] = json!("vpce-1");
    let context = &line(&through)["accesses"][0]["context"];
    assert_eq!(context["kms:ViaService"], "s3.eu-west-1.amazonaws.com");
    assert_eq!(context["aws:SourceVpce"], Value::Null);
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[test]
fn what_was_denied_is_said_in_aws_own_words_and_checks_our_map() {
    let put = "User: u is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::b/k\" because no \
               identity-based policy allows the s3:PutObject action";
    let pass = "User: u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/x";
    let cases = [
        (
            "s3",
            "PutObject",
            "AccessDenied",
            put,
            "denied (AccessDenied); s3:PutObject on arn:aws:s3:::b/k",
        ),
        (
            "s3",
            "PutObject",
            "AccessDenied",
            "Access Denied",
            "denied (AccessDenied); s3:PutObject on *",
        ),
        (
            "s3",
            "GetObject",
            "AccessDenied",
            put,
            "denied (AccessDenied; the message names another action than our map of the event); s3:PutObject on arn:aws:s3:::b/k",
        ),
        (
            "batch",
            "CreateComputeEnvironment",
            "ClientException",
            pass,
            "denied (ClientException; the message names another action than our map of the event); iam:PassRole on arn:aws:iam::123456789012:role/x",
        ),
        (
            "ec2",
            "StopInstances",
            "Client.UnauthorizedOperation",
            "",
            "denied (Client.UnauthorizedOperation); ec2:StopInstances on arn:aws:ec2:eu-west-1:123456789012:instance/*",
        ),
        (
            "dynamodb",
            "GetItem",
            "AccessDeniedException",
            "User: u is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/t",
            "denied (AccessDeniedException); dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:123456789012:table/t",
        ),
        (
            "sqs",
            "ListQueues",
            "AccessDenied",
            "User: u is not authorized to perform: sqs:ListQueues on resource: *",
            "denied (AccessDenied); sqs:ListQueues on *",
        ),
        (
            "s3",
            "GetObject",
            "NoSuchKey",
            "",
            "used (authorised, and failed with NoSuchKey); s3:GetObject on *",
        ),
        (
            "ec2",
            "StopInstances",
            "Client.DryRunOperation",
            "",
            "used (authorised, and failed with Client.DryRunOperation); ec2:StopInstances on arn:aws:ec2:eu-west-1:123456789012:instance/*",
        ),
    ];
    for (source, name, code, message, expected) in cases {
        let mut record = record(source, name, json!({}));
        record["errorCode"] = json!(code);
        record["errorMessage"] = json!(message);
        let found = text(&record);
        assert_eq!(found, format!("{source}.amazonaws.com {name} {expected}"));
    }
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
#[test]
fn what_is_no_call_of_a_role_is_set_aside_with_the_reason() {
    let cases = [
        (
            json!({"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventVersion": "2.1", "userIdentity": {"principalId": "x"}, "s3": {}}),
            SetAside::Notification,
        ),
        (
            json!({"eventSource": "kms.amazonaws.com", "eventName": "RotateKey", "eventType": "AwsServiceEvent"}),
            SetAside::ServiceEvent,
        ),
        (
            json!({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn"}),
            SetAside::SignIn,
        ),
        (
            json!({"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "eventType": "AwsCloudTrailInsight"}),
            SetAside::Insight,
        ),
        (
            json!({"eventSource": "sts.amazonaws.com", "eventName": "AssumeRole", "eventType": "AwsApiCall", "userIdentity": {"type": "AWSService", "invokedBy": "lambda.amazonaws.com"}}),
            SetAside::OtherPrincipal,
        ),
        (
            json!({"eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventType": "AwsVpceEvent"}),
            SetAside::OtherKind,
        ),
    ];
    for (record, expected) in cases {
        let bytes = record.to_string();
        let event = Event::parse(bytes.as_bytes()).expect("a record");
        let found = observe(&event, Catalog::bundled());
        assert_eq!(found, Observation::SetAside(expected), "{record}");
    }
}

/// What parameters were left out of could have said anything.
#[test]
fn a_record_without_parameters_stands_for_every_request_it_could_have_been() {
    let record = record("s3", "GetObject", Value::Null);
    assert_eq!(
        text(&record),
        "s3.amazonaws.com GetObject used; s3:GetObject on *; s3:GetObjectVersion on * (perhaps)"
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z:/*?${}%-]{0,12}".prop_map(Value::from),
        "arn:aws:(s3|lambda|states|sqs|iam):[a-z0-9:/.-]{0,24}".prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let names = prop_oneof![
        Just("functionName"),
        Just("queueUrl"),
        Just("bucketName"),
        Just("key"),
        Just("statement"),
        Just("requestItems"),
        Just("entries"),
        Just("keyId"),
        Just("secretId"),
        Just("name"),
        Just("modelId"),
        Just("x-amz-copy-source"),
        Just("executionArn"),
        Just("shardIterator"),
        Just("encryptionContext"),
        Just("tagSpecificationSet"),
        Just("operation"),
        Just("tableName"),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let members = prop::collection::vec((names.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value));
                Value::from(members.collect::<Map<_, _>>())
            }),
        ]
    })
}

fn any_operation() -> impl Strategy<Value = (String, String)> {
    let cases = table("tests/cases/mapping.tsv");
    let pairs: Vec<_> = cases
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    prop::sample::select(pairs)
}

proptest! {
    #[test]
    fn no_event_panics_and_every_exact_resource_is_an_arn(
        (source, name) in any_operation(),
        (parameters, response, resources) in (any_json(), any_json(), any_json()),
        code in prop_oneof![Just(Value::Null), Just(json!("AccessDenied"))],
        message in "(User: u is not authorized to perform: )?[a-z0-9:. \"*]{0,30}( on resource: )?\\PC{0,20}",
    ) {
        let mut record = record(&source, &name, Value::Null);
        record["requestParameters"] = parameters;
        record["responseElements"] = response;
        record["resources"] = resources;
        record["errorCode"] = code;
        record["errorMessage"] = json!(message);
        let bytes = record.to_string();
        let event = Event::parse(bytes.as_bytes()).expect("a record");
        let observation = observe(&event, Catalog::bundled());
        prop_assert!(!observed_to_json(&event, &observation).contains('\n'));
        let observed = match observation {
            Observation::Used(observed) | Observation::Denied { wanted: observed, .. } => observed,
            Observation::SetAside(_) | Observation::Unattributed => Vec::new(),
        };
        for on in observed.iter().flat_map(|observed| &observed.access.on) {
            if let On::Exactly(arn) = on {
                prop_assert!(arn.as_str().parse::<Arn>().is_ok());
            }
        }
        prop_assert!(observed.iter().all(|observed| !observed.access.on.is_empty()));
    }
}
