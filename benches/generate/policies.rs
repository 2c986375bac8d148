//! Policies, made up: statements, lists and conditions as long and as frequent as in the policies that AWS publishes.

use std::fmt::Write;

use super::random::Random;

const SERVICES: [(&str, &str, &[&str]); 6] = [
    (
        "s3",
        "arn:aws:s3:::bucket-{}/",
        &[
            "GetObject",
            "PutObject",
            "DeleteObject",
            "ListBucket",
            "GetObjectTagging",
            "Get*",
        ],
    ),
    (
        "dynamodb",
        "arn:aws:dynamodb:eu-central-1:123456789012:table/table-{}",
        &[
            "GetItem",
            "PutItem",
            "UpdateItem",
            "Query",
            "BatchGetItem",
            "DescribeTable",
            "*",
        ],
    ),
    (
        "sqs",
        "arn:aws:sqs:eu-central-1:123456789012:queue-{}",
        &[
            "SendMessage",
            "ReceiveMessage",
            "DeleteMessage",
            "GetQueueAttributes",
        ],
    ),
    (
        "logs",
        "arn:aws:logs:*:123456789012:log-group:/aws/lambda/function-{}:",
        &["CreateLogGroup", "CreateLogStream", "PutLogEvents"],
    ),
    (
        "kms",
        "arn:aws:kms:eu-central-1:123456789012:key/0000000{}",
        &["Decrypt", "GenerateDataKey", "Describe*"],
    ),
    (
        "secretsmanager",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/{}-",
        &["GetSecretValue", "DescribeSecret"],
    ),
];

const CONDITIONS: [&str; 4] = [
    r#"{"StringEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}"#,
    r#"{"StringLike":{"s3:prefix":"reports/*"}}"#,
    r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
    r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
];

/// A number near the median of published policies, now and then far above it.
fn length(random: &mut Random, most: u64) -> u64 {
    1 + random.below(2)
        + if random.one_in(4) {
            random.below(most)
        } else {
            0
        }
}

fn list(items: &[String]) -> String {
    let quoted: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
    match quoted.as_slice() {
        [one] => one.clone(),
        many => format!("[{}]", many.join(",")),
    }
}

fn statement(random: &mut Random) -> String {
    let (service, arn, names) = random.of(&SERVICES);
    let actions: Vec<_> = (0..length(random, 6))
        .map(|_| format!("{service}:{}", random.of(names)))
        .collect();
    let resources: Vec<_> = (0..length(random, 3))
        .map(|_| {
            let tail = random.of(&["*", "", "data/*", "????-??-??/*"]);
            let arn = arn.replace("{}", &random.below(6).to_string());
            format!("{arn}{tail}")
        })
        .collect();
    let effect = if random.one_in(40) { "Deny" } else { "Allow" };
    let condition = match random.one_in(3) {
        true => format!(",\"Condition\":{}", random.of(&CONDITIONS)),
        false => String::new(),
    };
    format!(
        "{{\"Effect\":\"{effect}\",\"Action\":{},\"Resource\":{}{condition}}}",
        list(&actions),
        list(&resources)
    )
}

fn document(statements: &[String]) -> String {
    format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[\n  {}\n]}}",
        statements.join(",\n  ")
    )
}

/// Policies of the size that execution roles have, each with one that differs from it in a statement or in none.
pub(crate) fn pairs(count: usize) -> Vec<(String, String)> {
    let mut random = Random::seeded(20_261_125);
    let pair = |_| {
        let count = length(&mut random, 6);
        let one: Vec<_> = (0..count).map(|_| statement(&mut random)).collect();
        let mut other = one.clone();
        match random.below(4) {
            0 => other.reverse(),
            1 => other.push(statement(&mut random)),
            2 => other[0] = statement(&mut random),
            _ => other[0] = one[0].replace("*\"", "a*\""),
        }
        (document(&one), document(&other))
    };
    (0..count).map(pair).collect()
}

/// One policy of so many actions on all resources, as `ReadOnlyAccess` is one.
pub(crate) fn large(actions: usize) -> String {
    let mut random = Random::seeded(20_261_126);
    let mut names = Vec::with_capacity(actions);
    for number in 0..actions {
        let (service, _, of) = random.of(&SERVICES);
        let star = if random.one_in(3) { "*" } else { "" };
        let name = random.of(of).trim_end_matches('*');
        names.push(format!(
            "{service}{}:{name}{}{star}",
            number % 150,
            number / 150
        ));
    }
    names.extend(["s3:Get*", "s3:List*", "dynamodb:Get*", "kms:Describe*"].map(str::to_owned));
    document(&[format!(
        "{{\"Effect\":\"Allow\",\"Action\":{},\"Resource\":\"*\"}}",
        list(&names)
    )])
}

/// A policy with a statement for each of so many actions, of all the ARNs that it was seen on, and the same with the
/// actions of equal ARNs together.
pub(crate) fn naive_and_minimised(arns: usize, actions: usize) -> (String, String) {
    let resources: Vec<_> = (0..arns)
        .map(|number| format!("arn:aws:s3:::bucket-{}/key-{number}", number % 7))
        .collect();
    let groups = [&resources[..arns / 2], &resources[arns / 2..]];
    let (mut naive, mut minimised) = (Vec::new(), Vec::new());
    for (half, resources) in groups.into_iter().enumerate() {
        let names: Vec<_> = (0..actions / 2)
            .map(|name| format!("s3:Action{half}{name}"))
            .collect();
        for name in &names {
            let mut one = String::new();
            let _ = write!(
                one,
                "{{\"Effect\":\"Allow\",\"Action\":\"{name}\",\"Resource\":{}}}",
                list(resources)
            );
            naive.push(one);
        }
        minimised.push(format!(
            "{{\"Effect\":\"Allow\",\"Action\":{},\"Resource\":{}}}",
            list(&names),
            list(resources)
        ));
    }
    (document(&naive), document(&minimised))
}
