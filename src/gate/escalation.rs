//! Whether a role can get to more access than it has.

use super::findings::{Findings, Says};
use super::resources::is_all_of_its_type;
use super::roles::of;
use super::scene::Holder;
use super::symbols::{arn_of, symbols};
use super::{Fix, Severity};
use crate::catalog::Catalog;
use crate::evaluation::Granted;
use crate::iac::Carrier;
use crate::iam::Arn;
use crate::risk::{DependsOn, Graph, Holder as Node, Own, Path, Power, paths};

const CHECK: &str = "no-privilege-escalation";

/// How many ways are named before the rest is counted.
const SHOWN: usize = 3;

/// Looks at the roles of each file, and at the ways from one of them to another.
pub(super) fn check_all(holders: &[Holder<'_>], findings: &mut Findings<'_>) {
    for roles in holders.chunk_by(|one, other| one.role.place.file == other.role.place.file) {
        let asked = |holder: &&Holder<'_>| {
            holder.role.carrier == Carrier::Role && findings.asks(CHECK, &holder.role.place.file)
        };
        let roles: Vec<_> = roles.iter().filter(asked).map(Escalating::of).collect();
        for role in &roles {
            let decided = role.paths.iter();
            let decided = decided.filter(|path| is_decided(path));
            let (anywhere, somewhere): (Vec<_>, Vec<_>) =
                decided.partition(|path| leads_anywhere(path));
            report(role.holder, &anywhere, Severity::Error, findings);
            report(role.holder, &somewhere, Severity::Note, findings);
        }
        if roles.len() > 1 && roles.iter().any(|role| !role.paths.is_empty()) {
            chains(&roles, findings);
        }
    }
}

/// A role, and the ways to more that it has.
struct Escalating<'h, 's> {
    holder: &'h Holder<'s>,
    granted: &'h Granted,
    own: Own,
    paths: Vec<Path>,
}

impl<'h, 's> Escalating<'h, 's> {
    fn of(holder: &'h Holder<'s>) -> Self {
        let granted = holder.granted_by_name();
        let functions = holder.functions.iter();
        let own = Own {
            role: symbols(&holder.role.arn.to_string()).parse().ok(),
            functions: functions.filter_map(|function| arn_of(function)).collect(),
        };
        let paths = paths(granted, &own, Catalog::bundled());
        Escalating {
            holder,
            granted,
            own,
            paths,
        }
    }
}

/// Roles that become, in some steps, one that may do anything.
fn chains(roles: &[Escalating<'_, '_>], findings: &mut Findings<'_>) {
    let nodes: Vec<_> = roles
        .iter()
        .map(|role| Node {
            own: role.own.clone(),
            granted: role.granted,
            paths: &role.paths,
            trust: role.holder.role.trust.as_ref(),
        })
        .collect();
    let graph = Graph::new(&nodes, Catalog::bundled());
    let called = |arn: &Arn| {
        let mut same = roles
            .iter()
            .filter(|role| role.own.role.as_ref() == Some(arn));
        same.next()
            .map_or_else(|| arn.to_string(), |role| role.holder.name.clone())
    };
    for role in roles {
        // One that leads anywhere is told as that.
        let mut decided = role.paths.iter().filter(|path| is_decided(path));
        let (Some(own), false) = (&role.own.role, decided.any(leads_anywhere)) else {
            continue;
        };
        let strongest = graph.reachable(own).into_iter().find(|chain| {
            let ends = chain.hops.last();
            chain.power == Power::Administrator && ends.is_some_and(|hop| hop.to != *own)
        });
        let Some(chain) = strongest else { continue };
        let steps = chain
            .hops
            .iter()
            .map(|hop| format!("{} ({})", called(&hop.to), hop.method.title));
        let steps: Vec<_> = steps.collect();
        let says = format!(
            "it becomes a role that may do anything: {}",
            steps.join(", then ")
        );
        findings.add(
            CHECK,
            Says {
                about: "chain".to_owned(),
                fix: Fix::by_hand("take the first step away, or the power of the last role"),
                ..of(role.holder, says)
            },
        );
    }
}

fn is_decided(path: &Path) -> bool {
    path.depends_on != DependsOn::Undecided
}

/// Whether it leads to whatever the thief chooses, and not to what the policy names.
fn leads_anywhere(path: &Path) -> bool {
    let mut targets = path.targets.only.iter();
    path.itself || path.targets.of_type.is_none() || targets.any(is_all_of_its_type)
}

fn report(holder: &Holder<'_>, paths: &[&Path], severity: Severity, findings: &mut Findings<'_>) {
    let Some(first) = paths.first() else { return };
    let named: Vec<_> = paths
        .iter()
        .take(SHOWN)
        .map(|path| path.method.title)
        .collect();
    let more = match paths.len() - named.len() {
        0 => String::new(),
        more => format!(", and {more} more ways"),
    };
    let needs: Vec<_> = first
        .witnesses
        .iter()
        .map(|witness| witness.action.as_str())
        .collect();
    let (says, about) = match severity {
        Severity::Note => {
            let targets = first.targets.only.iter().map(ToString::to_string);
            let targets: Vec<_> = targets.take(SHOWN).collect();
            let says = format!(
                "whoever has the role has what {} has: {}{more}",
                targets.join(", "),
                named.join(", ")
            );
            (says, "named")
        }
        _ => {
            let says = format!(
                "the role leads to more than it allows: {}{more}",
                named.join(", ")
            );
            (says, "any")
        }
    };
    let witness = first.witnesses.first();
    let place = witness.and_then(|witness| holder.statement_that_allows(witness));
    findings.add_at_most(
        CHECK,
        severity,
        Says {
            place: place.unwrap_or(&holder.role.place),
            about: about.to_owned(),
            witness: witness.cloned(),
            granted: Some(needs.join(" and ")),
            fix: Fix::by_hand("name what these actions may be done on, or take one of them away"),
            ..of(holder, says)
        },
    );
}
