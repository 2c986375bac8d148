//! Policies with a name for every part that is not known.
//!
//! A policy of [`crate::iac`] has `*` for what is not known, the most that it may allow. Two of them cannot be compared by that:
//! a statement on `${Orders}` and one on `${Payments}` would be the same. Here each unknown part is a text of its own, so that
//! it is the same as itself and as nothing else, which is so in every deployment where two parameters have not one value.

use crate::iac::{FoundFunction, FoundPolicy, Unknown};
use crate::iam::{Arn, Condition, Policy, ResourcePattern, Resources, Version};

/// The policy, in which the resources have names for what is not known of them.
pub(super) fn with_symbols(found: &FoundPolicy) -> Policy {
    let mut policy = found.policy.clone();
    for (index, statement) in policy.statements.iter_mut().enumerate() {
        let of_resources = |unknown: &&Unknown| {
            unknown.statement == Some(index)
                && matches!(unknown.element, "Resource" | "NotResource")
        };
        let mut unknown = found.unknown.iter().filter(of_resources).peekable();
        let (Resources::Only(patterns) | Resources::AllBut(patterns)) = &mut statement.resources;
        for pattern in patterns {
            let text = pattern.to_string();
            if let Some(named) = unknown.next_if(|unknown| unknown.read_as == text) {
                *pattern = ResourcePattern::parse(&symbols(&named.value), Version::V2008);
            }
        }
    }
    policy
}

/// The same, in which the values of conditions have names, too: a condition on `${Vpc}` is none on `${Other}`.
pub(super) fn with_symbols_in_conditions(found: &FoundPolicy) -> Policy {
    let mut policy = with_symbols(found);
    for (index, statement) in policy.statements.iter_mut().enumerate() {
        let of_condition = |unknown: &&Unknown| {
            // A wildcard of the text itself is one character where texts are compared, and stays a pattern.
            let is_plain = !unknown.value.contains(['*', '?']);
            unknown.statement == Some(index) && unknown.element == "Condition" && is_plain
        };
        let mut unknown: Vec<_> = found.unknown.iter().filter(of_condition).collect();
        let clauses = statement.condition.iter().flat_map(|one| one.clauses());
        let mut clauses: Vec<_> = clauses.cloned().collect();
        for value in clauses.iter_mut().flat_map(|clause| &mut clause.values) {
            if let Some(at) = unknown.iter().position(|one| one.read_as == *value) {
                *value = symbols(&unknown.remove(at).value);
            }
        }
        statement.condition = Condition::new(clauses);
    }
    policy
}

/// Where everything stands whose Region and account are not known.
const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// The ARN of a function, with names for what is not known.
pub(super) fn arn_of(function: &FoundFunction) -> Option<Arn> {
    let name = symbols(&function.name.to_string());
    let arn = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}");
    arn.parse().ok()
}

/// With the names that templates have for what [`symbols`] has values for.
pub(super) fn as_written(resource: &str) -> String {
    let text = resource.replace('{', "${");
    text.replace(
        &format!("{REGION}:{ACCOUNT}"),
        "${AWS::Region}:${AWS::AccountId}",
    )
}

/// `arn:aws:sqs:us-east-1:123456789012:{Orders}` for `arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Orders}`. The names have no
/// colon, which would make other segments of the ARN, and no wildcard.
pub(super) fn symbols(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        match name {
            "AWS::Region" => text.push_str(REGION),
            "AWS::AccountId" | "the account" => text.push_str(ACCOUNT),
            "AWS::Partition" => text.push_str("aws"),
            name => {
                text.push('{');
                text.push_str(&name.replace("::", ".").replace([':', '*', '?'], "."));
                text.push('}');
            }
        }
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_has_a_name_and_wildcards_stay() {
        let cases = [
            ("arn:aws:s3:::orders/*", "arn:aws:s3:::orders/*"),
            ("arn:aws:s3:::${Bucket}/*", "arn:aws:s3:::{Bucket}/*"),
            (
                "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Orders}",
                "arn:aws:sqs:us-east-1:123456789012:{Orders}",
            ),
            ("${Orders.StreamArn}", "{Orders.StreamArn}"),
            ("${AWS::StackName}-x", "{AWS.StackName}-x"),
        ];
        for (value, expected) in cases {
            assert_eq!(symbols(value), expected);
        }
    }
}
