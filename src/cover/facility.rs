//! A cover as a choice of where to open facilities. A set of rows is a facility, which costs what a rectangle with these
//! rows costs by itself, and columns are assigned to it, each for its weight.
//!
//! Two rectangles with the same rows are better made one, so each set of rows is open once, and no two choices are the
//! same cover. A rectangle of a single column pays for no list of columns: it is a facility of its own.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::block::Block;
use super::part::Part;
use super::price::Tariff;

/// The most assignments that are written down.
const MOST_ASSIGNMENTS: usize = 20_000;

/// The largest cost that is reckoned with. Prices stay below it, so that the prices of all cells of all assignments, in parts
/// of [`SCALE`], add up to less than 2^60.
const MOST_COST: u128 = 1 << 30;

/// Costs are counted in parts of this many, so that a multiplier can be a fraction.
pub(super) const SCALE: i64 = 1 << 8;

/// A column that may be assigned to a facility.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    pub(super) column: usize,
    pub(super) cost: i64,
    /// The required cells that it covers, by their places in [`Facilities::cells`].
    pub(super) cells: Vec<usize>,
}

/// A set of rows, which may be opened.
#[derive(Clone, Debug)]
pub(super) struct Facility {
    pub(super) rows: u128,
    pub(super) cost: i64,
    pub(super) assignments: Vec<Assignment>,
}

/// All facilities of a part that are worth opening. Costs are in parts of [`SCALE`].
pub(super) struct Facilities {
    /// How many required cells there are.
    pub(super) cells: usize,
    pub(super) all: Vec<Facility>,
    height: usize,
    width: usize,
}

impl Facilities {
    /// The facilities of a part, unless that is too much.
    pub(super) fn of(part: &Part, tariff: &Tariff, dearest: u128) -> Option<Facilities> {
        if size(part) > MOST_ASSIGNMENTS || dearest > MOST_COST {
            return None;
        }
        let turned = part.transposed();
        let (required, allowed) = (masks(&turned.required), masks(&turned.allowed));
        let mut columns_of: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
        for (column, &allowed) in allowed.iter().enumerate() {
            for rows in subsets(allowed).filter(|rows| rows & required[column] != 0) {
                columns_of.entry(rows).or_default().push(column);
            }
        }
        let mut opening = Opening {
            part,
            tariff,
            cells: Vec::new(),
            all: Vec::new(),
        };
        let mut cells = 0;
        for &rows in &required {
            opening.cells.push((rows, cells));
            cells += rows.count_ones() as usize;
        }
        for (rows, columns) in columns_of {
            opening.open(rows, &columns);
        }
        let (height, width) = (part.rows.len(), part.columns.len());
        Some(Facilities {
            cells,
            all: opening.all,
            height,
            width,
        })
    }

    /// How many assignments there are.
    pub(super) fn assignments(&self) -> usize {
        self.all
            .iter()
            .map(|facility| facility.assignments.len())
            .sum()
    }

    /// The rectangles that these columns, each assigned to a set of rows, make.
    pub(super) fn blocks(&self, chosen: impl Iterator<Item = (u128, usize)>) -> Vec<Block> {
        let mut columns: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
        for (rows, column) in chosen {
            columns.entry(rows).or_default().push(column);
        }
        let block = |(rows, columns): (u128, Vec<usize>)| {
            let mut block = Block {
                rows: FixedBitSet::with_capacity(self.height),
                columns: FixedBitSet::with_capacity(self.width),
            };
            block.rows.extend(ones(rows));
            block.columns.extend(columns);
            block
        };
        columns.into_iter().map(block).collect()
    }
}

/// Facilities as they are written down.
struct Opening<'a> {
    part: &'a Part,
    tariff: &'a Tariff,
    /// The required rows of each column, and the place of the first of these cells.
    cells: Vec<(u128, usize)>,
    all: Vec<Facility>,
}

impl Opening<'_> {
    /// A set of rows, and the columns that may be assigned to it.
    fn open(&mut self, rows: u128, columns: &[usize]) {
        let lines = ones(rows).map(|row| &self.part.rows[row]);
        let by_itself = self.tariff.rectangle + self.tariff.list(lines);
        let mut members = 0;
        for &column in columns {
            let line = &self.part.columns[column];
            members += line.members.len();
            // A rectangle of one column has no row that this column does not need.
            let alone = line.members.len() == 1 && rows & !self.cells[column].0 == 0;
            if alone && (columns.len() == 1 || self.tariff.several > 0) {
                let assignment = Assignment {
                    cost: 0,
                    ..self.assignment(rows, column)
                };
                let cost = scaled(by_itself + self.tariff.line(line));
                self.all.push(Facility {
                    rows,
                    cost,
                    assignments: vec![assignment],
                });
            }
        }
        if members > 1 {
            let assignment = |&column: &usize| self.assignment(rows, column);
            let assignments = columns.iter().map(assignment).collect();
            let cost = scaled(by_itself + self.tariff.several);
            self.all.push(Facility {
                rows,
                cost,
                assignments,
            });
        }
    }

    fn assignment(&self, rows: u128, column: usize) -> Assignment {
        let (required, first) = self.cells[column];
        let cells = ones(required)
            .zip(first..)
            .filter(|(row, _)| rows >> row & 1 == 1);
        Assignment {
            column,
            cost: scaled(self.tariff.line(&self.part.columns[column])),
            cells: cells.map(|(_, cell)| cell).collect(),
        }
    }
}

fn scaled(cost: u128) -> i64 {
    i64::try_from(cost).map_or(i64::MAX, |cost| cost.saturating_mul(SCALE))
}

/// About how many assignments there are, with sets of rows for facilities.
pub(super) fn size(part: &Part) -> usize {
    // A mask has room for 128 rows.
    if part.rows.len() > 128 {
        return usize::MAX;
    }
    let turned = part.transposed();
    let subsets = |rows: &FixedBitSet| match rows.count_ones(..) {
        few @ 0..20 => 1 << few,
        _ => MOST_ASSIGNMENTS + 1,
    };
    turned.allowed.iter().map(subsets).sum()
}

fn masks(sets: &[FixedBitSet]) -> Vec<u128> {
    let mask = |set: &FixedBitSet| set.ones().fold(0, |mask, place| mask | 1 << place);
    sets.iter().map(mask).collect()
}

fn ones(mask: u128) -> impl Iterator<Item = usize> {
    let first = (mask != 0).then_some(mask);
    let rest = std::iter::successors(first, |&mask| {
        Some(mask & (mask - 1)).filter(|&rest| rest != 0)
    });
    rest.map(|mask| mask.trailing_zeros() as usize)
}

/// All sets within a set, but the empty one.
fn subsets(of: u128) -> impl Iterator<Item = u128> {
    let next = move |&subset: &u128| Some((subset - 1) & of).filter(|&next| next != 0);
    std::iter::successors(Some(of).filter(|&of| of != 0), next)
}
