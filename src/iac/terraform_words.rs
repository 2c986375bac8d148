//! Resources of Terraform in the words of CloudFormation.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs>

use std::collections::HashMap;

use super::identities::ATTACHMENT;
use super::terraform_document::document_of;
use super::terraform_resource::Planned;
use super::text::Text;
use super::value::{Field, Known, Value};

/// A property, and the attribute that says it: below a block, after a dot.
type Word = (&'static str, &'static str);

/// The types, each with its properties.
const TYPES: [(&str, &str, &[Word]); 20] = [
    (
        "aws_iam_role",
        "AWS::IAM::Role",
        &[
            ("AssumeRolePolicyDocument", "assume_role_policy"),
            ("ManagedPolicyArns", "managed_policy_arns"),
            ("PermissionsBoundary", "permissions_boundary"),
        ],
    ),
    (
        "aws_iam_user",
        "AWS::IAM::User",
        &[("PermissionsBoundary", "permissions_boundary")],
    ),
    ("aws_iam_group", "AWS::IAM::Group", &[]),
    (
        "aws_iam_policy",
        "AWS::IAM::ManagedPolicy",
        &[("PolicyDocument", "policy")],
    ),
    (
        "aws_iam_role_policy",
        "AWS::IAM::RolePolicy",
        &[
            ("PolicyName", "name"),
            ("RoleName", "role"),
            ("PolicyDocument", "policy"),
        ],
    ),
    (
        "aws_iam_user_policy",
        "AWS::IAM::UserPolicy",
        &[
            ("PolicyName", "name"),
            ("UserName", "user"),
            ("PolicyDocument", "policy"),
        ],
    ),
    (
        "aws_iam_group_policy",
        "AWS::IAM::GroupPolicy",
        &[
            ("PolicyName", "name"),
            ("GroupName", "group"),
            ("PolicyDocument", "policy"),
        ],
    ),
    (
        "aws_iam_role_policy_attachment",
        ATTACHMENT,
        &[("RoleName", "role"), ("PolicyArn", "policy_arn")],
    ),
    (
        "aws_iam_role_policy_attachments_exclusive",
        ATTACHMENT,
        &[("RoleName", "role_name"), ("PolicyArn", "policy_arns")],
    ),
    (
        "aws_iam_user_policy_attachment",
        ATTACHMENT,
        &[("UserName", "user"), ("PolicyArn", "policy_arn")],
    ),
    (
        "aws_iam_group_policy_attachment",
        ATTACHMENT,
        &[("GroupName", "group"), ("PolicyArn", "policy_arn")],
    ),
    (
        "aws_iam_policy_attachment",
        ATTACHMENT,
        &[
            ("Roles", "roles"),
            ("Users", "users"),
            ("Groups", "groups"),
            ("PolicyArn", "policy_arn"),
        ],
    ),
    (
        "aws_lambda_function",
        "AWS::Lambda::Function",
        &[
            ("Role", "role"),
            ("Runtime", "runtime"),
            ("PackageType", "package_type"),
            ("VpcConfig.SubnetIds", "vpc_config.subnet_ids"),
            ("TracingConfig.Mode", "tracing_config.mode"),
            ("Environment.Variables", "environment.variables"),
            ("KmsKeyArn", "kms_key_arn"),
            (
                "DeadLetterConfig.TargetArn",
                "dead_letter_config.target_arn",
            ),
            ("LoggingConfig.LogGroup", "logging_config.log_group"),
            ("Layers", "layers"),
        ],
    ),
    (
        "aws_lambda_alias",
        "AWS::Lambda::Alias",
        &[("FunctionName", "function_name")],
    ),
    (
        "aws_lambda_event_source_mapping",
        "AWS::Lambda::EventSourceMapping",
        &[
            ("FunctionName", "function_name"),
            ("EventSourceArn", "event_source_arn"),
            (
                "DestinationConfig.OnFailure.Destination",
                "destination_config.on_failure.destination_arn",
            ),
        ],
    ),
    (
        "aws_lambda_function_event_invoke_config",
        "AWS::Lambda::EventInvokeConfig",
        &[
            ("FunctionName", "function_name"),
            (
                "DestinationConfig.OnSuccess.Destination",
                "destination_config.on_success.destination",
            ),
            (
                "DestinationConfig.OnFailure.Destination",
                "destination_config.on_failure.destination",
            ),
        ],
    ),
    (
        "aws_lambda_permission",
        "AWS::Lambda::Permission",
        &[
            ("FunctionName", "function_name"),
            ("Principal", "principal"),
            ("Action", "action"),
            ("SourceArn", "source_arn"),
        ],
    ),
    (
        "aws_lambda_function_url",
        "AWS::Lambda::Url",
        &[
            ("TargetFunctionArn", "function_name"),
            ("AuthType", "authorization_type"),
        ],
    ),
    ("aws_lambda_layer_version", "AWS::Lambda::LayerVersion", &[]),
    (
        "aws_cloudwatch_log_group",
        "AWS::Logs::LogGroup",
        &[
            ("LogGroupName", "name"),
            ("RetentionInDays", "retention_in_days"),
        ],
    ),
];

