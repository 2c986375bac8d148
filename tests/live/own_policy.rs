//! `packaging/tightrope-policy.json`, the policy of the program's own role: what it proposes for itself from the records of its own
//! calls, with the names of this account left open.

use std::fs;

use serde_json::{Value, json};

use crate::bucket::{self, There, What};
use crate::program;
use crate::stand_in::StandIn;
use crate::stand_in::folder::folder;

use super::last_accessed::{iam, page};
use super::run::{UNTIL, log, run, shop};
use super::schedules::webshop;

const SHIPPED: &str = "packaging/tightrope-policy.json";
const ROLE: &str = "arn:aws:iam::123456789012:role/tightrope";
const TRAIL: &str = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit";

/// What a call looks like in CloudTrail: event source, event name, parameters, and the resources of a data event.
struct Record(&'static str, &'static str, Value, Value);

/// A call of the account. GetCallerIdentity needs no permission.
fn of_account(call: &str) -> Option<Record> {
    let (name, of) = call.split_once(' ').unwrap_or((call, ""));
    let role = || format!("arn:aws:iam::123456789012:role/{of}");
    let (group, schedule) = of.split_once('/').unwrap_or_default();
    let (source, name, asked) = match name {
        "GetCallerIdentity" => return None,
        "GetAccountAuthorizationDetails" => ("iam", "GetAccountAuthorizationDetails", Value::Null),
        "GenerateServiceLastAccessedDetails" => (
            "iam",
            "GenerateServiceLastAccessedDetails",
            json!({"arn": role()}),
        ),
        "GetServiceLastAccessedDetails" => {
            ("iam", "GetServiceLastAccessedDetails", json!({"jobId": of}))
        }
        "ListFunctions" => ("lambda", "ListFunctions20150331", Value::Null),
        "ListEventSourceMappings" => ("lambda", "ListEventSourceMappings20150331", Value::Null),
        "ListFunctionEventInvokeConfigs" => (
            "lambda",
            "ListFunctionEventInvokeConfigs",
            json!({"functionName": of}),
        ),
        "ListFunctionUrlConfigs" => (
            "lambda",
            "ListFunctionUrlConfigs",
            json!({"functionName": of}),
        ),
        "ListRules" => ("events", "ListRules", json!({"limit": 100})),
        "ListTargetsByRule" => ("events", "ListTargetsByRule", json!({"rule": of})),
        "ListSchedules" => ("scheduler", "ListSchedules", Value::Null),
        "GetSchedule" => (
            "scheduler",
            "GetSchedule",
            json!({"name": schedule, "groupName": group}),
        ),
        "DescribeTrails" => ("cloudtrail", "DescribeTrails", Value::Null),
        "GetEventSelectors" => (
            "cloudtrail",
            "GetEventSelectors",
            json!({"trailName": TRAIL}),
        ),
        other => panic!("a call without a permission in {SHIPPED}: {other}"),
    };
    Some(Record(source, name, asked, Value::Null))
}

/// A call of the trail. S3 says ListObjects of its second version too.
fn of_trail(call: &What) -> Option<Record> {
    let bucket =
        json!({"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::logs"});
    Some(match call {
        What::Caller => return None,
        What::Head => Record(
            "s3",
            "HeadBucket",
            json!({"bucketName": "logs"}),
            json!([bucket]),
        ),
        What::List { prefix, .. } => {
            let asked = json!({"bucketName": "logs", "prefix": prefix, "list-type": "2"});
            Record("s3", "ListObjects", asked, json!([bucket]))
        }
        What::Get(key) => {
            let object =
                json!({"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::logs/{key}")});
            Record(
                "s3",
                "GetObject",
                json!({"bucketName": "logs", "key": key}),
                json!([object, bucket]),
            )
        }
        What::Lookup(..) => Record(
            "cloudtrail",
            "LookupEvents",
            json!({"maxResults": 50}),
            Value::Null,
        ),
    })
}

/// The records of all that a run with every option asks, and of a look into the event history.
fn records() -> Vec<Value> {
    let aws = StandIn::new(|call, _| match call.what.split_once(' ') {
        Some(("GenerateServiceLastAccessedDetails", _)) => {
            iam("GenerateServiceLastAccessedDetails", "<JobId>job</JobId>")
        }
        Some(("GetServiceLastAccessedDetails", _)) => page("", "<IsTruncated>false</IsTruncated>"),
        _ if call.what == "DescribeTrails" || call.what == "GetEventSelectors" => shop(call),
        _ => webshop(call),
    });
    let (logs, out) = (bucket::StandIn::new(log()), folder());
    let ended = run(&aws, &logs, out.path(), &format!("{UNTIL} --last-accessed"));
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let history = There {
        account: "123456789012",
        page: 1,
        ..There::default()
    };
    let history = bucket::StandIn::new(history);
    history.tightrope("status --trail lookup:// --days 1");
    let calls = aws.calls();
    let of_account = calls.iter().filter_map(|call| of_account(&call.what));
    let asked = [logs.asked(), history.asked()].concat();
    let of_trail = asked.iter().filter_map(|asked| of_trail(&asked.what));
    of_account
        .chain(of_trail)
        .enumerate()
        .map(|(number, record)| recorded(number, record))
        .collect()
}

