//! What trails record, as the AWS CLI says it.

use super::tests::{ACCOUNT, blind, id, log};
use super::*;

fn trails(outputs: &[&str]) -> (Vec<Trail>, Vec<String>) {
    let mut trails = Trails::default();
    for output in outputs {
        trails.read(output).expect(output);
    }
    trails.finish()
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>
#[test]
fn a_selector_covers_what_its_line_says() {
    let text = include_str!("../../tests/cases/coverage/selectors.tsv");
    let (mut cases, mut wrong) = (0, Vec::new());
    // One event that proves nothing of what is asked: the region is at work, and no more.
    let seen = log(&["05 111122223333 eu-central-1 AWS::SQS::Queue"]);
    for line in text.lines().skip(1) {
        let [what, output, action, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let coverage = seen.clone().recorded_by(trails(&[output]).0);
        let expected: Vec<_> = expected.split('|').filter(|text| *text != "-").collect();
        let found = blind(&coverage, ACCOUNT, action);
        if found != expected {
            wrong.push(format!("{what}: {found:?} instead of {expected:?}"));
        }
        cases += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 40, "{cases}");
}

const EVERYTHING: &str = r#"{"TrailARN":"arn:aws:cloudtrail:eu-central-1:111122223333:trail/audit","AdvancedEventSelectors":[
    {"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]},
    {"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}]}"#;

fn described(members: &str) -> String {
    format!(
        r#"{{"trailList":[{{"TrailARN":"arn:aws:cloudtrail:eu-central-1:111122223333:trail/audit","HomeRegion":"eu-central-1",{members}}}]}}"#
    )
}

const HERE: &str = "05 111122223333 eu-central-1 AWS::SQS::Queue";
const THERE: &str = "05 111122223333 us-west-2 AWS::SQS::Queue";
const GLOBAL: &str = "05 111122223333 us-east-1 iam/management";
const OTHER: &str = "05 444455556666 eu-central-1 management";
const ONLY_HERE: &str =
    "everywhere: data events of AWS::S3::Object are recorded in 111122223333 in eu-central-1 only";
const NOT_TOLD: &str =
    "everywhere: nothing shows that data events of AWS::S3::Object are recorded in 444455556666";

/// What it is, outputs of the AWS CLI, the log, an account, and why it does not see an object's ACL.
type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a str, &'a str);

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html>: trails of one region, of all, and of an
/// organization; global service events.
#[test]
fn a_trail_covers_the_regions_and_accounts_that_its_description_says() {
    let one = described(r#""IsMultiRegionTrail":false,"IncludeGlobalServiceEvents":false"#);
    let every = described(r#""IsMultiRegionTrail":true,"IncludeGlobalServiceEvents":true"#);
    let whole = described(r#""IsMultiRegionTrail":true,"IsOrganizationTrail":true"#);
    let (other, own) = ("444455556666", ACCOUNT);
    #[rustfmt::skip]
    let cases: [Case<'_>; 7] = [
        ("not described: where the log has events", &[EVERYTHING], &[HERE, THERE], own, ""),
        ("one region, and all work is there", &[EVERYTHING, &one], &[HERE], own, ""),
        ("one region, and work is elsewhere too", &[EVERYTHING, &one], &[HERE, THERE], own, ONLY_HERE),
        ("IAM is in us-east-1, wherever the work is", &[EVERYTHING, &one], &[HERE, GLOBAL], own, ""),
        ("every region", &[&every, EVERYTHING], &[HERE, THERE], own, ""),
        ("another account is not told of", &[EVERYTHING, &every], &[HERE, OTHER], other, NOT_TOLD),
        ("an organization", &[EVERYTHING, &whole], &[HERE, OTHER], other, ""),
    ];
    for (what, outputs, events, account, expected) in cases {
        let coverage = log(events).recorded_by(trails(outputs).0);
        let found = blind(&coverage, account, "s3:GetObjectAcl");
        assert_eq!(found.join("|"), expected, "{what}");
    }
    let coverage = log(&[HERE]).recorded_by(trails(&[EVERYTHING, &every]).0);
    assert!(coverage.is_region_seen(id(ACCOUNT), "ap-south-1"));
    let coverage = log(&[HERE]).recorded_by(trails(&[EVERYTHING, &one]).0);
    assert!(!coverage.is_region_seen(id(ACCOUNT), "ap-south-1"));
    let here = Some(vec!["eu-central-1".to_owned()]);
    for (outputs, expected) in [
        (&[EVERYTHING, &one][..], here),
        (&[EVERYTHING], None),
        (&[&every, EVERYTHING], None),
        (&[EVERYTHING, &whole], None),
    ] {
        let coverage = log(&[HERE]).recorded_by(trails(outputs).0);
        assert_eq!(coverage.confined(id(ACCOUNT)), expected, "{outputs:?}");
    }
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>
#[test]
fn what_was_recorded_before_a_change_is_not_known() {
    let event = "AWS::SQS::Queue";
    let days = |changed: &str| {
        let mut events = vec![
            format!("05 111122223333 eu-central-1 {event}"),
            format!("14 111122223333 eu-central-1 {event}"),
        ];
        events.push(format!(
            "{changed} 111122223333 eu-central-1 cloudtrail/PutEventSelectors"
        ));
        let events: Vec<_> = events.iter().map(String::as_str).collect();
        log(&events).recorded_by(trails(&[EVERYTHING]).0)
    };
    let changed = days("11");
    let since =
        "everywhere: data events of AWS::S3::Object are recorded in 111122223333 on 3 of 10 days";
    assert_eq!(blind(&changed, ACCOUNT, "s3:GetObjectAcl"), [since]);
    let class = EventClass::Data("AWS::S3::Object".into());
    let on = |coverage: &Coverage, day: &str| {
        let day = format!("2026-10-{day}").parse().expect("a day");
        coverage.seen_on((id(ACCOUNT), "eu-central-1"), &class, day)
    };
    assert_eq!(
        [on(&changed, "11"), on(&changed, "12")],
        [Seen::Unknown, Seen::Yes]
    );
    let begun = days("05");
    assert!(
        blind(&begun, ACCOUNT, "s3:GetObjectAcl").is_empty(),
        "the log begins with it"
    );
    assert_eq!(on(&begun, "05"), Seen::Yes);
}

#[test]
fn what_is_not_said_of_a_trail_or_not_exactly_is_remarked() {
    #[rustfmt::skip]
    let cases: [(&str, &[&str]); 4] = [
        (EVERYTHING, &["it is not described, so that it counts for its home region"]),
        (&described(r#""HasCustomEventSelectors":true"#), &["what it records is not given, so that it counts for nothing: `aws cloudtrail get-event-selectors --trail-name arn:"]),
        (r#"{"TrailARN":"arn:aws:cloudtrail:eu-central-1:111122223333:trail/a","AdvancedEventSelectors":[{"Name":"few","FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"eventName","Equals":["PutObject"]}]}]}"#,
            &["the selector few narrows by eventName, so that it counts for nothing", "it is not described"]),
        (r#"[{"trailList":[]}]"#, &[]),
    ];
    for (output, said) in cases {
        let (_, remarks) = trails(&[output]);
        assert_eq!(remarks.len(), said.len(), "{remarks:?}");
        for (remark, said) in remarks.iter().zip(said) {
            assert!(remark.contains(said), "{remark} / {said}");
        }
    }
}

#[test]
fn what_says_nothing_of_trails_is_refused_with_what_it_is() {
    for (text, said) in [
        ("", "not JSON: EOF while parsing a value at line 1 column 0"),
        (
            "{\"EventSelectors\": [}",
            "not JSON: expected value at line 1 column 21",
        ),
        ("[]", "found a list of 0"),
        ("{\"Functions\":[]}", "found an object with `Functions`"),
        ("7", "found a single value"),
        (
            "{\"EventSelectors\":[]}",
            "the selectors: missing field `TrailARN`",
        ),
        (
            "{\"TrailARN\":\"audit\",\"EventSelectors\":[]}",
            "`TrailARN`: `audit`: an ARN begins with `arn:`",
        ),
        (
            "{\"TrailARN\":\"arn:aws:cloudtrail:::trail/a\",\"EventSelectors\":[]}",
            "names no account",
        ),
        (
            "{\"TrailARN\":\"a\",\"EventSelectors\":[{\"ReadWriteType\":\"None\"}]}",
            "unknown variant `None`",
        ),
        (
            "{\"TrailARN\":\"a\",\"AdvancedEventSelectors\":[{\"FieldSelectors\":[{\"Field\":\"x\",\"Like\":[]}]}]}",
            "unknown field `Like`",
        ),
        ("{\"trailList\":{}}", "`trailList`: invalid type: map"),
    ] {
        let error = Trails::default().read(text).expect_err(text).to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}
