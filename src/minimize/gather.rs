//! Gathers what must stay allowed: what was used, what Lambda needs, what no trail shows, and what IAM remembers.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{AccessLevel, Catalog};
use crate::coverage;
use crate::evaluation::{Granted, Rule, action_glob};
use crate::iam::{Action, ActionPattern, Actions, Effect};
use crate::lambda::{FloorAccess, Seen};
use crate::usage::{Access, Evidence, Necessity};

use super::accessed::{self, Accessed, Said};
use super::anywhere::Anywhere;
use super::meeting::met;
use super::need::{Ground, Need, NeededOn, Uses};
use super::settings::Unobservable;
use super::support::known_of;
use super::unobservable::unobservable;

/// The facts that needs are gathered by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts<'a> {
    pub(super) catalog: &'a Catalog,
    /// What the trail could not have shown.
    pub(super) unseen: &'a [coverage::Unobservable],
    /// What the functions' configuration needs.
    pub(super) floor: &'a [FloorAccess],
    /// What becomes of what no trail shows.
    pub(super) unobservable: Unobservable,
    pub(super) anywhere: &'a Anywhere<'a>,
}

/// What must stay allowed, and the used accesses that no policy of the role grants.
pub(super) fn needs(
    granted: &Granted,
    seen: &Seen,
    facts: Facts<'_>,
) -> (Vec<Need>, Vec<(Access, Evidence)>) {
    let anywhere = facts.anywhere;
    let (mut needs, missing) = used(granted, seen, anywhere);
    let configured = facts
        .floor
        .iter()
        .map(|access| match &access.reason.function {
            Some(_) => Need::of_floor(access),
            None => {
                let ground = Ground::Configuration(access.reason.clone());
                anywhere.need((&access.action).into(), ground)
            }
        });
    let unseen = dependents(&seen.used, anywhere)
        .into_iter()
        .chain(configured)
        .chain(unobservable((granted, seen), facts, anywhere));
    needs.extend(of_granted(unseen, granted, facts.catalog));
    (needs, missing)
}

/// Adds what IAM says was last accessed and nothing else decides. Gives all that it says that the role is granted, with what
/// became of it.
pub(super) fn remember(
    needs: &mut Vec<Need>,
    said: &Said<'_>,
    (granted, seen): (&Granted, &Seen),
    facts: Facts<'_>,
) -> Vec<Accessed> {
    let anywhere = facts.anywhere;
    let is_granted = |accessed: &Accessed| {
        let ground = Ground::LastAccessed(accessed.last.clone());
        let need = anywhere.need(accessed.what.clone(), ground);
        need.is_granted(granted)
    };
    let mut accessed = said.actions(facts);
    let kept = accessed::needs(&accessed, anywhere).into_iter();
    needs.extend(of_granted(kept, granted, facts.catalog));
    let services = said.services(needs);
    let facts = Facts {
        unseen: &said.held(&services),
        ..facts
    };
    let held = unobservable((granted, seen), facts, anywhere);
    needs.extend(of_granted(held.into_iter(), granted, facts.catalog));
    accessed.extend(services);
    accessed.retain(is_granted);
    accessed
}

/// Needs as far as the role is granted them.
fn of_granted(
    needs: impl Iterator<Item = Need>,
    granted: &Granted,
    catalog: &Catalog,
) -> Vec<Need> {
    let needs = needs
        .flat_map(|need| met(need, granted))
        .flat_map(|need| unsplit(need, granted, catalog));
    needs.filter(|need| need.is_granted(granted)).collect()
}

/// What was used, and of that the accesses that no policy of the role grants.
fn used(
    granted: &Granted,
    seen: &Seen,
    anywhere: &Anywhere<'_>,
) -> (Vec<Need>, Vec<(Access, Evidence)>) {
    let mut needs = Vec::new();
    let mut missing = Vec::new();
    for (place, (access, evidence)) in seen.used.iter().enumerate() {
        let uses = Uses::of(place, evidence.clone());
        match used_needs((granted, seen), access, &uses, anywhere) {
            Some(found) => needs.extend(found),
            None if access.need == Necessity::Possible => {}
            None => missing.push((access.clone(), evidence.clone())),
        }
    }
    (needs, missing)
}

