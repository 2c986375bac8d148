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
        "digests",
        "digests=number log_files=number as_delivered=number not_fetched=number signed=number without_key=number findings=[finding]",
    ),
    ("finding", "what=text object=text"),
    (
        "status",
        "schema=text files=number events=number accounts=[account] gaps=[gap] changes?=[change] digests?=digests remarks=[text]",
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
    let delivered = Delivered::new();
    delivered.remove(&delivered.log_name(4));
    let ended = delivered.status(&["--format", "json"]);
    shape::check(
        SHAPE,
        "status",
        &serde_json::from_str(&ended.stdout).expect("JSON"),
    )
}

const KEYS: &str = "tests/cases/coverage/keys/public-keys.json";

/// A bucket with six log files of one day, two an hour, and the digest of each hour, signed, as CloudTrail delivers them.
struct Delivered {
    folder: tempfile::TempDir,
    digests: Vec<Value>,
}

impl Delivered {
    fn new() -> Self {
        let mut delivered = Delivered {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            digests: Vec::new(),
        };
        let (mut hash, mut signature) = (Value::Null, Value::Null);
        for hour in 0..3 {
            let files: Vec<_> = [2 * hour, 2 * hour + 1]
                .map(|number| delivered.log(number))
                .into();
            let time = format!("2026-10-02T{:02}:00:00Z", hour + 1);
            let previous = delivered
                .digests
                .last()
                .map_or(Value::Null, |last| last["digestS3Object"].clone());
            let digest = json!({
                "awsAccountId": "123456789012", "digestStartTime": format!("2026-10-02T{hour:02}:00:00Z"),
                "digestEndTime": time, "digestS3Bucket": "logs", "digestS3Object": delivered.digest_name(hour),
                "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff", "digestSignatureAlgorithm": "SHA256withRSA",
                "newestEventTime": time, "oldestEventTime": time, "previousDigestS3Bucket": "logs",
                "previousDigestS3Object": previous, "previousDigestHashValue": hash, "previousDigestHashAlgorithm": "SHA-256",
                "previousDigestSignature": signature, "logFiles": files,
            });
            hash = json!(sha256(digest.to_string().as_bytes()));
            signature = json!(signed(
                &digest,
                hash.as_str().expect("a hash"),
                signature.as_str()
            ));
            delivered.write(&delivered.digest_name(hour), &digest.to_string());
            delivered.digests.push(digest);
        }
        delivered
    }

    /// Writes a log file, and gives its part of a digest.
    fn log(&self, number: usize) -> Value {
        let time = format!("2026-10-02T{:02}:{:02}:00Z", number / 2, number % 2);
        let text = records(&[record(&format!("e{number}"), &json!({"eventTime": time}))]);
        self.write(&self.log_name(number), &text);
        json!({"s3Bucket": "logs", "s3Object": self.log_name(number), "hashValue": sha256(text.as_bytes()),
            "hashAlgorithm": "SHA-256", "newestEventTime": time, "oldestEventTime": time})
    }

    fn log_name(&self, number: usize) -> String {
        format!(
            "AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/02/123456789012_CloudTrail_eu-central-1_{number}.json.gz"
        )
    }

