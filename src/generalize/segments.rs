//! Names of several words in no one form.
//!
//! Photographs are called `IMG_0412`, `beach-7` and `Rome-final`. Word by word each is one of few, and none of the words
//! comes and goes; the whole name does. So what lies between two slashes is looked at once more when all is opened that
//! opens by itself: where ever new forms are left, the whole name is opened, and what follows it stays.

use std::collections::BTreeMap;
use std::ops::Range;

use super::evidence::{Seen, Window};
use super::ground::Ground;
use super::pattern::Pattern;
use super::pieces::Line;
use super::tree::Shape;

/// A whole name in one of the lines: the line's number and the places of its pieces.
pub(super) type Name = (usize, Range<usize>);

/// A longer text after the last dot is no ending of a file's name.
const LONGEST_ENDING: usize = 5;

/// Where names stand: what is before them, and what follows within the segment.
type Site = (Vec<Pattern>, String);

/// The names at a site, by the form that they have.
#[derive(Default)]
struct Names {
    forms: BTreeMap<Pattern, Vec<Name>>,
    /// Has any of them several words?
    composed: bool,
}

/// The names that come and go as a whole, as these leaves show.
pub(super) fn changing(leaves: &[Shape], ground: &Ground<'_>) -> Vec<Name> {
    let mut sites: BTreeMap<Site, Names> = BTreeMap::new();
    for leaf in leaves {
        note(leaf, ground, &mut sites);
    }
    sites
        .values()
        .filter(|names| names.composed)
        .flat_map(|names| names.changing(ground))
        .collect()
}

/// Notes each name of a leaf.
fn note(leaf: &Shape, ground: &Ground<'_>, sites: &mut BTreeMap<Site, Names>) {
    let Some(line) = leaf.ids.first().map(|id| &ground.lines[*id]) else {
        return;
    };
    for segment in segments(line) {
        let name = stem(line, segment.clone());
        if name.is_empty() {
            continue;
        }
        let rest = (name.end..=segment.end).map(|place| line.piece(place));
        let site = (leaf.patterns_of(ground, 0..name.start), rest.collect());
        let form = leaf.patterns_of(ground, name.clone());
        let names = sites.entry(site).or_default();
        names.composed |= name.len() > 1;
        let form = names
            .forms
            .entry(form.into_iter().next().unwrap_or_default())
            .or_default();
        form.extend(leaf.ids.iter().map(|id| (*id, name.clone())));
    }
}

impl Names {
    /// The names in forms that do not stay, where ever new forms appear.
    fn changing(&self, ground: &Ground<'_>) -> Vec<Name> {
        let ids = |names: &[Name]| names.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let all: Vec<_> = self.forms.values().flat_map(|names| ids(names)).collect();
        let window = Window::of(ground.of(&all));
        let seen = self
            .forms
            .values()
            .map(|names| Seen::of(ground.of(&ids(names))));
        let seen: Vec<_> = seen.collect();
        if !window.forms_change(&seen, all.len()) {
            return Vec::new();
        }
        let forms = self.forms.values().zip(&seen);
        forms
            .filter(|(_, seen)| !window.is_settled(seen))
            .flat_map(|(names, _)| names.iter().cloned())
            .collect()
    }
}

/// The pieces between slashes, colons and equals signs that do not name the resource itself.
fn segments<'a>(line: &'a Line<'_>) -> impl Iterator<Item = Range<usize>> + 'a {
    let ends = (line.head..line.len()).filter(|place| is_boundary(line, *place));
    let mut start = line.head;
    ends.chain([line.len()]).map(move |end| {
        let segment = start..end;
        start = end + 1;
        segment
    })
}

fn is_boundary(line: &Line<'_>, place: usize) -> bool {
    line.ends_capture(place) || matches!(line.piece(place), "/" | ":" | "=")
}

/// A segment without the ending of a file's name.
fn stem(line: &Line<'_>, segment: Range<usize>) -> Range<usize> {
    let ending = segment.end.checked_sub(2).filter(|dot| {
        *dot > segment.start
            && line.piece(*dot) == "."
            && line.piece(dot + 1).len() <= LONGEST_ENDING
    });
    segment.start..ending.unwrap_or(segment.end)
}
