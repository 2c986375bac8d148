//! What is left of shapes that would match what belongs to somebody else.

use super::ground::Ground;
use super::pattern::{Pattern, Token};
use super::tree::Shape;

/// Says that a pattern would match what belongs to somebody else.
pub(super) type Refuse<'a> = &'a dyn Fn(&[Vec<Token>]) -> bool;

/// The shapes with as few places closed again as it takes: of what is open in one that is refused the weakest reason
/// goes first. A shape with nothing open stays, since it was seen.
pub(super) fn narrowed(shapes: Vec<Shape>, ground: &Ground<'_>, refuse: Refuse<'_>) -> Vec<Shape> {
    let mut kept = Vec::new();
    let mut asked = shapes;
    while let Some(shape) = asked.pop() {
        let weakest = shape.open.iter().enumerate();
        let weakest = weakest.min_by_key(|(_, (_, opening))| opening.why);
        let Some((weakest, _)) = weakest else {
            kept.push(shape);
            continue;
        };
        let patterns = shape.patterns(ground);
        let tokens: Vec<_> = patterns.into_iter().map(Pattern::into_tokens).collect();
        match refuse(&tokens) {
            true => asked.extend(closed(shape, weakest, ground)),
            false => kept.push(shape),
        }
    }
    kept
}

/// A shape for each text that stood in the opened place.
fn closed(mut shape: Shape, opened: usize, ground: &Ground<'_>) -> Vec<Shape> {
    let (place, _) = shape.open.remove(opened);
    let text = |id: &usize| ground.lines[*id].piece(place);
    shape
        .ids
        .sort_by(|left, right| text(left).cmp(text(right)).then(left.cmp(right)));
    let groups = shape.ids.chunk_by(|left, right| text(left) == text(right));
    groups
        .map(|ids| Shape {
            ids: ids.to_vec(),
            open: shape.open.clone(),
        })
        .collect()
}
