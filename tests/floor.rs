//! What configurations of functions need of the role, from outputs of the AWS CLI in `tests/cases/floor/`: each
//! folder is a configuration, and the text file beside it says what its floor is, beyond the logs that every
//! function writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tightrope::account::{Account, Sources};
use tightrope::algebra::{Conditions, Product, Search, Strings, find};
use tightrope::catalog::Catalog;
use tightrope::evaluation::{
    Granted, NamedPolicy, Reading, action_glob, resource_glob, resources_of, segments_glob,
    template_glob,
};
use tightrope::iam::{
    ActionPattern, Actions, Effect, InlinePolicy, Policy, ResourcePattern, Resources,
};
use tightrope::lambda::{Cause, FloorAccess, floor};
use tightrope::minimize::{Known, Settings, Unobservable, VerifiedProposal, minimize};
use tightrope::usage::{Necessity, On, Scope, Usage};

const CASES: &str = "tests/cases/floor";

/// The configurations whose own logs are what is tested.
const LOGS: [&str; 2] = ["custom-log-group", "logging"];

fn account(case: &Path) -> Account {
    let sources = Sources {
        functions: vec![case.to_owned()],
        ..Sources::default()
    };
    let snapshot = Path::new(CASES).join("account.json");
    Account::read(&snapshot, &sources).expect("outputs of the AWS CLI")
}

fn floor_of(account: &Account) -> Vec<FloorAccess> {
    floor(&account.functions.iter().collect::<Vec<_>>())
}

fn line(access: &FloorAccess) -> String {
    let need = match access.need {
        Necessity::Certain => "required",
        Necessity::Possible => "possible",
    };
    let guards: Vec<_> = access.guards.iter().map(ToString::to_string).collect();
    let when = match guards.is_empty() {
        true => String::new(),
        false => format!(" when {}", guards.join(" and ")),
    };
    let FloorAccess {
        action, on, reason, ..
    } = access;
    format!("{need} {action} on {on}{when} ({reason})")
}

/// The folders, one a configuration, by name.
fn cases() -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(CASES).expect("the cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let folders = paths.filter(|path| path.is_dir());
    let named = folders.map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        (name.into_owned(), path.clone())
    });
    let mut cases: Vec<_> = named.collect();
    cases.sort();
    cases
}

#[test]
fn every_configuration_needs_what_is_written_beside_it_and_nothing_else() {
    for (name, folder) in cases() {
        let account = account(&folder);
        assert_eq!(account.problems, Vec::<String>::new(), "{name}");
        let own = |access: &FloorAccess| matches!(access.reason.cause, Cause::Logs(_));
        let floor = floor_of(&account).into_iter();
        let floor: BTreeSet<_> = floor
            .filter(|access| LOGS.contains(&name.as_str()) || !own(access))
            .map(|access| line(&access))
            .collect();
        let expected = fs::read_to_string(folder.with_extension("txt")).expect("what is needed");
        let expected: BTreeSet<_> = expected.lines().map(str::to_owned).collect();
        assert_eq!(floor, expected, "{name}");
    }
}

#[test]
fn every_function_writes_its_own_logs_and_no_other() {
    for (name, folder) in cases() {
        let account = account(&folder);
        let floor = floor_of(&account);
        for function in &account.functions {
            let group = function.configuration.log_group.clone();
            let group = group.unwrap_or_else(|| format!("/aws/lambda/{}", function.name));
            let own: BTreeSet<_> = floor
                .iter()
                .filter(|access| matches!(access.reason.cause, Cause::Logs(_)))
                .filter(|access| access.need == Necessity::Certain)
                .map(|access| format!("{} {}", access.action, access.on))
                .collect();
            let arn = function.arn.as_str().replace(":lambda:", ":logs:");
            let arn = arn.split(":function:").next().expect("a beginning");
            let expected = ["logs:CreateLogStream", "logs:PutLogEvents"]
                .map(|action| format!("{action} {arn}:log-group:{group}:*"));
            assert_eq!(own, expected.into(), "{name}");
        }
    }
}

