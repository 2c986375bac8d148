//! What holds for all texts.

use jiff::ToSpan;
use proptest::collection::vec;
use proptest::prelude::*;

use super::pattern::glob;
use super::*;

/// A piece of a text: much of what is looked for, and what only looks like it.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[/:=._-]",
        2 => "[a-c]{1,2}",
        2 => "(2026|2025|10|02|08|20261002|2026-10-0[1-5]|2026/10/02|T081500Z|year=|Oct)",
        2 => "[0-9a-f]{8}",
        1 => "[0-9]{1,3}",
        1 => "[a-z][0-9]{1,2}",
        1 => "[A-Za-z0-9]{6,17}",
        1 => "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
        1 => "[*?é\u{10000}\u{0} ]",
        1 => any::<String>(),
    ]
}

fn capture() -> impl Strategy<Value = String> {
    vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
}

fn sighting(captures: usize) -> impl Strategy<Value = Sighting> {
    let days = proptest::collection::btree_map(0..12_i32, 1..20_u64, 0..4);
    let secret = prop_oneof![9 => Just(""), 1 => Just("arn:aws:secretsmanager:r:a:secret:")];
    (vec(capture(), captures), 0..12_usize, days, secret).prop_map(
        |(captures, head, days, before)| {
            let first: Date = Date::constant(2026, 9, 30);
            let days: Vec<_> = days
                .into_iter()
                .map(|(after, events)| (first + after.days(), events))
                .collect();
            let at = |day: &(Date, u64)| {
                let at = day.0.at(8, 15, 0, 0);
                at.to_zoned(jiff::tz::TimeZone::UTC)
                    .ok()
                    .map(|at| at.timestamp())
            };
            Sighting {
                text: format!("{before}{}", captures.concat()),
                span: days.first().and_then(at).zip(days.last().and_then(at)),
                captures,
                head,
                days,
            }
        },
    )
}

fn sightings() -> impl Strategy<Value = Vec<Sighting>> {
    (0..3_usize).prop_flat_map(|captures| vec(sighting(captures), 0..24))
}

/// Texts of one form, so that there is something to learn.
fn alike() -> impl Strategy<Value = Vec<Sighting>> {
    let forms = prop_oneof![
        Just("#"),
        Just("a/#/b.csv"),
        Just("x-#"),
        Just("in/2026-10-02/#.gz")
    ];
    (forms, vec((piece(), sighting(1)), 1..30)).prop_map(|(form, made)| {
        let fill = |(piece, sighting): (String, Sighting)| Sighting {
            captures: vec![form.replace('#', &piece)],
            ..sighting
        };
        made.into_iter().map(fill).collect()
    })
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![1 => Just(Level::Exact), 3 => Just(Level::Typed), 1 => Just(Level::Prefix)]
}

fn matches(captures: &[Vec<Token>], sighting: &Sighting) -> bool {
    let mut pairs = captures.iter().zip(&sighting.captures);
    captures.len() == sighting.captures.len()
        && pairs.all(|(tokens, capture)| glob(tokens).matches(capture))
}

fn is_covered(narrow: &Learned, wide: &Learned) -> bool {
    let mut pairs = narrow.captures.iter().zip(&wide.captures);
    pairs.all(|(narrow, wide)| glob(wide).covers(&glob(narrow)))
}

/// Ways to write a day.
const FORMS: [&str; 13] = [
    "%Y/%m/%d",
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y_%m_%d",
    "%Y.%m.%d",
    "%d-%m-%Y",
    "%m/%d/%Y",
    "%d%m%Y",
    "year=%Y/month=%m/day=%d",
    "%Y/%b/%d",
    "%d-%b-%Y",
    "%Y-%m-%dT08:15:00Z",
    "%Y%m%dT081500Z",
];

fn any_day() -> impl Strategy<Value = Date> {
    (0..35_000_i32).prop_map(|days| Date::constant(2001, 1, 1) + days.days())
}

/// Some patterns, no other ones: by a sum of their letters.
fn some(captures: &[Vec<Token>]) -> bool {
    let text = format!("{captures:?}");
    text.bytes().map(u32::from).sum::<u32>().is_multiple_of(3)
}

