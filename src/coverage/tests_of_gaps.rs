//! What of a log is missing, and what is only quiet.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>: events are delivered within
//! minutes, day by day and region by region.

use serde_json::json;

use super::tests::{ACCOUNT, id};
use super::*;
use crate::usage::{Scope, Usage};

/// A day of October 2026, an hour in UTC, and a number of events.
type Burst = (i8, u8, usize);

/// A log that has so many events in this hour of this day of October 2026, for each.
fn log(events: impl IntoIterator<Item = Burst>) -> Usage {
    let mut usage = Usage::new(Scope::default());
    for (day, hour, times) in events {
        let record = json!({"eventSource": "sqs.amazonaws.com", "eventName": "DoIt",
            "eventTime": format!("2026-10-{day:02}T{hour:02}:30:00Z"), "awsRegion": "eu-central-1",
            "recipientAccountId": ACCOUNT, "userIdentity": {"type": "IAMUser"}, "eventType": "AwsApiCall"});
        for _ in 0..times {
            let bytes = record.to_string();
            usage
                .push(bytes.as_bytes(), Catalog::bundled())
                .expect("an event");
        }
    }
    usage
}

fn gaps(usage: &Usage) -> Vec<String> {
    let gaps = Coverage::of_log(&usage.recorded).gaps();
    let start = format!("{ACCOUNT} eu-central-1 2026-10-");
    let text = |gap: &Gap| gap.to_string().replace(&start, "");
    gaps.iter().map(text).collect()
}

/// So many events in each hour of these days, but for those that are left out.
fn but(days: std::ops::Range<i8>, times: usize, without: &[i8]) -> Vec<Burst> {
    let days = days.filter(|day| !without.contains(day));
    days.map(|day| (day, 10, times)).collect()
}

#[test]
fn a_day_is_missing_where_comparable_days_were_busy() {
    let weekdays = (1..22).filter(|day| ![3, 4, 10, 11, 17, 18].contains(day));
    let weekdays = weekdays.map(|day| (day, 10, 9)).collect();
    let none: &[&str] = &[];
    let days = "07 to 2026-10-08: no event, where comparable days have some";
    let cases: [(&str, Vec<Burst>, &[&str]); 6] = [
        (
            "two days of a busy account",
            but(1..15, 5, &[7, 8]),
            &[days],
        ),
        ("all days are there", but(1..15, 5, &[]), none),
        (
            "an account of few events is quiet at times",
            but(1..15, 4, &[7, 8]),
            none,
        ),
        ("weekends are quiet", weekdays, none),
        (
            "what comes before the first event, nobody knows",
            but(9..15, 5, &[]),
            none,
        ),
        (
            "one day of a busy account",
            but(1..15, 5, &[13]),
            &["13: no event, where comparable days have some"],
        ),
    ];
    for (sentence, events, expected) in cases {
        assert_eq!(gaps(&log(events)), expected, "{sentence}");
    }
}

#[test]
fn a_day_with_a_log_file_of_it_is_not_missing() {
    let mut usage = log(but(1..15, 5, &[7, 8]));
    let day = "2026-10-07".parse().expect("a day");
    usage.recorded.note_file(id(ACCOUNT), "eu-central-1", day);
    assert_eq!(
        gaps(&usage),
        ["08: no event, where comparable days have some"]
    );
}

#[test]
fn hours_are_missing_where_other_days_are_busy_at_that_time() {
    let busy = |without: (i8, std::ops::Range<u8>)| {
        let all = (1..12_i8).flat_map(|day| (0..24_u8).map(move |hour| (day, hour, 5)));
        all.filter(move |(day, hour, _)| *day != without.0 || !without.1.contains(hour))
    };
    let at_night = (1..12_i8).flat_map(|day| (8..18_u8).map(move |hour| (day, hour, 5)));
    let missing = "06 03:00 to 05:59: no event, where the same hours of other days have some";
    assert_eq!(gaps(&log(busy((6, 3..6)))), [missing]);
    for (sentence, events) in [
        ("nothing is missing", busy((6, 3..3)).collect::<Vec<_>>()),
        ("the last day was cut", busy((11, 20..24)).collect()),
        ("nights are quiet", at_night.collect()),
    ] {
        assert_eq!(gaps(&log(events)), Vec::<String>::new(), "{sentence}");
    }
}

#[test]
fn an_account_has_the_days_with_gaps_counted_once() {
    let usage = log(but(1..15, 5, &[7, 8]));
    let extent = Coverage::of_log(&usage.recorded).extent(id(ACCOUNT));
    let extent = extent.expect("a log");
    assert_eq!(extent.to_string(), "2 of 14 days");
    assert_eq!((extent.covered(), extent.each().count()), (12, 14));
}
