//! `tightrope diff` and `tightrope simulate` as their users run them.

mod program;
mod simulated;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use program::{Ended, tightrope, tightrope_reading};
use simulated::decision;

const BEFORE: &str = "tests/cases/diff/before.json";
const AFTER: &str = "tests/cases/diff/after.json";
const REQUESTS: &str = "tests/cases/diff/requests.jsonl";

/// Policies in a folder of their own, each with these statements.
struct Written {
    folder: tempfile::TempDir,
}

impl Written {
    fn new(policies: &[(&str, &Value)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for (name, statements) in policies {
            let document = json!({"Version": "2012-10-17", "Statement": statements});
            fs::write(folder.path().join(name), document.to_string()).expect("it can be written");
        }
        Written { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn diff(before: &Value, after: &Value, more: &[&str]) -> Ended {
    let written = Written::new(&[("before", before), ("after", after)]);
    let paths = ["before", "after"].map(|name| written.path(name).into_os_string());
    let command = ["diff".into()].into_iter().chain(paths);
    tightrope(command.chain(more.iter().map(Into::into)))
}

fn as_json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).expect("it is JSON")
}

fn allow(actions: Value, resources: Value) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resources})
}

#[test]
fn the_relation_and_the_exit_code_are_the_same_in_every_format() {
    let get = allow(json!("s3:GetObject"), json!("arn:aws:s3:::b/*"));
    let read = allow(json!("s3:Get*"), json!("arn:aws:s3:::b/*"));
    let put = allow(json!("s3:PutObject"), json!("arn:aws:s3:::b/*"));
    let cases = [
        ("equal", &get, &get, 0),
        ("narrower", &read, &get, 0),
        ("broader", &get, &read, 1),
        ("incomparable", &get, &put, 1),
    ];
    for (relation, before, after, code) in cases {
        for format in ["terminal", "markdown", "json"] {
            let ended = diff(before, after, &["--format", format]);
            assert_eq!(
                (ended.code, &*ended.stderr),
                (code, ""),
                "{relation} {format}"
            );
            assert!(ended.stdout.contains(relation), "{}", ended.stdout);
        }
    }
}

#[test]
fn what_only_strings_tell_apart_is_equal_in_the_closed_world() {
    // No action of SQS begins with `Sendm`, and no queue has this ARN but by its name.
    let before = allow(json!(["sqs:SendMessage"]), json!("*"));
    let after = allow(json!(["sqs:SendMessage", "sqs:Sendmany*"]), json!("*"));
    let open = diff(&before, &after, &["--format", "json"]);
    let closed = diff(&before, &after, &["--format", "json", "--world", "closed"]);
    let told = |ended: &Ended| {
        let value = as_json(ended);
        ["world", "relation", "relation_in_other_world"]
            .map(|name| value[name].as_str().map(str::to_owned))
    };
    let words = |words: [&str; 3]| words.map(|word| Some(word.to_owned()));
    assert_eq!(
        (told(&open), open.code),
        (words(["open", "broader", "equal"]), 1)
    );
    assert_eq!(
        (told(&closed), closed.code),
        (words(["closed", "equal", "broader"]), 0)
    );
    let gained = &as_json(&open)["gained"][0];
    assert_eq!(
        (&gained["actions"], &gained["real"]),
        (&json!(["sqs:Sendmany*"]), &json!(false))
    );
}

#[test]
fn a_difference_has_its_actions_its_resources_its_statement_and_a_request_that_shows_it() {
    let ended = tightrope(["diff", BEFORE, AFTER, "--format", "json"]);
    let value = as_json(&ended);
    let at =
        |index: u32, policy: &str, sid: &str| json!({"policy": policy, "index": index, "sid": sid});
    let gained: Vec<_> = value["gained"].as_array().expect("a list").iter().collect();
    assert_eq!(gained.len(), 2);
    assert_eq!(gained[0]["actions"], json!(["dynamodb:GetItem"]));
    assert_eq!(
        gained[0]["resources"],
        json!(["arn:aws:dynamodb:*:123456789012:table/orders"])
    );
    assert_eq!(gained[0]["statement"], at(0, AFTER, "Orders"));
    assert_eq!(gained[1]["actions"], json!(["s3:DeleteObject"]));
    assert_eq!(gained[1]["denied_by"], at(2, BEFORE, "Keep"));
    assert_eq!(
        gained[1]["conditions"],
        json!({"Bool": {"aws:SecureTransport": "true"}})
    );
    let lost = &value["lost"];
    assert_eq!(lost[0]["actions"], json!(["dynamodb:PutItem"]));
    assert_eq!(
        lost[1]["witness"]["context"],
        json!({"aws:SecureTransport": "true"})
    );
    assert_eq!(
        (&value["schema"], ended.code),
        (&json!("tightrope/diff/1"), 1)
    );
}

