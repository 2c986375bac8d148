//! Answers as they came. The SDK's types know the members of the day when it was made, and forget others; the AWS CLI
//! prints the answer of a JSON protocol as it is, without members that are null.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_lambda::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_lambda::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_lambda::error::{BoxError, ProvideErrorMetadata, SdkError};
use jiff::Timestamp;
use serde_json::Value;

use super::Fault;

/// Keeps the body of the last answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Intercept for Kept {
    fn name(&self) -> &'static str {
        "KeepsTheAnswer"
    }

    fn read_after_deserialization(
        &self,
        answer: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = answer.response().body().bytes().unwrap_or_default();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.to_vec();
        Ok(())
    }
}

impl Kept {
    /// Whether there is an answer. That the SDK's types cannot hold it is no reason not to have it.
    pub(super) fn answered<E>(
        &self,
        call: Result<(), SdkError<E>>,
        permission: &'static str,
    ) -> Result<(), Fault>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let Err(error) = call else {
            return Ok(());
        };
        let good = error.raw_response();
        let good = good.is_some_and(|answer| answer.status().is_success());
        match good && self.value().is_ok() {
            true => Ok(()),
            false => Err(Fault::of(&error, permission)),
        }
    }

    /// The answer.
    pub(super) fn value(&self) -> Result<Value, Fault> {
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = serde_json::from_slice(&body);
        let value = value.map_err(|error| Fault::NotUnderstood(format!("not JSON: {error}")))?;
        Ok(without_null(value))
    }

    /// The members of a list in it.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Value>, Fault> {
        match self.value()?.get_mut(name).map(Value::take) {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(Fault::NotUnderstood(format!("it has no list `{name}`"))),
        }
    }
}

/// All pages of a list, in order. `call` asks for the page with this marker.
///
/// # Errors
/// When a page cannot be read: then there is no list.
pub(super) async fn pages<E>(
    name: &str,
    permission: &'static str,
    call: impl AsyncFn(Option<String>, Kept) -> Result<(), SdkError<E>>,
) -> Result<Vec<Value>, Fault>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (mut items, mut marker) = (Vec::new(), None);
    loop {
        let kept = Kept::default();
        kept.answered(call(marker.clone(), kept.clone()).await, permission)?;
        items.extend(kept.list(name)?);
        let answer = kept.value()?;
        let next = ["NextMarker", "NextToken"].map(|name| text(&answer, name));
        let next = next.into_iter().find(|next| !next.is_empty());
        marker = next_page(next.is_some(), next.map(str::to_owned), marker.as_ref())?;
        if marker.is_none() {
            return Ok(items);
        }
    }
}

/// The name of the page after this one, if there is one. Some answers say that apart from its name.
pub(crate) fn next_page(
    is_more: bool,
    next: Option<String>,
    this: Option<&String>,
) -> Result<Option<String>, Fault> {
    let odd = match next.as_ref().filter(|_| is_more) {
        None if is_more => "there are more pages and no name of the next",
        Some(next) if Some(next) == this => "a page names itself as the next",
        _ => return Ok(next.filter(|_| is_more)),
    };
    Err(Fault::NotUnderstood(odd.into()))
}

/// A member that is a text; empty when there is none.
pub(super) fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn without_null(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(without_null).collect(),
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_null(value)))
            .collect(),
        other => other,
    }
}

/// Writes the times of a JSON protocol, seconds since 1970 or a text, as the AWS CLI does.
pub(super) fn with_dates(mut item: Value, names: &[&str]) -> Value {
    for name in names {
        let Some(member) = item.get_mut(*name) else {
            continue;
        };
        let time = match *member {
            Value::String(ref text) => text.parse().ok(),
            ref other => other.as_f64().and_then(since_1970),
        };
        if let Some(time) = time {
            *member = Value::String(date(time));
        }
    }
    item
}

fn since_1970(seconds: f64) -> Option<Timestamp> {
    // To the microsecond, as the CLI.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "microseconds since 1970 are whole numbers below 2^53, and what is not is out of range"
    )]
    let micros = (seconds * 1e6).round() as i64;
    Timestamp::from_microsecond(micros).ok()
}

/// A time in UTC, as the CLI writes it: to the second, or to the microsecond.
pub(super) fn date(time: Timestamp) -> String {
    let text = match time.subsec_nanosecond() {
        0 => time.to_string(),
        _ => format!("{time:.6}"),
    };
    text.replace('Z', "+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_that_are_null_are_left_out_and_times_are_written_as_the_cli_does() {
        let item = json!({"a": null, "b": [{"c": null, "d": 1}], "LastModified": 1_790_000_000.25});
        let item = with_dates(
            without_null(item),
            &["LastModified", "StartingPositionTimestamp"],
        );
        let expected = json!({"b": [{"d": 1}], "LastModified": "2026-09-21T14:13:20.250000+00:00"});
        assert_eq!(item, expected);
    }
}
