//! Who used a role, and what comes of it, over `tests/cases/who`: three functions that share a role, credentials that were
//! stolen, and a role that others may take too.

mod program;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use program::{Ended, tightrope};

const CASE: [&str; 6] = [
    "--trail",
    "tests/cases/who/trail",
    "--account",
    "tests/cases/who/account.json",
    "--functions",
    "tests/cases/who/functions.json",
];

fn run(command: &str, more: &[&str]) -> Ended {
    tightrope([command].iter().chain(&CASE).chain(more))
}

fn report(more: &[&str]) -> Value {
    let ended = run("propose", &[&["--format", "json"], more].concat());
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn role<'a>(report: &'a Value, name: &str) -> &'a Value {
    let ends = format!("/{name}");
    let is = |role: &&Value| {
        role["role"]
            .as_str()
            .is_some_and(|arn| arn.ends_with(&ends))
    };
    list(&report["roles"]).iter().find(is).expect("a role")
}

fn texts(values: &Value, key: &str) -> BTreeSet<String> {
    let texts = list(values).iter().map(|value| value[key].as_str());
    texts
        .map(|text| text.unwrap_or_default().to_owned())
        .collect()
}

/// The actions of a role's proposed policies.
fn granted(role: &Value) -> BTreeSet<String> {
    let documents = list(&role["proposal"]["documents"]);
    let statements = documents
        .iter()
        .flat_map(|document| list(&document["policy"]["Statement"]));
    let actions = statements.flat_map(|statement| match &statement["Action"] {
        Value::String(one) => vec![one.clone()],
        many => list(many)
            .iter()
            .filter_map(|one| Some(one.as_str()?.to_owned()))
            .collect(),
    });
    actions.collect()
}

#[test]
fn each_function_is_known_in_its_way() {
    let report = report(&[]);
    let functions = |name: &str| -> BTreeMap<String, Value> {
        let functions = list(&role(&report, name)["functions"]).iter();
        let known_by = |function: &Value| {
            let name = function["name"].as_str().unwrap_or_default().to_owned();
            (name, function["known_by"].clone())
        };
        functions.map(known_by).collect()
    };
    let expected = [
        (
            "invoices",
            json!({"in_scope_of": 1, "session_name_and_function": 6}),
        ),
        ("mails", json!({"assume_role": 3})),
        ("orders", json!({"in_scope_of": 9})),
    ];
    let expected = expected.map(|(name, known_by)| (name.to_owned(), known_by));
    assert_eq!(functions("shared-role"), expected.into());
    assert_eq!(role(&report, "shared-role")["events_of_no_function"], 1);
    let payments = json!({"in_scope_of": 6, "session_name_and_function": 3, "only_function": 1});
    assert_eq!(
        functions("payments-role"),
        [("payments".to_owned(), payments)].into()
    );
    let payments = &role(&report, "payments-role")["functions"][0];
    assert_eq!(
        (&payments["events"], &payments["events_by_lambda"]),
        (&json!(10), &json!(7))
    );
    assert_eq!(payments["versions"], json!(["$LATEST"]));
}

#[test]
fn without_the_functions_the_session_name_stands_alone() {
    let ended = tightrope(
        ["propose", "--format", "json", "--role", "shared-role"]
            .iter()
            .chain(&CASE[..4]),
    );
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let functions = list(&role(&report, "shared-role")["functions"]);
    let invoices = functions
        .iter()
        .find(|function| function["name"] == "invoices");
    // One of its records names its ARN, and by that the others are known too.
    let known_by = &invoices.expect("it was seen")["known_by"];
    assert_eq!(
        *known_by,
        json!({"in_scope_of": 1, "session_name_and_function": 6})
    );
    let mails = functions
        .iter()
        .find(|function| function["name"] == "mails");
    assert_eq!(mails.expect("it was seen").get("arn"), None);
}

#[test]
fn a_thief_gets_nothing_of_what_he_did() {
    let report = report(&[]);
    let payments = role(&report, "payments-role");
    let quarantined = &payments["proposal"]["quarantined"];
    let why = [
        "in a session that arn:aws:iam::123456789012:user/mallory began from 203.0.113.66 by aws-cli/2.17.44, not Lambda",
        "on a system that Lambda does not have",
        "through the console",
        "without the mark that the function's other calls bear, and from an address of none of them",
    ];
    assert_eq!(texts(quarantined, "why"), why.map(ToOwned::to_owned).into());
    let did = list(quarantined)
        .iter()
        .flat_map(|one| list(&one["accesses"]));
    let did: BTreeSet<_> = did.filter_map(|access| access["action"].as_str()).collect();
    let wished = [
        "ec2:DescribeInstances",
        "iam:ListRoles",
        "s3:ListAllMyBuckets",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecrets",
    ];
    assert_eq!(did, wished.into());
    let own = [
        "kms:Decrypt",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:GetSecretValue",
    ];
    assert_eq!(granted(payments), own.map(ToOwned::to_owned).into());
    let policies = payments["proposal"]["documents"].to_string();
    assert!(!policies.contains("payments/other"), "{policies}");
    let denied = list(quarantined)
        .iter()
        .flat_map(|one| list(&one["denied"]));
    let denied: Vec<_> = denied.map(|access| &access["action"]).collect();
    assert_eq!(
        (denied, &payments["denied"]),
        (vec![&json!("iam:CreateUser")], &json!([]))
    );
}

