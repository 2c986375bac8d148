//! Event source mappings: what Lambda polls for a function, with the function's role.

use super::Destination;
use crate::iam::Arn;

/// An event source mapping.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSource {
    /// Its identifier.
    pub uuid: String,
    /// What is polled.
    pub source: Source,
    /// Whether Lambda polls now. A mapping that is turned off can be turned on again.
    pub enabled: bool,
    /// Where records go that could not be processed.
    pub on_failure: Option<Destination>,
    /// The customer managed key of its filters.
    pub filter_key: Option<Arn>,
    /// Whether its pollers write logs, into the log group of the function.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/dg/esm-logging.html>
    pub logs: bool,
}

/// What an event source mapping polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A queue of SQS.
    Queue(Arn),
    /// A stream of Kinesis.
    Stream {
        /// The stream.
        stream: Arn,
        /// Its consumer with enhanced fan-out, if Lambda is one.
        consumer: Option<Arn>,
    },
    /// The stream of a table of DynamoDB.
    TableStream(Arn),
    /// A cluster of Amazon MSK.
    ManagedKafka {
        /// The cluster, or the VPC connection to a cluster of another account.
        cluster: Arn,
        /// What is read of it, and how.
        kafka: Kafka,
    },
    /// A cluster of Apache Kafka somewhere.
    SelfManagedKafka {
        /// Its servers, as `host:port`.
        servers: Vec<String>,
        /// Whether they are reached through subnets of a VPC.
        in_vpc: bool,
        /// What is read of it, and how.
        kafka: Kafka,
    },
    /// A broker of Amazon MQ.
    Broker {
        /// The broker.
        broker: Arn,
        /// The secrets of its credentials.
        secrets: Vec<Arn>,
    },
    /// A cluster of Amazon DocumentDB.
    Documents {
        /// The cluster.
        cluster: Arn,
        /// The secrets of its credentials.
        secrets: Vec<Arn>,
    },
}

/// What is read of a Kafka cluster, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kafka {
    /// The topics.
    pub topics: Vec<String>,
    /// The consumer group; without one, Lambda takes the identifier of the mapping.
    pub group: Option<String>,
    /// The secrets of credentials and certificates.
    pub secrets: Vec<Arn>,
    /// Whether the role itself signs the connections: `IAM_AUTH`.
    pub iam: bool,
    /// Whether Lambda shows a token of the role's identity: `IAM_OAUTHBEARER_AUTH`.
    pub identity_token: bool,
    /// Where the schemas of its records are.
    pub registry: Option<SchemaRegistry>,
}

/// Where schemas of Kafka records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaRegistry {
    /// A registry of AWS Glue; `None` for one of Confluent, at a URL.
    pub glue: Option<Arn>,
    /// The secrets of credentials and certificates.
    pub secrets: Vec<Arn>,
}

impl Source {
    /// AWS's name of the service that is polled.
    #[must_use]
    pub fn service(&self) -> &'static str {
        match self {
            Source::Queue(_) => "SQS",
            Source::Stream { .. } => "Kinesis",
            Source::TableStream(_) => "DynamoDB",
            Source::ManagedKafka { .. } => "Amazon MSK",
            Source::SelfManagedKafka { .. } => "Apache Kafka",
            Source::Broker { .. } => "Amazon MQ",
            Source::Documents { .. } => "DocumentDB",
        }
    }

    /// What is polled, as a reader calls it: the queue's name, the stream's, the table's, the cluster's.
    #[must_use]
    pub fn name(&self) -> &str {
        let part = |arn: &'_ Arn| -> usize {
            let before = arn.resource().find(['/', ':']);
            before.map_or(0, |at| at + 1)
        };
        let arn = match self {
            Source::Queue(queue) => return queue.resource(),
            Source::SelfManagedKafka { servers, .. } => {
                return servers.first().map_or("", String::as_str);
            }
            Source::Stream { stream: arn, .. }
            | Source::TableStream(arn)
            | Source::ManagedKafka { cluster: arn, .. }
            | Source::Broker { broker: arn, .. }
            | Source::Documents { cluster: arn, .. } => arn,
        };
        let rest = &arn.resource()[part(arn)..];
        // A VPC connection names the account of the cluster first.
        let rest = match arn.resource().strip_prefix("vpc-connection/") {
            Some(rest) => rest.split_once('/').map_or(rest, |(_, rest)| rest),
            None => rest,
        };
        rest.split(['/', ':']).next().unwrap_or(rest)
    }
}
