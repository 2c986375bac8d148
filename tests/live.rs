//! `tightrope account pull` against a stand-in on loopback: what it writes, and what it says of what it could not read.
#![cfg(feature = "aws")]

mod program;
mod stand_in;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use stand_in::{Call, Reply, StandIn};

const REGION: &str = "--region eu-central-1";

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

fn json(folder: &TempDir, name: &str) -> Value {
    let text = fs::read_to_string(folder.path().join(name));
    let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
}

fn has(folder: &TempDir, name: &str) -> bool {
    folder.path().join(name).exists()
}

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22\
                     %3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
fn roles(names: &[&str], marker: Option<&str>) -> Reply {
    let role = |name: &&str| {
        format!(
            "<member><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROA</RoleId>\
             <Arn>arn:aws:iam::123456789012:role/{name}</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>\
             <AssumeRolePolicyDocument>{TRUST}</AssumeRolePolicyDocument><InstanceProfileList/>\
             <RolePolicyList><member><PolicyName>own</PolicyName><PolicyDocument>%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C\
             %22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D</PolicyDocument></member></RolePolicyList>\
             <AttachedManagedPolicies/><Tags><member><Key>team</Key><Value></Value></member></Tags>\
             <RoleLastUsed><LastUsedDate>2026-02-03T04:05:06Z</LastUsedDate><Region>eu-central-1</Region></RoleLastUsed></member>"
        )
    };
    let roles: String = names.iter().map(role).collect();
    let more = marker.map_or_else(
        || "<IsTruncated>false</IsTruncated>".to_owned(),
        |marker| format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"),
    );
    Reply::Body(
        200,
        format!(
            "<GetAccountAuthorizationDetailsResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
             <GetAccountAuthorizationDetailsResult>{more}<UserDetailList/><GroupDetailList/>\
             <RoleDetailList>{roles}</RoleDetailList><Policies/></GetAccountAuthorizationDetailsResult>\
             <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetAccountAuthorizationDetailsResponse>"
        ),
    )
}

fn iam_error(status: u16, code: &str) -> Reply {
    Reply::Body(
        status,
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code>\
             <Message>about it</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        ),
    )
}

fn json_error(status: u16, code: &str) -> Reply {
    ok(
        status,
        &json!({"__type": code, "message": "about it", "Message": "about it"}),
    )
}

fn ok(status: u16, body: &Value) -> Reply {
    Reply::Body(status, body.to_string())
}

fn function(region: &str, name: &str, role: &str) -> Value {
    json!({"FunctionName": name, "FunctionArn": format!("arn:aws:lambda:{region}:123456789012:function:{name}"),
        "Role": format!("arn:aws:iam::123456789012:role/service/{role}"), "Runtime": "python3.13", "KMSKeyArn": null,
        "Environment": {"Variables": {"STAGE": "prod"}}})
}

const TRAIL: &str = "arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit";

