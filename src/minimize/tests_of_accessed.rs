//! What IAM says was last accessed keeps what the trail does not show, and nothing else.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html>

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::tests::{role, short, statements, usage};
use super::*;
use crate::algebra::{self, Inclusion};
use crate::catalog::Catalog;
use crate::iam::RoleId;
use crate::lambda::Function;
use crate::usage::{LastAccess, LastAccessed};

/// Reading and writing calls of the role `r`, from 5 to 20 October 2026 in `eu-central-1`.
const CALLS: [&str; 4] = [
    r#"05 ssm GetParameter {"name":"a"}"#,
    r#"12 ssm PutParameter {"name":"a"}"#,
    r#"18 ecr PutRegistryPolicy !AccessDenied {"policyText":"{}"}"#,
    r#"20 ssm PutParameter {"name":"a"}"#,
];

const A: &str = "arn:aws:ssm:eu-central-1:123456789012:parameter/a";

fn granted() -> Value {
    json!({"Effect": "Allow", "Resource": "*", "Action": [
        "ecr:CreateRepository", "ecr:PutRegistryPolicy", "ssm:DeleteParameter", "ssm:GetParameter", "ssm:PutParameter"]})
}

/// What IAM says: `ecr:CreateRepository 2026-03-01 eu-central-1`, of a service `ecr 2026-03-01`.
fn said(lines: &[&str]) -> BTreeMap<RoleId, LastAccessed> {
    let mut said = LastAccessed::default();
    for line in lines {
        let mut words = line.split(' ');
        let what = words.next().expect("a service or an action");
        let day = words.next().expect("a day");
        let last = LastAccess {
            time: format!("{day}T12:00:00Z").parse().expect("a time"),
            region: words.next().map(str::to_owned),
        };
        match what.parse() {
            Ok(action) => said.note_action(action, last),
            Err(_) => said.note_service(what, last),
        }
    }
    BTreeMap::from([(role(&[]).id, said)])
}

fn proposed(policies: &[Value], lines: &[&str], settings: &Settings) -> VerifiedProposal {
    let (usage, said) = (usage(&CALLS), said(lines));
    let known = Known::new(&usage, Catalog::bundled(), []).remembering(&said);
    minimize(&role(policies), &known, settings).expect("a proposal")
}

/// What became of each, as `ByTrail ssm:GetParameter`.
fn decided(proposal: &VerifiedProposal) -> Vec<String> {
    let all = proposal.premises().accessed.iter();
    all.map(|one| format!("{:?} {}", one.decided, one.what))
        .collect()
}

const USED: &str = "ssm:GetParameter ssm:PutParameter";

