//! Why each permission of a statement stays, in words.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::minimize::{Ground, KeptStatement, VerifiedProposal, WhyKept};
use crate::usage::Necessity;

use super::text::{evidence, plural};

/// Why the seen and needed actions of a statement are kept: the ground's name, what it keeps.
pub(super) fn reasons(kept: &KeptStatement) -> Vec<(&'static str, String)> {
    let used = kept.why.iter().filter_map(|why| match &why.ground {
        Ground::Used {
            uses,
            verified,
            resource_confirmed,
            need,
        } => {
            let seen = uses
                .evidence()
                .map(|seen| evidence(&seen))
                .unwrap_or_default();
            let name = match need {
                Necessity::Certain => "used",
                Necessity::Possible => "may need",
            };
            Some((
                name,
                format!(
                    "{} ({seen}{})",
                    why.actions,
                    doubt(*verified, *resource_confirmed)
                ),
            ))
        }
        _ => None,
    });
    let mut needed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for why in &kept.why {
        let what_for = match &why.ground {
            Ground::NeededBy(action) => format!("with {action}; it makes no event of its own"),
            Ground::Configuration(reason) => reason.to_string(),
            Ground::Used { .. } | Ground::LastAccessed(_) | Ground::Unobservable(_) => continue,
        };
        needed
            .entry(what_for)
            .or_default()
            .push(why.actions.to_string());
    }
    let needed = needed
        .into_iter()
        .map(|(what_for, actions)| ("needed", format!("{} ({what_for})", actions.join(", "))));
    used.chain(needed).chain(accessed(kept)).collect()
}

/// The actions that are kept for IAM's word, those of the same day and Region together, the latest first.
fn accessed(kept: &KeptStatement) -> Vec<(&'static str, String)> {
    let mut accessed: BTreeMap<Reverse<String>, Vec<String>> = BTreeMap::new();
    for why in &kept.why {
        if let Ground::LastAccessed(last) = &why.ground {
            let actions = accessed.entry(Reverse(last.to_string())).or_default();
            actions.push(why.actions.to_string());
        }
    }
    let lines = accessed.into_iter().map(|(Reverse(last), actions)| {
        let actions = actions.join(", ");
        let what = format!("{actions} (last on {last}, as IAM says; not in the trail)");
        ("accessed", what)
    });
    lines.collect()
}

fn doubt(verified: bool, resource_confirmed: bool) -> &'static str {
    match (verified, resource_confirmed) {
        (false, _) => "; unverified: no fact names this action, it is the event's own name",
        (true, false) => {
            "; seen on a resource that the role's policies do not name, so kept on all"
        }
        (true, true) => "",
    }
}

/// The actions of a statement that are kept because no trail shows them: their names by service.
pub(super) fn unseen(kept: &KeptStatement) -> BTreeMap<String, Vec<String>> {
    let mut services: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let unseen = |why: &&WhyKept| matches!(why.ground, Ground::Unobservable(_));
    for why in kept.why.iter().filter(unseen) {
        let text = why.actions.as_str();
        let (service, name) = text.split_once(':').unwrap_or((text, "*"));
        let names = services.entry(service.to_owned()).or_default();
        if names.last().is_none_or(|last| last != name) {
            names.push(name.to_owned());
        }
    }
    services
}

/// Unseen actions in one line: names while they are few, else numbers by service, the largest first.
pub(super) fn unseen_in_short(services: &BTreeMap<String, Vec<String>>) -> String {
    const FEW: usize = 12;
    let number: usize = services.values().map(Vec::len).sum();
    if number <= FEW {
        let names = services
            .iter()
            .flat_map(|(service, names)| names.iter().map(move |name| format!("{service}:{name}")));
        return names.collect::<Vec<_>>().join(", ");
    }
    let mut sizes: Vec<_> = services
        .iter()
        .map(|(service, names)| (names.len(), service))
        .collect();
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let most: Vec<_> = sizes
        .iter()
        .take(FEW)
        .map(|(number, service)| format!("{service} {number}"))
        .collect();
    let rest = match sizes.len().saturating_sub(FEW) {
        0 => String::new(),
        rest => format!(" and of {}", plural(rest, "more service")),
    };
    format!(
        "{} of {}: {}{rest}",
        plural(number, "action"),
        plural(sizes.len(), "service"),
        most.join(", ")
    )
}

/// How many actions of a proposal are kept only because no trail shows them.
pub(super) fn unseen_actions(proposal: &VerifiedProposal) -> usize {
    let documents = proposal.layout().documents().iter();
    let statements = documents.flat_map(|document| &document.statements);
    let only_unseen = statements.filter(|kept| reasons(kept).is_empty());
    only_unseen
        .flat_map(unseen)
        .map(|(_, names)| names.len())
        .sum()
}
