use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::draft::Draft;
use super::layout::Document;
use super::*;
use crate::catalog::Catalog;
use crate::cover::Certificate;
use crate::generalize::Level;
use crate::iam::{InlinePolicy, MANAGED_ATTACHMENTS, Policy, RoleId, TrustPolicy};
use crate::usage::{Necessity, Recorded, Scope, Usage};

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

pub(super) fn role(policies: &[Value]) -> Role {
    let trust = json!({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"}}});
    let arn: crate::iam::Arn = ROLE.parse().expect("an ARN");
    let inline = policies
        .iter()
        .enumerate()
        .map(|(index, statements)| InlinePolicy {
            name: format!("p{index}"),
            document: Policy::parse(&json!({"Version": "2012-10-17", "Statement": statements})),
        });
    Role {
        id: RoleId::of(&arn).expect("a role"),
        arn,
        trust: TrustPolicy::parse(&trust).expect("a trust policy"),
        inline: inline.collect(),
        attached: Vec::new(),
        boundary: None,
        created: None,
    }
}

/// A call of the function: `s3 DeleteBucket {"bucketName":"b"}`; a third word `!Code` is an error, and a first word `05` the
/// day in October.
pub(super) fn record(index: usize, call: &str) -> Value {
    let (day, call) = match call.split_at_checked(3) {
        Some((day, rest)) if day.starts_with(|first: char| first.is_ascii_digit()) => {
            (day.trim(), rest)
        }
        _ => ("02", call),
    };
    let (call, parameters) = call
        .split_once(" {")
        .map_or((call, "}"), |(call, rest)| (call, rest));
    let mut words = call.split(' ');
    let mut next = || words.next().unwrap_or_default();
    let (source, name, error) = (next(), next(), next());
    json!({
        "eventID": format!("event-{index}"), "eventTime": format!("2026-10-{day}T08:15:00Z"), "eventType": "AwsApiCall",
        "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "awsRegion": "eu-central-1",
        "recipientAccountId": "123456789012", "userAgent": "Boto3/1.40 exec-env/AWS_Lambda_python3.12",
        "sourceIPAddress": "198.51.100.7",
        "errorCode": error.strip_prefix('!'),
        "requestParameters": serde_json::from_str::<Value>(&format!("{{{parameters}")).expect("parameters"),
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/r/f",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}}},
    })
}

pub(super) fn usage(calls: &[&str]) -> Usage {
    let scope = Scope {
        asked: [role(&[]).id].into(),
        others: BTreeSet::new(),
    };
    let mut usage = Usage::new(scope);
    // KMS is in every trail unless it is left out, and that is another test's matter.
    let other = r#"{"eventSource":"kms.amazonaws.com","eventName":"ListKeys","userIdentity":{"type":"IAMUser"},"recipientAccountId":"123456789012"}"#;
    usage
        .push(other.as_bytes(), Catalog::bundled())
        .expect("a record");
    for (index, call) in calls.iter().enumerate() {
        let record = record(index, call).to_string();
        usage
            .push(record.as_bytes(), Catalog::bundled())
            .expect("a record");
    }
    usage
}

fn propose(policies: &[Value], calls: &[&str]) -> Result<VerifiedProposal, NoProposal> {
    propose_with(policies, calls, &exact())
}

pub(super) fn propose_with(
    policies: &[Value],
    calls: &[&str],
    settings: &Settings,
) -> Result<VerifiedProposal, NoProposal> {
    let usage = usage(calls);
    let known = Known::new(&usage, Catalog::bundled(), []);
    minimize(&role(policies), &known, settings)
}

/// With no wish for how long the evidence spans.
pub(super) fn short() -> Settings {
    Settings {
        min_days: 0,
        ..Settings::default()
    }
}

/// Nothing generalised, so that each case shows one thing.
fn exact() -> Settings {
    Settings {
        generalize: Level::Exact,
        ..short()
    }
}

/// The proposed statements as `Effect actions on resources [if]`, in order.
pub(super) fn statements(proposal: &VerifiedProposal) -> Vec<String> {
    let documents = proposal.layout().documents().iter();
    let policies = documents.map(|document| document.policy().to_compact_text());
    let of_policy = policies.flat_map(|text| {
        let policy: Value = serde_json::from_str(&text).expect("JSON");
        policy["Statement"].as_array().cloned().unwrap_or_default()
    });
    of_policy.map(|statement| in_short(&statement)).collect()
}

fn in_short(statement: &Value) -> String {
    let list = |key: &str| match &statement[key] {
        Value::Null => None,
        Value::String(one) => Some(one.clone()),
        Value::Array(many) => {
            let texts: Vec<_> = many.iter().filter_map(Value::as_str).collect();
            Some(texts.join(" "))
        }
        other => Some(other.to_string()),
    };
    let actions = list("Action").or_else(|| Some(format!("not {}", list("NotAction")?)));
    let resources = list("Resource").or_else(|| Some(format!("not {}", list("NotResource")?)));
    let condition = if statement["Condition"].is_null() {
        ""
    } else {
        " if"
    };
    format!(
        "{} {} on {}{condition}",
        statement["Effect"].as_str().unwrap_or_default(),
        actions.unwrap_or_default(),
        resources.unwrap_or_default()
    )
}

pub(super) fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

pub(super) fn with_condition(mut statement: Value) -> Value {
    statement["Condition"] = json!({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}});
    statement
}

const DESCRIBE: &str = r#"dynamodb DescribeTable {"tableName":"orders"}"#;
const ORDERS: &str = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders";

/// A sentence, what is granted, what was called, what is proposed.
type Case = (&'static str, Vec<Value>, Vec<String>, Vec<String>);

/// `ssm` has no unobservable action of its own in these
/// grants, so that each case shows one thing.
#[test]
fn a_proposal_is_what_was_used_of_what_is_granted() {
    let parameter = |name: &str| format!("arn:aws:ssm:eu-central-1:123456789012:parameter/{name}");
    let get = |name: &str| format!(r#"ssm GetParameter {{"name":"{name}"}}"#);
    let deny = json!({"Effect": "Deny", "Action": "ssm:*", "Resource": parameter("secret/*")});
    let not_action = json!({"Effect": "Allow", "Resource": parameter("*"),
        "NotAction": ["iam:*", "ssm:Put*", "ssm:*ExecutionPreview", "ssm:Request*"]});
    let not_resource =
        json!({"Effect": "Allow", "Action": "ssm:GetP*", "NotResource": [parameter("secret/*")]});
    let a = parameter("a");
    let cases: [Case; 9] = [
        (
            "a star becomes the resource that was used",
            vec![allow("ssm:GetParameter*", "*")],
            vec![get("a")],
            vec![format!("Allow ssm:GetParameter on {a}")],
        ),
        (
            "two calls of one action share a statement",
            vec![allow("ssm:GetParameter*", "*")],
            vec![get("a"), get("b")],
            vec![format!("Allow ssm:GetParameter on {a} {}", parameter("b"))],
        ),
        (
            "two actions on one resource share a statement",
            vec![allow("ssm:*Parameter", &parameter("*"))],
            vec![get("a"), r#"ssm PutParameter {"name":"a"}"#.into()],
            vec![format!("Allow ssm:GetParameter ssm:PutParameter on {a}")],
        ),
        (
            "an error of the service is a use",
            vec![allow("ssm:GetParameter", "*")],
            vec![r#"ssm GetParameter !ParameterNotFound {"name":"a"}"#.into()],
            vec![format!("Allow ssm:GetParameter on {a}")],
        ),
        (
            "a denial stays as it stands",
            vec![allow("ssm:GetParameter", "*"), deny.clone()],
            vec![get("a")],
            vec![
                format!("Allow ssm:GetParameter on {a}"),
                format!("Deny ssm:* on {}", parameter("secret/*")),
            ],
        ),
        (
            "NotAction is cut down to the actions that were used",
            vec![not_action],
            vec![get("a")],
            vec![format!("Allow ssm:GetParameter on {a}")],
        ),
        (
            "NotResource is cut down to the resources that were used",
            vec![not_resource],
            vec![get("a")],
            vec![format!("Allow ssm:GetParameter on {a}")],
        ),
        (
            "a statement with a condition is cut down to what was used, under its condition",
            vec![
                with_condition(allow("ssm:GetP*", "*")),
                with_condition(allow("ssm:Put*", "*")),
            ],
            vec![get("a")],
            vec![format!("Allow ssm:GetParameter on {a} if")],
        ),
        (
            "what an unconditional statement allows needs no conditional one",
            vec![
                with_condition(allow("ssm:GetP*", "*")),
                allow("ssm:GetParameter", "*"),
            ],
            vec![get("a")],
            vec![format!("Allow ssm:GetParameter on {a}")],
        ),
    ];
    for (sentence, policies, calls, expected) in cases {
        let calls: Vec<_> = calls.iter().map(String::as_str).collect();
        let proposal =
            propose(&policies, &calls).unwrap_or_else(|error| panic!("{sentence}: {error}"));
        assert_eq!(statements(&proposal), expected, "{sentence}");
    }
}

#[test]
fn a_variable_in_a_resource_is_kept_and_the_actions_are_cut_down() {
    let own = "arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/team}/*";
    let proposal = propose(
        &[allow("ssm:Get*", own)],
        &[r#"ssm GetParameter {"name":"red/a"}"#],
    );
    assert_eq!(
        statements(&proposal.expect("a proposal")),
        ["GetParameter", "GetExecutionPreview"].map(|name| format!("Allow ssm:{name} on {own}"))
    );
}

#[test]
fn what_no_trail_shows_is_kept_where_it_is_granted() {
    let policies = [
        allow("s3:*Object", "arn:aws:s3:::b/*"),
        allow("logs:*", "*"),
        allow("dynamodb:*Table", "*"),
    ];
    let proposal = propose(&policies, &[DESCRIBE]).expect("a proposal");
    let found = statements(&proposal).join("\n");
    for kept in [
        "logs:CreateLogGroup",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:PutObject",
        "arn:aws:s3:::b/*",
    ] {
        assert!(found.contains(kept), "{kept} is kept in\n{found}");
    }
    for gone in ["DeleteTable", "logs:DeleteLogGroup", "s3:*", "DeleteBucket"] {
        assert!(!found.contains(gone), "{gone} goes in\n{found}");
    }
}

#[test]
fn no_real_request_means_nothing_to_keep() {
    let everything_on_a_table =
        json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": ORDERS});
    let proposal = propose(&[everything_on_a_table], &[DESCRIBE]).expect("a proposal");
    let found = statements(&proposal).join("\n");
    assert!(
        found.contains("dynamodb:GetItem") && !found.contains("s3:GetObject"),
        "{found}"
    );
}

#[test]
fn a_role_that_passes_a_role_keeps_that() {
    let policies = [
        allow("iam:PassRole", "*"),
        allow("states:CreateStateMachine", "*"),
    ];
    let worker = "arn:aws:iam::123456789012:role/worker";
    let call = format!(r#"states CreateStateMachine {{"name":"m","roleArn":"{worker}"}}"#);
    let proposal = propose(&policies, &[&call]).expect("a proposal");
    let found = statements(&proposal).join("\n");
    assert!(found.contains("iam:PassRole"), "{found}");
}

#[test]
fn kms_is_kept_when_the_trail_may_leave_it_out() {
    let policies = [
        allow("kms:Decrypt", "*"),
        allow("dynamodb:DescribeTable", "*"),
    ];
    let (role, mut usage) = (role(&policies), usage(&[DESCRIBE]));
    let kept = |usage: &Usage| {
        let known = Known::new(usage, Catalog::bundled(), []);
        let proposal = minimize(&role, &known, &exact()).expect("a proposal");
        statements(&proposal).join("\n").contains("kms:Decrypt")
    };
    assert!(
        !kept(&usage),
        "other KMS events are in the trail, so that the role's would be"
    );
    usage.recorded = Recorded::default();
    assert!(kept(&usage), "no KMS event at all is in the trail");
}

#[test]
fn without_evidence_there_is_no_proposal_and_a_reason() {
    let everything = [allow("*", "*")];
    let cases: [(&[Value], &[&str], &str); 4] = [
        (&everything, &[], "no event of the role"),
        (
            &everything,
            &["iam CreateUser !AccessDenied {}"],
            "none of the 1 events",
        ),
        (&[], &[DESCRIBE], "grant nothing"),
        (
            &[json!({"Effect": "Maybe"})],
            &[DESCRIBE],
            "policy p0: statement 1: `Effect`",
        ),
    ];
    for (policies, calls, expected) in cases {
        let reason = propose(policies, calls).expect_err(expected).to_string();
        assert!(reason.contains(expected), "{reason} / {expected}");
    }
}

#[test]
fn a_use_that_the_roles_policies_do_not_grant_is_missing_and_never_added() {
    let policies = [allow("ssm:GetParameter", "*")];
    let proposal =
        propose(&policies, &[DESCRIBE, r#"ssm GetParameter {"name":"a"}"#]).expect("a proposal");
    let missing: Vec<_> = proposal
        .premises()
        .missing
        .iter()
        .map(|(access, _)| access.action.as_str())
        .collect();
    assert_eq!(missing, ["dynamodb:DescribeTable"]);
    assert!(!statements(&proposal).join("\n").contains("dynamodb"));
}

#[test]
fn a_use_on_a_resource_that_is_not_granted_keeps_what_is() {
    let other = "arn:aws:dynamodb:eu-central-1:123456789012:table/other";
    let proposal =
        propose(&[allow("dynamodb:DescribeTable", other)], &[DESCRIBE]).expect("a proposal");
    assert_eq!(
        statements(&proposal),
        [format!("Allow dynamodb:DescribeTable on {other}")]
    );
    let why: Vec<_> = proposal.layout().documents()[0].statements[0]
        .why
        .iter()
        .map(|why| &why.ground)
        .collect();
    assert!(
        matches!(
            why[..],
            [Ground::Used {
                resource_confirmed: false,
                need: Necessity::Certain,
                ..
            }]
        ),
        "{why:?}"
    );
}

#[test]
fn resources_beyond_the_limits_become_patterns_though_they_were_to_be_exact() {
    let folder = "arn:aws:ssm:eu-central-1:123456789012:parameter/a-parameter-with-a-long-name";
    let calls: Vec<_> = (0..900)
        .map(|n| format!(r#"ssm GetParameter {{"name":"a-parameter-with-a-long-name/{n}"}}"#))
        .collect();
    let calls: Vec<_> = calls.iter().map(String::as_str).collect();
    let all = "arn:aws:ssm:eu-central-1:123456789012:parameter/*";
    let proposal = propose(&[allow("ssm:GetParameter", all)], &calls).expect("a proposal");
    assert_eq!(
        statements(&proposal),
        [format!("Allow ssm:GetParameter on {folder}/*")]
    );
    let eased = proposal.eased().iter();
    assert!(
        eased
            .clone()
            .any(|eased| matches!(eased, Eased::Generalized(_)))
    );
}

#[test]
fn what_is_too_large_for_one_policy_is_laid_out_within_the_limits() {
    let calls: Vec<_> = (0..300)
        .map(|n| format!(r#"ssm GetParameter {{"name":"a-parameter-with-a-long-name/{n}"}}"#))
        .collect();
    let calls: Vec<_> = calls.iter().map(String::as_str).collect();
    let proposal = propose(&[allow("ssm:GetParameter", "*")], &calls).expect("a proposal");
    assert!(
        proposal.layout().documents().len() > 1
            && proposal.layout().own().all(|one| one.form == Form::Managed)
    );
    assert!(proposal.layout().fits(MANAGED_ATTACHMENTS));
    assert_eq!(proposal.replay().allowed, 300);
}

#[test]
fn what_fits_nowhere_is_refused_with_the_numbers() {
    let long = "long-".repeat(20);
    let names: Vec<_> = (0..700)
        .map(|n| format!("arn:aws:s3:::a-bucket-with-a-{long}name-{n}/*"))
        .collect();
    let statement = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": names});
    let refused =
        propose(&[statement, allow("dynamodb:*", "*")], &[DESCRIBE]).expect_err("it cannot fit");
    assert!(matches!(refused, NoProposal::TooLarge(_)));
    assert!(refused.to_string().contains("6,144"), "{refused}");
}

/// These statements as an inline policy, without reasons.
fn laid_out(statements: Vec<Value>) -> Layout {
    if statements.is_empty() {
        return Layout::default();
    }
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    let policy = Policy::parse(&document).expect("a policy");
    let kept = |statement| KeptStatement {
        statement,
        why: Vec::new(),
        explained: Vec::new(),
        shortened: Vec::new(),
        from: None,
    };
    let statements = policy.statements.into_iter().map(kept).collect();
    Layout::of(vec![Document::of(Form::Inline, statements)])
}

#[test]
fn a_proposal_that_breaks_a_promise_is_refuted_with_a_request() {
    let policies = [
        allow("ssm:GetParameter", "*"),
        allow("dynamodb:DescribeTable", ORDERS),
    ];
    let (role, usage) = (role(&policies), usage(&[DESCRIBE]));
    let prove = |statements: Vec<Value>| {
        let known = Known::new(&usage, Catalog::bundled(), []);
        let premises = Premises::of(&role, &known, &exact()).expect("premises");
        let draft = Draft {
            layout: laid_out(statements),
            certificate: Certificate::default(),
            eased: Vec::new(),
            not_shared: Vec::new(),
        };
        VerifiedProposal::prove(&role, premises, draft, &exact())
    };
    let enough = allow("dynamodb:DescribeTable", ORDERS);
    assert!(prove(vec![enough.clone()]).is_ok());
    let refuted = |statements| {
        prove(statements)
            .expect_err("it breaks a promise")
            .to_string()
    };
    let cases = [
        (
            vec![enough.clone(), allow("dynamodb:DescribeTable", "*")],
            "newly allow dynamodb:describetable",
        ),
        (
            vec![enough.clone(), allow("iam:*", "*")],
            "newly allow iam:",
        ),
        (
            vec![allow("ssm:GetParameter", "*")],
            "lose dynamodb:describetable",
        ),
        (vec![], "lose dynamodb:describetable"),
        (
            vec![
                enough.clone(),
                json!({"Effect": "Deny", "Action": "*", "Resource": ORDERS}),
            ],
            "lose",
        ),
        (vec![with_condition(enough)], "lose dynamodb:describetable"),
    ];
    for (statements, expected) in cases {
        let text = format!("{statements:?}");
        let found = refuted(statements);
        assert!(found.contains(expected), "{found} / {expected}: {text}");
    }
}

#[test]
fn the_order_of_events_and_copies_of_them_change_no_byte() {
    let policies = [
        allow("ssm:*", "*"),
        allow("dynamodb:*", "*"),
        allow("s3:*", "*"),
    ];
    let calls = [
        DESCRIBE,
        r#"ssm GetParameter {"name":"a"}"#,
        r#"s3 GetBucketTagging {"bucketName":"b"}"#,
        r#"ssm GetParameter {"name":"b"}"#,
        r#"dynamodb DescribeTable {"tableName":"invoices"}"#,
    ];
    let texts = |calls: &[&str]| -> Vec<String> {
        let proposal = propose(&policies, calls).expect("a proposal");
        proposal
            .layout()
            .documents()
            .iter()
            .map(|document| document.policy().to_text())
            .collect()
    };
    let expected = texts(&calls);
    for turn in 0..calls.len() {
        let mut turned = calls.to_vec();
        turned.rotate_left(turn);
        turned.push(calls[turn]);
        assert_eq!(texts(&turned), expected);
    }
}

/// The slow twin: a universe so small that every request in it can be tried.
mod twin {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::algebra::Witness;
    use crate::iam::{ConditionKey, RequestContext};

    const ACTIONS: [&str; 4] = [
        "ssm:GetParameter",
        "ssm:PutParameter",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
    ];
    const NAMES: [&str; 3] = ["a", "ab", "b"];

    fn arn(action: &str, name: &str) -> String {
        let kind = if action.starts_with("ssm") {
            "ssm:eu-central-1:123456789012:parameter"
        } else {
            "dynamodb:eu-central-1:123456789012:table"
        };
        format!("arn:aws:{kind}/{name}")
    }

    fn call(action: &str, name: &str) -> String {
        let (service, operation) = action.split_once(':').expect("an action");
        let parameter = if service == "ssm" {
            "name"
        } else {
            "tableName"
        };
        format!(r#"{service} {operation} {{"{parameter}":"{name}"}}"#)
    }

    fn action_pattern() -> impl Strategy<Value = String> {
        prop_oneof![
            prop::sample::select(ACTIONS.to_vec()).prop_map(str::to_owned),
            prop::sample::select(vec![
                "*",
                "ssm:*",
                "dynamodb:*Item",
                "*:?e*",
                "ssm:?utParameter"
            ])
            .prop_map(str::to_owned),
        ]
    }

    fn resource_pattern() -> impl Strategy<Value = String> {
        let own = (
            prop::sample::select(ACTIONS.to_vec()),
            prop::sample::select(vec!["a", "a*", "?", "*b", "*"]),
        );
        prop_oneof![
            own.prop_map(|(action, name)| arn(action, name)),
            Just("*".to_owned()),
            Just("arn:*/?b".to_owned())
        ]
    }

    fn statement() -> impl Strategy<Value = Value> {
        let lists = (
            prop::collection::vec(action_pattern(), 1..3),
            prop::collection::vec(resource_pattern(), 1..3),
        );
        (lists, 0..8u8, 0..8u8, 0..6u8, 0..4u8).prop_map(
            |((actions, resources), not_action, not_resource, deny, when)| {
                let mut statement = json!({"Effect": if deny == 0 { "Deny" } else { "Allow" }});
                statement[if not_action == 0 {
                    "NotAction"
                } else {
                    "Action"
                }] = json!(actions);
                statement[if not_resource == 0 {
                    "NotResource"
                } else {
                    "Resource"
                }] = json!(resources);
                if when == 0 {
                    statement["Condition"] = json!({"Bool": {"aws:SecureTransport": "true"}});
                }
                statement
            },
        )
    }

    /// Every request of the universe, with the condition holding and not.
    fn universe() -> Vec<Witness> {
        let key = ConditionKey::new("aws:SecureTransport");
        let contexts = [None, Some("true"), Some("false")].map(|value| {
            let mut context = RequestContext::default();
            context.set(key.clone(), value.map(str::to_owned));
            context
        });
        let pairs = ACTIONS
            .iter()
            .flat_map(|action| NAMES.iter().map(move |name| (action, arn(action, name))));
        let with = |(action, resource): (&&str, String)| {
            contexts.clone().map(|context| Witness {
                action: action.to_lowercase(),
                resource: resource.clone(),
                context,
            })
        };
        pairs.flat_map(with).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        /// Promises 1 and 2, request by request: nothing new, nothing lost of what was used or cannot be seen,
        /// and nothing else kept of what is not under a condition.
        #[test]
        fn every_request_of_a_small_universe_fares_as_promised(
            policies in prop::collection::vec(statement(), 1..4),
            used in prop::collection::btree_set((prop::sample::select(ACTIONS.to_vec()), prop::sample::select(NAMES.to_vec())), 1..5),
        ) {
            let calls: Vec<_> = used.iter().map(|(action, name)| call(action, name)).collect();
            let calls: Vec<_> = calls.iter().map(String::as_str).collect();
            let proposal = match propose(&policies, &calls) {
                Ok(proposal) => proposal,
                Err(NoProposal::GrantsNothing | NoProposal::TooLarge(_)) => return Ok(()),
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            };
            let (before, after) = (proposal.premises().granted.grant(), proposal.proposed().grant());
            let named: BTreeSet<_> = used.iter().map(|(action, name)| (action.to_lowercase(), arn(action, name))).collect();
            for request in universe() {
                let (had, has) = (before.contains(&request), after.contains(&request));
                let pair = (request.action.clone(), request.resource.clone());
                let unseen = request.action == "dynamodb:getitem";
                prop_assert!(had || !has, "newly allowed: {request:?}");
                prop_assert!(has || !had || !(unseen || named.contains(&pair)), "lost: {request:?}");
            }
        }
    }
}
