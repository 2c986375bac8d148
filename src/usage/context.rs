//! What a record tells of the request context that IAM saw.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{Access, On};
use super::call::Call;

/// What is known of a condition key of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence<'a> {
    /// The key was there with these values.
    Is(&'a BTreeSet<String>),
    /// The record does not tell whether the key was there. It is never known that one was not.
    Unknown,
}

/// The condition keys that a record tells the values of. The keys are AWS's, which compare without case.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, BTreeSet<String>>);

impl Context {
    /// What is known of a key.
    #[must_use]
    pub fn presence(&self, key: &str) -> Presence<'_> {
        let found = self
            .0
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map_or(Presence::Unknown, |(_, values)| Presence::Is(values))
    }

    /// The keys whose values are known, sorted.
    pub fn known(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.0.iter().map(|(key, values)| (key.as_str(), values))
    }

    pub(super) fn add(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            let values = self.0.entry(key.to_owned()).or_default();
            values.insert(value.to_owned());
        }
    }

    fn add_all<'a>(&mut self, key: &str, values: impl IntoIterator<Item = &'a String>) {
        values.into_iter().for_each(|value| self.add(key, value));
    }
}

/// The services that take a role of another service's principal than that of their event source, or whose
/// principal is not their event source.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
const PASSED_TO: [(&str, &str); 2] = [
    ("ecs.amazonaws.com", "ecs-tasks.amazonaws.com"),
    ("batch.amazonaws.com", "ecs-tasks.amazonaws.com"),
];

/// The services that take roles for their own principal, which is their event source.
const PASSED_TO_SELF: [&str; 15] = [
    "bedrock.amazonaws.com",
    "cloudformation.amazonaws.com",
    "codebuild.amazonaws.com",
    "codepipeline.amazonaws.com",
    "ec2.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
    "glue.amazonaws.com",
    "lambda.amazonaws.com",
    "pipes.amazonaws.com",
    "s3.amazonaws.com",
    "sagemaker.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "transfer.amazonaws.com",
];

/// Adds what the record tells of the context of an access.
pub(super) fn add_known(context: &mut Context, call: &Call<'_>, access: &Access) {
    let event = call.event;
    context.add("aws:RequestedRegion", &event.region);
    if let Some(account) = owner(access) {
        context.add("aws:ResourceAccount", &account);
    }
    if let (Some(endpoint), None) = (&event.vpc_endpoint, event.invoked_by()) {
        context.add("aws:SourceVpce", endpoint);
    }
    match (access.action.service(), access.action.name()) {
        ("iam", "PassRole") => context.add("iam:PassedToService", passed_to(&event.source)),
        ("kms", _) => add_kms(context, call),
        ("s3", "ListBucket" | "ListBucketVersions") => {
            context.add_all("s3:prefix", call.request.get("prefix"));
        }
        ("sns", "Subscribe") => context.add_all("sns:Protocol", call.request.get("protocol")),
        ("sts", "AssumeRole") => context.add_all("sts:ExternalId", call.request.get("externalId")),
        ("ecs", _) => context.add_all("ecs:cluster", clusters(call).iter()),
        ("lambda", name) if name.ends_with("EventSourceMapping") => {
            let names = call.request.get("functionName").iter();
            let arns = names.filter(|name| name.starts_with("arn:"));
            context.add_all("lambda:FunctionArn", arns);
        }
        _ => {}
    }
}

/// The account that owns all of the resources, if their ARNs tell it.
fn owner(access: &Access) -> Option<String> {
    let account = |on: &On| match on {
        On::Exactly(arn) => arn.account(),
        On::Matching(_) | On::NoResource => None,
    };
    let first = account(access.on.first()?)?;
    let same = access.on.iter().all(|on| account(on) == Some(first));
    same.then(|| first.to_string())
}

fn passed_to(source: &str) -> &str {
    let own = PASSED_TO_SELF.iter().find(|service| **service == source);
    let other = PASSED_TO.iter().find(|(from, _)| *from == source);
    own.copied()
        .or(other.map(|(_, to)| *to))
        .unwrap_or_default()
}

/// KMS's keys: the service that a call came through, and the encryption context.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>
fn add_kms(context: &mut Context, call: &Call<'_>) {
    let parameters = call.event.parameters();
    if let Some(pairs) = parameters
        .get("encryptionContext")
        .and_then(|v| v.as_object())
    {
        for (key, value) in pairs {
            context.add(
                &format!("kms:EncryptionContext:{key}"),
                value.as_str().unwrap_or_default(),
            );
        }
    }
    let through = call.event.invoked_by();
    let service = through.and_then(|text| text.strip_suffix(".amazonaws.com"));
    // Some services are logged as `AWS Internal`; what they encrypt names them.
    let internal = through == Some("AWS Internal") || call.event.address == "AWS Internal";
    let by_key = || {
        let pairs = parameters.get("encryptionContext")?.as_object()?;
        pairs.keys().find_map(|key| call.catalog.encrypted_by(key))
    };
    if let Some(service) = service.or_else(|| by_key().filter(|_| internal)) {
        let region = &call.event.region;
        context.add(
            "kms:ViaService",
            &format!("{service}.{region}.amazonaws.com"),
        );
    }
}

/// The clusters that the call names, as the ARNs that the key has.
fn clusters(call: &Call<'_>) -> Vec<String> {
    let names = call.request.get("cluster").iter();
    let arn = |name: &String| match (name.starts_with("arn:"), call.event.account) {
        (true, _) => Some(name.clone()),
        (false, Some(account)) => Some(format!(
            "arn:{}:ecs:{}:{account}:cluster/{name}",
            call.partition(),
            call.event.region
        )),
        (false, None) => None,
    };
    names.filter_map(arn).collect()
}