/// Whether resources of a type say something of roles, policies or functions.
pub(super) fn speaks(kind: &str) -> bool {
    TYPES.iter().any(|(name, ..)| *name == kind) || kind == DOCUMENT
}

/// The data source that makes a policy of blocks.
pub(super) const DOCUMENT: &str = "aws_iam_policy_document";

/// The type and the properties of a resource; `None` of one that says nothing of roles, policies or functions.
pub(super) fn translate(
    planned: &Planned<'_>,
    by_address: &HashMap<&str, &Planned<'_>>,
) -> Option<(&'static str, Value)> {
    let (_, kind, words) = TYPES.iter().find(|(name, ..)| *name == planned.kind)?;
    let values = &planned.values;
    let mut root = Value::new(planned.span, Known::Object(Vec::new()));
    for (property, attribute) in *words {
        if let Some(value) = below(values, attribute) {
            let is_document = property.ends_with("PolicyDocument");
            let value = match is_document {
                true => document(value, by_address),
                false => value,
            };
            put(&mut root, property, value);
        }
    }
    if planned.kind == "aws_iam_role" {
        put(&mut root, "Policies", inline_policies(values, by_address));
    }
    if planned.kind == "aws_lambda_function" {
        put(&mut root, "FileSystemConfigs", file_systems(values));
    }
    Some((kind, root))
}

/// The value at a path. A block is a list of one.
fn below(values: &Value, path: &str) -> Option<Value> {
    let Some((first, rest)) = path.split_once('.') else {
        return values.whole(path).cloned();
    };
    below(values.first(first)?.items().first()?.value, rest)
}

fn put(object: &mut Value, path: &str, value: Value) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let Known::Object(fields) = &mut object.shape else {
        return;
    };
    let field = |value| Field {
        name: first.to_owned(),
        name_span: None,
        value,
    };
    if rest.is_empty() {
        fields.push(field(value));
        return;
    }
    if fields.iter().all(|field| field.name != first) {
        fields.push(field(Value::new(value.span, Known::Object(Vec::new()))));
    }
    if let Some(inner) = fields.iter_mut().find(|field| field.name == first) {
        put(&mut inner.value, rest, value);
    }
}

fn inline_policies(values: &Value, by_address: &HashMap<&str, &Planned<'_>>) -> Value {
    let blocks = values.items_of("inline_policy").into_iter();
    let policies = blocks.filter_map(|block| {
        // A lone empty block says that there are none.
        let policy = block.value.whole("policy")?;
        let mut embedded = Value::new(block.value.span, Known::Object(Vec::new()));
        let name = block.value.text_of("name").unwrap_or_default();
        put(
            &mut embedded,
            "PolicyName",
            Value::new(None, Known::Text(name)),
        );
        put(
            &mut embedded,
            "PolicyDocument",
            document(policy.clone(), by_address),
        );
        Some(block.as_certain(embedded))
    });
    Value::new(values.span, Known::List(policies.collect()))
}

fn file_systems(values: &Value) -> Value {
    let blocks = values.items_of("file_system_config").into_iter();
    let configs = blocks.map(|block| {
        let mut config = Value::new(block.value.span, Known::Object(Vec::new()));
        let arn: Option<Text> = block.value.text_of("arn");
        let arn = Value::new(None, Known::Text(arn.unwrap_or_default()));
        put(&mut config, "Arn", arn);
        config
    });
    Value::new(values.span, Known::List(configs.collect()))
}

/// A document that is not known, but is made by a data source of which something is.
fn document(value: Value, by_address: &HashMap<&str, &Planned<'_>>) -> Value {
    if let Known::OneOf(values) = value.shape {
        let each = values.into_iter().map(|value| document(value, by_address));
        return Value::new(value.span, Known::OneOf(each.collect()));
    }
    let text = value.text();
    let source = text
        .refers_to()
        .and_then(|address| by_address.get(address))
        .filter(|planned| planned.kind == DOCUMENT);
    match source {
        Some(planned) => document_of(planned, by_address),
        None => value,
    }
}
