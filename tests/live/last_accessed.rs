//! `tightrope account pull --last-accessed` against a stand-in on loopback.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html>
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html>

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::stand_in::answers::{caller, iam_error};
use crate::stand_in::{Call, Reply, StandIn};

const ASKED: &str = "--region eu-central-1 --last-accessed";

pub(super) fn iam(operation: &str, result: &str) -> Reply {
    Reply::Body(
        200,
        format!(
            "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}\
             </{operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{operation}Response>"
        ),
    )
}

/// Three roles of functions and one of machines.
fn roles() -> Reply {
    let role = |(name, service): (&str, &str)| {
        format!(
            "<member><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROA</RoleId>\
             <Arn>arn:aws:iam::123456789012:role/{name}</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>\
             <AssumeRolePolicyDocument>%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22\
             {service}.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D</AssumeRolePolicyDocument>\
             <InstanceProfileList/><RolePolicyList/><AttachedManagedPolicies/></member>"
        )
    };
    let of_functions = ["invoices", "orders", "reports"].map(|name| (name, "lambda"));
    let all = of_functions.into_iter().chain([("bastion", "ec2")]);
    let all: String = all.map(role).collect();
    let details = format!(
        "<IsTruncated>false</IsTruncated><UserDetailList/><GroupDetailList/><RoleDetailList>{all}</RoleDetailList><Policies/>"
    );
    iam("GetAccountAuthorizationDetails", &details)
}

pub(super) fn page(services: &str, more: &str) -> Reply {
    let result = format!(
        "<JobStatus>COMPLETED</JobStatus><JobType>ACTION_LEVEL</JobType><JobCreationDate>2026-10-18T08:00:01.214Z\
         </JobCreationDate><ServicesLastAccessed>{services}</ServicesLastAccessed><JobCompletionDate>2026-10-18T08:00:03Z\
         </JobCompletionDate>{more}"
    );
    iam("GetServiceLastAccessedDetails", &result)
}

const ORDERS: &str = "arn:aws:iam::123456789012:role/orders";

/// A report of two pages, which is not there at once.
fn well(call: &Call, before: usize) -> Reply {
    let lists = |name: &str| Reply::Body(200, json!({name: []}).to_string());
    match (call.what.as_str(), call.marker.as_str()) {
        ("GetAccountAuthorizationDetails", _) => roles(),
        ("GetCallerIdentity", _) => caller(),
        ("ListFunctions", _) => lists("Functions"),
        ("DescribeTrails", _) => lists("trailList"),
        ("GetServiceLastAccessedDetails job-of-orders", "") if before == 0 => iam(
            "GetServiceLastAccessedDetails",
            "<JobStatus>IN_PROGRESS</JobStatus><JobCreationDate>2026-10-18T08:00:01.214Z</JobCreationDate>",
        ),
        ("GetServiceLastAccessedDetails job-of-orders", "") => page(
            &format!(
                "<member><ServiceName>Amazon SQS</ServiceName><LastAuthenticated>2026-10-17T06:10:44Z</LastAuthenticated>\
                 <ServiceNamespace>sqs</ServiceNamespace><LastAuthenticatedEntity>{ORDERS}</LastAuthenticatedEntity>\
                 <LastAuthenticatedRegion>eu-central-1</LastAuthenticatedRegion><TotalAuthenticatedEntities>1\
                 </TotalAuthenticatedEntities><TrackedActionsLastAccessed><member><ActionName>CreateQueue</ActionName>\
                 <LastAccessedEntity>{ORDERS}</LastAccessedEntity><LastAccessedTime>2026-03-01T04:00:00Z</LastAccessedTime>\
                 <LastAccessedRegion>eu-central-1</LastAccessedRegion></member><member><ActionName>DeleteQueue</ActionName>\
                 </member></TrackedActionsLastAccessed></member>"
            ),
            "<IsTruncated>true</IsTruncated><Marker>2</Marker>",
        ),
        ("GetServiceLastAccessedDetails job-of-orders", "2") => page(
            "<member><ServiceName>AWS X-Ray</ServiceName><ServiceNamespace>xray</ServiceNamespace>\
             <TotalAuthenticatedEntities>0</TotalAuthenticatedEntities></member>",
            "<IsTruncated>false</IsTruncated>",
        ),
        (
            "GetServiceLastAccessedDetails job-of-invoices"
            | "GetServiceLastAccessedDetails job-of-reports",
            _,
        ) => page("", "<IsTruncated>false</IsTruncated>"),
        (what, _) => match what.strip_prefix("GenerateServiceLastAccessedDetails ") {
            Some(role) => iam(
                "GenerateServiceLastAccessedDetails",
                &format!("<JobId>job-of-{role}</JobId>"),
            ),
            None => panic!("nobody asks for {what}"),
        },
    }
}

