//! The lazy automaton of one piece of the inside and the outside sides near it, read together letter by letter.
//!
//! Its states are sparse: per glob only the live places (see `places`), per side nothing once it is decided for every
//! continuation.

use super::glob::{Glob, Token};
use super::outside::Line;
use super::pieces::Shared;
use super::prefixes::Prefixes;

/// What a glob's side has to do with the strings searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Inside: the string must be matched.
    Wanted,
    /// Inside: the string must not be matched.
    Refused,
    /// Outside: the side holds what is matched.
    AnyOf(usize),
    /// Outside: the side holds what is not matched.
    NoneOf(usize),
}

/// The globs that a search in one piece has to watch, those of one side next to each other.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    piece: &'a Shared<'a>,
    sides: Vec<Role>,
    /// Each glob with its side.
    globs: Vec<(&'a Glob, usize)>,
    /// The outside sides that hold every string of the piece because none of their globs can match one.
    met: Vec<usize>,
}

/// All that matters of a string for its continuations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The live places of each glob, one glob after the other.
    places: Vec<usize>,
    /// Which globs these are, with the end of their places. The globs of a decided side are gone.
    globs: Vec<(usize, usize)>,
    /// The outside sides that hold every continuation, ascending.
    pub(super) met: Vec<usize>,
}

impl State {
    /// How much a step from here has to look at.
    pub(super) fn size(&self) -> usize {
        self.places.len() + self.met.len() + 1
    }
}

/// The letters that a witness shows where any letter will do, in the order of preference.
const READABLE: &str = "xyzabcdefghijklmnopqrstuvw0123456789";

impl<'a> Chart<'a> {
    /// Watches `piece`, the globs inside that a string must not match, and the `survivors` of the outside.
    pub(super) fn new(
        piece: &'a Shared<'a>,
        except: &[&Prefixes<'a>],
        line: &Line<'a>,
        survivors: &[usize],
    ) -> Chart<'a> {
        let mut chart = Chart {
            piece,
            sides: vec![],
            globs: vec![],
            met: vec![],
        };
        for glob in piece.globs() {
            chart.watch(Role::Wanted, [glob]);
        }
        // What is excluded may be what an unknown run of the piece stands for, or may not.
        let sure = |except: &&&Prefixes<'a>| !piece.has_unknown() && !except.has_unknown();
        for prefixes in except.iter().filter(sure) {
            chart.watch(
                Role::Refused,
                prefixes.near(piece.longest).map(|(_, glob)| glob),
            );
        }
        let owned = line
            .globs
            .near(piece.longest)
            .map(|(number, glob)| (line.owner[number], number, glob));
        let possible =
            owned.filter(|(_, _, glob)| !except.iter().any(|refused| refused.cover(glob)));
        let mut near: Vec<_> = possible
            .filter(|(side, ..)| survivors.binary_search(side).is_ok())
            .collect();
        near.sort_unstable_by_key(|(_, number, _)| *number);
        for side in near.chunk_by(|one, other| one.0 == other.0) {
            let class = side[0].0;
            let globs = || side.iter().map(|(_, _, glob)| *glob);
            let unknown = piece.has_unknown() || globs().any(Glob::has_unknown);
            match (line.any_of[class], unknown) {
                (true, _) => chart.watch(Role::AnyOf(class), globs()),
                (false, false) => chart.watch(Role::NoneOf(class), globs()),
                (false, true) if globs().all(|glob| piece.is_apart_from(glob)) => {
                    chart.met.push(class);
                }
                // Whether it holds a string depends on what is known only at request time.
                (false, true) => {}
            }
        }
        let far = |side: &usize| near.binary_search_by_key(side, |(near, ..)| *near).is_err();
        let survives = |side: &usize| survivors.binary_search(side).is_ok();
        let far = line.none_of.iter().copied().filter(survives).filter(far);
        chart.met.extend(far);
        chart.met.sort_unstable();
        chart
    }

    fn watch(&mut self, role: Role, globs: impl IntoIterator<Item = &'a Glob>) {
        let side = self.sides.len();
        self.globs
            .extend(globs.into_iter().map(|glob| (glob, side)));
        self.sides.push(role);
    }

