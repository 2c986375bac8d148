//! Promises 1, 2 and 7 on the files that were written, by an evaluator that shares nothing with the program, and by
//! requests that were read from the records by a person.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::evaluator::{World, allows, glob, worlds};
use crate::shipped::{PROPOSED, granted, records, shipped};

const LOGS: &str = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/";

/// What the functions did: the role, the event's source and name, the action and a resource that IAM was asked for.
/// Where an event does not tell its resource exactly, one that it may have been.
#[rustfmt::skip]
const DONE: [(&str, &str, &str, &str); 46] = [
    ("checkout-role", "logs CreateLogStream", "logs:CreateLogStream", "checkout:log-stream:2026/10/02/[$LATEST]cd0b59347f2bee48b77169336bdfd910"),
    ("checkout-role", "secretsmanager GetSecretValue", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webshop/checkout/database-a1B2c3"),
    ("checkout-role", "kms Decrypt", "kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/1f6d2c40-5b7e-4d0a-9c3e-0a1b2c3d4e5f"),
    ("checkout-role", "ssm GetParameter", "ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/webshop/checkout/feature-flags"),
    ("checkout-role", "ssm GetParameter", "ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/webshop/checkout/shipping-fees"),
    ("checkout-role", "ssm GetParameters", "ssm:GetParameters", "arn:aws:ssm:eu-central-1:123456789012:parameter/webshop/checkout/feature-flags"),
    ("checkout-role", "ssm GetParameters", "ssm:GetParameters", "arn:aws:ssm:eu-central-1:123456789012:parameter/webshop/checkout/shipping-fees"),
    ("checkout-role", "states StartExecution", "states:StartExecution", "arn:aws:states:eu-central-1:123456789012:stateMachine:order-fulfilment"),
    ("thumbnails-role", "logs CreateLogStream", "logs:CreateLogStream", "thumbnails:log-stream:2026/10/02/[$LATEST]e447972b2d7fd0a469ee57082f720d7e"),
    ("thumbnails-role", "s3 GetBucketLocation", "s3:GetBucketLocation", "arn:aws:s3:::webshop-uploads"),
    ("thumbnails-role", "s3 GetBucketLocation", "s3:GetBucketLocation", "arn:aws:s3:::webshop-thumbnails"),
    ("thumbnails-role", "s3 GetBucketVersioning", "s3:GetBucketVersioning", "arn:aws:s3:::webshop-uploads"),
    ("thumbnails-role", "s3 GetBucketCors", "s3:GetBucketCORS", "arn:aws:s3:::webshop-thumbnails"),
    ("shared-worker-role", "logs CreateLogStream", "logs:CreateLogStream", "mail-worker:log-stream:2026/10/12/[$LATEST]8dae676f2a408c94c4182224a3afb65c"),
    ("shared-worker-role", "dynamodb DescribeTable", "dynamodb:DescribeTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/orders"),
    ("shared-worker-role", "dynamodb DescribeTable", "dynamodb:DescribeTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/invoices"),
    ("shared-worker-role", "dynamodb ListTables", "dynamodb:ListTables", "*"),
    ("shared-worker-role", "kms Decrypt", "kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/7b0e9d18-2c4f-4a63-8f15-1b2c3d4e5f60"),
    ("shared-worker-role", "kms GenerateDataKey", "kms:GenerateDataKey", "arn:aws:kms:eu-central-1:123456789012:key/7b0e9d18-2c4f-4a63-8f15-1b2c3d4e5f60"),
    ("shared-worker-role", "sqs GetQueueAttributes", "sqs:GetQueueAttributes", "arn:aws:sqs:eu-central-1:123456789012:webshop-orders"),
    ("shared-worker-role", "sqs GetQueueAttributes", "sqs:GetQueueAttributes", "arn:aws:sqs:eu-central-1:123456789012:webshop-mail"),
    ("shared-worker-role", "sqs GetQueueUrl", "sqs:GetQueueUrl", "arn:aws:sqs:eu-central-1:123456789012:webshop-mail"),
    ("shared-worker-role", "sqs GetQueueUrl", "sqs:GetQueueUrl", "arn:aws:sqs:eu-central-1:123456789012:webshop-orders"),
    ("shared-worker-role", "ses GetSendQuota", "ses:GetSendQuota", "*"),
    ("reports-role", "logs CreateLogStream", "logs:CreateLogStream", "reports:log-stream:2026/10/02/[$LATEST]efe9069e27ecc187299ad683ba95006b"),
    ("reports-role", "athena StartQueryExecution", "athena:StartQueryExecution", "arn:aws:athena:eu-central-1:123456789012:workgroup/reports"),
    ("reports-role", "athena GetQueryExecution", "athena:GetQueryExecution", "arn:aws:athena:eu-central-1:123456789012:workgroup/reports"),
    ("reports-role", "athena GetQueryResults", "athena:GetQueryResults", "arn:aws:athena:eu-central-1:123456789012:workgroup/reports"),
    ("reports-role", "glue GetDatabase", "glue:GetDatabase", "arn:aws:glue:eu-central-1:123456789012:database/webshop"),
    ("reports-role", "glue GetTable", "glue:GetTable", "arn:aws:glue:eu-central-1:123456789012:table/webshop/orders"),
    ("reports-role", "glue GetPartitions", "glue:GetPartitions", "arn:aws:glue:eu-central-1:123456789012:catalog"),
    ("reports-role", "s3 GetBucketLocation", "s3:GetBucketLocation", "arn:aws:s3:::webshop-reports-123456789012"),
    ("reports-role", "s3 ListObjects", "s3:ListBucket", "arn:aws:s3:::webshop-reports-123456789012"),
    ("reports-role", "s3 HeadBucket", "s3:ListBucket", "arn:aws:s3:::webshop-reports-123456789012"),
    ("reports-role", "s3 GetObject", "s3:GetObject", "arn:aws:s3:::webshop-reports-123456789012/lake/orders/day=2026-10-06/part-0.parquet"),
    ("reports-role", "s3 PutObject", "s3:PutObject", "arn:aws:s3:::webshop-reports-123456789012/monthly/2026-09.csv"),
    ("reports-role", "dynamodb GetItem", "dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/sales-summary"),
    ("reports-role", "dynamodb Query", "dynamodb:Query", "arn:aws:dynamodb:eu-central-1:123456789012:table/sales-summary/index/by-month"),
    ("payments-role", "logs CreateLogStream", "logs:CreateLogStream", "payments:log-stream:2026/10/05/[$LATEST]a"),
    ("payments-role", "kms Decrypt", "kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/c83a5f92-6d1b-4e7c-b2a4-2c3d4e5f6071"),
    ("payments-role", "secretsmanager GetSecretValue", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webshop/payments/gateway-d4E5f6"),
    ("inventory-role", "logs CreateLogStream", "logs:CreateLogStream", "inventory:log-stream:2026/10/12/[$LATEST]f14a9b52292e2c5e19bb16ed92681804"),
    ("inventory-role", "lambda GetFunction20150331v2", "lambda:GetFunction", "arn:aws:lambda:eu-central-1:123456789012:function:checkout"),
    ("inventory-role", "dynamodb DescribeTable", "dynamodb:DescribeTable", "arn:aws:dynamodb:eu-west-1:123456789012:table/inventory"),
    ("inventory-role", "ec2 CreateSnapshot", "ec2:CreateSnapshot", "arn:aws:ec2:eu-central-1:123456789012:volume/vol-0f1e2d3c4b5a69788"),
    ("inventory-role", "ssm GetParametersByPath", "ssm:GetParametersByPath", "arn:aws:ssm:eu-central-1:123456789012:parameter/webshop/inventory"),
];

/// More of it: events with further resources, and calls that IAM asks no resource for.
#[rustfmt::skip]
const DONE_TOO: [(&str, &str, &str, &str); 8] = [
    ("inventory-role", "lambda ListFunctions20150331", "lambda:ListFunctions", "*"),
    ("inventory-role", "ec2 DescribeInstances", "ec2:DescribeInstances", "*"),
    ("inventory-role", "ec2 DescribeVolumes", "ec2:DescribeVolumes", "*"),
    ("inventory-role", "dynamodb DescribeTableForecast", "dynamodb:DescribeTableForecast", "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory"),
    ("inventory-role", "ec2 CreateSnapshot", "ec2:CreateSnapshot", "arn:aws:ec2:eu-central-1::snapshot/snap-0a1b2c3d4e5f60718"),
    ("inventory-role", "dynamodb DescribeTable", "dynamodb:DescribeTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory"),
    ("reports-role", "s3 PutObject", "s3:PutObject", "arn:aws:s3:::webshop-reports-123456789012/athena/7e3d5897-23ca-44f0-b2f4-0e3bf1958abb.csv"),
    ("reports-role", "glue GetDatabase", "glue:GetDatabase", "arn:aws:glue:eu-central-1:123456789012:catalog"),
];

/// What was granted and nobody's function did, though a trail would show it.
#[rustfmt::skip]
const GOES: [(&str, &str, &str); 22] = [
    ("checkout-role", "iam:CreateUser", "arn:aws:iam::123456789012:user/eve"),
    ("checkout-role", "ec2:RunInstances", "arn:aws:ec2:eu-central-1:123456789012:instance/*"),
    ("checkout-role", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webshop/payments/gateway-d4E5f6"),
    ("checkout-role", "kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/c83a5f92-6d1b-4e7c-b2a4-2c3d4e5f6071"),
    ("checkout-role", "kms:Encrypt", "arn:aws:kms:eu-central-1:123456789012:key/1f6d2c40-5b7e-4d0a-9c3e-0a1b2c3d4e5f"),
    ("thumbnails-role", "s3:DeleteBucket", "arn:aws:s3:::webshop-uploads"),
    ("thumbnails-role", "s3:PutBucketPolicy", "arn:aws:s3:::webshop-uploads"),
    ("thumbnails-role", "s3:GetBucketVersioning", "arn:aws:s3:::webshop-thumbnails"),
    ("shared-worker-role", "sqs:DeleteQueue", "arn:aws:sqs:eu-central-1:123456789012:webshop-orders"),
    ("shared-worker-role", "dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:123456789012:table/orders"),
    ("shared-worker-role", "kms:ReEncryptFrom", "arn:aws:kms:eu-central-1:123456789012:key/7b0e9d18-2c4f-4a63-8f15-1b2c3d4e5f60"),
    ("shared-worker-role", "sqs:GetQueueUrl", "arn:aws:sqs:eu-central-1:123456789012:webshop-invoices"),
    ("reports-role", "athena:StopQueryExecution", "arn:aws:athena:eu-central-1:123456789012:workgroup/reports"),
    ("reports-role", "glue:DeleteTable", "arn:aws:glue:eu-central-1:123456789012:table/webshop/orders"),
    ("payments-role", "iam:ListUsers", "*"),
    ("payments-role", "iam:ListRoles", "*"),
    ("payments-role", "ec2:DescribeInstances", "*"),
    ("payments-role", "s3:ListAllMyBuckets", "*"),
    ("payments-role", "secretsmanager:ListSecrets", "*"),
    ("payments-role", "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:webshop/legacy/gateway-Zz9Yy8"),
    ("inventory-role", "ssm:GetParameter", "arn:aws:ssm:eu-central-1:123456789012:parameter/webshop/inventory"),
    ("inventory-role", "ec2:StopInstances", "arn:aws:ec2:eu-central-1:123456789012:instance/i-0b2c3d4e5f6071829"),
];

fn done() -> impl Iterator<Item = (&'static str, &'static str, &'static str, String)> {
    DONE.into_iter()
        .chain(DONE_TOO)
        .map(|(role, event, action, resource)| {
            let whole = resource.starts_with("arn:") || resource == "*";
            let resource = if whole {
                resource.to_owned()
            } else {
                format!("{LOGS}{resource}")
            };
            (role, event, action, resource)
        })
}

/// The calls that the functions of the proposed roles made and that IAM allowed, by a reading of the records of its own.
fn called() -> BTreeSet<(String, String)> {
    let refused = ["AccessDenied", "Client.UnauthorizedOperation"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let by_functions = records().into_iter().filter(|record| {
        record["sourceIPAddress"] != "203.0.113.66"
            && !refused.contains(&text(&record["errorCode"]).as_str())
    });
    by_functions
        .filter_map(|record| {
            let session = text(&record["userIdentity"]["arn"]);
            let role = session.split('/').nth(1)?.to_owned();
            let source = text(&record["eventSource"]);
            let source = source.split('.').next()?;
            PROPOSED
                .contains(&role.as_str())
                .then(|| (role, format!("{source} {}", text(&record["eventName"]))))
        })
        .collect()
}

#[test]
fn the_requests_read_by_hand_are_all_that_the_functions_did() {
    let by_hand: BTreeSet<_> = done()
        .map(|(role, event, ..)| (role.to_owned(), event.to_owned()))
        .collect();
    assert_eq!(by_hand, called());
}

#[test]
fn whatever_a_function_did_it_may_do_under_the_proposal_whenever_it_might_before() {
    for (role, _, action, resource) in done() {
        let (before, after) = (granted(role), shipped().policies(role));
        let mut granted_somewhere = false;
        // What the proposal asks and the grant did not (the region) held for every call.
        let all = |policies: &[Value]| worlds(policies).pop().unwrap_or_default();
        let added: World = all(&after).difference(&all(&before)).cloned().collect();
        for world in worlds(&before) {
            let world: World = world.union(&added).cloned().collect();
            let was = allows(&before, action, &resource, &world);
            let is = allows(&after, action, &resource, &world);
            assert_eq!(was, is, "{role}: {action} on {resource} when {world:?}");
            granted_somewhere |= was;
        }
        assert!(granted_somewhere, "{role}: {action} on {resource}");
    }
}

#[test]
fn what_no_function_did_goes() {
    for (role, action, resource) in GOES {
        let (before, after) = (granted(role), shipped().policies(role));
        let all = |policies: &[Value]| {
            let worlds = worlds(policies);
            worlds
                .iter()
                .any(|world| allows(policies, action, resource, world))
        };
        assert!(all(&before), "{role} was granted {action} on {resource}");
        assert!(!all(&after), "{role} keeps {action} on {resource}");
    }
}

/// A small generator with a fixed seed: xorshift64*.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let roll = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(roll).expect("31 bits") % most
    }

    fn one<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// A text that a pattern matches, or, now and then, almost matches.
    fn text_like(&mut self, pattern: &str) -> String {
        let runs = ["", "a", "webshop", "/x", ":y:z", "*", "?"];
        let mut text = String::new();
        for letter in pattern.chars() {
            match letter {
                '*' => text.push_str(self.one::<&str>(&runs)),
                '?' => text.push(*self.one(&['a', 'Z', '0', '*', ':'])),
                letter if self.below(300) == 0 => text.push(letter.to_ascii_uppercase()),
                letter => text.push(letter),
            }
        }
        text
    }
}

/// Every text under these keys of a policy's statements.
fn texts(policies: &[Value], keys: &[&str]) -> Vec<String> {
    let statements = policies
        .iter()
        .filter_map(|policy| policy["Statement"].as_array());
    let values = statements
        .flatten()
        .flat_map(|statement| keys.iter().filter_map(|key| statement.get(key)));
    let mut texts = Vec::new();
    for value in values {
        match value {
            Value::Array(list) => texts.extend(list.iter().filter_map(Value::as_str)),
            one => texts.extend(one.as_str()),
        }
    }
    texts.into_iter().map(ToOwned::to_owned).collect()
}

#[test]
fn no_request_is_allowed_that_was_not() {
    let catalog =
        fs::read_to_string("policy-data/generated/actions.tsv").expect("the catalog's actions");
    let all: Vec<&str> = catalog
        .lines()
        .filter_map(|line| line.split('\t').next())
        .filter(|action| action.contains(':'))
        .collect();
    let mut dice = Dice(0x7167_6874_726F_7065);
    let mut kept = 0;
    for role in PROPOSED {
        let (before, after) = (granted(role), shipped().policies(role));
        let both = [before.clone(), after.clone()].concat();
        let actions = texts(&both, &["Action", "NotAction"]);
        let mut resources = texts(&both, &["Resource", "NotResource"]);
        resources.push("arn:aws:s3:::webshop-secret/*".to_owned());
        let worlds = worlds(&before);
        // Whatever the role with `*` is proposed was granted.
        let requests = if role == "checkout-role" { 100 } else { 3_000 };
        for _ in 0..requests {
            let action = match dice.below(4) {
                0 => (*dice.one(&all)).to_owned(),
                _ => {
                    let pattern = dice.one(&actions).clone();
                    dice.text_like(&pattern)
                }
            };
            let pattern = dice.one(&resources).clone();
            let resource = dice.text_like(&pattern);
            for world in &worlds {
                if allows(&after, &action, &resource, world) {
                    kept += 1;
                    assert!(
                        allows(&before, &action, &resource, world),
                        "{role}: {action} on {resource} is new when {world:?}"
                    );
                }
            }
        }
    }
    assert!(kept > 1_000, "only {kept} requests were allowed at all");
}

#[test]
fn the_evaluator_reads_patterns_as_iam_does() {
    for (pattern, text, matches) in [
        ("*", "", true),
        ("a*c", "abbc", true),
        ("a*c", "abbd", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("a??", "abc", true),
        ("*:b:*", "a:b:c:b:", true),
        ("", "a", false),
    ] {
        assert_eq!(glob(pattern, text), matches, "{pattern} on {text}");
    }
}
