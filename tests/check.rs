//! Every check of `tightrope check`, on code that should not be so and on code that should, in every form that it is written in.

mod allowed;
mod forms;
mod judged;

use std::collections::BTreeSet;

use allowed::allows;
use forms::project::{
    Attaches, KeptForEver, Key, OwnRole, Part, Project, Queue, Runtime, Says, Second, Tables,
    Trusts, Untraced, Url, Variable, Vpc,
};
use forms::text::Written;
use forms::{WRITINGS, Writing};
use judged::{inspected, settings};
use serde_json::Value;
use tightrope::gate::{CHECKS, Finding, Severity};
use tightrope::iac::Found;

/// Where a finding stands.
#[derive(Clone, Copy, Debug)]
enum At {
    /// At this text: the part that is wrong, or the last of several statements.
    Text(&'static str),
    Last,
    Role,
    Function,
    /// Where depends on the form.
    Somewhere,
}
use At::{Function, Last, Role, Somewhere};

/// A check, where a finding stands, what is found, and what is not.
type Case = (&'static str, At, &'static [Part], &'static [Part]);

const BASIC: Part = Attaches("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
const VPC_ACCESS: &str = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
const S3_FULL: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
const MINE: &str = "arn:aws:iam::123456789012:policy/mine";
const READ: Part =
    Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/*"}"#);
const READ_ONE: Part =
    Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/1"}"#);
const PASS: Part = Says(
    r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/jobs","Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}}"#,
);

/// Checks of statements, in every form.
#[rustfmt::skip]
const OF_STATEMENTS: [Case; 23] = [
    ("no-wildcard-action", Last, &[Says(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::orders/*"}"#)], &[READ]),
    ("no-wildcard-action", Last, &[Says(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#)], &[Says(r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#)]),
    ("no-wildcard-action", Last, &[Says(r#"{"Effect":"Allow","Action":["sqs:SendMessage","dynamodb:*Item"],"Resource":"*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}"#)]),
    ("no-wildcard-action", Last, &[Says(r#"{"Effect":"Allow","Action":"IAM:PUT*","Resource":"arn:aws:iam::123456789012:role/a"}"#)], &[Says(r#"{"Effect":"Allow","Action":"s3:GetObjec?","Resource":"arn:aws:s3:::orders/*"}"#)]),
    ("no-wildcard-action", Last, &[READ, Says(r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::orders/*"}"#)], &[READ, READ_ONE]),
    ("no-wildcard-resource", Last, &[Says(r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:*:*:table/orders"}"#)]),
    ("no-wildcard-resource", Last, &[Says(r#"{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:*:*:table/*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}"#)]),
    ("no-wildcard-resource", Last, &[Says(r#"{"Effect":"Allow","Action":["sqs:SendMessage","sqs:DeleteMessage"],"Resource":["*"]}"#)], &[Says(r#"{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}"#)]),
    ("no-wildcard-resource", Last, &[Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"cloudwatch:PutMetricData","Resource":"*"}"#)]),
    ("no-wildcard-resource", Last, &[Says(r#"{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:*:123456789012:key/*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"orders"}}}"#)]),
    ("no-not-action-allow", Last, &[Says(r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#)], &[Says(r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}"#)]),
    ("no-not-action-allow", Last, &[READ, Says(r#"{"Effect":"Allow","NotAction":["s3:*","iam:*"],"Resource":"arn:aws:sqs:eu-central-1:123456789012:jobs"}"#)], &[READ]),
    ("pass-role-scoped", Last, &[Says(r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}"#)], &[PASS]),
    ("pass-role-scoped", Last, &[Says(r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/jobs"}"#)], &[Says(r#"{"Effect":"Deny","Action":"iam:PassRole","Resource":"*"}"#)]),
    ("pass-role-scoped", Last, &[Says(r#"{"Effect":"Allow","Action":"iam:passrole","Resource":"arn:aws:iam::*:role/*","Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}}"#)], &[Says(r#"{"Effect":"Allow","Action":"iam:GetRole","Resource":"*"}"#)]),
    ("grants-nothing", Last, &[Says(r#"{"Effect":"Allow","Action":"s3:GetObjcet","Resource":"arn:aws:s3:::orders/*"}"#)], &[READ]),
    ("grants-nothing", Last, &[Says(r#"{"Effect":"Allow","Action":"dynamdb:GetItem","Resource":"*"}"#)], &[Says(r#"{"Effect":"Deny","Action":"dynamdb:GetItem","Resource":"*"}"#)]),
    ("grants-nothing", Last, &[Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders"}"#)], &[Says(r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::orders"}"#)]),
    ("grants-nothing", Last, &[Says(r#"{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"arn:aws:s3:::orders"}"#)], &[Says(r#"{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}"#)]),
    ("access-not-granted", Last, &[READ, Says(r#"{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"}"#)], &[READ]),
    ("access-not-granted", Last, &[Says(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#), Says(r#"{"Effect":"Deny","Action":["iam:CreateUser","s3:DeleteObject"],"Resource":"*"}"#)]),
    ("access-not-granted", Last, &[Says(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*/*"}"#)], &[Says(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::orders/*"}"#)]),
    ("access-not-granted", Last, &[Says(r#"{"Effect":"Allow","Action":"iam:Create*","Resource":"arn:aws:iam::123456789012:user/x"}"#)], &[Says(r#"{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*"}"#)]),
];

/// Checks of roles and functions, in the forms that have them.
#[rustfmt::skip]
const OF_ROLES: [Case; 31] = [
    ("redundant-statement", Last, &[READ, READ_ONE], &[READ]),
    ("redundant-statement", Last, &[READ, READ], &[READ, Says(r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/1"}"#)]),
    ("redundant-statement", Last, &[READ, PASS, Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::orders/*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#)], &[READ, PASS]),
    ("no-privilege-escalation", Last, &[READ, Says(r#"{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"*"}"#)], &[READ]),
    ("no-privilege-escalation", Last, &[Says(r#"{"Effect":"Allow","Action":["iam:PassRole","lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}"#)], &[Says(r#"{"Effect":"Allow","Action":["iam:PassRole","lambda:InvokeFunction"],"Resource":"*"}"#)]),
    ("size-limit", Role, &[Tables(170)], &[Tables(150)]),
    ("size-limit", Role, &[Says(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#), Tables(170)], &[READ]),
    ("trust-only-lambda", Role, &[Trusts("ec2.amazonaws.com")], &[OwnRole]),
    ("trust-only-lambda", Role, &[Trusts("states.amazonaws.com")], &[Trusts("edgelambda.amazonaws.com")]),
    ("no-full-access-managed-policy", At::Text(S3_FULL), &[Attaches(S3_FULL)], &[Attaches("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")]),
    ("no-full-access-managed-policy", At::Text("arn:aws:iam::aws:policy/AdministratorAccess"), &[Attaches("arn:aws:iam::aws:policy/AdministratorAccess")], &[BASIC]),
    ("no-full-access-managed-policy", At::Text("arn:aws:iam::aws:policy/AWSLambda_FullAccess"), &[OwnRole, Attaches("arn:aws:iam::aws:policy/AWSLambda_FullAccess")], &[OwnRole, Attaches(MINE)]),
    ("no-shared-role", Role, &[Second], &[OwnRole]),
    ("missing-permission", Function, &[OwnRole, Untraced], &[OwnRole, Untraced, BASIC]),
    ("missing-permission", Function, &[OwnRole, BASIC], &[OwnRole, BASIC, Attaches("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")]),
    ("missing-permission", Function, &[OwnRole, BASIC, Untraced, Queue], &[OwnRole, Untraced, Queue, Attaches("arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole")]),
    ("missing-permission", Function, &[OwnRole, BASIC, Untraced, Vpc], &[OwnRole, Untraced, Vpc, Attaches(VPC_ACCESS)]),
    ("missing-permission", Function, &[OwnRole, BASIC, Untraced, Says(r#"{"Effect":"Deny","Action":"logs:PutLogEvents","Resource":"*"}"#)], &[OwnRole, Untraced, Attaches(MINE)]),
    ("no-secret-in-environment", At::Text("hunter2hunter2"), &[Variable("TABLE", "orders"), Variable("DB_PASSWORD", "hunter2hunter2")], &[Variable("DB_PASSWORD", "{{resolve:secretsmanager:orders}}")]),
    ("no-secret-in-environment", At::Text("AKIAIOSFODNN7EXAMPLE"), &[Variable("WHO", "AKIAIOSFODNN7EXAMPLE")], &[Variable("WHO", "orders")]),
    ("no-secret-in-environment", At::Text("postgres://app:hunter2@db/orders"), &[Variable("DATABASE", "postgres://app:hunter2@db/orders")], &[Variable("DATABASE", "postgres://db/orders")]),
    ("environment-key", Function, &[Variable("TABLE", "orders")], &[Variable("TABLE", "orders"), Key]),
    ("environment-key", Function, &[Variable("TABLE", "orders"), OwnRole], &[]),
    ("log-retention", Function, &[KeptForEver], &[]),
    ("tracing", Function, &[Untraced], &[]),
    ("runtime-deprecated", Function, &[Runtime("python3.7")], &[Runtime("python3.13")]),
    ("runtime-deprecated", Function, &[Runtime("nodejs16.x")], &[Runtime("provided.al2023")]),
    ("function-url-auth", Somewhere, &[Url("NONE")], &[Url("AWS_IAM")]),
    ("vpc-interface-guard", Function, &[Vpc, Attaches(VPC_ACCESS)], &[Vpc, Attaches(VPC_ACCESS), Says(r#"{"Effect":"Deny","Action":["ec2:CreateNetworkInterface","ec2:DeleteNetworkInterface","ec2:DescribeNetworkInterfaces"],"Resource":"*","Condition":{"ArnEquals":{"lambda:SourceFunctionArn":"arn:aws:lambda:eu-central-1:123456789012:function:orders"}}}"#)]),
    ("unknown-policy", At::Text(MINE), &[Attaches(MINE)], &[BASIC]),
    ("unknown-policy", At::Text("arn:aws:iam::aws:policy/NoSuchPolicy"), &[Attaches("arn:aws:iam::aws:policy/NoSuchPolicy")], &[Attaches(S3_FULL)]),
];

fn found_by<'f>(check: &str, findings: &'f [Finding]) -> Vec<&'f Finding> {
    let of_check = |finding: &&Finding| finding.check.id == check;
    findings.iter().filter(of_check).collect()
}

/// Inspects a project in a form, which must be understood, by one check or all of them.
fn written(
    writing: &Writing,
    parts: &[Part],
    only: Option<&str>,
) -> (Written, Found, Vec<Finding>) {
    let project = Project::of(parts);
    let written = writing.write(&project);
    let files = [(writing.name, written.text.as_str())];
    let mut settings = settings(SETTINGS);
    let others = CHECKS
        .iter()
        .map(|check| check.id)
        .filter(|id| only.is_some_and(|only| only != *id));
    settings.severity = others.map(|id| (id, Severity::Off)).collect();
    let (mut found, checked) = inspected(&files, None, &settings);
    let found = found.remove(0);
    assert_eq!(found.form, Some(writing.form), "{}", written.text);
    assert!(
        found.problems.is_empty(),
        "{:?}\n{}",
        found.problems,
        written.text
    );
    (written, found, checked.findings)
}

const SETTINGS: &str = r#"
[[check.not-granted]]
actions = ["iam:CreateUser"]
[[check.not-granted]]
actions = ["s3:DeleteObject"]
resources = ["arn:aws:s3:::payments/*"]
"#;

/// The line in which a finding should stand.
fn line(at: At, writing: &Writing, text: &Written, project: &Project) -> Option<usize> {
    match at {
        At::Text(part) => Some(text.line_of(part)),
        Last => {
            let last = project.statements.last().map(Value::to_string)?;
            let line = text.line_of(&last);
            // Two that are the same cannot be told by their text.
            let same = project
                .statements
                .iter()
                .filter(|one| one.to_string() == last);
            (same.count() == 1).then_some(line)
        }
        Role => Some(writing.line_of_role(text, project)),
        Function => Some(writing.line_of_function(text, project)),
        Somewhere => None,
    }
}

/// What is wrong with what is found of a case in a form.
fn wrong(case: &Case, writing: &Writing) -> Option<String> {
    let (id, at, bad, good) = *case;
    let (text, found, findings) = written(writing, bad, Some(id));
    let told = found_by(id, &findings);
    let line = line(at, writing, &text, &Project::of(bad));
    let lines: BTreeSet<_> = told.iter().map(|finding| finding.place.line).collect();
    let mut witnesses = told.iter().filter_map(|finding| finding.witness.as_ref());
    let why = if told.is_empty() {
        "it is not found".to_owned()
    } else if line.is_some_and(|line| !lines.contains(&line)) {
        format!("it stands in {lines:?}, not in {line:?}")
    } else if let Some(witness) = witnesses.find(|witness| !allows(&found, witness)) {
        format!("{witness:?} is not allowed")
    } else {
        let (text, _, findings) = written(writing, good, Some(id));
        let told = found_by(id, &findings);
        let says = told.first().map(|finding| finding.says.clone())?;
        return Some(format!(
            "{id} in {}: `{says}` of\n{}",
            writing.name, text.text
        ));
    };
    Some(format!(
        "{id} in {}: {why}, of\n{}",
        writing.name, text.text
    ))
}

#[test]
fn what_a_statement_should_not_grant_is_found_in_every_form_and_nothing_else() {
    let cases = OF_STATEMENTS.iter();
    let wrong = cases.flat_map(|case| WRITINGS.iter().filter_map(|writing| wrong(case, writing)));
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_role_or_a_function_should_not_be_is_found_in_every_form_and_nothing_else() {
    let with_roles = || WRITINGS.iter().filter(|writing| writing.has_roles());
    let cases = OF_ROLES.iter();
    let wrong = cases.flat_map(|case| with_roles().filter_map(|writing| wrong(case, writing)));
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_found_of_a_function_that_is_as_it_should_be() {
    let parts = [
        OwnRole,
        BASIC,
        Attaches("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"),
        READ,
    ];
    for writing in WRITINGS.iter().filter(|writing| writing.has_roles()) {
        let (text, _, findings) = written(writing, &parts, None);
        assert!(findings.is_empty(), "{}\n{findings:#?}", text.text);
    }
}

#[test]
fn every_check_of_code_as_it_stands_has_a_case() {
    let elsewhere = [
        "no-new-access",
        "no-unused-access",
        "expired-waiver",
        "unused-waiver",
    ];
    let cases = OF_STATEMENTS.iter().chain(&OF_ROLES).map(|case| case.0);
    let cases: BTreeSet<_> = cases.chain(elsewhere).collect();
    let checks: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(cases, checks);
}
