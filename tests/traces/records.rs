//! A call as the record that CloudTrail writes of it.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use serde_json::{Value, json};

use super::calls::{ACCOUNT, Call, REGION};
use super::dates::{milliseconds, written};

const AGENT: &str = "Boto3/1.40.61 md/Botocore#1.40.61 ua/2.1 os/linux#5.10.244 md/arch#x86_64 lang/python#3.12.11 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.40.61";

/// The services of which these functions make data events only.
fn is_data_event(call: &Call) -> bool {
    matches!(call.source, "s3" | "dynamodb" | "sqs" | "sns" | "lambda")
}

fn is_read_only(call: &Call) -> bool {
    let verbs = ["Get", "Head", "List", "Describe", "Query"];
    verbs.iter().any(|verb| call.event.starts_with(verb))
}

/// The record of a call with a role, the `number`th of its trail.
pub(crate) fn record(role: &str, call: &Call, number: usize) -> Value {
    let data = is_data_event(call);
    let resources: Vec<_> = call
        .resources
        .iter()
        .map(|(kind, arn)| json!({"accountId": ACCOUNT, "type": kind, "ARN": arn}))
        .collect();
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": identity(role, call),
        "eventTime": written(call.at, "%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": format!("{}.amazonaws.com", call.source),
        "eventName": call.event,
        "awsRegion": REGION,
        "sourceIPAddress": "198.51.100.7",
        "userAgent": AGENT,
        "requestParameters": call.parameters,
        "responseElements": null,
        "requestID": id(call, number, 'a'),
        "eventID": id(call, number, 'b'),
        "readOnly": is_read_only(call),
        "eventType": "AwsApiCall",
        "managementEvent": !data,
        "recipientAccountId": ACCOUNT,
        "eventCategory": if data { "Data" } else { "Management" },
    });
    if !resources.is_empty() {
        record["resources"] = json!(resources);
    }
    if let Some(code) = call.error {
        record["errorCode"] = json!(code);
        record["errorMessage"] = json!("The request failed.");
    }
    record
}

/// The session of a function with its execution role.
fn identity(role: &str, call: &Call) -> Value {
    let session = format!("{role}-{}", call.workload);
    json!({
        "type": "AssumedRole",
        "principalId": format!("AROAEXAMPLE{role}:{session}"),
        "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
        "accountId": ACCOUNT,
        "accessKeyId": "ASIAEXAMPLE",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": format!("AROAEXAMPLE{role}"),
                "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
                "accountId": ACCOUNT,
                "userName": role,
            },
            "attributes": {"creationDate": written(call.at, "%Y-%m-%dT00:00:00Z"), "mfaAuthenticated": "false"},
        },
        "inScopeOf": {
            "issuerType": "AWS::Lambda::Function",
            "credentialsIssuedTo": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{session}"),
        },
    })
}

/// An id in the form of CloudTrail's, of the call's time and number.
fn id(call: &Call, number: usize, kind: char) -> String {
    let time = milliseconds(call.at);
    format!(
        "{:08x}-{kind}{:03x}-4000-8000-{number:012x}",
        time / 1_000_000,
        call.workload
    )
}