#[test]
fn every_configuration_of_the_facts_has_a_case() {
    let cases: BTreeSet<_> = cases().into_iter().map(|(name, _)| name).collect();
    // A part of another configuration, which is in that one's cases.
    let parts = [
        ("documentdb-esm-secret", "documentdb-esm"),
        ("durable-key", "durable"),
        ("esm-logging", "msk-esm-scram"),
        ("kafka-schema-registry-glue", "msk-esm-glue-registry"),
        ("kafka-schema-registry-secret", "kafka-self-managed"),
        ("kafka-self-managed-secret", "kafka-self-managed"),
        ("kafka-self-managed-vpc", "kafka-self-managed"),
        ("mq-esm-secret", "mq-esm"),
        ("msk-esm-iam", "kafka-self-managed-iam"),
        ("msk-esm-secret", "msk-esm-scram"),
        ("msk-esm-vpc-connection", "msk-esm-of-another-account"),
        ("s3files-direct-read", "s3files-direct"),
    ];
    let configurations = Catalog::bundled().configurations();
    assert!(configurations.len() > 40, "{}", configurations.len());
    for configuration in configurations {
        let part = parts.iter().find(|(part, _)| *part == configuration);
        let case = part.map_or(configuration, |(_, case)| case);
        assert!(cases.contains(case), "{configuration} has no case");
    }
}

/// A placeholder that nothing fills makes no resource, and its row would be lost without a word.
#[test]
fn every_row_of_the_facts_is_in_the_floor_of_some_case() {
    let found: BTreeSet<_> = cases()
        .iter()
        .flat_map(|(_, folder)| floor_of(&account(folder)))
        .map(|access| (access.action.to_string(), access.source))
        .collect();
    let catalog = Catalog::bundled();
    for configuration in catalog.configurations() {
        for row in catalog.configured(configuration) {
            for action in &row.actions {
                let row = (action.to_string(), row.source);
                assert!(found.contains(&row), "{configuration}: {row:?}");
            }
        }
    }
}

/// A resource that is none for the action would allow nothing, and would be called missing for ever.
#[test]
fn every_resource_is_one_that_the_action_can_be_asked_on() {
    let catalog = Catalog::bundled();
    let floors = cases();
    let floors = floors
        .iter()
        .flat_map(|(_, folder)| floor_of(&account(folder)));
    for access in floors.collect::<BTreeSet<_>>() {
        let facts = catalog.action(&access.action).expect("an action of AWS");
        let types = facts.resource_types().map(|(name, _)| name);
        let service = access.action.service();
        let templates = types.flat_map(|name| catalog.arn_templates(service, name));
        let templates: Vec<_> = templates.map(template_glob).collect();
        let can_be = |templates| {
            let resources = Product {
                action: Strings::NoneOf(Vec::new()),
                resource: Strings::AnyOf(templates),
                when: Conditions::default(),
            };
            matches!(
                find(&[&access.product(), &resources], &[]),
                Search::Found(_)
            )
        };
        let fits = match access.on {
            On::NoResource => templates.is_empty(),
            _ => can_be(templates),
        };
        assert!(fits, "{}", line(&access));
    }
}

#[test]
fn functions_that_share_a_role_each_have_their_reasons_and_nothing_twice() {
    let of = |case: &str| account(&Path::new(CASES).join(case)).functions;
    let functions = [of("sqs-esm"), of("vpc"), of("sqs-esm")].concat();
    let together = floor(&functions.iter().collect::<Vec<_>>());
    let each = functions.iter().flat_map(|function| floor(&[function]));
    let each: BTreeSet<_> = each.collect();
    assert_eq!(together, each.into_iter().collect::<Vec<_>>());
}

const POLICIES: &str = "policy-data/generated/managed-policies";

/// A managed policy of AWS, a case of a function whose role people attach it to, the actions that this function
/// needs of the policy, those that it may need, and those that the policy grants beyond that.
struct Attached {
    policy: &'static str,
    case: &'static str,
    needs: &'static str,
    may_need: &'static str,
    beyond: &'static str,
}

const LOG_WRITES: &str = "logs:CreateLogStream logs:PutLogEvents";