/// An account where all goes well: each list has two pages.
fn well(call: &Call) -> Reply {
    let Call {
        what,
        region,
        marker,
    } = call;
    let page = |list: &str, first: Value, second: Value| match marker.as_str() {
        "" => ok(200, &json!({list: [first], "NextMarker": "2"})),
        _ => ok(200, &json!({list: [second], "NextMarker": null})),
    };
    let arn = format!("arn:aws:lambda:{region}:123456789012:function:orders");
    match what.as_str() {
        "GetAccountAuthorizationDetails" if marker.is_empty() => roles(&["orders-role"], Some("2")),
        "GetAccountAuthorizationDetails" => roles(&["reports-role"], None),
        "ListFunctions" => page(
            "Functions",
            function(region, "orders", "orders-role"),
            function(region, "reports", "reports-role"),
        ),
        "ListEventSourceMappings" => page(
            "EventSourceMappings",
            json!({"UUID": "1", "FunctionArn": format!("{arn}:live"), "LastModified": 1_790_000_000.5,
                "EventSourceArn": format!("arn:aws:sqs:{region}:123456789012:orders"), "State": "Enabled"}),
            json!({"UUID": "2", "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:gone"}),
        ),
        "ListFunctionEventInvokeConfigs orders" => ok(
            200,
            &json!({"FunctionEventInvokeConfigs": [{"FunctionArn": format!("{arn}:$LATEST"), "LastModified": 1_790_000_000,
                "DestinationConfig": {"OnFailure": {"Destination": format!("arn:aws:sqs:{region}:123456789012:failed")}}}]}),
        ),
        "DescribeTrails" => ok(
            200,
            &json!({"trailList": [{"Name": "audit", "TrailARN": TRAIL, "HomeRegion": "eu-central-1",
                "IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "HasCustomEventSelectors": true}]}),
        ),
        "GetEventSelectors" => ok(
            200,
            &json!({"TrailARN": TRAIL, "AdvancedEventSelectors": [{"Name": "all",
                "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]}),
        ),
        what if what.starts_with("ListFunctionEventInvokeConfigs") => {
            ok(200, &json!({"FunctionEventInvokeConfigs": []}))
        }
        what if what.starts_with("ListFunctionUrlConfigs") => {
            ok(200, &json!({"FunctionUrlConfigs": []}))
        }
        other => panic!("nobody asks for {other}"),
    }
}

#[test]
fn every_page_is_read_and_written_as_the_cli_prints_it() {
    let (aws, out) = (StandIn::new(|call, _| well(call)), folder());
    let ended = aws.pull(out.path(), REGION);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(
        ended.stdout,
        "2 roles\neu-central-1: 2 functions, 1 trail\n"
    );

    let text = fs::read_to_string(out.path().join("account.json")).expect("it was written");
    let begins = r#"{
    "UserDetailList": [],
    "GroupDetailList": [],
    "RoleDetailList": [
        {
            "Path": "/",
            "RoleName": "orders-role",
            "RoleId": "AROA",
            "Arn": "arn:aws:iam::123456789012:role/orders-role",
            "CreateDate": "2026-01-02T03:04:05+00:00",
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
"#;
    assert!(text.starts_with(begins), "{text}");
    let account = json(&out, "account.json");
    let role = &account["RoleDetailList"][1];
    assert_eq!(role["RoleName"], "reports-role");
    assert_eq!(
        role["RoleLastUsed"]["LastUsedDate"],
        "2026-02-03T04:05:06+00:00"
    );
    assert_eq!(role["Tags"], json!([{"Key": "team", "Value": ""}]));
    assert_eq!(
        role["RolePolicyList"][0]["PolicyDocument"]["Statement"]["Action"],
        "s3:*"
    );

    let functions = json(&out, "eu-central-1/functions.json");
    let names =
        ["FunctionName", "KMSKeyArn"].map(|name| functions["Functions"][1].get(name).cloned());
    assert_eq!(names, [Some(json!("reports")), None]);
    let mappings = json(&out, "eu-central-1/event-source-mappings.json");
    let mappings = mappings["EventSourceMappings"].as_array().expect("a list");
    assert_eq!(mappings.len(), 1, "one is of a function that is gone");
    assert_eq!(
        mappings[0]["LastModified"],
        "2026-09-21T14:13:20.500000+00:00"
    );
    let none = json!({"FunctionEventInvokeConfigs": []});
    assert_eq!(
        json(&out, "eu-central-1/event-invoke-configs-reports.json"),
        none
    );
    assert_eq!(
        json(&out, "eu-central-1/event-selectors-audit.json")["TrailARN"],
        TRAIL
    );
    assert_eq!(json(&out, "not-covered.json"), json!({"not_covered": []}));
}

#[test]
fn what_is_written_is_read_by_the_other_commands() {
    let (aws, out) = (StandIn::new(|call, _| well(call)), folder());
    aws.pull(out.path(), REGION);
    let path = |name: &str| out.path().join(name).display().to_string();
    let (account, region) = (path("account.json"), path("eu-central-1"));
    let trail = "tests/cases/webshop/trail";
    let both = [
        "--account",
        &account,
        "--functions",
        &region,
        "--event-selectors",
        &region,
    ];
    let proposed = program::tightrope(["propose", "--trail", trail].iter().chain(&both));
    assert_eq!(
        (proposed.code, proposed.stderr.as_str()),
        (1, ""),
        "{}",
        proposed.stdout
    );
    assert!(
        proposed.stdout.contains("orders-role"),
        "{}",
        proposed.stdout
    );
    assert!(!proposed.stdout.contains("left out"), "{}", proposed.stdout);
    let checked = program::tightrope(["check", &account]);
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    assert!(
        checked.stdout.contains("no-wildcard-action"),
        "{}",
        checked.stdout
    );
}

#[test]
fn what_is_throttled_broken_or_cut_is_asked_again() {
    let answer = |call: &Call, before| match (call.what.as_str(), before) {
        ("GetAccountAuthorizationDetails", 0) => iam_error(400, "Throttling"),
        ("ListFunctions", 0) => json_error(429, "TooManyRequestsException"),
        ("ListEventSourceMappings", 0) => Reply::Cut,
        ("DescribeTrails", 0) => json_error(503, "ServiceUnavailable"),
        ("GetEventSelectors", 0) => json_error(400, "ThrottlingException"),
        _ => well(call),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    let ended = aws.pull(out.path(), REGION);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    // Two pages, each of them twice.
    assert_eq!(aws.asked("ListEventSourceMappings"), 4);
    assert_eq!(json(&out, "not-covered.json"), json!({"not_covered": []}));
}

#[test]
fn a_call_that_is_denied_is_named_with_its_permission_and_the_rest_is_written() {
    let answer = |call: &Call, before| match (call.what.as_str(), call.region.as_str()) {
        ("ListFunctions", "eu-west-1") => json_error(403, "AccessDeniedException"),
        ("ListFunctionUrlConfigs orders", _) => json_error(403, "AccessDeniedException"),
        ("GetEventSelectors", "eu-central-1") if before == 0 => {
            json_error(400, "AccessDeniedException")
        }
        _ => well(call),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    let ended = aws.pull(out.path(), "--region eu-west-1 --region eu-central-1");
    assert_eq!(ended.code, 0);
    let expected = "\
not covered: URLs of function orders in eu-central-1: denied: the permission lambda:ListFunctionUrlConfigs is missing: about it
not covered: event selectors of arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit in eu-central-1: denied: the permission \
cloudtrail:GetEventSelectors is missing: about it
not covered: functions in eu-west-1: denied: the permission lambda:ListFunctions is missing: about it
";
    assert_eq!(ended.stderr, expected);
    let gaps = json(&out, "not-covered.json");
    let last = json!({"what": "functions", "region": "eu-west-1",
        "why": "denied: the permission lambda:ListFunctions is missing: about it"});
    assert_eq!(gaps["not_covered"][2], last);
    for (name, written) in [
        ("account.json", true),
        ("eu-central-1/functions.json", true),
        ("eu-central-1/function-urls-orders.json", false),
        ("eu-central-1/function-urls-reports.json", true),
        ("eu-west-1/functions.json", false),
        ("eu-west-1/event-source-mappings.json", false),
        ("eu-west-1/event-selectors-audit.json", true),
    ] {
        assert_eq!(has(&out, name), written, "{name}");
    }
}

#[test]
fn what_is_not_covered_is_said_by_the_commands_that_read_the_rest() {
    let answer = |call: &Call, _| match call.what.as_str() {
        "ListFunctions" => json_error(403, "AccessDeniedException"),
        _ => well(call),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    aws.pull(out.path(), REGION);
    let account = out.path().join("account.json").display().to_string();
    let trail = "tests/cases/webshop/trail";
    let ended = program::tightrope(["propose", "--trail", trail, "--account", &account]);
    let said = "functions in eu-central-1 could not be read: denied: the permission lambda:ListFunctions is missing";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
}

#[test]
fn without_iam_the_rest_is_written_and_it_could_not_be_done() {
    let answer = |call: &Call, _| match call.what.as_str() {
        "GetAccountAuthorizationDetails" => iam_error(403, "AccessDenied"),
        _ => well(call),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    fs::write(out.path().join("account.json"), "{}").expect("a file of an earlier run");
    let ended = aws.pull(out.path(), REGION);
    assert_eq!(ended.code, 2);
    let denied = "not covered: roles and policies: denied: the permission iam:GetAccountAuthorizationDetails is missing";
    assert!(ended.stderr.starts_with(denied), "{}", ended.stderr);
    assert!(has(&out, "eu-central-1/functions.json"));
    assert!(!has(&out, "account.json"));
}

#[test]
fn nothing_is_touched_when_no_call_can_be_made() {
    let refusing = |code: &'static str| StandIn::new(move |_, _| iam_error(403, code));
    let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let cases = [
        (
            refusing("ExpiredToken"),
            REGION,
            &keys[..],
            "the AWS credentials have expired: get new ones",
        ),
        (
            refusing("InvalidClientTokenId"),
            REGION,
            &keys,
            "AWS does not know the credentials (InvalidClientTokenId)",
        ),
        (
            refusing("x"),
            REGION,
            &[],
            "no AWS credentials: set AWS_ACCESS_KEY_ID",
        ),
        (refusing("x"), "", &keys, "no Region: give --region"),
        (
            refusing("x"),
            "--region ../there",
            &keys,
            "`../there` is no Region",
        ),
    ];
    for (aws, arguments, variables, expected) in cases {
        let out = folder();
        fs::write(out.path().join("account.json"), "{}").expect("a file of an earlier run");
        let ended = aws.pull_with(out.path(), arguments, variables);
        assert_eq!(ended.code, 2, "{expected}");
        assert!(
            ended.stderr.starts_with(&format!("error: {expected}")),
            "{}",
            ended.stderr
        );
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        assert_eq!(files(out.path()), ["account.json"]);
    }
}

#[test]
fn a_region_that_does_not_answer_is_not_covered() {
    let answer = |call: &Call, _| match call.what.as_str() {
        "GetAccountAuthorizationDetails" => well(call),
        _ => Reply::Cut,
    };
    let (aws, out) = (StandIn::new(answer), folder());
    let keys = [
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_MAX_ATTEMPTS", "2"),
    ];
    let ended = aws.pull_with(out.path(), "--region eu-nowhere-1", &keys);
    assert_eq!(ended.code, 0);
    let lines: Vec<_> = ended.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ended.stderr);
    assert!(
        lines[0].starts_with("not covered: functions in eu-nowhere-1: the answer is broken off"),
        "{}",
        lines[0]
    );
    assert_eq!(
        aws.asked("ListFunctions"),
        2,
        "as often as the environment says"
    );
    assert_eq!(ended.stdout.lines().next(), Some("2 roles"));
}

#[test]
fn a_folder_stays_as_it_was_when_nothing_answers() {
    let (aws, out) = (StandIn::new(|call, _| well(call)), folder());
    aws.pull(out.path(), REGION);
    let before = files(out.path());
    let keys = [
        ("AWS_ACCESS_KEY_ID", "A"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    let ended = StandIn::new(|_, _| Reply::Cut).pull_with(out.path(), REGION, &keys);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("error: nothing could be read, and "),
        "{last}"
    );
    assert_eq!(files(out.path()), before);
}

#[test]
fn only_the_roles_that_are_asked_for_and_their_functions_are_read() {
    let (aws, out) = (StandIn::new(|call, _| well(call)), folder());
    let ended = aws.pull(out.path(), "--region eu-central-1 --role rep*");
    assert_eq!(ended.stdout, "1 role\neu-central-1: 1 function, 1 trail\n");
    assert_eq!(aws.asked("ListFunctionUrlConfigs orders"), 0);
    let mappings = json(&out, "eu-central-1/event-source-mappings.json");
    assert_eq!(mappings, json!({"EventSourceMappings": []}));
}

#[test]
fn a_second_pull_leaves_nothing_of_what_is_gone_and_the_same_bytes_of_the_rest() {
    let (aws, out) = (StandIn::new(|call, _| well(call)), folder());
    aws.pull(out.path(), REGION);
    let all = |out: &TempDir| -> Vec<_> {
        let names = files(out.path()).into_iter();
        let read = |name: String| (fs::read(out.path().join(&name)).expect("a file"), name);
        names.map(read).collect()
    };
    let first = all(&out);
    let gone = out
        .path()
        .join("eu-central-1/event-invoke-configs-gone.json");
    fs::write(&gone, "{}").expect("a file of a function that is gone");
    aws.pull(out.path(), REGION);
    assert!(!gone.exists());
    assert_eq!(all(&out), first);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let (aws, out) = (StandIn::new(|call, _| well(call)), folder());
    aws.pull(out.path(), REGION);
    for name in files(out.path()) {
        let file = fs::metadata(out.path().join(&name)).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

/// The files of a folder and of those in it.
fn files(folder: &Path) -> Vec<String> {
    fn within(folder: &Path, prefix: &str, names: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let name = format!("{prefix}{name}");
            match path.is_dir() {
                true => within(&path, &format!("{name}/"), names),
                false => names.push(name),
            }
        }
    }
    let mut names = Vec::new();
    within(folder, "", &mut names);
    names.sort();
    names
}
