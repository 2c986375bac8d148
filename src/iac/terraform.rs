//! Plans of Terraform: what `terraform show -json` prints of one.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::collections::HashMap;

use super::found::{Form, Found};
use super::given::Given;
use super::source::{Source, Within};
use super::terraform_links::Links;
use super::terraform_resource::{Planned, resource};
use super::terraform_values::Reading;
use super::{functions, identities};
use crate::text::Node;

/// Whether it is a plan, or a state, as JSON.
pub(super) fn is_plan(root: &Node) -> bool {
    let has = |name: &str| root.get(name).is_some();
    has("terraform_version") && (has("planned_values") || has("resource_changes") || has("values"))
}

/// Reads a plan.
pub(super) fn read_plan(root: &Node, given: &Given, source: &Source<'_>) -> Found {
    let mut found = Found {
        form: Some(Form::TerraformPlan),
        ..Found::default()
    };
    let links = Links::of(root);
    let planned = planned(root, &links);
    let by_address: HashMap<_, _> = planned.iter().map(|one| (one.address, one)).collect();
    let mut resources = Vec::new();
    for one in planned.iter().filter(|one| !one.is_data) {
        let within = Within {
            source,
            span: one.span,
            resource: Some(one.address.into()),
            cdk_path: None,
        };
        resources.extend(resource(one, &by_address, given, within));
    }
    identities::find_identities(&resources, &mut found);
    functions::find_functions(&resources, &mut found);
    found
}

/// The resources of a plan, or else of a state.
fn planned<'n>(root: &'n Node, links: &Links<'n>) -> Vec<Planned<'n>> {
    let mut found = Vec::new();
    if let Some(changes) = root.get("resource_changes") {
        for change in changes.one_or_many() {
            found.extend(changed(change, links));
        }
        return found;
    }
    let values = root.get("planned_values").or_else(|| root.get("values"));
    if let Some(module) = values.and_then(|values| values.get("root_module")) {
        of_module(module, links, &mut found);
    }
    found
}

fn of_module<'n>(module: &'n Node, links: &Links<'n>, found: &mut Vec<Planned<'n>>) {
    let list = |name: &str| module.get(name).map(Node::one_or_many).unwrap_or_default();
    for resource in list("resources") {
        let values = resource.get("values");
        found.extend(values.and_then(|values| one(resource, values, None, links)));
    }
    for module in list("child_modules") {
        of_module(module, links, found);
    }
}

fn changed<'n>(change: &'n Node, links: &Links<'n>) -> Option<Planned<'n>> {
    let details = change.get("change")?;
    let actions = details
        .get("actions")
        .map(Node::one_or_many)
        .unwrap_or_default();
    let goes = |action: &Node| matches!(action.as_text(), Some("delete" | "forget"));
    if !actions.is_empty() && actions.iter().all(goes) {
        return None;
    }
    let after = details.get("after")?;
    one(change, after, details.get("after_unknown"), links)
}

fn one<'n>(
    resource: &'n Node,
    after: &'n Node,
    unknown: Option<&'n Node>,
    links: &Links<'n>,
) -> Option<Planned<'n>> {
    let text = |name: &str| resource.get(name).and_then(Node::as_text);
    let address = text("address")?;
    let reading = Reading {
        address,
        links,
        expressions: links.expressions(address),
    };
    Some(Planned {
        address,
        kind: text("type")?,
        is_data: text("mode") == Some("data"),
        span: resource.span,
        certain: true,
        values: reading.value(Some(after), unknown, reading.expressions),
    })
}