    fn digest_name(&self, hour: usize) -> String {
        let time = format!("20261002T{:02}0000Z", hour + 1);
        format!(
            "AWSLogs/123456789012/CloudTrail-Digest/eu-central-1/2026/10/02/123456789012_CloudTrail-Digest_eu-central-1_audit_eu-central-1_{time}.json.gz"
        )
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("memory can be written");
        fs::write(path, encoder.finish().expect("memory can be written"))
            .expect("it can be written");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join(name)).expect("it is there");
    }

    fn status(&self, more: &[&str]) -> program::Ended {
        let first = [
            "status".into(),
            "--trail".into(),
            self.folder.path().as_os_str().to_owned(),
        ];
        program::tightrope(
            first
                .into_iter()
                .chain(more.iter().map(std::ffi::OsString::from)),
        )
    }

    /// What a status says of the digests: how many files are the same and digests signed, and what is wrong.
    fn checked(&self) -> (u64, u64, Vec<String>) {
        let ended = self.status(&["--format", "json", "--digest-keys", KEYS]);
        let report: Value = serde_json::from_str(&ended.stdout).expect(&ended.stderr);
        let digests = &report["digests"];
        let number = |name: &str| digests[name].as_u64().expect(name);
        let findings = digests["findings"].as_array().into_iter().flatten();
        let findings: Vec<_> = findings
            .map(|finding| {
                let (what, object) = (
                    finding["what"].as_str().expect("text"),
                    finding["object"].as_str().expect("text"),
                );
                format!(
                    "{what} {}",
                    object
                        .rsplit('_')
                        .next()
                        .unwrap_or_default()
                        .trim_end_matches(".json.gz")
                )
            })
            .collect();
        assert_eq!(
            ended.code,
            i32::from(!findings.is_empty()),
            "{}",
            ended.stdout
        );
        (number("as_delivered"), number("signed"), findings)
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html>, step D.
fn signed(digest: &Value, hash: &str, previous: Option<&str>) -> String {
    let text = |name: &str| digest[name].as_str().expect(name);
    let string = format!(
        "{}\n{}/{}\n{hash}\n{}",
        text("digestEndTime"),
        text("digestS3Bucket"),
        text("digestS3Object"),
        previous.unwrap_or("null")
    );
    let key =
        fs::read("tests/cases/coverage/keys/signing.pkcs8.der").expect("the key of the tests");
    let key = ring::signature::RsaKeyPair::from_pkcs8(&key).expect("an RSA key");
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(
        &ring::signature::RSA_PKCS1_SHA256,
        &random,
        string.as_bytes(),
        &mut signature,
    )
    .expect("it can be signed");
    signature.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn digests_say_which_log_files_are_missing_or_altered_and_whether_they_are_whole_themselves() {
    type Damage = fn(&Delivered);
    #[rustfmt::skip]
    let cases: [(&str, Damage, u64, u64, &[&str]); 11] = [
        ("as delivered", |_| {}, 6, 2, &[]),
        ("a log file is missing", |all| all.remove(&all.log_name(4)), 5, 2, &["log_file_missing 4"]),
        ("a log file is altered", |all| all.write(&all.log_name(1), r#"{"Records":[]}"#), 5, 2, &["log_file_altered 1"]),
        ("a log file is damaged", |all| fs::write(all.folder.path().join(all.log_name(1)), [0x1F, 0x8B, 8, 0]).expect("it can be written"), 5, 2, &["log_file_altered 1"]),
        ("a log file is decompressed, and elsewhere", |all| {
            let text = records(&[record("e1", &json!({"eventTime": "2026-10-02T00:01:00Z"}))]);
            all.remove(&all.log_name(1));
            let name = all.log_name(1).rsplit('/').next().expect("a name").trim_end_matches(".gz").to_owned();
            fs::write(all.folder.path().join(name), text).expect("it can be written");
        }, 6, 2, &[]),
        ("a log file of a day that was not fetched", |all| {
            let mut digest = all.digests[2].clone();
            let later = all.log_name(9).replace("/02/", "/03/");
            let files = digest["logFiles"].as_array_mut().expect("a list");
            files.push(json!({"s3Object": later, "hashValue": "00"}));
            all.write(&all.digest_name(2), &digest.to_string());
        }, 6, 2, &[]),
        ("a digest is unreadable", |all| all.write(&all.digest_name(2), "{"), 4, 1, &["digest_unreadable 20261002T030000Z"]),
        ("a digest is missing", |all| all.remove(&all.digest_name(1)), 4, 0, &["digest_missing 20261002T020000Z"]),
        ("the oldest digest was not copied", |all| all.remove(&all.digest_name(0)), 4, 1, &[]),
        ("a digest is altered", |all| {
            let mut digest = all.digests[1].clone();
            digest["logFiles"] = json!([]);
            all.write(&all.digest_name(1), &digest.to_string());
        }, 4, 1, &["digest_altered 20261002T020000Z"]),
        ("a digest was made by somebody else", |all| {
            let mut digest = all.digests[2].clone();
            digest["previousDigestSignature"] = json!("00ff");
            all.write(&all.digest_name(2), &digest.to_string());
        }, 6, 1, &["digest_not_signed 20261002T020000Z"]),
    ];
    for (what, damage, same, signed, findings) in cases {
        let delivered = Delivered::new();
        damage(&delivered);
        let expected: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(delivered.checked(), (same, signed, expected), "{what}");
    }
}

#[test]
fn a_reader_is_told_what_digests_say_and_what_they_do_not() {
    let delivered = Delivered::new();
    delivered.remove(&delivered.log_name(4));
    let ended = delivered.status(&[]);
    for said in [
        "digests: 3 digests of 6 log files, 5 as delivered",
        "  0 digests with a signature that holds; of 3 it is not known",
        "  log file missing",
        "123456789012 eu-central-1 2026-10-02: 1 log file that a digest lists is missing or altered",
        "1 day: gaps on 1 of 1 days",
    ] {
        assert!(ended.stdout.contains(said), "{said}: {}", ended.stdout);
    }
    assert_eq!(ended.code, 1);
    let signed = Delivered::new().status(&["--digest-keys", KEYS]);
    assert!(
        signed
            .stdout
            .contains("  2 digests with a signature that holds; of 1 it is not known"),
        "{}",
        signed.stdout
    );
    assert_eq!(signed.code, 0);
}

#[test]
fn no_bytes_in_place_of_a_digest_or_of_keys_stop_the_reader() {
    let delivered = Delivered::new();
    let good = delivered.digests[1].to_string();
    for at in (0..good.len()).step_by(7) {
        for with in ["", "\"", "{", "null", "é"] {
            let text = format!("{}{with}{}", &good[..at], &good[at + 1..]);
            if let Ok(digest) = tightrope::coverage::Digest::read(text.as_bytes()) {
                tightrope::coverage::check(
                    &[digest],
                    &tightrope::coverage::Keys::default(),
                    |_| tightrope::coverage::Found::Nothing,
                );
            }
        }
    }
    let path = delivered.folder.path().join(delivered.digest_name(1));
    for bytes in [&b""[..], b"{", b"\x1f\x8b\x08\x00", b"[]", b"\xff\xfe"] {
        fs::write(&path, bytes).expect("it can be written");
        let ended = delivered.status(&["--digest-keys", KEYS]);
        let said = ended
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(
            said.contains("_20261002T020000Z.json.gz: "),
            "{bytes:?}: {}",
            ended.stdout
        );
    }
    for keys in [
        "",
        "{}",
        r#"{"PublicKeyList":[{"Value":"*","Fingerprint":"a"}]}"#,
        r#"{"PublicKeyList":{}}"#,
    ] {
        let file = delivered.folder.path().join("keys.txt");
        fs::write(&file, keys).expect("it can be written");
        let ended = delivered.status(&["--digest-keys", file.to_str().expect("a path")]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{keys}");
        assert!(
            ended
                .stderr
                .contains("keys.txt: expected the output of `aws cloudtrail list-public-keys`"),
            "{}",
            ended.stderr
        );
    }
}
