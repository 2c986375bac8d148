//! The actions, by service; those of a service are read when the first of them is asked for.

use std::sync::OnceLock;

use super::table::{Row, Table};
use super::words;
use crate::iam::Action;

/// One of AWS's five access levels of actions.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Grants or changes permissions.
    PermissionsManagement,
    /// Creates, changes or deletes.
    Write,
    /// Changes tags only.
    Tagging,
    /// Reads contents.
    Read,
    /// Lists what exists.
    List,
}

impl AccessLevel {
    /// All five, the most powerful first.
    pub const ALL: [AccessLevel; 5] = [
        AccessLevel::PermissionsManagement,
        AccessLevel::Write,
        AccessLevel::Tagging,
        AccessLevel::Read,
        AccessLevel::List,
    ];

    /// AWS's name of the level, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AccessLevel::PermissionsManagement => "permissions management",
            AccessLevel::Write => "write",
            AccessLevel::Tagging => "tagging",
            AccessLevel::Read => "read",
            AccessLevel::List => "list",
        }
    }

    fn of_letter(letter: char) -> Option<Self> {
        match letter {
            'P' => Some(AccessLevel::PermissionsManagement),
            'W' => Some(AccessLevel::Write),
            'T' => Some(AccessLevel::Tagging),
            'R' => Some(AccessLevel::Read),
            'L' => Some(AccessLevel::List),
            _ => None,
        }
    }
}

/// What the catalog says of one action.
#[derive(Clone, Debug)]
pub struct ActionFacts {
    /// The action in the service's own spelling.
    pub action: Action,
    folded: Box<str>,
    /// Its access levels; AWS lists several for some.
    levels: &'static str,
    resource_types: &'static str,
    dependents: &'static str,
}

impl ActionFacts {
    /// The action in lower case, as the algebra compares it.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Its most powerful access level.
    #[must_use]
    pub fn level(&self) -> AccessLevel {
        self.levels().min().unwrap_or(AccessLevel::Write)
    }

    /// Its access levels, the most powerful first.
    pub fn levels(&self) -> impl Iterator<Item = AccessLevel> {
        levels(self.levels)
    }

    /// The resource types that a policy can name for it, and whether AWS marks each as required. Empty for
    /// an action without resource-level permission.
    pub fn resource_types(&self) -> impl Iterator<Item = (&'static str, bool)> {
        words(self.resource_types).map(|name| match name.strip_suffix('*') {
            Some(name) => (name, true),
            None => (name, false),
        })
    }

    /// The actions that AWS lists as needed beside it.
    pub fn dependents(&self) -> impl Iterator<Item = Action> {
        words(self.dependents).filter_map(|name| name.parse().ok())
    }
}

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

    pub(super) fn prefixes(&self) -> impl Iterator<Item = &str> {
        self.services.iter().map(|(prefix, _)| prefix.as_str())
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

fn facts(row: Row) -> Option<ActionFacts> {
    let mut columns = row.text().split('\t');
    let action = columns.next()?;
    Some(ActionFacts {
        action: action.parse().ok()?,
        folded: action.to_ascii_lowercase().into(),
        levels: columns.next()?,
        resource_types: columns.next()?,
        dependents: columns.next().unwrap_or_default(),
    })
}

/// The access levels of a column of letters.
pub(super) fn levels(letters: &'static str) -> impl Iterator<Item = AccessLevel> {
    letters.chars().filter_map(AccessLevel::of_letter)
}
