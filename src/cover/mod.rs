//! The least cover of a table by rectangles, and how far it is known to be from the best.
//!
//! A table has rows and columns with weights, and cells that are required, free or forbidden. A rectangle is a set of rows
//! with a set of columns. A cover is a list of rectangles that hold every required cell and no forbidden one. The best one
//! costs least ([`Objective`]), and a [`Certificate`] says what was proved of that.
//!
//! ```
//! # use tightrope::cover::{cover, Objective, Prices, Rectangle, Table};
//! // Two rows that need the same two columns, and one that needs a third.
//! let mut table = Table::new(vec![14, 14, 20], vec![30, 30, 25]);
//! for (row, column) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)] {
//!     table.require(row, column);
//! }
//! let best = cover(&table, Prices { rectangle: 40, several: 2 }, Objective::Characters);
//! let rectangle = |rows: &[usize], columns: &[usize]| Rectangle { rows: rows.to_vec(), columns: columns.to_vec() };
//! assert_eq!(best.rectangles, [rectangle(&[0, 1], &[0, 1]), rectangle(&[2], &[2])]);
//! assert!(best.certificate.is_optimum());
//! assert_eq!(best.certificate.cost, (40 + 14 + 14 + 30 + 30 + 2 + 2) + (40 + 20 + 25));
//! ```
//!
//! Finding the best cover is hard: to cover a table by as few rectangles as possible is the minimum biclique cover of a
//! bipartite graph, which is NP-hard ("role mining", <https://doi.org/10.1145/1377836.1377838>). Tables of roles are
//! small once what is alike is one line and what has nothing in common is apart (`part.rs`). A cover found fast (`start.rs`,
//! `polish.rs`) is then compared with a bound that is proved in whole numbers (`multipliers.rs`), which strikes out most of
//! what could be chosen (`facility.rs`), and an integer program decides the rest (`program.rs`). Where that would be too much
//! work, the cover stands as it is, and the certificate tells the gap. How much is too much is counted, never timed: the same
//! table has the same cover everywhere.

mod block;
mod certificate;
mod facility;
mod independent;
mod multipliers;
mod part;
mod polish;
mod price;
mod program;
mod start;
mod surplus;
mod table;
#[cfg(test)]
mod tests;

pub use certificate::Certificate;
pub use price::{Objective, Prices};
pub use table::{Cell, Rectangle, Table};

use block::Block;
use facility::Facilities;
use multipliers::Known;
use part::{Line, Part, parts};
use price::Tariff;

/// A cover of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The rectangles, in order. No two have the same rows and columns.
    pub rectangles: Vec<Rectangle>,
    /// How good it is.
    pub certificate: Certificate,
}

/// The least cover of a table that was found. No rectangle, and no line of a rectangle, could be left out of it.
///
/// The certificate is of what the objective puts first. What it puts second is least too wherever the search came to its end,
/// but nothing says so; and of covers equal in both, one that covers few free cells is preferred.
pub fn cover(table: &Table, prices: Prices, objective: Objective) -> Cover {
    let mut rectangles = Vec::new();
    let mut certificate = Certificate::default();
    for part in parts(table, prices.several) {
        let tariff = Tariff::new(&part, prices, objective);
        let Known { blocks, bound, .. } = least(&part, &tariff);
        let blocks = surplus::lessened(&part, &tariff, blocks);
        let found: Vec<_> = blocks.iter().map(|block| rectangle(&part, block)).collect();
        let cost = match objective {
            Objective::Characters => found.iter().fold(0, |sum: u64, rectangle| {
                sum.saturating_add(prices.of(table, rectangle))
            }),
            Objective::Statements => found.len() as u64,
        };
        let lower_bound = u64::try_from(tariff.first(bound)).unwrap_or(u64::MAX);
        let lower_bound = lower_bound.min(cost);
        certificate = certificate + Certificate { cost, lower_bound };
        rectangles.extend(found);
    }
    rectangles.sort_unstable();
    Cover {
        rectangles,
        certificate,
    }
}

/// The best cover of a part that was found, and what no cover costs less than.
fn least(part: &Part, tariff: &Tariff) -> Known {
    let turned = part.transposed();
    // The side with fewer sets of lines makes the facilities.
    if facility::size(&turned) < facility::size(part) {
        let mut known = least_by_rows(&turned, tariff);
        known.blocks = known.blocks.into_iter().map(Block::transposed).collect();
        return known;
    }
    least_by_rows(part, tariff)
}

fn least_by_rows(part: &Part, tariff: &Tariff) -> Known {
    let blocks = start::start(part, tariff);
    let cost = tariff.all(part, &blocks);
    let mut known = Known {
        blocks,
        cost,
        bound: 0,
    };
    known.raise(independent::bound(part, tariff));
    if known.bound >= known.cost {
        return known;
    }
    if let Some(mut facilities) = Facilities::of(part, tariff, cost) {
        multipliers::raise(part, tariff, &mut facilities, &mut known);
        if known.bound < known.cost {
            program::solve(part, tariff, &facilities, &mut known);
        }
    }
    known
}

/// A block in the rows and columns of the table.
fn rectangle(part: &Part, block: &Block) -> Rectangle {
    let members = |lines: &[Line], chosen: &fixedbitset::FixedBitSet| {
        let chosen = chosen.ones().flat_map(|place| &lines[place].members);
        let mut members: Vec<_> = chosen.copied().collect();
        members.sort_unstable();
        members
    };
    Rectangle {
        rows: members(&part.rows, &block.rows),
        columns: members(&part.columns, &block.columns),
    }
}
