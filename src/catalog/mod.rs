//! What AWS has: services, actions, resource types; which event is which action; what CloudTrail shows.
//!
//! The facts are the sorted text files of `policy-data/`, bundled as they stand and searched in place:
//! looking up is a binary search over lines, and there is no second format that could disagree with them.
//! This is the only reader of `policy-data/`. Where each fact comes from stands in its README.

mod mapping;
mod table;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::iam::{Action, ActionPattern};

pub use mapping::{Mapping, Outcome};
use table::Table;

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
        let levels = self.levels.chars().filter_map(AccessLevel::of_letter);
        levels.min().unwrap_or(AccessLevel::Write)
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

/// Actions whose calls a management trail does not show.
#[derive(Clone, Debug)]
pub struct Unobservable {
    /// The actions.
    pub actions: ActionPattern,
    /// Why they are not seen.
    pub why: Unseen,
}

/// Why CloudTrail does not show a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unseen {
    /// It is a data event of this CloudTrail resource type, and those are off unless a trail asks for them.
    DataEvent(&'static str),
    /// CloudTrail has no event for it.
    NeverLogged,
    /// CloudTrail has events for some of its calls only; the text says for which not.
    InPart(&'static str),
    /// A trail may leave out all events of the service, and this one has none.
    LeftOut,
}

/// The bundled facts.
#[derive(Debug)]
pub struct Catalog {
    services: Table,
    /// Read when the first action is asked for: that takes some milliseconds.
    actions: LazyLock<Vec<ActionFacts>>,
    resource_types: Table,
    apigateway: Table,
    event_sources: Table,
    event_names: Table,
    operations: Table,
    no_permission: Table,
    parameters: Table,
    error_codes: Table,
    unobservable: Vec<Unobservable>,
    in_part: Vec<Unobservable>,
}

macro_rules! bundled {
    ($file:literal, $keys:literal) => {
        Table::new(include_str!(concat!("../../policy-data/", $file)), $keys)
    };
}

impl Catalog {
    /// The facts that this build carries.
    #[must_use]
    pub fn bundled() -> &'static Catalog {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog {
            services: bundled!("generated/services.tsv", 1),
            actions: LazyLock::new(|| {
                let text = include_str!("../../policy-data/generated/actions.tsv");
                let rows = text.lines().filter(|line| !line.starts_with('#'));
                rows.filter_map(facts).collect()
            }),
            resource_types: bundled!("generated/resource-types.tsv", 2),
            apigateway: bundled!("generated/apigateway-operations.tsv", 1),
            event_sources: bundled!("written/event-sources.tsv", 1),
            event_names: bundled!("written/event-names.tsv", 2),
            operations: bundled!("written/operations.tsv", 2),
            no_permission: bundled!("written/no-permission.tsv", 2),
            parameters: bundled!("written/parameters.tsv", 2),
            error_codes: bundled!("written/error-codes.tsv", 1),
            unobservable: unobservable(include_str!("../../policy-data/written/observability.tsv")),
            in_part: in_part(include_str!(
                "../../policy-data/written/partly-observable.tsv"
            )),
        });
        &CATALOG
    }

    /// The name of the service with this prefix, for example `Amazon S3` for `s3`.
    #[must_use]
    pub fn service_name(&self, prefix: &str) -> Option<&'static str> {
        self.services
            .rows(&[prefix])
            .next()
            .map(|row| row.column(1))
    }

    /// What is known of an action; `None` when no service has it.
    #[must_use]
    pub fn action(&self, action: &Action) -> Option<&ActionFacts> {
        let found = self
            .actions
            .binary_search_by(|facts| facts.action.cmp(action));
        found.ok().map(|index| &self.actions[index])
    }

    /// Every action of every service, sorted, so that those of a service stand together.
    #[must_use]
    pub fn actions(&self) -> &[ActionFacts] {
        &self.actions
    }

    /// Every action of one service, sorted.
    #[must_use]
    pub fn actions_of(&self, prefix: &str) -> &[ActionFacts] {
        let beginning = format!("{}:", prefix.to_ascii_lowercase());
        let from = self
            .actions
            .partition_point(|facts| *facts.folded < *beginning);
        let rest = &self.actions[from..];
        &rest[..rest.partition_point(|facts| facts.folded.starts_with(&beginning))]
    }

    /// The ARN templates of a service's resource type, with placeholders as in `${BucketName}`.
    pub fn arn_templates(
        &self,
        prefix: &str,
        resource_type: &str,
    ) -> impl Iterator<Item = &'static str> {
        self.resource_types
            .rows(&[prefix, resource_type])
            .map(|row| row.column(2))
    }

    /// The namespaces of the ARNs that a service's actions are asked on: its own prefix, and those of the
    /// resource types that AWS lists for it (`rds` for `rds-data`).
    #[must_use]
    pub fn arn_namespaces(&self, prefix: &str) -> BTreeSet<String> {
        let rows = self.resource_types.rows_of_first(prefix);
        let namespaces = rows.filter_map(|row| row.column(2).split(':').nth(2));
        namespaces
            .map(str::to_owned)
            .chain([prefix.to_ascii_lowercase()])
            .collect()
    }

    /// The request parameters that fill a placeholder of an ARN template, most telling first.
    pub fn parameters(
        &self,
        prefix: &str,
        placeholder: &str,
    ) -> impl Iterator<Item = &'static str> {
        self.parameters
            .rows(&[prefix, placeholder])
            .flat_map(|row| words(row.column(2)))
    }

    /// The actions that a trail of management events does not show, or shows in part. `sources` are the event
    /// sources that the trail has any event of: a service that it may leave out and has nothing of counts as
    /// left out.
    pub fn unobservable(&self, sources: &BTreeSet<String>) -> impl Iterator<Item = &Unobservable> {
        let there =
            |unobservable: &&Unobservable| match (unobservable.why, unobservable.actions.service())
            {
                (Unseen::LeftOut, Some(service)) => {
                    !sources.contains(&format!("{service}.amazonaws.com"))
                }
                _ => true,
            };
        self.unobservable.iter().chain(&self.in_part).filter(there)
    }
}

