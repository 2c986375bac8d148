//! What a capture becomes.

use crate::algebra::{Glob, Token as GlobToken};

/// A part of what is written in place of a wildcard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// These characters, `*` and `?` too, each standing for itself.
    Literal(String),
    /// Exactly one character.
    AnyOne,
    /// Any run of characters, the empty one included.
    AnyRun,
}

/// Tokens in normal form: literals are joined and not empty, in a run of wildcards the `?` stand first and at most one
/// `*` follows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pattern(Vec<Token>);

impl Pattern {
    pub(super) fn push_text(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Token::Literal(before)) => before.push_str(text),
            _ => self.0.push(Token::Literal(text.to_owned())),
        }
    }

    pub(super) fn push_one(&mut self) {
        match self.0.last() {
            Some(Token::AnyRun) => self.0.insert(self.0.len() - 1, Token::AnyOne),
            _ => self.0.push(Token::AnyOne),
        }
    }

    pub(super) fn push_ones(&mut self, count: usize) {
        for _ in 0..count {
            self.push_one();
        }
    }

    pub(super) fn push_run(&mut self) {
        if self.0.last() != Some(&Token::AnyRun) {
            self.0.push(Token::AnyRun);
        }
    }

    /// Adds a text in which `?` and `*` are wildcards.
    pub(super) fn push_shape(&mut self, shape: &str) {
        let mut rest = shape;
        while let Some(at) = rest.find(['?', '*']) {
            self.push_text(&rest[..at]);
            match rest.as_bytes()[at] {
                b'?' => self.push_one(),
                _ => self.push_run(),
            }
            rest = &rest[at + 1..];
        }
        self.push_text(rest);
    }

    pub(super) fn push_all(&mut self, other: &Pattern) {
        for token in &other.0 {
            match token {
                Token::Literal(text) => self.push_text(text),
                Token::AnyOne => self.push_one(),
                Token::AnyRun => self.push_run(),
            }
        }
    }

    pub(super) fn is_literal(&self) -> bool {
        self.0
            .iter()
            .all(|token| matches!(token, Token::Literal(_)))
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.0
    }

    pub(super) fn into_tokens(self) -> Vec<Token> {
        self.0
    }
}

/// The tokens as a pattern that can be asked what it matches.
pub(super) fn glob(tokens: &[Token]) -> Glob {
    Glob::from_tokens(tokens.iter().flat_map(|token| {
        let (text, wildcard) = match token {
            Token::Literal(text) => (text.as_str(), None),
            Token::AnyOne => ("", Some(GlobToken::AnyOne)),
            Token::AnyRun => ("", Some(GlobToken::AnyRun)),
        };
        text.chars().map(GlobToken::Literal).chain(wildcard)
    }))
}
