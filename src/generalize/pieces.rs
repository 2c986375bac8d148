//! A sighting in pieces: words, separators, times and ids.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::Sighting;
use super::clock::Clock;
use super::kinds::{Kind, UUID, begins_with_uuid, is_random_run, of_token, version};
use super::times;

/// So many pieces of a text are told apart, and all that follows is one word. No key or ARN has as many.
const MOST_PIECES: usize = 512;

/// A piece of a line. It begins where the one before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    end: usize,
    kind: Kind,
    /// Does one observation show that it changes?
    sure: bool,
}

/// The captures of a sighting as one text, in pieces.
#[derive(Debug)]
pub(super) struct Line<'a> {
    text: Cow<'a, str>,
    pieces: Vec<Piece>,
    /// How many of the pieces name the resource itself.
    pub(super) head: usize,
}

/// The shapes of times, each with its number.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    numbers: BTreeMap<String, u32>,
    texts: Vec<String>,
}

impl Shapes {
    fn number(&mut self, shape: String) -> u32 {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(shape).or_insert_with_key(|shape| {
            self.texts.push(shape.clone());
            next
        })
    }

    /// The shape of this number.
    pub(super) fn text(&self, number: u32) -> &str {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.texts.get(place).map_or("*", String::as_str)
    }
}

impl<'a> Line<'a> {
    pub(super) fn of(sighting: &'a Sighting, shapes: &mut Shapes) -> Line<'a> {
        let text = match sighting.captures.as_slice() {
            [capture] => Cow::Borrowed(capture.as_str()),
            captures => Cow::Owned(captures.concat()),
        };
        let head = (0..=sighting.head.min(text.len())).rev();
        let head = head.into_iter().find(|end| text.is_char_boundary(*end));
        let head = head.unwrap_or(0);
        let clock = Clock::of(sighting);
        let secret = secret_ending(sighting, &text);
        let mut reader = Reader {
            text: &text,
            pieces: Vec::with_capacity(text.len() / 3),
            clock: &clock,
            shapes,
            dated: false,
        };
        let (mut at, mut head_pieces) = (0, None);
        for (number, capture) in sighting.captures.iter().enumerate() {
            if number > 0 {
                reader.push(at, Kind::Edge, false);
            }
            let end = at + capture.len();
            for cut in [head, secret, end] {
                let cut = cut.clamp(at, end);
                match at >= secret {
                    true if cut > at => reader.push(cut, Kind::Secret, true),
                    _ => reader.read(at..cut),
                }
                at = cut;
                if at >= head && head_pieces.is_none() {
                    head_pieces = Some(reader.pieces.len());
                }
            }
        }
        let mut pieces = reader.pieces;
        pieces.shrink_to_fit();
        Line {
            head: head_pieces.unwrap_or(pieces.len()),
            pieces,
            text,
        }
    }

    /// How many pieces it has.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// What the piece at this place is.
    pub(super) fn kind(&self, place: usize) -> Option<Kind> {
        self.pieces.get(place).map(|piece| piece.kind)
    }

    /// Does this one observation show that the piece changes?
    pub(super) fn is_sure(&self, place: usize) -> bool {
        self.pieces.get(place).is_some_and(|piece| piece.sure)
    }

    /// The text of the piece at this place; nothing after the last one.
    pub(super) fn piece(&self, place: usize) -> &str {
        let Some(piece) = self.pieces.get(place) else {
            return "";
        };
        let before = place
            .checked_sub(1)
            .and_then(|place| self.pieces.get(place));
        &self.text[before.map_or(0, |piece| piece.end)..piece.end]
    }

    /// Does a capture end at this place, and another one begin?
    pub(super) fn ends_capture(&self, place: usize) -> bool {
        self.kind(place) == Some(Kind::Edge)
    }

    /// Is the piece at this place the whole of a capture?
    pub(super) fn is_whole_capture(&self, place: usize) -> bool {
        let begins = place
            .checked_sub(1)
            .is_none_or(|before| self.ends_capture(before));
        begins && (place + 1 == self.len() || self.ends_capture(place + 1))
    }

    /// Makes one piece of these, which is a name that comes and goes.
    pub(super) fn join(&mut self, places: Range<usize>) {
        let last = places.end.checked_sub(1);
        let Some(end) = last
            .and_then(|last| self.pieces.get(last))
            .map(|piece| piece.end)
        else {
            return;
        };
        let name = Piece {
            end,
            kind: Kind::Name,
            sure: true,
        };
        self.pieces.splice(places, [name]);
    }

    /// Does a slash follow somewhere after this place?
    pub(super) fn is_in_folder_name(&self, place: usize) -> bool {
        (place + 1..self.len()).any(|place| self.piece(place) == "/")
    }
}

/// Does a token begin after this byte?
fn token_begins(before: Option<u8>) -> bool {
    !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// Where the random ending of a secret's ARN begins in its captures; their end where there is none.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html>
fn secret_ending(sighting: &Sighting, captures: &str) -> usize {
    let mut parts = sighting.text.splitn(7, ':');
    let is_secret = parts.next() == Some("arn")
        && parts.nth(1) == Some("secretsmanager")
        && parts.nth(2) == Some("secret");
    let name = parts.next().filter(|_| is_secret).unwrap_or_default();
    let ending = name.as_bytes().iter().rev().take(7);
    let letters = ending
        .clone()
        .take(6)
        .filter(|byte| byte.is_ascii_alphanumeric());
    let hyphen = ending.clone().nth(6) == Some(&b'-');
    if !hyphen || letters.count() != 6 {
        return captures.len();
    }
    let common = captures.bytes().rev().zip(name.bytes().rev());
    let shared = common.take(6).take_while(|(left, right)| left == right);
    captures.len() - shared.count()
}

struct Reader<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    clock: &'a Clock,
    shapes: &'a mut Shapes,
    /// Has a day of use been read? What is random after it belongs to that day, and so does the number of a part.
    dated: bool,
}

impl Reader<'_> {
    fn push(&mut self, end: usize, kind: Kind, sure: bool) {
        self.pieces.push(Piece { end, kind, sure });
    }

