//! What resources and data sources of Terraform are known by.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs>

use super::hcl_configuration::Declared;
use super::hcl_scope::Scope;
use super::hcl_values::Evaluation;
use super::terraform_resource::{Planned, arn_of, name};
use super::text::{Text, Why};
use super::value::{Field, Known, Value};
use crate::catalog::Catalog;

/// A type whose ARN says its name: its type in CloudFormation, the attribute that has the name, and what the ARN is called in
/// CloudFormation.
const NAMED: [(&str, &str, &str, &str); 16] = [
    (
        "aws_cloudwatch_event_bus",
        "AWS::Events::EventBus",
        "name",
        "Arn",
    ),
    (
        "aws_cloudwatch_log_group",
        "AWS::Logs::LogGroup",
        "name",
        "Arn",
    ),
    (
        "aws_codebuild_project",
        "AWS::CodeBuild::Project",
        "name",
        "Arn",
    ),
    ("aws_dynamodb_table", "AWS::DynamoDB::Table", "name", "Arn"),
    ("aws_ecr_repository", "AWS::ECR::Repository", "name", "Arn"),
    ("aws_efs_access_point", "AWS::EFS::AccessPoint", "", "Arn"),
    ("aws_efs_file_system", "AWS::EFS::FileSystem", "", "Arn"),
    (
        "aws_kinesis_firehose_delivery_stream",
        "AWS::KinesisFirehose::DeliveryStream",
        "name",
        "Arn",
    ),
    ("aws_kinesis_stream", "AWS::Kinesis::Stream", "name", "Arn"),
    ("aws_kms_key", "AWS::KMS::Key", "", "Arn"),
    (
        "aws_lambda_function",
        "AWS::Lambda::Function",
        "function_name",
        "Arn",
    ),
    ("aws_s3_bucket", "AWS::S3::Bucket", "bucket", "Arn"),
    (
        "aws_secretsmanager_secret",
        "AWS::SecretsManager::Secret",
        "name",
        "Id",
    ),
    (
        "aws_sfn_state_machine",
        "AWS::StepFunctions::StateMachine",
        "name",
        "Arn",
    ),
    ("aws_sns_topic", "AWS::SNS::Topic", "name", "TopicArn"),
    ("aws_sqs_queue", "AWS::SQS::Queue", "name", "Arn"),
];

/// The types of IAM that have an ARN, as in CloudFormation.
const OF_IAM: [(&str, &str); 4] = [
    ("aws_iam_group", "AWS::IAM::Group"),
    ("aws_iam_policy", "AWS::IAM::ManagedPolicy"),
    ("aws_iam_role", "AWS::IAM::Role"),
    ("aws_iam_user", "AWS::IAM::User"),
];

/// The types whose `id` is their name.
const BY_NAME: [&str; 4] = [
    "aws_cloudwatch_log_group",
    "aws_dynamodb_table",
    "aws_lambda_function",
    "aws_s3_bucket",
];

