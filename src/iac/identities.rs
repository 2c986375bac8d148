//! Roles, users and groups, and the policies of each.

use super::document::read_policy;
use super::found::{Attached, Carrier, Found, FoundPolicy, FoundRole};
use super::resource::Resource;
use super::source::Within;
use super::text::{Text, Why};
use super::trust::read_trust;
use super::value::{Known, Possible, Value};

/// Finds the roles, users and groups, and every policy.
pub(super) fn find_identities(resources: &[Resource<'_>], found: &mut Found) {
    for resource in resources {
        if let Some(carrier) = carrier(&resource.kind) {
            let role = identity(resource, carrier, found);
            found.roles.push(role);
        }
    }
    let managed: Vec<_> = resources
        .iter()
        .filter(|resource| resource.kind == "AWS::IAM::ManagedPolicy")
        .collect();
    for resource in &managed {
        let mut policy = policy_of(resource, "ManagedPolicyName", found);
        policy.name = Some(resource.name.clone());
        policy.arn = Some(resource.arn.clone());
        found.policies.push(policy);
    }
    link_managed(&managed, found);
    attach_managed(resources, &managed, found);
    for resource in resources {
        embed(resource, resources, found);
    }
}

fn carrier(kind: &str) -> Option<Carrier> {
    match kind {
        "AWS::IAM::Role" => Some(Carrier::Role),
        "AWS::IAM::User" => Some(Carrier::User),
        "AWS::IAM::Group" => Some(Carrier::Group),
        _ => None,
    }
}

fn identity(resource: &Resource<'_>, carrier: Carrier, found: &mut Found) -> FoundRole {
    let Resource {
        within, properties, ..
    } = resource;
    let policies = properties.items_of("Policies");
    let mut inline = Vec::new();
    for either in policies {
        let policy = Possible {
            certain: either.certain && resource.certain,
            ..either
        };
        inline.extend(inline_policy(policy, within, found));
    }
    let attached = properties.items_of("ManagedPolicyArns");
    let attached = attached.iter().map(|either| Attached {
        place: within.place(either.value.span),
        arn: either.value.text(),
        policy: None,
        certain: either.certain && resource.certain,
    });
    let trust = properties.member("AssumeRolePolicyDocument");
    let trust = match trust.is_empty() {
        true => None,
        false => read_trust(&trust, within, &mut found.problems),
    };
    FoundRole {
        place: within.place(within.span),
        carrier,
        id: resource.id.clone(),
        name: resource.name.clone(),
        arn: resource.arn.clone(),
        implicit: resource.implicit,
        trust,
        inline,
        attached: attached.collect(),
        boundary: properties.text_of("PermissionsBoundary"),
    }
}

/// A policy that is embedded in a role: an object of a name and a document.
fn inline_policy(
    policy: Possible<'_>,
    within: &Within<'_>,
    found: &mut Found,
) -> Option<FoundPolicy> {
    let value = policy.value;
    if let Known::Unknown(why) = &value.shape {
        // Neither its name nor its document is known.
        let name = Text::unknown(why.clone());
        let read = read_policy(&[policy], within, &mut found.problems);
        return Some(FoundPolicy {
            name: Some(name),
            ..read
        });
    }
    if value.fields().is_none() {
        let rule = format!("an embedded policy is an object, found {}", value.kind());
        found.problems.push(within.problem(value.span, rule));
        return None;
    }
    let name = value.text_of("PolicyName");
    document_of(policy, name, within, found)
}

fn document_of(
    holder: Possible<'_>,
    name: Option<Text>,
    within: &Within<'_>,
    found: &mut Found,
) -> Option<FoundPolicy> {
    let documents = holder.value.member("PolicyDocument").into_iter();
    let documents = documents.map(|document| Possible {
        certain: document.certain && holder.certain,
        ..document
    });
    let documents: Vec<_> = documents.collect();
    if documents.is_empty() {
        let problem = within.problem(holder.value.span, "it has no `PolicyDocument`");
        found.problems.push(problem);
        return None;
    }
    let read = read_policy(&documents, within, &mut found.problems);
    Some(FoundPolicy { name, ..read })
}

fn policy_of(resource: &Resource<'_>, name: &str, found: &mut Found) -> FoundPolicy {
    let within = &resource.within;
    let holder = Possible {
        value: &resource.properties,
        certain: resource.certain,
    };
    let name = resource.properties.text_of(name);
    let read = document_of(holder, name, within, found);
    read.unwrap_or_else(|| read_policy(&[], within, &mut found.problems))
}

/// Which of the attached policies the file has.
fn link_managed(managed: &[&Resource<'_>], found: &mut Found) {
    for attached in found.roles.iter_mut().flat_map(|role| &mut role.attached) {
        attached.policy = managed
            .iter()
            .position(|policy| policy.is_named(&attached.arn));
    }
}

/// Attaches managed policies to whom they name, and by resources that attach.
fn attach_managed(resources: &[Resource<'_>], managed: &[&Resource<'_>], found: &mut Found) {
    for (index, policy) in managed.iter().enumerate() {
        for (to, place) in carriers_of(policy) {
            let attached = Attached {
                place,
                arn: policy.arn.clone(),
                policy: Some(index),
                certain: policy.certain,
            };
            match named(resources, &to, found) {
                Some(role) if role.attached.iter().any(|one| one.policy == Some(index)) => {}
                Some(role) => role.attached.push(attached),
                None => found.policies[index].attached_to.push(to),
            }
        }
    }
    for resource in resources
        .iter()
        .filter(|resource| resource.kind == ATTACHMENT)
    {
        for arn in resource.properties.items_of("PolicyArn") {
            attach(resource, arn.value, (resources, managed), found);
        }
    }
}

/// Attaches a policy to whom a resource names that only attaches.
fn attach(
    resource: &Resource<'_>,
    policy: &Value,
    (resources, managed): (&[Resource<'_>], &[&Resource<'_>]),
    found: &mut Found,
) {
    let arn = policy.text();
    let index = managed.iter().position(|policy| policy.is_named(&arn));
    for (to, at) in carriers_of(resource) {
        let attached = Attached {
            place: resource.within.place(policy.span),
            arn: arn.clone(),
            policy: index,
            certain: resource.certain,
        };
        match (named(resources, &to, found), index) {
            (Some(role), _) => role.attached.push(attached),
            (None, Some(index)) => found.policies[index].attached_to.push(to),
            (None, None) => found.roles.push(elsewhere(resource, (to, at), attached)),
        }
    }
}

/// Someone whom the file does not have, with the policy that the file attaches.
fn elsewhere(
    resource: &Resource<'_>,
    (name, place): (Text, super::found::Place),
    attached: Attached,
) -> FoundRole {
    let has = |property: &str| !resource.properties.member(property).is_empty();
    let carrier = match (
        has("UserName") || has("Users"),
        has("GroupName") || has("Groups"),
    ) {
        (true, _) => Carrier::User,
        (_, true) => Carrier::Group,
        _ => Carrier::Role,
    };
    FoundRole {
        place,
        carrier,
        id: name.to_string(),
        arn: Text::unknown(Why::Attribute(name.to_string())),
        name,
        implicit: false,
        trust: None,
        inline: Vec::new(),
        attached: vec![attached],
        boundary: None,
    }
}

/// What CloudFormation does not have, and Terraform does: a resource that only attaches.
pub(super) const ATTACHMENT: &str = "Terraform::IAM::Attachment";

/// Whom a resource names, and where.
fn carriers_of(resource: &Resource<'_>) -> Vec<(Text, super::found::Place)> {
    let names = [
        "Roles",
        "Users",
        "Groups",
        "RoleName",
        "UserName",
        "GroupName",
    ];
    let each = names
        .iter()
        .flat_map(|name| resource.properties.items_of(name));
    each.map(|either| {
        (
            either.value.text(),
            resource.within.place(either.value.span),
        )
    })
    .collect()
}

/// The role, user or group that a text names.
fn named<'f>(
    resources: &[Resource<'_>],
    text: &Text,
    found: &'f mut Found,
) -> Option<&'f mut FoundRole> {
    let mut carriers = resources
        .iter()
        .filter(|resource| carrier(&resource.kind).is_some());
    let index = carriers.position(|resource| resource.is_named(text))?;
    found.roles.get_mut(index)
}

/// Embeds a policy that is a resource of its own in those whom it names.
fn embed(resource: &Resource<'_>, resources: &[Resource<'_>], found: &mut Found) {
    let embedded = [
        "AWS::IAM::Policy",
        "AWS::IAM::RolePolicy",
        "AWS::IAM::UserPolicy",
        "AWS::IAM::GroupPolicy",
    ];
    if !embedded.contains(&resource.kind.as_str()) {
        return;
    }
    let policy = policy_of(resource, "PolicyName", found);
    let mut elsewhere = Vec::new();
    let mut here = false;
    for (to, _) in carriers_of(resource) {
        match named(resources, &to, found) {
            Some(role) => {
                role.inline.push(policy.clone());
                here = true;
            }
            None => elsewhere.push(to),
        }
    }
    if !here || !elsewhere.is_empty() {
        found.policies.push(FoundPolicy {
            attached_to: elsewhere,
            ..policy
        });
    }
}
