//! Roles that were seen at work: many actions on many named resources, as records of a trail.

use std::collections::BTreeSet;

use serde_json::json;
use tightrope::catalog::Catalog;
use tightrope::iam::{Arn, InlinePolicy, Policy, Role, RoleId, TrustPolicy};
use tightrope::usage::{Scope, Usage};

use crate::random::Random;

/// Services with the resource type whose name one parameter gives.
const NAMED: [(&str, &str, &str); 5] = [
    ("dynamodb", "table", "tableName"),
    ("lambda", "function", "functionName"),
    ("ssm", "parameter", "name"),
    ("sns", "topic", "topicArn"),
    ("sqs", "queue", "queueUrl"),
];

/// Roles that may do everything that their services offer.
pub(crate) fn roles(count: usize) -> Vec<Role> {
    let actions: Vec<_> = NAMED
        .iter()
        .map(|(service, ..)| format!("{service}:*"))
        .collect();
    let granted = json!({"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}});
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"}}});
    let role = |number| {
        let arn: Arn = format!("arn:aws:iam::123456789012:role/role-{number}")
            .parse()
            .expect("an ARN");
        Role {
            id: RoleId::of(&arn).expect("a role"),
            arn,
            trust: TrustPolicy::parse(&trust).expect("a trust policy"),
            inline: vec![InlinePolicy {
                name: "all".into(),
                document: Policy::parse(&granted),
            }],
            attached: Vec::new(),
            boundary: None,
            created: None,
        }
    };
    (0..count).map(role).collect()
}

/// What each role was seen to do with so many actions on so many resources: of each resource a few actions.
pub(crate) fn seen(roles: &[Role], actions: usize, resources: usize) -> Usage {
    let mut usage = Usage::new(Scope {
        asked: roles.iter().map(|role| role.id.clone()).collect(),
        others: BTreeSet::new(),
    });
    let mut random = Random::seeded(11);
    let named: Vec<Vec<&str>> = NAMED
        .iter()
        .map(|(service, kind, _)| {
            let of_kind = Catalog::bundled()
                .actions_of(service)
                .iter()
                .filter(|facts| facts.resource_types().any(|(name, _)| name == *kind));
            let names = of_kind.map(|facts| facts.action.name());
            names.take(actions / NAMED.len()).collect()
        })
        .collect();
    let mut number = 0;
    for role in roles {
        for resource in 0..resources {
            let place = resource % NAMED.len();
            let (service, _, parameter) = NAMED[place];
            let family = random.below(6) as usize;
            for name in named[place].iter().skip(family * 2).take(5) {
                number += 1;
                let record = record(
                    role,
                    (service, name),
                    &value(parameter, resource, role),
                    number,
                );
                usage
                    .push(record.as_bytes(), Catalog::bundled())
                    .expect("a record");
            }
        }
    }
    usage
}

fn value(parameter: &str, resource: usize, role: &Role) -> (String, String) {
    let words = [
        "orders", "billing", "stock", "carts", "users", "mail", "search",
    ];
    let name = format!(
        "{}-{}-{}",
        role.id.name(),
        words[resource % 7],
        words[resource / 7 % 7].to_owned() + &"x".repeat(resource / 49)
    );
    let value = match parameter {
        "topicArn" => format!("arn:aws:sns:eu-central-1:123456789012:{name}"),
        "queueUrl" => format!("https://sqs.eu-central-1.amazonaws.com/123456789012/{name}"),
        _ => name,
    };
    (parameter.to_owned(), value)
}

fn record(
    role: &Role,
    (service, name): (&str, &str),
    (parameter, value): &(String, String),
    number: usize,
) -> String {
    json!({
        "eventID": format!("event-{number}"), "eventTime": format!("2026-10-{:02}T08:15:00Z", 1 + number % 14),
        "eventType": "AwsApiCall", "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
        "awsRegion": "eu-central-1", "recipientAccountId": "123456789012",
        "userAgent": "Boto3/1.40 exec-env/AWS_Lambda_python3.12", "sourceIPAddress": "198.51.100.7",
        "requestParameters": {parameter.as_str(): value},
        "userIdentity": {"type": "AssumedRole",
            "arn": format!("arn:aws:sts::123456789012:assumed-role/{}/f", role.id.name()),
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role.arn.to_string()}}},
    })
    .to_string()
}
