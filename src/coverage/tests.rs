//! What a log proves by what it has.

use super::*;
use crate::usage::{Scope, Usage};
use serde_json::json;

pub(super) const ACCOUNT: &str = "111122223333";

pub(super) fn id(text: &str) -> AccountId {
    text.parse().expect("an account id")
}

/// What a log of these events proves, each `day account region class`: of October 2026, by a user of no interest. A class is
/// `read`, `write`, `management` (of which nothing more is told), `untold`, or a resource type; `source/class` says whose.
pub(super) fn log(events: &[&str]) -> Coverage {
    let mut usage = Usage::new(Scope::default());
    for event in events {
        let mut words = event.split(' ');
        let mut next = || words.next().expect("four words");
        let (day, account, region, class) = (next(), next(), next(), next());
        let (source, class) = class.split_once('/').unwrap_or(("sqs", class));
        let mut record = json!({"eventSource": format!("{source}.amazonaws.com"), "eventName": "DoIt",
            "eventTime": format!("2026-10-{day}T10:00:00Z"), "awsRegion": region, "recipientAccountId": account,
            "userIdentity": {"type": "IAMUser"}, "eventType": "AwsApiCall"});
        match class {
            "untold" => {}
            "management" => record["managementEvent"] = json!(true),
            "read" | "write" => {
                record["eventCategory"] = json!("Management");
                record["readOnly"] = json!(class == "read");
            }
            of if of.starts_with("AWS::") => {
                record["managementEvent"] = json!(false);
                record["resources"] = json!([{"type": of, "ARN": "arn:aws:s3:::orders/a"}, {"type": "AWS::S3::Bucket"}]);
            }
            name => record["eventName"] = json!(name),
        }
        let bytes = record.to_string();
        usage
            .push(bytes.as_bytes(), Catalog::bundled())
            .expect("an event");
    }
    Coverage::of_log(&usage.recorded)
}