fn said(out: &TempDir, role: &str) -> Option<Value> {
    let path = out.path().join(format!("last-accessed/{role}.json"));
    let text = fs::read_to_string(path).ok()?;
    Some(serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn a_report_of_each_execution_role_is_awaited_and_written_whole_as_the_cli_prints_it() {
    let (aws, out) = (StandIn::new(well), TempDir::new().expect("a folder"));
    let left = out.path().join("last-accessed/gone.json");
    fs::create_dir(out.path().join("last-accessed")).expect("a folder");
    fs::write(&left, "{}").expect("a file of an earlier run");
    let ended = aws.pull(out.path(), ASKED);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let expected = json!({"JobStatus": "COMPLETED", "JobType": "ACTION_LEVEL",
        "JobCreationDate": "2026-10-18T08:00:01.214000+00:00",
        "ServicesLastAccessed": [
            {"ServiceName": "Amazon SQS", "LastAuthenticated": "2026-10-17T06:10:44+00:00", "ServiceNamespace": "sqs",
                "LastAuthenticatedEntity": ORDERS, "LastAuthenticatedRegion": "eu-central-1", "TotalAuthenticatedEntities": 1,
                "TrackedActionsLastAccessed": [
                    {"ActionName": "CreateQueue", "LastAccessedEntity": ORDERS,
                        "LastAccessedTime": "2026-03-01T04:00:00+00:00", "LastAccessedRegion": "eu-central-1"},
                    {"ActionName": "DeleteQueue"}]},
            {"ServiceName": "AWS X-Ray", "ServiceNamespace": "xray", "TotalAuthenticatedEntities": 0}],
        "JobCompletionDate": "2026-10-18T08:00:03+00:00", "IsTruncated": false});
    assert_eq!(said(&out, "orders"), Some(expected));
    assert!(said(&out, "reports").is_some());
    assert_eq!(said(&out, "bastion"), None, "no role of functions");
    assert!(!left.exists());
    assert_eq!(aws.asked("GetServiceLastAccessedDetails job-of-orders"), 3);
}

#[test]
fn a_role_that_iam_says_nothing_of_is_not_covered() {
    let answer = |call: &Call, before| match call.what.as_str() {
        "GetServiceLastAccessedDetails job-of-invoices" => Reply::Cut,
        "GenerateServiceLastAccessedDetails orders" => iam_error(403, "AccessDenied"),
        "GetServiceLastAccessedDetails job-of-reports" => iam(
            "GetServiceLastAccessedDetails",
            "<JobStatus>FAILED</JobStatus><JobCreationDate>2026-10-18T08:00:01Z</JobCreationDate>\
             <JobCompletionDate>2026-10-18T08:00:01Z</JobCompletionDate><Error><Message>no luck</Message><Code>Odd</Code></Error>",
        ),
        _ => well(call, before),
    };
    let (aws, out) = (StandIn::new(answer), TempDir::new().expect("a folder"));
    let keys = [
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    let ended = aws.pull_with(out.path(), ASKED, &keys);
    assert_eq!(ended.code, 0);
    assert!(
        ended
            .stdout
            .ends_with("3 things are not covered: see not-covered.json\n"),
        "{}",
        ended.stdout
    );
    let lines: Vec<_> = ended.stderr.lines().collect();
    let [cut, denied, failed] = lines[..] else {
        panic!("{lines:?}");
    };
    assert!(
        cut.starts_with("not covered: last access of role invoices: the answer is broken off"),
        "{cut}"
    );
    assert_eq!(
        denied,
        "not covered: last access of role orders: denied: the permission iam:GenerateServiceLastAccessedDetails is missing: about it"
    );
    assert_eq!(
        failed,
        "not covered: last access of role reports: AWS says Odd: no luck"
    );
    assert_eq!((said(&out, "orders"), said(&out, "reports")), (None, None));
}

#[test]
fn nobody_is_asked_what_was_last_accessed_without_the_wish() {
    let (aws, out) = (StandIn::new(well), TempDir::new().expect("a folder"));
    let ended = aws.pull(out.path(), "--region eu-central-1");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(aws.asked("GenerateServiceLastAccessedDetails orders"), 0);
}
