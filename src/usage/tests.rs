use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::catalog::Catalog;
use crate::iam::RoleId;

fn role(name: &str) -> RoleId {
    let arn = format!("arn:aws:iam::123456789012:role/{name}");
    RoleId::of(&arn.parse().expect("an ARN")).expect("a role")
}

fn usage() -> Usage {
    Usage::new(Scope {
        asked: BTreeSet::from([role("asked")]),
        others: BTreeSet::from([role("other")]),
    })
}

fn session(name: &str) -> Value {
    json!({"type": "AssumedRole", "arn": format!("arn:aws:sts::123456789012:assumed-role/{name}/f")})
}

/// A record of the asked role with these elements changed.
fn record(changes: Value) -> String {
    let mut record = json!({"eventID": "e1", "eventTime": "2026-10-02T08:15:00Z", "eventType": "AwsApiCall",
        "eventSource": "ssm.amazonaws.com", "eventName": "GetParameter", "awsRegion": "eu-central-1",
        "recipientAccountId": "123456789012", "requestParameters": {"name": "a"}, "userIdentity": session("asked")});
    if let (Some(record), Value::Object(changes)) = (record.as_object_mut(), changes) {
        record.extend(changes);
    }
    record.to_string()
}

fn counts(records: &[String]) -> Counts {
    let mut usage = usage();
    for record in records {
        // A record that is no event is counted as well.
        let _ = usage.push(record.as_bytes(), Catalog::bundled());
    }
    usage.counts
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_event_is_counted_for_what_it_is() {
    let aside = |reason| Counts {
        set_aside: [(reason, 1)].into(),
        ..Counts::default()
    };
    let used = Counts {
        used: 1,
        ..Counts::default()
    };
    let denied = Counts {
        denied: 1,
        ..Counts::default()
    };
    let unattributed = Counts {
        unattributed: 1,
        ..Counts::default()
    };
    let not_understood = Counts {
        not_understood: 1,
        ..Counts::default()
    };
    let cases = [
        (json!({}), used.clone()),
        (json!({"errorCode": "ParameterNotFound"}), used.clone()),
        (json!({"errorCode": "ThrottlingException"}), used.clone()),
        (
            json!({"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity"}),
            used,
        ),
        (
            json!({"errorCode": "AccessDeniedException"}),
            denied.clone(),
        ),
        (json!({"errorCode": "Client.UnauthorizedOperation"}), denied),
        (
            json!({"errorCode": "ExpiredToken"}),
            aside(SetAside::Unauthenticated),
        ),
        (json!({"eventName": "what is this"}), unattributed),
        (json!({"eventName": null}), not_understood),
        (
            json!({"eventType": "AwsServiceEvent"}),
            aside(SetAside::ServiceEvent),
        ),
        (
            json!({"eventType": "AwsConsoleSignIn"}),
            aside(SetAside::SignIn),
        ),
        (
            json!({"eventCategory": "Insight"}),
            aside(SetAside::Insight),
        ),
        (
            json!({"eventType": "AwsVpceEvent"}),
            aside(SetAside::OtherKind),
        ),
        (
            json!({"userIdentity": {"type": "IAMUser"}}),
            aside(SetAside::OtherPrincipal),
        ),
        (
            json!({"userIdentity": {"type": "AWSService"}}),
            aside(SetAside::OtherPrincipal),
        ),
        (
            json!({"userIdentity": session("other")}),
            aside(SetAside::OtherRole),
        ),
        (
            json!({"userIdentity": session("nobody")}),
            aside(SetAside::OtherPrincipal),
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(counts(&[record(changes.clone())]), expected, "{changes}");
    }
}

#[test]
fn a_copy_of_an_event_is_a_duplicate_and_another_event_with_its_id_is_not() {
    let cases = [
        (json!({}), 1, 1),
        (json!({"eventName": "PutParameter"}), 2, 0),
        (json!({"eventTime": "2026-10-03T08:15:00Z"}), 2, 0),
        (json!({"eventID": "e2"}), 2, 0),
    ];
    for (changes, used, duplicates) in cases {
        let counts = counts(&[record(json!({})), record(changes.clone())]);
        assert_eq!(
            (counts.used, counts.duplicates),
            (used, duplicates),
            "{changes}"
        );
    }
}

#[test]
fn a_call_on_several_resources_is_one_event_of_evidence() {
    let mut usage = usage();
    let changes = json!({"eventName": "GetParameters", "requestParameters": {"names": ["a", "b"]}});
    usage
        .push(record(changes).as_bytes(), Catalog::bundled())
        .expect("a record");
    let seen = &usage.roles[&role("asked")];
    let seen = seen.all();
    let accesses: Vec<_> = seen
        .used
        .iter()
        .map(|(access, evidence)| (access.on.len(), evidence.events))
        .collect();
    assert_eq!(accesses, [(2, 1)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_record_is_in_exactly_one_count(
        picks in prop::collection::vec((0..6usize, 0..4usize, 0..5usize), 0..40),
    ) {
        let records: Vec<_> = picks.iter().map(|(id, who, what)| {
            let identity = [session("asked"), session("other"), json!({"type": "IAMUser"}), Value::Null];
            let code = [Value::Null, json!("AccessDenied"), json!("NoSuchKey"), json!("ExpiredToken"), json!(7)];
            record(json!({"eventID": format!("e{id}"), "userIdentity": identity[*who], "errorCode": code[*what]}))
        }).collect();
        let counts = counts(&records);
        prop_assert_eq!(counts.events(), u64::try_from(records.len()).expect("a small number"));
    }

    #[test]
    fn no_bytes_at_all_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut usage = usage();
        let _ = usage.push(&bytes, Catalog::bundled());
        prop_assert_eq!(usage.counts.events(), 1);
    }
}
