//! Customer managed policies that several roles share.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::tests::{allow, record, role as unnamed, short, statements};
use super::*;
use crate::catalog::Catalog;
use crate::iam::{Arn, AttachedPolicy, Policy, RoleId};
use crate::usage::{Scope, Usage};

const SHARED: &str = "arn:aws:iam::123456789012:policy/shared";
const TABLES: &str = "dynamodb DescribeTable {\"tableName\":\"orders\"}";
const SETTING: &str = "ssm GetParameter {\"name\":\"app\"}";
const TABLE: &str = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders";
const PARAMETER: &str = "arn:aws:ssm:eu-central-1:123456789012:parameter/app";

/// A role with inline policies, with the shared policy attached, and what was called with it.
struct Case<'a> {
    name: &'a str,
    inline: &'a [Value],
    calls: &'a [&'a str],
}

fn several(actions: &[&str]) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

/// The shared policy of these statements, attached this often.
fn attached(statement: &Value, attachments: usize) -> AttachedPolicy {
    let document = json!({"Version": "2012-10-17", "Statement": statement});
    AttachedPolicy {
        arn: SHARED.parse().expect("an ARN"),
        default_version: Some(("v1".into(), Policy::parse(&document))),
        attachments,
    }
}

fn role(case: &Case<'_>, shared: &AttachedPolicy) -> Role {
    let arn = format!("arn:aws:iam::123456789012:role/{}", case.name);
    let arn: Arn = arn.parse().expect("an ARN");
    Role {
        id: RoleId::of(&arn).expect("a role"),
        arn,
        attached: vec![shared.clone()],
        ..unnamed(case.inline)
    }
}

/// The proposals of roles that share a policy, with what each needs of it, or else as these settings have it.
fn together(
    cases: &[Case<'_>],
    shared: &AttachedPolicy,
    settings: &Settings,
) -> Vec<Result<VerifiedProposal, NoProposal>> {
    let roles: Vec<_> = cases.iter().map(|case| role(case, shared)).collect();
    let mut usage = Usage::new(Scope {
        asked: roles.iter().map(|role| role.id.clone()).collect(),
        others: BTreeSet::new(),
    });
    let calls = cases
        .iter()
        .flat_map(|case| case.calls.iter().map(|call| (case.name, *call)));
    // KMS is in every trail unless it is left out, and that is another test's matter.
    for (index, (name, call)) in calls.chain([("r", "kms ListKeys {}")]).enumerate() {
        let record = record(index, call).to_string();
        let record = record
            .replace("role/r\"", &format!("role/{name}\""))
            .replace("assumed-role/r/", &format!("assumed-role/{name}/"));
        usage
            .push(record.as_bytes(), Catalog::bundled())
            .expect("a record");
    }
    let known = Known::new(&usage, Catalog::bundled(), []);
    let roles: Vec<_> = roles.iter().collect();
    minimize_all(&roles, &known, settings)
}

fn union() -> Settings {
    Settings {
        sharing: Sharing::Union,
        ..short()
    }
}

fn both<'a>() -> [Case<'a>; 2] {
    [
        Case {
            name: "a",
            inline: &[],
            calls: &[TABLES],
        },
        Case {
            name: "b",
            inline: &[],
            calls: &[SETTING],
        },
    ]
}

#[test]
fn a_policy_that_stays_shared_keeps_what_any_of_its_roles_needs() {
    let shared = attached(&several(&["dynamodb:*", "ssm:*"]), 2);
    for proposal in together(&both(), &shared, &union()) {
        let proposal = proposal.expect("a proposal");
        let [document] = proposal.layout().documents() else {
            panic!("{:?}", proposal.layout())
        };
        assert_eq!(document.replaces.as_deref(), Some(SHARED));
        let names: Vec<_> = document.shared_by.iter().map(RoleId::name).collect();
        assert_eq!(names, ["a", "b"]);
        let kept = statements(&proposal);
        for needed in [
            format!("Allow dynamodb:DescribeTable on {TABLE}"),
            format!("Allow ssm:GetParameter on {PARAMETER}"),
        ] {
            assert!(kept.contains(&needed), "{needed}: {kept:?}");
        }
        assert!(proposal.is_narrower());
    }
}

