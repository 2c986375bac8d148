//! Resources that look like an account's own, for examples.

use crate::catalog::{ActionFacts, Catalog};
use crate::iam::ResourcePattern;

use super::Setting;

/// One resource of each of the action's types, `*` for an action without resource-level permission. Names
/// stand as AWS's documentation names them: `arn:aws:s3:::BucketName/ObjectName`.
pub fn example_resources<'a>(
    facts: &'a ActionFacts,
    catalog: &'a Catalog,
    setting: &'a Setting,
) -> impl Iterator<Item = String> + 'a {
    let service = facts.action.service();
    let types = facts.resource_types();
    let templates = types.flat_map(move |(name, _)| catalog.arn_templates(service, name));
    let none = facts.resource_types().next().is_none();
    templates
        .map(|template| filled(template, setting))
        .chain(none.then(|| "*".to_owned()))
}

fn filled(template: &str, setting: &Setting) -> String {
    let mut text = template.to_owned();
    let known = [
        ("${Partition}", "aws".to_owned()),
        ("${Region}", setting.region.clone()),
        ("${Account}", setting.account.to_string()),
    ];
    for (placeholder, value) in known {
        text = text.replace(placeholder, &value);
    }
    text.replace("${", "").replace('}', "")
}

/// A resource that a pattern matches, set in the account and the region where it leaves them open.
#[must_use]
pub fn example_of(pattern: &ResourcePattern, setting: &Setting) -> String {
    let text = pattern.to_string();
    let parts = text.splitn(6, ':').enumerate();
    let parts = parts.map(|(place, part)| match (place, part) {
        (3, "*") => setting.region.clone(),
        (4, "*") => setting.account.to_string(),
        (5, part) => part.replace('*', "example").replace('?', "x"),
        (_, part) => part.replace('*', "").replace('?', "x"),
    });
    parts.collect::<Vec<_>>().join(":")
}
