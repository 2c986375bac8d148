//! Plans of Terraform: what `terraform show -json` prints of one.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::collections::HashMap;

use super::found::{Form, Found};
use super::given::Given;
use super::resource::Resource;
use super::source::{Source, Within};
use super::terraform_links::Links;
use super::terraform_values::Reading;
use super::terraform_words::translate;
use super::text::{Text, Why};
use super::value::Value;
use super::{functions, identities};
use crate::text::{Node, Span};

/// Whether it is a plan, or a state, as JSON.
pub(super) fn is_plan(root: &Node) -> bool {
    let has = |name: &str| root.get(name).is_some();
    has("terraform_version") && (has("planned_values") || has("resource_changes") || has("values"))
}

/// A resource as it will be.
pub(super) struct Planned<'n> {
    pub(super) address: &'n str,
    pub(super) kind: &'n str,
    pub(super) is_data: bool,
    pub(super) span: Option<Span>,
    pub(super) values: Value,
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

fn resource<'s>(
    planned: &Planned<'_>,
    by_address: &HashMap<&str, &Planned<'_>>,
    given: &Given,
    within: Within<'s>,
) -> Option<Resource<'s>> {
    let (kind, properties) = translate(planned, by_address)?;
    let name = name(planned);
    let arn = planned.values.text_of("arn");
    let arn = match arn.filter(|arn| arn.as_known().is_some()) {
        Some(arn) => arn,
        None => arn_of(kind, planned, &name, given),
    };
    Some(Resource {
        id: planned.address.to_owned(),
        kind: kind.to_owned(),
        within,
        properties,
        name: name.referring_to(planned.address),
        arn: arn.referring_to(planned.address),
        certain: true,
        implicit: false,
    })
}

/// A name that Terraform makes up begins with the prefix that it was given.
fn name(planned: &Planned<'_>) -> Text {
    let values = &planned.values;
    let own = values
        .text_of("function_name")
        .or_else(|| values.text_of("name"));
    if let Some(name) = own.filter(|name| name.as_known().is_some()) {
        return name;
    }
    let prefix = values.text_of("name_prefix");
    let mut name = prefix
        .filter(|prefix| prefix.as_known().is_some())
        .unwrap_or_default();
    name.push_unknown(Why::Name(planned.address.to_owned()));
    name
}

/// The ARN that a resource will have, as far as it is known.
fn arn_of(kind: &str, planned: &Planned<'_>, name: &Text, given: &Given) -> Text {
    let of_iam = match kind {
        "AWS::IAM::Role" => "role",
        "AWS::IAM::User" => "user",
        "AWS::IAM::Group" => "group",
        "AWS::IAM::ManagedPolicy" => "policy",
        _ => return Text::unknown(Why::Attribute(format!("{}.arn", planned.address))),
    };
    let mut arn = Text::known(format!("arn:{}:iam::", given.partition));
    match given.account {
        Some(account) => arn.push_known(&account.to_string()),
        None => arn.push_unknown(Why::Pseudo("the account")),
    }
    arn.push_known(&format!(":{of_iam}"));
    arn.push(
        &planned
            .values
            .text_of("path")
            .unwrap_or_else(|| Text::known("/")),
    );
    arn.push(name);
    arn
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
        values: reading.value(Some(after), unknown, reading.expressions),
    })
}
