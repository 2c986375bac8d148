//! A table taken apart, without a change to what a best cover costs: what is alike becomes one line, and what has
//! nothing to do with each other is covered apart.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use petgraph::unionfind::UnionFind;

use super::table::Table;

/// Rows that are alike, or columns: they stand in the same rectangles.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The weights of all together.
    pub(super) weight: u128,
    /// Their places in the table, in order.
    pub(super) members: Vec<usize>,
}

/// A piece of a table, in lines. Each line has a required cell.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) rows: Vec<Line>,
    pub(super) columns: Vec<Line>,
    /// The required columns of each row.
    pub(super) required: Vec<FixedBitSet>,
    /// The columns of each row that are required or free.
    pub(super) allowed: Vec<FixedBitSet>,
}

/// The parts of a table that are covered each by itself. `several` is the price of a list of more than one element.
pub(super) fn parts(table: &Table, several: u64) -> Vec<Part> {
    let mut part = Part::whole(table);
    // See `merged` for why lines lighter than the brackets of a list are left as they are.
    let lightest = table.rows.iter().chain(&table.columns).min();
    let may_merge = lightest.is_some_and(|&lightest| lightest >= several);
    loop {
        if may_merge {
            part = part.merged().transposed().merged().transposed();
        }
        if !part.forbid_what_cannot_help() {
            return part.components();
        }
    }
}

impl Part {
    /// All of a table. A row or column without a required cell is left out: taking it out of a rectangle uncovers
    /// nothing that has to be covered, and costs nothing.
    fn whole(table: &Table) -> Part {
        let lines = |weights: &[u64]| {
            let line = |(place, &weight): (usize, &u64)| Line {
                weight: u128::from(weight),
                members: vec![place],
            };
            weights.iter().enumerate().map(line).collect::<Vec<_>>()
        };
        let all = Part {
            rows: lines(&table.rows),
            columns: lines(&table.columns),
            required: table.required.clone(),
            allowed: table.allowed.clone(),
        };
        let rows: Vec<_> = (0..all.rows.len())
            .filter(|&row| !all.required[row].is_clear())
            .collect();
        let mut used = FixedBitSet::with_capacity(all.columns.len());
        all.required.iter().for_each(|row| used.union_with(row));
        all.only(&rows, &used.ones().collect::<Vec<_>>())
    }

    /// These rows and columns of it.
    fn only(&self, rows: &[usize], columns: &[usize]) -> Part {
        let cells = |cells: &[FixedBitSet]| {
            let row = |&row: &usize| {
                let mut kept = FixedBitSet::with_capacity(columns.len());
                let ones = columns.iter().enumerate();
                kept.extend(
                    ones.filter(|(_, column)| cells[row].contains(**column))
                        .map(|(place, _)| place),
                );
                kept
            };
            rows.iter().map(row).collect::<Vec<_>>()
        };
        Part {
            rows: rows.iter().map(|&row| self.rows[row].clone()).collect(),
            columns: columns
                .iter()
                .map(|&column| self.columns[column].clone())
                .collect(),
            required: cells(&self.required),
            allowed: cells(&self.allowed),
        }
    }

    /// With rows for columns.
    pub(super) fn transposed(&self) -> Part {
        let turned = |cells: &[FixedBitSet]| {
            let mut turned = vec![FixedBitSet::with_capacity(self.rows.len()); self.columns.len()];
            for (row, columns) in cells.iter().enumerate() {
                columns.ones().for_each(|column| turned[column].insert(row));
            }
            turned
        };
        Part {
            rows: self.columns.clone(),
            columns: self.rows.clone(),
            required: turned(&self.required),
            allowed: turned(&self.allowed),
        }
    }

