//! One CloudTrail record as an event: who called what, when, and how it ended.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use memchr::memmem;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::iam::{AccountId, Arn};

use super::identity::{AccessKeyId, Caller, Identity, IssuedTo};
use super::lenient::Text;

/// The id that CloudTrail gives an event, the same in every copy that it delivers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(super) Box<str>);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a record is not an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEvent {
    /// The record is not the JSON that CloudTrail writes.
    #[error("the record cannot be read: {0}")]
    Json(String),
    /// The record lacks what every record has.
    #[error("the record has no `{0}`")]
    Missing(&'static str),
}

/// A record's kind, from `eventType` and `eventCategory`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An API call.
    Call,
    /// Something that a service did by itself, without a caller.
    ServiceEvent,
    /// A sign-in to the console.
    SignIn,
    /// CloudTrail Insights: a statement about calls, not a call.
    Insight,
    /// Another kind, for example network activity.
    Other,
}

/// What CloudTrail's selectors tell events apart by first, from `eventCategory` and, in older records, `managementEvent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// A management event: recorded unless a trail is told otherwise.
    Management,
    /// A data event: recorded only where a trail asks for its resource type.
    Data,
    /// A network activity event, of a VPC endpoint.
    NetworkActivity,
    /// Neither, such as Insights.
    Other,
    /// The record does not tell.
    Unknown,
}

/// One record, with what decides read and the rest left as it lies.
#[derive(Debug)]
pub struct Event<'a> {
    /// CloudTrail's id of it; `None` when something between CloudTrail and here lost it.
    pub id: Option<EventId>,
    /// When it happened; `None` when the record does not tell. The call shows use all the same.
    pub time: Option<Timestamp>,
    /// `eventSource`, for example `s3.amazonaws.com`.
    pub source: Cow<'a, str>,
    /// `eventName`, for example `GetObject`.
    pub name: Cow<'a, str>,
    /// The kind of record.
    pub kind: Kind,
    /// What a trail's selectors take it for.
    pub category: Category,
    /// `readOnly`; `None` when the record does not tell.
    pub read_only: Option<bool>,
    /// Who called.
    pub caller: Caller,
    /// The region that the call was made to.
    pub region: Cow<'a, str>,
    /// The account whose log this is.
    pub account: Option<AccountId>,
    /// The address that the call came from, or the service that made it.
    pub address: Cow<'a, str>,
    /// The program that made the call.
    pub agent: Cow<'a, str>,
    /// The VPC endpoint that the call went through, if the record names one.
    pub vpc_endpoint: Option<Cow<'a, str>>,
    /// Whether the session's keys were obtained through the console.
    pub from_console: bool,
    /// `errorCode`.
    pub error_code: Option<Cow<'a, str>>,
    /// `errorMessage`.
    pub error_message: Option<Cow<'a, str>>,
    parameters: Option<&'a RawValue>,
    response: Option<&'a RawValue>,
    resources: Option<&'a RawValue>,
    additional: Option<&'a RawValue>,
    identity: Identity<'a>,
}

