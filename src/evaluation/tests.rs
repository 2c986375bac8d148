use super::*;
use crate::iam::{Resource, RoleId};
use serde_json::{Value, json};

fn granted(statements: Value) -> Granted {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    let policy = Policy::parse(&document).expect("a policy");
    Granted::default()
        .beside(&[("p".into(), policy)])
        .expect("it is readable")
}

fn decide(statements: Value, action: &str, resource: &str) -> Decision {
    let role = "arn:aws:iam::123456789012:role/r".parse().expect("an ARN");
    let resource = match resource {
        "*" => Resource::None,
        arn => Resource::Arn(arn.parse().expect("an ARN")),
    };
    granted(statements).evaluate(&Request {
        principal: RoleId::of(&role).expect("a role"),
        action: action.parse().expect("an action"),
        resource,
    })
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
            json!([]),
            key,
            Decision::ImplicitDeny,
        ),
        (
            "a wildcard allows",
            json!([allow("*", "*")]),
            key,
            Decision::Allow,
        ),
        (
            "actions have no case",
            json!([allow("S3:getOBJECT", "*")]),
            key,
            Decision::Allow,
        ),
        (
            "resources have case",
            json!([allow("*", "arn:aws:s3:::B/k")]),
            key,
            Decision::ImplicitDeny,
        ),
        (
            "a star crosses colons and slashes",
            json!([allow("*", "arn:*k")]),
            key,
            Decision::Allow,
        ),
        (
            "a question mark is one character",
            json!([allow("s3:GetObjec?", "*")]),
            key,
            Decision::Allow,
        ),
        (
            "a question mark is not none",
            json!([allow("s3:GetObject?", "*")]),
            key,
            Decision::ImplicitDeny,
        ),
        (
            "deny beats allow",
            json!([allow("*", "*"), deny("s3:*", "*")]),
            key,
            Decision::ExplicitDeny,
        ),
        (
            "a deny elsewhere does not matter",
            json!([allow("*", "*"), deny("s3:*", "arn:aws:s3:::c/*")]),
            key,
            Decision::Allow,
        ),
        (
            "a condition leaves it open",
            json!([mfa]),
            key,
            Decision::Depends,
        ),
        (
            "a variable leaves it open",
            json!([own]),
            key,
            Decision::Depends,
        ),
        (
            "a bare star is what an action without resources needs",
            json!([allow("*", "arn:aws:s3:::*")]),
            "*",
            Decision::ImplicitDeny,
        ),
        (
            "NotAction is all but",
            json!([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
            key,
            Decision::Allow,
        ),
        (
            "NotAction excludes",
            json!([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]),
            key,
            Decision::ImplicitDeny,
        ),
        (
            "NotResource is all but",
            json!([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::c/*"}]),
            key,
            Decision::Allow,
        ),
        (
            "NotResource excludes",
            json!([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*"}]),
            key,
            Decision::ImplicitDeny,
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
fn the_same_condition_is_the_same_atom_and_another_is_another() {
    let with = |value: &str| {
        json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": value}}})
    };
    let granted = granted(json!([
        with("eu-central-1"),
        with("eu-central-1"),
        with("eu-west-1")
    ]));
    let atoms: Vec<_> = granted
        .rules(Effect::Allow)
        .map(|rule| rule.product.when)
        .collect();
    assert_eq!(atoms[0], atoms[1]);
    assert_ne!(atoms[0], atoms[2]);
}

#[test]
fn a_condition_that_a_newer_version_would_read_otherwise_is_refused() {
    let document = json!({"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
        "Resource": "*", "Condition": {"StringEquals": {"s3:prefix": "${aws:username}"}}}});
    let policy = Policy::parse(&document).expect("a policy");
    let refused = Granted::default()
        .beside(&[("p".into(), policy)])
        .expect_err("it would change");
    assert!(refused.to_string().contains("2008-10-17"), "{refused}");
}
