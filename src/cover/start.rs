//! Covers that are found fast: what the search for a best one starts from, and what stands where that is too large.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::block::Block;
use super::part::Part;
use super::polish::{completed, polished};
use super::price::Tariff;

/// The most sets of rows that the greedy cover chooses among, times the columns.
const MOST_CANDIDATES: usize = 20_000;

/// The most often that a column is looked at for the greedy cover.
const MOST_WORK: usize = 1_000_000;

/// The best of three covers: a rectangle for each row, a rectangle for each column, and greedily; each polished.
pub(super) fn start(part: &Part, tariff: &Tariff) -> Vec<Block> {
    let columns = by_row(&part.transposed());
    let columns = columns.into_iter().map(Block::transposed).collect();
    let covers = [by_row(part), columns, greedy(part, tariff)];
    let polished = covers.map(|cover| polished(part, tariff, cover));
    let best = polished
        .into_iter()
        .min_by_key(|cover| tariff.all(part, cover));
    best.unwrap_or_default()
}

/// A rectangle for each row.
pub(super) fn by_row(part: &Part) -> Vec<Block> {
    let row = |row| Block {
        rows: only(row, part.rows.len()),
        columns: part.required[row].clone(),
    };
    (0..part.rows.len()).map(row).collect()
}

pub(super) fn only(place: usize, of: usize) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(of);
    set.insert(place);
    set
}

/// Again and again the rectangle that costs least for each cell that it is the first to cover.
fn greedy(part: &Part, tariff: &Tariff) -> Vec<Block> {
    let turned = part.transposed();
    let candidates = candidates(&turned);
    let mut left = turned.required.clone();
    let mut blocks = Vec::new();
    let rounds = MOST_WORK / (candidates.len() * left.len()).max(1);
    for _ in 0..rounds {
        let offers = candidates
            .iter()
            .filter_map(|rows| offer(&turned, tariff, rows, &left));
        let best = offers.min_by(|one, other| {
            let (one_rate, other_rate) = (one.cost * other.cells, other.cost * one.cells);
            one_rate
                .cmp(&other_rate)
                .then_with(|| one.block.cmp(&other.block))
        });
        let Some(best) = best else { break };
        for column in best.block.columns.ones() {
            left[column].difference_with(&best.block.rows);
        }
        blocks.push(best.block);
    }
    // Each single row is a candidate, so something is left only when the work was too much.
    completed(part, tariff, blocks)
}

/// A rectangle, what it costs, and how many required cells it is the first to cover.
struct Offer {
    block: Block,
    cost: u128,
    cells: u128,
}

/// The best rectangle with these rows: the columns of which it covers most for their weight.
fn offer(
    turned: &Part,
    tariff: &Tariff,
    rows: &FixedBitSet,
    left: &[FixedBitSet],
) -> Option<Offer> {
    let of_column = |column: usize| {
        let cells = left[column].intersection_count(rows) as u128;
        let allowed = cells > 0 && rows.is_subset(&turned.allowed[column]);
        allowed.then(|| (column, cells, tariff.line(&turned.rows[column])))
    };
    let mut columns: Vec<_> = (0..turned.rows.len()).filter_map(of_column).collect();
    columns.sort_by(|one, other| {
        (one.2 * other.1)
            .cmp(&(other.2 * one.1))
            .then(one.0.cmp(&other.0))
    });
    let mut offer = Offer {
        block: Block {
            rows: rows.clone(),
            columns: FixedBitSet::with_capacity(turned.rows.len()),
        },
        cost: tariff.rectangle + tariff.list(rows.ones().map(|row| &turned.columns[row])),
        cells: 0,
    };
    let mut members = 0;
    for (column, cells, weight) in columns {
        let before = members > 1;
        members += turned.rows[column].members.len();
        let brackets = if !before && members > 1 {
            tariff.several
        } else {
            0
        };
        let cost = offer.cost + weight + brackets;
        if offer.cells > 0 && cost * offer.cells > offer.cost * (offer.cells + cells) {
            break;
        }
        offer.block.columns.insert(column);
        (offer.cost, offer.cells) = (cost, offer.cells + cells);
    }
    (offer.cells > 0).then_some(offer)
}

/// Each row alone, what each column needs, and what two columns share.
fn candidates(turned: &Part) -> BTreeSet<FixedBitSet> {
    let rows = turned.columns.len();
    let mut candidates: BTreeSet<_> = (0..rows).map(|row| only(row, rows)).collect();
    candidates.extend(turned.required.iter().cloned());
    for (place, one) in turned.allowed.iter().enumerate() {
        for other in &turned.required[..place] {
            if candidates.len() * turned.rows.len() >= MOST_CANDIDATES {
                return candidates;
            }
            let mut shared = other.clone();
            shared.intersect_with(one);
            if !shared.is_clear() {
                candidates.insert(shared);
            }
        }
    }
    candidates
}
