//! `--trail s3://…` and `--trail lookup://` against a stand-in on loopback: what is asked, what is made of it, and what is said of
//! what could not be read.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>

use std::collections::BTreeSet;

use jiff::ToSpan;
use serde_json::Value;

use crate::bucket::{Asked, Fault, StandIn, There, What};
use crate::program;

const TRAIL: &str = "tests/cases/webshop/trail";
const ACCOUNT: &str =
    "--account tests/cases/webshop/account.json --functions tests/cases/webshop/functions.json";
const DAYS: &str = "--days 15 --until 2026-10-16";
const EU: &str = "AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/";

fn webshop() -> There {
    There::of_folder(TRAIL, "")
}

fn from_files() -> String {
    let words = format!("propose --trail {TRAIL} {ACCOUNT} --format json");
    program::tightrope(words.split_whitespace()).stdout
}

/// What both say of the roles: the files have other names, and digests are not listed.
fn roles(json: &str) -> Value {
    let report: Value = serde_json::from_str(json).expect("JSON");
    report["roles"].clone()
}

#[test]
fn a_trail_in_a_bucket_gives_the_proposals_that_its_files_give() {
    let aws = StandIn::new(There::of_folder(TRAIL, "audit/web/"));
    let from_bucket = aws.tightrope(&format!(
        "propose --trail s3://logs/audit/web {DAYS} {ACCOUNT} --format json"
    ));
    assert_eq!((from_bucket.code, from_bucket.stderr.as_str()), (1, ""));
    assert_eq!(roles(&from_bucket.stdout), roles(&from_files()));
}

#[test]
fn nothing_outside_the_days_is_listed_or_fetched() {
    let aws = StandIn::new(webshop());
    let ended = aws.tightrope(&format!(
        "propose --trail s3://logs {ACCOUNT} --days 2 --until 2026-10-09"
    ));
    assert_eq!(ended.stderr, "");
    let expected = |key: &String| key.contains("/2026/10/08/") || key.contains("/2026/10/09/");
    assert!(aws.fetched().len() > 2 && aws.fetched().iter().all(expected));
    for Asked { what, .. } in aws.asked() {
        if let What::List {
            prefix,
            folders: false,
            ..
        } = what
        {
            assert!(expected(&prefix), "{prefix}");
        }
    }
}

#[test]
fn an_address_may_name_more_of_the_keys() {
    for (address, of) in [
        ("s3://logs/AWSLogs", "AWSLogs/123456789012/CloudTrail/"),
        (
            "s3://logs/AWSLogs/123456789012/CloudTrail/eu-west-1/",
            "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/10/",
        ),
        (
            "s3://logs/AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/13",
            "AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/13/",
        ),
    ] {
        let aws = StandIn::new(webshop());
        aws.tightrope(&format!("status --trail {address} {DAYS}"));
        let keys = webshop()
            .objects
            .into_keys()
            .filter(|key| key.starts_with(of));
        let keys: Vec<_> = keys.collect();
        assert!(
            !keys.is_empty() && aws.fetched().into_iter().eq(keys),
            "{address}"
        );
    }
}

#[test]
fn of_an_organization_only_the_accounts_of_the_roles_are_read() {
    let mut there = There::of_folder(&format!("{TRAIL}/AWSLogs"), "AWSLogs/o-exampleorgid/");
    let other = "AWSLogs/o-exampleorgid/111122223333/CloudTrail/eu-central-1/2026/10/08/a.json.gz";
    there
        .objects
        .insert(other.into(), b"{\"Records\":[]}".into());
    let aws = StandIn::new(there.clone());
    let ended = aws.tightrope(&format!(
        "propose --trail s3://logs {DAYS} {ACCOUNT} --format json"
    ));
    assert_eq!(roles(&ended.stdout), roles(&from_files()));
    let others = |asked: &Asked| format!("{asked:?}").contains("111122223333");
    assert!(!aws.asked().iter().any(others));

    there.objects.retain(|key, _| key.contains("111122223333"));
    let ended =
        StandIn::new(there).tightrope(&format!("propose --trail s3://logs {DAYS} {ACCOUNT}"));
    let expected =
        "error: s3://logs/AWSLogs: no log of 123456789012; it has those of 111122223333\n";
    assert_eq!((ended.code, ended.stderr.as_str()), (2, expected));
}

