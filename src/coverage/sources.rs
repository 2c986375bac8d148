//! Under which event sources what a role is granted can stand in a log.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::iam::{Actions, Effect, Role, Statement};

/// The event sources whose events can show a use of what these roles are granted, with those that say who took the roles;
/// `None` where it is granted by a pattern over all services, or by a `NotAction`.
///
/// Whoever reads a part of a log for these roles alone needs no events of other sources.
#[must_use]
pub fn sources_of<'r>(
    roles: impl IntoIterator<Item = &'r Role>,
    catalog: &Catalog,
) -> Option<BTreeSet<String>> {
    let mut services = BTreeSet::from(["sts".to_owned()]);
    for role in roles {
        let inline = role.inline.iter().map(|policy| policy.document.as_ref());
        // What is attached and not known may grant whatever it likes.
        let attached = role.attached.iter().map(|policy| {
            let version = policy.default_version.as_ref();
            version.map(|(_, document)| document.as_ref())
        });
        for document in inline.map(Some).chain(attached) {
            let document = document?.ok()?;
            let allowing = |statement: &&Statement| statement.effect == Effect::Allow;
            for statement in document.statements.iter().filter(allowing) {
                let Actions::Only(patterns) = &statement.actions else {
                    return None;
                };
                for pattern in patterns {
                    services.insert(pattern.service()?.to_ascii_lowercase());
                }
            }
        }
    }
    let of_services = services
        .iter()
        .flat_map(|service| catalog.event_sources_of(service));
    let shared = catalog.event_sources().filter(|source| {
        let prefixes = catalog.prefixes_of_source(source);
        prefixes.iter().any(|prefix| services.contains(*prefix))
    });
    Some(of_services.chain(shared).collect())
}
