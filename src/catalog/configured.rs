//! What a function's configuration needs on its role, as `written/lambda-configuration.tsv` has it.

use super::table::Row;
use super::{Catalog, words};
use crate::iam::Action;

/// Actions that a configuration needs on the same resources, with the placeholders of the table's README.
#[derive(Clone, Debug)]
pub struct Configured {
    /// The actions.
    pub actions: Vec<Action>,
    /// Whether the configuration does not work without them. If not, that depends on what it does not show.
    pub required: bool,
    /// The page of AWS that says so.
    pub source: &'static str,
    row: Row,
}

impl Configured {
    /// The resources, each with placeholders; `*` is every one, or none.
    pub fn resources(&self) -> impl Iterator<Item = &'static str> {
        words(self.row.column(3))
    }

    /// The condition keys that every one of the requests has, each with the pattern of its value.
    pub fn guards(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        words(self.row.column(4)).filter_map(|guard| guard.split_once('='))
    }
}

impl Catalog {
    /// What a configuration needs, by its name in the table, for example `sqs-esm`; nothing where AWS says
    /// that it needs nothing of the role.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let mut needs = Catalog::bundled().configured("dest-sqs").filter(|need| need.required);
    /// let need = needs.next().expect("a queue is sent to");
    /// assert_eq!(need.actions[0].as_str(), "sqs:SendMessage");
    /// assert_eq!(need.resources().collect::<Vec<_>>(), ["${DestinationArn}"]);
    /// ```
    pub fn configured(&self, configuration: &str) -> impl Iterator<Item = Configured> {
        let rows = self.lambda_configuration.rows_of_first(configuration);
        rows.filter_map(|row| {
            let actions = words(row.column(1)).filter_map(|action| action.parse().ok());
            let required = match row.column(2) {
                "required" => true,
                "optional" => false,
                _ => return None,
            };
            Some(Configured {
                actions: actions.collect(),
                required,
                source: row.text().rsplit('\t').next().unwrap_or_default(),
                row,
            })
        })
    }

    /// The names of all configurations that the table has, sorted.
    #[must_use]
    pub fn configurations(&self) -> Vec<&'static str> {
        let rows = self.lambda_configuration.all();
        let mut names: Vec<_> = rows.map(|row| row.column(0)).collect();
        names.dedup();
        names
    }
}