#[test]
fn what_is_throttled_cut_or_too_short_is_fetched_again() {
    let faults = |asked: &Asked, before| {
        match &asked.what {
        What::Get(key) if key.contains("/10/08/") && before == 0 => Some(Fault::Cut),
        What::Get(key) if key.contains("/10/09/") && before < 2 => Some(Fault::Short),
        What::Get(key) if key.contains("/10/13/") && before == 0 => Some(Fault::Says(
            503,
            "",
            "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>".into(),
        )),
        What::List { folders: false, .. } if before == 0 => Some(Fault::Says(500, "", String::new())),
        _ => None,
    }
    };
    let aws = StandIn::failing(webshop(), faults);
    let ended = aws.tightrope(&format!(
        "propose --trail s3://logs {DAYS} {ACCOUNT} --format json"
    ));
    assert_eq!(ended.stderr, "");
    assert_eq!(roles(&ended.stdout), roles(&from_files()));
}

#[test]
fn what_cannot_be_fetched_is_said_and_its_day_is_a_gap() {
    let faults = |asked: &Asked, _| match &asked.what {
        What::Get(key) if key.contains("eu-central-1/2026/10/08/") => Some(Fault::Short),
        What::List { prefix, .. } if prefix.contains("eu-central-1/2026/10/04/") => {
            let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
            Some(Fault::Says(403, "", body.into()))
        }
        _ => None,
    };
    let aws = StandIn::failing(webshop(), faults);
    let ended = aws.tightrope(&format!("status --trail s3://logs {DAYS}"));
    assert_eq!(ended.code, 1);
    let said: Vec<_> = ended.stdout.split_whitespace().collect();
    let said = said.join(" ");
    for expected in [
        "s3://logs/AWSLogs/123456789012/CloudTrail/eu-central-1/2026/10/04/*: denied: the permission s3:ListBucket is missing: \
         Access Denied",
        "123456789012 eu-central-1 2026-10-04: what could not be fetched",
        "123456789012 eu-central-1 2026-10-08: what could not be fetched",
        "were listed",
    ] {
        assert!(said.contains(expected), "{expected}\n{}", ended.stdout);
    }
}

#[test]
fn what_stands_in_the_way_of_all_is_said_in_one_sentence() {
    let says = |status, code: &str, message: &str| {
        let body = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        move |_: &Asked| Some(Fault::Says(status, "", body.clone()))
    };
    let of_objects = |asked: &Asked| matches!(asked.what, What::Get(_));
    let any = |_: &Asked| true;
    let denied = says(403, "AccessDenied", "User: a is not authorized");
    let of_key = says(
        403,
        "AccessDenied",
        "User: a is not authorized to perform: kms:Decrypt on b",
    );
    let none = says(404, "NoSuchBucket", "The specified bucket does not exist");
    let expired = says(400, "ExpiredToken", "The provided token has expired.");
    type When = fn(&Asked) -> bool;
    type Says = Box<dyn Fn(&Asked) -> Option<Fault> + Send + Sync>;
    let cases: [(When, Says, &str); 5] = [
        (
            any,
            Box::new(denied.clone()),
            "error: s3://logs/AWSLogs/: denied: the permission s3:ListBucket is missing: User: a is not authorized\n",
        ),
        (
            of_objects,
            Box::new(denied),
            "T0610Z_NF7snqytNgfk0R3t.json: denied: the permission s3:GetObject is missing: User: a is not authorized\n",
        ),
        (
            of_objects,
            Box::new(of_key),
            "denied: the permission kms:Decrypt is missing",
        ),
        (
            any,
            Box::new(none),
            "error: s3://logs/AWSLogs/: AWS says NoSuchBucket: The specified",
        ),
        (
            of_objects,
            Box::new(expired),
            "error: the AWS credentials have expired",
        ),
    ];
    for (when, says, expected) in cases {
        let aws = StandIn::failing(webshop(), move |asked, _| {
            when(asked).then(|| says(asked))?
        });
        let ended = aws.tightrope(&format!("propose --trail s3://logs {DAYS} {ACCOUNT}"));
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 1);
    }
    let empty = There {
        page: 9,
        ..There::default()
    };
    let ended = StandIn::new(empty).tightrope("status --trail s3://logs/web");
    let expected = "error: s3://logs/web/AWSLogs: no log of CloudTrail is there; give the bucket and the prefix of a trail\n";
    assert_eq!((ended.code, ended.stderr.as_str()), (2, expected));
}

