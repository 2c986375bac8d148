//! Globs against a matcher that tries everything, against all short strings, and against another library's automata.

use std::collections::HashSet;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, dense};
use regex_automata::util::{start, syntax};

use super::*;

/// A glob of few tokens over `a`, `b`, `:`, an ordinary `*`, and an `a` in either case; sometimes of two parts, of which
/// the wildcards of the first stay in it.
pub(super) fn glob(most_tokens: usize) -> impl Strategy<Value = Glob> + Clone {
    let token = prop_oneof![
        3 => Just(Token::Literal('a')),
        2 => Just(Token::Literal('b')),
        1 => Just(Token::Literal('*')),
        1 => Just(Token::Literal(':')),
        1 => Just(Token::EitherCase('a')),
        2 => Just(Token::AnyOne),
        3 => Just(Token::AnyRun),
    ];
    let in_part = prop_oneof![
        2 => Just(Token::Literal('a')),
        1 => Just(Token::AnyOneInSegment),
        2 => Just(Token::AnyRunInSegment),
    ];
    let rest = vec(token, 0..=most_tokens);
    let of_parts = (vec(in_part, 0..most_tokens), rest.clone()).prop_map(move |(part, rest)| {
        let rest = rest.into_iter().take(most_tokens - 1 - part.len());
        part.into_iter()
            .chain([Token::Literal(':')])
            .chain(rest.collect::<Vec<_>>())
            .collect()
    });
    prop_oneof![4 => rest, 1 => of_parts].prop_map(Glob::from_tokens)
}

/// All strings up to a length over the letters of [`glob`] and a letter that no glob names, the shortest first.
pub(super) fn short_strings(most: usize) -> &'static [String] {
    static STRINGS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut strings = vec![String::new()];
        let mut index = 0;
        while strings[index].len() < 5 {
            let longer =
                ["a", "A", "b", "*", ":", "z"].map(|letter| format!("{}{letter}", strings[index]));
            strings.extend(longer);
            index += 1;
        }
        strings
    });
    let end = STRINGS.partition_point(|text| text.len() <= most);
    &STRINGS[..end]
}

/// The definition of matching.
fn matches_by_trying(tokens: &[Token], text: &[char]) -> bool {
    match (tokens, text) {
        ([], []) => true,
        ([Token::AnyRun, tokens @ ..], _) => {
            (0..=text.len()).any(|taken| matches_by_trying(tokens, &text[taken..]))
        }
        ([Token::AnyRunInSegment, tokens @ ..], _) => {
            let part = text.iter().position(|letter| *letter == ':');
            (0..=part.unwrap_or(text.len())).any(|taken| matches_by_trying(tokens, &text[taken..]))
        }
        ([Token::AnyOneInSegment, ..], [':', ..]) => false,
        ([Token::AnyOne | Token::AnyOneInSegment, tokens @ ..], [_, text @ ..]) => {
            matches_by_trying(tokens, text)
        }
        ([Token::EitherCase(wanted), tokens @ ..], [first, text @ ..]) => {
            first.to_ascii_lowercase() == *wanted && matches_by_trying(tokens, text)
        }
        ([Token::Literal(wanted), tokens @ ..], [first, text @ ..]) => {
            wanted == first && matches_by_trying(tokens, text)
        }
        _ => false,
    }
}

/// The union of globs as an automaton of another library.
fn automaton(globs: &[Glob]) -> dense::DFA<Vec<u32>> {
    let token = |token| match token {
        Token::Literal(character) => format!("\\x{:02x}", u32::from(character)),
        Token::AnyOne => ".".to_owned(),
        Token::AnyRun => ".*".to_owned(),
        Token::EitherCase(letter) => format!("[{letter}{}]", letter.to_ascii_uppercase()),
        Token::AnyOneInSegment => "[^:]".to_owned(),
        Token::AnyRunInSegment => "[^:]*".to_owned(),
        Token::Unknown(_) => unreachable!("no glob of these tests has one"),
    };
    let one = |glob: &Glob| glob.tokens().map(token).collect::<String>();
    let pattern = format!(
        "^(?:{})$",
        globs.iter().map(one).collect::<Vec<_>>().join("|")
    );
    let syntax = syntax::Config::new()
        .unicode(false)
        .utf8(false)
        .dot_matches_new_line(true);
    let thompson = regex_automata::nfa::thompson::Config::new().utf8(false);
    dense::Builder::new()
        .syntax(syntax)
        .thompson(thompson)
        .build(&pattern)
        .expect("a small pattern compiles")
}

