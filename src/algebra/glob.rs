//! One pattern over strings.

use std::str::Chars;

/// One step of a [`Glob`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// This character.
    Literal(char),
    /// `?`: exactly one character, whichever it is.
    AnyOne,
    /// `*`: any characters, none included.
    AnyRun,
}

impl Token {
    /// The letter that a shortest string has here: an `x` where any will do, and none for a run.
    pub(super) fn shortest(self) -> Option<char> {
        match self {
            Token::Literal(character) => Some(character),
            Token::AnyOne => Some('x'),
            Token::AnyRun => None,
        }
    }
}

/// A pattern of literals, `?` (exactly one character) and `*` (any run, the empty one included). Both wildcards match
/// every character, `:` and `/` too.
///
/// Globs are kept in a normal form (`**` is `*`, `*?` is `?*`), so two globs are equal exactly when they match the same
/// strings.
///
/// ```
/// # use tightrope::algebra::Glob;
/// assert_eq!(Glob::wildcards("a*?**"), Glob::wildcards("a?*"));
/// assert!(Glob::wildcards("s3:get*").matches("s3:getobject"));
/// assert!(!Glob::literal("*").matches("anything"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    /// The characters before the first wildcard.
    pub(super) prefix: Box<str>,
    /// The first wildcard and all that follows. In a run of wildcards the `?` stand first, and at most one `*` follows.
    pub(super) rest: Box<[Token]>,
}

impl Glob {
    /// The glob that matches `text` and nothing else: `*` and `?` in it are ordinary characters.
    pub fn literal(text: &str) -> Glob {
        Glob {
            prefix: text.into(),
            rest: Box::default(),
        }
    }

    /// The glob written as `text`, where `*` and `?` are wildcards.
    pub fn wildcards(text: &str) -> Glob {
        Glob::from_tokens(text.chars().map(|character| match character {
            '*' => Token::AnyRun,
            '?' => Token::AnyOne,
            other => Token::Literal(other),
        }))
    }

    /// The glob of these tokens, one after the other.
    pub fn from_tokens(tokens: impl IntoIterator<Item = Token>) -> Glob {
        let mut prefix = String::new();
        let mut rest = Vec::new();
        let mut run_pending = false;
        for token in tokens {
            match token {
                Token::AnyRun => run_pending = true,
                Token::AnyOne => rest.push(token),
                Token::Literal(character) => {
                    if std::mem::take(&mut run_pending) {
                        rest.push(Token::AnyRun);
                    }
                    match rest.is_empty() {
                        true => prefix.push(character),
                        false => rest.push(token),
                    }
                }
            }
        }
        if run_pending {
            rest.push(Token::AnyRun);
        }
        Glob {
            prefix: prefix.into(),
            rest: rest.into(),
        }
    }

    /// The tokens in normal form.
    pub fn tokens(&self) -> impl Iterator<Item = Token> + '_ {
        self.prefix
            .chars()
            .map(Token::Literal)
            .chain(self.rest.iter().copied())
    }

    /// The only string that this glob matches, if it has no wildcard.
    pub fn as_literal(&self) -> Option<&str> {
        self.rest.is_empty().then_some(&*self.prefix)
    }

    /// The text before its first wildcard: every string that this glob matches begins with it.
    pub fn beginning(&self) -> &str {
        &self.prefix
    }

    /// A shortest string that this glob matches, with an `x` for each `?`.
    pub fn shortest(&self) -> String {
        self.tokens().filter_map(Token::shortest).collect()
    }

    /// Is this the glob `*`, which matches every string?
    pub fn is_everything(&self) -> bool {
        self.prefix.is_empty() && *self.rest == [Token::AnyRun]
    }

    /// Does this glob match the whole of `text`? At worst the product of both lengths, without recursion.
    pub fn matches(&self, text: &str) -> bool {
        match text.strip_prefix(&*self.prefix) {
            Some(text) if self.rest.is_empty() => text.is_empty(),
            Some(text) => tokens_match(&self.rest, text.chars()),
            None => false,
        }
    }
}

/// The greedy match: on a mismatch only the last `*` takes one more character, since whatever an earlier `*` could take
/// instead, the last one can take too.
fn tokens_match(tokens: &[Token], mut text: Chars<'_>) -> bool {
    let mut at = 0;
    let mut retry: Option<(usize, Chars<'_>)> = None;
    loop {
        let before = text.clone();
        let fits = match (tokens.get(at), text.next()) {
            (Some(Token::AnyRun), _) => {
                text = before.clone();
                retry = Some((at + 1, before));
                true
            }
            (None, None) => return true,
            (Some(Token::AnyOne), Some(_)) => true,
            (Some(Token::Literal(wanted)), Some(character)) => *wanted == character,
            (None, Some(_)) | (Some(_), None) => false,
        };
        if fits {
            at += 1;
            continue;
        }
        let Some((after_run, taken)) = &mut retry else {
            return false;
        };
        if *after_run == tokens.len() {
            return true;
        }
        if taken.next().is_none() {
            return false;
        }
        at = *after_run;
        text = taken.clone();
    }
}
