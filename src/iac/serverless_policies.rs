//! What stands in the policies of the roles that the Serverless Framework makes.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/guide/iam>

use super::nodes::{allow, document, embedded, list, member, object, sub, text, there};
use super::serverless::{Written, setting, tracing};
use super::serverless_permissions::event_statements;
use crate::text::{Member, Node, Span};

/// The policies of a role.
pub(super) struct Policy {
    pub(super) name: String,
    pub(super) statements: Vec<Node>,
    pub(super) managed: Vec<Node>,
}

/// The properties of a role with this policy.
pub(super) fn properties(
    span: Option<Span>,
    (name, path, boundary): (Node, Option<&Node>, Option<&Node>),
    policy: Policy,
    trusted: &[&str],
) -> Vec<Member> {
    let services = trusted.iter().map(|service| text(span, service)).collect();
    let principal = object(span, vec![member("Service", list(span, services))]);
    let statement = vec![
        member("Effect", text(span, "Allow")),
        member("Principal", principal),
        member("Action", text(span, "sts:AssumeRole")),
    ];
    let trust = document(span, vec![object(span, statement)]);
    let embedded = embedded(span, &policy.name, document(span, policy.statements));
    let mut members = vec![
        member("RoleName", name),
        member("AssumeRolePolicyDocument", trust),
        member("Policies", list(span, vec![embedded])),
        member("ManagedPolicyArns", list(span, policy.managed)),
    ];
    members.extend(path.map(|path| member("Path", path.clone())));
    members.extend(boundary.map(|arn| member("PermissionsBoundary", arn.clone())));
    members
}

/// Writing the logs of functions whose names match.
pub(super) fn logs(span: Option<Span>, names: &[&str], tags: bool) -> Vec<Node> {
    let groups = |end: &str| {
        let group = |name: &&str| {
            let place = "${AWS::Region}:${AWS::AccountId}";
            sub(
                span,
                &format!("arn:${{AWS::Partition}}:logs:{place}:log-group:/aws/lambda/{name}{end}"),
            )
        };
        names.iter().map(group).collect::<Vec<_>>()
    };
    match tags {
        true => vec![
            allow(
                span,
                [
                    "logs:CreateLogStream",
                    "logs:CreateLogGroup",
                    "logs:TagResource",
                ],
                groups(":*"),
            ),
            allow(span, ["logs:PutLogEvents"], groups(":*:*")),
        ],
        false => vec![allow(
            span,
            [
                "logs:CreateLogStream",
                "logs:CreateLogGroup",
                "logs:PutLogEvents",
            ],
            groups(":*:*"),
        )],
    }
}

/// What the framework allows a function for its configuration.
pub(super) fn of_function(root: &Node, written: &Written<'_>) -> Vec<Node> {
    let mut statements = event_statements(written);
    if let Some(mode) = tracing(root, written) {
        let actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
        statements.push(allow(mode.span, actions, vec![text(mode.span, "*")]));
    }
    if let Some(to) = there(written.node, "onError").filter(|to| to.as_text().is_some()) {
        statements.push(allow(to.span, ["sns:Publish"], vec![to.clone()]));
    }
    if let Some(key) = setting(root, written, "kmsKeyArn").filter(|key| key.as_text().is_some()) {
        statements.push(allow(key.span, ["kms:Decrypt"], vec![key.clone()]));
    }
    let system = there(written.node, "fileSystemConfig");
    if let Some(arn) = system.and_then(|system| there(system, "arn")) {
        let kind = system
            .and_then(|system| there(system, "type"))
            .and_then(Node::as_text);
        let of_s3 =
            kind == Some("s3files") || arn.as_text().is_some_and(|arn| arn.contains(":s3files:"));
        let actions = match of_s3 {
            true => ["s3files:ClientMount", "s3files:ClientWrite"],
            false => [
                "elasticfilesystem:ClientMount",
                "elasticfilesystem:ClientWrite",
            ],
        };
        statements.push(allow(arn.span, actions, vec![arn.clone()]));
    }
    statements
}
