//! The generated account: execution roles with the grants that accounts have.

use serde_json::{Value, json};

/// Execution roles in the account; the first [`ASKED`] of them are asked for.
pub(crate) const ROLES: u64 = 60;
/// Execution roles that a proposal is asked for.
pub(crate) const ASKED: u64 = 40;
/// The kinds of grants, in the order in which the roles have them, over and over.
pub(crate) const GRANTS: [&str; 6] = [
    "everything",
    "service wildcards",
    "managed policy",
    "conditions",
    "denials",
    "NotAction",
];

/// The output of `aws iam get-account-authorization-details`.
pub(crate) fn account() -> Value {
    let policy = json!({"Version": "2012-10-17", "Statement": managed()});
    let version = json!({"VersionId": "v1", "IsDefaultVersion": true, "Document": policy});
    json!({
        "RoleDetailList": (0..ROLES).map(role).collect::<Vec<_>>(),
        "Policies": [{"Arn": MANAGED, "PolicyVersionList": [version]}],
    })
}

const MANAGED: &str = "arn:aws:iam::123456789012:policy/shop-developers";

fn role(number: u64) -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let attached = match GRANTS[usize::try_from(number).unwrap_or_default() % GRANTS.len()] {
        "managed policy" => json!([{"PolicyName": "shop-developers", "PolicyArn": MANAGED}]),
        _ => json!([]),
    };
    let document = json!({"Version": "2012-10-17", "Statement": inline(number)});
    json!({
        "RoleName": format!("shop-{number:02}-role"),
        "Arn": format!("arn:aws:iam::123456789012:role/service-role/shop-{number:02}-role"),
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": document}],
        "AttachedManagedPolicies": attached,
    })
}

fn inline(number: u64) -> Value {
    let kind = GRANTS[usize::try_from(number).unwrap_or_default() % GRANTS.len()];
    let logs = json!({"Effect": "Allow", "Resource": "arn:aws:logs:*:123456789012:*",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]});
    match kind {
        "everything" => json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]),
        "service wildcards" => json!([logs, {"Effect": "Allow", "Resource": "*", "Action": [
            "dynamodb:*", "s3:*", "sqs:*", "sns:*", "ssm:*", "kms:*", "secretsmanager:*", "lambda:*",
            "ec2:*", "states:*"]}]),
        "managed policy" => json!([logs]),
        "conditions" => json!([logs,
            {"Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}},
            {"Effect": "Allow", "Action": ["kms:*", "ssm:Get*", "sqs:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]),
        "denials" => json!([{"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": ["iam:*", "organizations:*", "ec2:Delete*"], "Resource": "*"},
            {"Effect": "Deny", "Action": "s3:Delete*", "NotResource": "arn:aws:s3:::shop-*"},
            {"Effect": "Deny", "Action": "*", "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}}]),
        _ => {
            json!([{"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
            {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/shop-*"}])
        }
    }
}

/// Twenty statements, as managed policies have them: a list of actions each, on everything or on some resources.
fn managed() -> Value {
    let services = [
        "s3",
        "dynamodb",
        "sqs",
        "sns",
        "ssm",
        "kms",
        "secretsmanager",
        "lambda",
        "ec2",
        "states",
    ];
    let reading = |service: &&str| {
        let verbs = ["Get*", "List*", "Describe*", "BatchGet*", "Query", "Scan"];
        let actions = verbs.map(|verb| format!("{service}:{verb}"));
        json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
    };
    let writing = |service: &&str| {
        let verbs = [
            "Put*", "Create*", "Send*", "Publish", "Invoke*", "Start*", "Decrypt",
        ];
        let actions = verbs.map(|verb| format!("{service}:{verb}"));
        let resources = [
            format!("arn:aws:{service}:*:123456789012:*"),
            format!("arn:aws:{service}:::shop-*"),
        ];
        json!({"Effect": "Allow", "Action": actions, "Resource": resources})
    };
    let statements = services.iter().map(reading);
    statements.chain(services.iter().map(writing)).collect()
}
