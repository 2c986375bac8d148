//! Roles, users, groups and policies: `get-account-authorization-details`. IAM answers in XML with documents that are
//! URL-encoded; the AWS CLI prints JSON with documents that are JSON.

use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, InstanceProfile, ManagedPolicyDetail,
    PolicyDetail, PolicyVersion, Role, RoleDetail, RoleLastUsed, Tag, UserDetail,
};

use super::answers::next_page;
use super::object::{Object, quoted};
use super::scope::{Candidate, Scope};
use super::snapshot::{Lack, Snapshot};
use super::{Fault, NotPulled};
use crate::account::Part;

/// Reads them all, and notes which roles are not asked for; how many are, or `None` when IAM does not say.
pub(super) async fn pull(
    sdk: &SdkConfig,
    scope: &Scope,
    snapshot: &Snapshot,
) -> Result<Option<usize>, NotPulled> {
    match details(&Client::new(sdk)).await {
        Ok(details) => {
            snapshot.write_text("account.json", &details.to_json())?;
            // What other roles have and use tells what is not these roles' own, so they are written too.
            let out = details.roles.iter().filter_map(|role| {
                let why = scope.leaves_out(&candidate(role))?;
                Some((role.arn().unwrap_or_default(), why))
            });
            out.for_each(|(role, why)| snapshot.leaves_out(role, why));
            Ok(Some(details.roles.len() - snapshot.left_out()))
        }
        // Nothing else will be answered either.
        Err(why) if why.is_of_credentials() => Err(why.into()),
        Err(why) => {
            snapshot.lacks(Lack(Part::Roles, None, None), why)?;
            Ok(None)
        }
    }
}

fn candidate(role: &RoleDetail) -> Candidate<'_> {
    Candidate {
        name: role.role_name().unwrap_or_default(),
        path: role.path().unwrap_or_default(),
        tags: role
            .tags()
            .iter()
            .map(|tag| (tag.key(), tag.value()))
            .collect(),
    }
}

#[derive(Default)]
struct Details {
    users: Vec<UserDetail>,
    groups: Vec<GroupDetail>,
    roles: Vec<RoleDetail>,
    policies: Vec<ManagedPolicyDetail>,
}

async fn details(client: &Client) -> Result<Details, Fault> {
    let mut details = Details::default();
    let mut marker = None;
    loop {
        let call = client.get_account_authorization_details();
        let page = call.set_marker(marker.clone()).max_items(1000).send().await;
        let permission = "iam:GetAccountAuthorizationDetails";
        let page = page.map_err(|error| Fault::of(&error, permission))?;
        let more = page.is_truncated;
        details
            .users
            .extend(page.user_detail_list.unwrap_or_default());
        details
            .groups
            .extend(page.group_detail_list.unwrap_or_default());
        details
            .roles
            .extend(page.role_detail_list.unwrap_or_default());
        details.policies.extend(page.policies.unwrap_or_default());
        marker = next_page(more, page.marker, marker.as_ref())?;
        if marker.is_none() {
            return Ok(details);
        }
    }
}

impl Details {
    fn to_json(&self) -> String {
        Object::default()
            .list("UserDetailList", Some(&self.users), user)
            .list("GroupDetailList", Some(&self.groups), group)
            .list("RoleDetailList", Some(&self.roles), role_detail)
            .list("Policies", Some(&self.policies), managed)
            .to_json()
    }
}

fn user(user: &UserDetail) -> String {
    Object::default()
        .text("Path", user.path())
        .text("UserName", user.user_name())
        .text("UserId", user.user_id())
        .text("Arn", user.arn())
        .date("CreateDate", user.create_date())
        .list("UserPolicyList", user.user_policy_list.as_ref(), inline)
        .list("GroupList", user.group_list.as_ref(), |name| quoted(name))
        .list(
            "AttachedManagedPolicies",
            user.attached_managed_policies.as_ref(),
            attached,
        )
        .object("PermissionsBoundary", user.permissions_boundary(), boundary)
        .list("Tags", user.tags.as_ref(), tag)
        .to_json()
}

fn group(group: &GroupDetail) -> String {
    Object::default()
        .text("Path", group.path())
        .text("GroupName", group.group_name())
        .text("GroupId", group.group_id())
        .text("Arn", group.arn())
        .date("CreateDate", group.create_date())
        .list("GroupPolicyList", group.group_policy_list.as_ref(), inline)
        .list(
            "AttachedManagedPolicies",
            group.attached_managed_policies.as_ref(),
            attached,
        )
        .to_json()
}

