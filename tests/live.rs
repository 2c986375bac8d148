//! `tightrope account pull` against a stand-in on loopback: what it writes, and what it says of what it could not read.
#![cfg(feature = "aws")]

#[path = "live/accounts.rs"]
mod accounts;
mod bucket;
#[path = "live/environment.rs"]
mod environment;
#[path = "live/fetched.rs"]
mod fetched;
#[path = "live/holding_back.rs"]
mod holding_back;
#[path = "live/interrupted.rs"]
mod interrupted;
#[path = "live/last_accessed.rs"]
mod last_accessed;
mod loopback;
#[path = "live/own_policy.rs"]
mod own_policy;
mod program;
#[path = "live/run.rs"]
mod run;
#[path = "live/schedules.rs"]
mod schedules;
mod stand_in;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use stand_in::answers::{TRAIL, function, iam_error, json_error, ok, well};
use stand_in::folder::{files, folder, has, json};
use stand_in::{Call, Reply, StandIn};

const REGION: &str = "--region eu-central-1";

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
    let answer = |call: &Call, _| match (call.what.as_str(), call.region.as_str()) {
        ("ListFunctions", "eu-west-1") => json_error(403, "AccessDeniedException"),
        ("ListFunctionUrlConfigs orders", _) => json_error(403, "AccessDeniedException"),
        ("GetEventSelectors", _) => json_error(400, "AccessDeniedException"),
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
not covered: event selectors of arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit in eu-west-1: denied: the permission \
cloudtrail:GetEventSelectors is missing: about it
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
        ("eu-west-1/trails.json", true),
        ("eu-west-1/event-selectors-audit.json", false),
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
fn functions_are_asked_several_at_the_same_time_and_written_the_same_in_any_order() {
    let many = |slow: bool| {
        let (on_their_way, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&most);
        let answer = move |call: &Call, _: usize| {
            if call.what == "ListFunctions" {
                let name = |number| function("eu-central-1", &format!("f{number}"), "orders-role");
                let all: Vec<_> = (0..8).map(name).collect();
                return ok(200, &json!({"Functions": all}));
            }
            if !call.what.starts_with("ListFunctionEventInvokeConfigs") {
                return well(call);
            }
            let now = on_their_way.fetch_add(1, Ordering::SeqCst) + 1;
            seen.fetch_max(now, Ordering::SeqCst);
            // The first function is the last to be answered.
            let slowest = slow && call.what.ends_with(" f0");
            std::thread::sleep(Duration::from_millis(if slowest { 900 } else { 300 }));
            on_their_way.fetch_sub(1, Ordering::SeqCst);
            json_error(403, "AccessDeniedException")
        };
        let (aws, out) = (StandIn::new(answer), folder());
        let ended = aws.pull(out.path(), REGION);
        (
            ended.stderr,
            json(&out, "not-covered.json"),
            most.load(Ordering::SeqCst),
        )
    };
    let (words, gaps, most) = many(true);
    assert!((4..=10).contains(&most), "{most} at the same time");
    let told = "not covered: destinations of function f0, and of 7 others in eu-central-1: denied";
    assert!(words.starts_with(told), "{words}");
    assert_eq!((words, gaps), {
        let (words, gaps, _) = many(false);
        (words, gaps)
    });
}

#[test]
fn a_region_that_does_not_answer_is_not_covered() {
    let answer = |call: &Call, _| match call.what.as_str() {
        "GetCallerIdentity" | "GetAccountAuthorizationDetails" => well(call),
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
