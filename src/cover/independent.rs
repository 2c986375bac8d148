//! What any cover costs at least, seen at a glance.

use fixedbitset::FixedBitSet;

use super::part::Part;
use super::price::Tariff;

/// The most cells of which each is compared with each.
const MOST_CELLS: usize = 1_500;

/// A bound on the cost of every cover of a part: each line stands in a rectangle, and of required cells no two of which
/// fit into one rectangle each has its own.
pub(super) fn bound(part: &Part, tariff: &Tariff) -> u128 {
    let lines = part.rows.iter().chain(&part.columns);
    let weights: u128 = lines.map(|line| tariff.line(line)).sum();
    tariff.rectangle * independent(part) as u128 + weights
}

/// How many required cells were found of which no two fit into one rectangle: those first that fit together with the
/// fewest others.
fn independent(part: &Part) -> usize {
    let cell = |(row, columns): (usize, &FixedBitSet)| {
        columns
            .ones()
            .map(move |column| (row, column))
            .collect::<Vec<_>>()
    };
    let all = part.required.iter().enumerate().flat_map(cell);
    let cells: Vec<(usize, usize)> = all
        .step_by(part.required_cells() / MOST_CELLS + 1)
        .collect();
    let fits = |one: &(usize, usize), other: &(usize, usize)| {
        part.allowed[one.0].contains(other.1) && part.allowed[other.0].contains(one.1)
    };
    let with_others =
        |cell: &(usize, usize)| cells.iter().filter(|other| fits(cell, other)).count();
    let mut order: Vec<_> = cells
        .iter()
        .map(|cell| (with_others(cell), *cell))
        .collect();
    order.sort_unstable();
    let mut chosen: Vec<(usize, usize)> = Vec::new();
    for (_, cell) in order {
        if !chosen.iter().any(|other| fits(&cell, other)) {
            chosen.push(cell);
        }
    }
    chosen.len()
}
