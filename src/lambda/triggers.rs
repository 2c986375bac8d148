//! Which configurations of `policy-data/written/lambda-configuration.tsv` an event source mapping is.

use super::names::Names;
use super::settings::{Setting, destination};
use super::{Cause, Destination, EventSource, Function, Kafka, SchemaRegistry, Source, Trigger};
use crate::iam::Arn;

/// All that a mapping needs of the function's role. Of one that is turned off, nothing is said to be missing.
pub(super) fn triggers(function: &Function, mapping: &EventSource) -> Vec<Setting> {
    let polled = Polled {
        names: Names::of(function),
        trigger: mapping.into(),
        mapping,
    };
    let mut settings = polled.source();
    settings.extend(polled.filters());
    settings.extend(
        mapping
            .logs
            .then(|| polled.setting("esm-logging", polled.names.clone())),
    );
    settings.extend(polled.on_failure());
    for setting in &mut settings {
        setting.certain &= mapping.enabled;
    }
    settings
}

struct Polled<'a> {
    names: Names,
    trigger: Trigger,
    mapping: &'a EventSource,
}

impl Polled<'_> {
    fn source(&self) -> Vec<Setting> {
        let names = || self.names.clone();
        match &self.mapping.source {
            Source::Queue(queue) => {
                let names = names().with("EventSourceArn", queue.as_str());
                vec![self.setting("sqs-esm", names.with_a_key_for(queue))]
            }
            Source::Stream { stream, consumer } => self.stream(stream, consumer.as_ref()),
            Source::TableStream(stream) => {
                let table = stream.as_str().split("/stream/").next().unwrap_or_default();
                let names = names()
                    .with("TableArn", table)
                    .with("TableName", self.mapping.source.name())
                    .with_a_key_for(stream);
                vec![self.setting("dynamodb-streams-esm", names)]
            }
            Source::ManagedKafka { cluster, kafka } => self.managed_kafka(cluster, kafka),
            Source::SelfManagedKafka { in_vpc, kafka, .. } => {
                self.self_managed_kafka(*in_vpc, kafka)
            }
            Source::Broker { broker, secrets } => {
                let names = names().with("BrokerArn", broker.as_str());
                let mut settings = vec![self.setting("mq-esm", names.clone())];
                settings.extend(self.secrets("mq-esm-secret", &names, secrets));
                settings
            }
            Source::Documents { secrets, .. } => {
                let mut settings = vec![self.setting("documentdb-esm", names())];
                settings.extend(self.secrets("documentdb-esm-secret", &self.names, secrets));
                settings
            }
        }
    }

    fn stream(&self, stream: &Arn, consumer: Option<&Arn>) -> Vec<Setting> {
        let names = self.names.clone().with("StreamArn", stream.as_str());
        let names = names.with_a_key_for(stream);
        let fan_out = consumer.map(|consumer| {
            let names = names.clone().with("ConsumerArn", consumer.as_str());
            self.setting("kinesis-esm-fan-out", names)
        });
        let polled = self.setting("kinesis-esm", names.clone());
        [polled].into_iter().chain(fan_out).collect()
    }

    fn managed_kafka(&self, cluster: &Arn, kafka: &Kafka) -> Vec<Setting> {
        let names = self.kafka_names(&managed(cluster), kafka);
        let mut settings = vec![self.setting("msk-esm", names.clone())];
        if cluster.resource().starts_with("vpc-connection/") {
            let names = names.clone().with("VpcConnectionArn", cluster.as_str());
            settings.push(self.setting("msk-esm-vpc-connection", names));
        }
        settings.extend(self.secrets("msk-esm-secret", &names, &kafka.secrets));
        settings.extend(self.iam(&names, kafka));
        settings.extend(self.registry(kafka.registry.as_ref()));
        settings
    }

    fn self_managed_kafka(&self, in_vpc: bool, kafka: &Kafka) -> Vec<Setting> {
        let names = self.kafka_names("arn:*:kafka:*:*:cluster/*/*", kafka);
        let mut settings = self.secrets("kafka-self-managed-secret", &names, &kafka.secrets);
        if in_vpc {
            settings.push(self.setting("kafka-self-managed-vpc", names.clone()));
        }
        if kafka.identity_token {
            settings.push(self.setting("kafka-self-managed-identity-token", names.clone()));
        }
        settings.extend(self.iam(&names, kafka));
        settings.extend(self.registry(kafka.registry.as_ref()));
        settings
    }

    /// What the role itself may do in the cluster.
    fn iam(&self, names: &Names, kafka: &Kafka) -> Option<Setting> {
        let setting = self.setting("msk-esm-iam", names.clone());
        Some(Setting {
            certain: self.takes_iam(kafka)?,
            ..setting
        })
    }

    /// Whether the role signs the connections for certain; `None` if it does not. A mapping of MSK does not say
    /// so: without a secret it is IAM, or nobody is asked who he is.
    fn takes_iam(&self, kafka: &Kafka) -> Option<bool> {
        let managed = matches!(self.mapping.source, Source::ManagedKafka { .. });
        match (kafka.iam, managed && kafka.secrets.is_empty()) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }

    fn registry(&self, registry: Option<&SchemaRegistry>) -> Vec<Setting> {
        let Some(registry) = registry else {
            return Vec::new();
        };
        let of_secrets = "kafka-schema-registry-secret";
        let mut settings = self.secrets(of_secrets, &self.names, &registry.secrets);
        settings.extend(registry.glue.as_ref().map(|glue| {
            let names = self.names.clone().with("RegistryArn", glue.as_str());
            self.setting("kafka-schema-registry-glue", names)
        }));
        settings
    }

    fn secrets(&self, name: &'static str, names: &Names, secrets: &[Arn]) -> Vec<Setting> {
        let each = secrets.iter().map(|secret| {
            let names = names.clone().with("SecretArn", secret.as_str());
            self.setting(name, names.with_a_key_for(secret))
        });
        each.collect()
    }

    fn filters(&self) -> Option<Setting> {
        let key = self.mapping.filter_key.as_ref()?;
        let names = self.names.clone().with("KeyArn", key.as_str());
        let cause = Cause::FilterKey(self.trigger.clone());
        Some(Setting::new("esm-filter-key", cause, names))
    }

    fn on_failure(&self) -> Option<Setting> {
        let to = self.mapping.on_failure.as_ref()?;
        let cause = Cause::OnFailure(to.clone(), self.trigger.clone());
        let Destination::KafkaTopic(topic) = to else {
            return Some(destination(to, cause, &self.names));
        };
        let (cluster, kafka) = match &self.mapping.source {
            Source::ManagedKafka { cluster, kafka } => (managed(cluster), kafka),
            Source::SelfManagedKafka { kafka, .. } => ("arn:*:kafka:*:*:cluster/*/*".into(), kafka),
            _ => return None,
        };
        let names = self.kafka_names(&cluster, kafka);
        let names = names.any("DestinationTopicArn", [within(&cluster, "topic", topic)]);
        Some(Setting {
            certain: self.takes_iam(kafka)?,
            ..destination(to, cause, &names)
        })
    }

    fn kafka_names(&self, cluster: &str, kafka: &Kafka) -> Names {
        let group = kafka.group.as_ref().unwrap_or(&self.mapping.uuid);
        let topics = kafka.topics.iter();
        let topics = topics.map(|topic| within(cluster, "topic", topic));
        let names = self.names.clone();
        names
            .any("TopicArn", topics)
            .any("GroupArn", [within(cluster, "group", group)])
            .any("ClusterArn", [cluster.to_owned()])
    }

    fn setting(&self, name: &'static str, names: Names) -> Setting {
        Setting::new(name, Cause::Trigger(self.trigger.clone()), names)
    }
}

/// The pattern of a cluster of MSK. Behind a VPC connection it is in the account that the connection names, and
/// its identifier is not known.
///
/// <https://docs.aws.amazon.com/msk/latest/developerguide/aws-access-mult-vpc.html>
fn managed(cluster: &Arn) -> String {
    let connection = cluster.resource().strip_prefix("vpc-connection/");
    let parts = connection.map(|connection| connection.split('/').collect::<Vec<_>>());
    match parts.as_deref() {
        Some([account, name, ..]) => format!(
            "arn:{}:kafka:{}:{account}:cluster/{name}/*",
            cluster.partition(),
            cluster.region()
        ),
        _ => cluster.as_str().to_owned(),
    }
}

/// The pattern of a topic or group in a cluster.
fn within(cluster: &str, kind: &str, name: &str) -> String {
    let cluster = cluster.replacen(":cluster/", &format!(":{kind}/"), 1);
    format!("{cluster}/{name}")
}
