//! `aws lambda list-event-source-mappings` and `get-event-source-mapping`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html>

use super::destinations::destination;
use super::object::Object;
use crate::iam::Arn;
use crate::lambda::{Destination, EventSource, Kafka, SchemaRegistry, Source, unqualified};

/// A mapping and its function; `None` when it does not say what is polled for whom.
pub(super) fn event_source(mut object: Object<'_>) -> Option<(Arn, EventSource)> {
    let uuid = object.needed("UUID")?;
    object.call(format!("event source mapping {uuid}"));
    let function = object.needed_arn("FunctionArn");
    let source = source(&object);
    let on_failure = object
        .object("DestinationConfig")
        .and_then(|config| on_failure(&config, source.as_ref()));
    let logs = object.object("LoggingConfig").is_some_and(|logging| {
        let level = logging.text("SystemLogLevel");
        logging.finish();
        level.is_some()
    });
    let state = object.text("State").unwrap_or_default();
    let filter_key = object.arn("KMSKeyArn");
    ignore(&object);
    object.finish();
    let mapping = EventSource {
        uuid: uuid.to_owned(),
        source: source?,
        enabled: !matches!(state, "Disabled" | "Disabling" | "Deleting"),
        on_failure,
        filter_key,
        logs,
    };
    Some((unqualified(&function?), mapping))
}

/// Only of Kafka can a topic be the destination: it is in the cluster that is read.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html>
fn on_failure(config: &Object<'_>, source: Option<&Source>) -> Option<Destination> {
    let failed = config.object("OnFailure");
    config.ignore(&["OnSuccess"]);
    config.finish();
    let kafka = matches!(
        source,
        Some(Source::ManagedKafka { .. } | Source::SelfManagedKafka { .. })
    );
    destination(&failed?, "Destination", kafka)
}

/// What bears on nothing that the role may do. Pollers that are provisioned need no more than others.
fn ignore(object: &Object<'_>) {
    object.ignore(&[
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DocumentDBEventSourceConfig",
        "EventSourceMappingArn",
        "FilterCriteria",
        "FilterCriteriaError",
        "FunctionResponseTypes",
        "LastModified",
        "LastProcessingResult",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "MetricsConfig",
        "ParallelizationFactor",
        "ProvisionedPollerConfig",
        "Queues",
        "ScalingConfig",
        "StartingPosition",
        "StartingPositionTimestamp",
        "StateTransitionReason",
        "TumblingWindowInSeconds",
    ]);
}

fn source(object: &Object<'_>) -> Option<Source> {
    let access = access(object);
    let kafka = kafka(object, &access);
    if let Some(cluster) = object.object("SelfManagedEventSource") {
        return Some(Source::SelfManagedKafka {
            servers: servers(&cluster),
            in_vpc: access.in_vpc,
            kafka,
        });
    }
    let arn = object.needed_arn("EventSourceArn")?;
    let secrets = access.secrets;
    Some(match arn.service() {
        "sqs" => Source::Queue(arn),
        "kinesis" => stream(arn),
        "dynamodb" => Source::TableStream(arn),
        "kafka" => Source::ManagedKafka {
            cluster: arn,
            kafka,
        },
        "mq" => Source::Broker {
            broker: arn,
            secrets,
        },
        "rds" => Source::Documents {
            cluster: arn,
            secrets,
        },
        other => {
            object.broken(&format!(
                "a source of the service `{other}` is not understood, so what polling it needs of the role is not \
                 known; look at it before you take the proposal"
            ));
            return None;
        }
    })
}

/// The source is a stream, or a consumer of one: `…:stream/name/consumer/name:time`.
fn stream(arn: Arn) -> Source {
    let stream = arn.as_str().split_once("/consumer/");
    match stream.and_then(|(stream, _)| stream.parse().ok()) {
        Some(stream) => Source::Stream {
            stream,
            consumer: Some(arn),
        },
        None => Source::Stream {
            stream: arn,
            consumer: None,
        },
    }
}

