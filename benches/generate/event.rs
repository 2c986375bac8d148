//! One record of the generated trail.

use std::fmt::Write;

use super::account::{ASKED, ROLES};
use super::calls::{CALLS, Call};
use super::random::Random;

/// What a record is made of.
#[derive(Clone)]
pub(crate) struct Event {
    principal: Principal,
    call: &'static Call,
    resource: u64,
    error: Option<&'static str>,
    second: u64,
    id: (u64, u64),
}

#[derive(Clone)]
enum Principal {
    /// An execution role, by number.
    Function(u64),
    /// A role that Lambda cannot take: pipelines, people.
    OtherRole(u64),
    Service,
    User(u64),
}

/// Codes of calls that IAM refused and of calls that failed for another reason.
const ERRORS: [&str; 5] = [
    "AccessDenied",
    "ThrottlingException",
    "ResourceNotFoundException",
    "Client.UnauthorizedOperation",
    "NoSuchKey",
];

/// How many kinds of calls one function makes.
const KINDS: u64 = 6;

/// The event with this number.
pub(crate) fn pick(random: &mut Random, number: u64) -> Event {
    let principal = match random.below(100) {
        0..45 => Principal::Function(random.tail(ASKED)),
        45..60 => Principal::Function(ASKED + random.tail(ROLES - ASKED)),
        60..85 => Principal::OtherRole(random.tail(20)),
        85..95 => Principal::Service,
        _ => Principal::User(random.tail(30)),
    };
    let call = match principal {
        Principal::Function(role) => {
            let kind = role * 7 + random.tail(KINDS) * 5;
            &CALLS[usize::try_from(kind).unwrap_or_default() % CALLS.len()]
        }
        _ => random.of(&CALLS),
    };
    Event {
        principal,
        call,
        resource: random.tail(call.resource_count),
        error: random.one_in(25).then(|| *random.of(&ERRORS)),
        second: number * 60 * 60 * 24 * 30 / super::EVENTS,
        id: (random.next(), random.next()),
    }
}

impl Event {
    /// Appends the record's JSON, with the keys in CloudTrail's order.
    pub(crate) fn write(&self, to: &mut String) {
        let Event { call, id, .. } = self;
        let function = match self.principal {
            Principal::Function(role) => format!("shop-{role:02}"),
            _ => "deploy".into(),
        };
        let filled = |text: &str| {
            text.replace("<r>", &format!("{:04}", self.resource))
                .replace("<f>", &function)
        };
        let agent = match self.principal {
            Principal::Function(_) => FUNCTION_AGENT,
            Principal::Service => "lambda.amazonaws.com",
            _ => "aws-cli/2.31.3 md/awscrt#0.27.6 ua/2.1 os/linux#6.1.0 lang/python#3.13.7",
        };
        let (minute, second) = (self.second / 60, self.second % 60);
        let (hour, minute) = (minute / 60, minute % 60);
        let time = format!(
            "2026-10-{:02}T{:02}:{minute:02}:{second:02}Z",
            1 + hour / 24,
            hour % 24
        );
        let error = self.error.map_or_else(String::new, |code| {
            format!(r#""errorCode":"{code}","errorMessage":"it did not work out","#)
        });
        let resources = call.resources.map_or_else(String::new, |resources| {
            format!(r#""resources":{},"#, filled(resources))
        });
        let _ = write!(
            to,
            r#"{{"eventVersion":"1.11","userIdentity":{identity},"eventTime":"{time}","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"eu-central-1","sourceIPAddress":"10.{a}.{b}.17","userAgent":"{agent}",{error}"requestParameters":{request},"responseElements":null,"requestID":"{high:08x}-{low:04x}-4{low:03x}-8000-{high:012x}","eventID":"{event_id}","readOnly":true,{resources}"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{source}.eu-central-1.amazonaws.com"}}}}"#,
            identity = self.principal.identity(),
            source = call.source,
            name = call.name,
            request = filled(call.request),
            a = id.0 % 200,
            b = id.1 % 200,
            high = id.0 % (1 << 32),
            low = id.1 % (1 << 12),
            event_id = uuid(*id),
        );
    }
}

const FUNCTION_AGENT: &str = "Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#5.10.244 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.40.61";

fn uuid((high, low): (u64, u64)) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

impl Principal {
    fn identity(&self) -> String {
        let (path, name, session) = match self {
            Principal::Function(role) => (
                "service-role/",
                format!("shop-{role:02}-role"),
                format!("shop-{role:02}"),
            ),
            Principal::OtherRole(role) => ("", format!("deploy-{role:02}"), "pipeline".into()),
            Principal::Service => {
                return r#"{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}"#.into();
            }
            Principal::User(user) => {
                return format!(
                    r#"{{"type":"IAMUser","principalId":"AIDAEXAMPLE{user:04}","arn":"arn:aws:iam::123456789012:user/user-{user}","accountId":"123456789012","accessKeyId":"AKIAEXAMPLE{user:04}","userName":"user-{user}"}}"#
                );
            }
        };
        format!(
            r#"{{"type":"AssumedRole","principalId":"AROAEXAMPLE{name}:{session}","arn":"arn:aws:sts::123456789012:assumed-role/{name}/{session}","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE{name}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLE{name}","arn":"arn:aws:iam::123456789012:role/{path}{name}","accountId":"123456789012","userName":"{name}"}},"attributes":{{"creationDate":"2026-10-02T06:12:41Z","mfaAuthenticated":"false"}}}}}}"#
        )
    }
}
