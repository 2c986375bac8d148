//! For how long the logs of functions are kept.

use super::found::{Found, FoundFunction};
use super::resource::Resource;
use super::text::Text;

/// A group of logs; and what the CDK asks a function of its own to set on one.
pub(super) const KINDS: [&str; 2] = ["AWS::Logs::LogGroup", "Custom::LogRetention"];

/// Tells it of each function whose group of logs the file has.
pub(super) fn find_retention(resources: &[Resource<'_>], found: &mut Found) {
    let groups = resources
        .iter()
        .filter(|resource| KINDS.contains(&resource.kind.as_str()));
    let groups: Vec<_> = groups
        .filter_map(|group| Some((group, retention(group)?)))
        .collect();
    for function in &mut found.functions {
        let mut own = groups.iter().filter(|(group, _)| is_of(group, function));
        function.log_retention = own.next().map(|(_, days)| days.clone());
    }
}

/// Terraform has 0 for logs that are kept for ever.
fn retention(group: &Resource<'_>) -> Option<Text> {
    let days = group.properties.text_of("RetentionInDays")?;
    (!matches!(days.as_known(), Some("" | "0"))).then_some(days)
}

/// Whether the function writes into it: it names it, or does not say and the group has the name that Lambda would give it.
fn is_of(group: &Resource<'_>, function: &FoundFunction) -> bool {
    if let Some(named) = &function.log_group {
        return group.is_named(named);
    }
    let mut made = Text::known("/aws/lambda/");
    made.push(&function.name);
    let name = group.properties.text_of("LogGroupName");
    name.is_some_and(|name| name.parts() == made.parts())
}
