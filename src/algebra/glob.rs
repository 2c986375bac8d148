//! One pattern over strings.

use std::str::Chars;

/// One step of a [`Glob`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// This character.
    Literal(char),
    /// This letter, given in lower case, in either case.
    EitherCase(char),
    /// Letters that are known only at request time, for which this letter stands; see [`Unknown`].
    Unknown(Unknown),
    /// `?`: exactly one character, whichever it is.
    AnyOne,
    /// `*`: any characters, none included.
    AnyRun,
    /// Exactly one character, but no `:`.
    AnyOneInSegment,
    /// Any characters, none included, but no `:`.
    AnyRunInSegment,
}

/// A run of letters that is known only at request time, and the same wherever it stands in one request.
///
/// In the strings of a search one letter stands for it, which no wildcard takes but a run: nothing else is sure of what
/// it stands for. So what is shown of such strings holds whatever it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unknown(char);

impl Unknown {
    /// The letters that stand for unknown runs: a private plane, in which no text of AWS's has a character.
    const FIRST: char = '\u{100000}';
    const LAST: char = '\u{10fffd}';

    /// The unknown run of this number; two of the same number are the same run.
    pub fn number(number: usize) -> Unknown {
        Unknown((Self::FIRST..=Self::LAST).nth(number).unwrap_or(Self::LAST))
    }

    /// The letter that stands for it.
    pub fn letter(self) -> char {
        self.0
    }

    /// Does this letter stand for an unknown run?
    pub(super) fn is(letter: char) -> bool {
        (Self::FIRST..=Self::LAST).contains(&letter)
    }
}

impl Token {
    /// The letter that a shortest string has here: an `x` where any will do, and none for a run.
    pub(super) fn shortest(self) -> Option<char> {
        match self {
            Token::Literal(character) | Token::EitherCase(character) => Some(character),
            Token::Unknown(unknown) => Some(unknown.0),
            Token::AnyOne | Token::AnyOneInSegment => Some('x'),
            Token::AnyRun | Token::AnyRunInSegment => None,
        }
    }

    /// Is it a run of any length?
    pub(super) fn is_run(self) -> bool {
        matches!(self, Token::AnyRun | Token::AnyRunInSegment)
    }

    /// Is it one character, whichever it is?
    pub(super) fn is_one(self) -> bool {
        matches!(self, Token::AnyOne | Token::AnyOneInSegment)
    }

    /// Does it take this letter, as its one letter or as one of its run?
    ///
    /// The letter is a token so that a pattern can be read as well as a string: [`Token::AnyOne`] stands for a letter that
    /// no literal is. A run is no letter.
    pub(super) fn takes(self, letter: Token) -> bool {
        use Token::{
            AnyOne, AnyOneInSegment, AnyRun, AnyRunInSegment, EitherCase, Literal, Unknown as Run,
        };
        match (self, letter) {
            (_, AnyRun | AnyRunInSegment) => false,
            (AnyRun, _) => true,
            (Run(own), Literal(letter)) => own.0 == letter,
            (Run(own), Run(other)) => own == other,
            (_, Run(_)) => false,
            (Literal(wanted), Literal(letter)) => wanted == letter,
            (EitherCase(wanted), EitherCase(letter)) => wanted == letter,
            (EitherCase(wanted), Literal(letter)) => wanted == lower(letter),
            (AnyOne, Literal(letter)) => !Unknown::is(letter),
            (AnyOne, EitherCase(_) | AnyOne | AnyOneInSegment) => true,
            (AnyOneInSegment | AnyRunInSegment, Literal(letter)) => {
                letter != ':' && !Unknown::is(letter)
            }
            (AnyOneInSegment | AnyRunInSegment, EitherCase(_) | AnyOneInSegment) => true,
            (AnyOneInSegment | AnyRunInSegment, AnyOne) => false,
            (Literal(_) | EitherCase(_), _) | (Run(_), _) => false,
        }
    }
}

/// The letter in lower case. Only of a pair of letters, each the other in its other case: the Kelvin sign is no `K`.
pub(super) fn lower(letter: char) -> char {
    let mut folded = letter.to_lowercase();
    match (folded.next(), folded.next()) {
        (Some(folded), None) if folded.to_uppercase().eq([letter]) => folded,
        _ => letter,
    }
}

