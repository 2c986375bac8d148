//! Whether a role can get to more access than it has.

use super::findings::{Findings, Says};
use super::forbidden::statement_of;
use super::roles::of;
use super::scene::Holder;
use super::statements::is_all_of_its_type;
use super::{Fix, Severity};
use crate::catalog::Catalog;
use crate::iac::Carrier;
use crate::risk::{DependsOn, Own, Path, paths};

const CHECK: &str = "no-privilege-escalation";

/// How many ways are named before the rest is counted.
const SHOWN: usize = 3;

pub(super) fn check_role(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    if holder.role.carrier != Carrier::Role || !findings.asks(CHECK, &holder.role.place.file) {
        return;
    }
    let own = Own {
        role: holder.role.arn.as_known().and_then(|arn| arn.parse().ok()),
        functions: Vec::new(),
    };
    let paths = paths(&holder.granted_by_name(), &own, Catalog::bundled());
    let decided = paths
        .into_iter()
        .filter(|path| path.depends_on != DependsOn::Undecided);
    let (anywhere, somewhere): (Vec<_>, Vec<_>) = decided.partition(leads_anywhere);
    report(holder, &anywhere, Severity::Error, findings);
    report(holder, &somewhere, Severity::Note, findings);
}

/// Whether it leads to whatever the thief chooses, and not to what the policy names.
fn leads_anywhere(path: &Path) -> bool {
    let mut targets = path.targets.only.iter();
    path.itself || path.targets.of_type.is_none() || targets.any(is_all_of_its_type)
}

fn report(holder: &Holder<'_>, paths: &[Path], severity: Severity, findings: &mut Findings<'_>) {
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
    let place = witness.and_then(|witness| statement_of(holder, witness));
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
