//! Where Lambda sends what a function did, or could not do.

use std::fmt;

use crate::iam::Arn;

/// Where Lambda sends a record of an invocation, or an event that could not be processed.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// A queue of SQS.
    Queue(Arn),
    /// A topic of SNS.
    Topic(Arn),
    /// A function, or a version or alias of one.
    Function(Arn),
    /// An event bus of EventBridge.
    EventBus(Arn),
    /// A bucket of S3.
    Bucket(Arn),
    /// A topic of the Kafka cluster that the event source mapping reads, by its name.
    KafkaTopic(String),
}

impl Destination {
    /// Reads what stands under `Destination` or `TargetArn`.
    ///
    /// ```
    /// # use tightrope::lambda::Destination;
    /// let queue = Destination::parse("arn:aws:sqs:eu-central-1:123456789012:failed")?;
    /// assert_eq!(queue.to_string(), "queue failed");
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with it, or that it is of a service that Lambda was not known to send to.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(topic) = text.strip_prefix("kafka://") {
            return Ok(Destination::KafkaTopic(topic.to_owned()));
        }
        let arn: Arn = text
            .parse()
            .map_err(|error: crate::iam::NotAnArn| error.to_string())?;
        Ok(match arn.service() {
            "sqs" => Destination::Queue(arn),
            "sns" => Destination::Topic(arn),
            "lambda" => Destination::Function(arn),
            "events" => Destination::EventBus(arn),
            "s3" => Destination::Bucket(arn),
            other => {
                return Err(format!(
                    "`{text}`: a destination of the service `{other}` is not understood"
                ));
            }
        })
    }

    /// Its ARN; a topic of Kafka is named by its cluster.
    #[must_use]
    pub fn arn(&self) -> Option<&Arn> {
        match self {
            Destination::Queue(arn)
            | Destination::Topic(arn)
            | Destination::Function(arn)
            | Destination::EventBus(arn)
            | Destination::Bucket(arn) => Some(arn),
            Destination::KafkaTopic(_) => None,
        }
    }

    /// What it is called in `policy-data/written/lambda-configuration.tsv`.
    pub(super) fn configuration(&self) -> &'static str {
        match self {
            Destination::Queue(_) => "dest-sqs",
            Destination::Topic(_) => "dest-sns",
            Destination::Function(_) => "dest-lambda",
            Destination::EventBus(_) => "dest-eventbridge",
            Destination::Bucket(_) => "dest-s3",
            Destination::KafkaTopic(_) => "dest-kafka",
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Destination::Queue(arn) => ("queue", arn.resource()),
            Destination::Topic(arn) => ("topic", arn.resource()),
            Destination::Function(arn) => ("function", after(arn, "function:")),
            Destination::EventBus(arn) => ("event bus", after(arn, "event-bus/")),
            Destination::Bucket(arn) => ("bucket", arn.resource()),
            Destination::KafkaTopic(name) => ("Kafka topic", name.as_str()),
        };
        write!(f, "{kind} {name}")
    }
}

fn after<'a>(arn: &'a Arn, kind: &str) -> &'a str {
    let resource = arn.resource();
    resource.strip_prefix(kind).unwrap_or(resource)
}
