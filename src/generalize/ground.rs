//! The sightings in pieces, and what they have at a place.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Sighting;
use super::class::class_of;
use super::evidence::Seen;
use super::kinds::Kind;
use super::pieces::{Line, Shapes};
use super::pool::is_strong;
use super::segments::Name;

/// What all decisions rest on.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) sightings: &'a [Sighting],
    pub(super) lines: Vec<Line<'a>>,
    pub(super) shapes: Shapes,
}

/// The sightings that have one text at the place.
#[derive(Debug)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) kind: Option<Kind>,
    pub(super) sure: bool,
    pub(super) ids: Vec<usize>,
    pub(super) seen: Seen,
}

impl Ground<'_> {
    /// Makes one piece of each of these names.
    pub(super) fn join(&mut self, mut names: Vec<Name>) {
        // From the right, so that the places before stay what they are.
        names.sort_unstable_by_key(|(id, places)| (*id, Reverse(places.start)));
        for (id, places) in names {
            self.lines[id].join(places);
        }
    }

    /// The sightings of these numbers.
    pub(super) fn of<'a>(
        &'a self,
        ids: impl IntoIterator<Item = &'a usize, IntoIter: Clone>,
    ) -> impl Iterator<Item = &'a Sighting> + Clone {
        ids.into_iter().map(|id| &self.sightings[*id])
    }

    /// How many places from this one on have the same text in all of the sightings, and none that is sure to change.
    pub(super) fn agreed(&self, ids: &[usize], place: usize) -> usize {
        let Some(first) = ids.first().map(|id| &self.lines[*id]) else {
            return 0;
        };
        let mut agreed = first.len().saturating_sub(place);
        for id in ids {
            let line = &self.lines[*id];
            let same = |place: &usize| {
                let kind = line.kind(*place);
                kind.is_some_and(|kind| (kind == Kind::Edge) == first.ends_capture(*place))
                    && !line.is_sure(*place)
                    && !may_pool(line, *place)
                    && line.piece(*place) == first.piece(*place)
            };
            agreed = (place..place + agreed).take_while(same).count();
        }
        agreed
    }

    /// The values at this place.
    pub(super) fn values(&self, ids: Vec<usize>, place: usize) -> Vec<Value<'_>> {
        let mut places: HashMap<Key<'_>, usize> = HashMap::new();
        let mut values: Vec<(Key<'_>, Vec<usize>)> = Vec::new();
        for id in ids {
            let line = &self.lines[id];
            let kind = line.kind(place);
            // A line that has ended is not one whose capture ends here.
            let key = (
                kind.is_some(),
                kind.filter(|kind| matches!(kind, Kind::Edge | Kind::Name)),
                line.piece(place),
            );
            let at = *places.entry(key).or_insert(values.len());
            match values.get_mut(at) {
                Some((_, ids)) => ids.push(id),
                None => values.push((key, vec![id])),
            }
        }
        values.sort_unstable_by_key(|(key, _)| *key);
        let values = values.into_iter();
        values
            .map(|((.., text), ids)| self.value(text, ids, place))
            .collect()
    }

    fn value<'a>(&'a self, text: &'a str, ids: Vec<usize>, place: usize) -> Value<'a> {
        let lines = || ids.iter().map(|id| &self.lines[*id]);
        // Of kinds that depend on the time of use the sure one counts, whatever the order.
        let sure = lines().filter(|line| line.is_sure(place));
        let sure = sure.filter_map(|line| line.kind(place)).max();
        Value {
            text,
            sure: sure.is_some(),
            kind: sure.or_else(|| lines().filter_map(|line| line.kind(place)).max()),
            seen: Seen::of(self.of(&ids)),
            ids,
        }
    }
}

/// Whether there is a piece, whether a capture ends with it or it is a whole name, and its text.
type Key<'a> = (bool, Option<Kind>, &'a str);

/// May the piece be opened by what stands in neighbouring folders?
fn may_pool(line: &Line<'_>, place: usize) -> bool {
    let text = line.piece(place);
    let class = line.kind(place).and_then(|kind| class_of(kind, text));
    class.is_some_and(|class| is_strong(class, text))
}