#[test]
fn a_witness_is_a_request_that_simulate_decides_as_diff_says() {
    let value = as_json(&tightrope(["diff", BEFORE, AFTER, "--format", "json"]));
    let mut asked = 0;
    for (groups, allowing, other) in [("gained", AFTER, BEFORE), ("lost", BEFORE, AFTER)] {
        for group in value[groups].as_array().expect("a list") {
            let request = &group["witness"];
            let principal = "arn:aws:iam::123456789012:role/orders";
            let decided = |policy: &str| decision(policy, request, principal);
            assert_eq!(decided(allowing), "allow", "{request}");
            assert_ne!(decided(other), "allow", "{request}");
            asked += 1;
        }
    }
    assert_eq!(asked, 4);
}

#[test]
fn several_policies_stand_together_on_each_side() {
    let half = |service: &str| allow(json!(format!("{service}:*")), json!("*"));
    let both = json!([half("sqs"), half("sns")]);
    let written = Written::new(&[
        ("sqs", &half("sqs")),
        ("sns", &half("sns")),
        ("both", &both),
    ]);
    let path = |name: &str| written.path(name).display().to_string();
    let (sqs, sns, both) = (path("sqs"), path("sns"), path("both"));
    let apart = ["diff", "--before", &sqs, "--before", &sns, "--after", &both];
    let ended = tightrope(apart);
    assert_eq!(
        (ended.code, ended.stdout.starts_with("equal")),
        (0, true),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_cannot_be_compared_is_said_with_its_place_and_exit_code_2() {
    let bad = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": {\"Effect\": \"Allow\", \"Action\": 1, \"Resource\": \"*\"}\n}";
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("bad.json");
    fs::write(&file, bad).expect("it can be written");
    let file = file.display().to_string();
    let cases: [(Vec<&str>, &str); 4] = [
        (
            vec!["diff", BEFORE, &file],
            "line 3, column 46: statement 1:",
        ),
        (vec!["diff", BEFORE, "no/such/file"], "no/such/file"),
        (vec!["diff", BEFORE], "BEFORE and AFTER"),
        (
            vec!["simulate", "--policy", &file, "--requests", REQUESTS],
            "line 3, column 46",
        ),
    ];
    for (arguments, said) in cases {
        let ended = tightrope(&arguments);
        assert_eq!(ended.code, 2, "{arguments:?}");
        assert!(
            ended.stderr.contains(said) && ended.stdout.is_empty(),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn requests_are_decided_line_by_line_and_the_good_ones_count_beside_the_bad() {
    let good = fs::read_to_string(Path::new(REQUESTS)).expect("the requests");
    let all = format!("{good}\n{{\"action\": \"s3:GetObject\"}}\nnot JSON\n");
    let arguments = [
        "simulate",
        "--policy",
        BEFORE,
        "--requests",
        "-",
        "--format",
        "jsonl",
    ];
    let ended = tightrope_reading(arguments, all.as_bytes());
    let answers: Vec<Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let decisions: Vec<_> = answers
        .iter()
        .map(|answer| answer["decision"].clone())
        .collect();
    assert_eq!(
        decisions,
        ["implicit_deny", "allow", "implicit_deny", "explicit_deny"]
    );
    assert_eq!(answers[2]["depends_on"], json!(["aws:SecureTransport"]));
    assert_eq!(
        answers[3]["statements"],
        json!([{"policy": BEFORE, "index": 2, "sid": "Keep"}])
    );
    assert_eq!(ended.code, 2);
    for said in [
        "line 6: it has no `principal`",
        "line 7: not JSON",
        "2 of its lines hold no request",
    ] {
        let found = ended.stderr.contains(said)
            || ended.stderr.contains(&said.replace("principal", "action"));
        assert!(found, "{}", ended.stderr);
    }
}

#[test]
fn every_layer_limits_and_files_of_one_level_stand_together() {
    let s3 = allow(json!("s3:*"), json!("*"));
    let sqs = allow(json!("sqs:*"), json!("*"));
    let all = allow(json!("*"), json!("*"));
    let written = Written::new(&[("s3", &s3), ("sqs", &sqs), ("all", &all)]);
    let path = |name: &str| written.path(name).display().to_string();
    let (s3, sqs, all) = (path("s3"), path("sqs"), path("all"));
    let level = format!("{s3},{sqs}");
    let cases: [(&[&str], &str); 7] = [
        (&[], "allow"),
        (&["--boundary", &s3], "allow"),
        (&["--boundary", &sqs], "implicit_deny"),
        (&["--session", &sqs], "implicit_deny"),
        (&["--scp", &level], "allow"),
        (&["--scp", &s3, "--scp", &sqs], "implicit_deny"),
        (
            &["--scp", &all, "--boundary", &s3, "--session", &s3],
            "allow",
        ),
    ];
    let request = json!({"principal": "arn:aws:iam::123456789012:role/r", "action": "s3:ListAllMyBuckets", "resource": "*"});
    for (layers, decision) in cases {
        let arguments = [
            "simulate",
            "--policy",
            &all,
            "--requests",
            "-",
            "--format",
            "jsonl",
        ];
        let arguments: Vec<&str> = arguments.iter().chain(layers).copied().collect();
        let ended = tightrope_reading(&arguments, request.to_string().as_bytes());
        assert_eq!(as_json(&ended)["decision"], json!(decision), "{layers:?}");
    }
}
