//! How small a proposal is, what its patterns stand for, and what its evidence is worth, in words.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::generalize::Level;
use crate::iam::{ActionPattern, Actions, MANAGED_LIMIT, ResourcePattern, Resources, Statement};
use crate::minimize::{Confidence, Cut, Eased, Explained, Standing, Standings, VerifiedProposal};

use super::text::{count, plural, size_count};

/// How small it is known to be: `412 characters without names, proved the fewest`.
pub(super) fn certificate(proposal: &VerifiedProposal) -> String {
    let certificate = proposal.certificate();
    let unit = match proposal.settings().objective {
        crate::cover::Objective::Characters => "characters without names",
        crate::cover::Objective::Statements => "statements",
    };
    let cost = count(certificate.cost);
    let what = match proposal.eased() {
        eased if eased.contains(&Eased::ActionPatterns) => {
            "that hold what stays, before lists of actions became patterns"
        }
        _ => "that hold what stays, of one service and one condition a statement",
    };
    match certificate.is_optimum() {
        true => format!("{cost} {unit}: proved the fewest {what}"),
        false => format!(
            "{cost} {unit}: within {:.1} % of the fewest {what}; no fewer than {} are possible",
            certificate.gap() * 100.0,
            count(certificate.lower_bound)
        ),
    }
}

/// What a pattern stands for: `3,412 seen; a date or time, a UUID; of 2^53 that it matches`.
pub(super) fn pattern(explained: &Explained) -> String {
    let mut opened: Vec<String> = Vec::new();
    for reason in explained.opened.iter().map(ToString::to_string) {
        if !opened.contains(&reason) {
            opened.push(reason);
        }
    }
    let matched = match explained.bits() {
        Some(bits) => format!("one of 2^{bits} that it matches"),
        None => "of whatever length".to_owned(),
    };
    format!(
        "{} seen; open: {} ({matched})",
        size_count(explained.seen),
        opened.join(", ")
    )
}

/// What the evidence is worth, a sentence a line.
pub(super) fn confidence(confidence: &Confidence) -> Vec<String> {
    let days = plural(confidence.days, "day");
    let mut lines = vec![format!(
        "{days} of trail, used on {}; {} alone hold a permission{}",
        size_count(confidence.active),
        size_count(confidence.alone),
        next_day(confidence)
    )];
    if !confidence.cuts.is_empty() {
        let cuts: Vec<_> = confidence.cuts.iter().map(cut).collect();
        lines.push(format!("derived from {}", cuts.join("; ")));
    }
    if let Some(percent) = confidence.rule_of_three() {
        lines.push(format!(
            "what goes and could be seen was used on fewer than {percent} % of days (95 %, if its days are independent); \
             nothing is known of what comes round less often"
        ));
    }
    lines
}

/// The share of days that alone hold a permission, as an estimate.
fn next_day(confidence: &Confidence) -> String {
    let number = |count| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    match confidence.days {
        0 => String::new(),
        days => format!(
            ": about {:.0} % that the next day asks for something new",
            100.0 * number(confidence.alone) / number(days)
        ),
    }
}

fn cut(cut: &Cut) -> String {
    format!(
        "the first {} it would have denied {} of {} later accesses",
        plural(cut.days, "day"),
        count(cut.denied),
        count(cut.later)
    )
}

/// What is known of the granted permissions, counted: `3 used, 2 needed by configuration, 1 unobservable, 288 unused`.
pub(super) fn standings(proposal: &VerifiedProposal, granted: usize) -> String {
    let [used, needed, unobservable] = counts(proposal);
    let unused = granted.saturating_sub(used + needed + unobservable);
    [
        (used, Standing::Used),
        (needed, Standing::NeededByConfiguration),
        (unobservable, Standing::Unobservable),
        (unused, Standing::Unused),
    ]
    .map(|(number, standing)| format!("{} {}", size_count(number), standing.name()))
    .join(", ")
}

/// How many of the catalog's actions are used, needed by configuration, and unobservable.
pub(super) fn counts(proposal: &VerifiedProposal) -> [usize; 3] {
    Standings::of(proposal.premises()).count(Catalog::bundled())
}

