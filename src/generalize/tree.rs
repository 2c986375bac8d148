//! The tree of equal beginnings, grown from the first piece on. Values that are opened share what follows them.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::ground::Ground;
use super::opening::{Opening, branches};
use super::pattern::Pattern;

/// The sightings of a leaf: equal but for what is open.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// At least one.
    pub(super) ids: Vec<usize>,
    /// The opened places, from the left.
    pub(super) open: Vec<(usize, Rc<Opening>)>,
}

/// All leaves.
pub(super) fn grow(ground: &Ground<'_>) -> Vec<Shape> {
    let mut leaves = Vec::new();
    let pool = OnceCell::new();
    let mut roots: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (id, sighting) in ground.sightings.iter().enumerate() {
        roots.entry(sighting.captures.len()).or_default().push(id);
    }
    let root = |ids| Shape {
        ids,
        open: Vec::new(),
    };
    let mut growing: Vec<_> = roots.into_values().map(|ids| (root(ids), 0)).collect();
    while let Some((shape, place)) = growing.pop() {
        let place = place + ground.agreed(&shape.ids, place);
        let ended = |id: &usize| ground.lines[*id].len() <= place;
        if shape.ids.iter().all(ended) {
            leaves.push(shape);
            continue;
        }
        let parts = branches(ground, &pool, shape.ids, place);
        for (ids, opening) in parts {
            let opened = opening.map(|opening| (place, opening));
            let open = shape.open.iter().cloned().chain(opened).collect();
            growing.push((Shape { ids, open }, place + 1));
        }
    }
    leaves
}

impl Shape {
    /// The pattern of each capture.
    pub(super) fn patterns(&self, ground: &Ground<'_>) -> Vec<Pattern> {
        let Some(id) = self.ids.first() else {
            return Vec::new();
        };
        match ground.sightings[*id].captures.is_empty() {
            true => Vec::new(),
            false => self.patterns_of(ground, 0..ground.lines[*id].len()),
        }
    }

    /// The pattern of these places, which are of one capture or several.
    pub(super) fn patterns_of(&self, ground: &Ground<'_>, places: Range<usize>) -> Vec<Pattern> {
        let Some(line) = self.ids.first().map(|id| &ground.lines[*id]) else {
            return Vec::new();
        };
        let mut patterns = Vec::new();
        let mut pattern = Pattern::default();
        let first = self
            .open
            .partition_point(|(opened, _)| *opened < places.start);
        let mut open = self.open[first..].iter().peekable();
        for place in places {
            if let Some((_, opening)) = open.next_if(|(opened, _)| *opened == place) {
                pattern.push_all(&opening.pattern);
            } else if line.ends_capture(place) {
                patterns.push(std::mem::take(&mut pattern));
            } else {
                pattern.push_text(line.piece(place));
            }
        }
        patterns.push(pattern);
        patterns
    }
}
