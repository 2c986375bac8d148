//! Which facts say that an event is what it is mapped to.

use super::contents::package_for;
use super::table::{Row, Table};
use super::{Catalog, Mapping, words};

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
    /// The rows that lead from an event to its [`Mapping`], in the order in which they apply. When no row is
    /// for the operation, the mapping is a guess or unknown, and only rows for the event's source are there.
    #[must_use]
    pub fn reasons(&self, source: &str, name: &str) -> Vec<Fact> {
        let short = source.strip_suffix(".amazonaws.com").unwrap_or(source);
        let mut facts: Vec<_> = self
            .event_sources
            .rows(&[short])
            .map(|row| fact(&self.event_sources, row))
            .collect();
        let mapping = self.mapping(source, name);
        let bare = without_digits(name);
        let names = match self.mapping(source, bare) == mapping {
            true => vec![name, bare],
            false => vec![name],
        };
        let prefixes = self.prefixes(source);
        let of_name = |name: &&str| {
            let mut of_prefix = prefixes
                .iter()
                .map(|prefix| self.reasons_in(prefix, name, &mapping));
            of_prefix.find(|facts| !facts.is_empty())
        };
        facts.extend(names.iter().find_map(of_name).unwrap_or_default());
        facts
    }

    /// The rows for an operation of one service.
    fn reasons_in(&self, prefix: &str, event_name: &str, mapping: &Mapping) -> Vec<Fact> {
        let alias = self.event_names.rows(&[prefix, event_name]).next();
        let name = alias.map_or(event_name, |row| row.column(2));
        let key = [prefix, name];
        let own = format!("{prefix}:{name}");
        let found = match mapping {
            Mapping::NoPermission => facts(&self.no_permission, self.no_permission.rows(&key)),
            Mapping::ApiGateway { .. } => facts(&self.apigateway, self.apigateway.rows(&[name])),
            Mapping::Actions { actions, .. } => {
                let names =
                    |column: &'static str, action: &str| words(column).any(|word| word == action);
                let by_content = self.families.all().filter(|row| {
                    row.column(1) == prefix
                        && names(row.column(2), name)
                        && actions
                            .iter()
                            .all(|action| names(row.column(5), action.as_str()))
                });
                let tables = [
                    facts(&self.families, by_content),
                    facts(&self.operations, self.operations.rows(&key)),
                    facts(self.actions.table(), self.actions.table().rows(&[&own])),
                ];
                tables
                    .into_iter()
                    .find(|facts| !facts.is_empty())
                    .unwrap_or_default()
            }
            Mapping::Unverified(_) | Mapping::Unknown => Vec::new(),
        };
        let alias = alias.filter(|_| !found.is_empty());
        alias
            .map(|row| fact(&self.event_names, row))
            .into_iter()
            .chain(found)
            .collect()
    }
}

fn facts(table: &Table, rows: impl Iterator<Item = Row>) -> Vec<Fact> {
    rows.map(|row| fact(table, row)).collect()
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

/// A name without what an API version at its end can be made of: more than is cut when an event is mapped, so
/// the two names must be mapped to the same.
fn without_digits(name: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit() || c == '_';
    let name = name.trim_end_matches(digits);
    name.strip_suffix('v')
        .map_or(name, |name| name.trim_end_matches(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

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
