//! `tightrope run`: from a live account and the bucket of its trail to proposals for all of its roles.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::bucket;
use crate::program::Ended;
use crate::stand_in::answers::{TRAIL, caller, iam_error, ok, well};
use crate::stand_in::folder::{files, folder, has};
use crate::stand_in::{Call, Reply, StandIn, ended, writing};

use super::accounts::assumed;

pub(super) const UNTIL: &str = "--region eu-central-1 --days 30 --until 2026-10-20";

/// An object that a function reads on each of twenty days.
pub(super) fn log() -> bucket::There {
    let mut there = bucket::There {
        account: "123456789012",
        page: 1000,
        ..bucket::There::default()
    };
    for day in 1..=20 {
        let read = json!({"eventVersion": "1.11", "eventTime": format!("2026-10-{day:02}T08:00:00Z"), "eventSource": "s3.amazonaws.com",
                "eventName": "GetObject", "awsRegion": "eu-central-1", "sourceIPAddress": "10.0.0.1",
                "userAgent": "[aws-sdk-nodejs/3.0 exec-env/AWS_Lambda_nodejs22.x]", "eventID": format!("00000000-0000-4000-8000-0000000000{day:02}"),
                "userIdentity": {"type": "AssumedRole", "principalId": "AROA:orders", "accountId": "123456789012",
                    "arn": "arn:aws:sts::123456789012:assumed-role/orders-role/orders", "accessKeyId": "ASIAEXAMPLE",
                    "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROA", "accountId": "123456789012",
                        "arn": "arn:aws:iam::123456789012:role/orders-role", "userName": "orders-role"}}},
                "requestParameters": {"bucketName": "shop", "key": "prices.json"}, "readOnly": true, "managementEvent": false,
                "resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::shop/prices.json"},
                    {"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::shop"}],
                "eventType": "AwsApiCall", "eventCategory": "Data", "recipientAccountId": "123456789012"});
        let key =
            format!("audit/AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/{day:02}/a.json");
        let records = json!({"Records": [read]});
        there.objects.insert(key, records.to_string().into_bytes());
    }
    there
}

/// An account whose trail records all data events and writes into the bucket `logs`.
pub(super) fn shop(call: &Call) -> Reply {
    match call.what.as_str() {
        "DescribeTrails" => ok(
            200,
            &json!({"trailList": [{"Name": "audit", "TrailARN": TRAIL, "HomeRegion": "eu-central-1", "S3BucketName": "logs",
                "S3KeyPrefix": "audit", "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HasCustomEventSelectors": true}]}),
        ),
        "GetEventSelectors" => {
            let of = |fields: &[(&str, &str)]| {
                let fields = fields
                    .iter()
                    .map(|(field, value)| json!({"Field": field, "Equals": [value]}));
                json!({"FieldSelectors": fields.collect::<Vec<_>>()})
            };
            let objects = of(&[
                ("eventCategory", "Data"),
                ("resources.type", "AWS::S3::Object"),
            ]);
            ok(
                200,
                &json!({"TrailARN": TRAIL, "AdvancedEventSelectors": [of(&[("eventCategory", "Management")]), objects]}),
            )
        }
        _ => well(call),
    }
}

pub(super) fn run(aws: &StandIn, logs: &bucket::StandIn, out: &Path, words: &str) -> Ended {
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", aws.url()),
        ("AWS_ENDPOINT_URL_S3", &logs.url),
    ];
    ended(&mut writing("run", out, words, &variables))
}

