//! Actions as a reader wants them named: few words, and no more than is meant.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{ActionFacts, Catalog};
use crate::evaluation::action_glob;
use crate::iam::{Action, ActionPattern};

/// The actions by the author's patterns where all of the catalog's actions that one matches are meant, by `service:*`
/// where all of a service are, and by name else. Sorted.
pub(super) fn named(
    actions: &[&ActionFacts],
    patterns: &[ActionPattern],
    catalog: &Catalog,
) -> Vec<ActionPattern> {
    let mut left: BTreeSet<&Action> = actions.iter().map(|facts| &facts.action).collect();
    let services: BTreeMap<String, usize> = left.iter().fold(BTreeMap::new(), |mut of, action| {
        *of.entry(action.service().to_ascii_lowercase()).or_default() += 1;
        of
    });
    let total = catalog.service_prefixes().count();
    let is_whole =
        |(service, count): &(&String, &usize)| catalog.actions_of(service).len() == **count;
    let whole: BTreeSet<&String> = services
        .iter()
        .filter(is_whole)
        .map(|(service, _)| service)
        .collect();
    if whole.len() == total {
        return patterns_of(["*".to_owned()]);
    }
    let mut names = Vec::new();
    for pattern in patterns {
        let glob = action_glob(pattern);
        let of_service = |service: &str| catalog.actions_of(service).iter();
        let matched: Vec<&Action> = match pattern.service() {
            Some(service) => of_service(&service.to_ascii_lowercase())
                .filter(|facts| glob.matches(facts.folded()))
                .map(|facts| &facts.action)
                .collect(),
            None => Vec::new(),
        };
        if matched.len() > 1 && matched.iter().all(|action| left.contains(action)) {
            names.push(pattern.clone());
            matched.iter().for_each(|action| {
                left.remove(action);
            });
        }
    }
    for service in whole {
        let all = catalog.actions_of(service);
        if all.len() > 1 && all.iter().all(|facts| left.contains(&facts.action)) {
            names.extend(patterns_of([format!("{service}:*")]));
            all.iter().for_each(|facts| {
                left.remove(&facts.action);
            });
        }
    }
    names.extend(left.into_iter().map(ActionPattern::from));
    names.sort();
    names
}

fn patterns_of(texts: impl IntoIterator<Item = String>) -> Vec<ActionPattern> {
    texts
        .into_iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}
