//! What IAM says was last accessed, as files: whose it is, what of it counts, and what a proposal makes of it.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html>

mod program;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use tightrope::account::{Account, AccountError, Sources};

use program::{Ended, tightrope};

const ACCOUNT: &str = "tests/cases/webshop/account.json";
const SAID: &str = "tests/cases/last-accessed/said";
const PAYMENTS: &str = "arn:aws:iam::123456789012:role/payments-role";

fn folder(files: &[(&str, &Value)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, value) in files {
        fs::write(folder.path().join(name), value.to_string()).expect("it can be written");
    }
    folder
}

fn read(path: &Path) -> Result<Account, AccountError> {
    let sources = Sources {
        last_accessed: vec![path.to_owned()],
        ..Sources::default()
    };
    Account::read(Path::new(ACCOUNT), &sources)
}

/// What was last accessed by which role, `payments-role sqs:CreateQueue 2026-03-01 in eu-west-1`, and what is wrong.
fn understood(path: &Path) -> (Vec<String>, Vec<String>) {
    let account = read(path).expect("outputs of the AWS CLI");
    let said = account.last_accessed.iter().flat_map(|(role, said)| {
        let actions = said
            .actions()
            .map(|(action, last)| format!("{action} {last}"));
        let services = said
            .services()
            .map(|(service, last)| format!("{service} {last}"));
        let of_role = actions.chain(services);
        of_role.map(|what| format!("{} {what}", role.name()))
    });
    (said.collect(), account.problems)
}

/// An output about one use of one action, with other members of the action, of the service and of the whole.
fn output(action: &Value, service: &Value, whole: &Value) -> Value {
    let with = |mut object: Value, members: &Value| {
        for (name, value) in members.as_object().into_iter().flatten() {
            object[name] = value.clone();
        }
        object
    };
    let action = with(
        json!({"ActionName": "CreateQueue", "LastAccessedTime": "2026-03-01T04:00:00+00:00",
            "LastAccessedEntity": PAYMENTS, "LastAccessedRegion": "eu-west-1"}),
        action,
    );
    let service = with(
        json!({"ServiceName": "Amazon SQS", "ServiceNamespace": "sqs", "LastAuthenticated": "2026-03-02T04:00:00Z",
            "TrackedActionsLastAccessed": [action]}),
        service,
    );
    with(
        json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL", "ServicesLastAccessed": [service], "IsTruncated": false}),
        whole,
    )
}

const WHOLE: [&str; 2] = [
    "payments-role sqs:CreateQueue 2026-03-01 in eu-west-1",
    "payments-role sqs 2026-03-02",
];

