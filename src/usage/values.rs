//! How a parameter's text is read as the value of a placeholder, where it is not a plain name.
//!
//! The rules rest on each service's API reference, for example
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html> (`QueueUrl`),
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html> (`SecretId`),
//! and are listed in `parse-rules.tsv`.

use crate::catalog::ActionFacts;
use crate::iam::Arn;

use super::call::Call;
use super::template::Template;

/// A value for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filled {
    /// The text; a pattern with `*` and `?` when it is not exact.
    pub(super) text: String,
    /// Whether the record tells all of it. Where it does not, such characters of the parameter's own are
    /// left to match anything: wider than the truth, never narrower.
    pub(super) exact: bool,
    /// Where the resource is, when the parameter tells it.
    pub(super) place: Place,
}

/// The region and account of a resource, `None` for those of the event; `*` for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
}

impl Place {
    fn of(arn: &Arn) -> Self {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Place {
            region: given(arn.region()),
            account: arn.account().map(|account| account.to_string()),
        }
    }

    pub(super) fn of_account(account: &str) -> Self {
        Place {
            region: None,
            account: Some(account.to_owned()),
        }
    }
}

impl Filled {
    pub(super) fn exactly(text: &str) -> Self {
        Filled {
            text: text.to_owned(),
            exact: true,
            place: Place::default(),
        }
    }

    pub(super) fn pattern(text: impl Into<String>) -> Self {
        Filled {
            text: text.into(),
            exact: false,
            place: Place::default(),
        }
    }

    fn at(self, place: Place) -> Self {
        Filled { place, ..self }
    }
}

/// A parameter's text as the placeholder's value; `None` when it is not of that kind.
pub(super) fn read(
    call: &Call<'_>,
    facts: &ActionFacts,
    placeholder: &str,
    text: &str,
) -> Option<Filled> {
    let service = facts.action.service();
    if text.is_empty() {
        return None;
    }
    if text.starts_with("arn:") {
        return of_arn(call, service, placeholder, &text.parse().ok()?);
    }
    match (service, placeholder) {
        ("sqs", _) => queue(text),
        ("lambda", "FunctionName") => Some(function(text)),
        ("iam", _) if placeholder.ends_with("WithPath") => Some(with_path(call, placeholder, text)),
        ("ssm", _) => parameter(facts, placeholder, text),
        _ if text.contains("://") => None,
        _ => Some(plain(service, placeholder, text)),
    }
}

fn plain(service: &str, placeholder: &str, text: &str) -> Filled {
    let (before, after) = text.split_once(':').unwrap_or((text, "*"));
    let either = |text: &str| match text {
        "*" => Filled::pattern("*"),
        text => Filled::exactly(text),
    };
    match (service, placeholder) {
        // A permission on a key is given on the key, not on one of its names.
        ("kms", "KeyId") if text.starts_with("alias/") => Filled::pattern("*"),
        ("kms", "Alias") => Filled::exactly(text.strip_prefix("alias/").unwrap_or(text)),
        // Secrets Manager appends a dash and six random characters to a secret's name.
        ("secretsmanager", "SecretId") => Filled::pattern(format!("{text}-??????")),
        ("logs", "LogGroupName") => Filled::exactly(text.strip_suffix(":*").unwrap_or(text)),
        // `family:revision`; without a revision the latest is meant.
        ("ecs", "TaskDefinitionFamilyName" | "DaemonTaskDefinitionFamilyName")
        | ("batch", "JobDefinitionName") => Filled::exactly(before),
        ("ecs", "TaskDefinitionRevisionNumber" | "DaemonTaskDefinitionRevisionNumber")
        | ("batch", "Revision") => either(after),
        // A build is `project:uuid`.
        ("codebuild", "ProjectName") => Filled::exactly(before),
        // A child of an array job is `id:index`.
        ("batch", "JobId") if text.contains(':') => Filled::pattern(format!("{before}*")),
        ("wafv2", "Scope") if text.eq_ignore_ascii_case("cloudfront") => Filled::exactly("global"),
        ("wafv2", "Scope") => Filled::exactly("regional"),
        _ => Filled::exactly(text),
    }
}

