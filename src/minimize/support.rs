//! Conditions that the evidence supports: what all of the role's uses of an action have in common in their context.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::iam::{Action, Clause, Condition, ConditionKey, Operator};
use crate::lambda::Seen;
use crate::usage::{Access, On};

/// A condition that all uses of some actions met, and that a proposal does not add by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// The condition.
    pub condition: Condition,
    /// The actions whose uses all met it, in order.
    pub actions: Vec<Action>,
}

/// What is known of the context of all uses of an access, and asked in a proposal without being told to:
///
/// - of `iam:PassRole` the services that the roles are for, since a role that is passed to another service lends it out;
/// - of an action without resource-level permission the regions, which nothing else of the statement can tell. For
///   other actions the ARN tells them. Not of services whose calls are made in one region or in any.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion>
pub(super) fn known_of(access: &Access, seen: &Seen, catalog: &Catalog) -> Option<Condition> {
    let action = &access.action;
    let passes = action.as_str().eq_ignore_ascii_case("iam:PassRole");
    let on_nothing = access.on.iter().all(|on| *on == On::NoResource);
    let key = match (passes, on_nothing) {
        (true, _) => ConditionKey::new("iam:PassedToService"),
        (false, true) if !catalog.is_global(action.service()) => {
            ConditionKey::new("aws:RequestedRegion")
        }
        _ => return None,
    };
    let values = seen.known.get(action)?.values(&key)?;
    equals(&key, values)
}

/// The other conditions that all uses of an action met, one a key.
pub(super) fn suggestions(seen: &Seen, catalog: &Catalog) -> Vec<Suggestion> {
    let mut by_condition = std::collections::BTreeMap::<Condition, BTreeSet<Action>>::new();
    for (action, known) in &seen.known {
        let uses = seen
            .used
            .iter()
            .filter(|(access, _)| access.action == *action);
        let added: Vec<_> = uses
            .filter_map(|(access, _)| known_of(access, seen, catalog))
            .collect();
        for (key, values) in known.iter() {
            let Some(condition) =
                equals(key, values).filter(|condition| !added.contains(condition))
            else {
                continue;
            };
            let actions = by_condition.entry(condition).or_default();
            actions.insert(action.clone());
        }
    }
    let suggestion = |(condition, actions): (Condition, BTreeSet<Action>)| Suggestion {
        condition,
        actions: actions.into_iter().collect(),
    };
    by_condition.into_iter().map(suggestion).collect()
}

/// That the key is one of the values; `None` if a policy cannot say so, for want of a value or since `${` begins a variable.
fn equals(key: &ConditionKey, values: &BTreeSet<String>) -> Option<Condition> {
    let operator: Operator = "StringEquals".parse().ok()?;
    let plain = !values.is_empty() && !values.iter().any(|value| value.contains("${"));
    let clause = Clause {
        operator,
        key: key.clone(),
        values: values.iter().cloned().collect(),
    };
    plain.then(|| Condition::new(vec![clause]))?
}

/// Both conditions in one. The second is left out where the first asks something of its key already: a statement says one
/// thing of a key.
pub(super) fn both(one: Option<&Condition>, other: Option<&Condition>) -> Option<Condition> {
    let (Some(first), Some(second)) = (one, other) else {
        return one.or(other).cloned();
    };
    let asked = |key: &ConditionKey| first.clauses().iter().any(|clause| clause.key == *key);
    let mut clauses = first.clauses().to_vec();
    let new = second.clauses().iter().filter(|clause| !asked(&clause.key));
    clauses.extend(new.cloned());
    Condition::new(clauses)
}