fn recorded(number: usize, Record(source, name, parameters, resources): Record) -> Value {
    let region = if source == "iam" {
        "us-east-1"
    } else {
        "eu-central-1"
    };
    let data = resources.is_array();
    json!({"eventVersion": "1.11", "eventTime": "2026-10-20T08:00:00Z", "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name, "awsRegion": region, "sourceIPAddress": "10.0.0.1", "userAgent": "aws-sdk-rust/1.3",
        "eventID": format!("00000000-0000-4000-8000-{number:012}"), "readOnly": true, "managementEvent": !data,
        "userIdentity": {"type": "AssumedRole", "principalId": "AROA:run", "accountId": "123456789012",
            "arn": "arn:aws:sts::123456789012:assumed-role/tightrope/run", "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {"sessionIssuer": {"type": "Role", "principalId": "AROA", "accountId": "123456789012",
                "arn": ROLE, "userName": "tightrope"}}},
        "requestParameters": parameters, "resources": resources, "eventType": "AwsApiCall",
        "eventCategory": if data { "Data" } else { "Management" }, "recipientAccountId": "123456789012"})
}

/// A resource with what is of this account left open. The bucket is the one that whoever takes the policy has to name.
fn opened(resource: &str) -> String {
    let open = resource
        .replace("eu-central-1", "*")
        .replace("123456789012", "*");
    let (begin, rest) = match open.split_once("arn:aws:s3:::logs") {
        Some(("", "")) => return "arn:aws:s3:::YOUR-TRAIL-BUCKET".into(),
        Some(("", _)) => return "arn:aws:s3:::YOUR-TRAIL-BUCKET/*".into(),
        _ => open.rsplit_once(':').unwrap_or(("", &open)),
    };
    match rest.split_once('/') {
        Some((kind, rest)) => format!(
            "{begin}:{kind}/{}",
            if rest.contains('/') { "*/*" } else { "*" }
        ),
        None if resource == "*" => "*".into(),
        // `function:orders`
        None => format!("{begin}:*"),
    }
}

#[test]
fn the_policy_of_its_own_role_is_what_it_proposes_for_itself() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("log.json"), json!({"Records": records()}).to_string()).expect("a file");
    let all = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let trust = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole"}});
    let account = json!({"UserDetailList": [], "GroupDetailList": [], "Policies": [], "RoleDetailList": [{"Path": "/",
        "RoleName": "tightrope", "RoleId": "AROA", "Arn": ROLE, "CreateDate": "2026-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": trust, "InstanceProfileList": [], "AttachedManagedPolicies": [],
        "RolePolicyList": [{"PolicyName": "all", "PolicyDocument": all}]}]});
    fs::write(path("account.json"), account.to_string()).expect("a file");
    let words = [
        "propose",
        "--trail",
        &path("log.json"),
        "--account",
        &path("account.json"),
        "--accept-coverage",
        "--unobservable",
        "remove",
        "--generalize",
        "exact",
        "--format",
        "json",
    ];
    let ended = program::tightrope(words);
    let report: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    let mut statements = Vec::new();
    for document in report["roles"][0]["proposal"]["documents"]
        .as_array()
        .expect("a proposal")
    {
        let written = document["policy"]["Statement"].as_array().expect("a list");
        for (statement, why) in written
            .iter()
            .zip(document["statements"].as_array().expect("a list"))
        {
            let reasons = why["reasons"].as_array().expect("a list");
            if reasons.iter().any(|reason| reason["ground"] == "used") {
                statements.push(without_names(statement.clone()));
            }
        }
    }
    let proposed = json!({"Version": "2012-10-17", "Statement": statements});
    let shipped = fs::read_to_string(SHIPPED).unwrap_or_default();
    let readme = fs::read_to_string("README.md").expect("a README");
    assert!(
        readme.contains(&format!("```json\n{shipped}```\n")),
        "the README shows it"
    );
    let shipped: Value = serde_json::from_str(&shipped).unwrap_or_default();
    assert_eq!(shipped, proposed, "{SHIPPED} should be\n{proposed:#}");
}

/// The same for whatever account and Region.
fn without_names(mut statement: Value) -> Value {
    // In whatever Region.
    let of_region = json!({"StringEquals": {"aws:RequestedRegion": "eu-central-1"}});
    if statement.get("Condition") == Some(&of_region) {
        statement
            .as_object_mut()
            .expect("a statement")
            .remove("Condition");
    }
    let resources = match statement["Resource"].take() {
        Value::Array(several) => several,
        one => vec![one],
    };
    let mut open: Vec<_> = resources
        .iter()
        .map(|one| opened(one.as_str().expect("a text")))
        .collect();
    open.sort();
    open.dedup();
    statement["Resource"] = match open.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    statement
}
