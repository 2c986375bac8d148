//! The form in which IAM compares an ARN, where that is not the form in which records and requests write it.

use crate::catalog::ActionFacts;
use crate::iam::{Arn, PatternToken, ResourcePattern, Version};

use super::access::On;
use super::call::Call;

/// The resource as the action is authorised on it; nothing if it is of another type after all.
pub(super) fn as_authorised(
    call: &Call<'_>,
    facts: &ActionFacts,
    kind: &str,
    arn: Arn,
) -> Option<On> {
    let id = arn.resource().rsplit('/').next().unwrap_or_default();
    let form = match (facts.action.service(), kind) {
        // A managed node outside EC2 has an id that begins with `mi-`.
        ("ssm", "instance") if id.starts_with("mi-") => return None,
        // A job definition named with its revision is the revision alone.
        ("batch", "job-definition") if with_revision(call) => return None,
        ("ssm", "managed-instance") if id.starts_with("i-") => return None,
        ("logs", "log-group") => log_group(facts, arn),
        ("secretsmanager", _) => secret(arn),
        ("lambda", "function") => function(call, arn),
        ("states", "execution" | "express") => execution(&arn),
        _ => On::Exactly(arn),
    };
    Some(form)
}

fn with_revision(call: &Call<'_>) -> bool {
    let named = call.request.get("jobDefinition");
    named
        .iter()
        .any(|text| text.contains(':') && !text.starts_with("arn:"))
}

/// A literal beginning and then a pattern.
fn beginning(literal: &str, pattern: &str) -> On {
    let mut tokens = vec![PatternToken::Literal(literal.to_owned())];
    tokens.extend_from_slice(ResourcePattern::parse(pattern, Version::V2008).tokens());
    On::Matching(ResourcePattern::from_tokens(tokens))
}

/// The ARN of a log group ends in `:*` for all actions but those on its tags.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>
fn log_group(facts: &ActionFacts, arn: Arn) -> On {
    match facts.action.name() {
        "TagResource" | "UntagResource" | "ListTagsForResource" => On::Exactly(arn),
        _ => {
            let text = arn.as_str();
            beginning(text.strip_suffix(":*").unwrap_or(text), ":*")
        }
    }
}

/// A secret's ARN ends in a dash and six random characters, and a request may leave them out. What ends in
/// six small letters can be either.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen>
fn secret(arn: Arn) -> On {
    let text = arn.as_str();
    let suffix = text.rsplit_once('-').map(|(_, suffix)| suffix);
    let suffix = suffix.filter(|s| s.len() == 6 && s.bytes().all(|b| b.is_ascii_alphanumeric()));
    match suffix {
        Some(suffix) if suffix.bytes().all(|b| b.is_ascii_lowercase()) => beginning(text, "*"),
        Some(_) => On::Exactly(arn),
        None => beginning(text, "-??????"),
    }
}

/// A call with a qualifier is authorised on the version's or the alias's ARN. Whether `$LATEST` is part of
/// the ARN is told in two ways.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html>
fn function(call: &Call<'_>, arn: Arn) -> On {
    let of_name = call.request.get("functionName").iter().find_map(|name| {
        let after = name
            .split_once("function:")
            .map_or(name.as_str(), |(_, name)| name);
        after.split_once(':').map(|(_, qualifier)| qualifier)
    });
    let given = call.request.get("qualifier").first().map(String::as_str);
    match given.or(of_name).filter(|qualifier| !qualifier.is_empty()) {
        None => On::Exactly(arn),
        Some("$LATEST") => beginning(arn.as_str(), "*"),
        Some(qualifier) => match format!("{arn}:{qualifier}").parse() {
            Ok(qualified) => On::Exactly(qualified),
            Err(_) => beginning(arn.as_str(), ":*"),
        },
    }
}

/// Every execution has an ARN of its own; the next one of the same machine has another.
///
/// <https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html>
fn execution(arn: &Arn) -> On {
    let machine: Vec<&str> = arn.as_str().splitn(8, ':').take(7).collect();
    beginning(&machine.join(":"), ":*")
}
