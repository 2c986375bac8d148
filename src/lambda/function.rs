//! Lambda functions, as far as their configuration bears on their role.

use super::schedule::Schedule;
use super::{Destination, EventSource, FileSystem};
use crate::iam::{Arn, RoleId};

/// A function and the role that it runs with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its ARN, without a version.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its execution role.
    pub role: RoleId,
    /// How it is configured.
    pub configuration: Configuration,
    /// What Lambda polls for it; `None` when nobody said, which is not the same as nothing.
    pub event_sources: Option<Vec<EventSource>>,
    /// Where Lambda sends records of its asynchronous invocations; `None` when nobody said.
    pub destinations: Option<Vec<AsyncDestination>>,
    /// Whether an S3 Object Lambda access point is known to call it.
    pub object_lambda: bool,
    /// Whether its role may be taken by Lambda@Edge too.
    pub edge: bool,
    /// What is known to invoke it on a schedule.
    pub schedules: Vec<Schedule>,
}

impl Function {
    /// A function of which nothing else is known.
    #[must_use]
    pub fn new(arn: Arn, name: &str, role: RoleId) -> Self {
        Function {
            arn,
            name: name.to_owned(),
            role,
            configuration: Configuration::default(),
            event_sources: None,
            destinations: None,
            object_lambda: false,
            edge: false,
            schedules: Vec::new(),
        }
    }
}

/// What a function's configuration says that bears on its role, or that a reader would look for here.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// AWS's name of the runtime, for example `python3.12`; images have none.
    pub runtime: Option<String>,
    /// How its code is packed.
    pub package: PackageType,
    /// The VPC that it is attached to.
    pub vpc: Option<Vpc>,
    /// Whether Lambda sends traces to X-Ray.
    pub tracing: TracingMode,
    /// Where events go that could not be processed.
    pub dead_letters: Option<Destination>,
    /// The customer managed key of its environment variables.
    pub environment_key: Option<Arn>,
    /// The script that starts the runtime: `AWS_LAMBDA_EXEC_WRAPPER`. No other variable is kept.
    pub wrapper: Option<String>,
    /// The file systems that it mounts.
    pub file_systems: Vec<FileSystem>,
    /// The log group that it writes to, if that is not `/aws/lambda/<name>`.
    pub log_group: Option<String>,
    /// How its logs are written.
    pub log_format: LogFormat,
    /// The versions of layers that it has.
    pub layers: Vec<String>,
    /// Whether and how its executions are durable.
    pub durable: Option<Durable>,
    /// Whether each tenant has an environment of its own; nothing on the role.
    pub per_tenant: bool,
    /// Whether published versions start from a snapshot; nothing on the role.
    pub snap_start: bool,
    /// Whether its code is signed; nothing on the role.
    pub signed: bool,
    /// The capacity provider whose instances it runs on; that has a role of its own.
    pub capacity_provider: Option<String>,
}

/// How a function's code is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PackageType {
    /// As a .zip file, with layers.
    #[default]
    Zip,
    /// As a container image.
    Image,
}

/// The VPC that a function is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Its subnets, at least one.
    pub subnets: Vec<String>,
    /// Its security groups.
    pub security_groups: Vec<String>,
    /// Whether it also takes IPv6.
    pub dual_stack: bool,
}

/// Whether Lambda sends traces to X-Ray.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TracingMode {
    /// Of some invocations.
    Active,
    /// It hands on what the caller decided, and sends nothing by itself.
    #[default]
    PassThrough,
}

/// How a function's logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// As text.
    #[default]
    Text,
    /// As JSON.
    Json,
}

/// A function whose executions are durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Durable {
    /// The customer managed key of what is kept of them.
    pub key: Option<Arn>,
}

/// Where Lambda sends a record of an asynchronous invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsyncDestination {
    /// Of which invocations.
    pub after: Outcome,
    /// Where to.
    pub to: Destination,
}

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Without an error.
    Success,
    /// With an error, after all retries.
    Failure,
}

impl Outcome {
    /// As AWS calls the destination: `on-failure`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Success => "on-success",
            Outcome::Failure => "on-failure",
        }
    }
}

impl Configuration {
    /// Whether a layer has this in its name, as the layers that AWS publishes do.
    #[must_use]
    pub fn has_layer(&self, name: &str) -> bool {
        let named = |layer: &String| layer.rsplit(':').any(|part| part.starts_with(name));
        self.layers.iter().any(named)
    }
}

/// The ARN of a function without the version or alias that it ends in.
///
/// ```
/// # use tightrope::iam::Arn;
/// # use tightrope::lambda::unqualified;
/// let alias: Arn = "arn:aws:lambda:eu-central-1:123456789012:function:orders:live".parse()?;
/// let plain = "arn:aws:lambda:eu-central-1:123456789012:function:orders";
/// assert_eq!(unqualified(&alias).as_str(), plain);
/// # Ok::<(), tightrope::iam::NotAnArn>(())
/// ```
#[must_use]
pub fn unqualified(function: &Arn) -> Arn {
    let without = match function.resource().splitn(3, ':').collect::<Vec<_>>()[..] {
        ["function", _, qualifier] => function.as_str().strip_suffix(qualifier),
        _ => None,
    };
    let plain = without.and_then(|text| text.strip_suffix(':')?.parse().ok());
    plain.unwrap_or_else(|| function.clone())
}
