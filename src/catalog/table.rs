//! Sorted, tab-separated text that is searched where it lies.

use std::cmp::Ordering;

/// A table of `policy-data/`: a line a row, sorted without case by the first columns, its key.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<&'static str>,
    keys: usize,
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Row(&'static str);

impl Row {
    /// A column's text, counted from 0; empty when the row is shorter.
    pub(super) fn column(self, index: usize) -> &'static str {
        self.0.split('\t').nth(index).unwrap_or_default()
    }
}

impl Table {
    /// The first `keys` columns are the key that the text is sorted by. Lines that begin with `#` are
    /// comments.
    pub(super) fn new(text: &'static str, keys: usize) -> Self {
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        Table {
            rows: rows.collect(),
            keys,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Row> {
        self.rows.iter().map(|row| Row(row))
    }

    /// The rows with this key, compared without case.
    pub(super) fn rows<'a>(&'a self, key: &[&str]) -> impl Iterator<Item = Row> + use<'a> {
        self.rows_by(self.keys, key)
    }

    /// The rows whose first column is this, compared without case.
    pub(super) fn rows_of_first<'a>(&'a self, first: &str) -> impl Iterator<Item = Row> + use<'a> {
        self.rows_by(1, &[first])
    }

    fn rows_by<'a>(&'a self, keys: usize, key: &[&str]) -> impl Iterator<Item = Row> + use<'a> {
        let wanted = key.join("\t").to_ascii_lowercase();
        let from = self
            .rows
            .partition_point(|row| compare(row, keys, &wanted) == Ordering::Less);
        self.rows[from..]
            .iter()
            .take_while(move |row| compare(row, keys, &wanted) == Ordering::Equal)
            .map(|row| Row(row))
    }
}

/// Compares the first columns of a row, in lower case, with a key in lower case: the order that the rows are sorted in.
/// A tab sorts before every character of a column, so a shorter column comes first.
fn compare(row: &str, keys: usize, wanted: &str) -> Ordering {
    let mut columns = keys;
    let key = row.bytes().take_while(|b| {
        columns -= usize::from(*b == b'\t');
        columns > 0
    });
    key.map(|b| b.to_ascii_lowercase()).cmp(wanted.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_the_same_key_are_all_found_in_any_case() {
        let table = Table::new("# a\tb\tc\na\tx\t1\nB\tx\t2\nb\tX\t3\nb\ty\t4\n", 2);
        let found = |key: &[&str]| table.rows(key).map(|row| row.column(2)).collect::<Vec<_>>();
        assert_eq!(found(&["b", "x"]), ["2", "3"]);
        assert_eq!(found(&["B", "Y"]), ["4"]);
        assert_eq!(found(&["c", "x"]), Vec::<&str>::new());
        assert_eq!(table.all().count(), 4);
    }
}
