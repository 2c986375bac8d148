//! What is proposed where the evidence says little: too few days, nothing seen, permissions that no trail shows.

use serde_json::Value;

use super::tests::{allow, propose_with, role, short, statements, usage};
use super::*;
use crate::catalog::Catalog;

const TABLE: &str = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders";

/// A call on each of these days of October.
fn on(days: &[&str]) -> Vec<String> {
    let call = |day: &&str| format!(r#"{day} dynamodb DescribeTable {{"tableName":"orders"}}"#);
    days.iter().map(call).collect()
}

/// What speaks against a proposal for a role that was created on a day, if anything does.
fn objection(days: &[&str], created: Option<&str>, settings: &Settings) -> Option<String> {
    let calls = on(days);
    let calls: Vec<_> = calls.iter().map(String::as_str).collect();
    let usage = usage(&calls);
    let mut role = role(&[allow("dynamodb:*", "*")]);
    role.created = created.map(|day| format!("{day}T00:00:00Z").parse().expect("a time"));
    let known = Known::new(&usage, Catalog::bundled(), []);
    match minimize(&role, &known, settings) {
        Ok(proposal) => {
            let accepted = &proposal.premises().accepted;
            assert_eq!(accepted.is_empty(), !settings.accept_coverage);
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>: what was not used lately may be used
/// less often.
#[test]
fn nothing_is_taken_away_on_too_little_evidence() {
    let two_weeks = ["05", "18"];
    let cases: [(&str, &[&str], Option<&str>, _); 7] = [
        (
            "fourteen days, the first and the last included",
            &two_weeks,
            None,
            None,
        ),
        ("one day less", &["05", "17"], None, Some("shows 13 days")),
        (
            "a role as old as the trail",
            &two_weeks,
            Some("2026-10-05"),
            None,
        ),
        ("an old role", &two_weeks, Some("2020-01-01"), None),
        (
            "a younger role",
            &two_weeks,
            Some("2026-10-06"),
            Some("created on 2026-10-06, and the trail shows 13 days"),
        ),
        (
            "a role of after the trail",
            &two_weeks,
            Some("2026-11-06"),
            Some("shows 0 days since"),
        ),
        (
            "nothing of the role",
            &[],
            None,
            Some("no event of the role"),
        ),
    ];
    for (sentence, days, created, expected) in cases {
        let found = objection(days, created, &Settings::default());
        match expected {
            None => assert_eq!(found, None, "{sentence}"),
            Some(why) => {
                let found = found.expect(sentence);
                assert!(found.contains(why), "{sentence}: {found}");
                let accepting = Settings {
                    accept_coverage: true,
                    ..Settings::default()
                };
                assert_eq!(objection(days, created, &accepting), None, "{sentence}");
            }
        }
    }
}

#[test]
fn nothing_is_taken_away_on_a_log_in_which_much_is_missing() {
    // Five events a day, and none on some of the days between: more than one in five speaks against it.
    let busy = |without: std::ops::Range<usize>| {
        let days = (1..29).filter(move |day| !without.contains(day));
        let day = |day| std::iter::repeat_n(format!("{day:02}"), 5);
        let days: Vec<_> = days.flat_map(day).collect();
        let days: Vec<_> = days.iter().map(String::as_str).collect();
        objection(&days, None, &Settings::default())
    };
    assert_eq!(busy(10..15), None, "five of 28 days");
    let found = busy(10..16).expect("six of 28 days");
    assert!(found.contains("gaps on 6 of 28 days"), "{found}");
}

fn proposed(policies: &[Value], calls: &[&str], unobservable: Unobservable) -> Vec<String> {
    let settings = Settings {
        unobservable,
        ..short()
    };
    statements(&propose_with(policies, calls, &settings).expect("a proposal"))
}

#[test]
fn what_no_trail_shows_stays_as_granted_or_on_what_other_evidence_names_or_goes() {
    let describe = r#"dynamodb DescribeTable {"tableName":"orders"}"#;
    let versioning = r#"s3 GetBucketVersioning {"bucketName":"b"}"#;
    let object = "arn:aws:s3:::b/*";
    let tables = allow("dynamodb:GetItem", "*");
    let objects = allow("s3:GetObject", "*");
    // What is granted, what was called, and what becomes of the action by each wish.
    let cases: [(&str, &Value, &str, [Option<&str>; 3]); 4] = [
        (
            "a table that was described",
            &tables,
            describe,
            [Some("*"), Some(TABLE), None],
        ),
        (
            "the objects of a bucket that was looked at",
            &objects,
            versioning,
            [Some("*"), Some(object), None],
        ),
        (
            "nothing is named of the service",
            &objects,
            describe,
            [Some("*"), Some("*"), None],
        ),
        (
            "what is named and not granted",
            &allow("s3:GetObject", "arn:aws:s3:::other/*"),
            versioning,
            [
                Some("arn:aws:s3:::other/*"),
                Some("arn:aws:s3:::other/*"),
                None,
            ],
        ),
    ];
    for (sentence, granted, call, expected) in cases {
        let seen = allow("dynamodb:DescribeTable", "*");
        let looked_at = allow("s3:GetBucketVersioning", "*");
        let policies = [granted.clone(), seen, looked_at];
        let wishes = [
            Unobservable::Keep,
            Unobservable::Narrow,
            Unobservable::Remove,
        ];
        for (wish, on) in wishes.into_iter().zip(expected) {
            let kept = proposed(&policies, &[call], wish);
            let action = granted["Action"].as_str().expect("an action");
            let found = kept.iter().find(|statement| statement.contains(action));
            let found = found.map(|statement| {
                let (_, resources) = statement.split_once(" on ").expect("resources");
                resources.split(' ').any(|resource| Some(resource) == on)
            });
            assert_eq!(found, on.map(|_| true), "{sentence}, {wish:?}: {kept:?}");
        }
    }
}