/// Is the language of the first automaton within the second's? Walks all pairs of states.
fn automaton_includes(left: &dense::DFA<Vec<u32>>, right: &dense::DFA<Vec<u32>>) -> bool {
    let begin = |automaton: &dense::DFA<Vec<u32>>| {
        let anchored = start::Config::new().anchored(Anchored::Yes);
        automaton
            .start_state(&anchored)
            .expect("an anchored start without look-behind exists")
    };
    let mut queue = vec![(begin(left), begin(right))];
    let mut seen = HashSet::new();
    while let Some((one, other)) = queue.pop() {
        if !seen.insert((one, other)) {
            continue;
        }
        let accepts = |automaton: &dense::DFA<Vec<u32>>, state| {
            automaton.is_match_state(automaton.next_eoi_state(state))
        };
        if accepts(left, one) && !accepts(right, other) {
            return false;
        }
        queue.extend(b"aAb*:z".map(|letter| {
            (
                left.next_state(one, letter),
                right.next_state(other, letter),
            )
        }));
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matches_agrees_with_the_definition(glob in glob(7), text in "[ab*z]{0,8}") {
        let tokens: Vec<Token> = glob.tokens().collect();
        let characters: Vec<char> = text.chars().collect();
        prop_assert_eq!(glob.matches(&text), matches_by_trying(&tokens, &characters));
    }

    #[test]
    fn covers_agrees_with_all_short_strings(wide in glob(5), narrow in glob(4)) {
        let escaping = short_strings(5).iter().find(|text| narrow.matches(text) && !wide.matches(text));
        if wide.covers(&narrow) {
            prop_assert_eq!(escaping, None);
        }
    }

    #[test]
    fn an_overlap_is_a_shortest_common_string(one in glob(5), other in glob(5)) {
        let shortest = short_strings(5).iter().find(|text| one.matches(text) && other.matches(text));
        match one.overlap(&other) {
            None => prop_assert_eq!(shortest, None),
            Some(common) => {
                prop_assert!(one.matches(&common) && other.matches(&common), "{}", common);
                prop_assert_eq!(common.len().min(6), shortest.map_or(6, String::len));
            }
        }
    }

    #[test]
    fn an_intersection_matches_what_both_match(one in glob(6), other in glob(6)) {
        if let Some(parts) = one.intersection(&other) {
            for text in short_strings(5) {
                let both = one.matches(text) && other.matches(text);
                prop_assert_eq!(parts.iter().any(|part| part.matches(text)), both, "{} in {:?}", text, parts);
            }
            for part in &parts {
                prop_assert!(one.covers(part) && other.covers(part));
                prop_assert_eq!(parts.iter().filter(|other| other.covers(part)).count(), 1);
            }
        }
    }

    #[test]
    fn globs_that_cover_each_other_are_equal(one in glob(5), other in glob(5)) {
        prop_assert_eq!(one.covers(&other) && other.covers(&one), one == other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 700, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn covers_agrees_with_another_librarys_automata(wide in glob(6), narrow in glob(6)) {
        let includes = automaton_includes(&automaton(std::slice::from_ref(&narrow)), &automaton(std::slice::from_ref(&wide)));
        let in_part = |token: Token| matches!(token, Token::AnyOneInSegment | Token::AnyRunInSegment);
        match wide.covers(&narrow) {
            false if wide.tokens().any(in_part) => {}
            covers => prop_assert_eq!(covers, includes),
        }
    }

    #[test]
    fn a_union_covers_as_another_librarys_automata_say(wide in vec(glob(6), 1..6), narrow in glob(6)) {
        let product = |globs| Product { action: Strings::AnyOf(globs), resource: Strings::NoneOf(vec![]), when: Conditions::default() };
        let includes = automaton_includes(&automaton(std::slice::from_ref(&narrow)), &automaton(&wide));
        let inside = product(vec![narrow]);
        let one_product = find(&[&inside], &[&product(wide.clone())]);
        prop_assert_eq!(one_product == Search::Nothing, includes);
        let products: Vec<Product> = wide.into_iter().map(|glob| product(vec![glob])).collect();
        let several_products = find(&[&inside], &products.iter().collect::<Vec<_>>());
        prop_assert_eq!(several_products == Search::Nothing, includes);
    }
}

/// `a?:` is `a:` and a colon, or `a`, a letter and a colon, each of which the other one matches in its own way.
#[test]
fn what_is_covered_in_two_ways_may_go_unseen_and_is_found_by_a_search() {
    use Token::{AnyOne, AnyRun, AnyRunInSegment as InPart, Literal};
    let wide = Glob::from_tokens([InPart, Literal('a'), InPart, Literal(':'), AnyRun]);
    let narrow = Glob::from_tokens([Literal('a'), AnyOne, Literal(':')]);
    assert!(!wide.covers(&narrow));
    let product = |glob| Product {
        action: Strings::AnyOf(vec![glob]),
        resource: Strings::NoneOf(vec![]),
        when: Conditions::default(),
    };
    assert_eq!(
        find(&[&product(narrow)], &[&product(wide)]),
        Search::Nothing
    );
}

#[test]
fn an_intersection_of_too_many_parts_is_not_given() {
    // One part for each order of the letters: 6 and 20.
    let parts = |one, other| Glob::wildcards(one).intersection(&Glob::wildcards(other));
    assert_eq!(parts("*a*b*", "*c*d*").map(|parts| parts.len()), Some(6));
    assert_eq!(parts("*a*b*e*", "*c*d*f*"), None);
    assert_eq!(parts("ab*", "ac*"), Some(vec![]));
}
