//! Requests that `tightrope.toml` says nothing may grant.

use std::sync::Arc;

use super::findings::{Findings, Says};
use super::scene::{Document, Holder, granted_by, statement_that_allows};
use super::{Fix, NotGranted};
use crate::algebra::{Conditions, Grant, Product, Search, Strings, Witness, find};
use crate::catalog::Catalog;
use crate::diff::{Setting, example_request};
use crate::evaluation::{action_glob, resource_glob};
use crate::iac::Place;

impl NotGranted {
    fn product(&self) -> Product {
        Product {
            action: Strings::AnyOf(self.actions.iter().map(action_glob).collect()),
            resource: Strings::AnyOf(self.resources.iter().map(resource_glob).collect()),
            when: Conditions::default(),
        }
    }

    fn says(&self) -> String {
        let list = |texts: Vec<String>| texts.join(", ");
        let actions = list(self.actions.iter().map(ToString::to_string).collect());
        let every = self.resources.iter().any(|resource| resource.is_any());
        match every {
            true => actions,
            false => {
                let resources = self.resources.iter().map(ToString::to_string);
                format!("{actions} on {}", list(resources.collect()))
            }
        }
    }
}

/// A request of `asked` that the policies allow.
fn allowed(granted: &Grant, asked: &Product) -> Option<Witness> {
    let both = granted.allow.iter().filter_map(|product| {
        let denied: Vec<_> = granted.deny.iter().map(|product| &**product).collect();
        match find(&[product, asked], &denied) {
            Search::Found(witness) => Some(witness),
            Search::Nothing | Search::Undecided(_) => None,
        }
    });
    let witness = { both }.next()?;
    Some(readable(granted, asked, &witness).unwrap_or(witness))
}

/// The same with an action of the catalog and a resource that looks like one.
fn readable(granted: &Grant, asked: &Product, witness: &Witness) -> Option<Witness> {
    let catalog = Catalog::bundled();
    let only_asked = Grant {
        allow: granted
            .allow
            .iter()
            .filter(|product| product.contains(witness))
            .map(Arc::clone)
            .collect(),
        deny: granted.deny.clone(),
    };
    let mut actions = catalog
        .actions()
        .filter(|facts| asked.action.contains(facts.folded()));
    actions
        .by_ref()
        .take(64)
        .filter_map(|facts| example_request(&only_asked, facts, catalog, &Setting::example()))
        .find(|request| asked.contains(request) && granted.contains(request))
}

/// What the policies of a role grant of it.
pub(super) fn check_role(holder: &Holder<'_>, findings: &mut Findings<'_>) {
    let asked = &findings.settings().not_granted;
    if asked.is_empty() {
        return;
    }
    let granted = holder.granted_by_name().grant();
    for (number, rule) in asked.iter().enumerate() {
        let Some(witness) = allowed(&granted, &rule.product()) else {
            continue;
        };
        let place = holder
            .statement_that_allows(&witness)
            .unwrap_or(&holder.role.place);
        let says = Says {
            role: Some(holder.name.clone()),
            ..not_granted(place, rule, number, witness)
        };
        findings.add("access-not-granted", says);
    }
}

/// What a policy that no role of the code has grants of it.
pub(super) fn check_document(document: &Document<'_>, findings: &mut Findings<'_>) {
    let granted = granted_by([document.named.clone()]).grant();
    for (number, rule) in findings.settings().not_granted.iter().enumerate() {
        if let Some(witness) = allowed(&granted, &rule.product()) {
            let place =
                statement_that_allows(document.policy, &witness).unwrap_or(&document.policy.place);
            let says = not_granted(place, rule, number, witness);
            findings.add("access-not-granted", says);
        }
    }
}

fn not_granted<'p>(
    place: &'p Place,
    rule: &NotGranted,
    number: usize,
    witness: Witness,
) -> Says<'p> {
    let because = match rule.reason.as_str() {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    Says {
        about: format!("{number} {}", rule.says()),
        witness: Some(witness),
        fix: Fix::by_hand("take the permission away, or deny it"),
        ..Says::at(
            place,
            format!("it grants {}, which nothing may have{because}", rule.says()),
        )
    }
}
