//! Proposals by their settings: patterns, layouts, conditions, limits, and what is said of the evidence.

use serde_json::{Value, json};

use super::tests::{allow, propose_with, short, statements, with_condition};
use super::*;
use crate::catalog::Catalog;
use crate::cover::Objective;
use crate::evaluation::resource_glob;
use crate::iam::{ResourcePattern, Version};

fn get(name: &str) -> String {
    format!(r#"ssm GetParameter {{"name":"{name}"}}"#)
}

fn parameter(name: &str) -> String {
    format!("arn:aws:ssm:eu-central-1:123456789012:parameter/{name}")
}

fn proposed(policies: &[Value], calls: &[String], settings: &Settings) -> VerifiedProposal {
    let calls: Vec<_> = calls.iter().map(String::as_str).collect();
    propose_with(policies, &calls, settings).expect("a proposal")
}

fn with(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = short();
    change(&mut settings);
    settings
}

/// A report each day, under a name with its date, and a setting that is always the same.
fn daily(days: std::ops::Range<usize>) -> Vec<String> {
    days.flat_map(|day| {
        let report = get(&format!("reports/2026-10-{day:02}/summary"));
        [
            format!("{day:02} {report}"),
            format!("{day:02} {}", get("config/app")),
        ]
    })
    .collect()
}

#[test]
fn a_star_is_narrowed_to_what_comes_and_goes_and_to_what_stays() {
    let levels: [(Level, &[&str]); 3] = [
        (
            Level::Exact,
            &[
                "config/app",
                "reports/2026-10-05/summary",
                "reports/2026-10-06/summary",
            ],
        ),
        (Level::Typed, &["config/app", "reports/20??-??-??/summary"]),
        (Level::Prefix, &["config/*", "reports/*"]),
    ];
    for (level, expected) in levels {
        let settings = with(|settings| settings.generalize = level);
        let granted = [allow("ssm:Get*", &parameter("*"))];
        let proposal = proposed(&granted, &daily(5..7), &settings);
        let expected: Vec<_> = expected.iter().map(|name| parameter(name)).collect();
        let found = statements(&proposal);
        assert_eq!(
            found[0],
            format!("Allow ssm:GetParameter on {}", expected.join(" ")),
            "{level:?}"
        );
    }
}

#[test]
fn every_pattern_lies_in_the_granted_one_matches_what_was_seen_and_says_why() {
    let granted = parameter("reports/*");
    let proposal = proposed(
        &[
            allow("ssm:GetParameter", &granted),
            allow("ssm:GetParameter", &parameter("config/*")),
        ],
        &daily(5..9),
        &short(),
    );
    let explained: Vec<_> = proposal.layout().documents()[0]
        .statements
        .iter()
        .flat_map(|kept| &kept.explained)
        .collect();
    let [dated] = explained.as_slice() else {
        panic!("{explained:?}")
    };
    let glob = |pattern: &ResourcePattern| resource_glob(pattern);
    let granted = ResourcePattern::parse(&granted, Version::V2012);
    assert!(glob(&granted).covers(&glob(&dated.pattern)));
    assert!((5..9).all(|day| {
        let seen = parameter(&format!("reports/2026-10-{day:02}/summary"));
        glob(&dated.pattern).matches(&seen)
    }));
    assert_eq!((dated.seen, dated.bits()), (4, Some(40)));
    assert!(!dated.opened.is_empty());
}

#[test]
fn a_pattern_that_would_let_the_role_at_anothers_resource_is_not_proposed() {
    let known = parameter("reports/2026-09-30/summary")
        .parse()
        .expect("an ARN");
    let calls = daily(5..9);
    let calls: Vec<_> = calls.iter().map(String::as_str).collect();
    let found = |known: &[crate::iam::Arn]| {
        let usage = super::tests::usage(&calls);
        let known = Known::new(&usage, Catalog::bundled(), known);
        let role = super::tests::role(&[allow("ssm:GetParameter", "*")]);
        let proposal = minimize(&role, &known, &short()).expect("a proposal");
        statements(&proposal).join("\n").contains("??")
    };
    assert!(found(&[]) && !found(&[known]));
}

#[test]
fn a_condition_that_all_uses_met_is_asked_and_another_is_offered() {
    let granted = [
        allow("ec2:Describe*", "*"),
        allow("ssm:Get*", "*"),
        allow("iam:*", "*"),
    ];
    let calls = [
        "ec2 DescribeInstances {}".to_owned(),
        get("a"),
        "iam ListUsers {}".to_owned(),
    ];
    let settings = with(|settings| settings.suggest_conditions = true);
    let proposal = proposed(&granted, &calls, &settings);
    let found = statements(&proposal);
    for (start, condition) in [
        ("Allow ec2:DescribeInstances on *", true),
        ("Allow iam:ListUsers on *", false),
        ("Allow ssm:GetParameter on", false),
    ] {
        let of_action = found.iter().find(|found| found.starts_with(start));
        let asks = of_action.map(|found| found.ends_with(" if"));
        assert_eq!(asks, Some(condition), "{start}");
    }
    let offered: Vec<_> = proposal
        .suggested()
        .iter()
        .map(|one| one.condition.to_string())
        .collect();
    assert!(
        offered
            .iter()
            .any(|one| one.contains("aws:ResourceAccount")),
        "{offered:?}"
    );
    assert!(!offered.iter().any(|one| one.contains("DescribeInstances")));
}

#[test]
fn what_is_asked_is_never_wider_than_the_authors_condition() {
    let granted = [with_condition(allow("ec2:Describe*", "*"))];
    let proposal = proposed(&granted, &["ec2 DescribeInstances {}".into()], &short());
    assert_eq!(
        statements(&proposal),
        ["Allow ec2:DescribeInstances on * if"]
    );
    let document = proposal.layout().documents()[0].policy().to_compact_text();
    assert_eq!(
        document.matches("aws:RequestedRegion").count(),
        1,
        "{document}"
    );
}

#[test]
fn the_authors_layout_keeps_policies_names_and_order() {
    let named = |sid: &str, mut statement: Value| {
        statement["Sid"] = json!(sid);
        statement
    };
    let deny = named(
        "Never",
        json!({"Effect": "Deny", "Action": "ssm:Put*", "Resource": "*"}),
    );
    let granted = [
        named("Read", allow("ssm:Get*", &parameter("*"))),
        deny.clone(),
        named("Unused", allow("dynamodb:CreateTable", "*")),
        named("Tables", allow("dynamodb:*", "*")),
    ];
    let calls = [
        get("a"),
        r#"dynamodb DescribeTable {"tableName":"t"}"#.into(),
    ];
    let proposal = proposed(
        &granted,
        &calls,
        &with(|settings| settings.style = Style::Preserve),
    );
    let documents = proposal.layout().documents();
    let replaced: Vec<_> = documents
        .iter()
        .map(|one| one.replaces.as_deref())
        .collect();
    assert_eq!(replaced, [Some("p0"), Some("p1"), Some("p3")]);
    let sids: Vec<_> = documents
        .iter()
        .map(|one| one.statements[0].statement.sid.as_deref())
        .collect();
    assert_eq!(sids, [Some("Read"), Some("Never"), Some("Tables")]);
    assert!(proposal.layout().is_as_authored());
}

#[test]
fn a_proposal_of_a_proposal_is_the_same() {
    for style in [Style::Minimal, Style::Preserve] {
        let settings = with(|settings| settings.style = style);
        let granted = [
            allow("ssm:*", &parameter("*")),
            allow("dynamodb:*", "*"),
            with_condition(allow("ec2:*", "*")),
        ];
        let mut calls = daily(5..9);
        calls.push("ec2 DescribeInstances {}".into());
        let policy = |proposal: &VerifiedProposal| -> Vec<Value> {
            let documents = proposal.layout().documents().iter();
            let policies = documents.map(|one| one.policy().to_compact_text());
            let read = policies.filter_map(|text| serde_json::from_str::<Value>(&text).ok());
            read.flat_map(|document| {
                document["Statement"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default()
            })
            .collect()
        };
        let once = policy(&proposed(&granted, &calls, &settings));
        let twice = policy(&proposed(&once, &calls, &settings));
        assert_eq!(once, twice, "{style:?}");
    }
}

#[test]
fn cells_that_no_request_has_make_fewer_statements_inside_of_a_service() {
    let (bucket, objects) = ("arn:aws:s3:::reports", "arn:aws:s3:::reports/*");
    let granted = [
        allow("s3:GetBucketVersioning", "*"),
        json!({"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": [bucket, objects]}),
    ];
    let call = r#"s3 GetBucketVersioning {"bucketName":"reports"}"#.to_owned();
    let settings = with(|settings| settings.objective = Objective::Statements);
    let proposal = proposed(&granted, &[call], &settings);
    let found = statements(&proposal);
    assert_eq!(
        found[0],
        format!("Allow s3:GetBucketVersioning on {bucket}")
    );
    assert_eq!(
        found[1],
        format!("Allow s3:GetObject s3:ListBucket on {bucket} {objects}")
    );
    assert!(proposal.certificate().is_optimum());
}

#[test]
fn actions_become_patterns_only_where_a_limit_forces_it_and_mean_the_same_today() {
    // What no trail shows of one service, on so many resources that the names do not fit.
    let granted = [
        allow("dynamodb:*", "*"),
        allow("s3:*", "*"),
        allow("iot:*", "*"),
    ];
    let calls = [r#"dynamodb DescribeTable {"tableName":"t"}"#.to_owned()];
    let wide = proposed(&granted, &calls, &short());
    assert!(wide.eased().is_empty());
    let narrow = |attachments| {
        let settings = with(|settings| settings.attachments = attachments);
        let calls: Vec<_> = calls.iter().map(String::as_str).collect();
        propose_with(&[allow("*", "*")], &calls, &settings)
    };
    let eased = narrow(3).expect("it fits");
    assert_eq!(eased.eased(), [Eased::NoNames, Eased::ActionPatterns]);
    let documents = eased.layout().documents().iter();
    let shortened: Vec<_> = documents
        .flat_map(|document| &document.statements)
        .flat_map(|kept| &kept.shortened)
        .collect();
    assert!(!shortened.is_empty());
    for short in shortened {
        let glob = crate::evaluation::action_glob(&short.pattern);
        let service = short.pattern.service().unwrap_or_default();
        let today = Catalog::bundled().actions_of(service).iter();
        let today: Vec<_> = today
            .filter(|facts| glob.matches(facts.folded()))
            .map(|facts| (&facts.action).into())
            .collect();
        assert_eq!(short.actions, today, "{}", short.pattern);
    }
    assert!(matches!(narrow(1), Err(NoProposal::TooLarge(_))));
}

#[test]
fn the_evidence_is_weighed_day_by_day() {
    let mut calls = daily(1..11);
    calls.push(format!("10 {}", get("once")));
    let granted = [allow("ssm:Get*", &parameter("*"))];
    let proposal = proposed(&granted, &calls, &short());
    let confidence = proposal.confidence();
    assert_eq!((confidence.days, confidence.active), (10, 10));
    assert_eq!(
        confidence.alone, 1,
        "only the last day holds what was seen once"
    );
    assert_eq!(confidence.rule_of_three(), Some(30));
    let cuts: Vec<_> = confidence
        .cuts
        .iter()
        .map(|cut| (cut.days, cut.later, cut.denied))
        .collect();
    assert_eq!(cuts, [(4, 13, 1), (6, 9, 1), (8, 5, 1)]);
    let exact = with(|settings| settings.generalize = Level::Exact);
    let exact = proposed(&granted, &calls, &exact);
    let denied = exact.confidence().cuts.iter().map(|cut| cut.denied);
    assert_eq!(
        denied.collect::<Vec<_>>(),
        [7, 5, 3],
        "each day's report is a new one"
    );
}