/// Why an action is not seen on what, a line each: `everywhere: reason`.
pub(super) fn blind(coverage: &Coverage, account: &str, action: &str) -> Vec<String> {
    let text = |globs: &[crate::algebra::Glob]| {
        let texts = globs
            .iter()
            .map(|glob| crate::evaluation::pattern_of_glob(glob).to_string());
        texts.collect::<Vec<_>>().join(" ")
    };
    let all = coverage.unobservable(id(account), Catalog::bundled());
    let of_it = all
        .into_iter()
        .filter(|one| crate::evaluation::action_glob(&one.actions).matches(&action.to_lowercase()));
    of_it
        .map(|one| {
            let on = match &one.on {
                BlindOn::Everything => "everywhere".to_owned(),
                BlindOn::NoResource => "no resource".to_owned(),
                BlindOn::Only(globs) => text(globs),
                BlindOn::AllBut(globs) => format!("all but {}", text(globs)),
            };
            format!("{on}: {}", one.reason)
        })
        .collect()
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>: `readOnly`,
/// `managementEvent`, `eventCategory`, `resources`, `recipientAccountId`.
#[test]
fn an_event_proves_its_class_in_its_account_and_region_on_its_day() {
    let coverage = log(&[
        "05 111122223333 eu-central-1 read",
        "06 111122223333 eu-central-1 write",
        "07 111122223333 eu-central-1 AWS::S3::Object",
        "08 111122223333 us-east-1 management",
        "09 444455556666 us-east-1 untold",
    ]);
    let class = |text: &str| match text {
        "read" => EventClass::Management(Half::Read),
        "write" => EventClass::Management(Half::Write),
        of => EventClass::Data(of.into()),
    };
    #[rustfmt::skip]
    let cases = [
        (ACCOUNT, "eu-central-1", "read", "05", Seen::InLog),
        (ACCOUNT, "eu-central-1", "write", "05", Seen::Unknown),
        (ACCOUNT, "eu-central-1", "write", "06", Seen::InLog),
        (ACCOUNT, "eu-central-1", "AWS::S3::Object", "07", Seen::InLog),
        (ACCOUNT, "eu-central-1", "AWS::S3::Object", "06", Seen::Unknown),
        (ACCOUNT, "eu-central-1", "AWS::SQS::Queue", "07", Seen::Unknown),
        (ACCOUNT, "us-east-1", "AWS::S3::Object", "07", Seen::Unknown),
        ("444455556666", "eu-central-1", "AWS::S3::Object", "07", Seen::Unknown),
        // What does not tell its half counts for both, and so does what does not tell its category.
        (ACCOUNT, "us-east-1", "read", "08", Seen::InLog),
        (ACCOUNT, "us-east-1", "write", "08", Seen::InLog),
        ("444455556666", "us-east-1", "write", "09", Seen::InLog),
    ];
    for (account, region, of, day, expected) in cases {
        let date = format!("2026-10-{day}").parse().expect("a day");
        let seen = coverage.seen_on((id(account), region), &class(of), date);
        assert_eq!(seen, expected, "{account} {region} {of} {day}");
    }
    let first = |account| {
        coverage
            .window_of(id(account))
            .map(|(first, last)| format!("{first} {last}"))
    };
    assert_eq!(first(ACCOUNT).as_deref(), Some("2026-10-05 2026-10-08"));
    let regions = ["eu-central-1", "us-east-1", "us-west-2"]
        .map(|region| coverage.is_region_seen(id(ACCOUNT), region));
    assert_eq!(regions, [true, true, false]);
    let classes = coverage.classes(id(ACCOUNT), "eu-central-1", Catalog::bundled());
    let words: Vec<_> = classes.iter().map(ToString::to_string).collect();
    let expected = [
        "management read events",
        "management write events",
        "data events of AWS::S3::Object",
    ];
    assert_eq!(words, expected, "a bucket is no type of data events");
}

#[test]
fn without_selectors_what_a_management_trail_does_not_show_is_not_seen() {
    let management = "05 111122223333 eu-central-1 management";
    let of_s3 = "05 111122223333 eu-central-1 AWS::S3::Object";
    let nothing_shows =
        |of: &str| format!("everywhere: nothing shows that {of} are recorded in 111122223333");
    let unproved = "everywhere: data events of AWS::S3::Object are in the log of 111122223333, which does not prove it of every resource";
    let left_out = "everywhere: a trail may leave out kms.amazonaws.com, and the log of 111122223333 has no event of it";
    #[rustfmt::skip]
    let cases: [(&str, &[&str], &str, Vec<String>); 13] = [
        ("a data event", &[management], "s3:GetObjectAcl", vec![nothing_shows("data events of AWS::S3::Object")]),
        ("one of them proves no other", &[management, of_s3], "s3:GetObjectAcl", vec![unproved.to_owned()]),
        ("nor another type", &[management, of_s3], "dynamodb:GetItem", vec![nothing_shows("data events of AWS::DynamoDB::Table")]),
        ("nor another account", &[management, "05 444455556666 eu-central-1 AWS::S3::Object"], "s3:GetObjectAcl", vec![nothing_shows("data events of AWS::S3::Object")]),
        ("never", &[management], "execute-api:Invoke", vec!["everywhere: never logged".to_owned()]),
        ("a management event", &[management], "s3:GetBucketTagging", vec![]),
        ("KMS may be left out", &[management], "kms:Decrypt", vec![left_out.to_owned()]),
        ("and is not where the log has it", &[management, "05 111122223333 eu-central-1 kms/management"], "kms:Decrypt", vec![]),
        ("by this account", &[management, "05 444455556666 eu-central-1 kms/management"], "kms:Decrypt", vec![left_out.to_owned()]),
        ("data events alone prove nothing of management events", &[of_s3], "sqs:CreateQueue", vec![nothing_shows("management read events")]),
        ("reads prove nothing of writes", &["05 111122223333 eu-central-1 read"], "sqs:CreateQueue", vec![nothing_shows("management write events")]),
        ("and do prove reads", &["05 111122223333 eu-central-1 read"], "sqs:GetQueueAttributes", vec![]),
        ("what is sure of neither half needs both", &["05 111122223333 eu-central-1 write"], "secretsmanager:RotateSecret", vec![nothing_shows("management read events")]),
    ];
    for (what, events, action, expected) in cases {
        assert_eq!(
            blind(&log(events), ACCOUNT, action),
            expected,
            "{what}: {action}"
        );
    }
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/ct-decrypt.html>: `"readOnly": true`, though IAM lists it as a write.
#[test]
fn the_half_of_an_action_is_known_where_its_level_and_its_name_say_the_same() {
    for (action, half) in [
        ("s3:GetBucketTagging", Some(Half::Read)),
        ("sqs:ListQueues", Some(Half::Read)),
        ("iam:PutRolePolicy", Some(Half::Write)),
        ("sqs:TagQueue", Some(Half::Write)),
        ("kms:Decrypt", None),
        ("kms:GenerateDataKey", None),
        ("sts:AssumeRole", None),
        ("cognito-idp:AdminGetUser", None),
        ("s3:GetObjectAcl", Some(Half::Read)),
    ] {
        let facts = Catalog::bundled().action(&action.parse().expect("an action"));
        assert_eq!(Half::of(facts.expect(action)), half, "{action}");
    }
}
