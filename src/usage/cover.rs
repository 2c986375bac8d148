//! Patterns of resources: as one resource where they are one, and several as the one that holds them all, since
//! resources that a call could have been on are alternatives and not needed together.

use crate::iam::{PatternToken, ResourcePattern};

use super::access::On;

/// One resource when the pattern is one.
pub(super) fn on(pattern: ResourcePattern) -> On {
    let arn = match pattern.tokens() {
        [PatternToken::Literal(text)] => text.parse().ok(),
        _ => None,
    };
    arn.map_or(On::Matching(pattern), On::Exactly)
}

/// A single pattern that holds all that these match: what they begin with in common, anything, and what they
/// end with in common. `None` when there are none.
pub(super) fn cover(patterns: &[ResourcePattern]) -> Option<ResourcePattern> {
    let (first, rest) = patterns.split_first()?;
    if rest.iter().all(|other| other == first) {
        return Some(first.clone());
    }
    let whole = |pattern: &ResourcePattern| pattern.tokens().len() == 1;
    let literal = |token: Option<&PatternToken>| match token {
        Some(PatternToken::Literal(text)) => text.clone(),
        _ => String::new(),
    };
    let beginnings: Vec<_> = patterns
        .iter()
        .map(|p| literal(p.tokens().first()))
        .collect();
    let endings: Vec<_> = patterns
        .iter()
        .map(|p| literal(p.tokens().last()))
        .collect();
    let same = |texts: &[String], len: usize| {
        texts
            .iter()
            .all(|text| text.get(..len).is_some() && text.get(..len) == texts[0].get(..len))
    };
    let most = beginnings.iter().map(String::len).min().unwrap_or(0);
    let start = (0..=most)
        .rev()
        .find(|len| same(&beginnings, *len))
        .unwrap_or(0);
    let start = &beginnings[0][..start];
    // Cut after a whole part of the ARN, for the reader.
    let start = start.rfind([':', '/']).map_or("", |end| &start[..=end]);
    let same = |len: usize| {
        let end = |text: &String| {
            text.len()
                .checked_sub(len)
                .and_then(|at| text.get(at..))
                .map(str::to_owned)
        };
        let first = end(&endings[0]);
        first.is_some() && endings.iter().all(|text| end(text) == first)
    };
    // In a pattern that is one literal, the beginning and the end may not share characters.
    let room = |(pattern, text): (&ResourcePattern, &String)| match whole(pattern) {
        true => text.len().saturating_sub(start.len()),
        false => text.len(),
    };
    let most = patterns.iter().zip(&endings).map(room).min().unwrap_or(0);
    let end = (0..=most).rev().find(|len| same(*len)).unwrap_or(0);
    let end = &endings[0][endings[0].len() - end..];
    Some(ResourcePattern::from_tokens([
        PatternToken::Literal(start.to_owned()),
        PatternToken::AnyRun,
        PatternToken::Literal(end.to_owned()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::Version;

    #[test]
    fn one_pattern_holds_all_that_the_others_match() {
        let cases = [
            (&["arn:a:/v2/x/1", "arn:a:/x/1"][..], "arn:a:/*x/1"),
            (&["arn:a:b", "arn:a:b"], "arn:a:b"),
            (&["arn:a:b", "arn:a:b:c"], "arn:a:*"),
            (&["arn:a/*", "arn:a/*/k"], "arn:a/*"),
            (&["x", "y"], "*"),
        ];
        for (texts, expected) in cases {
            let patterns: Vec<_> = texts
                .iter()
                .map(|text| ResourcePattern::parse(text, Version::V2008))
                .collect();
            let found = cover(&patterns).map(|pattern| pattern.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{texts:?}");
        }
    }
}
