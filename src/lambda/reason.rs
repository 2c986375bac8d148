//! Why a permission is needed though no event shows it, for a reader.

use std::fmt;

use super::{AsyncDestination, Destination, EventSource, FileSystem};
use crate::iam::Arn;

/// The part of which function's configuration needs a permission.
///
/// ```
/// # use tightrope::lambda::{Cause, Reason};
/// let reason = Reason { cause: Cause::Tracing, function: Some("orders".into()) };
/// assert_eq!(reason.to_string(), "active tracing of function orders");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// The part of the configuration.
    pub cause: Cause,
    /// The name of the function; `None` when it is so of every function.
    pub function: Option<String>,
}

/// A part of a function's configuration that needs something of its role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It writes logs; to this group, if that is not its own.
    Logs(Option<String>),
    /// CloudFront runs it in many Regions, and it writes logs there.
    EdgeLogs,
    /// It is attached to a VPC.
    Vpc,
    /// Lambda sends its traces.
    Tracing,
    /// It has the extension of Lambda Insights.
    Insights,
    /// Its image may have the extension of Lambda Insights.
    Image,
    /// It has the layer of Application Signals.
    ApplicationSignals,
    /// An S3 Object Lambda access point calls it.
    ObjectLambda,
    /// Its executions are durable.
    DurableExecutions,
    /// What is kept of its durable executions is under a key.
    DurableKey(Arn),
    /// Its environment variables are under a key.
    EnvironmentKey(Arn),
    /// It mounts a file system, as `EFS access point fsap-…`.
    FileSystem(String),
    /// Events that could not be processed are sent away.
    DeadLetters(Destination),
    /// Records of asynchronous invocations are sent away: `on-failure`, and where to.
    Destination(&'static str, Destination),
    /// Lambda polls a source.
    Trigger(Trigger),
    /// Records of a source that could not be processed are sent away.
    OnFailure(Destination, Trigger),
    /// The filters of a source are under a key.
    FilterKey(Trigger),
}

/// A source that Lambda polls, for a reader: `SQS trigger orders-queue`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trigger {
    /// The service that is polled.
    pub service: &'static str,
    /// What of it.
    pub name: String,
}

impl From<&EventSource> for Trigger {
    fn from(mapping: &EventSource) -> Self {
        Trigger {
            service: mapping.source.service(),
            name: mapping.source.name().to_owned(),
        }
    }
}

impl From<&FileSystem> for Cause {
    fn from(file_system: &FileSystem) -> Self {
        Cause::FileSystem(file_system.to_string())
    }
}

impl From<&AsyncDestination> for Cause {
    fn from(destination: &AsyncDestination) -> Self {
        Cause::Destination(destination.after.name(), destination.to.clone())
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} trigger {}", self.service, self.name)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Logs(None) => f.write_str("logs"),
            Cause::Logs(Some(group)) => write!(f, "logs in {group}"),
            Cause::EdgeLogs => f.write_str("logs at the edge"),
            Cause::Vpc => f.write_str("VPC"),
            Cause::Tracing => f.write_str("active tracing"),
            Cause::Insights => f.write_str("Lambda Insights"),
            Cause::Image => f.write_str("Lambda Insights, if it is in the image,"),
            Cause::ApplicationSignals => f.write_str("Application Signals"),
            Cause::ObjectLambda => f.write_str("S3 Object Lambda access point"),
            Cause::DurableExecutions => f.write_str("durable executions"),
            Cause::DurableKey(key) => write!(f, "{} of the durable executions", key.resource()),
            Cause::EnvironmentKey(key) => write!(f, "{} of the environment", key.resource()),
            Cause::FileSystem(file_system) => f.write_str(file_system),
            Cause::DeadLetters(to) => write!(f, "dead-letter {to}"),
            Cause::Destination(after, to) => write!(f, "{after} {to}"),
            Cause::Trigger(trigger) => trigger.fmt(f),
            Cause::OnFailure(to, trigger) => write!(f, "on-failure {to} of {trigger}"),
            Cause::FilterKey(trigger) => write!(f, "filter key of {trigger}"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.function {
            Some(function) => write!(f, "{} of function {function}", self.cause),
            None => write!(f, "{}, as for every function", self.cause),
        }
    }
}