#[test]
fn the_theft_stands_first_with_events_times_addresses_and_programs() {
    let ended = run("propose", &["--role", "payments-role"]);
    let mut lines = ended.stdout.lines().skip(1);
    let first = lines.next().unwrap_or_default();
    assert!(
        first.starts_with("  quarantined possible credential theft, not granted: "),
        "{first}"
    );
    for part in [
        "2 calls and 1 denied with the credentials of payments from 203.0.113.66 by aws-cli/2.17.44, without",
        "from 203.0.113.67 by Boto3/1.34.0, on a system",
        "by S3Console/0.4, through the console",
        "iam:ListRoles on * (1 event, 2026-10-13T02:30:30Z; 11111111-0000-4000-8000-000000000038)",
        "denied: iam:CreateUser on arn:aws:iam::123456789012:user/support (1 event, 2026-10-13T02:31:00Z; ",
    ] {
        assert!(ended.stdout.contains(part), "{part}\n{}", ended.stdout);
    }
    let out = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = out.path().to_str().expect("its name is text");
    run("propose", &["--role", "payments-role", "--out", folder]);
    let diff = std::fs::read_to_string(out.path().join("payments-role/diff.md"));
    let diff = diff.expect("it was written");
    let (theft, table) = (diff.find("**Quarantined**"), diff.find("| before |"));
    assert!(theft.is_some() && theft < table, "{diff}");
}

#[test]
fn use_of_others_who_may_take_the_role_counts_and_is_told() {
    let report = report(&[]);
    let people = role(&report, "people-role");
    let counted = &people["proposal"]["counted"][0];
    assert_eq!(
        (&counted["because"], &counted["session"], &counted["events"]),
        (
            &json!("others_may"),
            &json!("i-0123456789abcdef0"),
            &json!(2)
        )
    );
    assert!(granted(people).contains("s3:ListAllMyBuckets"));
    assert_eq!(people["proposal"]["quarantined"], json!([]));
}

#[test]
fn a_person_may_decide_otherwise_on_record() {
    let counted = report(&["--count-outside-use"]);
    let payments = role(&counted, "payments-role");
    assert!(granted(payments).contains("ec2:DescribeInstances"));
    let because = texts(&payments["proposal"]["counted"], "because");
    assert_eq!(because, ["decided".to_owned()].into());
    let record = payments["proposal"]["on_record"].to_string();
    assert!(record.contains("`--count-outside-use`"), "{record}");
    let none = role(&counted, "shared-role")["proposal"]["on_record"].to_string();
    assert!(none.contains("none was seen"), "{none}");

    let without = report(&["--exclude-session", "i-*", "--exclude-session", "mails"]);
    let people = role(&without, "people-role");
    assert!(!granted(people).contains("s3:ListAllMyBuckets"));
    let excluded = |name: &str| -> BTreeMap<String, u64> {
        let all = list(&role(&without, name)["proposal"]["excluded"]).iter();
        let text = |one: &Value| one["session"].as_str().unwrap_or_default().to_owned();
        all.map(|one| (text(one), one["events"].as_u64().unwrap_or_default()))
            .collect()
    };
    let numbers = |i, mails| [("i-*".to_owned(), i), ("mails".to_owned(), mails)].into();
    assert_eq!(excluded("people-role"), numbers(2, 0));
    assert_eq!(excluded("shared-role"), numbers(0, 3));
    let printed = run(
        "propose",
        &["--exclude-session", "mails", "--role", "shared-role"],
    )
    .stdout;
    assert!(
        printed.contains("3 events of sessions mails left out (`--exclude-session`)"),
        "{printed}"
    );
}

#[test]
fn an_excluded_session_that_is_not_there_is_an_error_that_says_which_are() {
    for (name, said) in [
        (
            "mailz",
            "there are: awslambda_291_20261016060009123, invoices, mails, orders",
        ),
        (
            "x*",
            "there are: awslambda_291_20261016060009123, invoices, mails, orders",
        ),
        ("a*b", "`a*b` is no session name"),
        ("", "is no session name"),
    ] {
        let ended = run(
            "propose",
            &["--role", "shared-role", "--exclude-session", name],
        );
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{name}");
        assert!(ended.stderr.contains(said), "{name}: {}", ended.stderr);
    }
}

#[test]
fn observe_says_of_each_event_who_made_it() {
    let trail = "tests/cases/who/trail";
    let lines = tightrope(["observe", "--format", "jsonl", trail]).stdout;
    let lines = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let who = |line: &Value| {
        let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
        ["function", "version", "known_by", "made_by"]
            .map(text)
            .join(" ")
    };
    let seen: BTreeSet<String> = lines.map(|line| who(&line)).collect();
    for expected in [
        "orders $LATEST in_scope_of code",
        "orders - in_scope_of service",
        "invoices 7 in_scope_of code",
        "invoices - session_name service",
        "mails - session_name code",
        "- - - service",
        "- - - -",
    ] {
        assert!(seen.contains(expected), "{expected}: {seen:#?}");
    }
    let text = tightrope(["observe", trail]).stdout;
    assert!(
        text.contains(
            "logs.amazonaws.com CreateLogStream by orders (inScopeOf; Lambda itself) used"
        ),
        "{text}"
    );
    assert!(
        text.contains("ssm.amazonaws.com GetParameter by invoices:7 (inScopeOf) used"),
        "{text}"
    );
}
