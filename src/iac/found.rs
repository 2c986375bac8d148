//! What a file of infrastructure code says of roles, policies and functions.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::text::{Text, Why};
use crate::iam::{Policy, TrustPolicy};
use crate::lambda::Outcome;
use crate::text::{Position, Span};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// An IAM policy, a list of them, or a trust policy.
    Policy,
    /// A template of CloudFormation.
    CloudFormation,
    /// A template of CloudFormation that the AWS Serverless Application Model transforms.
    Sam,
    /// A template of CloudFormation that the AWS CDK wrote.
    Cdk,
    /// A configuration of Terraform.
    Terraform,
    /// `terraform show -json` of a plan.
    TerraformPlan,
    /// A file of the Serverless Framework.
    Serverless,
    /// What `aws iam get-account-authorization-details` prints.
    AccountSnapshot,
}

impl Form {
    /// Its name for a reader.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Form::Policy => "IAM policy",
            Form::CloudFormation => "CloudFormation",
            Form::Sam => "SAM",
            Form::Cdk => "CDK output",
            Form::Terraform => "Terraform",
            Form::TerraformPlan => "Terraform plan",
            Form::Serverless => "Serverless Framework",
            Form::AccountSnapshot => "account snapshot",
        }
    }
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was called.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The character in it, from 1.
    pub column: usize,
    /// The part of the file's text; `None` when it is only known to be in the file.
    pub span: Option<Span>,
    /// The logical id or address of the resource that it belongs to.
    pub resource: Option<Arc<str>>,
    /// The path of the CDK construct that the resource is of.
    pub cdk_path: Option<Arc<str>>,
}

impl Place {
    /// A place in a file that belongs to no resource, and of which only the beginning is known.
    ///
    /// ```
    /// # use tightrope::iac::Place;
    /// # use tightrope::text::Position;
    /// let place = Place::in_file("template.yaml", Position { line: 3, column: 7 });
    /// assert_eq!(place.to_string(), "template.yaml:3:7");
    /// ```
    #[must_use]
    pub fn in_file(file: impl Into<Arc<str>>, at: Position) -> Self {
        Place {
            file: file.into(),
            line: at.line,
            column: at.column,
            span: None,
            resource: None,
            cdk_path: None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)?;
        match self.cdk_path.as_ref().or(self.resource.as_ref()) {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{place}: {rule}")]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it, or not understood.
    pub rule: String,
}

/// A part of a policy that is not known at build time. The policy has instead of it every value that it could have: the most
/// that it may allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Where it stands.
    pub place: Place,
    /// The statement of [`FoundPolicy::policy`] that has it, from 0; `None` when it is about statements that are not there.
    pub statement: Option<usize>,
    /// The element that has it: `Resource`, `Condition`.
    pub element: &'static str,
    /// The value as it was written, with what is not known in `${…}`.
    pub value: String,
    /// What the policy has instead: a pattern, or what was left out.
    pub read_as: String,
    /// Why each of its parts is not known.
    pub why: Vec<Why>,
}

/// What [`Unknown::read_as`] is of a part that would narrow the policy.
pub(super) const LEFT_OUT: &str = "left out";

impl Unknown {
    /// Whether the part was left out, since it would narrow the policy: a condition, or what a `Deny` denies.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.read_as == LEFT_OUT
    }
}

/// A policy, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPolicy {
    /// Where it stands.
    pub place: Place,
    /// Its name; `None` where the form has none.
    pub name: Option<Text>,
    /// Its ARN, of a managed policy.
    pub arn: Option<Text>,
    /// The most that it may allow, whatever the unknown parts of it are.
    pub policy: Policy,
    /// Where each of its statements stands, in the same order.
    pub statements: Vec<Place>,
    /// Those of its statements, from 0, that are only there when a condition says so that is not known.
    pub perhaps: BTreeSet<usize>,
    /// What of it is not known.
    pub unknown: Vec<Unknown>,
    /// Whom it is attached to, of those that the file does not have.
    pub attached_to: Vec<Text>,
}

/// What carries policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// A role.
    Role,
    /// A user.
    User,
    /// A group.
    Group,
}

/// A managed policy that is attached to a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Where that stands.
    pub place: Place,
    /// Its ARN.
    pub arn: Text,
    /// Its place in [`Found::policies`], when the file has it.
    pub policy: Option<usize>,
    /// Whether it is attached whatever the conditions of the file say.
    pub certain: bool,
}

impl Attached {
    /// The name of the policy, if it is one of AWS's own.
    #[must_use]
    pub fn aws_name(&self) -> Option<String> {
        let pattern = self.arn.pattern();
        let (_, path) = pattern.split_once(":iam::aws:policy/")?;
        let name = path.rsplit(['/', '*']).next()?;
        (!name.is_empty()).then(|| name.to_owned())
    }
}