#[test]
fn a_file_is_of_the_role_that_it_is_named_after_or_names_or_that_accessed_something() {
    let (none, nobody) = (json!({}), json!({"LastAccessedEntity": null}));
    let of = |whole: Value| output(&json!({}), &json!({}), &whole);
    let cases: [(&str, Value, bool); 8] = [
        ("payments-role.json", output(&nobody, &none, &none), true),
        ("one.json", output(&nobody, &none, &none), false),
        ("one.json", of(json!({})), true),
        ("one.json", of(json!({"RoleName": "payments-role"})), true),
        ("reports-role.json", of(json!({"Arn": PAYMENTS})), true),
        (
            "reports-role.json",
            of(json!({"RoleName": "payments-role"})),
            true,
        ),
        (
            "payments-role.json",
            of(json!({"Arn": "arn:aws:iam::123456789012:role/gone"})),
            false,
        ),
        (
            "reports-role.json",
            of(json!({"JobStatus": "COMPLETED"})),
            false,
        ),
    ];
    for (name, value, is_of_payments) in cases {
        let folder = folder(&[(name, &value)]);
        let (said, problems) = understood(folder.path());
        let of_payments = said.contains(&WHOLE[0].to_owned());
        assert_eq!(of_payments, is_of_payments, "{name} {value}: {problems:?}");
        assert_eq!(
            problems.is_empty(),
            is_of_payments,
            "{name} {value}: {problems:?}"
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_is_not_whole_or_not_understood_is_told_with_its_place_and_the_rest_counts() {
    let none = json!({});
    let of_action = |action: Value| output(&action, &json!({}), &json!({}));
    let of_service = |service: Value| output(&json!({}), &service, &json!({}));
    let of_whole = |whole: Value| output(&json!({}), &json!({}), &whole);
    let cases: [(Value, &[&str], &str); 14] = [
        (output(&none, &none, &none), &WHOLE, ""),
        (
            of_action(json!({"ActionName": "sqs:CreateQueue"})),
            &WHOLE,
            "",
        ),
        (
            of_service(json!({"TrackedActionsLastAccessed": null, "ServiceNamespace": "SQS"})),
            &WHOLE[1..],
            "",
        ),
        (
            of_action(json!({"LastAccessedTime": null})),
            &WHOLE[1..],
            "",
        ),
        (
            of_action(json!({"LastAccessedTime": "in March"})),
            &WHOLE[1..],
            "`LastAccessedTime`: ",
        ),
        (
            of_action(json!({"LastAccessedTime": 1_772_000_000})),
            &WHOLE[1..],
            "`LastAccessedTime` is a number, not text",
        ),
        (
            of_action(json!({"ActionName": "Create Queue"})),
            &WHOLE[1..],
            "`ActionName`: `sqs:Create Queue` is not an action",
        ),
        (
            of_action(json!({"ActionName": null})),
            &WHOLE[1..],
            "it has no `ActionName`",
        ),
        (
            of_action(json!({"LastAccessedEntity": "arn:aws:iam::123456789012:role/reports-role"})),
            &WHOLE[1..],
            "is arn:aws:iam::123456789012:role/reports-role and not arn:aws:iam::123456789012:role/payments-role",
        ),
        (
            of_service(json!({"ServiceNamespace": null})),
            &[],
            "it has no `ServiceNamespace`",
        ),
        (
            of_whole(json!({"IsTruncated": true})),
            &WHOLE,
            "this is one page of several",
        ),
        (
            of_whole(json!({"JobStatus": "IN_PROGRESS"})),
            &[],
            "IAM was still at work, so nothing of it counts",
        ),
        (
            of_whole(json!({"JobStatus": "FAILED", "Error": {"Message": "too much", "Code": "x"}})),
            &[],
            "IAM failed (too much), so nothing of it counts",
        ),
        (
            of_whole(json!({"ServicesLastAccessed": "none"})),
            &[],
            "`ServicesLastAccessed` is text, not a list",
        ),
    ];
    for (value, expected, problem) in cases {
        let folder = folder(&[("payments-role.json", &value)]);
        let (said, problems) = understood(folder.path());
        assert_eq!(said, expected, "{value}");
        match (problem, &problems[..]) {
            ("", found) => assert!(found.is_empty(), "{value}: {found:?}"),
            (problem, [found]) => {
                assert!(found.contains(problem), "{value}: {found}");
                assert!(found.contains("payments-role.json: line "), "{found}");
            }
            (_, found) => panic!("{value}: {found:?}"),
        }
    }
}

#[test]
fn of_several_files_of_a_role_the_latest_times_count() {
    let none = json!({});
    let older = output(
        &json!({"LastAccessedTime": "2025-12-24T04:00:00Z"}),
        &none,
        &none,
    );
    let newer = output(&none, &none, &none);
    let folder = folder(&[("payments-role.json", &newer), ("later.json", &older)]);
    assert_eq!(
        understood(folder.path()),
        (WHOLE.map(str::to_owned).to_vec(), Vec::new())
    );
}

#[test]
fn something_else_is_a_problem_in_a_folder_and_an_error_alone() {
    let folder = folder(&[("payments-role.json", &json!({"Functions": []}))]);
    let (said, problems) = understood(folder.path());
    assert_eq!(said, Vec::<String>::new());
    assert!(
        problems[0].contains("get-service-last-accessed-details"),
        "{problems:?}"
    );
    let alone = read(&folder.path().join("payments-role.json"));
    assert!(matches!(alone, Err(AccountError::OtherShape { .. })));
    let gone = read(&folder.path().join("gone.json"));
    assert!(matches!(gone, Err(AccountError::Unreadable { .. })));
}

/// Runs a command about the role `payments-role` of the webshop.
fn webshop(command: &str, more: &[&str]) -> Ended {
    let words = format!(
        "{command} --trail tests/cases/webshop/trail --account {ACCOUNT} --functions tests/cases/webshop/functions.json \
         --role payments-role"
    );
    tightrope(words.split_whitespace().chain(more.iter().copied()))
}

#[test]
fn a_proposal_keeps_what_iam_remembers_with_its_date_and_nothing_of_a_thief() {
    let out = TempDir::new().expect("a folder");
    let out_path = out.path().display().to_string();
    let asked = [
        "--last-accessed",
        SAID,
        "--format",
        "json",
        "--out",
        &out_path,
    ];
    let whole: Value = serde_json::from_str(&webshop("propose", &asked).stdout).expect("JSON");
    let proposal = &whole["roles"][0]["proposal"];
    let documents = proposal["documents"].as_array().expect("documents");
    let statements = documents
        .iter()
        .flat_map(|one| one["statements"].as_array().into_iter().flatten());
    let reasons = statements.flat_map(|one| one["reasons"].as_array().into_iter().flatten());
    let said: Vec<_> = reasons
        .filter(|one| one["ground"] == "last_accessed")
        .collect();
    let expected = json!({"actions": "secretsmanager:RotateSecret", "ground": "last_accessed",
        "last_accessed": {"time": "2026-04-05T03:00:12Z", "region": "eu-central-1"}});
    assert_eq!(said, [&expected]);
    let decided = proposal["last_accessed"].as_array().expect("what IAM says");
    let of = |action: &str| {
        let one = decided.iter().find(|one| one["actions"] == action);
        one.map_or(String::new(), |one| {
            one["decided"].as_str().unwrap_or_default().to_owned()
        })
    };
    for (action, by) in [
        ("secretsmanager:RotateSecret", "by_iam"),
        ("secretsmanager:GetSecretValue", "by_trail"),
        ("logs:CreateLogStream", "by_trail_of_other_days"),
        ("logs:CreateLogGroup", "by_configuration"),
        ("iam:ListRoles", "by_trail"),
        ("ec2:DescribeInstances", "by_trail"),
        ("secretsmanager:CreateSecret", ""),
    ] {
        assert_eq!(of(action), by, "{action}");
    }
    let policy =
        fs::read_to_string(out.path().join("payments-role/policy.json")).expect("a policy");
    assert!(
        !policy.contains("iam:") && !policy.contains("ec2:"),
        "{policy}"
    );
    let diff = fs::read_to_string(out.path().join("payments-role/diff.md")).expect("a diff");
    let why = "accessed: secretsmanager:RotateSecret (last on 2026-04-05 in eu-central-1, as IAM says; not in the trail)";
    assert!(diff.contains(why), "{diff}");
}

#[test]
fn what_iam_says_was_long_ago_counts_only_as_far_back_as_is_asked_and_that_is_on_record() {
    let asked = ["--last-accessed", SAID, "--last-accessed-days", "90"];
    let ended = webshop("propose", &asked);
    assert!(!ended.stdout.contains("RotateSecret"), "{}", ended.stdout);
    let record = "counts until 90 days before the trail's last day (`--last-accessed-days`)";
    assert!(ended.stdout.contains(record), "{}", ended.stdout);
}

#[test]
fn that_iam_knows_of_no_use_changes_no_byte_of_a_proposal() {
    let text = fs::read_to_string(format!("{SAID}/payments-role.json")).expect("a file");
    let mut said: Value = serde_json::from_str(&text).expect("JSON");
    for service in said["ServicesLastAccessed"]
        .as_array_mut()
        .expect("services")
    {
        let service = service.as_object_mut().expect("a service");
        service.retain(|name, _| !name.starts_with("LastAuthenticated"));
        let actions = service.get_mut("TrackedActionsLastAccessed");
        for action in actions.and_then(Value::as_array_mut).into_iter().flatten() {
            let action = action.as_object_mut().expect("an action");
            action.retain(|name, _| name == "ActionName");
        }
    }
    let nothing = folder(&[("payments-role.json", &said)]);
    let nothing = nothing.path().display().to_string();
    let files = |more: &[&str]| {
        let out = TempDir::new().expect("a folder");
        let out_path = out.path().display().to_string();
        let ended = webshop("propose", &[more, &["--out", &out_path]].concat());
        let names = ["policy.json", "proposal.json", "diff.md"];
        let read = |name| fs::read(out.path().join("payments-role").join(name)).expect("a file");
        (ended.stdout, names.map(read))
    };
    assert_eq!(files(&["--last-accessed", &nothing]), files(&[]));
}

#[test]
fn an_explanation_says_what_iam_remembers_and_what_decided() {
    for (action, outcome, says) in [
        (
            "secretsmanager:RotateSecret",
            "stays",
            "accessed    wherever it is granted: last on 2026-04-05 in eu-central-1, as IAM says; the trail does not show it",
        ),
        (
            "iam:ListRoles",
            "goes",
            "accessed    iam:ListRoles last on 2026-10-13 in us-east-1, as IAM says: the trail shows it too, and decides",
        ),
        (
            "logs:CreateLogGroup",
            "stays_on_less",
            "as IAM says: the trail does not show it, and what the configuration names decides",
        ),
    ] {
        let ended = webshop("explain", &["--last-accessed", SAID, action]);
        assert!(ended.stdout.contains(says), "{action}: {}", ended.stdout);
        let json = webshop(
            "explain",
            &["--last-accessed", SAID, action, "--format", "json"],
        );
        let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!(json["outcome"], outcome, "{action}");
        assert!(
            json["last_accessed"][0]["time"].is_string(),
            "{action}: {json}"
        );
    }
    let wrong = folder(&[("somebody.json", &json!({"ServicesLastAccessed": []}))]);
    let wrong = wrong.path().display().to_string();
    let ended = webshop("explain", &["--last-accessed", &wrong, "iam:ListRoles"]);
    assert!(
        ended.stderr.contains("no role `somebody`"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_service_that_iam_knows_only_as_a_whole_is_told_whether_it_stays_or_not() {
    for (day, stays, told) in [
        (
            "2026-10-10",
            true,
            "IAM says that secretsmanager was last accessed on 2026-10-10: the trail shows no use, so that of what is granted",
        ),
        (
            "2026-02-10",
            false,
            "IAM says that secretsmanager was last accessed on 2026-02-10: the trail begins later",
        ),
    ] {
        let service = json!({"ServiceNamespace": "secretsmanager", "TrackedActionsLastAccessed": [],
            "LastAuthenticated": format!("{day}T04:00:00Z")});
        let said = folder(&[(
            "shared-role.json",
            &output(&json!({}), &service, &json!({})),
        )]);
        let said = said.path().display().to_string();
        let words = "propose --role shared-role --trail tests/cases/who/trail --account tests/cases/who/account.json --functions \
                     tests/cases/who/functions.json --last-accessed";
        let ended = tightrope(words.split_whitespace().chain([said.as_str()]));
        let unseen = "unseen    secretsmanager:GetSecretValue";
        assert_eq!(ended.stdout.contains(unseen), stays, "{}", ended.stdout);
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
    }
}

#[test]
fn how_far_back_is_asked_only_of_what_is_given() {
    let ended = webshop("propose", &["--last-accessed-days", "90"]);
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("--last-accessed <PATH>"),
        "{}",
        ended.stderr
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A piece of an output is replaced by something else: whatever that makes of it, something is answered.
    #[test]
    fn nothing_that_stands_in_a_file_is_too_much(
        (from, length) in (any::<prop::sample::Index>(), 0..40_usize),
        piece in prop::sample::select(vec!["", "null", "\"\"", "[]", "{}", "7", "\"arn:aws:iam:::role/\"", ",", "}", "é"]),
    ) {
        let mut bytes = output(&json!({}), &json!({}), &json!({})).to_string().into_bytes();
        let from = from.index(bytes.len());
        bytes.splice(from..(from + length).min(bytes.len()), piece.bytes());
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join("payments-role.json"), bytes).expect("it can be written");
        let (said, problems) = understood(folder.path());
        prop_assert!(said.len() <= 2);
        prop_assert!(problems.len() <= 3, "{:?}", problems);
    }
}

#[test]
fn of_a_role_that_is_divided_each_function_keeps_what_nobody_knows_whose_it_is() {
    let action = json!({"ActionName": "DeleteParameter", "LastAccessedEntity": null});
    let said = output(&action, &json!({"ServiceNamespace": "ssm"}), &json!({}));
    let said = folder(&[("shared-role.json", &said)]);
    let said = said.path().display().to_string();
    let words = "split --role shared-role --trail tests/cases/who/trail --account tests/cases/who/account.json \
                 --functions tests/cases/who/functions.json --format json --last-accessed";
    let ended = tightrope(words.split_whitespace().chain([said.as_str()]));
    let kept = ended.stdout.matches(r#""ground": "last_accessed""#).count();
    assert_eq!(
        kept, 4,
        "one for all, and a function each: {}",
        ended.stdout
    );
}
