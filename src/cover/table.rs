//! What is to be covered, and what of it: tables and rectangles.

use fixedbitset::FixedBitSet;

/// What a cover may do with a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Some rectangle covers it.
    Required,
    /// A rectangle may cover it.
    Free,
    /// No rectangle covers it.
    Forbidden,
}

/// A table of cells, whose rows and columns have weights. Every cell is [`Cell::Forbidden`] until it is made another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The weight of each row.
    pub(super) rows: Vec<u64>,
    /// The weight of each column.
    pub(super) columns: Vec<u64>,
    /// The required columns of each row.
    pub(super) required: Vec<FixedBitSet>,
    /// The columns of each row that are required or free.
    pub(super) allowed: Vec<FixedBitSet>,
}

impl Table {
    /// A table without anything required or free. A weight is what its row or column adds to a list that names it: its
    /// characters, separator included.
    pub fn new(rows: Vec<u64>, columns: Vec<u64>) -> Table {
        let empty = vec![FixedBitSet::with_capacity(columns.len()); rows.len()];
        Table {
            rows,
            columns,
            required: empty.clone(),
            allowed: empty,
        }
    }

    /// Makes a cell one that has to be covered. A place outside of the table is nothing to cover, and changes nothing.
    pub fn require(&mut self, row: usize, column: usize) {
        if self.holds(row, column) {
            self.required[row].insert(column);
            self.allowed[row].insert(column);
        }
    }

    /// Makes a forbidden cell one that may be covered. What is required stays so.
    pub fn allow(&mut self, row: usize, column: usize) {
        if self.holds(row, column) {
            self.allowed[row].insert(column);
        }
    }

    /// What a cover may do with a cell; outside of the table, nothing.
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        let within = |cells: &[FixedBitSet]| cells.get(row).is_some_and(|row| row.contains(column));
        match (within(&self.required), within(&self.allowed)) {
            (true, _) => Cell::Required,
            (false, true) => Cell::Free,
            (false, false) => Cell::Forbidden,
        }
    }

    fn holds(&self, row: usize, column: usize) -> bool {
        row < self.rows.len() && column < self.columns.len()
    }
}

/// Each of some rows with each of some columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rectangle {
    /// The rows, in order.
    pub rows: Vec<usize>,
    /// The columns, in order.
    pub columns: Vec<usize>,
}