    /// Rows with the same required and the same free cells made one line.
    ///
    /// A best cover stays as good, for both objectives, when no row and no column weighs less than `several`:
    ///
    /// 1. Rectangles with the same rows become one. That saves a rectangle and a row, each of which is at least a
    ///    rectangle fewer and `several` less, and costs `several` once, for the columns. So no two have the same rows.
    /// 2. Let `i` and `k` be alike, `a` the number of rectangles with `i` only, `b` of those with `k` only, and `s` and
    ///    `t` how many of those have no other row: 0 or 1 each, after step 1. Let `k` leave its `b` rectangles for the
    ///    `a` of `i`. Nothing is uncovered or forbidden, as they are alike. That changes the cost by at most
    ///    `(a-b) weight(k) + s several - t (rectangle + lightest column)`, the last because a rectangle without rows goes
    ///    away, and `lightest column >= several`. No rectangle is added. The other way round, `i` for `k`, changes it by
    ///    at most `(b-a) weight(i) + t several - s (rectangle + lightest column)`.
    /// 3. If `a < b`, the first is at most `-weight(k) + several`, so at most 0. If `a > b`, so is the second. If they
    ///    are equal, the first is at most 0 when `s <= t`, and the second when `t <= s`.
    ///
    /// A line of several members pays for its list anyway, so the same holds when it takes in another one.
    fn merged(&self) -> Part {
        let mut kept: Vec<usize> = Vec::new();
        let mut lines: Vec<Line> = Vec::new();
        let mut known = BTreeMap::new();
        for (row, line) in self.rows.iter().enumerate() {
            let place = *known
                .entry((&self.required[row], &self.allowed[row]))
                .or_insert(kept.len());
            match lines.get_mut(place) {
                Some(same) => {
                    same.weight += line.weight;
                    same.members.extend(&line.members);
                }
                None => {
                    kept.push(row);
                    lines.push(line.clone());
                }
            }
        }
        lines
            .iter_mut()
            .for_each(|line| line.members.sort_unstable());
        let of = |cells: &[FixedBitSet]| kept.iter().map(|&row| cells[row].clone()).collect();
        Part {
            rows: lines,
            columns: self.columns.clone(),
            required: of(&self.required),
            allowed: of(&self.allowed),
        }
    }

    /// Forbids each free cell that no rectangle needs; whether there was one.
    ///
    /// Each line of a rectangle has a required cell within it, or could be taken out. So a rectangle over a free cell
    /// has a required cell in its row and one in its column, and covers the fourth corner as well, which therefore is
    /// not forbidden. A free cell without such corners joins nothing.
    fn forbid_what_cannot_help(&mut self) -> bool {
        let turned = self.transposed();
        let mut useless = Vec::new();
        for row in 0..self.rows.len() {
            for column in self.allowed[row].difference(&self.required[row]) {
                let mut others = turned.required[column].ones();
                if !others.any(|other| !self.allowed[other].is_disjoint(&self.required[row])) {
                    useless.push((row, column));
                }
            }
        }
        for &(row, column) in &useless {
            self.allowed[row].set(column, false);
        }
        !useless.is_empty()
    }

    /// What is connected by cells that are not forbidden. A rectangle lies within one of these.
    fn components(&self) -> Vec<Part> {
        let rows = self.rows.len();
        let mut sets = UnionFind::<usize>::new(rows + self.columns.len());
        for (row, columns) in self.allowed.iter().enumerate() {
            columns.ones().for_each(|column| {
                sets.union(row, rows + column);
            });
        }
        let mut components: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for row in 0..rows {
            components.entry(sets.find(row)).or_default().0.push(row);
        }
        for column in 0..self.columns.len() {
            components
                .entry(sets.find(rows + column))
                .or_default()
                .1
                .push(column);
        }
        let components = components.values();
        components
            .map(|(rows, columns)| self.only(rows, columns))
            .collect()
    }

    /// How many cells are required.
    pub(super) fn required_cells(&self) -> usize {
        self.required.iter().map(|row| row.count_ones(..)).sum()
    }

    /// What all lines weigh.
    pub(super) fn weight(&self) -> u128 {
        let lines = self.rows.iter().chain(&self.columns);
        lines.map(|line| line.weight).sum()
    }
}
