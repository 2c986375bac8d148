//! What is called a gap, and what is not.

use super::tests::{ACCOUNT, id};
use super::*;
use crate::usage::{Scope, Usage};

/// A log of October 2026 (the 3rd is a Saturday) with so many events in each hour of each day as `busy` says.
fn usage(days: u8, busy: impl Fn(u8, u8) -> u8) -> Usage {
    let mut usage = Usage::new(Scope::default());
    for day in 1..=days {
        for hour in 0..24 {
            for minute in 0..busy(day, hour) {
                let time = format!("{day:02}T{hour:02}:{minute:02}");
                push(&mut usage, &format!("{ACCOUNT} eu-central-1"), &time);
            }
        }
    }
    usage
}

fn push(usage: &mut Usage, place: &str, time: &str) {
    let (account, region) = place.split_once(' ').expect("an account and a region");
    let record = format!(
        r#"{{"eventSource":"sqs.amazonaws.com","eventName":"ListQueues","awsRegion":"{region}",
        "recipientAccountId":"{account}","eventTime":"2026-10-{time}:00Z"}}"#
    );
    usage
        .push(record.as_bytes(), Catalog::bundled())
        .expect("an event");
}

fn log(days: u8, busy: impl Fn(u8, u8) -> u8) -> Coverage {
    Coverage::of_log(&usage(days, busy).recorded)
}

fn gaps(coverage: &Coverage) -> Vec<String> {
    let short = |gap: &Gap| {
        let hours = match gap.missing {
            Missing::Hours(from, to) => format!(" {from}-{to}"),
            _ => String::new(),
        };
        format!("{}-{}{hours}", gap.first.day(), gap.last.day())
    };
    coverage.gaps().iter().map(short).collect()
}

fn is_weekend(day: u8) -> bool {
    matches!(day % 7, 3 | 4)
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>: log files come about
/// every five minutes, and only where something was called.
#[test]
fn what_comparable_days_have_is_missed_and_what_they_lack_is_not() {
    type Busy = fn(u8, u8) -> u8;
    #[rustfmt::skip]
    let cases: [(&str, u8, Busy, &[&str]); 15] = [
        ("nothing missing", 28, |_, _| 1, &[]),
        ("one day", 28, |day, _| u8::from(day != 14), &["14-14"]),
        ("days in a row", 28, |day, _| u8::from(!(13..=16).contains(&day)), &["13-16"]),
        ("two gaps", 28, |day, _| u8::from(day != 14 && day != 20), &["14-14", "20-20"]),
        ("every weekend is quiet", 28, |day, _| u8::from(!is_weekend(day)), &[]),
        ("a weekend of three that is not", 28, |day, _| u8::from(day != 17 && day != 18), &["17-18"]),
        ("weekends of a short log", 12, |day, _| u8::from(!is_weekend(day)), &[]),
        ("a working day of a short log", 9, |day, _| u8::from(day != 6), &["6-6"]),
        ("a job each Monday", 28, |day, hour| u8::from(day % 7 == 5 && hour == 3) * 9, &[]),
        ("a job on some days", 28, |day, hour| u8::from(day % 3 == 0 && hour == 3) * 9, &[]),
        ("little on any day", 28, |day, hour| u8::from(day != 14 && hour < 4), &[]),
        ("quiet every night", 28, |_, hour| u8::from((7..20).contains(&hour)) * 9, &[]),
        ("hours of a day", 28, |day, hour| u8::from(!(day == 14 && (9..=11).contains(&hour))) * 5, &["14-14 9-11"]),
        ("hours with little in them", 28, |day, hour| u8::from(!(day == 14 && (9..=11).contains(&hour))) * 4, &[]),
        ("hours of a short log", 8, |day, hour| u8::from(!(day == 4 && hour == 9)) * 9, &[]),
    ];
    for (what, days, busy, expected) in cases {
        assert_eq!(gaps(&log(days, busy)), expected, "{what}");
    }
}

#[test]
fn the_first_and_the_last_day_may_have_been_cut() {
    let cut = log(28, |day, hour| match day {
        1 => u8::from(hour > 15) * 5,
        28 => u8::from(hour < 8) * 5,
        _ => 5,
    });
    assert_eq!(gaps(&cut), Vec::<String>::new());
}

/// What comes before the first event of a region, nobody knows; where it ends while others go on is a gap.
#[test]
fn a_region_that_ends_before_the_others_has_a_gap() {
    let mut usage = usage(28, |_, _| 1);
    for day in 5..=22 {
        for minute in 0..9 {
            let time = format!("{day:02}T05:{minute:02}");
            push(&mut usage, "444455556666 us-west-2", &time);
        }
    }
    let day = jiff::civil::date(2026, 10, 24);
    usage
        .recorded
        .note_file(id("444455556666"), "us-west-2", day);
    let coverage = Coverage::of_log(&usage.recorded);
    assert_eq!(
        gaps(&coverage),
        ["23-23", "25-27"],
        "of the 24th there is a file"
    );
    let first = &coverage.gaps()[0];
    assert_eq!(
        first.to_string(),
        "444455556666 us-west-2 2026-10-23: no event, where comparable days have some"
    );
}

#[test]
fn an_account_knows_how_many_of_its_days_have_gaps() {
    let coverage = log(28, |day, hour| match day {
        13 | 14 => 0,
        20 => u8::from(hour != 9) * 5,
        _ => 5,
    });
    let extent = coverage.extent(id(ACCOUNT)).expect("events with times");
    assert_eq!(extent.to_string(), "3 of 28 days");
    assert_eq!((extent.covered(), extent.each().count()), (25, 28));
    let damaged = coverage.without([Gap {
        account: id(ACCOUNT),
        region: "eu-central-1".to_owned(),
        first: jiff::civil::date(2026, 10, 2),
        last: jiff::civil::date(2026, 10, 3),
        missing: Missing::Files(2),
    }]);
    assert_eq!(
        damaged.extent(id(ACCOUNT)).map(|extent| extent.with_gaps),
        Some(5)
    );
    assert_eq!(Coverage::default().extent(id(ACCOUNT)), None);
}