    /// The text that every string of the piece begins with.
    pub(super) fn beginning(&self) -> &'a str {
        &self.piece.longest.prefix
    }

    /// The state after [`Chart::beginning`]; `None` when no string of the piece is inside.
    pub(super) fn start(&self) -> Option<State> {
        let globs = (0..self.globs.len()).map(|glob| (glob, 0)).collect();
        let blank = State {
            places: vec![],
            globs,
            met: self.met.clone(),
        };
        self.moved(&blank, |glob, role, _, places| {
            let covering = role != Role::Wanted && self.piece.globs().any(|own| glob.covers(own));
            covering || self.begin(glob, places)
        })
    }

    /// The places of `glob` after the beginning. True when it matches every continuation.
    fn begin(&self, glob: &Glob, places: &mut Vec<usize>) -> bool {
        let beginning = self.beginning();
        let Some(beyond) = beginning.get(glob.prefix.len()..) else {
            places.push(beginning.len());
            return false;
        };
        let after = glob.places_after(glob.prefix.len(), beyond.chars().map(Token::Literal));
        places.extend(after.iter().flatten());
        after.is_none()
    }

    /// The state after one more `letter`; `None` when no continuation is inside.
    pub(super) fn step(&self, from: &State, letter: char) -> Option<State> {
        self.moved(from, |glob, _, places, next| {
            glob.advance(places, Token::Literal(letter), next)
        })
    }

    /// The state whose places `advance` derives from those of `from`, glob by glob.
    fn moved(
        &self,
        from: &State,
        advance: impl Fn(&Glob, Role, &[usize], &mut Vec<usize>) -> bool,
    ) -> Option<State> {
        let mut next = State {
            met: from.met.clone(),
            ..State::default()
        };
        let mut start = 0;
        for side in self.live_sides(from) {
            let role = self.role(side);
            let before = (next.globs.len(), next.places.len());
            let mut everything = false;
            for &(glob, end) in side {
                let places = &from.places[std::mem::replace(&mut start, end)..end];
                let had = next.places.len();
                everything |= advance(self.globs[glob].0, role, places, &mut next.places);
                if next.places.len() > had {
                    next.globs.push((glob, next.places.len()));
                }
            }
            next.settle(role, everything, before)?;
        }
        next.met.sort_unstable();
        Some(next)
    }

    fn live_sides<'s>(&self, state: &'s State) -> impl Iterator<Item = &'s [(usize, usize)]> {
        state
            .globs
            .chunk_by(|one, other| self.globs[one.0].1 == self.globs[other.0].1)
    }

    fn role(&self, side: &[(usize, usize)]) -> Role {
        self.sides[self.globs[side[0].0].1]
    }

    /// The outside sides that hold the string of this state, ascending; `None` when the string is not inside.
    pub(super) fn holding(&self, state: &State) -> Option<Vec<usize>> {
        let mut holding = state.met.clone();
        for side in self.live_sides(state) {
            let at_end = |(glob, end): &(usize, usize)| {
                self.globs[*glob].0.token(state.places[end - 1]).is_none()
            };
            match (self.role(side), side.iter().any(at_end)) {
                (Role::Wanted, false) | (Role::Refused, true) => return None,
                (Role::AnyOf(class), true) | (Role::NoneOf(class), false) => holding.push(class),
                _ => {}
            }
        }
        holding.sort_unstable();
        Some(holding)
    }

    /// The letters to go on with: one that no live place names, then each that one does.
    pub(super) fn letters(&self, state: &State) -> Vec<char> {
        let mut start = 0;
        let mut letters = Vec::new();
        for &(glob, end) in &state.globs {
            let places = &state.places[std::mem::replace(&mut start, end)..end];
            for token in places
                .iter()
                .filter_map(|place| self.globs[glob].0.token(*place))
            {
                match token {
                    Token::Literal(letter) => letters.push(letter),
                    Token::EitherCase(letter) => {
                        letters.push(letter);
                        letters.extend(letter.to_uppercase());
                    }
                    Token::Unknown(unknown) => letters.push(unknown.letter()),
                    Token::AnyOneInSegment | Token::AnyRunInSegment => letters.push(':'),
                    Token::AnyOne | Token::AnyRun => {}
                }
            }
        }
        letters.sort_unstable();
        letters.dedup();
        let mut others = READABLE.chars().chain('\u{a1}'..=char::MAX);
        let other = others.find(|other| letters.binary_search(other).is_err());
        // `true` rather than `TRUE`, where both will do.
        letters.sort_by_key(|letter| letter.is_uppercase());
        other.into_iter().chain(letters).collect()
    }
}

impl State {
    /// Drops what is decided of the side that was added last, `before` which the state was that large. `None` when the
    /// side leaves no string inside.
    fn settle(&mut self, role: Role, everything: bool, before: (usize, usize)) -> Option<()> {
        let alive = self.globs.len() > before.0;
        match role {
            Role::Wanted if !everything && !alive => return None,
            Role::Refused if everything => return None,
            Role::AnyOf(class) if everything => self.met.push(class),
            Role::NoneOf(class) if !everything && !alive => self.met.push(class),
            _ => {}
        }
        if everything {
            self.globs.truncate(before.0);
            self.places.truncate(before.1);
        }
        Some(())
    }
}
