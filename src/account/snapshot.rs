//! `aws iam get-account-authorization-details`.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Account;
use crate::iam::{
    Arn, AttachedPolicy, InlinePolicy, Policy, PolicyError, Role, RoleId, TrustPolicy,
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleDetail {
    arn: String,
    assume_role_policy_document: Value,
    #[serde(default)]
    role_policy_list: Vec<Embedded>,
    #[serde(default)]
    attached_managed_policies: Vec<Attached>,
    permissions_boundary: Option<Boundary>,
    create_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Embedded {
    policy_name: String,
    policy_document: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attached {
    policy_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Boundary {
    permissions_boundary_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Managed {
    arn: String,
    #[serde(default)]
    policy_version_list: Vec<ManagedVersion>,
    #[serde(default)]
    attachment_count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ManagedVersion {
    document: Value,
    version_id: String,
    #[serde(default)]
    is_default_version: bool,
}

/// What is known of managed policies, by ARN.
#[derive(Default)]
struct Policies {
    default: BTreeMap<String, (String, Result<Policy, PolicyError>)>,
    /// To how many users, groups and roles each is attached.
    attachments: BTreeMap<String, usize>,
}

/// The roles of a snapshot. One that cannot be read becomes a problem, the others count.
///
/// # Errors
/// What the value is instead of a snapshot.
pub(super) fn account(value: &Value) -> Result<Account, String> {
    let (Some(Value::Array(roles)), policies) =
        (value.get("RoleDetailList"), value.get("Policies"))
    else {
        return Err(super::describe(value));
    };
    let mut account = Account::default();
    if value.get("IsTruncated").and_then(Value::as_bool) == Some(true) {
        account.problems.push(
            "the snapshot is one page of several (`IsTruncated`): roles and policies of the other pages are unknown"
                .into(),
        );
    }
    let policies = Policies {
        attachments: attachments(value, policies),
        default: managed(policies, &mut account.problems),
    };
    for (index, detail) in roles.iter().enumerate() {
        match role(detail, &policies) {
            Ok(role) => account.roles.push(role),
            Err(error) => {
                let name = detail
                    .get("RoleName")
                    .and_then(Value::as_str)
                    .unwrap_or("without a name");
                account
                    .problems
                    .push(format!("role {} ({name}): {error}", index + 1));
            }
        }
    }
    Ok(account)
}

fn list(value: Option<&Value>) -> &[Value] {
    value
        .and_then(Value::as_array)
        .map_or(&[] as &[Value], Vec::as_slice)
}

/// How often each policy is attached: by IAM's own count, or by the users, groups and roles of the snapshot if that is more.
fn attachments(snapshot: &Value, policies: Option<&Value>) -> BTreeMap<String, usize> {
    let mut attachments: BTreeMap<String, usize> = BTreeMap::new();
    for of in ["RoleDetailList", "UserDetailList", "GroupDetailList"] {
        for principal in list(snapshot.get(of)) {
            for policy in list(principal.get("AttachedManagedPolicies")) {
                if let Ok(policy) = Attached::deserialize(policy) {
                    *attachments.entry(policy.policy_arn).or_default() += 1;
                }
            }
        }
    }
    for policy in list(policies) {
        if let Ok(policy) = Managed::deserialize(policy) {
            let counted = attachments.entry(policy.arn).or_default();
            *counted = policy.attachment_count.max(*counted);
        }
    }
    attachments
}

fn managed(
    policies: Option<&Value>,
    problems: &mut Vec<String>,
) -> BTreeMap<String, (String, Result<Policy, PolicyError>)> {
    let mut known = BTreeMap::new();
    for (index, policy) in list(policies).iter().enumerate() {
        match Managed::deserialize(policy) {
            Ok(policy) => {
                let default = policy
                    .policy_version_list
                    .into_iter()
                    .find(|version| version.is_default_version);
                if let Some(version) = default {
                    known.insert(
                        policy.arn,
                        (version.version_id, Policy::parse(&version.document)),
                    );
                }
            }
            Err(error) => problems.push(format!("managed policy {}: {error}", index + 1)),
        }
    }
    known
}

fn role(detail: &Value, policies: &Policies) -> Result<Role, String> {
    let detail = RoleDetail::deserialize(detail).map_err(|error| error.to_string())?;
    let arn = |text: &str| text.parse::<Arn>().map_err(|error| error.to_string());
    let attached = detail.attached_managed_policies.iter().map(|policy| {
        Ok(AttachedPolicy {
            arn: arn(&policy.policy_arn)?,
            default_version: policies.default.get(&policy.policy_arn).cloned(),
            attachments: policies
                .attachments
                .get(&policy.policy_arn)
                .copied()
                .unwrap_or_default(),
        })
    });
    let inline = detail
        .role_policy_list
        .into_iter()
        .map(|policy| InlinePolicy {
            document: Policy::parse(&policy.policy_document),
            name: policy.policy_name,
        });
    let boundary = detail
        .permissions_boundary
        .and_then(|boundary| boundary.permissions_boundary_arn);
    let role_arn = arn(&detail.arn)?;
    Ok(Role {
        id: RoleId::of(&role_arn).map_err(|error| error.to_string())?,
        arn: role_arn,
        created: detail.create_date.and_then(|date| date.parse().ok()),
        trust: TrustPolicy::parse(&detail.assume_role_policy_document)
            .map_err(|error| format!("trust policy: {error}"))?,
        attached: attached.collect::<Result<_, String>>()?,
        inline: inline.collect(),
        boundary: boundary.as_deref().map(arn).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn snapshot(role: Value) -> Value {
        json!({"RoleDetailList": [role], "Policies": [{"Arn": "arn:aws:iam::123456789012:policy/p",
            "PolicyVersionList": [
                {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Statement": []}},
                {"VersionId": "v2", "IsDefaultVersion": true, "Document":
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}]}]})
    }

    fn lambda_role() -> Value {
        json!({"RoleName": "r", "Arn": "arn:aws:iam::123456789012:role/r",
            "AssumeRolePolicyDocument": "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%7D%7D",
            "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": "arn:aws:iam::123456789012:policy/p"},
                {"PolicyName": "q", "PolicyArn": "arn:aws:iam::123456789012:policy/q"}]})
    }

    #[test]
    fn the_default_version_counts_and_an_absent_policy_is_known_to_be_absent() {
        let account = account(&snapshot(lambda_role())).expect("a snapshot");
        let [role] = account.roles.as_slice() else {
            panic!("{:?}", account.problems)
        };
        assert!(role.trust.admits_lambda());
        let versions: Vec<_> = role
            .attached
            .iter()
            .map(|policy| policy.default_version.as_ref())
            .collect();
        assert_eq!(versions[0].map(|(id, _)| id.as_str()), Some("v2"));
        assert!(versions[1].is_none());
    }

    #[test]
    fn a_role_that_cannot_be_read_is_a_problem_and_the_others_count() {
        let mut value = snapshot(lambda_role());
        if let Some(Value::Array(roles)) = value.get_mut("RoleDetailList") {
            roles.push(json!({"RoleName": "odd"}));
        }
        let account = account(&value).expect("a snapshot");
        assert_eq!(account.roles.len(), 1);
        assert!(
            account.problems[0].contains("odd"),
            "{:?}",
            account.problems
        );
    }

    #[test]
    fn another_shape_is_named() {
        for (value, found) in [
            (json!({"Users": []}), "`Users`"),
            (json!([1]), "a list of 1"),
            (json!(1), "single"),
        ] {
            assert!(account(&value).expect_err("no snapshot").contains(found));
        }
    }
}
