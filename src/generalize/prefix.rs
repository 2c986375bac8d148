//! The usual simple way: the resource, the first segment of the path, and `*` for all the rest.

use super::Sighting;
use super::explain::Opened;
use super::pattern::Pattern;
use super::refused::Refuse;

/// Sightings that agree up to a depth.
struct Group {
    /// At least one.
    ids: Vec<usize>,
    /// How many segments after the head stay.
    depth: usize,
}

/// The prefixes. One that is refused is tried with a segment more, and in the end without a wildcard.
pub(super) fn prefixes(
    sightings: &[Sighting],
    refuse: Refuse<'_>,
) -> Vec<(Vec<Pattern>, Vec<Opened>)> {
    let single = singles(sightings);
    let mut found = Vec::new();
    let all = Group {
        ids: (0..sightings.len()).collect(),
        depth: 1,
    };
    let mut asked = parted(&all, sightings);
    while let Some(group) = asked.pop() {
        let Some(first) = group.ids.first().map(|id| &sightings[*id]) else {
            continue;
        };
        let cut = cut(first, group.depth);
        let patterns = patterns(first, cut, &single);
        let tokens: Vec<_> = patterns.iter().cloned().map(Pattern::into_tokens).collect();
        let opened = cut.map(|_| Opened::Rest);
        if opened.is_none() || !refuse(&tokens) {
            found.push((patterns, opened.into_iter().collect()));
            continue;
        }
        let deeper = Group {
            depth: group.depth + 1,
            ..group
        };
        asked.extend(parted(&deeper, sightings));
    }
    found
}

/// Groups of sightings that have the same text up to the depth.
fn parted(group: &Group, sightings: &[Sighting]) -> Vec<Group> {
    let key = |id: &usize| {
        let sighting = &sightings[*id];
        let cut = cut(sighting, group.depth);
        let mut texts = Vec::new();
        for (number, capture) in sighting.captures.iter().enumerate() {
            match cut {
                Some((last, end)) if last == number => {
                    texts.push(&capture[..end]);
                    break;
                }
                _ => texts.push(capture.as_str()),
            }
        }
        (sighting.captures.len(), cut, texts)
    };
    let mut ids: Vec<_> = group.ids.iter().map(|id| (key(id), *id)).collect();
    ids.sort_unstable();
    ids.chunk_by(|left, right| left.0 == right.0)
        .map(|ids| Group {
            ids: ids.iter().map(|(_, id)| *id).collect(),
            depth: group.depth,
        })
        .collect()
}

/// After so many slashes behind the head: in which capture, and at which byte of it. None where there are fewer.
fn cut(sighting: &Sighting, slashes: usize) -> Option<(usize, usize)> {
    let mut before = 0;
    let mut left = slashes;
    for (number, capture) in sighting.captures.iter().enumerate() {
        for (at, _) in capture.match_indices('/') {
            if before + at >= sighting.head {
                left -= 1;
            }
            if left == 0 {
                return Some((number, at + 1));
            }
        }
        before += capture.len();
    }
    None
}

fn patterns(sighting: &Sighting, cut: Option<(usize, usize)>, single: &[bool]) -> Vec<Pattern> {
    let captures = sighting.captures.iter().enumerate();
    let pattern = |(number, capture): (usize, &String)| {
        let mut pattern = Pattern::default();
        match cut {
            Some((last, _)) if number > last && single.get(number) == Some(&true) => {
                pattern.push_one();
            }
            Some((last, _)) if number > last => pattern.push_run(),
            Some((last, end)) if number == last => {
                pattern.push_text(&capture[..end]);
                if single.get(number) != Some(&true) {
                    pattern.push_run();
                }
            }
            _ => pattern.push_text(capture),
        }
        pattern
    };
    captures.map(pattern).collect()
}

/// The captures that are one character in every sighting: they may be what a `?` stood for, and no `*` fits there.
fn singles(sightings: &[Sighting]) -> Vec<bool> {
    let captures = sightings.iter().map(|sighting| sighting.captures.len());
    let is_single = |number: usize| {
        sightings.iter().all(|sighting| {
            let capture = sighting.captures.get(number);
            capture.is_none_or(|capture| capture.chars().count() == 1)
        })
    };
    (0..captures.max().unwrap_or(0)).map(is_single).collect()
}