impl<'a> Event<'a> {
    /// Reads one record.
    ///
    /// # Errors
    /// When the bytes are not a JSON object with an `eventSource` and an `eventName`.
    pub fn parse(record: &'a [u8]) -> Result<Self, NotAnEvent> {
        // Text that is known to be UTF-8 is not checked again string by string.
        let raw: Result<Record<'a>, _> = match std::str::from_utf8(record) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(record),
        };
        let raw = raw.map_err(|error| NotAnEvent::Json(error.to_string()))?;
        Ok(Event {
            caller: raw.identity.caller(),
            kind: kind(raw.event_type.get(), raw.category.get()),
            category: category(raw.category.get(), raw.management.get()),
            read_only: truth(raw.read_only.get()),
            id: raw.id.take().map(|id| EventId(id.into())),
            time: raw.time.get().and_then(time),
            source: raw
                .source
                .take()
                .ok_or(NotAnEvent::Missing("eventSource"))?,
            name: raw.name.take().ok_or(NotAnEvent::Missing("eventName"))?,
            region: raw.region.take().unwrap_or_default(),
            account: raw.account.get().and_then(|account| account.parse().ok()),
            address: raw.address.take().unwrap_or_default(),
            agent: raw.agent.take().unwrap_or_default(),
            vpc_endpoint: raw.vpc_endpoint.take(),
            from_console: raw.from_console.get() == Some("true"),
            error_code: raw.error_code.take(),
            error_message: raw.error_message.take(),
            parameters: raw.parameters,
            response: raw.response,
            resources: raw.resources,
            additional: raw.additional,
            identity: raw.identity,
        })
    }

    /// The service that made the call with the caller's session, if one did.
    #[must_use]
    pub fn invoked_by(&self) -> Option<&str> {
        self.identity.invoked_by.get()
    }

    /// The ARN of the caller, where it has one.
    pub(super) fn caller_arn(&self) -> Option<&str> {
        self.identity.arn.get()
    }

    /// The access key that the call was signed with.
    #[must_use]
    pub fn access_key(&self) -> Option<AccessKeyId> {
        AccessKeyId::of(self.identity.access_key.get()?)
    }

    /// The function that Lambda gave the caller's credentials to.
    #[must_use]
    pub fn issued_to(&self) -> Option<IssuedTo> {
        self.identity.issued_to()
    }

    /// `additionalEventData`; null when the record has none.
    pub(super) fn additional(&self) -> Value {
        value(self.additional)
    }

    /// `requestParameters`; null when the record has none or CloudTrail left them out.
    #[must_use]
    pub fn parameters(&self) -> Value {
        value(self.parameters)
    }

    /// `responseElements`; null when the record has none.
    #[must_use]
    pub fn response(&self) -> Value {
        value(self.response)
    }

    /// The ARNs that the record lists under `resources`; services spell the key in two ways.
    #[must_use]
    pub fn resources(&self) -> Vec<Arn> {
        let Value::Array(list) = value(self.resources) else {
            return Vec::new();
        };
        let arn = |resource: &Value| {
            let text = resource.get("ARN").or_else(|| resource.get("arn"))?;
            text.as_str()?.parse().ok()
        };
        list.iter().filter_map(arn).collect()
    }

    /// The CloudTrail resource types that the record lists under `resources`, such as `AWS::S3::Object`. Looked for as text,
    /// which takes a third of the time: a quote inside of a value has a `\` before it, so that `"type"` is a key or a value.
    pub fn resource_types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let raw = self.resources.map_or("", RawValue::get);
        static KEY: LazyLock<memmem::Finder<'_>> =
            LazyLock::new(|| memmem::Finder::new(r#""type""#));
        let keys = KEY.find_iter(raw.as_bytes());
        keys.filter_map(move |at| {
            let after = raw.get(at..)?.strip_prefix(r#""type""#)?.trim_start();
            let value = after.strip_prefix(':')?.trim_start();
            let (value, _) = value.strip_prefix('"')?.split_once('"')?;
            Some(value)
        })
    }
}

/// What serde reads of a record. Elements that decide little are read leniently, so that an odd one does
/// not cost the record.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default, rename = "eventID")]
    id: Text<'a>,
    #[serde(borrow, default, rename = "eventTime")]
    time: Text<'a>,
    #[serde(borrow, default, rename = "eventSource")]
    source: Text<'a>,
    #[serde(borrow, default, rename = "eventName")]
    name: Text<'a>,
    #[serde(borrow, default, rename = "eventType")]
    event_type: Text<'a>,
    #[serde(borrow, default, rename = "eventCategory")]
    category: Text<'a>,
    #[serde(borrow, default, rename = "managementEvent")]
    management: Text<'a>,
    #[serde(borrow, default, rename = "readOnly")]
    read_only: Text<'a>,
    #[serde(borrow, default, rename = "userIdentity")]
    identity: Identity<'a>,
    #[serde(borrow, default, rename = "awsRegion")]
    region: Text<'a>,
    #[serde(borrow, default, rename = "recipientAccountId")]
    account: Text<'a>,
    #[serde(borrow, default, rename = "sourceIPAddress")]
    address: Text<'a>,
    #[serde(borrow, default, rename = "userAgent")]
    agent: Text<'a>,
    #[serde(borrow, default, rename = "vpcEndpointId")]
    vpc_endpoint: Text<'a>,
    #[serde(borrow, default, rename = "sessionCredentialFromConsole")]
    from_console: Text<'a>,
    #[serde(borrow, default, rename = "errorCode")]
    error_code: Text<'a>,
    #[serde(borrow, default, rename = "errorMessage")]
    error_message: Text<'a>,
    #[serde(borrow, rename = "requestParameters")]
    parameters: Option<&'a RawValue>,
    #[serde(borrow, rename = "responseElements")]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    resources: Option<&'a RawValue>,
    #[serde(borrow, rename = "additionalEventData")]
    additional: Option<&'a RawValue>,
}

fn kind(event_type: Option<&str>, category: Option<&str>) -> Kind {
    match (event_type, category) {
        (_, Some("Insight")) | (Some("AwsCloudTrailInsight"), _) => Kind::Insight,
        (Some("AwsApiCall"), _) | (None, _) => Kind::Call,
        (Some("AwsServiceEvent"), _) => Kind::ServiceEvent,
        (Some("AwsConsoleSignIn" | "AwsConsoleAction"), _) => Kind::SignIn,
        _ => Kind::Other,
    }
}

fn category(category: Option<&str>, management: Option<&str>) -> Category {
    match (category, management) {
        (Some("Management"), _) | (None, Some("true")) => Category::Management,
        (Some("Data"), _) | (None, Some("false")) => Category::Data,
        (Some("NetworkActivity"), _) => Category::NetworkActivity,
        (Some(_), _) => Category::Other,
        (None, _) => Category::Unknown,
    }
}

