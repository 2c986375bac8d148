//! Of covers that cost the same, one that covers fewer free cells: a line moves to a rectangle where it covers less that
//! nobody asked for.

use super::block::{Block, covers, surplus};
use super::part::Part;
use super::polish::trimmed;
use super::price::Tariff;

/// The most rectangles, times the lines of a side, among which lines are moved.
const MOST_WORK: usize = 1_000;

/// The cover after all such moves; never dearer, and with no more surplus.
pub(super) fn lessened(part: &Part, tariff: &Tariff, mut blocks: Vec<Block>) -> Vec<Block> {
    let turned = part.transposed();
    let lines = part.rows.len().max(part.columns.len());
    if blocks.len() * lines > MOST_WORK {
        return blocks;
    }
    while surplus(part, &blocks) > 0 {
        let moved = with_a_row_moved((part, &turned), tariff, &blocks).or_else(|| {
            let sideways: Vec<_> = blocks.iter().cloned().map(Block::transposed).collect();
            let moved = with_a_row_moved((&turned, part), tariff, &sideways)?;
            Some(moved.into_iter().map(Block::transposed).collect())
        });
        match moved {
            Some(moved) => blocks = moved,
            None => break,
        }
    }
    blocks
}

/// The first cover that costs no more and has less surplus, with a row in one rectangle instead of another.
fn with_a_row_moved(both: (&Part, &Part), tariff: &Tariff, blocks: &[Block]) -> Option<Vec<Block>> {
    let (part, _) = both;
    let (cost, most) = (tariff.all(part, blocks), surplus(part, blocks));
    for (from, block) in blocks.iter().enumerate() {
        for row in block.rows.ones() {
            for to in (0..blocks.len()).filter(|&to| !blocks[to].rows.contains(row)) {
                let mut moved = blocks.to_vec();
                moved[from].rows.set(row, false);
                moved[to].rows.insert(row);
                if surplus(part, &moved) < most && covers(part, &moved) {
                    let moved = trimmed(both, tariff, moved);
                    if tariff.all(part, &moved) <= cost {
                        return Some(moved);
                    }
                }
            }
        }
    }
    None
}
