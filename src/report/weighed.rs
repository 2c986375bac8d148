//! How small a proposal is, what its patterns stand for, and what its evidence is worth, in words.

use crate::generalize::Level;
use crate::iam::{MANAGED_LIMIT, Statement};
use crate::minimize::{Confidence, Cut, Eased, Explained, VerifiedProposal};

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

/// What was given up so that it fits, in words.
pub(super) fn eased(proposal: &VerifiedProposal) -> Option<String> {
    let words = |eased: &Eased| match eased {
        Eased::NoNames => "statements have no name".to_owned(),
        Eased::ActionPatterns => {
            "actions are written as patterns that match the same actions of today's catalog"
                .to_owned()
        }
        Eased::AcrossServices => "a statement may hold several services".to_owned(),
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
