//! Sorted, tab-separated text that is searched where it lies.

use std::cmp::Ordering;
use std::iter::{Flatten, Map};
use std::sync::{LazyLock, OnceLock};
use std::vec::IntoIter;

use flate2::{Decompress, FlushDecompress};

/// A table of `policy-data/`: a line a row, sorted without case by the first columns, its key. Its blocks are
/// inflated when a look-up first comes to them, so that a command pays for the services that it asks about.
#[derive(Debug)]
pub(super) struct Table {
    /// Its path in `policy-data/`.
    pub(super) file: &'static str,
    blocks: &'static LazyLock<Vec<Block>>,
    keys: usize,
}

/// Some rows that follow each other, as `build.rs` packed them.
#[derive(Debug)]
pub(super) struct Block {
    first: &'static str,
    length: usize,
    deflated: &'static [u8],
    rows: OnceLock<Vec<&'static str>>,
}

/// Some rows, in order.
pub(super) type Rows =
    Map<Flatten<IntoIter<&'static [&'static str]>>, fn(&'static &'static str) -> Row>;

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row(&'static str);

impl Row {
    /// A column's text, counted from 0; empty when the row is shorter.
    pub(super) fn column(self, index: usize) -> &'static str {
        self.0.split('\t').nth(index).unwrap_or_default()
    }

    /// All columns as they stand.
    pub(super) fn text(self) -> &'static str {
        self.0
    }
}

impl Block {
    /// The first row, how long the text is, in bytes, and the text, deflated.
    pub(super) fn new(first: &'static str, length: usize, deflated: &'static [u8]) -> Self {
        Block {
            first,
            length,
            deflated,
            rows: OnceLock::new(),
        }
    }

    fn rows(&self) -> &[&'static str] {
        self.rows.get_or_init(|| {
            let mut text = Vec::with_capacity(self.length);
            Decompress::new(false)
                .decompress_vec(self.deflated, &mut text, FlushDecompress::Finish)
                .expect("a test inflates every block that is bundled");
            let text =
                String::from_utf8(text).expect("a test inflates every block that is bundled");
            // A block lives as long as the program, and so do the facts that are given out of it.
            text.leak().lines().collect()
        })
    }
}

impl Table {
    /// The first `keys` columns are the key that the text is sorted by.
    pub(super) fn new(
        file: &'static str,
        blocks: &'static LazyLock<Vec<Block>>,
        keys: usize,
    ) -> Self {
        Table { file, blocks, keys }
    }

    pub(super) fn all(&self) -> Rows {
        self.rows_by(|_| Ordering::Equal)
    }

    /// The rows with this key, compared without case.
    pub(super) fn rows(&self, key: &[&str]) -> Rows {
        self.rows_by(|row| columns(row, &key[..key.len().min(self.keys)]))
    }

    /// The rows whose first column is this, compared without case.
    pub(super) fn rows_of_first(&self, first: &str) -> Rows {
        self.rows_by(|row| columns(row, &[first]))
    }

    /// The rows whose key begins with this text, compared without case.
    pub(super) fn rows_below(&self, beginning: &str) -> Rows {
        self.rows_by(|row| start(row, beginning.as_bytes()).0)
    }

    /// What it takes in the binary.
    #[cfg(test)]
    pub(super) fn bundled_bytes(&self) -> usize {
        let of_block =
            |block: &Block| block.first.len() + block.deflated.len() + size_of::<Block>();
        self.blocks.iter().map(of_block).sum()
    }

    /// The rows that are `Equal` by an order that the table is sorted by.
    fn rows_by(&self, order: impl Fn(&[u8]) -> Ordering) -> Rows {
        let order = |row: &str| order(row.as_bytes());
        let blocks: &'static [Block] = self.blocks;
        // Rows that are equal may begin within the last block that begins with one before them.
        let later = blocks.partition_point(|block| order(block.first).is_lt());
        let blocks = blocks[later.saturating_sub(1)..].iter();
        let found = blocks
            .take_while(|block| order(block.first).is_le())
            .map(|block| {
                let rows = block.rows();
                let rows = &rows[rows.partition_point(|row| order(row).is_lt())..];
                &rows[..rows.iter().take_while(|row| order(row).is_eq()).count()]
            });
        let found: Vec<_> = found.collect();
        found.into_iter().flatten().map(|row| Row(row))
    }
}

