//! Snapshots of accounts: what `aws iam get-account-authorization-details` prints.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use super::found::{Form, Found};
use super::identities;
use super::nodes::{list, member, object, text, there};
use super::resource::Resource;
use super::source::{Source, Within};
use super::text::Text;
use super::value::Value;
use crate::text::{Member, Node, Shape};

/// Those who have policies: the list of them, and the list of the policies that are embedded in each.
const CARRIERS: [(&str, &str, &str, &str); 3] = [
    (
        "RoleDetailList",
        "AWS::IAM::Role",
        "RoleName",
        "RolePolicyList",
    ),
    (
        "UserDetailList",
        "AWS::IAM::User",
        "UserName",
        "UserPolicyList",
    ),
    (
        "GroupDetailList",
        "AWS::IAM::Group",
        "GroupName",
        "GroupPolicyList",
    ),
];

/// Whether it is a snapshot of an account.
pub(super) fn is_snapshot(root: &Node) -> bool {
    let is_list = |name: &str| {
        matches!(
            root.get(name),
            Some(Node {
                shape: Shape::List(_),
                ..
            })
        )
    };
    let versions = |policy: &Node| policy.get("PolicyVersionList").is_some();
    CARRIERS.iter().any(|(list, ..)| is_list(list))
        || (is_list("Policies") && items(root, "Policies").iter().any(versions))
}

/// Reads a snapshot: the roles, users and groups, and the managed policies that are attached to them.
pub(super) fn read_snapshot(root: &Node, source: &Source<'_>) -> Found {
    let mut found = Found {
        form: Some(Form::AccountSnapshot),
        ..Found::default()
    };
    if let Some(truncated) = there(root, "IsTruncated").filter(|is| is.shape == Shape::Bool(true)) {
        let rule = "it is one page of several: roles and policies of the other pages are not known";
        found.problems.push(source.problem(truncated.span, rule));
    }
    let mut attached = HashSet::new();
    let mut resources = Vec::new();
    for (details, kind, of_name, embedded) in CARRIERS {
        for detail in items(root, details) {
            let properties = carrier(detail, embedded, &mut attached);
            let resource = resource(detail, (kind, of_name), properties, source, &mut found);
            resources.extend(resource);
        }
    }
    for policy in items(root, "Policies") {
        let arn = there(policy, "Arn").and_then(Node::as_text);
        if arn.is_none_or(|arn| attached.contains(arn)) {
            let properties = managed(policy);
            let kind = ("AWS::IAM::ManagedPolicy", "PolicyName");
            resources.extend(resource(policy, kind, properties, source, &mut found));
        }
    }
    identities::find_identities(&resources, &mut found);
    found
}

/// The items of a list; nothing where there is none.
fn items<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    there(node, name).map(Node::one_or_many).unwrap_or_default()
}

fn resource<'s>(
    detail: &Node,
    (kind, of_name): (&str, &str),
    properties: Vec<Member>,
    source: &'s Source<'s>,
    found: &mut Found,
) -> Option<Resource<'s>> {
    let said = |name: &str| there(detail, name).and_then(Node::as_text);
    let (Some(name), Some(arn)) = (said(of_name), said("Arn")) else {
        let rule = format!("it has no `{of_name}` and `Arn`, and is not read");
        found.problems.push(source.problem(detail.span, rule));
        return None;
    };
    Some(Resource {
        id: name.to_owned(),
        kind: kind.to_owned(),
        within: Within {
            source,
            span: detail.span,
            resource: Some(name.into()),
            cdk_path: None,
        },
        properties: Value::from(&object(detail.span, properties)),
        name: Text::known(name),
        arn: Text::known(arn),
        certain: true,
        implicit: false,
    })
}

/// The properties of a role, user or group. The managed policies that count for it are added to those that are attached.
fn carrier<'n>(detail: &'n Node, embedded: &str, attached: &mut HashSet<&'n str>) -> Vec<Member> {
    let mut properties = Vec::new();
    let trust = there(detail, "AssumeRolePolicyDocument").map(decoded);
    properties.extend(trust.map(|trust| member("AssumeRolePolicyDocument", trust)));
    let inline = items(detail, embedded).iter().map(|policy| {
        let members = policy.members().unwrap_or_default().iter();
        let members = members.map(|one| Member {
            value: match one.name.as_str() {
                "PolicyDocument" => decoded(&one.value),
                _ => one.value.clone(),
            },
            ..one.clone()
        });
        object(policy.span, members.collect())
    });
    properties.push(member("Policies", list(detail.span, inline.collect())));
    let policies = items(detail, "AttachedManagedPolicies").iter();
    let arns: Vec<_> = policies
        .filter_map(|policy| there(policy, "PolicyArn"))
        .collect();
    let boundary = there(detail, "PermissionsBoundary");
    let boundary = boundary.and_then(|boundary| there(boundary, "PermissionsBoundaryArn"));
    attached.extend(
        arns.iter()
            .copied()
            .chain(boundary)
            .filter_map(Node::as_text),
    );
    let arns = arns.into_iter().cloned().collect();
    properties.push(member("ManagedPolicyArns", list(detail.span, arns)));
    properties.extend(boundary.map(|arn| member("PermissionsBoundary", arn.clone())));
    properties
}

/// The properties of a managed policy: its default version. Of one without it nothing is said to be its document.
fn managed(policy: &Node) -> Vec<Member> {
    let is_default = |version: &&Node| {
        there(version, "IsDefaultVersion").is_some_and(|is| is.shape == Shape::Bool(true))
    };
    let default = items(policy, "PolicyVersionList").iter().find(is_default);
    let document = default.and_then(|version| there(version, "Document"));
    let document = document.map(|document| member("PolicyDocument", decoded(document)));
    document.into_iter().collect()
}

/// A document as JSON: the API has it as a text that is encoded for a URL, and the command line decodes that.
fn decoded(document: &Node) -> Node {
    let Some(encoded) = document.as_text().filter(|text| text.starts_with('%')) else {
        return document.clone();
    };
    match percent_decode_str(encoded).decode_utf8() {
        Ok(decoded) => text(document.span, &decoded),
        Err(_) => document.clone(),
    }
}
