//! Events as accesses: `tests/cases/mapping.tsv`, one line a case with the page of AWS's documentation that it
//! rests on, and what must hold of every event.

#![allow(
    clippy::too_many_lines,
    reason = "a table of cases is read down, not understood at once"
)]

use std::collections::BTreeSet;
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

/// An event in a line, without who made the call, which is the same in all of these.
fn text(record: &Value) -> String {
    let bytes = record.to_string();
    let event = Event::parse(bytes.as_bytes()).expect("a record");
    let line = observed_to_text(&event, &observe(&event, Catalog::bundled()));
    line.replace(" by s (session name alone)", "")
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
    assert!(cases.len() >= 480, "{} cases", cases.len());
    for case in &cases {
        let [source, name, parameters, expected, page, ..] = &case[..] else {
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

/// The last column of a case names the rules that it shows at work, and with `!` those that it shows at rest.
#[test]
fn every_parse_rule_and_every_family_has_a_case_and_one_where_it_does_not_apply() {
    let cases = table("tests/cases/mapping.tsv");
    let parse = table("policy-data/written/parse-rules.tsv");
    let families = table("policy-data/written/families.tsv");
    assert_eq!(parse.len(), 30);
    // A family of every operation of a service has none at rest, unless more is asked of the event.
    let both_ways = parse
        .iter()
        .chain(families.iter().filter(|family| family[3] != "-"));
    let wanted = both_ways.flat_map(|rule| [rule[0].clone(), format!("!{}", rule[0])]);
    let wanted = wanted.chain(families.iter().map(|family| family[0].clone()));
    let shown = |case: &Vec<String>| {
        let marks = case.get(5).cloned().unwrap_or_default();
        let source = case[0].clone();
        let marks = marks.split(' ').map(str::to_owned).collect::<Vec<_>>();
        marks.into_iter().map(move |mark| (mark, source.clone()))
    };
    let shown: Vec<_> = cases.iter().flat_map(shown).collect();
    let lacking = wanted.filter(|mark| !shown.iter().any(|(shown, _)| shown == mark));
    assert_eq!(lacking.collect::<Vec<_>>(), Vec::<String>::new());
    let rules: Vec<_> = parse.iter().chain(&families).collect();
    for (mark, source) in shown.iter().filter(|(mark, _)| !mark.is_empty()) {
        let rule = rules
            .iter()
            .find(|rule| rule[0] == mark.trim_start_matches('!'));
        let prefix = &rule.unwrap_or_else(|| panic!("no rule {mark}"))[1];
        let prefixes = Catalog::bundled().prefixes(source);
        assert!(
            prefix == "*" || prefixes.contains(&prefix.as_str()),
            "{mark} {source}"
        );
    }
}

/// A record with more members than those of the call; members of objects are added to those that are there.
fn extend(record: &mut Value, more: Value) {
    match (record, more) {
        (Value::Object(record), Value::Object(more)) => {
            for (name, value) in more {
                extend(record.entry(name).or_insert(Value::Null), value);
            }
        }
        (record, more) => *record = more,
    }
}

#[test]
fn what_the_record_tells_of_the_context_is_said_and_nothing_else() {
    for case in table("tests/cases/context.tsv") {
        let [source, name, parameters, access, key, expected, page] = &case[..] else {
            panic!("{case:?}");
        };
        let mut parameters: Value = serde_json::from_str(parameters).expect("JSON");
        let more = parameters["~record"].take();
        let mut record = record(source, name, parameters);
        if more.is_object() {
            extend(&mut record, more);
        }
        let line = line(&record);
        let access: usize = access.parse().expect("a number");
        let found = &line["accesses"][access]["context"][key];
        let expected = Some(expected.as_str()).filter(|text| *text != "-");
        assert_eq!(
            found.as_str(),
            expected,
            "{source} {name} {key}: {line} {page}"
        );
    }
}

/// A row whose key is on, or to be suggested, has a case that shows it; a key of another row is never told.
#[test]
fn the_condition_keys_that_are_told_are_those_of_the_table() {
    let shown: BTreeSet<_> = table("tests/cases/context.tsv")
        .into_iter()
        .filter(|case| case[5] != "-")
        .map(|case| case[4].clone())
        .collect();
    let matches = |pattern: &str, key: &str| match pattern.strip_suffix('*') {
        Some(beginning) => key.starts_with(beginning),
        None => key == pattern,
    };
    let rows = table("policy-data/written/context-keys.tsv");
    let told = |row: &&Vec<String>| row[4].starts_with("on") || row[4].starts_with("suggest");
    for row in &rows {
        for pattern in row[1].split(' ') {
            let shown = shown.iter().any(|key| matches(pattern, key));
            assert_eq!(shown, told(&row), "{pattern}");
        }
    }
    let patterns: Vec<_> = rows
        .iter()
        .filter(told)
        .flat_map(|row| row[1].split(' '))
        .collect();
    for case in table("tests/cases/mapping.tsv") {
        let parameters = serde_json::from_str(&case[2]).expect("JSON");
        let line = line(&record(&case[0], &case[1], parameters));
        let accesses = line["accesses"].as_array().into_iter().flatten();
        for (key, _) in accesses
            .filter_map(|access| access["context"].as_object())
            .flatten()
        {
            let is = patterns.iter().any(|pattern| matches(pattern, key));
            assert!(is, "{key} in {case:?}");
        }
    }
}

/// A member's path with a value at its end: `a.b[].c`.
fn nested(path: &str, value: &str) -> Value {
    let inner = |rest: &str| match rest {
        "" => json!(value),
        rest => nested(rest, value),
    };
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    match first.strip_suffix("[]") {
        Some(name) => json!({name: [inner(rest)]}),
        None => json!({first: inner(rest)}),
    }
}

#[test]
fn every_operation_that_passes_a_role_passes_it_by_each_of_its_members() {
    let role = "arn:aws:iam::123456789012:role/r";
    let mut lacking = Vec::new();
    let rows = table("policy-data/written/pass-role.tsv");
    for row in &rows {
        for member in row[3].split(' ') {
            let is_passed = |value: &str, expected: &str| {
                let line = line(&record(&row[1], &row[2], nested(member, value)));
                let accesses = line["accesses"].as_array().into_iter().flatten();
                let mut passed = accesses.filter(|access| access["action"] == "iam:PassRole");
                passed.any(|access| access["resource"] == expected)
            };
            if !is_passed(role, role) && !is_passed("r", &role.replace("/r", "/*r")) {
                lacking.push(format!("{} {member}", row[0]));
            }
        }
    }
    assert!(rows.len() > 200);
    assert_eq!(lacking, Vec::<String>::new());
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

/// An operation of the cases with the names that the generator of JSON knows, or one of botocore with its own
/// members.
fn any_call() -> impl Strategy<Value = (String, String, Value)> {
    let cases = table("tests/cases/mapping.tsv");
    let known: Vec<_> = cases
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let operations = table("policy-data/generated/operations.tsv");
    let of_case = (prop::sample::select(known), any_json());
    let of_case = of_case.prop_map(|((source, name), parameters)| (source, name, parameters));
    let of_operation = prop::sample::select(operations).prop_flat_map(|row| {
        let members: Vec<_> = row[3].split(' ').map(str::to_owned).collect();
        let values = prop::collection::vec(any_json(), members.len());
        values.prop_map(move |values| {
            let mut parameters = json!({});
            for (member, value) in members.iter().zip(values) {
                let path = member.trim_end_matches(['{', '}', '#']);
                extend(&mut parameters, nested(path, ""));
                let last = path.rsplit('.').next().unwrap_or(path);
                parameters[last.trim_end_matches("[]")] = value;
            }
            (row[2].clone(), row[1].clone(), parameters)
        })
    });
    prop_oneof![of_case, of_operation]
}

proptest! {
    #[test]
    fn no_event_panics_and_every_exact_resource_is_an_arn(
        (source, name, parameters) in any_call(),
        (response, resources, identity) in (any_json(), any_json(), prop::option::of(any_json())),
        arns in prop::collection::vec("(arn:aws:[a-z0-9-]{0,12}:[a-z0-9:/.*?$ -]{0,40}|\\PC{0,8})", 0..3),
        code in prop_oneof![Just(Value::Null), Just(json!("AccessDenied"))],
        message in "(User: u is not authorized to perform: )?[a-z0-9:. \"*]{0,30}( on resource: )?\\PC{0,20}",
    ) {
        let mut record = record(&source, &name, Value::Null);
        record["requestParameters"] = parameters;
        record["responseElements"] = response;
        record["resources"] = match arns.is_empty() {
            true => resources,
            false => arns.iter().map(|arn| json!({"ARN": arn})).collect(),
        };
        if let Some(identity) = identity {
            extend(&mut record["userIdentity"], json!({"sessionContext": identity, "invokedBy": "s3.amazonaws.com"}));
        }
        record["errorCode"] = code;
        record["errorMessage"] = json!(message);
        let bytes = record.to_string();
        // An odd identity makes it no record, which is an answer too.
        let Ok(event) = Event::parse(bytes.as_bytes()) else { return Ok(()) };
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