/// A pattern of literals, `?` (exactly one character) and `*` (any run, the empty one included). Both wildcards match
/// every character, `:` and `/` too.
///
/// Globs are kept in a normal form (`**` is `*`, `*?` is `?*`), so two globs of literals and of these two wildcards are
/// equal exactly when they match the same strings.
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
        let (prefix, rest) = text.split_at(text.find(['*', '?']).unwrap_or(text.len()));
        Glob::beginning_with(
            prefix,
            rest.chars().map(|character| match character {
                '*' => Token::AnyRun,
                '?' => Token::AnyOne,
                other => Token::Literal(other),
            }),
        )
    }

    /// The glob of this text, of which no character is a wildcard, and then these tokens.
    pub fn beginning_with(prefix: &str, tokens: impl IntoIterator<Item = Token>) -> Glob {
        let glob = Glob::from_tokens(tokens);
        match glob.prefix.is_empty() {
            true => Glob {
                prefix: prefix.into(),
                ..glob
            },
            false => Glob {
                prefix: format!("{prefix}{}", glob.prefix).into(),
                ..glob
            },
        }
    }

    /// The glob that matches what this one matches, whatever the case of the letters.
    pub fn in_either_case(&self) -> Glob {
        Glob::from_tokens(self.tokens().map(|token| match token {
            Token::Literal(letter) if letter.to_uppercase().ne(letter.to_lowercase()) => {
                Token::EitherCase(lower(letter))
            }
            other => other,
        }))
    }

    /// The glob of these tokens, one after the other.
    pub fn from_tokens(tokens: impl IntoIterator<Item = Token>) -> Glob {
        let mut prefix = String::new();
        let mut rest = Vec::new();
        let mut run_pending: Option<Token> = None;
        for token in tokens {
            match token {
                Token::AnyRun => run_pending = Some(token),
                Token::AnyRunInSegment => {
                    run_pending.get_or_insert(token);
                }
                Token::AnyOne if run_pending != Some(Token::AnyRunInSegment) => rest.push(token),
                Token::AnyOneInSegment if run_pending != Some(Token::AnyRun) => rest.push(token),
                other => {
                    rest.extend(run_pending.take());
                    match other {
                        Token::Literal(character) if rest.is_empty() => prefix.push(character),
                        other => rest.push(other),
                    }
                }
            }
        }
        rest.extend(run_pending);
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

    /// Does it hold letters that are known only at request time?
    pub fn has_unknown(&self) -> bool {
        self.rest
            .iter()
            .any(|token| matches!(token, Token::Unknown(_)))
    }

    /// The glob with `*` for what is known only at request time: it matches what this one might.
    pub fn widened(&self) -> Glob {
        Glob::from_tokens(self.tokens().map(|token| match token {
            Token::Unknown(_) => Token::AnyRun,
            other => other,
        }))
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

/// The greedy match: on a mismatch only the last run takes one more character, since whatever an earlier one could take
/// instead, the last one can take too. That holds for runs within a part too: only a `:` leads from one part to the
/// next, so the runs of the earlier parts have taken all that they can.
fn tokens_match(tokens: &[Token], mut text: Chars<'_>) -> bool {
    let mut at = 0;
    let mut retry: Option<(usize, Chars<'_>)> = None;
    loop {
        let before = text.clone();
        let fits = match (tokens.get(at), text.next()) {
            (Some(token), _) if token.is_run() => {
                text = before.clone();
                retry = Some((at + 1, before));
                true
            }
            (None, None) => return true,
            (Some(token), Some(letter)) => token.takes(Token::Literal(letter)),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if fits {
            at += 1;
            continue;
        }
        let Some((after_run, taken)) = &mut retry else {
            return false;
        };
        let run = tokens[*after_run - 1];
        if *after_run == tokens.len() && run == Token::AnyRun {
            return true;
        }
        match taken.next() {
            Some(letter) if run.takes(Token::Literal(letter)) => {}
            _ => return false,
        }
        at = *after_run;
        text = taken.clone();
    }
}
