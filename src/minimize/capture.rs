//! What each `*` of a granted pattern stands for in a text that it matches, and the pattern with something else in its place.
//! A `?` is as narrow as its author wanted it, and stays.

use crate::generalize::Token;
use crate::iam::{PatternToken, ResourcePattern};

/// What one `*` stands for: the text, and the byte of the whole at which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Capture<'t> {
    pub(super) from: usize,
    pub(super) text: &'t str,
}

/// A letter of a pattern, or `?`, between two `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letter {
    Only(char),
    Any,
}

/// What each `*` stands for, in order; `None` if the pattern does not match, or has a variable. Where a `*` could
/// stand for several texts it stands for the shortest one, but the last `*` for all that is left.
pub(super) fn captures<'t>(pattern: &ResourcePattern, text: &'t str) -> Option<Vec<Capture<'t>>> {
    let parts = parts(pattern)?;
    let (last, before) = parts.split_last()?;
    let mut captures = Vec::new();
    let mut at = 0;
    for (number, part) in before.iter().enumerate() {
        let begin = match number {
            0 => 0,
            _ => starts(text, at).find(|start| end(part, text, *start).is_some())?,
        };
        let until = end(part, text, begin)?;
        captures.extend((number > 0).then(|| capture(text, at, begin)));
        at = until;
    }
    let mut ends = starts(text, at).filter(|start| end(last, text, *start) == Some(text.len()));
    let begin = ends.next_back()?;
    if before.is_empty() && begin > 0 {
        return None;
    }
    captures.extend((!before.is_empty()).then(|| capture(text, at, begin)));
    Some(captures)
}

fn capture(text: &str, from: usize, to: usize) -> Capture<'_> {
    Capture {
        from,
        text: &text[from..to],
    }
}

/// The pattern with these tokens in place of each `*`, in order.
pub(super) fn with_captures(pattern: &ResourcePattern, captures: &[Vec<Token>]) -> ResourcePattern {
    let mut captures = captures.iter();
    let tokens = pattern.tokens().iter().flat_map(|token| match token {
        PatternToken::AnyRun => {
            let of_capture = captures.next().map(Vec::as_slice).unwrap_or_default();
            of_capture.iter().map(written).collect()
        }
        other => vec![other.clone()],
    });
    ResourcePattern::from_tokens(tokens)
}

fn written(token: &Token) -> PatternToken {
    match token {
        Token::Literal(text) => PatternToken::Literal(text.clone()),
        Token::AnyOne => PatternToken::AnyOne,
        Token::AnyRun => PatternToken::AnyRun,
    }
}

/// What stands between the `*` of a pattern; `None` if it has a variable.
fn parts(pattern: &ResourcePattern) -> Option<Vec<Vec<Letter>>> {
    let mut parts = vec![Vec::new()];
    for token in pattern.tokens() {
        match token {
            PatternToken::AnyRun => parts.push(Vec::new()),
            PatternToken::AnyOne => parts.last_mut()?.push(Letter::Any),
            PatternToken::Literal(text) => parts.last_mut()?.extend(text.chars().map(Letter::Only)),
            PatternToken::Variable(_) => return None,
        }
    }
    Some(parts)
}

/// Every place of the text, from one on, at which a letter begins, and its end.
fn starts(text: &str, from: usize) -> impl DoubleEndedIterator<Item = usize> {
    let letters = text[from..].char_indices().map(move |(at, _)| from + at);
    letters.chain([text.len()])
}

/// Where the part ends if it begins at this place of the text.
fn end(part: &[Letter], text: &str, begin: usize) -> Option<usize> {
    let mut rest = text[begin..].chars();
    for letter in part {
        let found = rest.next()?;
        if let Letter::Only(wanted) = letter
            && *wanted != found
        {
            return None;
        }
    }
    Some(text.len() - rest.as_str().len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::evaluation::resource_glob;
    use crate::iam::Version;

    fn pattern(text: &str) -> ResourcePattern {
        ResourcePattern::parse(text, Version::V2012)
    }

    #[test]
    fn a_star_stands_for_the_shortest_text_and_the_last_for_the_rest() {
        let cases: [(&str, &str, Option<&[&str]>); 9] = [
            ("b/*", "b/2026/a.csv", Some(&["2026/a.csv"])),
            ("*", "b", Some(&["b"])),
            ("*/*", "a/b/c", Some(&["a", "b/c"])),
            ("b/?-*.csv", "b/é-x.csv", Some(&["x"])),
            ("a*a", "aa", Some(&[""])),
            ("a*a", "a", None),
            ("b/c", "b/c", Some(&[])),
            ("b/c", "b/c/d", None),
            ("${aws:username}*", "b", None),
        ];
        for (granted, text, expected) in cases {
            let found = captures(&pattern(granted), text);
            let texts =
                found.map(|captures| captures.iter().map(|one| one.text).collect::<Vec<_>>());
            assert_eq!(texts.as_deref(), expected, "{granted} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_that_matches_has_captures_that_make_the_text(granted in "[ab*?]{0,8}", text in "[abé]{0,8}") {
            let granted = pattern(&granted);
            let found = captures(&granted, &text);
            prop_assert_eq!(found.is_some(), resource_glob(&granted).matches(&text));
            if let Some(found) = found {
                let literal = |one: &Capture<'_>| vec![Token::Literal(one.text.to_owned())];
                let literals: Vec<_> = found.iter().map(literal).collect();
                let narrowed = resource_glob(&with_captures(&granted, &literals));
                prop_assert!(narrowed.matches(&text) && resource_glob(&granted).covers(&narrowed));
                for one in found {
                    prop_assert_eq!(&text[one.from..one.from + one.text.len()], one.text);
                }
            }
        }
    }
}
