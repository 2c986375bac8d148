//! What fills a placeholder of an ARN template: the parameter of its name, or one that the catalog lists,
//! read by the service's own rules where its values are not plain names.
//!
//! The rules rest on each service's API reference, for example
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html> (`QueueUrl`),
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html> (`SecretId`).

use crate::catalog::ActionFacts;

use super::resources::Call;

/// A value for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// This text.
    Exactly(String),
    /// A pattern with `*` and `?`: the record does not tell all of it. Such characters of the parameter's own
    /// are left to match anything: wider than the truth, never narrower.
    Pattern(String),
}

/// The values that a call gives a placeholder; several when a parameter is a list.
pub(super) fn fill_placeholder(
    call: &Call<'_>,
    facts: &ActionFacts,
    placeholder: &str,
) -> Vec<Filled> {
    let service = facts.action.service();
    let mut names: Vec<&str> = call.catalog.parameters(service, placeholder).collect();
    names.push(placeholder);
    for name in names {
        let of_request = call.request.get(name).iter();
        let of_keys = call.request.get(&format!("{name} keys")).iter();
        let of_response = call.response.get(name).iter();
        let texts = of_request.chain(of_keys).chain(of_response);
        let values: Vec<_> = texts
            .flat_map(|text| read(facts, placeholder, text))
            .collect();
        if !values.is_empty() {
            return values;
        }
    }
    Vec::new()
}

/// A parameter's text as the placeholder's values, none when it is not of that kind.
fn read(facts: &ActionFacts, placeholder: &str, text: &str) -> Vec<Filled> {
    // An ARN of the right type was taken as it stands before any template was filled.
    if text.is_empty() || text.starts_with("arn:") {
        return Vec::new();
    }
    let exactly = |text: &str| vec![Filled::Exactly(text.to_owned())];
    match (facts.action.service(), placeholder) {
        ("sqs", _) => text.rsplit('/').next().map_or_else(Vec::new, exactly),
        ("kms", "KeyId") if text.starts_with("alias/") => vec![Filled::Pattern("*".into())],
        // Secrets Manager appends a dash and six random characters to a secret's name.
        ("secretsmanager", "SecretId") => vec![Filled::Pattern(format!("{}-??????", text))],
        ("ssm", "ParameterNameWithoutLeadingSlash") => {
            let name = text.strip_prefix('/').unwrap_or(text);
            let name = name.split(':').next().unwrap_or(name);
            match facts.action.name() {
                "GetParametersByPath" => {
                    vec![Filled::Pattern(format!("{}*", name.trim_end_matches('/')))]
                }
                _ => exactly(name),
            }
        }
        ("lambda", "FunctionName") => {
            // `name`, `name:qualifier`, `account:function:name` or `account:function:name:qualifier`.
            let after = text.split_once(":function:").map_or(text, |(_, name)| name);
            exactly(after.split(':').next().unwrap_or(after))
        }
        // The ARN of a log group ends in `:*` for all actions but those on its tags:
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
        ("logs", "LogGroupName") => {
            let name = text.strip_suffix(":*").unwrap_or(text);
            match facts.action.name() {
                "TagResource" | "UntagResource" | "ListTagsForResource" => exactly(name),
                _ => vec![Filled::Pattern(format!("{name}:*"))],
            }
        }
        _ if text.contains("://") => Vec::new(),
        _ => exactly(text),
    }
}