#[test]
fn what_is_kept_is_not_fetched_again_and_can_be_read_without_aws() {
    let (aws, kept) = (
        StandIn::new(webshop()),
        tempfile::tempdir().expect("a folder"),
    );
    let words = format!(
        "propose --trail s3://logs {DAYS} {ACCOUNT} --format json --keep {}",
        kept.path().display()
    );
    let first = aws.tightrope(&words);
    let object = kept.path().join("logs").join(format!(
        "{EU}08/123456789012_CloudTrail_eu-central-1_20261008T0940Z_XxGHYbZg4fmxkyZB.json"
    ));
    std::fs::write(&object, "cut").expect("it was kept");
    let again = aws.tightrope(&words);
    assert_eq!(first.stdout, again.stdout);
    let gets = aws
        .asked()
        .into_iter()
        .filter(|asked| matches!(asked.what, What::Get(_)));
    assert_eq!(
        gets.count(),
        aws.fetched().len() + 1,
        "only the one that is not whole is fetched again"
    );
    let words = format!(
        "propose --trail {} {ACCOUNT} --format json",
        kept.path().display()
    );
    let from_kept = program::tightrope(words.split_whitespace());
    assert_eq!(roles(&from_kept.stdout), roles(&first.stdout));
}

#[test]
fn a_bucket_is_asked_in_its_own_region() {
    let faults = |asked: &Asked, _| match asked.region.as_str() {
        "ap-south-1" => None,
        _ => Some(Fault::Says(
            301,
            "x-amz-bucket-region: ap-south-1",
            String::new(),
        )),
    };
    let aws = StandIn::failing(webshop(), faults);
    let ended = aws.tightrope(&format!("propose --trail s3://logs {DAYS} {ACCOUNT}"));
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
}

#[test]
fn files_are_read_whole_and_whoever_asks_for_a_part_of_them_is_told() {
    for option in ["--days 7", "--until 2026-10-09", "--keep kept"] {
        let words = format!("propose --trail {TRAIL} {ACCOUNT} {option}");
        let ended = program::tightrope(words.split_whitespace());
        let name = option.split(' ').next().unwrap_or_default();
        let expected = format!(
            "error: {name} is for `s3://` and `lookup://`; files and folders are read whole\n"
        );
        assert_eq!((ended.code, ended.stderr), (2, expected));
    }
}

/// The management events of the webshop's trail, as the event history has them: the latest first; on days until yesterday, because
/// it goes back 90 days.
fn history() -> There {
    let mut there = webshop();
    let last = jiff::civil::date(2026, 10, 16);
    let ago = (yesterday() - last).get_days();
    for (key, object) in std::mem::take(&mut there.objects) {
        let mut text = String::from_utf8(object).expect("UTF-8");
        for back in 0..16 {
            let day = last.saturating_sub(back.days());
            let moved = day.saturating_add(ago.days()).to_string();
            text = text.replace(&day.to_string(), &moved.replace('-', "~"));
        }
        let records: Value = serde_json::from_str(&text.replace('~', "-")).expect("JSON");
        let region = key.split('/').nth(3).expect("a Region");
        let records = records["Records"].as_array().into_iter().flatten();
        for record in records.filter(|_| key.contains("/CloudTrail/")) {
            let time = record["eventTime"].as_str();
            let time: jiff::Timestamp = time.and_then(|time| time.parse().ok()).expect("a time");
            if record["managementEvent"] == true {
                let record = (region.to_owned(), time.as_second(), record.to_string());
                there.events.push(record);
            }
        }
    }
    there
        .events
        .sort_by_key(|(_, second, _)| std::cmp::Reverse(*second));
    there.page = 20;
    there
}

fn yesterday() -> jiff::civil::Date {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    today.date().yesterday().expect("a day before")
}

const LOOKUP: &str =
    "propose --trail lookup:// --days 15 --region eu-central-1 --region eu-west-1 --format json";

