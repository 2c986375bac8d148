//! The actions, by service; those of a service are read when the first of them is asked for.

use std::sync::OnceLock;

use super::table::Table;
use super::{ActionFacts, facts};
use crate::iam::Action;

/// Every action of every service.
#[derive(Debug)]
pub(super) struct Actions {
    table: Table,
    /// By prefix in lower case, sorted.
    services: Vec<(String, OnceLock<Vec<ActionFacts>>)>,
}

impl Actions {
    /// The actions of this table, of the services whose prefixes are the first column of that one.
    pub(super) fn new(table: Table, services: &Table) -> Self {
        let prefixes = services.all().map(|row| row.column(0).to_ascii_lowercase());
        Actions {
            table,
            services: prefixes.map(|prefix| (prefix, OnceLock::new())).collect(),
        }
    }

    pub(super) fn of(&self, prefix: &str) -> &[ActionFacts] {
        let prefix = prefix.to_ascii_lowercase();
        let found = self
            .services
            .binary_search_by(|(known, _)| known.cmp(&prefix));
        found.map_or(&[], |index| self.read(index))
    }

    pub(super) fn get(&self, action: &Action) -> Option<&ActionFacts> {
        let facts = self.of(action.service());
        let found = facts.binary_search_by(|facts| facts.action.cmp(action));
        found.ok().map(|index| &facts[index])
    }

    pub(super) fn by_service(&self) -> impl Iterator<Item = &[ActionFacts]> {
        (0..self.services.len()).map(|index| self.read(index))
    }

    /// The table itself, for what counts its rows.
    pub(super) fn table(&self) -> &Table {
        &self.table
    }

    fn read(&self, index: usize) -> &[ActionFacts] {
        let (prefix, actions) = &self.services[index];
        actions.get_or_init(|| {
            let rows = self.table.rows_below(&format!("{prefix}:"));
            rows.filter_map(facts).collect()
        })
    }
}
