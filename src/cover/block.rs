//! Rectangles of a part, and whether they cover it.

use fixedbitset::FixedBitSet;

use super::part::Part;

/// A rectangle of a part: sets of its lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block {
    pub(super) rows: FixedBitSet,
    pub(super) columns: FixedBitSet,
}

impl Block {
    /// With rows for columns.
    pub(super) fn transposed(self) -> Block {
        Block {
            rows: self.columns,
            columns: self.rows,
        }
    }

    /// Both, and what lies between them.
    pub(super) fn joined(&self, other: &Block) -> Block {
        let mut joined = self.clone();
        joined.rows.union_with(&other.rows);
        joined.columns.union_with(&other.columns);
        joined
    }

    /// Whether it covers nothing that is forbidden.
    pub(super) fn is_allowed(&self, part: &Part) -> bool {
        let mut rows = self.rows.ones();
        rows.all(|row| self.columns.is_subset(&part.allowed[row]))
    }
}

/// The required cells that no block covers, by row.
pub(super) fn uncovered(part: &Part, blocks: &[Block]) -> Vec<FixedBitSet> {
    let mut left = part.required.clone();
    for block in blocks {
        for row in block.rows.ones() {
            left[row].difference_with(&block.columns);
        }
    }
    left
}

/// The required cells of a row that no block covers.
pub(super) fn uncovered_of(part: &Part, blocks: &[Block], row: usize) -> FixedBitSet {
    let mut left = part.required[row].clone();
    for block in blocks.iter().filter(|block| block.rows.contains(row)) {
        left.difference_with(&block.columns);
    }
    left
}

/// Whether the blocks cover all that is required and nothing that is forbidden.
pub(super) fn covers(part: &Part, blocks: &[Block]) -> bool {
    let left = uncovered(part, blocks);
    left.iter().all(FixedBitSet::is_clear) && blocks.iter().all(|block| block.is_allowed(part))
}

/// How many free cells of the table the blocks cover.
pub(super) fn surplus(part: &Part, blocks: &[Block]) -> usize {
    let mut sum = 0;
    for (row, line) in part.rows.iter().enumerate() {
        let mut covered = FixedBitSet::with_capacity(part.columns.len());
        for block in blocks.iter().filter(|block| block.rows.contains(row)) {
            covered.union_with(&block.columns);
        }
        covered.difference_with(&part.required[row]);
        let members = covered
            .ones()
            .map(|column| part.columns[column].members.len());
        sum += line.members.len() * members.sum::<usize>();
    }
    sum
}
