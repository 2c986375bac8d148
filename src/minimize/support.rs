//! Conditions that the evidence supports: what all of the role's uses of an action have in common in their context.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::iam::{Action, ActionPattern, Clause, Condition, ConditionKey, Operator};
use crate::lambda::{FloorAccess, Seen};
use crate::usage::{Access, On};

use super::need::{Ground, Need};
use super::premises::Premises;

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

/// The other conditions that all uses of an action met, one a key; and those of actions that only a configuration needs.
pub(super) fn suggestions(premises: &Premises, catalog: &Catalog) -> Vec<Suggestion> {
    let seen = &premises.seen;
    let mut by_condition = guards(premises);
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

/// What the requests of all configurations that need an action have in their context, where nothing else keeps the action.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>
fn guards(premises: &Premises) -> BTreeMap<Condition, BTreeSet<Action>> {
    let mut values: BTreeMap<(&Action, &ConditionKey), BTreeSet<String>> = BTreeMap::new();
    for access in &premises.configured {
        for guard in &access.guards {
            let values = values.entry((&access.action, &guard.key)).or_default();
            values.insert(guard.value.to_string());
        }
    }
    let mut guards: BTreeMap<Condition, BTreeSet<Action>> = BTreeMap::new();
    for ((action, key), values) in values {
        let has = |access: &FloorAccess| access.guards.iter().any(|guard| guard.key == *key);
        let mut configured = premises.configured.iter();
        let always = configured.all(|access| access.action != *action || has(access));
        let pattern = ActionPattern::from(action);
        let other = |need: &Need| {
            need.actions == pattern && !matches!(need.ground, Ground::Configuration(_))
        };
        if let Some(like) =
            like(key, values).filter(|_| always && !premises.needs.iter().any(other))
        {
            guards.entry(like).or_default().insert(action.clone());
        }
    }
    guards
}

/// That the key matches one of the patterns.
fn like(key: &ConditionKey, patterns: BTreeSet<String>) -> Option<Condition> {
    let are_arns = patterns.iter().all(|pattern| pattern.starts_with("arn:"));
    let clause = Clause {
        operator: if are_arns { "ArnLike" } else { "StringLike" }
            .parse()
            .ok()?,
        key: key.clone(),
        values: patterns.into_iter().collect(),
    };
    Condition::new(vec![clause])
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
