//! Operations whose actions follow from their content, or from the service alone: `families.tsv`.

use std::sync::LazyLock;

use super::table::{Row, Table};
use super::{Catalog, words};
use crate::iam::Action;

/// The rows of the table, read once: a mapping asks for those of its service.
#[derive(Debug)]
pub(super) struct Families {
    table: Table,
    all: LazyLock<Vec<Family>>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) row: Row,
    prefix: &'static str,
    operations: &'static str,
    is_conditional: bool,
    /// All that its operations can need.
    pub(super) actions: Vec<Action>,
}

impl Families {
    pub(super) fn new(table: Table) -> Self {
        let read = || {
            let rows = Catalog::bundled().families.table.all();
            rows.map(Family::read).collect()
        };
        Families {
            table,
            all: LazyLock::new(read),
        }
    }

    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    /// The families of a service.
    pub(super) fn of(&self, prefix: &str) -> impl Iterator<Item = &Family> {
        self.all
            .iter()
            .filter(move |family| family.prefix.eq_ignore_ascii_case(prefix))
    }
}

impl Family {
    fn read(row: Row) -> Self {
        let actions = words(row.column(5)).filter_map(|action| action.parse().ok());
        Family {
            row,
            prefix: row.column(1),
            operations: row.column(2),
            is_conditional: row.column(3) != "-",
            actions: actions.collect(),
        }
    }

    /// Whether the row names this operation, whatever the event says beside.
    pub(super) fn decides(&self, operation: &str) -> bool {
        !self.is_conditional
            && words(self.operations).any(|name| name.eq_ignore_ascii_case(operation))
    }

    /// Whether one action stands for every operation that nothing else names.
    pub(super) fn decides_rest(&self) -> bool {
        self.operations == "*" && self.actions.len() == 1
    }
}
