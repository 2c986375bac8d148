//! What policies and requests are made of: few words, so that policies meet, with what lies at and around every
//! boundary.

use serde_json::{Value, json};

/// The account of every principal.
pub(super) const ACCOUNT: &str = "123456789012";

/// Patterns of actions.
pub(super) const ACTIONS: [&str; 20] = [
    "s3:GetObject",
    "S3:getobject",
    "s3:PutObject",
    "sqs:SendMessage",
    "*",
    "**",
    "*:*",
    "s3:*",
    "sqs:*",
    "s3:Get*",
    "s3:*Object",
    "s3:?etObject",
    "s3:GetObject?",
    "s3:GetObject*",
    "s3:G*t*b*t",
    "*:GetObject",
    "s*:*e*",
    "s?:PutObject",
    "s3*:??tObject",
    "sqs:S*e",
];

/// The parts of an ARN, from which the patterns of resources are put together.
pub(super) const PARTITIONS: [&str; 4] = ["aws", "aws", "*", "aw?"];
/// A service is written in full, and S3 has no region: AWS takes no other.
pub(super) const SERVICES: [&str; 3] = ["s3", "sqs", "sqs"];
pub(super) const REGIONS: [&str; 4] = ["", "", "*", "eu"];
pub(super) const ACCOUNTS: [&str; 4] = ["", "", "*", "1?"];
pub(super) const NAMES: [&str; 18] = [
    "b", "b/k", "b/kim", "b/*", "*", "b*", "?/k", "b/?", "*/k*", "b/k?m", "*k", "b:k", "b:*",
    "*:k", "?", "b/k/*", "b/*/k", "b//k",
];

/// Patterns of resources that the parts do not make: short ones, and ones whose wildcards reach over parts.
pub(super) const RESOURCES: [&str; 14] = [
    "*",
    "*",
    "**",
    "arn:*",
    "*:*",
    "arn:aws:s3:*",
    "arn:aws:s3:::*",
    "arn:*:b/k",
    "arn:*b/k",
    "arn:aws:s3:*k",
    "arn:aws:s3",
    "*:b/*",
    "arn:aws:s3:*:*:*:*",
    "arn:?ws:s3:::b/k",
];

/// Patterns of resources with variables.
pub(super) const VARIABLE_RESOURCES: [&str; 11] = [
    "arn:aws:s3:::b/${aws:username}",
    "arn:aws:s3:::b/${AWS:UserName}/*",
    "arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/*",
    "arn:aws:s3:::b/${aws:PrincipalTag/team}-${aws:username}",
    "arn:aws:s3:::b/*${aws:username}",
    "arn:aws:s3:::b/${*}",
    "arn:aws:s3:::b/${?}m",
    "arn:aws:s3:::b/${$}{k}",
    "arn:*:${aws:PrincipalTag/team, 'b'}/k",
    "arn:*:${aws:PrincipalTag/team, 'b'}/k:*:*:*",
    "arn:aws:s3:${aws:username}:*:b*",
];

/// Who asks: a session of a role, a user, a role.
pub(super) const PRINCIPALS: [&str; 3] = [
    "arn:aws:sts::123456789012:assumed-role/orders/run",
    "arn:aws:iam::123456789012:user/kim",
    "arn:aws:iam::123456789012:role/orders",
];

/// What a resource-based policy can name them by.
pub(super) fn named() -> Vec<Value> {
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    let mut all = vec![
        json!("*"),
        json!({"AWS": "*"}),
        json!({"AWS": ACCOUNT}),
        json!({"AWS": root}),
        json!({"AWS": ["arn:aws:iam::123456789013:root", "arn:aws:iam::123456789012:user/ann"]}),
        json!({"Service": "lambda.amazonaws.com"}),
        json!({"Service": ["s3.amazonaws.com"], "AWS": [PRINCIPALS[0], root]}),
        json!({"AWS": "arn:aws:sts::123456789012:assumed-role/orders/other"}),
        json!({"AWS": "arn:aws:iam::123456789012:role/others"}),
    ];
    all.extend(PRINCIPALS.map(|principal| json!({"AWS": principal})));
    all
}
