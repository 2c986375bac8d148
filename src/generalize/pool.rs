//! Ids of neighbouring folders, taken together.
//!
//! Two UUIDs below each of five names are not enough to open any of the five places, but ten UUIDs that come and go are
//! enough to tell what UUIDs do there.

use std::collections::{BTreeMap, HashMap};

use super::class::{Class, class_of};
use super::evidence::{Seen, Window};
use super::ground::Ground;

/// Where ids stand alike: their class, how deep, and what follows them.
type Site<'a> = (Class<'a>, usize, &'a str);

/// The sites at which ids come and go, each with its time.
#[derive(Debug)]
pub(super) struct Pool<'a>(BTreeMap<Site<'a>, Window>);

/// Shorter ids and numbers may mean something.
const SHORTEST_ID: usize = 8;
const SHORTEST_NUMBER: usize = 5;

impl<'a> Pool<'a> {
    pub(super) fn of(ground: &'a Ground<'a>) -> Pool<'a> {
        let mut sites: BTreeMap<Site<'a>, HashMap<&'a str, Vec<usize>>> = BTreeMap::new();
        for (id, line) in ground.lines.iter().enumerate() {
            let mut depth = 0;
            for place in 0..line.len() {
                let text = line.piece(place);
                depth += usize::from(text == "/");
                let class = line.kind(place).and_then(|kind| class_of(kind, text));
                if let Some(class) = class.filter(|class| is_strong(*class, text)) {
                    let site = sites.entry((class, depth, line.piece(place + 1)));
                    site.or_default().entry(text).or_default().push(id);
                }
            }
        }
        let changing = sites.into_iter().filter_map(|(site, texts)| {
            let window = Window::of(ground.of(texts.values().flatten()));
            let seen: Vec<_> = texts.values().map(|ids| Seen::of(ground.of(ids))).collect();
            window.ids_change(&seen).then_some((site, window))
        });
        Pool(changing.collect())
    }

    /// Does this id come and go, as those of its site do?
    pub(super) fn changes(
        &self,
        ground: &'a Ground<'a>,
        (id, place): (usize, usize),
        class: Class<'_>,
        seen: &Seen,
    ) -> bool {
        let line = &ground.lines[id];
        let depth = (0..=place)
            .filter(|place| line.piece(*place) == "/")
            .count();
        let window = self.0.get(&(class, depth, line.piece(place + 1)));
        window.is_some_and(|window| window.is_passing(seen))
    }
}

/// Is it an id that means nothing by itself?
pub(super) fn is_strong(class: Class<'_>, text: &str) -> bool {
    match class {
        Class::Uuid | Class::Hex(_) | Class::Time(_) => true,
        Class::Random => text.len() >= SHORTEST_ID,
        Class::Number => text.len() >= SHORTEST_NUMBER,
        Class::Numbered(_) | Class::Version(_) | Class::Secret | Class::Name => false,
    }
}