#[test]
fn the_event_history_shows_management_events_and_keeps_what_only_data_events_could_show() {
    let aws = StandIn::new(history());
    let ended = aws.tightrope(&format!("{LOOKUP} {ACCOUNT}"));
    assert_eq!(ended.stderr, "");
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(report["read"]["events"], history().events.len());
    // Of every page, and of every Region of the partition: a function may call wherever it likes.
    let regions: BTreeSet<_> = aws.asked().into_iter().map(|asked| asked.region).collect();
    for expected in ["eu-central-1", "eu-west-1", "us-east-1", "ap-south-1"] {
        assert!(regions.contains(expected), "{regions:?}");
    }
    assert!(!regions.contains("cn-north-1"), "{regions:?}");
    let roles = report["roles"].as_array().into_iter().flatten();
    let reports = roles.filter(|role| {
        role["role"]
            .as_str()
            .is_some_and(|arn| arn.ends_with("/reports-role"))
    });
    let documents = reports.flat_map(|role| {
        role["proposal"]["documents"]
            .as_array()
            .into_iter()
            .flatten()
    });
    let statements =
        documents.flat_map(|document| document["statements"].as_array().into_iter().flatten());
    let reasons: Vec<_> = statements
        .flat_map(|of| of["reasons"].as_array().into_iter().flatten())
        .collect();
    // <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html>
    for (action, ground) in [
        ("athena:StartQueryExecution", "used"),
        ("s3:GetBucketLocation", "used"),
        ("s3:GetObject", "data_event"),
        ("dynamodb:PutItem", "data_event"),
    ] {
        let of = |reason: &&&Value| reason["actions"] == action && reason["ground"] == ground;
        assert!(
            reasons.iter().any(|reason| of(&reason)),
            "{action}: {reasons:?}"
        );
    }
}

#[test]
fn a_lookup_that_broke_off_goes_on_where_it_was() {
    let faults = |asked: &Asked, _| {
        let noon = yesterday()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .expect("a day")
            .timestamp()
            .as_second();
        match asked.what {
            What::Lookup([_, last], ..) if last > noon => {
                let body = r#"{"__type":"AccessDeniedException","Message":"not now"}"#;
                Some(Fault::Says(400, "", body.into()))
            }
            _ => None,
        }
    };
    let kept = tempfile::tempdir().expect("a folder");
    let words = format!(
        "{LOOKUP} {ACCOUNT} --days 4 --keep {}",
        kept.path().display()
    );
    let words = words.replace("--days 15 ", "");
    let broken = StandIn::failing(history(), faults).tightrope(&words);
    let expected = "event-history.json.gz: denied: the permission cloudtrail:LookupEvents is missing: not now\n";
    assert_eq!((broken.code, broken.stdout.as_str()), (2, ""));
    assert!(broken.stderr.ends_with(expected), "{}", broken.stderr);

    let aws = StandIn::new(history());
    let whole = aws.tightrope(&words);
    let first = yesterday()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .expect("a day")
        .timestamp()
        .as_second();
    let lookups = || {
        aws.asked()
            .into_iter()
            .filter_map(|asked| match asked.what {
                What::Lookup([begin, _], ..) => Some(begin),
                _ => None,
            })
    };
    assert!(lookups().count() >= 3 && lookups().all(|begin| begin == first));
    let again = StandIn::new(There {
        account: "123456789012",
        page: 1,
        ..There::default()
    });
    assert_eq!(again.tightrope(&words).stdout, whole.stdout);
    assert_eq!(again.asked().len(), 1, "but who asks");

    let words = format!(
        "propose --trail {} {ACCOUNT} --format json",
        kept.path().display()
    );
    let from_kept = program::tightrope(words.split_whitespace());
    assert_eq!(roles(&from_kept.stdout), roles(&whole.stdout));
}

#[test]
fn the_event_history_of_another_account_is_not_taken_for_that_of_the_roles() {
    let other = There {
        account: "111122223333",
        page: 1,
        ..There::default()
    };
    let ended = StandIn::new(other).tightrope(&format!("{LOOKUP} {ACCOUNT}"));
    let expected = "error: the event history that these credentials see is that of 111122223333, and the roles are of 123456789012\n";
    assert_eq!((ended.code, ended.stderr.as_str()), (2, expected));
}