proptest! {
    #[test]
    fn what_was_seen_is_matched_and_each_pattern_matches_what_it_says(
        sightings in prop_oneof![sightings(), alike()],
        level in level(),
        refusing in any::<bool>(),
    ) {
        let learned = generalize(&sightings, level, &|captures| refusing && some(captures));
        for (number, sighting) in sightings.iter().enumerate() {
            prop_assert!(learned.iter().any(|learned| learned.matches.contains(&number)), "{sighting:?}");
        }
        for (place, one) in learned.iter().enumerate() {
            let matched: Vec<_> = (0..sightings.len())
                .filter(|number| matches(&one.captures, &sightings[*number]))
                .collect();
            prop_assert_eq!(&one.matches, &matched);
            prop_assert!(!matched.is_empty());
            let others = learned.iter().enumerate().filter(|(other, _)| *other != place);
            for (_, other) in others {
                prop_assert!(!is_covered(one, other), "{one:?} within {other:?}");
            }
        }
    }

    #[test]
    fn what_is_refused_does_not_come_out_unless_it_was_seen(
        sightings in prop_oneof![sightings(), alike()],
        level in level(),
    ) {
        for learned in generalize(&sightings, level, &some) {
            let tokens = learned.captures.iter().flatten();
            let open = tokens.filter(|token| !matches!(token, Token::Literal(_))).count();
            prop_assert!(open == 0 || !some(&learned.captures), "{learned:?}");
            prop_assert!(open > 0 || learned.opened.is_empty());
        }
    }

    #[test]
    fn order_changes_nothing_but_indices(
        (sightings, shuffled) in prop_oneof![sightings(), alike()].prop_flat_map(|sightings| {
            let order: Vec<usize> = (0..sightings.len()).collect();
            (Just(sightings), Just(order).prop_shuffle())
        }),
        level in level(),
        refusing in any::<bool>(),
    ) {
        let refuse = |captures: &[Vec<Token>]| refusing && some(captures);
        let other: Vec<_> = shuffled.iter().map(|number| sightings[*number].clone()).collect();
        let mut there = generalize(&other, level, &refuse);
        for learned in &mut there {
            for number in &mut learned.matches {
                *number = shuffled[*number];
            }
            learned.matches.sort_unstable();
        }
        prop_assert_eq!(generalize(&sightings, level, &refuse), there);
    }

    /// Whatever the day and the form: what one day shows matches every other day of the century, and no other name.
    #[test]
    fn one_day_shows_all_days(
        (used, other) in (any_day(), any_day()),
        lag in -1..=1_i64,
        form in proptest::sample::select(&FORMS),
        around in prop_oneof![Just("b/#/x.csv"), Just("b/log_#.gz"), Just("#"), Just("dt=#")],
    ) {
        let write = |day: Date| around.replace('#', &day.strftime(form).to_string());
        let sighting = Sighting {
            captures: vec![write(used + lag.days())],
            days: vec![(used, 1)],
            ..Sighting::default()
        };
        let learned = generalize(&[sighting], Level::Typed, &|_| false);
        let pattern = glob(&learned[0].captures[0]);
        prop_assert!(pattern.matches(&write(other)), "{learned:?} {}", write(other));
        prop_assert!(!pattern.matches(&around.replace('#', "payroll")));
        prop_assert_eq!(&learned[0].opened, &[Opened::Date]);
    }

    #[test]
    fn a_capture_of_one_character_becomes_one(
        letters in vec("[a-z0-9/é]", 1..40),
        level in level(),
    ) {
        let sightings: Vec<_> = letters.iter().zip(0..).map(|(letter, day)| Sighting {
            captures: vec!["a/b".to_owned(), letter.clone(), "x".to_owned()],
            days: vec![(Date::constant(2026, 10, 2) + (day % 20).days(), 1)],
            ..Sighting::default()
        }).collect();
        for learned in generalize(&sightings, level, &|_| false) {
            prop_assert!(glob(&[Token::AnyOne]).covers(&glob(&learned.captures[1])), "{learned:?}");
        }
    }

    /// One more id, number or name, on a day on which others of its kind were new, makes no pattern narrower. Of numbers
    /// it has to tell no more than the others did: a zero in front shows that their width is fixed, and so does one that
    /// is far from being full.
    #[test]
    fn more_of_the_same_makes_nothing_narrower(
        form in prop_oneof![Just("#"), Just("a/#/b.csv"), Just("x-#.gz")],
        kind in prop_oneof![Just("[0-9a-f]{12}"), Just("[a-z]{4}"), Just("[1-7][0-9]{6}")],
        seed in vec(("[0-9a-f]{12}", "[a-z]{4}", "[1-7][0-9]{6}", 0..9_i32), 2..24),
    ) {
        let mut texts = std::collections::BTreeMap::new();
        for (hex, word, number, day) in seed {
            let piece = match kind {
                "[0-9a-f]{12}" => hex,
                "[a-z]{4}" => word,
                _ => number,
            };
            texts.entry(form.replace('#', &piece)).or_insert(day);
        }
        let made: Vec<_> = texts.into_iter().map(|(text, day)| Sighting {
            captures: vec![text],
            days: vec![(Date::constant(2026, 10, 2) + day.days(), 1)],
            ..Sighting::default()
        }).collect();
        let (last, before) = made.split_last().expect("a text");
        let first_day = before.iter().flat_map(|sighting| &sighting.days).any(|day| *day == last.days[0]);
        prop_assume!(first_day);
        let narrow = generalize(before, Level::Typed, &|_| false);
        let wide = generalize(&made, Level::Typed, &|_| false);
        prop_assume!(narrow.iter().any(|learned| matches(&learned.captures, last)));
        for one in &narrow {
            prop_assert!(wide.iter().any(|other| is_covered(one, other)), "{one:?} {wide:?}");
        }
    }
}

#[test]
fn long_texts_and_many_separators_end() {
    let long = [
        "/", "a/", "2026", "2026/", "2026-10-", "-1", "a1B-", "é", "?*",
    ];
    let sightings: Vec<_> = long
        .iter()
        .map(|part| Sighting {
            captures: vec![part.repeat(1500)],
            days: vec![(Date::constant(2026, 10, 2), 1)],
            ..Sighting::default()
        })
        .collect();
    for level in [Level::Exact, Level::Typed, Level::Prefix] {
        assert!(!generalize(&sightings, level, &|_| false).is_empty());
        assert!(!generalize(&sightings, level, &|_| true).is_empty());
    }
}
