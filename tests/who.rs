//! Who used a role, and what comes of it, over `tests/cases/who`: three functions that share a role, credentials that were
//! stolen, and a role that others may take too.

mod program;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use program::{Ended, tightrope};
use shape::Objects;

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

/// The contract `tightrope/split/1`; `shared`, `role` and `read` are those of `tightrope/propose/1`.
#[rustfmt::skip]
const SPLIT: Objects<'static> = &[
    ("split", "schema=text shared=any calls=number calls_of_no_function=number parts=[part] read=any"),
    ("part", "function=function folder=text tighter?=tighter role=any"),
    ("function", "name=text arn?=text events=number events_by_lambda=number known_by={number} versions?=[text]"),
    ("tighter", "characters_of_all=number characters=number statements_of_all=number statements=number lost=[service] resources_lost=[text]"),
    ("service", "service=text gone={[text]} narrowed=[text] witness?=witness"),
    ("witness", "action=text resource=text"),
];

fn split(more: &[&str]) -> Ended {
    run("split", &[&["--role", "shared-role"], more].concat())
}

fn split_json(more: &[&str]) -> Value {
    let ended = split(&[&["--format", "json"], more].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    serde_json::from_str(&ended.stdout).expect("JSON")
}

#[test]
fn a_shared_role_is_divided_by_what_each_function_did() {
    let report = split_json(&[]);
    shape::check(SPLIT, "split", &report);
    assert_eq!(report["schema"], "tightrope/split/1");
    assert_eq!(
        (&report["calls"], &report["calls_of_no_function"]),
        (&json!(20), &json!(1))
    );
    // Lambda's own call is of no function that is known, so that it goes to all.
    let logs = [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ];
    let all = ["ec2:DescribeNetworkInterfaces"].into_iter().chain(logs);
    // S3's bucket calls are seen in part only, so that they stay for all.
    let all: Vec<_> = all.chain(["s3:GetBucketLocation"]).collect();
    let mut together = BTreeSet::new();
    for (name, its) in [
        ("invoices", &["ssm:GetParameter"][..]),
        ("orders", &["dynamodb:DescribeTable", "ssm:GetParameter"]),
        ("mails", &["ses:GetSendQuota"]),
    ] {
        let mut parts = list(&report["parts"]).iter();
        let part = parts
            .find(|part| part["function"]["name"] == name)
            .expect("a part");
        let expected: BTreeSet<_> = all
            .iter()
            .chain(its)
            .map(|&action| action.to_owned())
            .collect();
        assert_eq!(granted(&part["role"]), expected, "{name}");
        together.extend(expected);
        let proved = &part["role"]["proposal"]["proved"];
        assert_eq!(
            (&proved["nothing_new"], &proved["nothing_lost"]),
            (&json!(true), &json!(true))
        );
        let tighter = &part["tighter"];
        assert!(
            tighter["characters"].as_u64() < tighter["characters_of_all"].as_u64(),
            "{tighter}"
        );
        assert!(
            tighter["statements"].as_u64() < tighter["statements_of_all"].as_u64(),
            "{tighter}"
        );
        let witnesses = list(&tighter["lost"])
            .iter()
            .map(|lost| &lost["witness"]["action"]);
        assert!(witnesses.into_iter().all(Value::is_string), "{tighter}");
        let names: Vec<_> = list(&part["role"]["functions"])
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(names, [name]);
    }
    assert_eq!(
        granted(&report["shared"]),
        together,
        "nothing of the role's use is lost"
    );
}

#[test]
fn the_terminal_shows_what_each_function_does_not_get_with_a_request() {
    let text = split(&[]).stdout;
    for part in [
        "  shared      one policy for all would have ",
        "  unknown     of 1 of 20 calls (5.0 %) nothing tells the function: what they need goes to all",
        "  function    mails: 3 events; by Lambda's AssumeRole 3",
        "    - not       dynamodb all 1 action (1 read), e.g. dynamodb:DescribeTable on arn:aws:dynamodb:eu-central-1:123456789012:table/orders",
        "    - not       on arn:aws:ssm:eu-central-1:123456789012:parameter/invoices/layout",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_role_is_not_divided_where_too_little_tells_whose_calls_are_whose() {
    let nobody: &[&str] = &[];
    for (role, more, said) in [
        ("shared-role", &["--least-attributed", "95"][..], ""),
        (
            "shared-role",
            &["--least-attributed", "96"],
            "of 1 of the 20 calls that count (5.0 %)",
        ),
        (
            "payments-role",
            nobody,
            "the role has one function, payments: there is nothing to divide",
        ),
        (
            "people-role",
            nobody,
            "the role has one function, reports: there is nothing to divide",
        ),
        ("nobody", nobody, "no role nobody"),
    ] {
        let ended = run("split", &[&["--role", role], more].concat());
        assert_eq!(
            ended.code,
            if said.is_empty() { 1 } else { 2 },
            "{role} {more:?}: {}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains(said),
            "{role} {more:?}: {}",
            ended.stderr
        );
    }
    // The use of others who may take the role is nobody's either: two of the three calls.
    let two = tempfile::tempdir().expect("a temporary folder can be made");
    let functions = std::fs::read_to_string("tests/cases/who/functions.json").expect("it is text");
    let functions = functions
        .replace("payments", "more")
        .replace("more-role", "people-role");
    let path = two.path().join("functions.json");
    std::fs::write(&path, functions).expect("it can be written");
    let path = path.to_str().expect("its name is text");
    let ended = tightrope(
        ["split", "--role", "people-role"]
            .iter()
            .chain(&CASE[..4])
            .chain(&["--functions", path]),
    );
    assert!(
        ended
            .stderr
            .contains("of 2 of the 4 calls that count (50.0 %)"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_function_that_was_not_seen_gets_no_policy() {
    let two = tempfile::tempdir().expect("a temporary folder can be made");
    let functions = std::fs::read_to_string("tests/cases/who/functions.json").expect("it is text");
    let path = two.path().join("functions.json");
    let functions = functions.replace("payments-role", "shared-role");
    std::fs::write(&path, functions).expect("it can be written");
    let out = two.path().join("out");
    let [path, out] = [&path, &out].map(|path| path.to_str().expect("its name is text"));
    let arguments = [
        "split",
        "--role",
        "shared-role",
        "--functions",
        path,
        "--out",
        out,
    ];
    let ended = tightrope(arguments.iter().chain(&CASE[..4]));
    let said = "no policy   no event of the function is in the trail";
    assert!(
        ended.code == 1 && ended.stdout.contains(said),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    let written = |name: &str| std::path::Path::new(out).join("shared-role").join(name);
    for name in ["orders", "invoices", "mails"] {
        for file in ["policy.json", "proposal.json", "diff.md"] {
            assert!(written(name).join(file).exists(), "{name}/{file}");
        }
    }
    assert!(!written("payments").exists());
    let policy = std::fs::read_to_string(written("mails").join("policy.json")).expect("it is text");
    assert!(
        policy.contains("ses:GetSendQuota") && !policy.contains("dynamodb"),
        "{policy}"
    );
}
