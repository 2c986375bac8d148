use super::*;
use crate::iam::{Arn, InlinePolicy, RoleId, TrustPolicy};
use serde_json::{Value, json};

fn granted(statements: Value) -> Granted {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    let policy = Policy::parse(&document).expect("a policy");
    Granted::new(vec![named(policy)], Reading::default())
}

fn named(policy: Policy) -> NamedPolicy {
    NamedPolicy {
        name: "p".into(),
        policy,
    }
}

fn decide(statements: Value, action: &str, resource: &str) -> Prospect {
    let resource = match resource {
        "*" => Resource::None,
        arn => Resource::Arn(arn.parse().expect("an ARN")),
    };
    granted(statements).prospect(
        &action.parse().expect("an action"),
        &resource,
        &RequestContext::default(),
    )
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn deny(action: &str, resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html>
/// and the pages of the elements `Action`, `NotAction`, `Resource`, `NotResource`.
#[test]
fn a_request_is_decided_as_aws_documents() {
    let key = "arn:aws:s3:::b/k";
    let mfa = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}});
    let own = allow("s3:*", "arn:aws:s3:::b/${aws:username}");
    let cases = [
        (
            "nothing is allowed that no statement allows",
            json!([allow("sqs:*", "*")]),
            key,
            Prospect::ImplicitDeny,
        ),
        (
            "a wildcard allows",
            json!([allow("*", "*")]),
            key,
            Prospect::Allow,
        ),
        (
            "actions have no case",
            json!([allow("S3:getOBJECT", "*")]),
            key,
            Prospect::Allow,
        ),
        (
            "resources have case",
            json!([allow("*", "arn:aws:s3:::B/k")]),
            key,
            Prospect::ImplicitDeny,
        ),
        (
            "a star crosses colons and slashes",
            json!([allow("*", "arn:*k")]),
            key,
            Prospect::Allow,
        ),
        (
            "a question mark is one character",
            json!([allow("s3:GetObjec?", "*")]),
            key,
            Prospect::Allow,
        ),
        (
            "a question mark is not none",
            json!([allow("s3:GetObject?", "*")]),
            key,
            Prospect::ImplicitDeny,
        ),
        (
            "deny beats allow",
            json!([allow("*", "*"), deny("s3:*", "*")]),
            key,
            Prospect::ExplicitDeny,
        ),
        (
            "a deny elsewhere does not matter",
            json!([allow("*", "*"), deny("s3:*", "arn:aws:s3:::c/*")]),
            key,
            Prospect::Allow,
        ),
        (
            "a condition leaves it open",
            json!([mfa]),
            key,
            Prospect::Depends,
        ),
        (
            "a variable leaves it open",
            json!([own]),
            key,
            Prospect::Depends,
        ),
        (
            "a bare star is what an action without resources needs",
            json!([allow("*", "arn:aws:s3:::*")]),
            "*",
            Prospect::ImplicitDeny,
        ),
        (
            "NotAction is all but",
            json!([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
            key,
            Prospect::Allow,
        ),
        (
            "NotAction excludes",
            json!([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]),
            key,
            Prospect::ImplicitDeny,
        ),
        (
            "NotResource is all but",
            json!([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::c/*"}]),
            key,
            Prospect::Allow,
        ),
        (
            "NotResource excludes",
            json!([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*"}]),
            key,
            Prospect::ImplicitDeny,
        ),
    ];
    for (sentence, statements, resource, expected) in cases {
        assert_eq!(
            decide(statements, "s3:GetObject", resource),
            expected,
            "{sentence}"
        );
    }
}

#[test]
fn a_condition_that_a_newer_version_would_read_otherwise_is_refused() {
    let document = json!({"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
        "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "${aws:username}"}}}});
    let arn: Arn = "arn:aws:iam::123456789012:role/r".parse().expect("an ARN");
    let trust =
        json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}});
    let role = Role {
        id: RoleId::of(&arn).expect("a role"),
        arn,
        trust: TrustPolicy::parse(&trust).expect("a trust policy"),
        inline: vec![InlinePolicy {
            name: "p".into(),
            document: Policy::parse(&document),
        }],
        attached: vec![],
        boundary: None,
        created: None,
    };
    let refused = Granted::of_role(&role).expect_err("it would change");
    assert!(refused.to_string().contains("2008-10-17"), "{refused}");
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[test]
fn a_key_has_several_values_where_aws_says_so_and_one_at_most_elsewhere() {
    let with = |key: &str| {
        json!({"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {key: "a"}, "StringLike": {key: "b*"}}})
    };
    let nothing = granted(deny("*", "*"));
    let verdicts =
        ["aws:TagKeys", "aws:username"].map(|key| included(&granted(with(key)), &nothing));
    assert!(verdicts[1].is_included(), "{verdicts:?}");
    let Verdict::Refuted(witness) = &verdicts[0] else {
        panic!("{verdicts:?}")
    };
    let values = witness
        .context
        .get(&crate::iam::ConditionKey::new("aws:TagKeys"));
    assert_eq!(values.map(|values| values.len()), Some(2));
}
