//! The strings that lie in several sets at once, cut into pieces that are searched one by one.
//!
//! A search over one glob at a time visits the sum of what the globs reach; over a union of them it would visit the
//! product. And a piece that is a single string needs no search.

use std::sync::LazyLock;

use super::glob::Glob;
use super::prefixes::Prefixes;
use super::request::{Product, Strings};

/// A set of strings, with its globs in order.
#[derive(Debug)]
pub(super) struct Sorted<'a> {
    pub(super) strings: &'a Strings,
    pub(super) prefixes: Prefixes<'a>,
}

impl<'a> Sorted<'a> {
    fn new(strings: &'a Strings) -> Sorted<'a> {
        Sorted {
            strings,
            prefixes: Prefixes::new(strings.globs().iter()),
        }
    }
}

/// A product whose sets of strings are sorted, ready to stand inside of a question.
#[derive(Debug)]
pub(super) struct Inside<'a> {
    pub(super) product: &'a Product,
    pub(super) action: Sorted<'a>,
    pub(super) resource: Sorted<'a>,
}

impl<'a> Inside<'a> {
    pub(super) fn new(product: &'a Product) -> Inside<'a> {
        Inside {
            product,
            action: Sorted::new(&product.action),
            resource: Sorted::new(&product.resource),
        }
    }
}

/// The glob `*`.
static EVERYTHING: LazyLock<Glob> = LazyLock::new(|| Glob::wildcards("*"));

/// All strings.
pub(super) fn everything() -> Shared<'static> {
    Shared::new(&EVERYTHING, vec![])
}

/// The strings that all of some globs match, and maybe more when some of them hold what is known only at request time.
#[derive(Clone, Debug)]
pub(super) enum Piece<'a> {
    /// One string.
    Text(&'a str),
    /// What these globs share, each of them with a wildcard.
    Globs(Shared<'a>),
}

/// One glob or more.
#[derive(Clone, Debug)]
pub(super) struct Shared<'a> {
    /// The glob with the longest text before its first wildcard: every shared string begins with that.
    pub(super) longest: &'a Glob,
    pub(super) others: Vec<&'a Glob>,
}

impl<'a> Shared<'a> {
    /// What is known only at request time stands for itself in the strings of a piece, and for anything in the globs
    /// beside it: so a glob that holds some stands alone.
    fn new(glob: &'a Glob, mut others: Vec<&'a Glob>) -> Shared<'a> {
        let mut globs = std::iter::once(glob).chain(others.iter().copied());
        if let Some(alone) = globs.find(|glob| glob.has_unknown()) {
            return Shared {
                longest: alone,
                others: vec![],
            };
        }
        let mut longest = glob;
        for other in &mut others {
            if other.prefix.len() > longest.prefix.len() {
                std::mem::swap(&mut longest, other);
            }
        }
        Shared { longest, others }
    }

    /// Does it hold what is known only at request time?
    pub(super) fn has_unknown(&self) -> bool {
        self.longest.has_unknown()
    }

    /// Might every glob match the text?
    fn might_hold(&self, text: &str) -> bool {
        self.globs().all(|own| match own.has_unknown() {
            true => own.widened().matches(text),
            false => own.matches(text),
        })
    }

    /// Is it sure that `glob` matches no string of this?
    pub(super) fn is_apart_from(&self, glob: &Glob) -> bool {
        let glob = glob.widened();
        let apart = |own: &Glob| own.widened().overlap(&glob).is_none();
        self.globs().any(apart)
    }

    pub(super) fn globs(&self) -> impl Iterator<Item = &'a Glob> + '_ {
        std::iter::once(self.longest).chain(self.others.iter().copied())
    }
}

/// The strings that are in all of some sets: in one of the pieces, and matched by no glob of `except`.
#[derive(Debug)]
pub(super) struct Common<'a> {
    pub(super) pieces: Vec<Piece<'a>>,
    pub(super) except: Vec<&'a Prefixes<'a>>,
}

impl<'a> Common<'a> {
    /// Cuts what is in all of `sets` into pieces.
    pub(super) fn new(sets: impl Iterator<Item = &'a Sorted<'a>>) -> Common<'a> {
        let mut pieces: Option<Vec<Piece<'a>>> = None;
        let mut except = Vec::new();
        for set in sets {
            match (set.strings, &mut pieces) {
                (Strings::NoneOf(_), _) => except.push(&set.prefixes),
                (Strings::AnyOf(globs), _) if globs.iter().any(Glob::is_everything) => {}
                (Strings::AnyOf(globs), None) => {
                    pieces = Some(globs.iter().map(Piece::from).collect())
                }
                (Strings::AnyOf(_), Some(pieces)) => {
                    *pieces = pieces
                        .drain(..)
                        .flat_map(|piece| piece.narrowed(&set.prefixes))
                        .collect();
                }
            }
        }
        let mut pieces = pieces.unwrap_or_else(|| vec![Piece::from(&*EVERYTHING)]);
        pieces.retain(|piece| match piece {
            Piece::Text(text) => !except
                .iter()
                .any(|globs| globs.matching(text).next().is_some()),
            Piece::Globs(_) => true,
        });
        Common { pieces, except }
    }
}

impl Common<'_> {
    /// A shortest string of a piece, if that is plain to see.
    pub(super) fn plain_text(&self, piece: &Shared<'_>) -> Option<String> {
        let text = piece.others.is_empty().then(|| piece.longest.shortest())?;
        self.except
            .iter()
            .all(|globs| globs.matching(&text).next().is_none())
            .then_some(text)
    }
}

impl<'a> From<&'a Glob> for Piece<'a> {
    fn from(glob: &'a Glob) -> Piece<'a> {
        glob.as_literal()
            .map_or_else(|| Piece::Globs(Shared::new(glob, vec![])), Piece::Text)
    }
}

impl<'a> Piece<'a> {
    /// What this piece shares with each glob of a union.
    fn narrowed(self, union: &Prefixes<'a>) -> Vec<Piece<'a>> {
        let shared = match self {
            Piece::Text(text) => {
                let shared = union.might_match(text);
                return shared.then_some(self).into_iter().collect();
            }
            Piece::Globs(shared) => shared,
        };
        let mut narrowed = Vec::new();
        for (_, glob) in union.near(shared.longest) {
            if shared.globs().any(|own| glob.covers(own)) {
                return vec![Piece::Globs(shared)];
            }
            match glob.as_literal() {
                Some(text) if shared.might_hold(text) => narrowed.push(Piece::Text(text)),
                Some(_) => {}
                None => {
                    let kept = shared.globs().filter(|own| !own.covers(glob)).collect();
                    narrowed.push(Piece::Globs(Shared::new(glob, kept)));
                }
            }
        }
        narrowed
    }
}
