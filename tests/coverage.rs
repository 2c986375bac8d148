//! What a trail could have seen: `propose` with what the trails record, and `status`.

mod program;
mod shape;
mod small;

use std::fs;

use serde_json::{Value, json};

use small::{Small, allow, record, records};

const TRAIL: &str = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit";

/// A role that may read ACLs of objects in two buckets, queues and keys, and uses a bucket.
fn small() -> Small {
    let mut policy = allow(&["s3:GetBucketVersioning"], "arn:aws:s3:::b");
    let mut mixed = allow(&["s3:GetObjectAcl"], "arn:aws:s3:::mail/*");
    mixed["Statement"][0]["Resource"] = json!([
        "arn:aws:s3:::mail/*",
        "arn:aws:sqs:eu-central-1:123456789012:jobs"
    ]);
    let more = [
        allow(&["s3:GetObjectAcl"], "arn:aws:s3:::orders/*"),
        mixed,
        allow(
            &["kms:Decrypt", "sqs:GetQueueAttributes", "sqs:SendMessage"],
            "*",
        ),
    ];
    let statements = policy["Statement"].as_array_mut().expect("a list");
    statements.extend(more.iter().map(|policy| policy["Statement"][0].clone()));
    let small = Small::new(&policy);
    small.log("a.json", records(&[record("e1", &json!({}))]));
    small
}

fn advanced(data: &[Value]) -> Value {
    let field = |name: &str, value: &str| json!({"Field": name, "Equals": [value]});
    let management = json!({"FieldSelectors": [field("eventCategory", "Management")]});
    let data = data.iter().map(|fields| {
        let fields = fields.as_array().into_iter().flatten().cloned();
        let all: Vec<_> = [field("eventCategory", "Data")]
            .into_iter()
            .chain(fields)
            .collect();
        json!({"FieldSelectors": all})
    });
    let all: Vec<_> = [management].into_iter().chain(data).collect();
    json!({"TrailARN": TRAIL, "AdvancedEventSelectors": all})
}

/// What a proposal keeps beside what was used: `action resource`, each with the ground and what is said of the coverage.
fn kept(small: &Small, selectors: Option<&Value>) -> Vec<String> {
    let path = small.path("selectors.json");
    let mut options = vec!["--format", "json"];
    let text = path.to_str().expect("a path").to_owned();
    if let Some(selectors) = selectors {
        fs::write(&path, selectors.to_string()).expect("it can be written");
        options.extend(["--event-selectors", &text]);
    }
    let ended = small.propose(&options);
    let report: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
    let document = &report["roles"][0]["proposal"]["documents"][0];
    let statements = document["statements"].as_array().into_iter().flatten();
    let policies = document["policy"]["Statement"]
        .as_array()
        .into_iter()
        .flatten();
    let mut kept = Vec::new();
    for (statement, policy) in statements.zip(policies) {
        for reason in statement["reasons"].as_array().into_iter().flatten() {
            if reason["ground"] != "used" {
                let word = |name: &str| reason[name].as_str().unwrap_or("-").to_owned();
                kept.push(format!(
                    "{} {} {}: {}",
                    word("actions"),
                    policy["Resource"],
                    word("ground"),
                    word("coverage")
                ));
            }
        }
    }
    kept.sort();
    kept
}