/// A call that was authorised, on a resource that the role's policies do not name, was read wrongly, or
/// allowed by the resource's own policy. It is then kept wherever the role has the action; `None` if it
/// does not have it at all.
fn used_needs(
    (granted, seen): (&Granted, &Seen),
    access: &Access,
    uses: &Uses,
    anywhere: &Anywhere<'_>,
) -> Option<Vec<Need>> {
    let used = |resource_confirmed| Ground::Used {
        uses: uses.clone(),
        verified: access.verified,
        resource_confirmed,
        need: access.need,
    };
    let actions = ActionPattern::from(&access.action);
    let on_each = access.on.iter().map(|on| Need {
        actions: actions.clone(),
        on: NeededOn::Seen(on.clone()),
        when: known_of(access, seen, anywhere.catalog),
        ground: used(true),
    });
    let (confirmed, unknown): (Vec<_>, Vec<_>) = on_each.partition(|need| need.is_granted(granted));
    if unknown.is_empty() {
        return Some(confirmed);
    }
    let anywhere = anywhere.need(actions, used(false));
    anywhere.is_granted(granted).then(|| vec![anywhere])
}

/// The need of a whole service as needs of its actions one by one, if a statement grants some of them and
/// not others in a way that patterns cannot tell apart.
fn unsplit(need: Need, granted: &Granted, catalog: &Catalog) -> Vec<Need> {
    let wanted = action_glob(&need.actions);
    let splits = |rule: &Rule| match &rule.statement.actions {
        Actions::Only(patterns) => patterns.iter().map(action_glob).any(|glob| {
            glob.overlap(&wanted).is_some() && !glob.covers(&wanted) && !wanted.covers(&glob)
        }),
        Actions::AllBut(patterns) => {
            let mut globs = patterns.iter().map(action_glob);
            globs.any(|glob| glob.overlap(&wanted).is_some() && !glob.covers(&wanted))
        }
    };
    if wanted.as_literal().is_some() || !granted.rules(Effect::Allow).any(splits) {
        return vec![need];
    }
    let actions = catalog.actions_of(need.actions.service().unwrap_or_default());
    let matching = actions
        .iter()
        .filter(|facts| wanted.matches(facts.folded()));
    matching
        .map(|facts| Need {
            actions: (&facts.action).into(),
            ..need.clone()
        })
        .collect()
}

/// Actions that a used one may need beside it and that make no event of their own: passing a role, and tags
/// given while something is created.
fn dependents(used: &[(Access, Evidence)], anywhere: &Anywhere<'_>) -> Vec<Need> {
    let catalog = anywhere.catalog;
    let seen: BTreeSet<&Action> = used.iter().map(|(access, _)| &access.action).collect();
    let silent = |action: &Action| {
        let tagging = |action| {
            catalog
                .action(action)
                .is_some_and(|facts| facts.level() == AccessLevel::Tagging)
        };
        !seen.contains(action) && (action.as_str() == "iam:PassRole" || tagging(action))
    };
    let mut needed: BTreeMap<Action, Action> = BTreeMap::new();
    for action in &seen {
        let facts = catalog.action(action);
        let listed = facts.iter().flat_map(|facts| facts.dependents());
        let tags = creates(action).then(|| tagging_actions(action.service(), catalog));
        for dependent in listed.chain(tags.into_iter().flatten()).filter(silent) {
            needed.entry(dependent).or_insert_with(|| (*action).clone());
        }
    }
    let need = |(dependent, by): (Action, Action)| {
        anywhere.need((&dependent).into(), Ground::NeededBy(by))
    };
    needed.into_iter().map(need).collect()
}

/// Whether an action makes something that tags can be given to at once.
fn creates(action: &Action) -> bool {
    const VERBS: [&str; 8] = [
        "Allocate", "Copy", "Create", "Import", "Publish", "Register", "Request", "Run",
    ];
    VERBS.iter().any(|verb| action.name().starts_with(verb))
}

/// A service's actions that give tags.
fn tagging_actions(service: &str, catalog: &Catalog) -> Vec<Action> {
    let gives = |action: &Action| {
        ["Tag", "Add", "Create"]
            .iter()
            .any(|verb| action.name().starts_with(verb))
    };
    let tagging = catalog
        .actions_of(service)
        .iter()
        .filter(|facts| facts.level() == AccessLevel::Tagging);
    tagging
        .map(|facts| &facts.action)
        .filter(|action| gives(action))
        .cloned()
        .collect()
}
