//! `tightrope propose`, as a user runs it, over the example that the repository ships and over small accounts.

mod by_hand;
mod evaluator;
mod program;
mod shape;
mod shipped;
mod small;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use evaluator::{World, allows};
use program::{tightrope, tightrope_reading};
use shape::Objects;
use shipped::{ACCOUNT, FUNCTIONS, PROPOSED, TRAIL, log_files, propose, role, shipped};
use small::{Small, allow, record, records};

/// The reasons that a role's report gives, as `action ground` and how many events show it.
fn reasons(role: &Value) -> BTreeMap<String, u64> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let documents = list(&role["proposal"]["documents"]);
    let statements = documents
        .iter()
        .flat_map(|document| list(&document["statements"]));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut reasons = BTreeMap::new();
    for reason in statements.flat_map(|statement| list(&statement["reasons"])) {
        let key = format!("{} {}", text(&reason["actions"]), text(&reason["ground"]));
        let events = reason["evidence"]["events"].as_u64().unwrap_or_default();
        *reasons.entry(key).or_default() += events;
    }
    reasons
}

fn actions_of(accesses: &Value) -> Vec<&str> {
    let list = accesses.as_array().into_iter().flatten();
    list.filter_map(|access| access["action"].as_str())
        .collect()
}

fn statements(policies: &[Value]) -> Vec<Value> {
    let lists = policies
        .iter()
        .filter_map(|policy| policy["Statement"].as_array());
    lists.flatten().cloned().collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_role_without_a_proposal_is_told_why() {
    for (name, why) in [
        (
            "nightly-cleanup-role",
            "no event of the role is in the trail",
        ),
        (
            "webhooks-role",
            "the attached policy arn:aws:iam::123456789012:policy/webshop-webhooks is not in the account data",
        ),
    ] {
        let role = shipped().role(name);
        assert_eq!(role["status"], "no_proposal", "{name}");
        assert!(
            role["reason"].to_string().contains(why),
            "{name}: {}",
            role["reason"]
        );
        assert!(role.get("proposal").is_none() && !shipped().out().join(name).exists());
    }
    let functions = &shipped().role("webhooks-role")["functions"];
    assert_eq!(
        (&functions[0]["name"], &functions[0]["events"]),
        (&json!("webhooks"), &json!(9)),
        "its events are counted all the same"
    );
}

#[test]
fn stolen_credentials_are_quarantined_and_get_nothing() {
    let role = shipped().role("payments-role");
    let [outside] = role["proposal"]["quarantined"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
    else {
        panic!("{}", role["proposal"]["quarantined"])
    };
    assert_eq!(
        (
            &outside["session"],
            &outside["address"],
            &outside["agent"],
            &outside["events"]
        ),
        (
            &json!("payments"),
            &json!("203.0.113.66"),
            &json!("aws-cli/2.17.44"),
            &json!(7)
        )
    );
    let wished = [
        "ec2:DescribeInstances",
        "iam:ListRoles",
        "iam:ListUsers",
        "s3:ListAllMyBuckets",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecrets",
    ];
    assert_eq!(actions_of(&outside["accesses"]), wished);
    let kept: BTreeSet<_> = reasons(role)
        .into_keys()
        .filter(|key| key.ends_with(" used"))
        .collect();
    let own = [
        "kms:Decrypt used",
        "logs:CreateLogStream used",
        "secretsmanager:GetSecretValue used",
    ];
    assert_eq!(kept, own.map(ToOwned::to_owned).into());
    assert_eq!(
        reasons(role)["secretsmanager:GetSecretValue used"],
        3,
        "the thief's is not among them"
    );
}

#[test]
fn what_no_trail_shows_is_kept_where_it_is_granted() {
    let bucket = "arn:aws:s3:::webshop-uploads/a.jpg";
    for (name, action, resource, ground) in [
        ("thumbnails-role", "s3:GetObject", bucket, "data_event"),
        ("thumbnails-role", "s3:PutObject", bucket, "data_event"),
        (
            "shared-worker-role",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-central-1:123456789012:webshop-x",
            "data_event",
        ),
        (
            "shared-worker-role",
            "ses:SendEmail",
            "arn:aws:ses:eu-central-1:123456789012:identity/shop.example.com",
            "data_event",
        ),
        (
            "shared-worker-role",
            "dynamodb:PutItem",
            "arn:aws:dynamodb:eu-central-1:123456789012:table/orders",
            "data_event",
        ),
        ("reports-role", "xray:PutTraceSegments", "*", "data_event"),
        ("reports-role", "logs:PutLogEvents", "*", "never_logged"),
    ] {
        let policies = shipped().policies(name);
        assert!(
            allows(&policies, action, resource, &World::new()),
            "{name} loses {action} on {resource}"
        );
        let reasons = reasons(shipped().role(name));
        assert!(
            reasons.contains_key(&format!("{action} {ground}")),
            "{name} {action}: {reasons:?}"
        );
    }
    for (name, action, resource) in [
        (
            "shared-worker-role",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-central-1:123456789012:other",
        ),
        (
            "shared-worker-role",
            "dynamodb:PutItem",
            "arn:aws:dynamodb:eu-central-1:123456789012:table/other",
        ),
        ("reports-role", "s3:GetObject", bucket),
        (
            "payments-role",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-central-1:123456789012:webshop-orders",
        ),
    ] {
        let policies = shipped().policies(name);
        assert!(
            !allows(&policies, action, resource, &World::new()),
            "{name} gains {action} on {resource}"
        );
    }
}

#[test]
fn a_denied_call_is_not_a_use() {
    let role = shipped().role("inventory-role");
    assert_eq!(
        actions_of(&role["denied"]),
        ["dynamodb:DeleteTable", "ec2:StartInstances"]
    );
    let thief = &shipped().role("payments-role")["proposal"]["quarantined"][0];
    assert_eq!(actions_of(&thief["denied"]), ["iam:CreateUser"]);
    assert_eq!(shipped().role("payments-role")["denied"], json!([]));
    assert_eq!(shipped().json["read"]["denied"], 3);
    let all = PROPOSED.map(|name| reasons(shipped().role(name)));
    for action in [
        "dynamodb:DeleteTable used",
        "ec2:StartInstances used",
        "iam:CreateUser used",
    ] {
        assert!(
            all.iter().all(|reasons| !reasons.contains_key(action)),
            "{action}"
        );
    }
}

#[test]
fn a_failed_call_that_was_authorised_is_a_use() {
    for (name, action, events) in [
        ("reports-role", "s3:GetObject", 4),         // one is NoSuchKey
        ("thumbnails-role", "s3:GetBucketCORS", 1),  // NoSuchCORSConfiguration
        ("inventory-role", "ec2:CreateSnapshot", 1), // Client.DryRunOperation
        ("inventory-role", "ssm:GetParametersByPath", 2), // one is ThrottlingException
    ] {
        let reasons = reasons(shipped().role(name));
        assert_eq!(
            reasons.get(&format!("{action} used")),
            Some(&events),
            "{name} {action}"
        );
    }
}

#[test]
fn an_error_code_tells_whether_a_call_was_authorised() {
    for (code, count) in [
        (Value::Null, "used"),
        (json!("NoSuchBucket"), "used"),
        (json!("Client.RequestLimitExceeded"), "used"),
        (json!("AccessDenied"), "denied"),
        (json!("AccessDeniedException"), "denied"),
        (json!("Client.UnauthorizedOperation"), "denied"),
    ] {
        let small = Small::reading_a_bucket();
        let one = record("e1", &json!({"errorCode": code}));
        let ended = small
            .log("a.json", records(&[one]))
            .propose(&["--format", "json"]);
        let report = parsed(&ended.stdout);
        assert_eq!(report["read"][count], 1, "{code}: {}", report["read"]);
        let status = if count == "used" {
            "proposal"
        } else {
            "no_proposal"
        };
        assert_eq!(report["roles"][0]["status"], status, "{code}");
    }
}

#[test]
fn a_duplicate_event_counts_once() {
    let mut ids = BTreeSet::new();
    let twice: Vec<_> = shipped::records()
        .into_iter()
        .filter(|record| !ids.insert(record["eventID"].to_string()))
        .collect();
    assert_eq!(
        (twice.len(), &shipped().json["read"]["duplicates"]),
        (1, &json!(1))
    );
    // The whole trail twice, under other names.
    let copy = tempfile::tempdir().expect("a temporary folder can be made");
    for (index, path) in log_files().iter().enumerate() {
        fs::copy(path, copy.path().join(format!("{index}.json"))).expect("it can be copied");
    }
    let copy = copy.path().to_str().expect("its name is text");
    let run = propose(&[
        "--trail",
        copy,
        "--role",
        "payments-role",
        "--format",
        "json",
    ]);
    let (once, again) = (
        parsed(&propose(&["--role", "payments-role", "--format", "json"]).stdout),
        parsed(&run.stdout),
    );
    assert_eq!(once["roles"], again["roles"]);
    for count in ["used", "denied", "quarantined", "unattributed"] {
        assert_eq!(once["read"][count], again["read"][count], "{count}");
    }
    assert_eq!(
        (&once["read"]["events"], &again["read"]["events"]),
        (&json!(183), &json!(366))
    );
}

#[test]
fn the_default_version_of_a_managed_policy_counts() {
    let policies = shipped().policies("shared-worker-role");
    let only_in_v1 = allows(&policies, "ses:SendRawEmail", "*", &World::new());
    assert!(!only_in_v1, "v1 is not the default");
    let mut account = shipped::json(Path::new(ACCOUNT));
    let versions = &mut account["Policies"][0]["PolicyVersionList"];
    assert_eq!(versions[0]["VersionId"], "v2");
    versions[0]["IsDefaultVersion"] = json!(false);
    versions[1]["IsDefaultVersion"] = json!(true);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let changed = folder.path().join("account.json");
    fs::write(&changed, account.to_string()).expect("it can be written");
    let changed = changed.to_str().expect("its name is text");
    let only = ["--role", "shared-worker-role", "--format", "json"];
    let run = tightrope(
        ["propose", "--trail", TRAIL, "--account", changed]
            .into_iter()
            .chain(only),
    );
    let reasons = reasons(role(&parsed(&run.stdout), "shared-worker-role"));
    assert!(
        reasons.contains_key("ses:SendRawEmail data_event"),
        "{reasons:?}"
    );
}

#[test]
fn a_statement_with_a_condition_is_cut_down_under_its_condition_or_goes() {
    let (before, after) = (
        statements(&shipped::granted("inventory-role")),
        statements(&shipped().policies("inventory-role")),
    );
    let named = |statements: &[Value], sid: &str| {
        statements.iter().find(|found| found["Sid"] == sid).cloned()
    };
    let condition = |statements: &[Value], action: Value| {
        let mut found = statements.iter().filter(|found| found["Action"] == action);
        let found = found.next().map(|found| found["Condition"].clone());
        found.unwrap_or_default()
    };
    let described = json!(["ec2:DescribeInstances", "ec2:DescribeVolumes"]);
    let regions = condition(&before, json!("ec2:Describe*"));
    assert!(regions.is_object());
    assert_eq!(condition(&after, described), regions);
    assert!(named(&before, "StopOurs").is_some());
    let stops = |statement: &Value| statement["Action"].to_string().contains("ec2:Stop");
    assert!(!after.iter().any(stops));
}

#[test]
fn a_deny_stays() {
    let sid = |statement: &&Value| statement["Effect"] == "Deny";
    let after = statements(&shipped().policies("inventory-role"));
    let before = statements(&shipped::granted("inventory-role"));
    assert_eq!(
        after.iter().filter(sid).collect::<Vec<_>>(),
        before.iter().filter(sid).collect::<Vec<_>>()
    );
    // Also one of something that nobody is allowed, under a condition, by complements.
    let deny = json!({"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::x",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    let mut policy = allow(
        &["s3:GetBucketVersioning", "s3:PutBucketVersioning"],
        "arn:aws:s3:::b",
    );
    policy["Statement"]
        .as_array_mut()
        .expect("a list")
        .push(deny.clone());
    let small = Small::new(&policy);
    let ended = small
        .log("a.json", records(&[record("e1", &json!({}))]))
        .propose(&["--format", "json"]);
    let report = parsed(&ended.stdout);
    let kept = &report["roles"][0]["proposal"]["documents"][0]["policy"]["Statement"];
    assert!(
        kept.as_array().is_some_and(|list| list.contains(&deny)),
        "{kept}"
    );
}

#[test]
fn every_event_is_in_exactly_one_count() {
    let read = &shipped().json["read"];
    let number = |value: &Value| value.as_u64().expect("a count");
    let counts = [
        "used",
        "denied",
        "quarantined",
        "unattributed",
        "duplicates",
        "not_understood",
    ];
    let aside: u64 = read["set_aside"]
        .as_object()
        .expect("an object")
        .values()
        .map(number)
        .sum();
    let sum = counts.iter().map(|name| number(&read[*name])).sum::<u64>() + aside;
    assert_eq!((sum, number(&read["events"])), (183, 183));
    assert_eq!(shipped::records().len(), 183);
    assert_eq!((number(&read["files"]), log_files().len()), (22, 22));
    assert_eq!(
        (
            &read["digest_files"],
            &read["insight_files"],
            &read["other_files"]
        ),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(
        (&read["faults"], &read["account_problems"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let format = ["--functions", FUNCTIONS, "--format", "json"];
    assert_eq!(propose(&format).stdout, shipped().ended.stdout);
    // The files in another order, by name; and compressed, beside each other.
    let few = [
        "--account",
        ACCOUNT,
        "--role",
        "payments-role",
        "--role",
        "reports-role",
        "--format",
        "json",
    ];
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut backwards = vec!["propose".to_owned()];
    for (index, path) in log_files().iter().rev().enumerate() {
        backwards.extend(["--trail".to_owned(), path.display().to_string()]);
        fs::write(folder.path().join(format!("{index}.json.gz")), gzip(path))
            .expect("it can be written");
    }
    let one_folder = |folder: &Path| {
        [
            "propose".to_owned(),
            "--trail".to_owned(),
            folder.display().to_string(),
        ]
    };
    let expected = role_bytes(&one_folder(Path::new(TRAIL)), &few);
    assert_eq!(role_bytes(&backwards, &few), expected);
    assert_eq!(role_bytes(&one_folder(folder.path()), &few), expected);
}

/// The report without what it says of the files: those are others.
fn role_bytes(start: &[String], more: &[&str]) -> String {
    let run = tightrope(start.iter().map(String::as_str).chain(more.iter().copied()));
    let (roles, _) = run
        .stdout
        .split_once("\"read\"")
        .expect("the report says what was read");
    roles.to_owned()
}

fn gzip(path: &Path) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let text = fs::read(path).expect("it can be read");
    encoder.write_all(&text).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}

#[test]
fn stdin_gives_what_the_file_gives() {
    let records = shipped::records();
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("all.json");
    fs::write(&path, json!({"Records": records}).to_string()).expect("it can be written");
    let arguments = |trail: &str| {
        let all = [
            "propose",
            "--trail",
            trail,
            "--account",
            ACCOUNT,
            "--role",
            "payments-role",
        ];
        all.map(ToOwned::to_owned)
    };
    let file = tightrope(arguments(path.to_str().expect("its name is text")));
    assert!(
        file.code == 1 && file.stdout.contains("183 events"),
        "{}",
        file.stdout
    );
    let forms = [
        fs::read(&path).expect("it can be read"),
        gzip(&path),
        json!(records).to_string().into_bytes(),
        lines.into_bytes(),
    ];
    for (number, form) in forms.iter().enumerate() {
        let stdin = tightrope_reading(arguments("-"), form);
        assert_eq!(
            (stdin.code, &stdin.stdout),
            (1, &file.stdout),
            "form {number}"
        );
    }
}

#[test]
fn out_writes_policy_proposal_and_diff_for_each_role_with_a_proposal_and_nothing_for_others() {
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        entries
            .map(|entry| name(entry.expect("an entry")))
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        names(shipped().out()),
        PROPOSED.map(ToOwned::to_owned).into()
    );
    for role in PROPOSED {
        let documents = shipped().role(role)["proposal"]["documents"]
            .as_array()
            .map_or(0, Vec::len);
        let later = (2..=documents).map(|number| format!("policy-{number}.json"));
        let always = ["policy.json", "proposal.json", "diff.md"].map(ToOwned::to_owned);
        assert_eq!(
            names(&shipped().out().join(role)),
            always.into_iter().chain(later).collect(),
            "{role}"
        );
    }
}

#[test]
fn what_is_written_is_what_is_printed() {
    for name in PROPOSED {
        let mut printed = shipped().role(name).clone();
        let folder = shipped().out().join(name);
        let documents = printed["proposal"]["documents"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let policies: Vec<_> = documents
            .iter()
            .map(|document| document["policy"].clone())
            .collect();
        assert_eq!(shipped().policies(name), policies, "{name}");
        printed["schema"] = shipped().json["schema"].clone();
        assert_eq!(
            shipped::json(&folder.join("proposal.json")),
            printed,
            "{name}"
        );
        let diff = fs::read_to_string(folder.join("diff.md")).expect("it is text");
        let sizes = format!(
            "| before | {} characters in ",
            grouped(&printed["size_before"])
        );
        assert!(
            diff.starts_with(&format!("# {name}\n")) && diff.contains(&sizes),
            "{diff}"
        );
        for document in &documents {
            let compact: usize = document["policy"]
                .to_string()
                .split_whitespace()
                .map(str::len)
                .sum();
            assert_eq!(
                document["size"], compact,
                "{name}: white space is not counted"
            );
        }
    }
}

fn grouped(number: &Value) -> String {
    let number = number.as_u64().expect("a size");
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let used = |actions: &[&str]| {
        let small = Small::new(&allow(actions, "arn:aws:s3:::b"));
        small.log("a.json", records(&[record("e1", &json!({}))]));
        small
    };
    let (exact, wide) = (
        used(&["s3:GetBucketVersioning"]),
        used(&["s3:GetBucketVersioning", "s3:PutBucketVersioning"]),
    );
    let (silent, nothing) = (Small::reading_a_bucket(), Small::reading_a_bucket());
    silent.log(
        "a.json",
        records(&[record("e1", &json!({"userIdentity": {"type": "Root"}}))]),
    );
    for (small, code) in [(exact, 0), (silent, 0), (wide, 1), (nothing, 2)] {
        let out = small.path("out").display().to_string();
        for format in [
            &[][..],
            &["--format", "terminal"],
            &["--format", "json"],
            &["--out", &out],
        ] {
            let ended = small.propose(format);
            assert_eq!(
                ended.code, code,
                "{format:?}: {}{}",
                ended.stdout, ended.stderr
            );
            assert_eq!(
                (ended.stdout.is_empty(), ended.stderr.is_empty()),
                (code == 2, code != 2),
                "{format:?}"
            );
        }
    }
    for wrong in [
        &["propose"][..],
        &["propse"],
        &[
            "propose",
            "--trail",
            TRAIL,
            "--account",
            ACCOUNT,
            "--format",
            "yaml",
        ],
    ] {
        assert_eq!(tightrope(wrong).code, 2, "{wrong:?}");
    }
}

#[test]
fn role_selects_and_an_unknown_role_is_an_error() {
    let run = propose(&[
        "--role",
        "payments-role",
        "--role",
        "webhooks-role",
        "--format",
        "json",
        "--functions",
        FUNCTIONS,
    ]);
    let report = parsed(&run.stdout);
    let names: Vec<_> = report["roles"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|role| &role["role"])
        .collect();
    assert_eq!(
        names,
        [
            "arn:aws:iam::123456789012:role/payments-role",
            "arn:aws:iam::123456789012:role/webhooks-role"
        ]
    );
    assert_eq!(
        report["read"]["events"], 183,
        "the events of the others are counted"
    );
    assert_eq!(report["roles"][0], *shipped().role("payments-role"));
    for (name, why) in [
        ("nobody", "no role nobody"),
        ("bastion-role", "bastion-role is no execution role"),
    ] {
        let run = propose(&["--role", "payments-role", "--role", name]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
}

#[test]
fn the_terminal_says_what_json_says_and_nothing_else() {
    let run = propose(&["--role", "payments-role", "--role", "nightly-cleanup-role"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert!(!run.stdout.contains('\u{1b}'), "no colours in a pipe");
    for line in [
        "payments-role  arn:aws:iam::123456789012:role/payments-role",
        "  before      651 characters in webshop-payments v1, service-role/AWSLambdaBasicExecutionRole v1: 294 actions",
        "  after       517 characters in 1 inline policy: 5 actions",
        "  smallest    405 characters without names: proved the fewest that hold what stays, of one service and one condition a statement",
        "  no proposal no event of the role is in the trail: that is no evidence that it needs nothing. Give a trail that covers its work, or remove the role if nobody uses it, or say `--accept-coverage` to propose all the same",
        "  read        22 log files; left aside: 1 digest file, 1 Insight file",
    ] {
        assert!(
            run.stdout.lines().any(|found| found == line),
            "{line}\n{}",
            run.stdout
        );
    }
}

/// Two roles that share a policy, each with a use of its own, as JSON; the policy is attached this often.
fn sharing(attached: usize) -> Value {
    const POLICY: &str = "arn:aws:iam::123456789012:policy/both";
    let mut small = Small::granting_nothing();
    let mut role = small.snapshot["RoleDetailList"][0].clone();
    role["RolePolicyList"] = json!([]);
    role["AttachedManagedPolicies"] = json!([{"PolicyName": "both", "PolicyArn": POLICY}]);
    let mut second = role.clone();
    second["RoleName"] = json!("second");
    second["Arn"] = json!("arn:aws:iam::123456789012:role/second");
    small.snapshot["RoleDetailList"] = json!([role, second]);
    let document = allow(&["s3:*BucketVersioning", "sqs:*Queue*"], "*");
    small.snapshot["Policies"] = json!([{"PolicyName": "both", "Arn": POLICY, "AttachmentCount": attached,
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]}]);
    let by_second = json!({"userIdentity": {"type": "AssumedRole",
        "arn": "arn:aws:sts::123456789012:assumed-role/second/g"}, "eventSource": "sqs.amazonaws.com",
        "eventName": "ListQueues", "resources": null, "requestParameters": null});
    let calls = [record("e1", &json!({})), record("e2", &by_second)];
    small.log("a.json", records(&calls));
    parsed(
        &small
            .propose(&["--shared", "union", "--format", "json"])
            .stdout,
    )
}

#[test]
fn a_shared_policy_stays_shared_where_all_of_its_roles_are_looked_at() {
    for (attached, shared_by, replaces) in [
        (2, json!(["second", "worker"]), json!([])),
        (
            3,
            json!(null),
            json!(["arn:aws:iam::123456789012:policy/both"]),
        ),
    ] {
        for role in sharing(attached)["roles"].as_array().into_iter().flatten() {
            let proposal = &role["proposal"];
            assert_eq!(proposal["documents"][0]["shared_by"], shared_by);
            assert_eq!(proposal["replaces"], replaces);
            assert_eq!(proposal["not_shared"].is_null(), attached == 2);
        }
    }
}

/// A role that may read a bucket alone, and whose function is triggered by a queue, as JSON.
fn without_its_queue() -> Value {
    let mut small = Small::reading_a_bucket();
    let text = small.snapshot.to_string().replace("worker", "orders-role");
    small.snapshot = parsed(&text);
    let call = record("e1", &json!({}));
    let call = call.to_string().replace("worker", "orders-role");
    small.log("a.json", records(&[parsed(&call)]));
    let options = [
        "--functions",
        "tests/cases/floor/sqs-esm",
        "--format",
        "json",
    ];
    parsed(&small.propose(&options).stdout)
}

#[test]
fn what_a_trigger_needs_and_the_role_lacks_is_missing_and_never_added() {
    let report = without_its_queue();
    let proposal = &report["roles"][0]["proposal"];
    let unmet = proposal["unmet"].as_array().into_iter().flatten();
    let of_the_trigger = unmet.filter(|unmet| {
        unmet["why"] == "SQS trigger orders-queue of function orders"
            && unmet["resource"] == "arn:aws:sqs:eu-central-1:123456789012:orders-queue"
    });
    let actions: Vec<_> = of_the_trigger
        .map(|unmet| unmet["action"].as_str())
        .collect();
    assert_eq!(
        actions,
        [
            Some("sqs:DeleteMessage"),
            Some("sqs:GetQueueAttributes"),
            Some("sqs:ReceiveMessage"),
        ]
    );
    let documents = proposal["documents"].to_string();
    assert!(!documents.contains("sqs:"), "{documents}");
}

/// A role whose only use was through the console, as JSON.
fn used_by_a_thief_alone() -> Value {
    let small = Small::reading_a_bucket();
    let console = json!({"sessionCredentialFromConsole": "true", "userAgent": "S3Console/0.4"});
    small.log("a.json", records(&[record("e1", &console)]));
    parsed(&small.propose(&["--format", "json"]).stdout)
}

#[test]
fn use_from_outside_is_shown_where_there_is_no_proposal_too() {
    let report = used_by_a_thief_alone();
    let role = &report["roles"][0];
    assert_eq!(role["status"], "no_proposal");
    assert_eq!(role["quarantined"][0]["why"], "through the console");
    assert_eq!(report["read"]["quarantined"], 1);
}

/// A role that may write any policy into itself, under a condition, and does not.
fn escalating() -> Small {
    let mut policy = allow(&["s3:GetBucketVersioning", "iam:PutRolePolicy"], "*");
    policy["Statement"][0]["Condition"] = json!({"BoolIfExists": {"aws:SecureTransport": "true"}});
    let small = Small::new(&policy);
    small.log("a.json", records(&[record("e1", &json!({}))]));
    small
}

#[test]
fn a_proposal_cuts_the_ways_to_more_that_its_role_did_not_use() {
    let small = escalating();
    let report = parsed(&small.propose(&["--format", "json"]).stdout);
    let escalation = &report["roles"][0]["escalation"];
    let cut = &escalation["cut"][0];
    assert_eq!(cut["method"], "iam-put-role-policy");
    assert_eq!(
        (&cut["itself"], &cut["depends_on"]),
        (&json!(true), &json!("conditions"))
    );
    assert_eq!(
        (&escalation["new"], &escalation["remaining"]),
        (&json!([]), &json!([]))
    );
    let said = small.propose(&[]).stdout;
    let line = "  - cuts      iam-put-role-policy: writes any inline policy into a role (any role, its own among them), as far as the conditions of inline statement 1 let it\n";
    assert!(said.contains(line), "{said}");
}

/// The contract `tightrope/propose/1`.
#[rustfmt::skip]
const SHAPE: Objects<'static> = &[
    ("report", "schema=text roles=[role] read=read"),
    ("role", "role=text functions=[function] status=text reason?=text boundary?=text size_before=number proposal?=proposal escalation?=escalation denied=[access] unattributed=[unattributed] events_of_no_function=number quarantined?=[outside]"),
    ("function", "name=text arn?=text events=number events_by_lambda=number known_by={number} versions?=[text]"),
    ("proposal", "placement=text size=number documents=[document] replaces=[text] not_shared?=[not_shared] difference?=difference certificate=certificate confidence=confidence to_fit?=text on_record?=[text] suggested_conditions=[suggestion] quarantined=[outside] counted?=[counted] excluded?=[excluded] missing=[access] unmet?=[unmet] proved=proved"),
    ("certificate", "of=text cost=number lower_bound=number optimum=bool"),
    ("confidence", "days=number days_used=number days_that_alone_hold_a_permission=number unseen_use_below_percent_of_days?=number back_tests=[back_test]"),
    ("back_test", "derived_from_days=number later_accesses=number would_have_denied=number"),
    ("suggestion", "condition=any actions=[text]"),
    ("unmet", "action=text resource=text why=text source=text"),
    ("not_shared", "policy=text why=text"),
    ("document", "replaces?=text shared_by?=[text] size=number policy=policy statements=[statement]"),
    ("policy", "Version=text Statement=[any]"),
    ("statement", "as_it_stands?=text from?=text patterns?=[pattern] action_patterns?=[action_pattern] reasons=[reason]"),
    ("pattern", "pattern=text resources_seen=number open=[text] bits?=number"),
    ("action_pattern", "pattern=text stands_for=[text] catalog=text"),
    ("reason", "actions=text ground=text why?=text coverage?=text evidence?=evidence unverified?=bool resource_confirmed?=bool"),
    ("evidence", "events=number days=number first=text last=text samples=[text]"),
    ("access", "action=text resources=[text] exact=bool unverified=bool evidence=evidence"),
    ("unattributed", "source=text name=text evidence=evidence"),
    ("permissions", "used=number needed_by_configuration=number unobservable=number unused=number"),
    ("difference", "permissions=permissions actions_before=number actions_after=number gained=[service] lost=[service]"),
    ("service", "service=text gone={[text]} narrowed=[text] witness?=witness"),
    ("witness", "action=text resource=text"),
    ("outside", "session=text function?=text address=text agent=text why=text events=number events_denied=number first?=text last?=text accesses=[access] denied=[access] unattributed=[unattributed]"),
    ("counted", "because=text session=text function?=text address=text agent=text why=text events=number events_denied=number first?=text last?=text accesses=[access] denied=[access] unattributed=[unattributed]"),
    ("excluded", "session=text events=number"),
    ("proved", "nothing_new=bool nothing_lost=bool within_limits=bool observed_calls=number observed_allowed=number observed_allowed_under_kept_conditions=number observed_never_granted=number"),
    ("read", "files=number digest_files=number insight_files=number other_files=number events=number used=number denied=number quarantined=number unattributed=number set_aside={number} duplicates=number not_understood=number faults=[fault] account_problems=[text]"),
    ("fault", "file=text what=text"),
    ("escalation", "new=[path] cut=[path] remaining=[path]"),
    ("path", "method=text title=text gives=text targets=targets itself=bool depends_on=text conditions?=[text] requests=[request] source=text"),
    ("targets", "type=any only=[text] except=[text]"),
    ("request", "action=text resource=text context=any"),
];

#[test]
fn json_has_its_schema_and_no_surprise() {
    let report = &shipped().json;
    assert_eq!(report["schema"], "tightrope/propose/1");
    let mut met = shape::check(SHAPE, "report", report);
    // What the example has not: an unknown operation, a use that the role's policies do not grant, a broken record.
    let small = Small::reading_a_bucket();
    let unknown = record(
        "e2",
        &json!({"eventSource": "nobody.example.com", "eventName": "DoIt"}),
    );
    let elsewhere = record(
        "e3",
        &json!({"eventSource": "sqs.amazonaws.com", "eventName": "ListQueues",
        "resources": null, "requestParameters": null}),
    );
    small.log(
        "a.json",
        records(&[
            record("e1", &json!({})),
            unknown,
            elsewhere,
            json!({"eventName": "x"}),
        ]),
    );
    let small = parsed(&small.propose(&["--format", "json"]).stdout);
    met.append(&mut shape::check(SHAPE, "report", &small));
    // And a layout, suggestions, and what is given up to fit.
    let asked = [
        vec!["--layout", "preserve", "--suggest-conditions"],
        vec!["--attachments", "3"],
        vec!["--count-outside-use", "--exclude-session", "order-*"],
    ];
    for options in asked {
        let options = ["--format", "json"].into_iter().chain(options);
        let report = parsed(&propose(&options.collect::<Vec<_>>()).stdout);
        met.append(&mut shape::check(SHAPE, "report", &report));
    }
    for attached in [2, 3] {
        met.append(&mut shape::check(SHAPE, "report", &sharing(attached)));
    }
    met.append(&mut shape::check(SHAPE, "report", &without_its_queue()));
    met.append(&mut shape::check(SHAPE, "report", &used_by_a_thief_alone()));
    let escalating = parsed(&escalating().propose(&["--format", "json"]).stdout);
    met.append(&mut shape::check(SHAPE, "report", &escalating));
    let all = SHAPE.iter().flat_map(|(name, keys)| {
        let optional = keys
            .split(' ')
            .filter_map(move |key| Some(format!("{name}.{}", key.split_once("?=")?.0)));
        optional.chain([(*name).to_owned()])
    });
    assert_eq!(
        met,
        all.collect(),
        "every part of the shape is checked at least once"
    );
    assert_eq!(small["roles"][0]["unattributed"][0]["name"], "DoIt");
    assert_eq!(
        actions_of(&small["roles"][0]["proposal"]["missing"]),
        ["sqs:ListQueues"]
    );
    assert_eq!(small["read"]["faults"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_words_of_the_contract_are_these() {
    let roles = shipped().json["roles"].as_array().into_iter().flatten();
    let statuses: BTreeSet<_> = roles.map(|role| role["status"].as_str()).collect();
    assert_eq!(statuses, [Some("no_proposal"), Some("proposal")].into());
    let mut grounds = BTreeSet::new();
    for name in PROPOSED {
        let role = shipped().role(name);
        grounds.extend(
            reasons(role)
                .into_keys()
                .filter_map(|key| Some(key.split_once(' ')?.1.to_owned())),
        );
        let proved = &role["proposal"]["proved"];
        let all = ["nothing_new", "nothing_lost", "within_limits"];
        assert!(all.iter().all(|promise| proved[*promise] == true), "{name}");
        assert_eq!(proved["observed_never_granted"], 0, "{name}");
        assert_eq!(
            role["proposal"]["difference"]["gained"],
            json!([]),
            "{name}"
        );
    }
    let words = [
        "data_event",
        "logged_in_part",
        "needed_by_action",
        "needed_by_configuration",
        "never_logged",
        "used",
    ];
    for ground in &grounds {
        assert!(
            words.contains(&ground.as_str()) || ground == "left_out_of_trail",
            "{ground}"
        );
    }
}

#[test]
fn a_role_that_is_granted_nothing_gets_no_proposal() {
    let small = Small::granting_nothing();
    let ended = small
        .log("a.json", records(&[record("e1", &json!({}))]))
        .propose(&[]);
    let said = "  no proposal the role's policies grant nothing\n";
    assert!(
        ended.code == 0 && ended.stdout.contains(said),
        "{}",
        ended.stdout
    );
}
