//! What rectangles cost.

use super::block::Block;
use super::part::{Line, Part};
use super::table::{Rectangle, Table};

/// What a rectangle costs besides the weights of its rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// A rectangle by itself.
    pub rectangle: u64,
    /// A list of more than one element on top of its elements: of rows, and of columns. In JSON, its two brackets.
    pub several: u64,
}

impl Prices {
    /// What a rectangle of a table costs. A row or column outside of the table costs nothing.
    pub fn of(&self, table: &Table, rectangle: &Rectangle) -> u64 {
        let list = |weights: &[u64], named: &[usize]| {
            let several = if named.len() > 1 { self.several } else { 0 };
            let weights = named.iter().filter_map(|&place| weights.get(place));
            weights.fold(several, |sum, &weight| sum.saturating_add(weight))
        };
        let rows = list(&table.rows, &rectangle.rows);
        let columns = list(&table.columns, &rectangle.columns);
        self.rectangle.saturating_add(rows).saturating_add(columns)
    }
}

/// What is to be least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// The sum of what the rectangles cost; of equal sums, the one of fewer rectangles.
    Characters,
    /// The number of rectangles; of equal numbers, the one whose rectangles cost less.
    Statements,
}

/// Both numbers of an objective as one, for one part of a table: what comes first counts `unit` times what comes second.
///
/// 128 bits hold the sum for any weights of 64 bits, in tables of up to a hundred thousand rows and columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tariff {
    /// How much one of what comes first is.
    unit: u128,
    /// The most that what comes second is in a best cover.
    second: u128,
    /// How much a character is.
    character: u128,
    /// A rectangle by itself.
    pub(super) rectangle: u128,
    /// A list of more than one element.
    pub(super) several: u128,
}

/// How many times the most of what comes second one of what comes first is. Once is enough to tell them apart; the more, the
/// better a bound on their sum can be rounded up to one on what comes first.
const APART: u128 = 10;

impl Tariff {
    pub(super) fn new(part: &Part, prices: Prices, objective: Objective) -> Tariff {
        let (rectangle, several) = (u128::from(prices.rectangle), u128::from(prices.several));
        match objective {
            Objective::Characters => {
                // A best cover has no rectangle too many: each covers a required cell that no other does.
                let second = part.required_cells() as u128;
                let unit = APART * (second + 1);
                Tariff {
                    unit,
                    second,
                    character: unit,
                    rectangle: rectangle * unit + 1,
                    several: several * unit,
                }
            }
            Objective::Statements => {
                // A cover with a rectangle for each row shows that a best one has no more; nor more than for each column.
                let most = part.rows.len().min(part.columns.len()) as u128;
                let second = most * (rectangle + 2 * several + part.weight());
                let unit = APART * (second + 1);
                Tariff {
                    unit,
                    second,
                    character: 1,
                    rectangle: unit + rectangle,
                    several,
                }
            }
        }
    }

    /// What comes first is at least this in every cover, when the sum is at least `bound` in every one.
    pub(super) fn first(&self, bound: u128) -> u128 {
        bound.saturating_sub(self.second).div_ceil(self.unit)
    }

    /// What a line adds to each list it is in.
    pub(super) fn line(&self, line: &Line) -> u128 {
        line.weight * self.character
    }

    /// What a list of lines costs: nothing when it is empty.
    pub(super) fn list<'a>(&self, lines: impl Iterator<Item = &'a Line>) -> u128 {
        let (mut sum, mut members) = (0, 0);
        for line in lines {
            sum += self.line(line);
            members += line.members.len();
        }
        sum + if members > 1 { self.several } else { 0 }
    }

    /// What a block costs.
    pub(super) fn block(&self, part: &Part, block: &Block) -> u128 {
        let rows = self.list(block.rows.ones().map(|row| &part.rows[row]));
        let columns = self.list(block.columns.ones().map(|column| &part.columns[column]));
        self.rectangle + rows + columns
    }

    /// What blocks cost together.
    pub(super) fn all(&self, part: &Part, blocks: &[Block]) -> u128 {
        blocks.iter().map(|block| self.block(part, block)).sum()
    }
}