fn facts(row: &'static str) -> Option<ActionFacts> {
    let mut columns = row.split('\t');
    let action = columns.next()?;
    Some(ActionFacts {
        action: action.parse().ok()?,
        folded: action.to_ascii_lowercase().into(),
        levels: columns.next()?,
        resource_types: columns.next()?,
        dependents: columns.next().unwrap_or_default(),
    })
}

fn unobservable(text: &'static str) -> Vec<Unobservable> {
    let table = Table::new(text, 1);
    let read = |row: table::Row| {
        Some(Unobservable {
            actions: row.column(0).parse().ok()?,
            why: match row.column(1) {
                "data" => Unseen::DataEvent(row.column(2)),
                _ => Unseen::NeverLogged,
            },
        })
    };
    table.all().filter_map(read).collect()
}

/// A row for a whole service is one that a trail may leave out.
fn in_part(text: &'static str) -> Vec<Unobservable> {
    let table = Table::new(text, 1);
    let read = |row: table::Row| {
        let actions: ActionPattern = row.column(0).parse().ok()?;
        let why = match actions.as_str().ends_with(":*") {
            true => Unseen::LeftOut,
            false => Unseen::InPart(row.column(1)),
        };
        Some(Unobservable { actions, why })
    };
    table.all().filter_map(read).collect()
}

/// The words of a column; `-` stands for none.
fn words(column: &'static str) -> impl Iterator<Item = &'static str> {
    column
        .split(' ')
        .filter(|word| !word.is_empty() && *word != "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_found_in_any_case_with_its_own_spelling() {
        let facts = Catalog::bundled().action(&"S3:getobject".parse().expect("an action"));
        let facts = facts.expect("s3:GetObject is in the catalog");
        assert_eq!(facts.action.as_str(), "s3:GetObject");
        assert_eq!(facts.level(), AccessLevel::Read);
        assert!(facts.resource_types().any(|(name, _)| name == "object"));
    }

    #[test]
    fn an_action_without_resource_level_permission_has_no_resource_types() {
        let facts = Catalog::bundled().action(&"s3:ListAllMyBuckets".parse().expect("an action"));
        assert_eq!(facts.expect("in the catalog").resource_types().count(), 0);
    }

    #[test]
    fn no_row_of_any_table_is_lost() {
        let catalog = Catalog::bundled();
        let lines = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
        let actions = lines(include_str!("../../policy-data/generated/actions.tsv"));
        assert!(actions > 22_000);
        assert_eq!(catalog.actions().len(), actions);
        let unobservable = lines(include_str!("../../policy-data/written/observability.tsv"));
        assert_eq!(catalog.unobservable.len(), unobservable);
        for facts in catalog.actions() {
            let found = catalog
                .action(&facts.action)
                .expect("each action finds itself");
            assert_eq!(found.action.as_str(), facts.action.as_str());
        }
    }

    #[test]
    fn every_resource_type_that_an_action_names_has_a_template() {
        let catalog = Catalog::bundled();
        let without = catalog.actions().iter().flat_map(|facts| {
            let service = facts.action.service().to_owned();
            let types: Vec<_> = facts.resource_types().collect();
            types.into_iter().filter_map(move |(name, _)| {
                let none = catalog.arn_templates(&service, name).next().is_none();
                none.then(|| format!("{} {name}", facts.action))
            })
        });
        assert_eq!(without.collect::<Vec<_>>(), Vec::<String>::new());
    }
}
