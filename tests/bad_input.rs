//! What the program says to input that it cannot use: a message with file and place, the good part counted, and no panic
//! (which `program` asserts of every run).

mod program;
mod small;

use std::fs;
use std::io::Write;

use serde_json::{Value, json};
use tightrope::iac::{Given, read};

use program::{Ended, tightrope};
use small::{Small, allow, record, records};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

/// A log file of one good record.
fn good(id: &str) -> String {
    records(&[record(id, &json!({}))])
}

fn report(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr))
}

/// The faults, as `name of the file: what`.
fn faults(report: &Value) -> Vec<String> {
    let list = report["read"]["faults"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let fault = |fault: &Value| {
        let file = text(&fault["file"]);
        let name = file.rsplit('/').next().unwrap_or_default().to_owned();
        format!("{name}: {}", text(&fault["what"]))
    };
    list.map(fault).collect()
}

/// A bad log file: its name and bytes, the records of it that count all the same, the records of it that are no events,
/// and what is said of it.
struct Bad {
    name: &'static str,
    bytes: Vec<u8>,
    used: u64,
    not_understood: u64,
    said: &'static [&'static str],
}

fn bad(
    name: &'static str,
    bytes: impl Into<Vec<u8>>,
    (used, not_understood): (u64, u64),
    said: &'static [&'static str],
) -> Bad {
    Bad {
        name,
        bytes: bytes.into(),
        used,
        not_understood,
        said,
    }
}

fn many() -> Vec<u8> {
    let list: Vec<_> = (0..400)
        .map(|number| record(&format!("m{number}"), &json!({})))
        .collect();
    records(&list).into_bytes()
}

/// A record with this text in the place of its event name.
fn with_name(text: &str) -> String {
    good("n").replace("\"GetBucketVersioning\"", text)
}

fn nested(depth: usize) -> String {
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    good("d").replace("{\"bucketName\":\"b\"}", &deep)
}

#[rustfmt::skip]
fn bad_files() -> Vec<Bad> {
    let many = many();
    let one = good("g");
    let lines = format!(
        "{}\nnot JSON at all\n{}\n",
        record("l1", &json!({})),
        record("l2", &json!({}))
    );
    let invalid: Vec<u8> = with_name("\"Get\u{1}\"")
        .bytes()
        .map(|byte| if byte == 1 { 0xFF } else { byte })
        .collect();
    let utf16: Vec<u8> = one.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        bad("cut.json", &many[..many.len() / 2], (200, 0), &["line 1, byte ", "the text ends at byte ", "inside the record that begins here"]),
        bad("list.json", &one.as_bytes()[..one.len() - 2], (1, 0), &["before the list that begins here is closed"]),
        bad("twice.json", one.replace("}]}", "}]}}]}}"), (1, 0), &["`}]}}` does not begin a record"]),
        bad("lines.jsonl", lines, (2, 0), &["line 2, byte ", "`not JSON at all\\n` does not begin a record"]),
        bad("no-name.json", records(&[record("a", &json!({"eventName": null})), record("b", &json!({}))]), (1, 1), &["line 1, byte 12: the record has no `eventName`"]),
        bad("no-source.json", records(&[record("a", &json!({"eventSource": null}))]), (0, 1), &["line 1, byte 12: the record has no `eventSource`"]),
        bad("not-an-object.json", r#"{"Records":[1,"x",null,[2]]}"#, (0, 0), &["an element of the list of records is not an object", "line 1, byte "]),
        bad("array-name.json", with_name("[\"Get\"]"), (0, 1), &["the record has no `eventName`"]),
        bad("empty.json", "", (0, 0), &["there is nothing in it"]),
        bad("empty.json.gz", gzip(b""), (0, 0), &["there is nothing in it"]),
        bad("deep.json", nested(100_000), (0, 0), &["more than 128 levels of brackets", "line 1, byte "]),
        bad("bytes.json", invalid, (0, 1), &["the record cannot be read", "line 1"]),
        bad("utf16.json", utf16, (0, 0), &["the text is UTF-16"]),
        bad("archive.json", "PK\u{3}\u{4}and then some\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", (0, 0), &["a zip archive"]),
        bad("page.json", "<html><body>Sign in</body></html>", (0, 0), &["`<html><body>Sign in</bod` does not begin a record"]),
    ]
}

