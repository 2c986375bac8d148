//! Resource patterns: what stands in a policy's `Resource` and `NotResource`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use std::fmt;

use super::{Arn, Version};

/// A part of a resource pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PatternToken {
    /// These characters, each standing for itself.
    Literal(String),
    /// `?`: exactly one character.
    AnyOne,
    /// `*`: any run of characters, the empty one included.
    AnyRun,
    /// `${key}` or `${key, 'default'}`: a value known only at request time; the text between the braces.
    Variable(String),
}

/// A resource pattern as tokens, so that `Eq` does not depend on how a character was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourcePattern(Vec<PatternToken>);

impl ResourcePattern {
    /// Reads the text of a policy of this version. Before `2012-10-17` a policy has no variables and
    /// `${…}` is ordinary text.
    #[must_use]
    pub fn parse(text: &str, version: Version) -> Self {
        let mut pattern = ResourcePattern(Vec::new());
        let mut rest = text;
        // Looked for once, since a text of many `${` and no `}` can be long.
        let last_brace = text.rfind('}').unwrap_or(0);
        loop {
            let (plain, special) = rest.split_at(rest.find(['*', '?', '$']).unwrap_or(rest.len()));
            pattern.push_literal(plain);
            let Some(first) = special.chars().next() else {
                return pattern;
            };
            rest = &special[first.len_utf8()..];
            match first {
                '*' => pattern.0.push(PatternToken::AnyRun),
                '?' => pattern.0.push(PatternToken::AnyOne),
                '$' if version == Version::V2012
                    && rest.starts_with('{')
                    && text.len() - rest.len() < last_brace =>
                {
                    let (inside, after) = rest[1..].split_once('}').unwrap_or(("", ""));
                    pattern.push_braced(inside);
                    rest = after;
                }
                _ => pattern.push_literal("$"),
            }
        }
    }

    /// The pattern that matches everything: `*`.
    #[must_use]
    pub fn any() -> Self {
        ResourcePattern(vec![PatternToken::AnyRun])
    }

    /// The pattern that matches this text alone, whatever characters it has.
    #[must_use]
    pub fn exactly(text: &str) -> Self {
        Self::from_tokens([PatternToken::Literal(text.to_owned())])
    }

    /// From tokens; neighbouring literals become one.
    #[must_use]
    pub fn from_tokens(tokens: impl IntoIterator<Item = PatternToken>) -> Self {
        let mut pattern = ResourcePattern(Vec::new());
        for token in tokens {
            match token {
                PatternToken::Literal(text) => match pattern.0.last_mut() {
                    Some(PatternToken::Literal(before)) => before.push_str(&text),
                    _ if text.is_empty() => {}
                    _ => pattern.0.push(PatternToken::Literal(text)),
                },
                other => pattern.0.push(other),
            }
        }
        pattern
    }

    /// The tokens in order.
    #[must_use]
    pub fn tokens(&self) -> &[PatternToken] {
        &self.0
    }

    /// Whether a part of it is known only at request time.
    #[must_use]
    pub fn has_variable(&self) -> bool {
        self.0
            .iter()
            .any(|token| matches!(token, PatternToken::Variable(_)))
    }

    /// Whether it is made of `*` alone.
    #[must_use]
    pub fn is_any(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|token| *token == PatternToken::AnyRun)
    }

    /// `${*}`, `${?}` and `${$}` are AWS's way to write these three characters themselves.
    fn push_braced(&mut self, inside: &str) {
        match inside {
            "*" => self.push_literal("*"),
            "?" => self.push_literal("?"),
            "$" => self.push_literal("$"),
            name => self.0.push(PatternToken::Variable(name.to_owned())),
        }
    }

    fn push_literal(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(PatternToken::Literal(before)) => before.push_str(text),
            _ => self.0.push(PatternToken::Literal(text.to_owned())),
        }
    }
}

impl From<&Arn> for ResourcePattern {
    fn from(arn: &Arn) -> Self {
        Self::exactly(arn.as_str())
    }
}

impl ResourcePattern {
    /// The text for a policy of this version. Only since `2012-10-17` can `${` be anything but itself.
    #[must_use]
    pub fn to_text(&self, version: Version) -> String {
        match version {
            Version::V2012 => self.to_string(),
            Version::V2008 => self.to_string().replace("${$}{", "${"),
        }
    }
}

/// The text for a policy of version `2012-10-17`.
impl fmt::Display for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| match token {
            PatternToken::Literal(text) => write_literal(text, f),
            PatternToken::AnyOne => f.write_str("?"),
            PatternToken::AnyRun => f.write_str("*"),
            PatternToken::Variable(name) => write!(f, "${{{name}}}"),
        })
    }
}

impl fmt::Debug for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn write_literal(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' => f.write_str("${*}")?,
            '?' => f.write_str("${?}")?,
            '$' if characters.peek() == Some(&'{') => f.write_str("${$}")?,
            other => write!(f, "{other}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn new(text: &str) -> ResourcePattern {
        ResourcePattern::parse(text, Version::V2012)
    }

    #[test]
    fn variables_are_text_before_2012_and_values_since() {
        let text = "arn:aws:s3:::home/${aws:username}/*";
        assert!(new(text).has_variable());
        let old = ResourcePattern::parse(text, Version::V2008);
        assert!(!old.has_variable());
        assert_eq!(old.to_string(), "arn:aws:s3:::home/${$}{aws:username}/*");
        assert_eq!(old.to_text(Version::V2008), text);
    }

    #[test]
    fn an_object_key_with_a_star_is_printed_so_that_it_stays_one_key() {
        let pattern = ResourcePattern::exactly("arn:aws:s3:::b/what?*.txt");
        assert_eq!(pattern.to_string(), "arn:aws:s3:::b/what${?}${*}.txt");
        assert_eq!(new(&pattern.to_string()), pattern);
    }

    #[test]
    fn a_brace_that_never_closes_is_text() {
        assert_eq!(new("a${b").to_string(), "a${$}{b");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_as_the_same_pattern(text in "[a-c$*?{}:/]{0,12}") {
            let once = new(&text);
            prop_assert_eq!(new(&once.to_string()), once);
            let exact = ResourcePattern::exactly(&text);
            let back = new(&exact.to_string());
            prop_assert_eq!(back.tokens().len() <= 1, true);
            prop_assert_eq!(back.to_string(), exact.to_string());
        }
    }
}