#[test]
fn a_region_that_is_not_enabled_or_closed_has_nothing_unless_it_was_named() {
    let says = |code: &str, message: &str| {
        let body = format!("{{\"__type\":\"{code}\",\"Message\":\"{message}\"}}");
        Some(Fault::Says(400, "", body))
    };
    let faults = move |asked: &Asked, _: usize| match (&asked.what, asked.region.as_str()) {
        (What::Lookup(..), "me-south-1") => says(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (What::Lookup(..), "sa-east-1") => says(
            "AccessDeniedException",
            "not authorized with an explicit deny in a service control policy",
        ),
        _ => None,
    };
    let words = "status --trail lookup:// --days 2";
    let aws = StandIn::failing(history(), faults);
    let ended = aws.tightrope(&format!("{words} --region eu-central-1"));
    assert!(
        ended.code < 2 && ended.stderr.is_empty(),
        "{}",
        ended.stderr
    );
    for closed in ["me-south-1", "sa-east-1"] {
        let asked = aws
            .asked()
            .into_iter()
            .filter(|asked| asked.region == closed);
        assert_eq!(asked.count(), 1, "{closed}");
        assert!(!ended.stdout.contains(closed), "{}", ended.stdout);
    }
    for (named, expected) in [
        ("me-south-1", "AWS does not know the credentials"),
        (
            "sa-east-1",
            "the permission cloudtrail:LookupEvents is missing",
        ),
    ] {
        let ended =
            StandIn::failing(history(), faults).tightrope(&format!("{words} --region {named}"));
        let said: Vec<_> = ended.stdout.split_whitespace().collect();
        let said = ended.stderr + &said.join(" ");
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn the_event_history_is_asked_twice_a_second_and_again_when_it_is_throttled() {
    let faults = |asked: &Asked, before| match &asked.what {
        What::Lookup(_, token, _) if token == "20" && before == 0 => {
            let body = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
            Some(Fault::Says(400, "", body.into()))
        }
        _ => None,
    };
    let aws = StandIn::failing(history(), faults);
    let begun = std::time::Instant::now();
    let ended = aws.tightrope("status --trail lookup:// --days 4 --region us-east-1 --format json");
    assert!(ended.code < 2, "{}", ended.stderr);
    let lookups = aws
        .asked()
        .into_iter()
        .filter(|asked| matches!(asked.what, What::Lookup(..)));
    let pauses = u32::try_from(lookups.count()).expect("a few") - 1;
    assert!(begun.elapsed() >= std::time::Duration::from_millis(500) * pauses.min(4));
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html>
#[test]
fn of_a_busy_account_only_the_event_sources_are_asked_for_that_a_role_can_use() {
    let words = format!(
        "{LOOKUP} {ACCOUNT} --role payments-role --days 2 --region eu-central-1 --accept-coverage"
    );
    let words = words.replace("--days 15 --region eu-central-1 --region eu-west-1 ", "");
    let mut there = history();
    let quiet = StandIn::new(there.clone()).tightrope(&words);
    there.page = 500;
    for (_, second, record) in there.events.clone() {
        let other = record.replace("\"eventSource\":\"", "\"eventSource\":\"config-");
        let other = |_| ("eu-central-1".to_owned(), second, other.clone());
        there.events.extend((0..100).map(other));
    }
    let aws = StandIn::new(there);
    let busy = aws.tightrope(&words);
    assert_eq!(roles(&busy.stdout), roles(&quiet.stdout));
    let last = yesterday()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .expect("a day")
        .timestamp()
        .as_second();
    let asked = aws
        .asked()
        .into_iter()
        .filter(|asked| asked.region == "eu-central-1");
    let of_last = asked.filter_map(|asked| match asked.what {
        What::Lookup([begin, _], _, source) if begin == last => Some(source.expect("one by one")),
        _ => None,
    });
    let of_last: Vec<_> = of_last.collect();
    for expected in [
        "kms.amazonaws.com",
        "secretsmanager.amazonaws.com",
        "sts.amazonaws.com",
    ] {
        assert!(
            of_last.iter().any(|source| source == expected),
            "{of_last:?}"
        );
    }
    assert!(of_last.len() < 12, "{of_last:?}");
}