    fn read(&mut self, part: Range<usize>) {
        let first = self.pieces.len();
        let text = &self.text[..part.end];
        let mut at = part.start;
        let mut token = part.start;
        while at < part.end {
            if self.pieces.len() >= MOST_PIECES {
                at = part.end;
                break;
            }
            let begins = at == token;
            if begins && begins_with_uuid(&text.as_bytes()[at..]) {
                at += UUID;
                token = at;
                self.push(at, Kind::Uuid, self.dated);
                continue;
            }
            if let Some(found) = self.time(text, at, part.start) {
                self.push_token(token..at);
                at = found.end;
                token = at;
                self.dated |= found.sure && found.day;
                let number = self.shapes.number(found.shape);
                self.push(at, Kind::Time(number), found.sure);
                continue;
            }
            if let Some(length) = version(&text.as_bytes()[at..]).filter(|_| begins) {
                at += length;
                token = at;
                self.push(at, Kind::Version, false);
                continue;
            }
            let byte = text.as_bytes()[at];
            at += 1;
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                self.push_token(token..at - 1);
                self.push(at, Kind::Separator, false);
                token = at;
            }
        }
        self.push_token(token..at);
        self.join_random(first, part.start);
        self.mark_streams(first);
    }

    /// The time that begins at this byte.
    fn time(&self, text: &str, at: usize, start: usize) -> Option<times::Found> {
        let bytes = text.as_bytes();
        let before = at.checked_sub(1).filter(|before| *before >= start);
        let before = before.map(|before| bytes[before]);
        let begins = match bytes[at] {
            b'0'..=b'9' => !before.is_some_and(|byte| byte.is_ascii_digit()),
            // As the name of a month may.
            first => b"jfmasond".contains(&first.to_ascii_lowercase()) && token_begins(before),
        };
        begins.then(|| times::find(text, at, self.clock))?
    }

    fn push_token(&mut self, token: Range<usize>) {
        if token.is_empty() {
            return;
        }
        let text = &self.text[token.clone()];
        let kind = of_token(text);
        let id = matches!(kind, Kind::Hex | Kind::Random) && text.len() >= 16;
        let part = kind == Kind::Number && text.starts_with('0') && (4..=8).contains(&text.len());
        let last = || !self.text[token.end..].contains('/');
        let sure = self.dated && (id || (part && last()));
        self.push(token.end, kind, sure);
    }

    /// Makes one piece of ids that hold hyphens and underscores.
    fn join_random(&mut self, first: usize, start: usize) {
        let mut pieces = Vec::with_capacity(self.pieces.len() - first);
        let mut at = start;
        let mut rest = &self.pieces[first..];
        while let Some(piece) = rest.first() {
            let joins = |(begin, piece): &(usize, &Piece)| match piece.kind {
                Kind::Separator => matches!(self.text.as_bytes()[*begin], b'-' | b'_'),
                Kind::Edge
                | Kind::Time(_)
                | Kind::Uuid
                | Kind::Version
                | Kind::Secret
                | Kind::Name => false,
                _ => self.text[*begin..piece.end].is_ascii(),
            };
            let begins = [at].into_iter().chain(rest.iter().map(|piece| piece.end));
            let run = begins.zip(rest).take_while(joins).count();
            let end = run.checked_sub(1).map_or(at, |last| rest[last].end);
            if run > 1 && is_random_run(&self.text[at..end]) {
                let sure = self.dated;
                pieces.push(Piece {
                    end,
                    kind: Kind::Random,
                    sure,
                });
            } else {
                pieces.extend(&rest[..run.max(1)]);
            }
            at = end.max(piece.end);
            rest = &rest[run.max(1)..];
        }
        self.pieces.truncate(first);
        self.pieces.extend(pieces);
    }

    /// The version in the name of a log stream, `2026/10/02/[12]0123…`, is another one after each deployment.
    fn mark_streams(&mut self, first: usize) {
        let pieces = &mut self.pieces[first..];
        for at in 2..pieces.len() {
            let stream = pieces[at].kind == Kind::Hex && pieces[at].sure;
            let brackets = self.text[..pieces[at - 1].end].ends_with(']');
            if stream && brackets && pieces[at - 2].kind == Kind::Number {
                pieces[at - 2].sure = true;
            }
        }
    }
}