/// What was given up so that it fits, in words.
pub(super) fn eased(proposal: &VerifiedProposal) -> Option<String> {
    let words = |eased: &Eased| match eased {
        Eased::NoNames => "statements have no name".to_owned(),
        Eased::ActionPatterns => {
            "actions are written as patterns that match the same actions of today's catalog"
                .to_owned()
        }
        Eased::AcrossServices => across_services(proposal),
        Eased::Generalized(Level::Prefix) => {
            "resources are generalised to their first part".to_owned()
        }
        Eased::Generalized(_) => "resources are generalised".to_owned(),
        Eased::AsGrantedBeyond(0) => "every action keeps all granted resources".to_owned(),
        Eased::AsGrantedBeyond(most) => {
            format!("an action seen on more than {most} resources keeps all granted ones")
        }
    };
    let all: Vec<_> = proposal.eased().iter().map(words).collect();
    (!all.is_empty()).then(|| {
        format!(
            "to fit into AWS's limits ({MANAGED_LIMIT} characters a managed policy): {}",
            all.join("; ")
        )
    })
}

/// Statements of several services pair actions with other services' resources: no request can be one of those, so that over
/// AWS's own requests nothing is allowed beside what was asked, and over all strings only what the role was granted too.
fn across_services(proposal: &VerifiedProposal) -> String {
    let documents = proposal.layout().documents().iter();
    let statements = documents.flat_map(|document| &document.statements);
    let pairs = statements.flat_map(|kept| foreign_pairs(&kept.statement));
    let mut pairs = pairs.map(|(action, resource)| format!("{action} on {resource}"));
    let first = pairs.next();
    let number = pairs.count() + usize::from(first.is_some());
    match first {
        None => "a statement may hold several services".to_owned(),
        Some(first) => format!(
            "a statement may hold several services: {} of an action with another service's resource, such as {first}, which \
             the role was granted and no request is",
            plural(number, "pair")
        ),
    }
}

/// The actions of a statement with those of its resources that name another service.
fn foreign_pairs(statement: &Statement) -> Vec<(&ActionPattern, &ResourcePattern)> {
    let (Actions::Only(actions), Resources::Only(resources)) =
        (&statement.actions, &statement.resources)
    else {
        return Vec::new();
    };
    let services: BTreeSet<_> = actions.iter().map(ActionPattern::service).collect();
    if services.len() < 2 {
        return Vec::new();
    }
    let foreign = |action: &ActionPattern, resource: &ResourcePattern| {
        let resource = resource.to_string();
        let of = resource.split(':').nth(2).map(str::to_owned);
        of.is_some_and(|of| action.service() != Some(of.as_str()))
    };
    let pairs = actions
        .iter()
        .flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    pairs
        .filter(|(action, resource)| foreign(action, resource))
        .collect()
}

/// The conditions that could be asked too: `{"StringEquals":{…}} on all uses of s3:GetObject`.
pub(super) fn suggestions(proposal: &VerifiedProposal) -> Vec<String> {
    let all = proposal.suggested().iter();
    all.map(|suggested| {
        let actions: Vec<_> = suggested.actions.iter().map(ToString::to_string).collect();
        format!(
            "all uses of {} met {}",
            actions.join(", "),
            suggested.condition
        )
    })
    .collect()
}

/// The condition of a statement, if it has one.
pub(super) fn condition(statement: &Statement) -> Option<String> {
    statement.condition.as_ref().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::iam::Policy;

    #[test]
    fn pairs_of_an_action_with_another_services_resource_are_told() {
        let table = "arn:aws:dynamodb:eu-central-1:123456789012:table/t";
        for (actions, resources, pairs) in [
            (
                json!(["s3:GetObject"]),
                json!(["arn:aws:s3:::b/*", table]),
                0,
            ),
            (
                json!(["s3:GetObject", "dynamodb:GetItem"]),
                json!(["arn:aws:s3:::b/*", table]),
                2,
            ),
            (json!(["s3:GetObject", "dynamodb:GetItem"]), json!(["*"]), 0),
        ] {
            let statement = json!({"Effect": "Allow", "Action": actions, "Resource": resources});
            let policy = Policy::parse(&json!({"Version": "2012-10-17", "Statement": statement}));
            let policy = policy.expect("a policy");
            assert_eq!(
                foreign_pairs(&policy.statements[0]).len(),
                pairs,
                "{statement}"
            );
        }
    }
}