/// A role, a user or a group, with the policies that the file gives it. One that the file only attaches a managed policy to, and
/// does not have, is named by that.
#[derive(Clone, Debug)]
pub struct FoundRole {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub carrier: Carrier,
    /// Its logical id or address: a name within the file.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its ARN.
    pub arn: Text,
    /// Whether nobody wrote it, and the form makes it: SAM for a function without a role.
    pub implicit: bool,
    /// Who may take it; `None` when it is no role, or the trust policy is not known.
    pub trust: Option<TrustPolicy>,
    /// The policies that are embedded in it.
    pub inline: Vec<FoundPolicy>,
    /// The managed policies that are attached to it.
    pub attached: Vec<Attached>,
    /// Its permissions boundary.
    pub boundary: Option<Text>,
}

/// The role of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleOf {
    /// One of [`Found::roles`].
    Here(usize),
    /// Another one: its ARN, as far as it is known.
    Elsewhere(Text),
}

/// A variable of a function's environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Where its value stands.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Text,
}

/// What Lambda polls for a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundEventSource {
    /// Where it stands.
    pub place: Place,
    /// The ARN of what is polled; `None` of a Kafka cluster outside of AWS.
    pub arn: Option<Text>,
    /// Where records go that could not be processed.
    pub on_failure: Option<Text>,
}

/// Where records of asynchronous invocations go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundDestination {
    /// Where that stands.
    pub place: Place,
    /// Of which invocations.
    pub after: Outcome,
    /// The ARN of the destination.
    pub to: Text,
}

/// Who may invoke a function, by a statement of its own policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPermission {
    /// Where it stands.
    pub place: Place,
    /// The principal.
    pub principal: Text,
    /// The action.
    pub action: Text,
    /// The resource for which the principal may do so, if it is said.
    pub source: Option<Text>,
}

/// A URL of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundUrl {
    /// Where it stands.
    pub place: Place,
    /// `AWS_IAM` or `NONE`.
    pub auth: Text,
}

/// A function, as far as its configuration bears on its role, or a reader would look for it.
#[derive(Clone, Debug)]
pub struct FoundFunction {
    /// Where it stands.
    pub place: Place,
    /// Its logical id or address: a name within the file.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its execution role; several when a condition decides, and none when the file does not say.
    pub roles: Vec<RoleOf>,
    /// The runtime; images have none.
    pub runtime: Option<Text>,
    /// Whether it is a container image.
    pub image: bool,
    /// Whether it is attached to a VPC.
    pub vpc: bool,
    /// Whether and how it is traced: `Active` or `PassThrough`.
    pub tracing: Option<Text>,
    /// Its environment.
    pub environment: Vec<Variable>,
    /// The customer managed key of its environment.
    pub environment_key: Option<Text>,
    /// Where events go that could not be processed.
    pub dead_letters: Option<Text>,
    /// The group of its logs, if it has not the one of its own name.
    pub log_group: Option<Text>,
    /// For how many days its logs are kept, if the file says so.
    pub log_retention: Option<Text>,
    /// The ARNs of its layers.
    pub layers: Vec<Text>,
    /// The access points of the file systems that it mounts.
    pub file_systems: Vec<Text>,
    /// What Lambda polls for it.
    pub event_sources: Vec<FoundEventSource>,
    /// Where records of its asynchronous invocations go.
    pub destinations: Vec<FoundDestination>,
    /// Who may invoke it.
    pub permissions: Vec<FoundPermission>,
    /// Its URLs.
    pub urls: Vec<FoundUrl>,
}

/// What somebody wrote for this program under `Metadata` of a resource, as `Tightrope`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub text: String,
    /// The resource that it is about.
    pub about: Span,
}

/// A module that a configuration of Terraform calls: what it makes stands in other files, and is not known from these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundModule {
    /// Where it is called.
    pub place: Place,
    /// The name of the call.
    pub name: String,
    /// Where the module stands: a folder, an address, or a name in a registry.
    pub source: Text,
}

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What the file is; `None` when it is nothing that holds policies or functions.
    pub form: Option<Form>,
    /// Its roles, users and groups.
    pub roles: Vec<FoundRole>,
    /// Its policies that are not embedded in one of its roles.
    pub policies: Vec<FoundPolicy>,
    /// Its functions.
    pub functions: Vec<FoundFunction>,
    /// What is written in it for this program.
    pub remarks: Vec<Remark>,
    /// The modules that it calls, which may make more of all of these.
    pub modules: Vec<FoundModule>,
    /// What could not be read: never nothing when a policy or a function may be missing above.
    pub problems: Vec<Problem>,
}
