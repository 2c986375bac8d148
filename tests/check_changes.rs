//! What `tightrope check` says of a change: access that was not there before, and nothing of what only moved.

mod allowed;
mod judged;

use allowed::allows;
use judged::{inspected, settings};
use tightrope::gate::{Finding, Settings, Severity};
use tightrope::iac::Found;

type Files<'t> = &'t [(&'t str, &'t str)];

/// A template with one role, which may be called anything and have anything.
#[derive(Clone, Copy)]
struct Role {
    id: &'static str,
    name: &'static str,
    trusts: &'static str,
    beside: &'static str,
    states: &'static str,
}

const fn states(states: &'static str) -> Role {
    Role {
        id: "OrdersRole",
        name: "",
        trusts: "lambda.amazonaws.com",
        beside: "",
        states,
    }
}

const fn beside(beside: &'static str) -> Role {
    Role {
        beside,
        ..states(READ)
    }
}

const fn called(id: &'static str, name: &'static str, states: &'static str) -> Role {
    Role {
        id,
        name,
        trusts: "lambda.amazonaws.com",
        beside: "",
        states,
    }
}

const fn trusts(trusts: &'static str) -> Role {
    Role {
        id: "OrdersRole",
        name: "",
        trusts,
        beside: "",
        states: READ,
    }
}

impl Role {
    fn template(&self) -> String {
        let Role {
            id,
            name,
            trusts,
            beside,
            states,
        } = self;
        let own = |text: &str| match text {
            "" => String::new(),
            text => format!("      {text}\n"),
        };
        let statements: String = states
            .lines()
            .map(|line| format!("              - {}\n", line.trim()))
            .collect();
        format!(
            "AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Stage: {{Type: String}}
Resources:
  Orders: {{Type: AWS::DynamoDB::Table}}
  Payments: {{Type: AWS::DynamoDB::Table}}
  {id}:
    Type: AWS::IAM::Role
    Properties:
{}      AssumeRolePolicyDocument:
        Statement: {{Effect: Allow, Principal: {{Service: [{trusts}]}}, Action: 'sts:AssumeRole'}}
{}      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
{statements}",
            own(name),
            own(beside)
        )
    }
}

const READ: &str = "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*'}";
const READ_ONE: &str =
    "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/1'}";
const READ_ALL: &str = "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::*'}";
const READ_AND_WRITE: &str =
    "{Effect: Allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::orders/*'}";
const GET_AND_SEND: &str = "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*'}
    {Effect: Allow, Action: ['sqs:SendMessage'], Resource: 'arn:aws:sqs:eu-central-1:123456789012:jobs'}";
const OF_ORDERS: &str =
    "{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: !GetAtt Orders.Arn}";
const OF_PAYMENTS: &str =
    "{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: !GetAtt Payments.Arn}";
const OF_ORDERS_OTHERWISE: &str =
    "{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: !Sub '${Orders.Arn}'}";
const OF_A_STAGE: &str =
    "{Effect: Allow, Action: ['s3:GetObject'], Resource: !Sub 'arn:aws:s3:::orders-${Stage}/*'}";
const OF_ANY_STAGE: &str =
    "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders-*/*'}";
