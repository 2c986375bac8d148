//! A best cover of a part, as a problem of where to open facilities: a set of rows is a facility, which costs what a
//! rectangle with these rows costs, and columns are assigned to it.
//!
//! Two rectangles with the same rows are better made one, so each set of rows is open once, and no two solutions are
//! the same cover. A rectangle of a single column pays for no list of columns: it is a facility of its own.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::block::{Block, covers};
use super::part::Part;
use super::polish::trimmed;
use super::price::Tariff;
use super::start::by_row;

/// The most variables of a program that is solved.
const MOST_VARIABLES: usize = 4_000;

/// The most nodes of its search tree that are looked at.
const MOST_NODES: u64 = 200;

/// The largest cost of which the solver's floating point still tells neighbours apart.
const MOST_COST: u128 = 1 << 40;

/// What the solver found.
pub(super) struct Found {
    /// A cover, unless there was no room for one.
    pub(super) blocks: Option<Vec<Block>>,
    /// No cover costs less.
    pub(super) bound: u128,
}

/// Solves the program of a part, if it is small enough.
pub(super) fn solve(part: &Part, tariff: &Tariff) -> Option<Found> {
    let turned = part.transposed();
    let sizes = [part, &turned].map(size);
    let dearest = tariff.all(part, &by_row(part));
    if sizes[0].min(sizes[1]) > MOST_VARIABLES || dearest > MOST_COST {
        return None;
    }
    if sizes[1] < sizes[0] {
        let found = Program::of(&turned, tariff).solve()?;
        let sideways = |blocks: Vec<Block>| blocks.into_iter().map(Block::transposed).collect();
        return Some(Found {
            blocks: found.blocks.map(sideways),
            ..found
        });
    }
    Program::of(part, tariff).solve()
}

/// About how many variables the program has, with sets of rows for facilities.
fn size(part: &Part) -> usize {
    let turned = part.transposed();
    // A mask has room for 128 rows.
    if part.rows.len() > 128 {
        return usize::MAX;
    }
    let of_column = |rows: &FixedBitSet| match rows.count_ones(..) {
        few @ 0..16 => 1 << few,
        _ => MOST_VARIABLES + 1,
    };
    turned
        .allowed
        .iter()
        .map(of_column)
        .fold(0, usize::saturating_add)
}

/// A rectangle of one facility that the program may choose.
struct Choice {
    variable: Variable,
    rows: u128,
    column: usize,
}

/// The integer program.
struct Program<'a> {
    part: &'a Part,
    tariff: &'a Tariff,
    problem: Problem,
    choices: Vec<Choice>,
}

impl<'a> Program<'a> {
    fn of(part: &'a Part, tariff: &'a Tariff) -> Self {
        let mut program = Program {
            part,
            tariff,
            problem: Problem::new(OptimizationDirection::Minimize),
            choices: Vec::new(),
        };
        let turned = part.transposed();
        let (required, allowed) = (masks(&turned.required), masks(&turned.allowed));
        let mut facilities: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
        for (column, &allowed) in allowed.iter().enumerate() {
            for rows in subsets(allowed).filter(|rows| rows & required[column] != 0) {
                facilities.entry(rows).or_default().push(column);
            }
        }
        for (rows, columns) in facilities {
            program.open(rows, &columns, &required);
        }
        program.require_all(&required);
        program
    }

    /// The variables of a set of rows, and of the columns that may be assigned to it.
    fn open(&mut self, rows: u128, columns: &[usize], required: &[u128]) {
        let lines = ones(rows).map(|row| &self.part.rows[row]);
        let rectangle = self.tariff.rectangle + self.tariff.list(lines);
        for &column in columns {
            let line = &self.part.columns[column];
            // A rectangle of one column has no row that this column does not need.
            let alone = line.members.len() == 1 && rows & !required[column] == 0;
            if alone && (columns.len() == 1 || self.tariff.several > 0) {
                let variable = self.variable(rectangle + self.tariff.line(line));
                self.choices.push(Choice {
                    variable,
                    rows,
                    column,
                });
            }
        }
        let several: usize = columns
            .iter()
            .map(|&column| self.part.columns[column].members.len())
            .sum();
        if several < 2 {
            return;
        }
        let facility = self.variable(rectangle + self.tariff.several);
        for &column in columns {
            let variable = self.variable(self.tariff.line(&self.part.columns[column]));
            let assigned = [(variable, 1.0), (facility, -1.0)];
            self.problem.add_constraint(assigned, ComparisonOp::Le, 0.0);
            self.choices.push(Choice {
                variable,
                rows,
                column,
            });
        }
    }

    fn variable(&mut self, cost: u128) -> Variable {
        self.problem.add_binary_var(cost as f64)
    }

    /// Each required cell is in a rectangle.
    fn require_all(&mut self, required: &[u128]) {
        for (column, &rows) in required.iter().enumerate() {
            for row in ones(rows) {
                let holds =
                    |choice: &&Choice| choice.column == column && choice.rows >> row & 1 == 1;
                let holding = self.choices.iter().filter(holds);
                let sum: Vec<_> = holding.map(|choice| (choice.variable, 1.0)).collect();
                self.problem.add_constraint(sum, ComparisonOp::Ge, 1.0);
            }
        }
    }

    fn solve(self) -> Option<Found> {
        let mut options = SolveOptions::default();
        options.node_limit = Some(MOST_NODES);
        let outcome = self.problem.solve_with(options).ok()?;
        let bound = outcome.stats().best_bound.map_or(0, proved);
        let chosen = |solution: &microlp::Solution| {
            let chosen = |choice: &&Choice| solution.var_value_raw(choice.variable) > 0.5;
            self.cover(self.choices.iter().filter(chosen))
        };
        let blocks = outcome.solution().and_then(chosen);
        Some(Found { blocks, bound })
    }

    /// The cover that these choices make, if they do make one.
    fn cover<'b>(&self, chosen: impl Iterator<Item = &'b Choice>) -> Option<Vec<Block>> {
        let mut columns: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
        for choice in chosen {
            columns.entry(choice.rows).or_default().push(choice.column);
        }
        let block = |(rows, columns): (u128, Vec<usize>)| {
            let (height, width) = (self.part.rows.len(), self.part.columns.len());
            let mut block = Block {
                rows: FixedBitSet::with_capacity(height),
                columns: FixedBitSet::with_capacity(width),
            };
            block.rows.extend(ones(rows));
            block.columns.extend(columns);
            block
        };
        let blocks: Vec<_> = columns.into_iter().map(block).collect();
        covers(self.part, &blocks).then(|| trimmed(self.part, self.tariff, blocks))
    }
}

/// The whole number that a bound in floating point surely proves.
fn proved(bound: f64) -> u128 {
    let slack = 1e-3 + 1e-7 * bound.abs();
    (bound - slack).ceil().max(0.0) as u128
}

fn masks(sets: &[FixedBitSet]) -> Vec<u128> {
    let mask = |set: &FixedBitSet| set.ones().fold(0, |mask, place| mask | 1 << place);
    sets.iter().map(mask).collect()
}

fn ones(mask: u128) -> impl Iterator<Item = usize> {
    (0..128).filter(move |place| mask >> place & 1 == 1)
}

/// All sets within a set, but the empty one.
fn subsets(of: u128) -> impl Iterator<Item = u128> {
    let next = move |&subset: &u128| Some((subset - 1) & of).filter(|&next| next != 0);
    std::iter::successors(Some(of).filter(|&of| of != 0), next)
}
