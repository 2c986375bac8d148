//! Small steps that make a cover cheaper, until none does.

use fixedbitset::FixedBitSet;

use super::block::{Block, uncovered_of};
use super::part::Part;
use super::price::Tariff;
use super::start::only;

/// The most rectangles, times the required cells, of which every two are tried as one, and each as none.
const MOST_WORK: usize = 20_000;

/// The cover after all steps that make it cheaper: lines and rectangles that nothing needs taken out, two rectangles
/// made one, and a rectangle taken out with its cells left to others. Never dearer than the cover was.
pub(super) fn polished(part: &Part, tariff: &Tariff, mut blocks: Vec<Block>) -> Vec<Block> {
    let both = (part, &part.transposed());
    loop {
        blocks = trimmed(both, tariff, blocks);
        if blocks.len() * part.required_cells() > MOST_WORK {
            return blocks;
        }
        let cost = tariff.all(part, &blocks);
        let cheaper =
            joined(part, tariff, &blocks).or_else(|| without_one(both, tariff, &blocks, cost));
        match cheaper {
            Some(cheaper) => blocks = cheaper,
            None => return blocks,
        }
    }
}

/// Takes out each line, the heaviest first, without which its rectangle's required cells are covered all the same; the
/// rectangle as well when nothing is left of it. The part is given with its transposition.
pub(super) fn trimmed(
    (part, turned): (&Part, &Part),
    tariff: &Tariff,
    blocks: Vec<Block>,
) -> Vec<Block> {
    let rows_trimmed = without_needless_rows(part, tariff, blocks);
    let sideways = rows_trimmed.into_iter().map(Block::transposed).collect();
    let both = without_needless_rows(turned, tariff, sideways);
    both.into_iter().map(Block::transposed).collect()
}

fn without_needless_rows(part: &Part, tariff: &Tariff, mut blocks: Vec<Block>) -> Vec<Block> {
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        order.extend(block.rows.ones().map(|row| (place, row)));
    }
    order.sort_by_key(|&(place, row)| (std::cmp::Reverse(tariff.line(&part.rows[row])), place));
    for (place, row) in order {
        let mut needed = part.required[row].clone();
        needed.intersect_with(&blocks[place].columns);
        for (other, block) in blocks.iter().enumerate() {
            if other != place && block.rows.contains(row) {
                needed.difference_with(&block.columns);
            }
        }
        if needed.is_clear() {
            blocks[place].rows.set(row, false);
        }
    }
    blocks.retain(|block| !block.rows.is_clear());
    blocks
}

/// The cover with the two rectangles made one that saves most.
fn joined(part: &Part, tariff: &Tariff, blocks: &[Block]) -> Option<Vec<Block>> {
    let mut best: Option<(u128, usize, usize, Block)> = None;
    for (place, one) in blocks.iter().enumerate() {
        for (before, other) in blocks[..place].iter().enumerate() {
            let joined = one.joined(other);
            let apart = tariff.block(part, one) + tariff.block(part, other);
            let saved = apart.saturating_sub(tariff.block(part, &joined));
            if best.as_ref().is_none_or(|(most, ..)| saved > *most)
                && saved > 0
                && joined.is_allowed(part)
            {
                best = Some((saved, before, place, joined));
            }
        }
    }
    let (_, before, place, joined) = best?;
    let mut blocks = blocks.to_vec();
    blocks.remove(place);
    blocks[before] = joined;
    Some(blocks)
}

/// The cover with a rectangle fewer, whose cells others have taken over, if that is cheaper.
fn without_one(
    both: (&Part, &Part),
    tariff: &Tariff,
    blocks: &[Block],
    cost: u128,
) -> Option<Vec<Block>> {
    let (part, _) = both;
    let try_without = |place| {
        let mut others = blocks.to_vec();
        others.remove(place);
        let others = completed(part, tariff, others);
        let others = trimmed(both, tariff, others);
        (tariff.all(part, &others) < cost).then_some(others)
    };
    (0..blocks.len()).find_map(try_without)
}

/// Covers what is left: each row's by a rectangle that can take the row in, if that is cheaper, and by a new one
/// otherwise.
pub(super) fn completed(part: &Part, tariff: &Tariff, mut blocks: Vec<Block>) -> Vec<Block> {
    for row in 0..part.rows.len() {
        loop {
            let left = &uncovered_of(part, &blocks, row);
            if left.is_clear() {
                break;
            }
            let alone = Block {
                rows: only(row, part.rows.len()),
                columns: left.clone(),
            };
            let fresh = (tariff.block(part, &alone), left.count_ones(..) as u128);
            let wider = blocks.iter().enumerate().filter_map(|(place, block)| {
                let (wider, covered) = widened(part, block, row, left);
                let more = tariff.block(part, &wider) - tariff.block(part, block);
                (covered > 0 && wider.is_allowed(part)).then_some((more, covered, place, wider))
            });
            let best = wider.min_by(|one, other| (one.0 * other.1).cmp(&(other.0 * one.1)));
            match best {
                Some((more, covered, place, wider)) if more * fresh.1 < fresh.0 * covered => {
                    blocks[place] = wider
                }
                _ => blocks.push(alone),
            }
        }
    }
    blocks
}

/// The rectangle with this row, or, if it has it, with the columns that are left of it; and how many it covers of them.
fn widened(part: &Part, block: &Block, row: usize, left: &FixedBitSet) -> (Block, u128) {
    let mut wider = block.clone();
    if !block.rows.contains(row) {
        wider.rows.insert(row);
        return (wider, left.intersection_count(&block.columns) as u128);
    }
    for column in left.ones() {
        let mut rows = block.rows.ones();
        if rows.all(|row| part.allowed[row].contains(column)) {
            wider.columns.insert(column);
        }
    }
    let covered = left.intersection_count(&wider.columns) as u128;
    (wider, covered)
}