const WITH_A_DENY: &str =
    "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*'}
    {Effect: Deny, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/secret/*'}";
const SAFELY: &str = "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*', Condition: {Bool: {'aws:SecureTransport': 'true'}}}";

const FROM_A_NETWORK: &str = "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*', Condition: {StringEquals: {'aws:SourceVpc': !Ref Stage}}}";
const FROM_ANOTHER: &str = "{Effect: Allow, Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::orders/*', Condition: {StringEquals: {'aws:SourceVpc': !Ref Orders}}}";

const ALL_TABLES: &str = "{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: '*'}";
const BUT_NOT_ORDERS: &str = "{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: '*'}
    {Effect: Deny, Action: ['dynamodb:GetItem'], Resource: !GetAtt Orders.Arn}";
const BUT_NOT_PAYMENTS: &str = "{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: '*'}
    {Effect: Deny, Action: ['dynamodb:GetItem'], Resource: !GetAtt Payments.Arn}";

const MINE: &str = "ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/mine']";
const TRACING: &str = "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess']";
const NEW: &str = "ManagedPolicyArns: ['arn:aws:iam::aws:policy/PolicyOfTomorrow']";
const BOUNDARY: &str = "PermissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary'";
const OTHER_BOUNDARY: &str = "PermissionsBoundary: 'arn:aws:iam::123456789012:policy/wider'";

/// What is found of a change.
enum Told {
    Nothing,
    /// A note that the role is new.
    Note,
    /// An error that says this, in the line that has this, with a request for this action if one shows it.
    New(&'static str, &'static str, Option<&'static str>),
}
use Told::{New, Note, Nothing};

/// What is changed, the role before and after, and what is found.
#[rustfmt::skip]
const CHANGES: [(&str, Role, Role, Told); 34] = [
    ("a Deny of what is not known is gone", states(BUT_NOT_ORDERS), states(ALL_TABLES), New("a `Deny` is gone or another", "  OrdersRole:", None)),
    ("a Deny of what is not known is of another", states(BUT_NOT_ORDERS), states(BUT_NOT_PAYMENTS), New("a `Deny` is gone or another", "  OrdersRole:", None)),
    ("a Deny of what is not known stays", states(BUT_NOT_ORDERS), states(BUT_NOT_ORDERS), Nothing),
    ("a Deny of what is not known is added", states(ALL_TABLES), states(BUT_NOT_ORDERS), Nothing),
    ("a condition on another resource", states(FROM_A_NETWORK), states(FROM_ANOTHER), New("s3:GetObject", FROM_ANOTHER, Some("s3:GetObject"))),
    ("a condition that is not known is gone", states(FROM_A_NETWORK), states(READ), New("s3:GetObject", READ, Some("s3:GetObject"))),
    ("a condition that is not known stays", states(FROM_A_NETWORK), states(FROM_A_NETWORK), Nothing),
    ("nothing", states(READ), states(READ), Nothing),
    ("a statement is narrower", states(READ), states(READ_ONE), Nothing),
    ("an action is gone", states(READ_AND_WRITE), states(READ), Nothing),
    ("a resource is wider", states(READ_ONE), states(READ), New("s3:GetObject", READ, Some("s3:GetObject"))),
    ("a resource is every one", states(READ), states(READ_ALL), New("s3:GetObject", READ_ALL, Some("s3:GetObject"))),
    ("an action is added", states(READ), states(READ_AND_WRITE), New("s3:PutObject", READ_AND_WRITE, Some("s3:PutObject"))),
    ("a statement is added", states(READ), states(GET_AND_SEND), New("sqs:SendMessage", "sqs:SendMessage", Some("sqs:SendMessage"))),
    ("another resource of the template", states(OF_ORDERS), states(OF_PAYMENTS), New("dynamodb:GetItem", OF_PAYMENTS, Some("dynamodb:GetItem"))),
    ("the same resource in other words", states(OF_ORDERS), states(OF_ORDERS_OTHERWISE), Nothing),
    ("a parameter is made a wildcard", states(OF_A_STAGE), states(OF_ANY_STAGE), New("s3:GetObject", OF_ANY_STAGE, Some("s3:GetObject"))),
    ("a wildcard is made a parameter", states(OF_ANY_STAGE), states(OF_A_STAGE), Nothing),
    ("a Deny is gone", states(WITH_A_DENY), states(READ), New("s3:GetObject", READ, Some("s3:GetObject"))),
    ("a Deny is added", states(READ), states(WITH_A_DENY), Nothing),
    ("a condition is gone", states(SAFELY), states(READ), New("s3:GetObject", READ, Some("s3:GetObject"))),
    ("a condition is added", states(READ), states(SAFELY), Nothing),
    ("the role is called otherwise in the file", called("OrdersRole", "", READ), called("ReaderRole", "", READ), Nothing),
    ("the same, and its name says which it is", called("OrdersRole", "RoleName: orders", READ), called("ReaderRole", "RoleName: orders", READ_AND_WRITE), New("s3:PutObject", READ_AND_WRITE, Some("s3:PutObject"))),
    ("another role", called("OrdersRole", "RoleName: orders", READ), called("ReaderRole", "RoleName: reader", OF_ORDERS), Note),
    ("a known policy of AWS is attached", beside(""), beside(TRACING), New("xray:GetSamplingRules", "AWSXRayDaemonWriteAccess", Some("xray:"))),
    ("an unknown policy of AWS is attached", beside(""), beside(NEW), New("is newly attached, and what it allows is not known here", "PolicyOfTomorrow", None)),
    ("a policy of another stack is attached", beside(""), beside(MINE), New("policy/mine is newly attached", "policy/mine", None)),
    ("an attached policy is gone", beside(TRACING), beside(""), Nothing),
    ("a policy that is not known stays", beside(MINE), beside(MINE), Nothing),
    ("the boundary is gone", beside(BOUNDARY), beside(""), New("its permissions boundary arn:aws:iam::123456789012:policy/boundary is gone", "  OrdersRole:", None)),
    ("the boundary is another", beside(BOUNDARY), beside(OTHER_BOUNDARY), New("its permissions boundary is", "  OrdersRole:", None)),
    ("a boundary is new", beside(""), beside(BOUNDARY), Nothing),
    ("another service may take it", trusts("lambda.amazonaws.com"), trusts("lambda.amazonaws.com, ec2.amazonaws.com"), New("ec2.amazonaws.com may take the role, and could not before", "  OrdersRole:", None)),
];

fn line_of(text: &str, part: &str) -> usize {
    let mut lines = text.lines().enumerate();
    let found = lines.find(|(_, line)| line.contains(part));
    found
        .map(|(index, _)| index + 1)
        .unwrap_or_else(|| panic!("no `{part}` in {text}"))
}

/// The new access of a change.
fn new_access(after: Files<'_>, before: Files<'_>) -> (Vec<Found>, Vec<Finding>) {
    let (found, checked) = inspected(after, Some(before), &Settings::default());
    let new = |finding: &Finding| finding.check.id == "no-new-access";
    (found, checked.findings.into_iter().filter(new).collect())
}

fn check(what: &str, after: &str, (found, findings): (&[Found], &[Finding]), told: &Told) {
    match (told, findings) {
        (Nothing, []) => {}
        (Note, [note]) => {
            assert_eq!(note.severity, Severity::Note, "{what}");
            assert!(note.says.contains("new"), "{what}: {}", note.says);
        }
        (New(says, at, witness), [new]) => {
            assert_eq!(new.severity, Severity::Error, "{what}");
            assert!(new.says.contains(says), "{what}: {}", new.says);
            assert_eq!(new.place.line, line_of(after, at), "{what}: {new}");
            let action = new.witness.as_ref().map(|witness| witness.action.as_str());
            match witness {
                Some(begins) => assert!(
                    action.is_some_and(|action| action.starts_with(begins)),
                    "{what}: {action:?}"
                ),
                None => assert_eq!(action, None, "{what}"),
            }
            if let Some(witness) = &new.witness {
                assert!(
                    found.iter().any(|found| allows(found, witness)),
                    "{what}: {witness:?}"
                );
            }
        }
        (_, findings) => panic!("{what}: {findings:#?}"),
    }
}

#[test]
fn what_a_role_may_newly_do_is_told_and_nothing_else() {
    for (what, before, after, told) in &CHANGES {
        let (before, after) = (before.template(), after.template());
        let (found, findings) = new_access(&[("t.yaml", &after)], &[("t.yaml", &before)]);
        check(what, &after, (&found, &findings), told);
    }
}

#[test]
fn a_witness_of_new_access_was_not_allowed_before() {
    for (what, before, after, _) in &CHANGES {
        // What is not known stands for everything in a policy, so that such a one allows it.
        let (before, after) = (before.template(), after.template());
        let (_, findings) = new_access(&[("t.yaml", &after)], &[("t.yaml", &before)]);
        let (then, _) = new_access(&[("t.yaml", &before)], &[]);
        let is_known = then
            .iter()
            .flat_map(|found| &found.roles)
            .flat_map(|role| &role.inline)
            .all(|policy| policy.unknown.is_empty());
        for witness in findings
            .iter()
            .filter_map(|finding| finding.witness.as_ref())
            .filter(|_| is_known)
        {
            assert!(!allows(&then[0], witness), "{what}: {witness:?}");
        }
    }
}

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}
]}"#;

/// What is changed of files, the files before and after, and what is found.
#[rustfmt::skip]
#[test]
fn files_are_compared_however_they_are_called() {
    let role = called("OrdersRole", "RoleName: orders", READ).template();
    let wider = called("OrdersRole", "RoleName: orders", READ_AND_WRITE).template();
    let nameless = states(READ).template();
    let policy_wider = POLICY.replace("s3:GetObject\"", "s3:*Object\"");
    let policy_narrower = POLICY.replace("orders/*", "orders/1");
    let described = format!("# a comment\n\n{nameless}");
    let cases: [(&str, Files<'_>, Files<'_>, Told); 10] = [
        ("moved", &[("a.yaml", &role)], &[("b/c.yaml", &role)], Nothing),
        ("moved, without a name", &[("a.yaml", &nameless)], &[("b/c.yaml", &nameless)], Nothing),
        ("moved and widened", &[("a.yaml", &role)], &[("b/c.yaml", &wider)], New("s3:PutObject", READ_AND_WRITE, Some("s3:PutObject"))),
        ("new", &[], &[("a.yaml", &role)], Note),
        ("gone", &[("a.yaml", &role)], &[], Nothing),
        ("with other lines", &[("a.yaml", &nameless)], &[("a.yaml", &described)], Nothing),
        ("a policy that stays", &[("p.json", POLICY)], &[("p.json", POLICY)], Nothing),
        ("a policy that is narrower", &[("p.json", POLICY)], &[("p.json", &policy_narrower)], Nothing),
        ("a policy that is wider", &[("p.json", POLICY)], &[("p.json", &policy_wider)], New("s3:", "s3:*Object", Some("s3:"))),
        ("a policy that is new", &[], &[("p.json", POLICY)], Note),
    ];
    for (what, before, after, told) in cases {
        let (found, findings) = new_access(after, before);
        let text = after.first().map_or("", |(_, text)| text);
        check(what, text, (&found, &findings), &told);
    }
}

#[test]
fn a_finding_keeps_its_fingerprint_when_lines_move() {
    let (before, after) = (states(READ).template(), states(READ_AND_WRITE).template());
    let moved = format!(
        "# one\n# two\n{}",
        after.replace("Parameters:", "# three\nParameters:")
    );
    let fingerprints = |after: &str| -> Vec<(usize, String)> {
        let (_, findings) = new_access(&[("t.yaml", after)], &[("t.yaml", &before)]);
        let each = findings.into_iter();
        each.map(|finding| (finding.place.line, finding.fingerprint))
            .collect()
    };
    let (own, of_moved) = (fingerprints(&after), fingerprints(&moved));
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].0 + 3, of_moved[0].0);
    assert_eq!(own[0].1, of_moved[0].1);
}

#[test]
fn new_access_is_not_looked_for_where_it_is_off() {
    let (before, after) = (states(READ).template(), states(READ_AND_WRITE).template());
    let off = settings("[check.severity]\nno-new-access = \"off\"\n");
    let (_, checked) = inspected(&[("t.yaml", &after)], Some(&[("t.yaml", &before)]), &off);
    assert!(
        checked
            .findings
            .iter()
            .all(|finding| finding.check.id != "no-new-access")
    );
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
#[rustfmt::skip]
#[test]
fn whom_a_condition_kept_out_of_a_role_is_let_in_without_it() {
    let trust = |condition: &str| states(READ).template().replace(
        "Action: 'sts:AssumeRole'}",
        &format!("Action: 'sts:AssumeRole'{condition}}}"),
    );
    let plain = trust("");
    let of_account = trust(", Condition: {StringEquals: {'aws:SourceAccount': '123456789012'}}");
    let of_another = trust(", Condition: {StringEquals: {'aws:SourceAccount': '210987654321'}}");
    let cases = [
        ("taken out", &of_account, &plain, true),
        ("put in", &plain, &of_account, false),
        ("changed", &of_account, &of_another, true),
        ("kept", &of_account, &of_account, false),
    ];
    for (what, before, after, told) in cases {
        let (_, findings) = new_access(&[("t.yaml", after)], &[("t.yaml", before)]);
        let says: Vec<_> = findings.iter().map(|finding| finding.says.as_str()).collect();
        let expected = "lambda.amazonaws.com may take the role on another condition than before";
        assert_eq!(says, Vec::from_iter(told.then_some(expected)), "{what}");
    }
}