const ATTACHED: [Attached; 9] = [
    Attached {
        policy: "AWSLambdaBasicExecutionRole.v1",
        case: "logging",
        needs: "",
        // A log group that is there needs nobody to create it:
        // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
        may_need: "logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "AWSLambdaVPCAccessExecutionRole.v3",
        case: "vpc",
        needs: "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets",
        may_need: "ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "AWSLambdaSQSQueueExecutionRole.v1",
        case: "sqs-esm",
        needs: "sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage",
        may_need: "logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "AWSLambdaKinesisExecutionRole.v2",
        case: "kinesis-esm",
        needs: "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator \
                kinesis:ListShards",
        may_need: "kinesis:ListStreams logs:CreateLogGroup",
        // A consumer with enhanced fan-out alone is subscribed to:
        // https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
        beyond: "kinesis:SubscribeToShard",
    },
    Attached {
        policy: "AWSLambdaKinesisExecutionRole.v2",
        case: "kinesis-esm-fan-out",
        needs: "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator \
                kinesis:ListShards kinesis:SubscribeToShard",
        may_need: "kinesis:ListStreams logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "AWSLambdaDynamoDBExecutionRole.v1",
        case: "dynamodb-streams-esm",
        needs: "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator",
        may_need: "dynamodb:ListStreams logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "AWSLambdaMSKExecutionRole.v2",
        case: "msk-esm-scram",
        needs: "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces \
                ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs kafka:GetBootstrapBrokers",
        // Either of the two that describe a cluster is enough, and AWS means to take the first out of the policy:
        // https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
        may_need: "kafka:DescribeCluster kafka:DescribeClusterV2 logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "CloudWatchLambdaInsightsExecutionRolePolicy.v1",
        case: "insights",
        needs: "",
        may_need: "logs:CreateLogGroup",
        beyond: "",
    },
    Attached {
        policy: "AWSXRayDaemonWriteAccess.v2",
        case: "xray-active",
        needs: "xray:PutTelemetryRecords xray:PutTraceSegments",
        // Lambda samples by itself; rules are asked for by an SDK or a collector:
        // https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
        may_need: "xray:GetSamplingRules xray:GetSamplingStatisticSummaries xray:GetSamplingTargets",
        beyond: "",
    },
];

fn managed(policy: &str) -> Policy {
    let text = fs::read_to_string(format!("{POLICIES}/{policy}.json")).expect("a policy");
    Policy::parse(&text.into()).expect("a policy")
}

/// Whether a policy grants a need on any of its resources.
fn grants(policy: &Policy, access: &FloorAccess) -> bool {
    let on = match &access.on {
        On::NoResource => ResourcePattern::any(),
        On::Exactly(arn) => ResourcePattern::from(arn),
        On::Matching(pattern) => pattern.clone(),
    };
    let on = segments_glob(&on);
    policy.statements.iter().any(|statement| {
        let mut actions = statement.actions.patterns().iter();
        let mut resources = statement.resources.patterns().iter();
        actions.any(|action| action_glob(action) == action_glob(&(&access.action).into()))
            && resources.any(|resource| segments_glob(resource).overlap(&on).is_some())
    })
}

/// The proposal for the role of these functions, which has a managed policy of AWS and was never seen at work.
fn proposal_of(policy: &str, account: &Account, unobservable: Unobservable) -> VerifiedProposal {
    let mut roles = account.roles.iter();
    let role = roles.find(|role| role.id == account.functions[0].role);
    let mut role = role.expect("the function's role").clone();
    role.inline = vec![InlinePolicy {
        name: policy.to_owned(),
        document: Ok(managed(policy)),
    }];
    let usage = Usage::new(Scope::default());
    let known = Known::new(&usage, Catalog::bundled(), []).running(&account.functions);
    let settings = Settings {
        accept_coverage: true,
        suggest_conditions: true,
        unobservable,
        ..Settings::default()
    };
    minimize(&role, &known, &settings).expect("a proposal")
}

/// Whether any request of an action is on what a pattern matches; what none is on may stand beside it for brevity.
fn can_be_asked(action: &ActionPattern, resource: &ResourcePattern) -> bool {
    let catalog = Catalog::bundled();
    let action = action.as_action().expect("an action");
    let facts = catalog.action(&action).expect("an action of AWS");
    let on = |resource| Product {
        action: Strings::NoneOf(Vec::new()),
        resource,
        when: Conditions::default(),
    };
    let [of_types, not_of_others] = resources_of(facts, catalog).map(on);
    let here = on(Strings::AnyOf(vec![resource_glob(resource)]));
    matches!(
        find(&[&here, &of_types, &not_of_others], &[]),
        Search::Found(_)
    )
}