#[test]
fn a_role_keeps_of_its_own_policies_what_the_shared_one_does_not_allow_already() {
    let shared = attached(&several(&["dynamodb:*", "ssm:GetParameter"]), 2);
    let own = [several(&["ssm:Get*", "dynamodb:Describe*"])];
    let [mut a, b] = both();
    a.inline = &own;
    a.calls = &[
        TABLES,
        SETTING,
        "ssm GetParameterHistory {\"name\":\"app\"}",
    ];
    let mut proposals = together(&[a, b], &shared, &union()).into_iter();
    let of_a = proposals.next().and_then(Result::ok).expect("a proposal");
    let own: Vec<_> = of_a.layout().own().collect();
    let [own] = own.as_slice() else {
        panic!("{:?}", of_a.layout())
    };
    let kept = own.policy().to_compact_text();
    assert!(kept.contains("ssm:GetParameterHistory"), "{kept}");
    assert!(
        !kept.contains("GetParameter\"") && !kept.contains("dynamodb"),
        "{kept}"
    );
}

#[test]
fn what_no_role_needs_of_a_shared_policy_leaves_it_empty() {
    let shared = attached(&allow("sqs:CreateQueue", "*"), 2);
    let own = [several(&["ssm:Get*", "dynamodb:Describe*"])];
    let [mut a, mut b] = both();
    (a.inline, b.inline) = (&own, &own);
    for proposal in together(&[a, b], &shared, &union()) {
        let layout = proposal.expect("a proposal").layout().clone();
        assert!(layout.documents().iter().all(|one| !one.is_shared()));
    }
}

#[test]
fn a_policy_that_cannot_stay_shared_is_replaced_role_by_role_and_says_why() {
    let some = several(&["dynamodb:*", "ssm:*"]);
    let [a, mut silent] = both();
    silent.calls = &[];
    let cases = [
        (
            "a user has it too",
            both(),
            attached(&some, 3),
            "attached 3 times",
        ),
        (
            "of one role nothing was seen",
            [a, silent],
            attached(&some, 2),
            "no proposal for its role b",
        ),
        (
            "what no trail shows of all of AWS is too large",
            both(),
            attached(&allow("*", "*"), 2),
            "more than a policy may hold",
        ),
    ];
    for (sentence, roles, shared, why) in cases {
        let proposals = together(&roles, &shared, &union());
        let first = proposals.first().and_then(|first| first.as_ref().ok());
        let proposal = first.unwrap_or_else(|| panic!("{sentence}: {proposals:?}"));
        let [(policy, not_shared)] = proposal.not_shared() else {
            panic!("{sentence}: {:?}", proposal.not_shared())
        };
        assert_eq!(policy, SHARED, "{sentence}");
        assert!(not_shared.to_string().contains(why), "{not_shared}");
        let documents = proposal.layout().documents();
        assert!(documents.iter().all(|one| !one.is_shared()), "{sentence}");
    }
}

#[test]
fn a_shared_policy_keeps_its_denials_and_its_authors_layout() {
    let deny =
        json!({"Sid": "Never", "Effect": "Deny", "Action": "ssm:DeleteParameter", "Resource": "*"});
    let shared = attached(
        &json!([{"Sid": "All", "Effect": "Allow", "Action": ["ssm:*", "dynamodb:*"], "Resource": "*"}, deny]),
        2,
    );
    for style in [Style::Minimal, Style::Preserve] {
        let settings = Settings { style, ..union() };
        for proposal in together(&both(), &shared, &settings) {
            let proposal = proposal.expect("a proposal");
            let kept = statements(&proposal);
            assert!(
                kept.contains(&"Deny ssm:DeleteParameter on *".to_owned()),
                "{style:?}: {kept:?}"
            );
            assert_eq!(proposal.layout().documents().len(), 1, "{style:?}");
        }
    }
}

#[test]
fn without_the_wish_to_share_each_role_gets_its_own() {
    let shared = attached(&allow("*", "*"), 2);
    for proposal in together(&both(), &shared, &short()) {
        let proposal = proposal.expect("a proposal");
        assert!(proposal.not_shared().is_empty());
        assert!(proposal.layout().own().count() == proposal.layout().documents().len());
    }
}
