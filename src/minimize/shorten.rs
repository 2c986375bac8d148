//! Action patterns in place of lists of actions, where a limit of AWS leaves no other way.

use std::collections::BTreeSet;

use crate::algebra::{Glob, Strings};
use crate::catalog::Catalog;
use crate::evaluation::{Granted, action_glob, resource_glob};
use crate::iam::{ActionPattern, Actions, Effect, Resources, Statement};

use super::kept::{KeptStatement, Shortened};

/// Puts `service:Prefix*` for those actions of a statement that are all that the catalog has of it. Only where the role is
/// granted a pattern that holds it, on the same resources: what AWS adds tomorrow would come in then too, as it does today.
pub(super) fn shorten(kept: &mut KeptStatement, granted: &Granted, catalog: &Catalog) {
    let Actions::Only(patterns) = &kept.statement.actions else {
        return;
    };
    let mut left: BTreeSet<ActionPattern> = patterns.iter().cloned().collect();
    let mut shortened = Vec::new();
    for prefix in prefixes(&left) {
        let Ok(pattern) = format!("{prefix}*").parse::<ActionPattern>() else {
            continue;
        };
        let glob = action_glob(&pattern);
        let service = pattern.service().unwrap_or_default();
        let meant = catalog.actions_of(service).iter();
        let meant: Vec<ActionPattern> = meant
            .filter(|facts| glob.matches(facts.folded()))
            .map(|facts| (&facts.action).into())
            .collect();
        let all_kept = meant.iter().all(|action| left.contains(action));
        if meant.len() < 2 || !all_kept || !is_granted(&pattern, &kept.statement, granted) {
            continue;
        }
        meant.iter().for_each(|action| {
            left.remove(action);
        });
        shortened.push(Shortened {
            pattern,
            actions: meant,
        });
    }
    if shortened.is_empty() {
        return;
    }
    left.extend(shortened.iter().map(|short| short.pattern.clone()));
    kept.statement.actions = Actions::Only(left.into_iter().collect());
    kept.shortened = shortened;
}

/// The beginnings of the actions' names, each ending before a capital letter or with the service; the shortest first.
fn prefixes(actions: &BTreeSet<ActionPattern>) -> Vec<String> {
    let mut prefixes = BTreeSet::new();
    for action in actions.iter().filter_map(ActionPattern::as_action) {
        let text = action.as_str();
        let name = text.len() - action.name().len();
        let capital =
            |(at, letter): (usize, char)| (at >= name && letter.is_ascii_uppercase()).then_some(at);
        let ends = text.char_indices().filter_map(capital).chain([name]);
        prefixes.extend(ends.map(|end| (end, text[..end].to_owned())));
    }
    prefixes.into_iter().map(|(_, prefix)| prefix).collect()
}

/// Whether one statement of the role allows all that the pattern matches on all of these resources, in every context.
fn is_granted(pattern: &ActionPattern, statement: &Statement, granted: &Granted) -> bool {
    let actions = action_glob(pattern);
    let Resources::Only(resources) = &statement.resources else {
        return false;
    };
    let resources: Vec<_> = resources.iter().map(resource_glob).collect();
    let rules = granted.rules(Effect::Allow);
    let mut plain = rules.filter(|rule| {
        !rule.depends_on_context() || rule.statement.condition == statement.condition
    });
    plain.any(|rule| {
        let holds = |globs: &[Glob], one: &Glob| globs.iter().any(|glob| glob.covers(one));
        matches!(
            (&rule.product.action, &rule.product.resource),
            (Strings::AnyOf(of), Strings::AnyOf(on))
                if holds(of, &actions) && resources.iter().all(|one| holds(on, one))
        )
    })
}
