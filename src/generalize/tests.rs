//! What comes out of what was seen, one line a case.

use super::*;
use jiff::ToSpan;

/// A sighting on these days after 2 October 2026, at 08:15 UTC, with one event each.
fn seen(text: &str, head: usize, days: &[i32]) -> Sighting {
    let first: Date = "2026-10-02".parse().expect("a date");
    let days: Vec<Date> = days.iter().map(|after| first + after.days()).collect();
    let at = |day: &Date| {
        let at = day.at(8, 15, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        at.expect("an instant").timestamp()
    };
    Sighting {
        text: text.to_owned(),
        captures: vec![text.to_owned()],
        head,
        span: days.first().map(at).zip(days.last().map(at)),
        days: days.into_iter().map(|day| (day, 1)).collect(),
    }
}

fn written(tokens: &[Token]) -> String {
    let token = |token: &Token| match token {
        Token::Literal(text) => text.clone(),
        Token::AnyOne => "?".to_owned(),
        Token::AnyRun => "*".to_owned(),
    };
    tokens.iter().map(token).collect()
}

fn learn(sightings: &[Sighting], level: Level) -> Vec<String> {
    let learned = generalize(sightings, level, &|_| false);
    learned
        .iter()
        .map(|learned| written(&learned.captures[0]))
        .collect()
}

#[test]
fn one_observation_shows_a_time() {
    let uuid = "123e4567-e89b-12d3-a456-426614174000";
    let cases = [
        ("in/2026/10/02/a.csv", "in/20??/??/??/a.csv"),
        ("in/2026-10-02/a.csv", "in/20??-??-??/a.csv"),
        ("in/20261002/a.csv", "in/20??????/a.csv"),
        (
            "in/year=2026/month=10/day=02/a",
            "in/year=20??/month=??/day=??/a",
        ),
        (
            "in/year=2026/month=10/day=02/hour=08/a",
            "in/year=20??/month=??/day=??/hour=??/a",
        ),
        ("in/2026/10/02/08/a", "in/20??/??/??/??/a"),
        ("in/2026/10/02/17/a", "in/20??/??/??/17/a"),
        ("in/dt=2026-10-01/a", "in/dt=20??-??-??/a"),
        ("in/2026/10/03/a", "in/20??/??/??/a"),
        ("in/2026/09/12/a", "in/2026/09/12/a"),
        ("in/2026-09/a", "in/20??-??/a"),
        ("in/2026/a", "in/20??/a"),
        ("in/2025/a", "in/2025/a"),
        ("in/2026-W40/a", "in/20??-W??/a"),
        ("in/2026/Oct/02/a", "in/20??/???/??/a"),
        ("in/2026/October/2/a", "in/20??/*/*/a"),
        ("in/02-10-2026/a", "in/??-??-20??/a"),
        ("in/10-02/a", "in/??-??/a"),
        ("in/08/a", "in/08/a"),
        ("in/IMG20261002.jpg", "in/IMG20??????.jpg"),
        (
            "in/2026-10-02T08:15:00Z.json",
            "in/20??-??-??T??:??:??Z.json",
        ),
        (
            "in/2026-10-02T08:15:00.123456Z",
            "in/20??-??-??T??:??:??.??????Z",
        ),
        ("in/20261002T081500", "in/20??????T??????"),
        ("in/20261002T201500.json", "in/20??????T??????.json"),
        ("in/20261002081500", "in/20????????????"),
        ("in/1790928900.json", "in/??????????.json"),
        ("in/1790928900123.json", "in/?????????????.json"),
        ("in/1590928900.json", "in/1590928900.json"),
        ("in/2026-275.csv", "in/20??-???.csv"),
        ("m/claude-3-20240229-v1:0", "m/claude-3-20240229-v1:0"),
        (
            "2026/10/02/[$LATEST]0123456789abcdef0123456789abcdef",
            "20??/??/??/[$LATEST]????????????????????????????????",
        ),
        (
            "2026/10/02/[12]0123456789abcdef0123456789abcdef",
            "20??/??/??/[*]????????????????????????????????",
        ),
    ];
    for (text, pattern) in cases {
        assert_eq!(
            learn(&[seen(text, 0, &[0])], Level::Typed),
            [pattern],
            "{text}"
        );
    }
    let firehose = format!("raw/2026/10/02/08/orders-1-2026-10-02-08-15-00-{uuid}");
    assert_eq!(
        learn(&[seen(&firehose, 0, &[0])], Level::Typed),
        ["raw/20??/??/??/??/orders-1-20??-??-??-??-??-??-????????-????-????-????-????????????"]
    );
}

#[test]
fn exactly_what_was_seen_is_itself() {
    let texts = ["b/x*y?", "b/x", "", "b/x"];
    let sightings = texts.map(|text| seen(text, 0, &[0]));
    assert_eq!(learn(&sightings, Level::Exact), ["", "b/x", "b/x*y?"]);
    let learned = generalize(&sightings, Level::Exact, &|_| true);
    assert_eq!(learned[1].matches, [1, 3]);
    assert_eq!(generalize(&[], Level::Typed, &|_| true), []);
}

#[test]
fn a_prefix_keeps_the_first_segment_and_one_that_is_refused_keeps_more() {
    let texts = ["b/in/2026/a", "b/in/x/a", "b/out/y/z", "b/top"];
    let sightings = texts.map(|text| seen(text, 2, &[0]));
    assert_eq!(
        learn(&sightings, Level::Prefix),
        ["b/in/*", "b/out/*", "b/top"]
    );
    let refuse = |patterns: &[Vec<Token>]| written(&patterns[0]) == "b/in/*";
    let learned = generalize(&sightings, Level::Prefix, &refuse);
    let texts: Vec<_> = learned
        .iter()
        .map(|learned| written(&learned.captures[0]))
        .collect();
    assert_eq!(texts, ["b/in/2026/*", "b/in/x/*", "b/out/*", "b/top"]);
}
