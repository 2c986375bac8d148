//! What a reader should know beside the policies.

use std::collections::BTreeSet;

use crate::minimize::{Document, Ground, Unobservable, VerifiedProposal};

use super::accessed;
use super::reasons::unseen_actions;
use super::text::plural;
use super::view::RoleReport;

/// More unseen actions than this are worth a word to the reader.
const MANY: usize = 100;

/// What a reader should know beside the policies.
pub(super) fn remarks(report: &RoleReport) -> Vec<String> {
    let proposal = report.verdict.proposal();
    let mut remarks: Vec<_> = proposal.into_iter().flat_map(shared).collect();
    remarks.extend(proposal.and_then(kept_beyond));
    remarks.extend(proposal.into_iter().flat_map(accessed::remarks));
    let unseen = proposal.map_or(0, unseen_actions);
    if unseen > MANY {
        remarks.push(format!(
            "{} stay only because no trail shows their use, and naming them makes the policy long; a narrower \
             grant to begin with, say of the services that the function calls, makes it short",
            plural(unseen, "action")
        ));
    }
    if let Some(boundary) = &report.role.boundary {
        remarks.push(format!(
            "the permissions boundary {boundary} stays and limits it further"
        ));
    }
    let others: Vec<_> = report.role.trust.others().collect();
    if !others.is_empty() {
        let others: Vec<_> = others.iter().map(ToString::to_string).collect();
        remarks.push(format!(
            "{} may take the role too, so that all of its use counts",
            others.join(", ")
        ));
    }
    if report.functions.len() > 1 {
        remarks.push(format!(
            "{} functions share the role",
            report.functions.len()
        ));
    }
    remarks
}

/// What the configuration names, and is kept beyond that since no trail shows whether it is used elsewhere.
fn kept_beyond(proposal: &VerifiedProposal) -> Option<String> {
    let mut configured = BTreeSet::new();
    let mut unobservable = BTreeSet::new();
    for need in &proposal.premises().needs {
        match &need.ground {
            Ground::Configuration(reason) if reason.function.is_some() => {
                configured.insert(&need.actions);
            }
            Ground::Unobservable(_) => {
                unobservable.insert(&need.actions);
            }
            _ => {}
        }
    }
    let both: Vec<_> = configured.intersection(&unobservable).collect();
    let keeps = proposal.settings().unobservable == Unobservable::Keep;
    (keeps && !both.is_empty()).then(|| {
        let names: Vec<_> = both.iter().map(ToString::to_string).collect();
        format!(
            "{} stays wherever it is granted, as no trail shows its use; `--unobservable narrow` keeps it on what the \
             configuration and other uses name",
            names.join(", ")
        )
    })
}

/// What becomes of the policies that the role shares with others.
fn shared(proposal: &VerifiedProposal) -> Vec<String> {
    let documents = proposal.layout().documents().iter();
    let smaller = documents.filter(|document| document.is_shared());
    let not_shared = proposal.not_shared().iter();
    let not_shared = not_shared.map(|(policy, why)| {
        format!("{policy}, which other roles share, is replaced for this role alone: {why}")
    });
    smaller.filter_map(stays_shared).chain(not_shared).collect()
}

fn stays_shared(document: &Document) -> Option<String> {
    let policy = document.replaces.as_deref()?;
    let roles: Vec<_> = document.shared_by.iter().map(|role| role.name()).collect();
    Some(format!(
        "{policy} stays attached and gets a smaller version, for what its roles need together: {}",
        roles.join(", ")
    ))
}