fn role_detail(role: &RoleDetail) -> String {
    Object::default()
        .text("Path", role.path())
        .text("RoleName", role.role_name())
        .text("RoleId", role.role_id())
        .text("Arn", role.arn())
        .date("CreateDate", role.create_date())
        .document(
            "AssumeRolePolicyDocument",
            role.assume_role_policy_document(),
        )
        .list(
            "InstanceProfileList",
            role.instance_profile_list.as_ref(),
            instance_profile,
        )
        .list("RolePolicyList", role.role_policy_list.as_ref(), inline)
        .list(
            "AttachedManagedPolicies",
            role.attached_managed_policies.as_ref(),
            attached,
        )
        .object("PermissionsBoundary", role.permissions_boundary(), boundary)
        .list("Tags", role.tags.as_ref(), tag)
        .object("RoleLastUsed", role.role_last_used(), last_used)
        .to_json()
}

fn managed(policy: &ManagedPolicyDetail) -> String {
    Object::default()
        .text("PolicyName", policy.policy_name())
        .text("PolicyId", policy.policy_id())
        .text("Arn", policy.arn())
        .text("Path", policy.path())
        .text("DefaultVersionId", policy.default_version_id())
        .number("AttachmentCount", policy.attachment_count())
        .number(
            "PermissionsBoundaryUsageCount",
            policy.permissions_boundary_usage_count(),
        )
        .flag("IsAttachable", policy.is_attachable())
        .text("Description", policy.description())
        .date("CreateDate", policy.create_date())
        .date("UpdateDate", policy.update_date())
        .list(
            "PolicyVersionList",
            policy.policy_version_list.as_ref(),
            version,
        )
        .to_json()
}

fn version(version: &PolicyVersion) -> String {
    Object::default()
        .document("Document", version.document())
        .text("VersionId", version.version_id())
        .flag("IsDefaultVersion", version.is_default_version())
        .date("CreateDate", version.create_date())
        .to_json()
}

fn inline(policy: &PolicyDetail) -> String {
    Object::default()
        .text("PolicyName", policy.policy_name())
        .document("PolicyDocument", policy.policy_document())
        .to_json()
}

fn attached(policy: &AttachedPolicy) -> String {
    Object::default()
        .text("PolicyName", policy.policy_name())
        .text("PolicyArn", policy.policy_arn())
        .to_json()
}

fn boundary(boundary: &AttachedPermissionsBoundary) -> String {
    let kind = boundary.permissions_boundary_type();
    Object::default()
        .text("PermissionsBoundaryType", kind.map(|kind| kind.as_str()))
        .text(
            "PermissionsBoundaryArn",
            boundary.permissions_boundary_arn(),
        )
        .to_json()
}

fn tag(tag: &Tag) -> String {
    Object::default()
        .text("Key", Some(tag.key()))
        .text("Value", Some(tag.value()))
        .to_json()
}

fn last_used(used: &RoleLastUsed) -> String {
    Object::default()
        .date("LastUsedDate", used.last_used_date())
        .text("Region", used.region())
        .to_json()
}

fn instance_profile(profile: &InstanceProfile) -> String {
    Object::default()
        .text("Path", Some(profile.path()))
        .text("InstanceProfileName", Some(profile.instance_profile_name()))
        .text("InstanceProfileId", Some(profile.instance_profile_id()))
        .text("Arn", Some(profile.arn()))
        .date("CreateDate", Some(profile.create_date()))
        .list("Roles", Some(&profile.roles), role)
        .list("Tags", profile.tags.as_ref(), tag)
        .to_json()
}

fn role(role: &Role) -> String {
    Object::default()
        .text("Path", Some(role.path()))
        .text("RoleName", Some(role.role_name()))
        .text("RoleId", Some(role.role_id()))
        .text("Arn", Some(role.arn()))
        .date("CreateDate", Some(role.create_date()))
        .document(
            "AssumeRolePolicyDocument",
            role.assume_role_policy_document(),
        )
        .text("Description", role.description())
        .number("MaxSessionDuration", role.max_session_duration())
        .object("PermissionsBoundary", role.permissions_boundary(), boundary)
        .list("Tags", role.tags.as_ref(), tag)
        .object("RoleLastUsed", role.role_last_used(), last_used)
        .to_json()
}