/// How a row stands to these first columns, without case. A column that has ended comes before one that goes on.
fn columns(row: &[u8], wanted: &[&str]) -> Ordering {
    let mut rest = row;
    for column in wanted {
        let (order, after) = start(rest, column.as_bytes());
        let whole = match after.split_first() {
            None => Ordering::Equal,
            Some((b'\t', _)) => Ordering::Equal,
            Some(_) => Ordering::Greater,
        };
        if order.then(whole).is_ne() {
            return order.then(whole);
        }
        rest = after.get(1..).unwrap_or_default();
    }
    Ordering::Equal
}

/// How the beginning of a row's column stands to a text, without case, and what follows if it is that text.
fn start<'a>(row: &'a [u8], wanted: &[u8]) -> (Ordering, &'a [u8]) {
    for (index, byte) in wanted.iter().enumerate() {
        match row.get(index) {
            None | Some(b'\t') => return (Ordering::Less, &[]),
            Some(have) => match have.to_ascii_lowercase().cmp(&byte.to_ascii_lowercase()) {
                Ordering::Equal => {}
                other => return (other, &[]),
            },
        }
    }
    (Ordering::Equal, &row[wanted.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use proptest::prelude::*;

    /// In blocks of which one ends within a key.
    static SMALL: LazyLock<Vec<Block>> = LazyLock::new(|| {
        let blocks = [
            vec!["a\tx\t1", "B\tx\t2"],
            vec!["b\tX\t3", "b\ty\t4", "b-c\ty\t5"],
        ];
        let block = |rows: Vec<&'static str>| Block {
            rows: rows.clone().into(),
            ..Block::new(rows[0], 0, &[])
        };
        blocks.map(block).into()
    });

    fn found(rows: impl Iterator<Item = Row>) -> Vec<&'static str> {
        rows.map(|row| row.column(2)).collect()
    }

    #[test]
    fn rows_with_the_same_key_are_all_found_in_any_case() {
        let table = Table::new("small", &SMALL, 2);
        assert_eq!(found(table.rows(&["b", "x"])), ["2", "3"]);
        assert_eq!(found(table.rows(&["B", "Y"])), ["4"]);
        assert_eq!(found(table.rows(&["b", "y\t4"])), Vec::<&str>::new());
        assert_eq!(found(table.rows(&["c", "x"])), Vec::<&str>::new());
        assert_eq!(found(table.rows_of_first("b")), ["2", "3", "4"]);
        assert_eq!(found(table.rows_below("b")), ["2", "3", "4", "5"]);
        assert_eq!(table.all().count(), 5);
    }

    /// The slow way: every row, its columns compared as they are.
    fn all_with(table: &Table, key: &[&str]) -> Vec<&'static str> {
        let equal = |row: &Row| {
            let mut columns = key.iter().enumerate();
            columns.all(|(at, wanted)| row.column(at).eq_ignore_ascii_case(wanted))
        };
        table.all().filter(equal).map(Row::text).collect()
    }

    fn texts(rows: Rows) -> Vec<&'static str> {
        rows.map(Row::text).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// Keys that are there, are there in another case, are nearly there, or are anything.
        #[test]
        fn searching_finds_what_reading_every_row_finds(
            (first, second) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            cut in 0..3_usize,
            upper in any::<bool>(),
            more in prop::option::of("[a-z*\\t\\n:é]{1,2}"),
        ) {
            let table = &Catalog::bundled().operations;
            let rows: Vec<_> = table.all().collect();
            let column = |row: prop::sample::Index, at| row.get(&rows).column(at).to_owned();
            let mut key = [column(first, 0), column(if upper { first } else { second }, 1)];
            key[cut % 2].truncate(key[cut % 2].len() - cut);
            key[1 - cut % 2].push_str(&more.unwrap_or_default());
            if upper {
                key = key.map(|column| column.to_ascii_uppercase());
            }
            let key = [key[0].as_str(), &key[1]];
            prop_assert_eq!(texts(table.rows(&key)), all_with(table, &key));
            prop_assert_eq!(texts(table.rows_of_first(key[0])), all_with(table, &key[..1]));
            let below = |row: &&Row| {
                let column = row.column(0).to_ascii_lowercase();
                column.starts_with(&key[0].to_ascii_lowercase())
            };
            let slow: Vec<_> = rows.iter().filter(below).map(|row| row.text()).collect();
            prop_assert_eq!(texts(table.rows_below(key[0])), slow);
        }
    }
}