#[test]
fn only_what_the_trails_do_not_record_is_kept_without_use() {
    let small = small();
    let without = kept(&small, None);
    let nothing = "nothing shows that data events of AWS::S3::Object are recorded in 123456789012";
    assert_eq!(without.len(), 3, "{without:#?}");
    assert!(
        without[1].starts_with("s3:GetObjectAcl") && without[1].ends_with(nothing),
        "{without:#?}"
    );
    assert!(
        without[0].starts_with("kms:Decrypt \"*\" left_out_of_trail: a trail may leave out kms"),
        "{without:#?}"
    );
    let of = |name: &str| json!({"Field": "resources.type", "Equals": [name]});
    let on = json!({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::orders/"]});
    let queue = "sqs:SendMessage \"*\" data_event: data events of AWS::SQS::Queue are not recorded in 123456789012";
    let mail = "s3:GetObjectAcl \"arn:aws:s3:::mail/*\" data_event: data events of AWS::S3::Object are recorded in \
                123456789012 for arn:aws:s3:::orders/* only";
    #[rustfmt::skip]
    let cases: [(&[Value], &[&str]); 4] = [
        (&[json!([of("AWS::S3::Object"), on])], &[mail, queue]),
        (&[json!([of("AWS::S3::Object")])], &[queue]),
        (&[json!([of("AWS::S3::Object")]), json!([of("AWS::SQS::Queue")])], &[]),
        (&[json!([of("AWS::S3::Object"), on]), json!([of("AWS::SQS::Queue")])], &[mail]),
    ];
    for (data, expected) in cases {
        assert_eq!(kept(&small, Some(&advanced(data))), expected, "{data:?}");
    }
}

#[test]
fn a_file_that_says_nothing_of_trails_is_told_and_in_a_folder_the_others_count() {
    let small = Small::granting_nothing();
    small.log("a.json", records(&[record("e1", &json!({}))]));
    let folder = small.path("trails");
    fs::create_dir(&folder).expect("it can be made");
    for (name, bytes) in bad_selectors() {
        let file = folder.join(name);
        fs::write(&file, &bytes).expect("it can be written");
        let path = file.to_str().expect("a path");
        let ended = small.propose(&["--event-selectors", path]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{name}");
        assert!(
            ended.stderr.starts_with(&format!("error: {path}: ")),
            "{name}: {}",
            ended.stderr
        );
    }
    fs::write(folder.join("good.json"), advanced(&[]).to_string()).expect("it can be written");
    let ended = small.propose(&["--event-selectors", folder.to_str().expect("a path")]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for (name, _) in bad_selectors() {
        let said = ended.stderr.lines().find(|line| line.contains(name));
        assert!(
            said.is_some_and(|said| said.ends_with("; it is left out")),
            "{name}: {}",
            ended.stderr
        );
    }
    let small = Small::reading_a_bucket();
    let missing = small.propose(&["--event-selectors", "nowhere"]);
    assert!(
        missing.code == 2 && missing.stderr.starts_with("error: nowhere: "),
        "{}",
        missing.stderr
    );
}

/// What says nothing of trails.
fn bad_selectors() -> Vec<(&'static str, Vec<u8>)> {
    let good = advanced(&[]).to_string().into_bytes();
    vec![
        ("empty.json", Vec::new()),
        ("cut.json", good[..good.len() / 2].to_vec()),
        ("bytes.json", vec![0xFF, 0xFE, 0, 1, 2]),
        ("gzip.json", vec![0x1F, 0x8B, 8, 0]),
        ("deep.json", "[".repeat(100_000).into_bytes()),
        ("list.json", b"[1,null]".to_vec()),
        (
            "number.json",
            br#"{"TrailARN":7,"EventSelectors":[]}"#.to_vec(),
        ),
        (
            "fields.json",
            format!(r#"{{"TrailARN":"{TRAIL}","AdvancedEventSelectors":[{{}}]}}"#).into_bytes(),
        ),
    ]
}

#[test]
fn no_text_in_place_of_selectors_stops_the_reader() {
    let good = advanced(&[json!([{"Field": "resources.type", "Equals": ["AWS::S3::Object"]}])])
        .to_string();
    let mut read = 0;
    for at in 0..good.len() {
        for with in ["", "\"", "{", "[", "null", "é"] {
            let text = format!("{}{with}{}", &good[..at], &good[at + 1..]);
            read += usize::from(tightrope::coverage::Trails::default().read(&text).is_ok());
        }
    }
    assert!(read > 50, "some changes change a name only: {read}");
}

const SHAPE: shape::Objects<'static> = &[
    (
        "status",
        "schema=text files=number events=number accounts=[account] gaps=[gap] changes?=[change] remarks=[text]",
    ),
    (
        "account",
        "account=text window?=window classes=[class] days=[day] not_seen=[not_seen]",
    ),
    (
        "window",
        "first=text last=text days=number days_with_gaps=number",
    ),
    (
        "class",
        "region=text events=text of?=text days_seen=number seen=text",
    ),
    ("day", "day=text is=text"),
    (
        "not_seen",
        "reason=text actions=[text] only_on?=[text] all_but?=[text]",
    ),
    (
        "gap",
        "account=text region=text first=text last=text hours?=[number] files?=number",
    ),
    (
        "change",
        "account=text change=text permissions=number roles=number",
    ),
];

/// 28 days of October with 5 calls an hour, without the 14th, three hours of the 20th, and those before noon on the 1st.
fn busy(small: &Small) {
    for day in (1..=28).filter(|day| *day != 14) {
        let hours = (0..24)
            .filter(|hour| !(day == 20 && (9..=11).contains(hour) || day == 1 && *hour < 12));
        let times = hours.flat_map(|hour| {
            (0..5).map(move |minute| format!("2026-10-{day:02}T{hour:02}:{minute:02}:00Z"))
        });
        let each = times.map(|time| record(&time, &json!({"eventTime": time, "readOnly": true})));
        let mut all: Vec<_> = each.collect();
        if day > 25 {
            all.push(record("d", &json!({"eventTime": format!("2026-10-{day}T12:00:00Z"), "managementEvent": false,
                "eventCategory": "Data", "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"}]})));
        }
        small.log(&format!("{day:02}.json"), records(&all));
    }
}

fn status(small: &Small, more: &[&str]) -> program::Ended {
    let trail = small.path("trail");
    let paths = ["status".into(), "--trail".into(), trail.into_os_string()];
    program::tightrope(
        paths
            .into_iter()
            .chain(more.iter().map(std::ffi::OsString::from)),
    )
}

fn account(small: &Small) -> String {
    let path = small.path("account.json");
    fs::write(&path, small.snapshot.to_string()).expect("it can be written");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn a_status_says_what_was_seen_what_not_and_what_would_help() {
    let small = small();
    fs::remove_file(small.path("trail/a.json")).expect("it can be removed");
    busy(&small);
    let account = account(&small);
    let ended = status(&small, &["--account", &account]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (1, ""),
        "there are gaps"
    );
    let expected =
        fs::read_to_string("tests/cases/coverage/status.txt").expect("the expected output");
    assert_eq!(ended.stdout, expected);
    assert!(ended.stdout.lines().all(|line| line.chars().count() < 120));
}

#[test]
fn a_status_without_gaps_ends_with_0_and_one_of_nothing_with_2() {
    let small = small();
    assert_eq!(status(&small, &[]).code, 0);
    for (more, said) in [
        (&["--account", "nowhere"][..], "error: nowhere: "),
        (&["--event-selectors", "nowhere"], "error: nowhere: "),
        (&["--trail", "nowhere"], "error: nowhere: "),
    ] {
        let ended = status(&small, more);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{more:?}");
        assert!(ended.stderr.starts_with(said), "{more:?}: {}", ended.stderr);
    }
}

#[test]
fn the_json_of_a_status_has_its_schema_and_no_surprise() {
    let small = small();
    busy(&small);
    let account = account(&small);
    let selectors = small.path("selectors.json");
    let of = json!({"Field": "resources.type", "Equals": ["AWS::S3::Object"]});
    let on = json!({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::orders/"]});
    fs::write(&selectors, advanced(&[json!([of, on])]).to_string()).expect("it can be written");
    let selectors = selectors.to_str().expect("a path");
    let ended = status(
        &small,
        &[
            "--format",
            "json",
            "--account",
            &account,
            "--event-selectors",
            selectors,
        ],
    );
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let mut met = shape::check(SHAPE, "status", &report);
    met.append(&mut damaged());
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
    assert_eq!(report["schema"], "tightrope/status/1");
    let gaps = report["gaps"].as_array().into_iter().flatten();
    let gaps: Vec<_> = gaps
        .map(|gap| format!("{} {}", gap["first"], gap["hours"]))
        .collect();
    assert_eq!(gaps, [r#""2026-10-14" null"#, r#""2026-10-20" [9,11]"#]);
    let days = &report["accounts"][0]["days"];
    let mark = |day: usize| days[day - 1]["is"].as_str();
    assert_eq!(
        [1, 14, 20].map(mark),
        [Some("full"), Some("gap"), Some("part")]
    );
    assert_eq!(report["accounts"][0]["window"]["days_with_gaps"], 2);
}

/// What a damaged log shows of the shape.
fn damaged() -> std::collections::BTreeSet<String> {
    ["gap.files".to_owned()].into()
}
