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

/// Each text, seen once, and the pattern that it shows.
fn each_alone(cases: &[(&str, &str)]) {
    for (text, pattern) in cases {
        let learned = learn(&[seen(text, 0, &[0])], Level::Typed);
        assert_eq!(learned, [*pattern], "{text}");
    }
}

#[test]
fn one_observation_shows_a_date() {
    each_alone(&[
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
        ("in/02-Oct-2026/a", "in/??-???-20??/a"),
        ("in/Oct-2026/a", "in/???-20??/a"),
        ("in/September_2026.csv", "in/*_20??.csv"),
        ("in/may-2026/a", "in/may-20??/a"),
        ("lib/1.10.02/a", "lib/1.10.02/a"),
        ("in/10-02/a", "in/??-??/a"),
        ("in/08/a", "in/08/a"),
    ]);
}

#[test]
fn one_observation_shows_a_time_in_a_name() {
    each_alone(&[
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
    ]);
}

#[test]
fn what_is_random_beside_a_date_of_use_is_as_new() {
    each_alone(&[
        (
            "2026/10/02/[$LATEST]0123456789abcdef0123456789abcdef",
            "20??/??/??/[$LATEST]????????????????????????????????",
        ),
        (
            "2026/10/02/[12]0123456789abcdef0123456789abcdef",
            "20??/??/??/[*]????????????????????????????????",
        ),
        (
            "raw/2026/10/02/08/orders-1-2026-10-02-08-15-00-123e4567-e89b-12d3-a456-426614174000",
            "raw/20??/??/??/??/orders-1-20??-??-??-??-??-??-????????-????-????-????-????????????",
        ),
        ("in/2026/10/02/part-00003", "in/20??/??/??/part-?????"),
        ("in/2026/10/02/part-3", "in/20??/??/??/part-3"),
        ("in/2026/10/02/0003/x", "in/20??/??/??/0003/x"),
        (
            "in/2025/10/02/0123456789abcdef",
            "in/2025/10/02/0123456789abcdef",
        ),
    ]);
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

/// Texts made from a template, in which `#` stands for a number, `%` for eight, and `@` for six characters of an id made
/// of the number; one a day from the second number on.
fn made(template: &str, numbers: std::ops::Range<u32>) -> Vec<Sighting> {
    let text = |number: u32| {
        let hash = number.wrapping_mul(2_654_435_761) | 0xa000_0001;
        let short: String = format!("{hash:08x}").chars().skip(2).collect();
        template
            .replace('#', &number.to_string())
            .replace('%', &format!("{hash:08x}"))
            .replace('@', &short)
    };
    let day = |number: u32| i32::try_from(number % 14).expect("a few days");
    numbers
        .map(|number| seen(&text(number), 0, &[day(number)]))
        .collect()
}

/// The same texts, each seen on every one of 14 days.
fn daily(texts: &[&str], head: usize) -> Vec<Sighting> {
    let days: Vec<i32> = (0..14).collect();
    texts.iter().map(|text| seen(text, head, &days)).collect()
}

const NAMES: [&str; 12] = [
    "acme",
    "globex",
    "initech",
    "umbrella",
    "hooli",
    "stark",
    "wayne",
    "wonka",
    "cyberdyne",
    "tyrell",
    "soylent",
    "oscorp",
];

/// A text for each name, each on a day of its own.
fn named(template: &str, count: usize) -> Vec<Sighting> {
    let names = NAMES.iter().take(count).zip(0..);
    names
        .map(|(name, day)| seen(&template.replace('#', name), 0, &[day]))
        .collect()
}

#[test]
fn what_comes_and_goes_is_opened() {
    let uuid = "????????-????-????-????-????????????";
    let cases = [
        (
            made("b/%-1234-4abc-8def-0123456789ab/meta.json", 0..3),
            format!("b/{uuid}/meta.json"),
        ),
        (made("b/job-%.json", 0..3), "b/job-????????.json".to_owned()),
        (made("b/name-@/x", 1..4), "b/name-??????/x".to_owned()),
        (made("b/part-0000#", 0..3), "b/part-?????".to_owned()),
        (made("b/page#.html", 7..12), "b/page*.html".to_owned()),
        (made("f:worker:#", 4..7), "f:worker:?".to_owned()),
        (
            made("b/orders/10000#/x", 1..9),
            "b/orders/??????/x".to_owned(),
        ),
        (named("b/in/#/data.csv", 12), "b/in/*/data.csv".to_owned()),
        (
            named("b/in/customer-#.csv", 12),
            "b/in/customer-*.csv".to_owned(),
        ),
    ];
    for (sightings, pattern) in cases {
        assert_eq!(learn(&sightings, Level::Typed), [pattern]);
    }
}

#[test]
fn what_stays_is_kept() {
    let keys = [
        "key/0f1e2d3c-1111-4abc-8def-0123456789ab",
        "key/1f1e2d3c-1111-4abc-8def-0123456789ab",
        "key/2f1e2d3c-1111-4abc-8def-0123456789ab",
        "key/3f1e2d3c-1111-4abc-8def-0123456789ab",
    ];
    let folders: Vec<String> = NAMES
        .iter()
        .map(|name| format!("b/{name}/x.json"))
        .collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let cases = [
        daily(&keys, 0),
        daily(&["table/App-Users-1XQ2B7C4D5E6F"], 0),
        daily(&["b/tenant/1/x", "b/tenant/2/x", "b/tenant/3/x"], 0),
        daily(&["b/2026-10-02/app.json"], 0),
        daily(&folders, 0),
        made("b/%-1234-4abc-8def-0123456789ab/meta.json", 0..2),
        named("b/in/#/data.csv", 5),
        daily(
            &["b/config/app.json", "b/config/db.json", "b/exports/all.csv"],
            0,
        ),
        daily(
            &[
                "AWSLogs/111111111111/x",
                "AWSLogs/222222222222/x",
                "AWSLogs/333333333333/x",
            ],
            0,
        ),
    ];
    for sightings in cases {
        let mut texts: Vec<_> = sightings
            .iter()
            .map(|sighting| sighting.text.clone())
            .collect();
        texts.sort();
        assert_eq!(learn(&sightings, Level::Typed), texts);
    }
}

#[test]
fn a_settled_neighbour_with_another_form_stays_apart() {
    let mut sightings = made("b/users/%/profile.json", 0..9);
    sightings.extend(daily(
        &[
            "b/users/shared/templates/base.html",
            "b/users/deadbee1/keys.json",
        ],
        0,
    ));
    assert_eq!(
        learn(&sightings, Level::Typed),
        [
            "b/users/????????/profile.json",
            "b/users/deadbee1/keys.json",
            "b/users/shared/templates/base.html"
        ]
    );
}

#[test]
fn a_head_is_kept_but_for_ids_that_come_and_go() {
    let head = |text: &str, sightings: Vec<Sighting>| -> Vec<Sighting> {
        let head = text.len();
        sightings
            .into_iter()
            .map(|sighting| Sighting { head, ..sighting })
            .collect()
    };
    let names = head("b/in/acme", named("b/in/#", 12));
    assert_eq!(learn(&names, Level::Typed).len(), 12);
    assert_eq!(
        learn(
            &head("logs-2026", vec![seen("logs-2026/x", 0, &[0])]),
            Level::Typed
        ),
        ["logs-2026/x"]
    );
    let tasks = head("task/0123456789", made("task/%", 0..9));
    assert_eq!(learn(&tasks, Level::Typed), ["task/????????"]);
    let few = head("task/0123456789", made("task/%", 0..4));
    assert_eq!(learn(&few, Level::Typed).len(), 4);
}

#[test]
fn a_secret_ends_in_characters_that_change() {
    let secret = |arn: &str, captures: &[&str]| Sighting {
        text: arn.to_owned(),
        captures: captures
            .iter()
            .map(|capture| (*capture).to_owned())
            .collect(),
        ..seen("", 0, &[0])
    };
    let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf";
    let cases: [(Sighting, &[&str]); 6] = [
        (secret(arn, &["prod/db-AbCdEf"]), &["prod/db-??????"]),
        (secret(arn, &["AbCdEf"]), &["??????"]),
        (secret(arn, &["prod", "CdEf"]), &["prod", "????"]),
        (
            secret(arn, &["A", "b", "C", "d", "E", "f"]),
            &["?", "?", "?", "?", "?", "?"],
        ),
        (
            secret(
                "arn:aws:ssm:eu-west-1:111122223333:parameter/db-AbCdEf",
                &["db-AbCdEf"],
            ),
            &["db-AbCdEf"],
        ),
        (
            secret(
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:plain",
                &["plain"],
            ),
            &["plain"],
        ),
    ];
    for (sighting, patterns) in cases {
        let learned = generalize(&[sighting], Level::Typed, &|_| false);
        let texts: Vec<_> = learned[0]
            .captures
            .iter()
            .map(|tokens| written(tokens))
            .collect();
        assert_eq!(texts, patterns);
    }
}

#[test]
fn a_refused_pattern_gives_way_to_what_lies_within_it() {
    let mut sightings = named("b/in/#/2026-10-02.csv", 12);
    sightings
        .iter_mut()
        .for_each(|sighting| sighting.days = seen("", 0, &[0]).days);
    assert_eq!(learn(&sightings, Level::Typed).len(), 12);
    let sightings = named("b/in/#/x.csv", 12);
    let learned = generalize(&sightings, Level::Typed, &|patterns| {
        written(&patterns[0]) == "b/in/*/x.csv"
    });
    assert_eq!(learned.len(), 12);
    let learned = generalize(&made("b/%/x", 0..5), Level::Typed, &|_| true);
    assert_eq!(learned.len(), 5);
}

#[test]
fn ids_of_neighbouring_folders_count_together_and_the_folders_stay() {
    let text = |folder: &str, number: i32| {
        let text = format!("b/{folder}/{number}f1e2d3c-1111-4abc-8def-0123456789ab.json");
        seen(&text, 2, &[number])
    };
    let sightings = [
        text("acme", 0),
        text("globex", 3),
        text("hooli", 6),
        text("hooli", 7),
    ];
    let uuid = "????????-????-????-????-????????????";
    let expected = ["acme", "globex", "hooli"].map(|folder| format!("b/{folder}/{uuid}.json"));
    assert_eq!(learn(&sightings, Level::Typed), expected);
    let key = daily(&["b/acme/9f1e2d3c-1111-4abc-8def-0123456789ab.json"], 2);
    let with_key: Vec<_> = sightings[1..].iter().cloned().chain(key).collect();
    assert_eq!(
        learn(&with_key, Level::Typed)[0],
        "b/acme/9f1e2d3c-1111-4abc-8def-0123456789ab.json"
    );
}

#[test]
fn more_names_than_a_policy_holds_are_opened_even_if_they_stay() {
    let texts: Vec<String> = (0..101)
        .map(|number| format!("b/{}x/a", "y".repeat(number)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(learn(&daily(&texts[..100], 0), Level::Typed).len(), 100);
    assert_eq!(learn(&daily(&texts, 0), Level::Typed), ["b/*/a"]);
}

#[test]
fn an_opened_place_opens_no_other() {
    let patterns = |sightings: &[Sighting]| -> Vec<crate::algebra::Glob> {
        let learned = generalize(sightings, Level::Typed, &|_| false);
        learned
            .iter()
            .map(|learned| pattern::glob(&learned.captures[0]))
            .collect()
    };
    let dated = |after: i32| {
        let day = 2 + after;
        seen(
            &format!("b/reports/2026/10/{day:02}/total-{after}.csv"),
            2,
            &[after],
        )
    };
    let dated: Vec<_> = (0..9).map(dated).collect();
    let cases: [(Vec<Sighting>, &[&str]); 5] = [
        (
            dated,
            &[
                "b/reports/2026/10/02/../payroll.csv",
                "b/reports/2026/10/02/payroll.csv",
                "b/exports/2026/10/02/total-1.csv",
            ],
        ),
        (
            daily(&["b/config/app.json"], 2),
            &["b/config/secrets.json", "b/config/app.json.bak"],
        ),
        (
            made("b/up/%/photo.jpg", 0..9),
            &[
                "b/up/admin/photo.jpg",
                "b/up/0a1b2c3d/keys.jpg",
                "b/backup/0a1b2c3d/photo.jpg",
            ],
        ),
        (
            named("b/#/in.json", 12),
            &["b/acme/out.json", "b/acme", "c/acme/in.json"],
        ),
        (daily(&["b/acme/x", "b/globex/x"], 2), &["b/hooli/x"]),
    ];
    for (sightings, decoys) in cases {
        for decoy in decoys {
            let allowing = patterns(&sightings)
                .into_iter()
                .find(|glob| glob.matches(decoy));
            assert_eq!(allowing, None, "{decoy}");
        }
    }
}

#[test]
fn a_number_that_is_about_to_grow_has_no_fixed_width() {
    let cases = [
        (made("b/o/99999#/x", 1..9), "b/o/*/x"),
        (made("b/o/12345#/x", 1..9), "b/o/??????/x"),
        (made("b/page-#", 5..10), "b/page-*"),
        (made("b/page-0#", 5..10), "b/page-??"),
    ];
    for (sightings, pattern) in cases {
        assert_eq!(learn(&sightings, Level::Typed), [pattern]);
    }
}