/// The value of a placeholder in an ARN of another type of the service: the cluster's name in the cluster's
/// ARN, for the ARN of a task.
fn of_arn(call: &Call<'_>, service: &str, placeholder: &str, arn: &Arn) -> Option<Filled> {
    if (service, placeholder) == ("kms", "KeyId") {
        return Some(Filled::pattern("*").at(Place::of(arn)));
    }
    let templates = call.catalog.arn_templates_of(service).map(Template::parse);
    let value = templates
        .filter_map(|template| template.values(arn))
        .find_map(|values| values.into_iter().find(|(name, _)| *name == placeholder));
    let last = || arn.resource().rsplit(['/', ':']).next();
    let text = match value {
        Some((_, text)) => Some(text),
        // `service/name` is the older form of `service/cluster/name`.
        None if service == "ecs" && placeholder == "ServiceName" => last(),
        None => None,
    };
    Some(Filled::exactly(text?).at(Place::of(arn)))
}

/// `https://sqs.region.amazonaws.com/account/name`, and the older forms of its host. The queue is where its
/// URL says, not where the event was logged.
///
/// <https://docs.aws.amazon.com/general/latest/gr/sqs-service.html>
fn queue(text: &str) -> Option<Filled> {
    let Some((_, rest)) = text.split_once("://") else {
        return Some(Filled::exactly(text.rsplit('/').next()?));
    };
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    let host = parts.next()?;
    let (account, name) = (parts.next()?, parts.next()?);
    let labels: Vec<&str> = host.split('.').collect();
    let region = labels.iter().find(|label| {
        label.split('-').count() >= 3
            && label.ends_with(|c: char| c.is_ascii_digit())
            && !label.starts_with("vpce")
    });
    let region = match region {
        Some(region) => Some((*region).to_owned()),
        None if host == "queue.amazonaws.com" => Some("us-east-1".to_owned()),
        None => None,
    };
    let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    Some(Filled::exactly(name).at(Place {
        region,
        account: digits.then(|| account.to_owned()),
    }))
}

/// `name`, `name:qualifier`, `account:function:name` or `account:function:name:qualifier`, each without its
/// qualifier.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
fn function(text: &str) -> Filled {
    let (account, after) = match text.split_once(":function:") {
        Some((account, name)) => (account.rsplit(':').next(), name),
        None => (None, text),
    };
    let name = Filled::exactly(after.split(':').next().unwrap_or(after));
    match account.filter(|account| account.len() == 12) {
        Some(account) => name.at(Place::of_account(account)),
        None => name,
    }
}

/// Names of IAM do not tell the path that is part of the ARN, unless the call gives it or makes the resource.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html>
fn with_path(call: &Call<'_>, placeholder: &str, name: &str) -> Filled {
    // Roles of services have a path of their own, and the task that deletes one begins with it.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
    match &*call.operation {
        "CreateServiceLinkedRole" => return Filled::pattern(format!("aws-service-role/{name}/*")),
        "DeleteServiceLinkedRole" => return Filled::pattern(format!("aws-service-role/*/{name}")),
        "GetServiceLinkedRoleDeletionStatus" => {
            let role = name
                .strip_prefix("task/")
                .and_then(|task| task.rsplit_once('/'));
            return role.map_or_else(|| Filled::pattern("*"), |(role, _)| Filled::exactly(role));
        }
        _ => {}
    }
    let object = placeholder.trim_end_matches("NameWithPath");
    let made = call.request.are_known() && *call.operation == format!("Create{object}");
    let path = call.request.get("path").first();
    match path.map(|path| path.trim_start_matches('/')) {
        Some(path) => Filled::exactly(&format!("{path}{name}")),
        None if made => Filled::exactly(name),
        None => Filled::pattern(format!("*{name}")),
    }
}

/// Parameters and documents of Systems Manager; those that AWS publishes are in no account.
///
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html>
fn parameter(facts: &ActionFacts, placeholder: &str, text: &str) -> Option<Filled> {
    let public = |filled: Filled, is: bool| {
        if is {
            filled.at(Place::of_account("*"))
        } else {
            filled
        }
    };
    match placeholder {
        "ParameterNameWithoutLeadingSlash" => {
            let name = text.strip_prefix('/').unwrap_or(text);
            // A version or a label may follow.
            let name = name.split(':').next().unwrap_or(name);
            let filled = match facts.action.name() {
                "GetParametersByPath" => {
                    Filled::pattern(format!("{}*", name.trim_end_matches('/')))
                }
                _ => Filled::exactly(name),
            };
            Some(public(filled, name.starts_with("aws/")))
        }
        "DocumentName" => {
            let by_aws = text.starts_with("AWS-") || text.starts_with("Amazon");
            Some(public(Filled::exactly(text), by_aws))
        }
        _ if text.contains("://") => None,
        _ => Some(Filled::exactly(text)),
    }
}
