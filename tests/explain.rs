//! `tightrope explain` as it is called, on the account that is shipped.

mod program;

use program::tightrope;
use serde_json::Value;

const ACCOUNT: &str = "tests/cases/webshop/account.json";
const FUNCTIONS: &str = "tests/cases/webshop/functions.json";
const TRAIL: &str = "tests/cases/webshop/trail";

fn explain(role: &str, about: &[&str], more: &[&str]) -> program::Ended {
    let evidence = ["explain", "--trail", TRAIL, "--account", ACCOUNT];
    let functions = ["--functions", FUNCTIONS, "--role", role];
    let all = evidence.iter().chain(&functions).chain(about).chain(more);
    tightrope(all.map(|word| (*word).to_owned()))
}

/// A role, what is asked, what becomes of it, what is known of it, and what the text says.
const ANSWERS: [(&str, &[&str], &str, &str, &str); 9] = [
    (
        "payments-role",
        &["kms:Decrypt"],
        "stays",
        "used",
        "  used        on arn:aws:kms:",
    ),
    (
        "payments-role",
        &["kms:decrypt"],
        "stays",
        "used",
        "  needed      on arn:aws:kms:",
    ),
    (
        "payments-role",
        &["logs:PutLogEvents"],
        "stays",
        "needed_by_configuration",
        "never logged",
    ),
    (
        "payments-role",
        &["iam:ListUsers"],
        "goes",
        "unused",
        "  quarantined iam:ListUsers on * (1 event, 2026-10-13): not by a function",
    ),
    (
        "payments-role",
        &["iam:CreateUser"],
        "not_granted",
        "",
        "  quarantined iam:CreateUser on arn:aws:iam::123456789012:user/support (1 event, 2026-10-13): not by a function, and denied",
    ),
    (
        "inventory-role",
        &["dynamodb:DeleteTable"],
        "not_granted",
        "",
        "  forbidden   inventory statement 7 (NeverDelete): on *",
    ),
    (
        "inventory-role",
        &[
            "dynamodb:GetItem",
            "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory",
        ],
        "stays",
        "unobservable",
        "data events of AWS::DynamoDB::Table",
    ),
    (
        "reports-role",
        &["glue:BatchCreatePartition"],
        "goes",
        "unused",
        "it could have been seen on 13 days",
    ),
    (
        "nightly-cleanup-role",
        &["ec2:CreateNetworkInterface"],
        "stays_on_less",
        "needed_by_configuration",
        "  but         nothing is proposed for the role as it is: no event of the role",
    ),
];

#[test]
fn it_says_what_becomes_of_a_permission_and_why() {
    for (role, about, outcome, standing, says) in ANSWERS {
        let text = explain(role, about, &[]);
        assert_eq!((text.code, text.stderr.as_str()), (0, ""), "{about:?}");
        assert!(text.stdout.contains(says), "{about:?}\n{}", text.stdout);
        let json = explain(role, about, &["--format", "json"]);
        let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!(json["schema"], "tightrope/explain/1");
        assert_eq!(json["outcome"], outcome, "{about:?}");
        assert_eq!(
            json["standing"].as_str().unwrap_or_default(),
            standing,
            "{about:?}"
        );
    }
}

#[test]
fn what_cannot_be_explained_is_an_error_with_what_to_do() {
    for (role, about, why) in [
        ("nobody", ["s3:GetObject"].as_slice(), "no role nobody"),
        ("payments-role", &["GetObject"], "GetObject"),
        ("payments-role", &["s3:GetObject", "bucket"], "bucket"),
    ] {
        let run = explain(role, about, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{about:?}");
        assert!(run.stderr.contains(why), "{about:?}: {}", run.stderr);
    }
}