fn text(folder: &tempfile::TempDir, name: &str) -> String {
    let text = fs::read_to_string(folder.path().join(name));
    text.unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_run_goes_from_the_account_to_proposals_a_summary_and_metrics() {
    let (aws, logs) = (
        StandIn::new(|call, _| shop(call)),
        bucket::StandIn::new(log()),
    );
    let out = folder();
    let ended = run(&aws, &logs, out.path(), UNTIL);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (1, ""),
        "{}",
        ended.stdout
    );
    let policy: Value =
        serde_json::from_str(&text(&out, "123456789012/orders-role/policy.json")).expect("JSON");
    let statements = policy["Statement"].as_array().expect("a list");
    let prices = json!("arn:aws:s3:::shop/prices.json");
    let reads = |of: &&Value| of["Action"] == "s3:GetObject" && of["Resource"] == prices;
    assert!(statements.iter().any(|of| reads(&of)), "{policy}");
    let summary = text(&out, "summary.md");
    assert_eq!(ended.stdout, summary);
    for expected in [
        "## 123456789012\n",
        "Trail from 2026-10-01 to 2026-10-20: 20 days, 0 with gaps",
        "**2 roles: 1 can be smaller, 0 allow no more than has to be kept, 1 have no proposal.**",
        "| orders-role | ",
        "| reports-role |  |  | ",
    ] {
        assert!(summary.contains(expected), "{expected}\n{summary}");
    }
    // <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
    let metrics = text(&out, "metrics.jsonl");
    let metrics: Value = serde_json::from_str(&metrics).expect("one line of JSON");
    assert_eq!(metrics["_aws"]["Timestamp"], 1_792_540_800_000_i64);
    let defined = &metrics["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(defined["Namespace"], "Tightrope");
    assert_eq!(defined["Dimensions"], json!([["Account"]]));
    assert_eq!(metrics["Account"], "123456789012");
    for metric in defined["Metrics"].as_array().expect("a list") {
        let name = metric["Name"].as_str().expect("a name");
        assert!(metrics[name].is_u64(), "{name}: {metrics}");
    }
    let of = |name: &str| metrics[name].as_u64().expect("a number");
    let levels = ["List", "Read", "Write", "Tagging", "PermissionsManagement"];
    let levels: u64 = levels
        .iter()
        .map(|level| of(&format!("ActionsRemoved{level}")))
        .sum();
    assert_eq!(
        (of("Roles"), of("RolesThatCanBeSmaller"), of("TrailDays")),
        (2, 1, 20)
    );
    assert_eq!(
        (
            of("ActionsRemoved"),
            of("ActionsBefore") - of("ActionsAfter")
        ),
        (levels, levels)
    );
}

#[test]
fn the_same_day_again_gives_the_same_bytes_and_what_is_gone_goes() {
    let (aws, logs) = (
        StandIn::new(|call, _| shop(call)),
        bucket::StandIn::new(log()),
    );
    let out = folder();
    let first = run(&aws, &logs, out.path(), UNTIL);
    let all = |out: &Path| -> Vec<(String, Vec<u8>)> {
        let names = files(out).into_iter();
        names
            .map(|name| (name.clone(), fs::read(out.join(name)).expect("a file")))
            .collect()
    };
    let before = all(out.path());
    let gone = out.path().join("123456789012/gone-role");
    fs::create_dir(&gone).expect("a folder");
    fs::write(gone.join("policy.json"), "{}").expect("a policy of yesterday");
    let again = run(&aws, &logs, out.path(), UNTIL);
    assert_eq!((again.code, again.stdout), (first.code, first.stdout));
    assert_eq!(all(out.path()), before);
    assert!(!gone.exists());
    let metrics = run(
        &aws,
        &logs,
        out.path(),
        &format!("{UNTIL} --format metrics"),
    );
    assert_eq!(metrics.stdout, text(&out, "metrics.jsonl"));
}

#[test]
fn one_account_that_cannot_be_read_keeps_nobody_from_the_others() {
    let aws = StandIn::new(|call: &Call, _| match call.what.as_str() {
        what if what.starts_with("AssumeRole arn:aws:iam::123456789012:") => assumed(""),
        what if what.starts_with("AssumeRole") => iam_error(403, "AccessDenied"),
        _ => shop(call),
    });
    let (logs, out) = (bucket::StandIn::new(log()), folder());
    let config = out.path().join("accounts.toml");
    let role = |account: &str| {
        format!("[[account]]\nrole = \"arn:aws:iam::{account}:role/tightrope-read\"\n")
    };
    fs::write(&config, role("210987654321") + &role("123456789012")).expect("a file");
    let words = format!("{UNTIL} --config {}", config.display());
    let ended = run(&aws, &logs, out.path(), &words);
    assert_eq!(ended.code, 2);
    assert!(
        ended
            .stderr
            .ends_with("error: 1 of 2 accounts could not be done\n"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stdout.contains("\n## 210987654321\n\nNot read: "),
        "{}",
        ended.stdout
    );
    assert!(has(&out, "123456789012/orders-role/policy.json"));
    assert!(has(&out, "snapshot/210987654321/not-covered.json"));
}

#[test]
fn without_a_known_trail_it_is_said_what_to_give() {
    let aws = StandIn::new(|call: &Call, _| match call.what.as_str() {
        "DescribeTrails" => ok(200, &json!({"trailList": []})),
        "GetCallerIdentity" => caller(),
        _ => shop(call),
    });
    let (logs, out) = (bucket::StandIn::new(log()), folder());
    let ended = run(&aws, &logs, out.path(), UNTIL);
    let expected =
        "error: 123456789012: no trail is known in these Regions: give --trail s3://BUCKET/PREFIX";
    assert!(
        ended.code == 2 && ended.stderr.starts_with(expected),
        "{}",
        ended.stderr
    );
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/receive-cloudtrail-log-files-from-multiple-regions.html>
#[test]
fn a_trail_of_one_region_takes_nothing_away_as_calls_elsewhere_are_not_in_it() {
    let aws = StandIn::new(|call: &Call, _| match (call.what.as_str(), shop(call)) {
        ("DescribeTrails", Reply::Body(status, body)) => {
            let one = body.replace(
                "\"IsMultiRegionTrail\":true",
                "\"IsMultiRegionTrail\":false",
            );
            Reply::Body(status, one)
        }
        (_, other) => other,
    });
    let (logs, out) = (bucket::StandIn::new(log()), folder());
    let ended = run(&aws, &logs, out.path(), UNTIL);
    let expected = "the trails of the account record in eu-central-1 alone";
    assert!(
        ended.code == 0 && ended.stdout.contains(expected),
        "{}",
        ended.stdout
    );
    assert!(!has(&out, "123456789012/orders-role/policy.json"));
    let accepted = run(
        &aws,
        &logs,
        out.path(),
        &format!("{UNTIL} --accept-coverage"),
    );
    assert_eq!(accepted.code, 1);
    assert!(text(&out, "123456789012/orders-role/proposal.json").contains(expected));
}