#[test]
fn a_bad_log_file_is_told_with_its_place_and_the_others_count() {
    for bad in bad_files() {
        let small = Small::granting_nothing();
        let ended = small
            .log("a-good.json", good("e1"))
            .log(bad.name, &bad.bytes)
            .log("z-good.json", good("e2"))
            .propose(&["--format", "json"]);
        let report = report(&ended);
        let (read, faults) = (&report["read"], faults(&report));
        assert_eq!(
            (ended.code, &read["used"]),
            (0, &json!(2 + bad.used)),
            "{}: {faults:?}",
            bad.name
        );
        assert!(
            read["not_understood"].as_u64() >= Some(bad.not_understood),
            "{}: {read}",
            bad.name
        );
        let of_it: Vec<_> = faults
            .iter()
            .filter(|fault| fault.starts_with(&format!("{}: ", bad.name)))
            .collect();
        assert_eq!(of_it.len(), faults.len(), "{faults:?}");
        assert_eq!(
            faults.is_empty(),
            bad.said.is_empty(),
            "{}: {faults:?}",
            bad.name
        );
        for said in bad.said {
            assert!(
                of_it.iter().any(|fault| fault.contains(said)),
                "{said}: {faults:?}"
            );
        }
    }
}

#[test]
fn a_bad_log_file_alone_ends_with_2_and_the_same_words() {
    for bad in bad_files()
        .iter()
        .filter(|bad| bad.used + bad.not_understood == 0)
    {
        let small = Small::reading_a_bucket();
        let ended = small.log(bad.name, &bad.bytes).propose(&[]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", bad.name);
        let always = [bad.name, "error: no event could be read from the trail"];
        for said in bad.said.iter().chain(&always) {
            assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
        }
    }
}

#[test]
fn the_terminal_names_every_bad_place_too() {
    let small = Small::reading_a_bucket();
    let ended = small
        .log("good.json", good("e1"))
        .log(
            "no-name.json",
            records(&[json!({"eventSource": "s3.amazonaws.com"})]),
        )
        .propose(&[]);
    let line = "no-name.json: line 1, byte 12: the record has no `eventName`";
    let found = ended.stdout.lines().find(|found| found.ends_with(line));
    assert!(
        found.is_some_and(|found| found.starts_with("  not understood ")),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("2 events = 1 used + ")
            && ended.stdout.contains(" + 1 not understood"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_truncated_gzip_gives_the_records_before_the_cut_and_both_offsets() {
    let whole = gzip(&many());
    for (length, least) in [(12, 0), (whole.len() / 2, 20), (whole.len() - 3, 400)] {
        let small = Small::reading_a_bucket();
        let ended = small
            .log("good.json", good("e1"))
            .log("t.json.gz", &whole[..length])
            .propose(&["--format", "json"]);
        let report = report(&ended);
        let used = report["read"]["used"].as_u64().unwrap_or_default();
        assert!(
            (least + 1..=401).contains(&used),
            "{used} of the first {length} bytes"
        );
        let [fault] = &faults(&report)[..] else {
            panic!("{:?}", faults(&report))
        };
        let begins = format!(
            "t.json.gz: the gzip data is cut: it ends at compressed byte {length}, which is byte "
        );
        assert!(fault.starts_with(&begins), "{fault}");
    }
}

#[test]
fn damage_in_a_gzip_is_told_and_what_came_before_counts() {
    let mut damaged = gzip(&many());
    let middle = damaged.len() / 2;
    damaged[middle..middle + 64].fill(0xFF);
    let small = Small::reading_a_bucket();
    let ended = small
        .log("good.json", good("e1"))
        .log("t.json.gz", &damaged)
        .propose(&["--format", "json"]);
    let report = report(&ended);
    assert!(
        report["read"]["used"].as_u64() > Some(1),
        "{}",
        report["read"]
    );
    let faults = faults(&report);
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("the gzip data is damaged near compressed byte ")),
        "{faults:?}"
    );
}

#[test]
fn sixty_megabytes_in_one_line_are_read() {
    let mut text = String::from("{\"Records\":[");
    let mut count = 0;
    while text.len() < 60_000_000 {
        let padding = json!({"bucketName": "b", "padding": "x".repeat(200_000)});
        text += &record(&format!("e{count}"), &json!({"requestParameters": padding})).to_string();
        text.push(',');
        count += 1;
    }
    text += &record("last", &json!({})).to_string();
    text += "]}";
    let small = Small::reading_a_bucket();
    let ended = small.log("long.json", &text).propose(&["--format", "json"]);
    let report = report(&ended);
    assert_eq!(
        (
            ended.code,
            &report["read"]["used"],
            &report["read"]["faults"]
        ),
        (1, &json!(count + 1), &json!([]))
    );
}

#[test]
fn a_zip_bomb_is_stopped_and_what_came_before_it_counts() {
    // 300 MB of spaces inside a string: gzip members may follow each other, so that one of them is made once.
    let spaces = gzip(&vec![b' '; 30_000_000]);
    let begin = gzip(good("e1").replace("]}", ",{\"text\":\"").as_bytes());
    let bomb = [vec![begin], vec![spaces; 10]].concat().concat();
    let small = Small::reading_a_bucket();
    let ended = small
        .log("bomb.json.gz", &bomb)
        .propose(&["--format", "json"]);
    let report = report(&ended);
    assert_eq!((ended.code, &report["read"]["used"]), (1, &json!(1)));
    let faults = faults(&report);
    assert!(
        faults.len() == 1 && faults[0].starts_with("bomb.json.gz: "),
        "{faults:?}"
    );
    assert!(
        faults[0].contains("bytes of text, as no CloudTrail log does"),
        "{faults:?}"
    );
}

#[test]
fn a_trail_that_is_not_there_or_holds_no_logs_is_named() {
    let small = Small::reading_a_bucket();
    let empty = small.propose(&[]);
    assert_eq!(empty.code, 2);
    assert!(
        empty.stderr.contains(
            "/trail: no log file here: it holds 0 files; looked for names that end in .json"
        ),
        "{}",
        empty.stderr
    );
    let other = small.log("notes.txt", "x").propose(&[]);
    assert_eq!(other.code, 2);
    assert!(
        other
            .stderr
            .contains("1 with other names (such as notes.txt)"),
        "{}",
        other.stderr
    );
    small.log("a.json", good("e1"));
    for (more, said) in [
        (["--trail", "no/such/folder"], "no/such/folder: "),
        (["--functions", "no/such/file"], "no/such/file: "),
        (["--out", "Cargo.toml"], "Cargo.toml/worker: "),
    ] {
        let ended = small.propose(&more);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{more:?}");
        assert!(
            ended.stderr.starts_with(&format!("error: {said}")),
            "{}",
            ended.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_opened_is_told_and_the_others_count() {
    let small = Small::reading_a_bucket();
    small.log("a.json", good("e1"));
    std::os::unix::fs::symlink("nowhere", small.path("trail/link.json"))
        .expect("a link can be made");
    let ended = small.propose(&["--format", "json"]);
    let report = report(&ended);
    assert_eq!((ended.code, &report["read"]["used"]), (1, &json!(1)));
    let faults = faults(&report);
    assert!(
        faults.len() == 1 && faults[0].starts_with("link.json: it cannot be opened: "),
        "{faults:?}"
    );
}

#[test]
fn events_of_odd_types_are_read_as_far_as_they_go() {
    for (changes, count) in [
        (json!({"eventID": 17}), "used"),
        (json!({"eventTime": 1_700_000_000}), "used"),
        (json!({"awsRegion": ["eu-central-1"]}), "used"),
        (json!({"resources": "arn:aws:s3:::b"}), "used"),
        (
            json!({"resources": [1, null, {"ARN": 7}, {"ARN": "not an ARN"}]}),
            "used",
        ),
        (
            json!({"requestParameters": "HIDDEN_DUE_TO_SECURITY_REASONS"}),
            "used",
        ),
        (json!({"requestParameters": [1]}), "used"),
        (
            json!({"requestParameters": {"bucketName": {"x": [[]]}}}),
            "used",
        ),
        (json!({"userAgent": null, "sourceIPAddress": 4}), "used"),
        (json!({"errorCode": {}}), "used"),
        (json!({"eventType": "AwsServiceEvent"}), "set_aside"),
        (
            json!({"userIdentity": {"type": "AssumedRole"}}),
            "set_aside",
        ),
        (json!({"userIdentity": null}), "set_aside"),
        (
            json!({"eventVersion": 99, "surprise": {"a": [true]}}),
            "used",
        ),
    ] {
        let small = Small::granting_nothing();
        let odd = record("odd", &changes);
        let ended = small
            .log("a.json", records(&[record("e1", &json!({})), odd]))
            .propose(&["--format", "json"]);
        let read = &report(&ended)["read"];
        let [used, aside] = [
            u64::from(count == "used") + 1,
            u64::from(count == "set_aside"),
        ];
        let set_aside: u64 = read["set_aside"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, number)| number.as_u64())
            .sum();
        assert_eq!(
            (&read["used"], set_aside, &read["faults"]),
            (&json!(used), aside, &json!([])),
            "{changes}"
        );
    }
}

#[test]
fn a_record_of_an_odd_caller_is_counted_and_grants_nothing() {
    for identity in [json!("x"), json!([]), json!({"sessionContext": 3})] {
        let small = Small::granting_nothing();
        let odd = record("odd", &json!({"userIdentity": identity}));
        let ended = small
            .log("a.json", records(&[record("e1", &json!({})), odd]))
            .propose(&["--format", "json"]);
        let read = &report(&ended)["read"];
        assert_eq!(
            (&read["used"], &read["events"]),
            (&json!(1), &json!(2)),
            "{identity}: {read}"
        );
    }
}

#[test]
fn account_data_of_another_shape_is_told_with_what_it_is() {
    for (text, said) in [
        ("", "not JSON: EOF while parsing a value at line 1 column 0"),
        (
            "{\n  \"RoleDetailList\": [\n  oops",
            "not JSON: expected value at line 3 column 3",
        ),
        (
            "\u{1f}\u{8b}",
            "not JSON: expected value at line 1 column 1",
        ),
        (
            r#"{"Roles":[]}"#,
            "expected the output of `aws iam get-account-authorization-details`, an object with `RoleDetailList` and `Policies`, found an object with `Roles`",
        ),
        ("[1,2]", "found a list of 2"),
        ("7", "found a single value"),
        (
            r#"{"RoleDetailList":{}}"#,
            "found an object with `RoleDetailList`",
        ),
        (
            r#"{"RoleDetailList":[]}"#,
            "none of the 0 roles in the account data is a Lambda execution role",
        ),
    ] {
        let small = Small::reading_a_bucket();
        small.log("a.json", good("e1"));
        let (file, trail) = (small.path("other.json"), small.path("trail"));
        fs::write(&file, text).expect("it can be written");
        let ended = tightrope([
            "propose".as_ref(),
            "--account".as_ref(),
            file.as_os_str(),
            "--trail".as_ref(),
            trail.as_os_str(),
        ]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{text}");
        assert!(ended.stderr.contains(said), "{text}: {}", ended.stderr);
        assert_eq!(
            ended.stderr.contains("other.json"),
            !said.starts_with("none"),
            "{}",
            ended.stderr
        );
    }
    let small = Small::reading_a_bucket();
    small.log("a.json", good("e1"));
    let missing = small.propose(&["--functions", "Cargo.toml"]);
    assert!(
        missing.code == 2
            && missing
                .stderr
                .contains("Cargo.toml: not JSON: expected value at line 1 column 2"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_page_of_a_snapshot_is_told_to_be_one() {
    let mut small = Small::reading_a_bucket();
    small.snapshot["IsTruncated"] = json!(true);
    small.log("a.json", good("e1"));
    let ended = small.propose(&["--format", "json"]);
    let problems = report(&ended)["read"]["account_problems"].to_string();
    assert!(
        ended.code == 1 && problems.contains("one page of several (`IsTruncated`)"),
        "{problems}"
    );
    assert!(
        small
            .propose(&[])
            .stdout
            .contains("  account the snapshot is one page of several")
    );
}

#[test]
fn a_role_whose_policy_cannot_be_read_gets_no_proposal() {
    let statement = |changes: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
        for (name, value) in changes.as_object().into_iter().flatten() {
            statement[name] = value.clone();
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    };
    let variable = json!({"StringLike": {"s3:prefix": "${aws:username}/*"}});
    let mut old = statement(json!({"Condition": variable}));
    old["Version"] = json!("2008-10-17");
    for (document, said) in [
        (json!("not JSON"), "policy inline: "),
        (json!("%7B%22Version%22"), "policy inline: "),
        (json!(17), "policy inline: "),
        (json!({"Version": "2012-10-17"}), "no `Statement`"),
        (
            statement(json!({"Effect": "allow"})),
            "statement 1: `Effect` must be",
        ),
        (
            statement(json!({"Action": "everything"})),
            "statement 1: `everything` is not an action",
        ),
        (
            statement(json!({"Action": []})),
            "statement 1: an empty list matches nothing",
        ),
        (statement(json!({"Principal": "*"})), "`Principal`"),
        (
            old,
            "inline statement 1: its condition holds `${…}`, which is text in its document of version 2008-10-17",
        ),
    ] {
        let mut small = Small::reading_a_bucket();
        small.snapshot["RoleDetailList"][0]["RolePolicyList"][0]["PolicyDocument"] =
            document.clone();
        small.log("a.json", good("e1"));
        let ended = small.propose(&["--format", "json"]);
        let report = report(&ended);
        let role = &report["roles"][0];
        assert_eq!(
            (ended.code, &role["status"]),
            (0, &json!("no_proposal")),
            "{document}"
        );
        let reason = role["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(said), "{document}: {reason}");
        assert_eq!(
            report["read"]["used"], 1,
            "its events are counted all the same"
        );
    }
}

#[test]
fn a_role_that_cannot_be_read_is_told_and_the_others_count() {
    for (odd, said) in [
        (
            json!({"RoleName": "odd"}),
            "role 2 (odd): missing field `Arn`",
        ),
        (
            json!({"RoleName": "odd", "Arn": "x", "AssumeRolePolicyDocument": {}}),
            "role 2 (odd): ",
        ),
        (
            json!({"RoleName": "odd", "Arn": "arn:aws:iam::123456789012:role/odd", "AssumeRolePolicyDocument": "%7B"}),
            "role 2 (odd): trust policy: ",
        ),
        (json!(null), "role 2 (without a name): "),
    ] {
        let mut small = Small::granting_nothing();
        small.snapshot["RoleDetailList"]
            .as_array_mut()
            .expect("a list")
            .push(odd.clone());
        small.log("a.json", good("e1"));
        let report = report(&small.propose(&["--format", "json"]));
        assert_eq!(report["roles"].as_array().map(Vec::len), Some(1), "{odd}");
        let problems = report["read"]["account_problems"].to_string();
        assert!(problems.contains(said), "{odd}: {problems}");
    }
}

#[test]
fn a_policy_of_the_old_version_without_variables_is_read() {
    let mut policy = allow(
        &["s3:GetBucketVersioning", "s3:PutBucketVersioning"],
        "arn:aws:s3:::b",
    );
    policy["Version"] = json!("2008-10-17");
    let small = Small::new(&policy);
    let report = report(
        &small
            .log("a.json", good("e1"))
            .propose(&["--format", "json"]),
    );
    let document = &report["roles"][0]["proposal"]["documents"][0]["policy"];
    let expected = json!({"Sid": "S3GetBucketVersioning", "Effect": "Allow",
        "Action": "s3:GetBucketVersioning", "Resource": "arn:aws:s3:::b"});
    assert_eq!(document["Statement"], json!([expected]));
}

/// The files of infrastructure code of every form, by name.
fn infrastructure() -> Vec<(String, String)> {
    let below = |folder: &std::path::Path| {
        let entries = fs::read_dir(folder).expect("a folder of cases");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let forms = below("tests/cases/iac".as_ref()).filter(|path| path.is_dir());
    let files = forms.flat_map(|form| below(&form).collect::<Vec<_>>());
    let files = files.filter(|path| path.extension().is_some_and(|end| end != "txt"));
    let mut files: Vec<_> = files
        .map(|path| {
            (
                path.display().to_string(),
                fs::read_to_string(path).expect("a case"),
            )
        })
        .collect();
    files.sort();
    files
}

/// The text as it is at these places: cut, without a character, or with another one.
fn damaged(text: &str, at: usize) -> Vec<String> {
    const OTHERS: [&str; 12] = [
        "{", "}", "[", "\"", "$", "${", "\\", "\n", "<<", "0", ": ", "\u{e9}",
    ];
    let (before, after) = text.split_at(at);
    let rest = after
        .char_indices()
        .nth(1)
        .map_or("", |(next, _)| &after[next..]);
    let other = OTHERS[at % OTHERS.len()];
    vec![
        before.to_owned(),
        format!("{before}{rest}"),
        format!("{before}{other}{rest}"),
        format!("{before}{other}{after}"),
    ]
}

#[test]
fn infrastructure_code_that_is_damaged_anywhere_is_read_or_told_and_never_makes_it_panic() {
    // A few places of each file; every one of them takes minutes.
    let every = std::env::var_os("TIGHTROPE_EVERY_PLACE").is_some();
    let files = infrastructure();
    assert!(files.len() > 8, "{files:?}");
    for (name, text) in &files {
        let places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
        let step = if every { 1 } else { places.len() / 24 + 1 };
        for at in places.into_iter().step_by(step) {
            for damaged in damaged(text, at) {
                let found = read(name, &damaged, &Given::default());
                let lines = damaged.lines().count() + 1;
                assert!(
                    found
                        .problems
                        .iter()
                        .all(|problem| problem.place.line <= lines),
                    "{damaged}"
                );
            }
        }
    }
}

#[test]
fn terraform_that_is_nested_deeply_or_goes_in_circles_is_read_in_a_moment() {
    let role = |policy: &str| {
        format!(
            "resource \"aws_iam_role_policy\" \"p\" {{\n  role = \"r\"\n  policy = {policy}\n}}\n"
        )
    };
    let nested = |open: &str, close: &str, depth: usize| {
        role(&format!("{}1{}", open.repeat(depth), close.repeat(depth)))
    };
    let mut texts = Vec::new();
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{a=", "}"),
        ("\"${", "}\""),
        ("!", ""),
        ("f(", ")"),
        ("[for x in ", " : x]"),
    ] {
        texts.extend([30, 60, 5_000].map(|depth| nested(open, close, depth)));
    }
    texts.push(role("local.a") + "locals {\n a = local.b\n b = [local.a, local.a]\n}\n");
    let doubled: String = (1..60)
        .map(|index| {
            format!(
                " l{index} = \"${{local.l{0}}}${{local.l{0}}}\"\n",
                index - 1
            )
        })
        .collect();
    texts.push(role("local.l59") + &format!("locals {{\n l0 = \"x\"\n{doubled}}}\n"));
    let listed: String = (1..60)
        .map(|index| format!(" l{index} = [local.l{0}, local.l{0}]\n", index - 1))
        .collect();
    texts.push(role("local.l59") + &format!("locals {{\n l0 = var.x ? [1] : [2]\n{listed}}}\n"));
    let longer = (0..40).fold("\"a\"".to_owned(), |text, _| {
        format!("replace({text}, \"a\", \"aaaaaaaaaa\")")
    });
    texts.push(role(&longer));
    for text in texts {
        let began = std::time::Instant::now();
        let found = read("main.tf", &text, &Given::default());
        let seconds = began.elapsed().as_secs_f64();
        let statements = found
            .policies
            .iter()
            .map(|policy| policy.policy.statements.len());
        assert_eq!(statements.sum::<usize>(), 0);
        assert!(
            !found.problems.is_empty() || !found.policies[0].unknown.is_empty(),
            "{text}"
        );
        assert!(
            seconds < 10.0,
            "{seconds} s: {}",
            &text[..text.len().min(300)]
        );
    }
}
