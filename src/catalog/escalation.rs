//! Ways to more than a role is granted, as `written/escalation-methods.tsv` has them, and what actions weigh.

use std::sync::Arc;

use super::table::Row;
use super::{Catalog, words};
use crate::iam::Action;

/// A way to more than a role is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscalationMethod {
    /// Its name, for example `lambda-create-and-invoke`.
    pub id: &'static str,
    /// What it does, in words of which it is the subject.
    pub title: &'static str,
    /// What it needs, all of it. The first one is on what the method leads to.
    pub requires: Vec<RequiredAction>,
    /// What it gives.
    pub gives: Gives,
    /// The page that tells of it.
    pub source: &'static str,
}

/// An action that a method needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequiredAction {
    /// The action.
    pub action: Action,
    /// The services of which one has to be the role's that is passed: values of `iam:PassedToService`. Empty for actions
    /// that pass none.
    pub services: Vec<&'static str>,
    /// The type of the resource that it has to be allowed on, where one alone will do.
    pub resource_type: Option<&'static str>,
}

/// What a method gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gives {
    /// Other policies for a role, a user, a group, or another text of a managed policy.
    Policies,
    /// A role, by a session of it.
    Role,
    /// A role that is passed to a service, which then does what it is told with it.
    PassedRole,
    /// The role that a function, an instance or another thing runs with.
    RunningRole,
    /// The credentials of a user.
    User,
}

impl Gives {
    fn of(word: &str) -> Option<Self> {
        match word {
            "policies" => Some(Gives::Policies),
            "role" => Some(Gives::Role),
            "passed-role" => Some(Gives::PassedRole),
            "running-role" => Some(Gives::RunningRole),
            "user" => Some(Gives::User),
            _ => None,
        }
    }
}

impl RequiredAction {
    /// Reads `action`, `action@type` or `action(service|service)`.
    fn parse(word: &'static str) -> Option<Self> {
        let (word, resource_type) = match word.split_once('@') {
            Some((word, name)) => (word, Some(name)),
            None => (word, None),
        };
        let (action, services) = match word.strip_suffix(')') {
            Some(word) => word.split_once('(')?,
            None => (word, ""),
        };
        let services = services.split('|').filter(|service| !service.is_empty());
        Some(RequiredAction {
            action: action.parse().ok()?,
            services: services.collect(),
            resource_type,
        })
    }
}

impl EscalationMethod {
    pub(super) fn parse(row: Row) -> Option<Self> {
        let requires = words(row.column(2)).map(RequiredAction::parse);
        Some(EscalationMethod {
            id: row.column(0),
            title: row.column(1),
            requires: requires.collect::<Option<_>>()?,
            gives: Gives::of(row.column(3))?,
            source: row.column(4),
        })
    }
}

impl Catalog {
    /// The ways to more than a role is granted, by name.
    ///
    /// ```
    /// # use tightrope::catalog::Catalog;
    /// let mut methods = Catalog::bundled().escalation_methods().iter();
    /// let method = methods.find(|method| method.id == "lambda-create-and-invoke").expect("it is known");
    /// let actions: Vec<_> = method.requires.iter().map(|required| required.action.as_str()).collect();
    /// assert_eq!(actions, ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]);
    /// assert_eq!(method.requires[0].services, ["lambda.amazonaws.com"]);
    /// ```
    #[must_use]
    pub fn escalation_methods(&self) -> &[Arc<EscalationMethod>] {
        &self.escalation_methods
    }

    /// A weight of `written/risk-weights.tsv`: of a `level`, of a `scope`, or of an action that reads `data`.
    #[must_use]
    pub fn risk_weight(&self, of: &str, name: &str) -> Option<f64> {
        let row = self.risk_weights.rows(&[of, name]).next()?;
        row.column(2).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::AccessLevel;

    #[test]
    fn every_row_is_read_and_names_what_the_catalog_has() {
        let catalog = Catalog::bundled();
        let methods = catalog.escalation_methods();
        assert_eq!(methods.len(), catalog.escalation_table.all().count());
        assert!((46..=70).contains(&methods.len()), "{}", methods.len());
        for method in methods {
            assert!(!method.requires.is_empty(), "{}", method.id);
            assert!(method.source.starts_with("https://"), "{}", method.id);
            for required in &method.requires {
                let facts = catalog.action(&required.action);
                let facts = facts.unwrap_or_else(|| panic!("{} is unknown", required.action));
                assert_eq!(facts.action.as_str(), required.action.as_str());
                let of_type = |name| facts.resource_types().any(|(own, _)| own == name);
                assert!(
                    required.resource_type.is_none_or(of_type),
                    "{}: {required:?}",
                    method.id
                );
                let passes = required.action.as_str() == "iam:PassRole";
                assert_eq!(passes, !required.services.is_empty(), "{}", method.id);
            }
        }
    }

    #[test]
    fn no_method_needs_what_another_that_gives_the_same_does_without() {
        let methods = Catalog::bundled().escalation_methods();
        for (one, other) in methods
            .iter()
            .flat_map(|one| methods.iter().map(move |other| (one, other)))
        {
            let holds = |required: &RequiredAction| other.requires.contains(required);
            let superset = one.gives == other.gives && one.requires.iter().all(holds);
            assert!(
                one.id == other.id || !superset,
                "{} is in {}",
                one.id,
                other.id
            );
        }
    }

    #[test]
    fn every_level_and_scope_has_a_weight_and_data_actions_are_read() {
        let catalog = Catalog::bundled();
        for level in AccessLevel::ALL {
            assert!(
                catalog.risk_weight("level", level.name()) > Some(0.0),
                "{level:?}"
            );
        }
        let scopes =
            ["single", "prefix", "type", "all"].map(|scope| catalog.risk_weight("scope", scope));
        assert!(scopes[0] > Some(0.0) && scopes.is_sorted() && scopes[3] == Some(1.0));
        assert!(catalog.risk_weight("level", "data") > catalog.risk_weight("level", "read"));
    }
}
