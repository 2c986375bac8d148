//! Which facts say that an event is what it is mapped to.

use super::Catalog;
use super::contents::package_for;
use super::mapping::Because;
use super::table::{Row, Table};

/// A row of `policy-data/`, with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The table, by its path in `policy-data/`.
    pub table: &'static str,
    /// The row without its source; columns are separated by tabs.
    pub row: &'static str,
    /// The page or the package, with its version, that says so.
    pub source: String,
}

impl Catalog {
    /// The rows that lead from an event to its [`Mapping`](super::Mapping), in the order in which they apply.
    /// When no row is for the operation, the mapping is a guess or unknown, and only rows for the event's
    /// source are there.
    #[must_use]
    pub fn reasons(&self, source: &str, name: &str) -> Vec<Fact> {
        let mut facts = Vec::new();
        self.mapped(source, name, &mut |because| match because {
            Because::Row(table, row) => facts.push(fact(table, row)),
            Because::Own(action) => {
                let table = self.actions.table();
                let row = table.rows(&[action.as_str()]).next();
                facts.extend(row.map(|row| fact(table, row)));
            }
        });
        facts
    }
}

/// Every row of `written/` ends in its source; what is generated comes from a pinned package.
fn fact(table: &Table, row: Row) -> Fact {
    let (text, source) = match table.file {
        "generated/actions.tsv" => (row.text(), package_for("catalog")),
        file if file.starts_with("generated/") => (row.text(), package_for("operations")),
        _ => {
            let (text, source) = row.text().rsplit_once('\t').unwrap_or((row.text(), ""));
            (text, source.to_owned())
        }
    };
    Fact {
        table: table.file,
        row: text,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Mapping;

    fn tables(source: &str, name: &str) -> String {
        let facts = Catalog::bundled().reasons(&format!("{source}.amazonaws.com"), name);
        let tables: Vec<_> = facts.iter().map(|fact| fact.table).collect();
        tables.join(" ")
    }

    #[test]
    fn the_rows_are_those_that_decided() {
        let cases = [
            ("s3", "GetObject", "generated/actions.tsv"),
            ("s3", "HeadObject", "written/operations.tsv"),
            ("sts", "GetCallerIdentity", "written/no-permission.tsv"),
            ("dynamodb", "TransactGetItems", "written/families.tsv"),
            (
                "apigateway",
                "GetRestApis",
                "generated/apigateway-operations.tsv",
            ),
            ("lambda", "GetFunction20150331v2", "generated/actions.tsv"),
            ("iam", "NotCreateUser", ""),
            ("iam", "NotCreateUser20150331", ""),
            ("aoss", "Search", "written/families.tsv"),
            ("s3express", "GetObjectTorrent", "written/families.tsv"),
            (
                "monitoring",
                "PutMetricData",
                "written/event-sources.tsv generated/actions.tsv",
            ),
            (
                "cassandra",
                "AlterTable",
                "written/event-names.tsv written/operations.tsv",
            ),
        ];
        for (source, name, expected) in cases {
            assert_eq!(tables(source, name), expected, "{source} {name}");
        }
    }

    #[test]
    fn every_mapping_that_is_no_guess_has_a_row() {
        let catalog = Catalog::bundled();
        let written = [
            &catalog.operations,
            &catalog.no_permission,
            &catalog.event_names,
        ];
        let written = written.into_iter().flat_map(Table::all);
        let written = written.map(|row| (row.column(0), row.column(1).to_owned()));
        let actions = catalog
            .actions()
            .step_by(7)
            .map(|facts| facts.action.clone());
        let actions = actions.filter_map(|action| {
            let (prefix, _) = catalog
                .services()
                .find(|(prefix, _)| *prefix == action.service())?;
            Some((prefix, action.name().to_owned()))
        });
        for (source, name) in written.chain(actions) {
            let guess = matches!(
                catalog.mapping(source, &name),
                Mapping::Unverified(_) | Mapping::Unknown
            );
            let rows = catalog.reasons(source, &name);
            let of_operation = rows
                .iter()
                .filter(|fact| fact.table != "written/event-sources.tsv");
            assert_eq!(of_operation.count() == 0, guess, "{source} {name}");
        }
    }
}