/// The actions of a proposal, each with its resources.
fn kept(proposal: &VerifiedProposal) -> BTreeMap<String, BTreeSet<String>> {
    let mut kept: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let documents = proposal.layout().documents().iter();
    for statement in documents.flat_map(|document| document.policy().statements) {
        let (Actions::Only(actions), Resources::Only(resources)) =
            (&statement.actions, &statement.resources)
        else {
            panic!("{statement:?}")
        };
        for action in actions {
            let on = kept.entry(action.to_string()).or_default();
            let asked = resources.iter().filter(|on| can_be_asked(action, on));
            on.extend(asked.map(ToString::to_string));
        }
    }
    kept
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html>
#[test]
fn of_a_managed_policy_a_function_never_seen_at_work_keeps_what_its_configuration_needs_and_no_other_does()
 {
    let other = account(&Path::new(CASES).join("code-signing"));
    for attached in &ATTACHED {
        let own = account(&Path::new(CASES).join(attached.case));
        let policy = managed(attached.policy);
        let mut needed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for access in floor_of(&own) {
            if grants(&policy, &access) {
                let on = needed.entry(access.action.to_string()).or_default();
                on.insert(access.on.to_string());
            }
        }
        let so_configured = kept(&proposal_of(attached.policy, &own, Unobservable::Remove));
        assert_eq!(so_configured, needed, "{}", attached.policy);
        let not_so = kept(&proposal_of(attached.policy, &other, Unobservable::Remove));
        assert!(
            not_so.keys().all(|action| action.starts_with("logs:")),
            "{}: {not_so:?}",
            attached.policy
        );
        // What no trail shows stays where it is granted, unless the configuration names where it is needed.
        let by_default = kept(&proposal_of(attached.policy, &own, Unobservable::Keep));
        let narrowed = kept(&proposal_of(attached.policy, &own, Unobservable::Narrow));
        for (action, on) in &needed {
            assert!(
                by_default.contains_key(action),
                "{}: {action}",
                attached.policy
            );
            let narrowed = &narrowed[action];
            let everywhere = narrowed.contains("*") && !on.contains("*");
            assert!(
                on.is_subset(narrowed) && !everywhere,
                "{}: {action} {narrowed:?}",
                attached.policy
            );
        }
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>: the function in the context of Lambda's own calls.
#[test]
fn a_condition_that_aws_has_for_lambdas_own_calls_is_offered_where_nothing_else_needs_the_action() {
    let account = account(&Path::new(CASES).join("logging"));
    let policy = "AWSLambdaBasicExecutionRole.v1";
    let like = r#"{"ArnLike":{"lambda:SourceFunctionArn":"arn:aws:lambda:eu-central-1:123456789012:function:orders"}}"#;
    // What no trail shows may be used by the function's code as well, which has no such context.
    for (unobservable, actions) in [
        (
            Unobservable::Remove,
            "logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents",
        ),
        (
            Unobservable::Keep,
            "logs:CreateLogGroup logs:CreateLogStream",
        ),
    ] {
        let proposal = proposal_of(policy, &account, unobservable);
        let offered = proposal.suggested().iter();
        let offered: Vec<_> = offered
            .map(|one| {
                let actions: Vec<_> = one.actions.iter().map(ToString::to_string).collect();
                (one.condition.to_string(), actions.join(" "))
            })
            .collect();
        assert_eq!(
            offered,
            [(like.to_owned(), actions.to_owned())],
            "{unobservable:?}"
        );
    }
}

/// The actions that a managed policy allows.
fn allowed(policy: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(format!("{POLICIES}/{policy}.json")).expect("a policy");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let statements = document["Statement"].as_array().expect("statements");
    let actions = statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            action => vec![action.clone()],
        });
    let actions = actions.map(|action| action.as_str().expect("an action").to_owned());
    actions.collect()
}

fn words(text: &str) -> BTreeSet<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn of_the_policies_that_people_attach_the_floor_has_what_the_configuration_needs() {
    for Attached {
        policy,
        case,
        needs,
        may_need,
        beyond,
    } in &ATTACHED
    {
        let allowed = allowed(policy);
        let floor = floor_of(&account(&Path::new(CASES).join(case)));
        let of = |need| {
            let of_need = floor.iter().filter(|access| access.need == need);
            let actions = of_need.map(|access| access.action.to_string());
            actions
                .filter(|action| allowed.contains(action))
                .collect::<BTreeSet<_>>()
        };
        let logs = match allowed.contains("logs:PutLogEvents") {
            true => LOG_WRITES,
            false => "",
        };
        assert_eq!(
            of(Necessity::Certain),
            words(&format!("{needs} {logs}")),
            "{policy} {case}"
        );
        assert_eq!(of(Necessity::Possible), words(may_need), "{policy} {case}");
        let all = words(&format!("{needs} {logs} {may_need} {beyond}"));
        assert_eq!(
            all, allowed,
            "{policy} {case}: what AWS grants is told apart"
        );
        for access in &floor {
            let anything = matches!(&access.on, On::Matching(pattern) if pattern.is_any());
            assert!(!anything, "{policy} {case}: {}", line(access));
        }
    }
}

#[test]
fn a_function_that_is_not_so_configured_needs_none_of_them() {
    let plain = floor_of(&account(&Path::new(CASES).join("logging")));
    let logs = words(&format!("{LOG_WRITES} logs:CreateLogGroup"));
    let plain: BTreeSet<_> = plain
        .iter()
        .map(|access| access.action.to_string())
        .collect();
    assert_eq!(plain, logs);
    for attached in &ATTACHED {
        let own = words(&format!("{} {}", attached.needs, attached.may_need));
        let own: BTreeSet<_> = own.difference(&logs).cloned().collect();
        assert_eq!(plain.intersection(&own).count(), 0, "{}", attached.policy);
    }
}

/// What a role lacks of what the configuration surely needs.
fn lacks(case: &str, statement: &Value) -> Vec<String> {
    let document = json!({"Version": "2012-10-17", "Statement": statement});
    let policy = NamedPolicy {
        name: "inline".into(),
        policy: Policy::parse(&document).expect("a policy"),
    };
    let granted = Granted::new(vec![policy], Reading::default());
    let floor = floor_of(&account(&Path::new(CASES).join(case)));
    let lacking = floor.iter().filter(|access| {
        let product = access.product();
        let overlaps = |rule: &tightrope::evaluation::Rule| {
            matches!(find(&[&product, &rule.product], &[]), Search::Found(_))
        };
        access.need == Necessity::Certain && !granted.rules(Effect::Allow).any(overlaps)
    });
    lacking
        .map(|access| {
            format!(
                "{} cannot work: the role lacks {} on {}",
                access.reason, access.action, access.on
            )
        })
        .collect()
}

#[test]
fn what_a_configuration_surely_needs_can_be_held_against_what_is_granted() {
    let queue = "arn:aws:sqs:eu-central-1:123456789012:orders-queue";
    let logs = json!({"Effect": "Allow", "Action": "logs:*", "Resource": "*",
        "Condition": {"ArnEquals": {"lambda:SourceFunctionArn":
            "arn:aws:lambda:eu-central-1:123456789012:function:orders"}}});
    let polls = json!({"Effect": "Allow", "Resource": queue,
        "Action": ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"]});
    let deletes =
        json!({"Effect": "Allow", "Action": "sqs:Delete*", "Resource": "arn:aws:sqs:*:*:orders-*"});
    let lacking = format!(
        "SQS trigger orders-queue of function orders cannot work: the role lacks sqs:DeleteMessage on {queue}"
    );
    assert_eq!(lacks("sqs-esm", &json!([logs, polls])), [lacking]);
    assert_eq!(lacks("sqs-esm", &json!([logs, polls, deletes])), [""; 0]);
    assert_eq!(lacks("sqs-esm-turned-off", &json!([logs])), [""; 0]);
    let of_another = json!({"Effect": "Allow", "Action": "logs:*", "Resource": "*",
        "Condition": {"ArnEquals": {"lambda:SourceFunctionArn":
            "arn:aws:lambda:eu-central-1:123456789012:function:other"}}});
    assert_eq!(lacks("logging", &json!([of_another])).len(), 2);
}