impl Evaluation<'_> {
    /// An attribute of a resource or data source, as far as it is known before it exists.
    pub(super) fn attribute(
        &self,
        address: &str,
        attribute: &str,
        words: &str,
        scope: Scope<'_>,
    ) -> Value {
        let Some(declared) = self.configuration.at(address) else {
            // It stands in a file that was not given.
            return Value::unknown(None, Why::Elsewhere(words.to_owned()));
        };
        let scope = scope.elsewhere(declared.block.base).plain();
        self.with_each(declared, scope, |scope| {
            if let Some(text) = self.identified(declared, attribute, scope) {
                return Value::new(None, Known::Text(text.referring_to(address)));
            }
            if let Some(text) = self.looked_up(declared, attribute, words, scope) {
                return Value::new(None, Known::Text(text));
            }
            match declared.block.it.body.get_attribute(attribute) {
                Some(written) => self.value(&written.value, scope),
                None => {
                    let unknown = Text::unknown(Why::Attribute(words.to_owned()));
                    Value::new(None, Known::Text(unknown.referring_to(address)))
                }
            }
        })
    }

    /// The name or ARN of a resource, or of one that a data source looks up by its name.
    fn identified(
        &self,
        declared: &Declared<'_>,
        attribute: &str,
        scope: Scope<'_>,
    ) -> Option<Text> {
        if let Some((_, kind)) = OF_IAM.iter().find(|(kind, _)| *kind == declared.kind) {
            if declared.is_data {
                return None;
            }
            let planned = self.naming(declared, "name", scope);
            let name = name(&planned);
            let is_policy = *kind == "AWS::IAM::ManagedPolicy";
            return match attribute {
                "arn" => Some(arn_of(kind, &planned, &name, self.given)),
                "id" if is_policy => Some(arn_of(kind, &planned, &name, self.given)),
                "id" | "name" => Some(name),
                _ => None,
            };
        }
        let row = NAMED.iter().find(|(kind, ..)| *kind == declared.kind)?;
        let (kind, of_kind, of_name, arn) = *row;
        let arn = match attribute {
            "arn" => arn,
            "id" if arn == "Id" => arn,
            "stream_arn" => "StreamArn",
            "id" if BY_NAME.contains(&kind) => "",
            _ if attribute == of_name => "",
            _ => return None,
        };
        let name = name(&self.naming(declared, of_name, scope));
        if arn.is_empty() {
            return Some(name);
        }
        let pattern = Catalog::bundled().reference(of_kind, arn)?.value;
        // Terraform has the group itself, and CloudFormation the streams in it.
        let pattern = match kind {
            "aws_cloudwatch_log_group" => pattern.strip_suffix(":*").unwrap_or(pattern),
            _ => pattern,
        };
        Some(self.filled(pattern, &name, declared, scope))
    }

    /// What names a resource.
    fn naming<'d>(
        &self,
        declared: &'d Declared<'_>,
        of_name: &str,
        scope: Scope<'_>,
    ) -> Planned<'d> {
        let prefix = format!("{of_name}_prefix");
        let names = [
            (of_name, "name"),
            (&prefix, "name_prefix"),
            ("path", "path"),
        ];
        let fields = names.iter().filter_map(|(attribute, name)| {
            let written = declared.block.it.body.get_attribute(attribute)?;
            Some(Field {
                name: (*name).to_owned(),
                name_span: None,
                value: self.value(&written.value, scope),
            })
        });
        let span = declared.block.span();
        Planned {
            address: &declared.address,
            kind: declared.kind,
            is_data: declared.is_data,
            span,
            certain: true,
            values: Value::new(span, Known::Object(fields.collect())),
        }
    }

    /// The pattern of an ARN with what is known of its parts.
    fn filled(
        &self,
        pattern: &str,
        name: &Text,
        declared: &Declared<'_>,
        scope: Scope<'_>,
    ) -> Text {
        let mut text = Text::default();
        for (index, piece) in pattern.split("${").enumerate() {
            let rest = match piece.split_once('}') {
                Some((placeholder, rest)) if index > 0 => {
                    match placeholder {
                        "Partition" => text.push_known(&self.given.partition),
                        "Region" => text.push(&self.region(declared, scope)),
                        "Account" => text.push(&self.account()),
                        "Name" => text.push(name),
                        _ => text.push_unknown(Why::Name(declared.address.clone())),
                    }
                    rest
                }
                _ => piece,
            };
            text.push_known(rest);
        }
        text
    }

    fn account(&self) -> Text {
        match self.given.account {
            Some(account) => Text::known(account.to_string()),
            None => Text::unknown(Why::Pseudo("the account")),
        }
    }

    /// The Region that a resource is in: its own, or that of the provider without another name.
    fn region(&self, declared: &Declared<'_>, scope: Scope<'_>) -> Text {
        let body = &declared.block.it.body;
        let unknown = || Text::unknown(Why::Pseudo("the region"));
        if let Some(own) = body.get_attribute("region") {
            return self.value(&own.value, scope).text();
        }
        if body.has_attribute("provider") {
            return unknown();
        }
        if let Some(region) = &self.given.region {
            return Text::known(region);
        }
        let of_provider = self.configuration.region;
        of_provider.map_or_else(unknown, |region| {
            self.value(region.it, scope.elsewhere(region.base)).text()
        })
    }

    /// What data sources say that look up where something is deployed, or what stands elsewhere.
    fn looked_up(
        &self,
        declared: &Declared<'_>,
        attribute: &str,
        words: &str,
        scope: Scope<'_>,
    ) -> Option<Text> {
        match (declared.kind, attribute) {
            _ if !declared.is_data => None,
            ("aws_caller_identity", "account_id" | "id") => Some(self.account()),
            ("aws_region", "name" | "id" | "region") => Some(self.region(declared, scope)),
            ("aws_partition", "partition" | "id") => Some(Text::known(&self.given.partition)),
            ("aws_iam_policy", "arn" | "id") => self.managed_policy(declared, scope),
            (
                "aws_ssm_parameter"
                | "aws_secretsmanager_secret_version"
                | "aws_cloudformation_export"
                | "aws_cloudformation_stack"
                | "terraform_remote_state"
                | "external",
                _,
            ) => Some(Text::unknown(Why::Elsewhere(words.to_owned()))),
            _ => None,
        }
    }

    /// The ARN of a managed policy that is looked up by its name: of one of AWS's own, where no other has its path.
    fn managed_policy(&self, declared: &Declared<'_>, scope: Scope<'_>) -> Option<Text> {
        let written = declared.block.it.body.get_attribute("name")?;
        let name = self.value(&written.value, scope).text();
        let name = name.as_known()?;
        let path = Catalog::bundled().managed_policy_path(name);
        let partition = &self.given.partition;
        (!path.is_empty())
            .then(|| Text::known(format!("arn:{partition}:iam::aws:policy/{path}{name}")))
    }
}