fn truth(text: Option<&str>) -> Option<bool> {
    text.and_then(|text| text.parse().ok())
}

/// A time as CloudTrail writes it, `2026-10-02T08:15:00Z`, or as databases print it, in UTC without saying so.
fn time(text: &str) -> Option<Timestamp> {
    let without_zone = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse()
        .ok()
        .or_else(|| without_zone().map(|zoned| zoned.timestamp()))
}

fn value(raw: Option<&RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole",
        "arn":"arn:aws:sts::123456789012:assumed-role/orders-role/orders","sessionContext":{"sessionIssuer":
        {"type":"Role","arn":"arn:aws:iam::123456789012:role/service-role/orders-role"}}},
        "eventTime":"2026-10-02T08:15:00Z","eventSource":"kms.amazonaws.com","eventName":"Decrypt",
        "awsRegion":"eu-central-1","eventID":"e1","eventType":"AwsApiCall","recipientAccountId":"123456789012",
        "requestParameters":{"keyId":"k"},"resources":[{"ARN":"arn:aws:kms:eu-central-1:123456789012:key/k"},
        {"arn":"arn:aws:s3:::b"},{"type":"x"}]}"#;

    #[test]
    fn a_record_tells_role_session_and_resources() {
        let event = Event::parse(RECORD.as_bytes()).expect("a record");
        let Caller::Session { role, name } = &event.caller else {
            panic!("{:?}", event.caller)
        };
        assert_eq!((role.name(), name.as_str()), ("orders-role", "orders"));
        assert_eq!(event.resources().len(), 2);
        assert_eq!(event.resource_types().collect::<Vec<_>>(), ["x"]);
        assert_eq!(event.parameters()["keyId"], "k");
    }

    #[test]
    fn the_types_of_resources_are_found_however_they_are_written() {
        for (resources, expected) in [
            (
                r#"[{"type":"AWS::S3::Object","ARN":"a"},{ "ARN" : "b", "type" : "AWS::S3::Bucket" }]"#,
                "AWS::S3::Object AWS::S3::Bucket",
            ),
            (
                r#"[{"ARN":"arn:aws:s3:::b/\"type\":\"AWS::X::Y\"","type":"AWS::S3::Object"}]"#,
                "AWS::S3::Object",
            ),
            (
                r#"[{"type":null},{"type":7},{"ARN":"type"},{"ARN":"x"}]"#,
                "",
            ),
            ("[]", ""),
            ("null", ""),
            (r#""type""#, ""),
        ] {
            let record = RECORD.replace(
                r#""resources":["#,
                &format!(r#""resources":{resources},"others":["#),
            );
            let event = Event::parse(record.as_bytes()).expect("a record");
            let types: Vec<_> = event.resource_types().collect();
            assert_eq!(types.join(" "), expected, "{resources}");
        }
    }

    #[test]
    fn a_record_that_lacks_what_each_has_says_what() {
        let cases = [
            ("{}", "`eventSource`"),
            (
                r#"{"eventTime":"2026-10-02T08:15:00Z","eventID":"e","eventSource":"s3"}"#,
                "`eventName`",
            ),
            (r#"{"eventSource":"s3","eventName":null}"#, "`eventName`"),
            ("[]", "cannot be read"),
            ("{", "cannot be read"),
        ];
        for (record, expected) in cases {
            let error = Event::parse(record.as_bytes())
                .expect_err(record)
                .to_string();
            assert!(error.contains(expected), "{error} / {expected}");
        }
    }

    #[test]
    fn a_time_is_read_as_cloudtrail_writes_it_and_as_databases_print_it() {
        let expected = time("2024-11-25T17:51:21Z");
        assert!(expected.is_some());
        for text in [
            "2024-11-25 17:51:21.000000000",
            "2024-11-25T17:51:21",
            "2024-11-25T18:51:21+01:00",
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
        assert_eq!(time("soon"), None);
    }

    #[test]
    fn an_element_of_another_type_does_not_cost_the_record() {
        let odd = RECORD.replace(r#""awsRegion":"eu-central-1""#, r#""awsRegion":{"a":[1]}"#);
        let odd = odd.replace(
            r#""eventID":"e1""#,
            r#""eventID":17,"sessionCredentialFromConsole":true"#,
        );
        let event = Event::parse(odd.as_bytes()).expect("a record");
        assert_eq!((event.region.as_ref(), event.from_console), ("", true));
        assert_eq!(event.id.map(|id| id.to_string()).as_deref(), Some("17"));
    }

    #[test]
    fn a_session_without_an_issuer_is_known_by_its_own_arn() {
        let text = RECORD.replace("sessionIssuer", "somethingElse");
        let event = Event::parse(text.as_bytes()).expect("a record");
        assert!(
            matches!(&event.caller, Caller::Session { role, .. } if role.name() == "orders-role")
        );
    }
}
