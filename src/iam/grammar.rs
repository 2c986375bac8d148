//! What AWS refuses inside of a policy's texts. Where neither its documentation nor its own messages say that it does, a text
//! is accepted: a policy that exists in an account must be read.

use super::date::is_date;
use super::{Comparison, Operator};

const FORM: &str = "arn:partition:service:region:account:resource";

/// Beside `aws-iso…`, of which there are several.
///
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
const PARTITIONS: [&str; 4] = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"];

/// How a resource of IAM begins.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html> for `root` and
/// `contextProvider/`, and `report/` because IAM names it when it refuses another.
const OF_IAM: [&str; 18] = [
    "access-report/",
    "assumed-role/",
    "contextProvider/",
    "delegation-request/",
    "federated-user/",
    "group/",
    "instance-profile/",
    "mfa/",
    "oidc-provider/",
    "policy/",
    "report/",
    "role-template/",
    "role/",
    "root",
    "saml-provider/",
    "server-certificate/",
    "sms-mfa/",
    "user/",
];

/// How a resource of S3 begins that lies in a region.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
const OF_S3_IN_A_REGION: [&str; 5] = [
    "access-grants/",
    "accesspoint/",
    "async-request/",
    "job/",
    "storage-lens",
];

/// Says why IAM refuses a text in `Resource` or `NotResource`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
pub(super) fn check_resource(text: &str) -> Result<(), String> {
    if is_any(text) {
        return Ok(());
    }
    let parts = parts(text);
    let part = |index: usize| parts.get(index).copied();
    if parts.len() == 1 && !has_variable(text) {
        return Err(format!("`{text}` must be `*` or an ARN, {FORM}"));
    }
    if parts[0] != "arn" && !is_open(parts[0]) {
        return Err(format!("`{text}` must begin with `arn:`"));
    }
    let known = |name: &str| PARTITIONS.contains(&name) || name.starts_with("aws-iso");
    if let Some(partition) = part(1).filter(|name| !known(name) && !is_open(name)) {
        let known = PARTITIONS.join(", ");
        return Err(format!(
            "`{partition}` in `{text}` is not a partition: {known}, aws-iso or another of that kind"
        ));
    }
    match part(2) {
        // A wildcard may stand for the colons too.
        None if is_open(text) => return Ok(()),
        None | Some("") => return Err(format!("`{text}` must name a service, {FORM}")),
        Some(service) if service.contains(['*', '?']) && !has_variable(service) => {
            return Err(format!(
                "the service in `{text}` must be named in full, without wildcards"
            ));
        }
        Some(_) => {}
    }
    // AWS fills a shorter ARN up with `*`, but when a part is empty it "failed legacy parsing".
    let before_the_last = &parts[..parts.len() - 1];
    if parts.len() < 6 && before_the_last.contains(&"") && !is_open(text) {
        let count = parts.len();
        return Err(format!(
            "`{text}` has {count} of the six parts of an ARN, {FORM}"
        ));
    }
    check_of_service(text, [part(2), part(3), part(5)])
}

/// What IAM asks of the resources of two services, by service, region and resource.
fn check_of_service(text: &str, parts: [Option<&str>; 3]) -> Result<(), String> {
    let [Some(service), Some(region), Some(resource)] = parts else {
        return Ok(());
    };
    let in_a_region = !region.is_empty() && !is_open(region);
    match service {
        "iam" if in_a_region => Err(format!("`{text}` cannot name a region: IAM has none")),
        "iam" if !may_begin(resource, &OF_IAM) => {
            let known = OF_IAM.join(", ");
            Err(format!(
                "a resource of IAM must be `*` or begin with one of {known}, found `{resource}` in `{text}`"
            ))
        }
        "s3" if in_a_region && !may_begin(resource, &OF_S3_IN_A_REGION) => Err(format!(
            "`{text}` cannot name a region: buckets and objects of S3 have none in their ARN"
        )),
        _ => Ok(()),
    }
}

/// Says why a text is no resource in the policy of a resource. Each service has its own rules, and some accept short forms:
/// `execute-api:/stage/GET/path`.
///
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html>
pub(super) fn check_own_resource(text: &str) -> Result<(), String> {
    match is_any(text) || text.contains(':') {
        true => Ok(()),
        false => Err(format!("`{text}` must be `*` or in the form of an ARN")),
    }
}

fn is_any(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

fn has_variable(text: &str) -> bool {
    text.contains("${")
}

/// Whether a part of it could be anything.
fn is_open(text: &str) -> bool {
    text.contains(['*', '?']) || has_variable(text)
}

/// Whether something that the text matches begins so.
fn may_begin(text: &str, beginnings: &[&str]) -> bool {
    let fixed = [text.find(['*', '?']), text.find("${")];
    match fixed.into_iter().flatten().min() {
        None => beginnings.iter().any(|begin| text.starts_with(begin)),
        Some(end) => beginnings
            .iter()
            .any(|begin| begin.starts_with(&text[..end]) || text[..end].starts_with(begin)),
    }
}

/// The parts of an ARN: as many as six, between colons that are not part of a variable's name.
fn parts(text: &str) -> Vec<&str> {
    let last_brace = text.rfind('}').unwrap_or(0);
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while parts.len() < 5
        && let Some(found) = text[at..].find([':', '$'])
    {
        at += found;
        if text[at..].starts_with("${") && at < last_brace {
            at += text[at..].find('}').unwrap_or(1);
            continue;
        }
        if text[at..].starts_with(':') {
            parts.push(&text[start..at]);
            start = at + 1;
        }
        at += 1;
    }
    parts.push(&text[start..]);
    parts
}

/// Says why AWS refuses a condition value of this operator.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
pub(super) fn check_value(operator: Operator, text: &str) -> Result<(), String> {
    let boolean =
        |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    match operator.comparison {
        Comparison::Null if !boolean(text) => Err(format!(
            "`{operator}` asks for `true` or `false`, found `{text}`"
        )),
        Comparison::Date(_) if !is_date(text) && !has_variable(text) => Err(format!(
            "`{operator}` asks for a date, like 2026-01-31T00:00:00Z, or for seconds since 1970, found `{text}`"
        )),
        _ => Ok(()),
    }
}
