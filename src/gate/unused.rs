//! What roles are granted beyond what they were seen to use.

use std::sync::Arc;

use super::actions::matching;
use super::edit::{actions_at, remove_item, replace};
use super::findings::{Findings, Says};
use super::roles::of;
use super::scene::{Holder, granted_by};
use super::{Edit, Fix};
use crate::catalog::Catalog;
use crate::diff::{LostAction, Setting, diff};
use crate::evaluation::Granted;
use crate::iac::{Carrier, Unknown};
use crate::iam::{ActionPattern, Effect, Policy, RoleId};
use crate::text::{Span, Texts};

/// What `tightrope propose` said of a role.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The role.
    pub role: RoleId,
    /// Its proposed policies.
    pub policies: Vec<Policy>,
    /// The days that its log covers.
    pub days: usize,
    /// Where the policy is, for a reader.
    pub found_in: String,
}

const CHECK: &str = "no-unused-access";

pub(super) fn check_role(
    holder: &Holder<'_>,
    proposals: &[Proposed],
    texts: &Texts,
    findings: &mut Findings<'_>,
) {
    let file = &holder.role.place.file;
    if holder.role.carrier != Carrier::Role || !findings.asks(CHECK, file) {
        return;
    }
    let Some(proposed) = proposal_of(holder, proposals) else {
        return;
    };
    let unused = unused(holder, proposed);
    let budget = findings.settings().unused_in(file, &holder.name);
    if unused.len() <= budget {
        return;
    }
    let Some(first) = unused.iter().min_by_key(|lost| lost.level) else {
        return;
    };
    let count = match unused.len() {
        1 => "one action".to_owned(),
        many => format!("{many} actions"),
    };
    let days = match proposed.days {
        1 => "one day".to_owned(),
        days => format!("{days} days"),
    };
    let allowed = match budget {
        0 => String::new(),
        budget => format!(" ({budget} are allowed)"),
    };
    let names: Vec<_> = unused
        .iter()
        .take(4)
        .map(|lost| lost.action.to_string())
        .collect();
    let more = match unused.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let says = format!(
        "it allows {count} that it did not use in {days} of its log{allowed}: {}{more}",
        names.join(", ")
    );
    findings.add(
        CHECK,
        Says {
            witness: Some(first.witness.clone()),
            fix: Some(Fix {
                says: format!("take the policy of {}", proposed.found_in),
                edits: edits(holder, proposed, texts),
            }),
            ..of(holder, says)
        },
    );
}

/// The proposal for a role, by its ARN or its name; none when the name is not known or several accounts have it.
fn proposal_of<'p>(holder: &Holder<'_>, proposals: &'p [Proposed]) -> Option<&'p Proposed> {
    let name = holder.role.name.as_known()?;
    let arn = holder.role.arn.as_known().and_then(|arn| arn.parse().ok());
    let id = arn.and_then(|arn| RoleId::of(&arn).ok());
    let same = |one: &&Proposed| match &id {
        Some(id) => one.role == *id,
        None => one.role.name() == name,
    };
    let mut found = proposals.iter().filter(same);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The actions that it allows and the proposal does not, and those that it allows on more resources, by what is known of these.
fn unused(holder: &Holder<'_>, proposed: &Proposed) -> Vec<LostAction> {
    let kept = granted_by(proposed.policies.iter().cloned()).grant();
    let (catalog, setting) = (Catalog::bundled(), Setting::example());
    let all = diff(&holder.granted().grant(), &kept, catalog, &setting);
    let sure = sure(holder);
    let of_sure = diff(&sure.grant(), &kept, catalog, &setting);
    let mut unused: Vec<_> = all
        .lost
        .into_iter()
        .flat_map(|service| service.gone)
        .collect();
    let narrowed = of_sure.lost.into_iter();
    unused.extend(narrowed.flat_map(|service| service.narrowed));
    unused.sort_by(|left, right| (left.level, &left.action).cmp(&(right.level, &right.action)));
    unused
}

/// What it is granted by statements of which all is known: the resources of others may be the very ones that are in use.
fn sure(holder: &Holder<'_>) -> Granted {
    granted_by(holder.policies.iter().map(|held| {
        let mut policy = held.policy.clone();
        if let Some(written) = held.written {
            let mut index = 0;
            policy.statements.retain(|statement| {
                let is_known = |unknown: &Unknown| unknown.statement != Some(index);
                let deny = statement.effect == Effect::Deny;
                let keep = deny || written.unknown.iter().all(is_known);
                index += 1;
                keep
            });
        }
        policy
    }))
}

/// Actions that are written in place of a pattern: more are a sign that the pattern is what is meant.
const MOST_NAMES: usize = 20;

/// Names the actions that the proposal keeps in place of those that the statements of the role have.
fn edits(holder: &Holder<'_>, proposed: &Proposed, texts: &Texts) -> Vec<Edit> {
    let kept = granted_by(proposed.policies.iter().cloned());
    let is_kept = |folded: &str| {
        let mut allowing = kept.rules(Effect::Allow);
        allowing.any(|rule| rule.widest.action.contains(folded))
    };
    let mut edits = Vec::new();
    for written in holder.role.inline.iter() {
        let several = written.statements.len() > 1;
        for (statement, place) in written.policy.statements.iter().zip(&written.statements) {
            let (Some(text), Some(span)) = (texts.get(&place.file), place.span) else {
                continue;
            };
            if statement.effect != Effect::Allow {
                continue;
            }
            let narrowed = Narrowed {
                file: &place.file,
                text,
                statement: several.then_some(span),
            };
            let Some(actions) = actions_at(text, span) else {
                continue;
            };
            edits.extend(narrowed.edits(&actions, is_kept));
        }
    }
    edits
}

/// A statement whose actions are narrowed.
struct Narrowed<'t> {
    file: &'t Arc<str>,
    text: &'t str,
    /// Where it stands, if it can be taken out as a whole.
    statement: Option<Span>,
}

impl Narrowed<'_> {
    fn edits(&self, actions: &[(String, Span)], is_kept: impl Fn(&str) -> bool) -> Vec<Edit> {
        let of_action = |(written, _): &(String, Span)| -> Option<Vec<&'static str>> {
            let pattern: ActionPattern = written.parse().ok()?;
            let all: Vec<_> = matching(&pattern).collect();
            let kept = all.iter().filter(|facts| is_kept(facts.folded()));
            let kept: Vec<_> = kept.map(|facts| facts.action.as_str()).collect();
            // What the catalog does not know, and what is in use as a whole, stays as it is written.
            let stays = all.is_empty() || kept.len() == all.len() || kept.len() > MOST_NAMES;
            let is_written = |name: &&str| {
                let mut each = actions.iter();
                each.any(|(one, _)| one.eq_ignore_ascii_case(name))
            };
            let kept = kept.into_iter().filter(|name| !is_written(name));
            (!stays).then(|| kept.collect())
        };
        let changes: Vec<_> = actions.iter().map(of_action).collect();
        let goes = |change: &Option<Vec<_>>| change.as_ref().is_some_and(Vec::is_empty);
        if changes.iter().all(goes) {
            let whole = self.statement;
            let whole = whole.and_then(|span| remove_item(self.file, self.text, span));
            return whole.into_iter().collect();
        }
        let each = actions.iter().zip(changes);
        let each = each.filter_map(|((_, span), change)| match change?.as_slice() {
            [] => remove_item(self.file, self.text, *span),
            kept => Some(replace(self.file, self.text, *span, kept)),
        });
        each.collect()
    }
}