fn servers(cluster: &Object<'_>) -> Vec<String> {
    let endpoints = cluster.object("Endpoints");
    cluster.finish();
    let servers = endpoints.map(|endpoints| {
        let servers = endpoints.texts("KAFKA_BOOTSTRAP_SERVERS");
        endpoints.finish();
        servers
    });
    servers.unwrap_or_default()
}

/// What `SourceAccessConfigurations` says.
#[derive(Default)]
struct SourceAccess {
    secrets: Vec<Arn>,
    in_vpc: bool,
    iam: bool,
    identity_token: bool,
}

/// What an entry of `SourceAccessConfigurations` or `AccessConfigs` is.
#[derive(Clone, Copy)]
enum Kind {
    Secret,
    Vpc,
    Iam,
    IdentityToken,
    Value,
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_SourceAccessConfiguration.html>
const KINDS: [(&str, Kind); 15] = [
    ("BASIC_AUTH", Kind::Secret),
    ("CLIENT_CERTIFICATE_TLS_AUTH", Kind::Secret),
    ("IAM_AUTH", Kind::Iam),
    ("IAM_OAUTHBEARER_AUTH", Kind::IdentityToken),
    ("OAUTHBEARER_AUDIENCE", Kind::Value),
    ("OAUTHBEARER_AUTH", Kind::Secret),
    ("OAUTHBEARER_IDENTITY_POOL", Kind::Value),
    ("OAUTHBEARER_LOGICAL_CLUSTER", Kind::Value),
    ("OAUTHBEARER_SCOPE", Kind::Value),
    ("SASL_SCRAM_256_AUTH", Kind::Secret),
    ("SASL_SCRAM_512_AUTH", Kind::Secret),
    ("SERVER_ROOT_CA_CERTIFICATE", Kind::Secret),
    ("VIRTUAL_HOST", Kind::Value),
    ("VPC_SECURITY_GROUP", Kind::Vpc),
    ("VPC_SUBNET", Kind::Vpc),
];

fn access(object: &Object<'_>) -> SourceAccess {
    let mut access = SourceAccess::default();
    for entry in object.objects("SourceAccessConfigurations") {
        match entry.word("Type", &KINDS) {
            Some(Kind::Secret) => access.secrets.extend(entry.needed_arn("URI")),
            Some(Kind::Vpc) => access.in_vpc = true,
            Some(Kind::Iam) => access.iam = true,
            Some(Kind::IdentityToken) => access.identity_token = true,
            Some(Kind::Value) | None => {}
        }
        entry.ignore(&["URI"]);
        entry.finish();
    }
    access
}

fn kafka(object: &Object<'_>, access: &SourceAccess) -> Kafka {
    let names = [
        "AmazonManagedKafkaEventSourceConfig",
        "SelfManagedKafkaEventSourceConfig",
    ];
    let mut kafka = Kafka {
        topics: object.texts("Topics"),
        secrets: access.secrets.clone(),
        iam: access.iam,
        identity_token: access.identity_token,
        ..Kafka::default()
    };
    for config in names.into_iter().filter_map(|name| object.object(name)) {
        kafka.group = config.text("ConsumerGroupId").map(str::to_owned);
        kafka.registry = config
            .object("SchemaRegistryConfig")
            .map(|registry| self::registry(&registry));
        config.ignore(&["ConsumptionMode"]);
        config.finish();
    }
    kafka
}

fn registry(object: &Object<'_>) -> SchemaRegistry {
    let of_glue = object
        .text("SchemaRegistryURI")
        .filter(|uri| uri.starts_with("arn:"));
    let glue = of_glue.and_then(|_| object.arn("SchemaRegistryURI"));
    let entries = object.objects("AccessConfigs");
    let secrets = entries.iter().filter_map(|entry| {
        let kind = entry.word("Type", &KINDS);
        let secret = entry.needed_arn("URI");
        entry.finish();
        secret.filter(|_| matches!(kind, Some(Kind::Secret)))
    });
    let secrets = secrets.collect();
    object.ignore(&["EventRecordFormat", "SchemaValidationConfigs"]);
    object.finish();
    SchemaRegistry { glue, secrets }
}
