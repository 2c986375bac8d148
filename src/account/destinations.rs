//! `aws lambda list-function-event-invoke-configs` and `get-function-event-invoke-config`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html>

use super::object::Object;
use crate::iam::Arn;
use crate::lambda::{AsyncDestination, Destination, Outcome, unqualified};

/// Where records of the asynchronous invocations of a function, or of a version or alias of it, are sent.
pub(super) fn destinations(mut object: Object<'_>) -> Option<(Arn, Vec<AsyncDestination>)> {
    let arn = object.needed_arn("FunctionArn")?;
    object.call(format!("destinations of {}", arn.resource()));
    object.ignore(&[
        "LastModified",
        "MaximumRetryAttempts",
        "MaximumEventAgeInSeconds",
    ]);
    let config = object.object("DestinationConfig");
    object.finish();
    let sent = config.map(|config| {
        let success = ("OnSuccess", Outcome::Success);
        let failure = ("OnFailure", Outcome::Failure);
        let each = [success, failure].into_iter().filter_map(|(name, after)| {
            let to = destination(&config.object(name)?, "Destination", false)?;
            Some(AsyncDestination { after, to })
        });
        let sent = each.collect::<Vec<_>>();
        config.finish();
        sent
    });
    Some((unqualified(&arn), sent.unwrap_or_default()))
}

/// The one member that an object with a destination has. `kafka` is whether there is a cluster that a topic could
/// be in.
pub(super) fn destination(
    object: &Object<'_>,
    name: &'static str,
    kafka: bool,
) -> Option<Destination> {
    let text = object.text(name);
    object.finish();
    let parsed = Destination::parse(text?).and_then(|to| match to {
        Destination::KafkaTopic(topic) if !kafka => {
            Err(format!("the topic {topic} is in no cluster that is read"))
        }
        to => Ok(to),
    });
    object.parsed(name, parsed)
}
