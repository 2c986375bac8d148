//! Whether what a file grants allows a request.

use tightrope::algebra::Witness;
use tightrope::catalog::Catalog;
use tightrope::evaluation::{Granted, NamedPolicy, Reading};
use tightrope::iac::Found;
use tightrope::iam::Policy;

/// Whether the policies of a file allow a request, all of them together.
pub(crate) fn allows(found: &Found, witness: &Witness) -> bool {
    let written = found.roles.iter().flat_map(|role| &role.inline);
    let mut policies: Vec<Policy> = written
        .chain(&found.policies)
        .map(|one| one.policy.clone())
        .collect();
    let attached = found.roles.iter().flat_map(|role| &role.attached);
    policies.extend(attached.filter_map(|one| {
        let text = Catalog::bundled().managed_policy(&one.aws_name()?)?;
        Policy::parse_text(text).ok()
    }));
    let named = policies.into_iter().map(|policy| NamedPolicy {
        name: String::new(),
        policy,
    });
    let granted = Granted::new(named.collect(), Reading::default());
    granted.grant().contains(&Witness {
        action: witness.action.to_lowercase(),
        ..witness.clone()
    })
}
