//! Sightings in, patterns out.

use super::ground::Ground;
use super::pattern::Token;
use super::pieces::{Line, Shapes};
use super::{Learned, Level, Opened, Sighting, exact, overlap, prefix, refused, segments, tree};

/// Patterns that match all that was seen, each in the captures of one granted pattern, and none within another.
///
/// `refuse` says that a pattern would match what is known to belong to somebody else. Such a pattern does not come out,
/// but narrower ones in its place; only what was itself seen comes out whatever is said. It is asked about patterns with
/// wildcards only.
///
/// The order of the sightings changes nothing but the indices, and a capture that is one character in all of them
/// becomes a character or a `?`, as a granted `?` needs it.
///
/// ```
/// # use tightrope::generalize::{Level, Sighting, Token, generalize};
/// let sighting = Sighting {
///     captures: vec!["invoices/2026/10/02/total.csv".to_owned()],
///     days: vec![("2026-10-02".parse()?, 1)],
///     ..Sighting::default()
/// };
/// let learned = generalize(&[sighting], Level::Typed, &|_| false);
/// assert_eq!(learned[0].opened[0].to_string(), "a date or time");
/// assert_eq!(learned[0].captures[0][0], Token::Literal("invoices/20".to_owned()));
/// assert_eq!(learned[0].captures[0][1], Token::AnyOne);
/// # Ok::<(), jiff::Error>(())
/// ```
#[must_use]
pub fn generalize(
    sightings: &[Sighting],
    level: Level,
    refuse: &dyn Fn(&[Vec<Token>]) -> bool,
) -> Vec<Learned> {
    match level {
        Level::Exact => {
            let literals = sightings
                .iter()
                .map(|sighting| (exact::literal(sighting), Vec::new()));
            overlap::distinct(literals, sightings)
        }
        Level::Prefix => {
            overlap::distinct(prefix::prefixes(sightings, refuse).into_iter(), sightings)
        }
        Level::Typed => typed(sightings, refuse),
    }
}

/// Names that are opened as a whole may show others, in the folders below, so often at most.
const MOST_ROUNDS: usize = 4;

fn typed(sightings: &[Sighting], refuse: refused::Refuse<'_>) -> Vec<Learned> {
    let mut shapes = Shapes::default();
    let lines = sightings
        .iter()
        .map(|sighting| Line::of(sighting, &mut shapes));
    let mut ground = Ground {
        sightings,
        lines: lines.collect(),
        shapes,
    };
    let mut leaves = tree::grow(&ground);
    for _ in 0..MOST_ROUNDS {
        let names = segments::changing(&leaves, &ground);
        if names.is_empty() {
            break;
        }
        ground.join(names);
        leaves = tree::grow(&ground);
    }
    let leaves = refused::narrowed(leaves, &ground, refuse);
    let found = leaves.iter().map(|leaf| {
        let opened: Vec<Opened> = leaf.open.iter().map(|(_, opening)| opening.why).collect();
        (leaf.patterns(&ground), opened)
    });
    overlap::distinct(found, sightings)
}