/// What is proposed with these lines of IAM, and what became of each.
fn holds(sentence: &str, lines: &[&str], expected: &str, became: &[&str]) {
    let proposal = proposed(&[granted()], lines, &short());
    assert_eq!(statements(&proposal).join(" | "), expected, "{sentence}");
    assert_eq!(decided(&proposal), became, "{sentence}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_iam_says_was_used_and_the_trail_does_not_show_stays_wherever_it_is_granted() {
    let delete = format!("Allow ssm:DeleteParameter on * | Allow {USED} on {A}");
    let create = format!("Allow ecr:CreateRepository on * | Allow {USED} on {A}");
    let registry = format!("Allow ecr:PutRegistryPolicy on * | Allow {USED} on {A}");
    let as_before = format!("Allow {USED} on {A}");
    let everywhere = format!("Allow ssm:GetParameter on {A} | Allow ssm:PutParameter on *");
    let cases: [(&str, &[&str], &str, &[&str]); 12] = [
        ("nothing was said", &[], &as_before, &[]),
        (
            "long before the trail",
            &["ssm:DeleteParameter 2026-01-02 eu-central-1"],
            &delete,
            &["ByIam ssm:DeleteParameter"],
        ),
        (
            "on a day of the trail that does not show it",
            &["ssm:deleteparameter 2026-10-12"],
            &delete.replace("DeleteParameter", "deleteparameter"),
            &["ByIam ssm:deleteparameter"],
        ),
        (
            "after the trail",
            &["ecr:CreateRepository 2026-11-02 eu-west-1"],
            &create,
            &["ByIam ecr:CreateRepository"],
        ),
        (
            "the trail shows that it was used then",
            &["ssm:PutParameter 2026-10-20 eu-central-1"],
            &as_before,
            &["ByTrail ssm:PutParameter"],
        ),
        (
            "on the other side of midnight",
            &["ssm:PutParameter 2026-10-21 eu-central-1"],
            &as_before,
            &["ByTrail ssm:PutParameter"],
        ),
        (
            "the trail ends before it, and shows it on other days",
            &["ssm:PutParameter 2026-11-20 eu-central-1"],
            &as_before,
            &["ByOtherDays ssm:PutParameter"],
        ),
        (
            "the trail begins after it, and shows it on other days",
            &["ssm:PutParameter 2026-09-20 eu-central-1"],
            &as_before,
            &["ByOtherDays ssm:PutParameter"],
        ),
        (
            "in a Region that the log has nothing of",
            &["ssm:PutParameter 2026-10-20 us-east-1"],
            &everywhere,
            &["ByIam ssm:PutParameter"],
        ),
        (
            "the trail shows that it was refused then",
            &["ecr:PutRegistryPolicy 2026-10-18 eu-central-1"],
            &as_before,
            &["ByTrail ecr:PutRegistryPolicy"],
        ),
        (
            "the trail shows that it was refused on another day",
            &["ecr:PutRegistryPolicy 2026-11-02 eu-central-1"],
            &registry,
            &["ByIam ecr:PutRegistryPolicy"],
        ),
        (
            "the role is not granted it",
            &["ec2:RunInstances 2026-10-18 eu-central-1"],
            &as_before,
            &[],
        ),
    ];
    for (sentence, lines, expected, became) in cases {
        holds(sentence, lines, expected, became);
    }
}

#[test]
fn it_counts_as_far_back_as_is_asked() {
    // The trail's last day is 20 October.
    for (days, kept) in [
        (None, true),
        (Some(10), true),
        (Some(9), false),
        (Some(0), false),
    ] {
        let settings = Settings {
            last_accessed_days: days,
            ..short()
        };
        let lines = [
            "ssm:DeleteParameter 2026-10-10 eu-central-1",
            "ecr 2026-10-10",
        ];
        let proposal = proposed(&[granted()], &lines, &settings);
        let text = statements(&proposal).join(" | ");
        assert_eq!(
            text.contains("ssm:DeleteParameter"),
            kept,
            "{days:?}: {text}"
        );
        assert_eq!(
            text.contains("ecr:CreateRepository"),
            kept,
            "{days:?}: {text}"
        );
    }
}

#[test]
fn of_a_service_nothing_goes_unused_when_iam_knows_of_a_use_and_the_trail_of_none() {
    let held =
        format!("Allow {USED} on {A} | Allow ecr:CreateRepository ecr:PutRegistryPolicy on *");
    let as_before = format!("Allow {USED} on {A}");
    let cases: [(&str, &[&str], &str, &[&str]); 6] = [
        (
            "while the trail reaches",
            &["ecr 2026-10-12 eu-central-1"],
            &held,
            &["ByIam ecr:*"],
        ),
        (
            "after the trail",
            &["ECR 2026-11-12"],
            &held,
            &["ByIam ecr:*"],
        ),
        (
            "before the trail, and nobody knows which action it was",
            &["ecr 2026-10-01"],
            &as_before,
            &["TooEarly ecr:*"],
        ),
        (
            "the trail shows a refused call then",
            &["ecr 2026-10-18"],
            &as_before,
            &[],
        ),
        (
            "something of the service stays",
            &[
                "ssm 2026-10-18",
                "ecr 2026-10-10",
                "ecr:CreateRepository 2026-01-01",
            ],
            &format!("Allow ecr:CreateRepository on * | {as_before}"),
            &["ByIam ecr:CreateRepository"],
        ),
        (
            "nothing of it is granted",
            &["ec2 2026-10-10"],
            &as_before,
            &[],
        ),
    ];
    for (sentence, lines, expected, became) in cases {
        holds(sentence, lines, expected, became);
    }
    let removing = Settings {
        unobservable: Unobservable::Remove,
        ..short()
    };
    let proposal = proposed(&[granted()], &["ecr 2026-10-12"], &removing);
    assert_eq!(statements(&proposal), [as_before]);
}

#[test]
fn what_a_configuration_needs_is_kept_on_what_the_configuration_names() {
    let arn = "arn:aws:lambda:eu-central-1:123456789012:function:f";
    let function = Function::new(arn.parse().expect("an ARN"), "f", role(&[]).id);
    let (usage, said) = (
        usage(&CALLS),
        said(&["logs:CreateLogGroup 2026-01-02 eu-central-1"]),
    );
    let known = Known::new(&usage, Catalog::bundled(), [])
        .running([&function])
        .remembering(&said);
    let logs = json!({"Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": "*"});
    let proposal = minimize(&role(&[granted(), logs]), &known, &short()).expect("a proposal");
    assert_eq!(decided(&proposal), ["ByConfiguration logs:CreateLogGroup"]);
    let group = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/f";
    let kept = statements(&proposal);
    assert!(kept.iter().any(|one| one.contains(group)), "{kept:?}");
    assert!(!kept.iter().any(|one| one.ends_with("on *")), "{kept:?}");
}

#[test]
fn whatever_iam_says_it_takes_nothing_away_and_allows_nothing_new() {
    let lines = [
        "ssm:DeleteParameter 2026-01-02 eu-central-1",
        "ssm:PutParameter 2026-11-20 us-east-1",
        "ecr:PutRegistryPolicy 2026-10-18 eu-central-1",
        "ecr 2026-10-12 eu-central-1",
        "ecr 2026-09-12",
    ];
    let denying = json!({"Effect": "Deny", "Action": "ecr:Create*", "Resource": "*"});
    let policies = [granted(), denying];
    let before = proposed(&policies, &[], &short()).proposed().grant();
    let all = Granted::of_role(&role(&policies)).expect("a grant").grant();
    let within = |one: &algebra::Grant, other: &algebra::Grant| {
        Inclusion::new(one, other).verdict(None) == algebra::Verdict::Included
    };
    for some in 0..1_usize << lines.len() {
        let said = lines.iter().enumerate();
        let said = said.filter(|(place, _)| some >> place & 1 == 1);
        let said: Vec<_> = said.map(|(_, line)| *line).collect();
        let after = proposed(&policies, &said, &short()).proposed().grant();
        assert!(within(&before, &after), "{said:?}");
        assert!(within(&after, &all), "{said:?}");
    }
}
