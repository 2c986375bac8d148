//! What invokes functions on a schedule, pulled and proposed by.

use std::fs;

use serde_json::{Value, json};

use crate::program;
use crate::stand_in::answers::{json_error, ok, well};
use crate::stand_in::folder::{folder, has, json};
use crate::stand_in::{Call, Reply, StandIn};

const REGION: &str = "--region eu-central-1";

fn case(name: &str) -> Value {
    let text = fs::read_to_string(format!("tests/cases/{name}")).expect("a file of the tests");
    serde_json::from_str(&text).expect("JSON")
}

fn schedule(group: &str, name: &str, state: &str, target: &str) -> Value {
    json!({"Arn": format!("arn:aws:scheduler:eu-central-1:123456789012:schedule/{group}/{name}"), "GroupName": group,
        "Name": name, "State": state, "CreationDate": 1_790_000_000, "Target": {"Arn": target}})
}

const UNIVERSAL: &str = "arn:aws:scheduler:::aws-sdk:lambda:invoke";

fn lambda(function: &str) -> String {
    format!("arn:aws:lambda:eu-central-1:123456789012:function:{function}")
}

/// The functions of `tests/cases/webshop`, two rules with a schedule, and schedules on two pages.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html>
/// <https://docs.aws.amazon.com/scheduler/latest/APIReference/API_ListSchedules.html>
pub(super) fn webshop(call: &Call) -> Reply {
    match (call.what.as_str(), call.marker.as_str()) {
        ("ListFunctions", _) => ok(200, &case("webshop/functions.json")),
        ("ListRules", "") => {
            let all = case("schedules/rules.json");
            ok(
                200,
                &json!({"Rules": [all["Rules"][0], all["Rules"][2]], "NextToken": "2"}),
            )
        }
        ("ListRules", _) => {
            let all = case("schedules/rules.json");
            ok(200, &json!({"Rules": [all["Rules"][1], all["Rules"][3]]}))
        }
        ("ListTargetsByRule close-of-quarter", _) => ok(
            200,
            &json!({"Targets": [{"Id": "1", "Arn": format!("{}:live", lambda("payments"))}]}),
        ),
        ("ListTargetsByRule warm-up", _) => ok(
            200,
            &json!({"Targets": [{"Id": "1", "Arn": "arn:aws:sqs:eu-central-1:123456789012:orders"}]}),
        ),
        ("ListSchedules", "") => ok(
            200,
            &json!({"Schedules": [schedule("default", "monthly", "ENABLED", &lambda("payments")),
                schedule("default", "paused", "DISABLED", &lambda("payments"))], "NextToken": "2"}),
        ),
        ("ListSchedules", _) => ok(
            200,
            &json!({"Schedules": [schedule("jobs", "monthly", "ENABLED", UNIVERSAL),
                schedule("jobs", "queue", "ENABLED", "arn:aws:sqs:eu-central-1:123456789012:orders"),
                schedule("jobs", "other", "ENABLED", &lambda("of-nobody"))], "NextToken": null}),
        ),
        ("GetSchedule default/monthly", _) => ok(200, &case("schedules/monthly.json")),
        ("GetSchedule jobs/monthly", _) => {
            let mut found = schedule("jobs", "monthly", "ENABLED", UNIVERSAL);
            found["ScheduleExpression"] = json!("rate(40 days)");
            found["StartDate"] = json!(1_790_000_000);
            found["Target"]["Input"] = json!(r#"{"FunctionName": "reports"}"#);
            ok(200, &found)
        }
        _ => well(call),
    }
}

#[test]
fn rules_their_targets_and_schedules_are_written_as_the_cli_prints_them() {
    let (aws, out) = (StandIn::new(|call, _| webshop(call)), folder());
    let ended = aws.pull(out.path(), REGION);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let rules = json(&out, "eu-central-1/rules.json");
    assert_eq!(rules["Rules"].as_array().map(Vec::len), Some(4));
    let schedules = json(&out, "eu-central-1/schedules.json");
    assert_eq!(schedules["Schedules"].as_array().map(Vec::len), Some(5));
    assert_eq!(
        schedules["Schedules"][0]["CreationDate"],
        "2026-09-21T14:13:20+00:00"
    );
    let jobs = json(&out, "eu-central-1/schedule-jobs+monthly.json");
    assert_eq!(jobs["StartDate"], "2026-09-21T14:13:20+00:00");
    for (name, written) in [
        ("targets-close-of-quarter.json", true),
        ("targets-warm-up.json", true),
        ("targets-paused.json", false),
        ("targets-on-upload.json", false),
        ("schedule-default+monthly.json", true),
        ("schedule-default+paused.json", false),
        ("schedule-jobs+queue.json", false),
        ("schedule-jobs+other.json", false),
    ] {
        assert_eq!(
            has(&out, &format!("eu-central-1/{name}")),
            written,
            "{name}"
        );
    }
    assert_eq!(aws.asked("ListTargetsByRule paused"), 0);
}

#[test]
fn a_rare_job_that_was_pulled_holds_the_proposal_back() {
    let (aws, out) = (StandIn::new(|call, _| webshop(call)), folder());
    aws.pull(out.path(), REGION);
    let region = out.path().join("eu-central-1").display().to_string();
    let propose = |role: &str| {
        let words = "propose --trail tests/cases/webshop/trail --account tests/cases/webshop/account.json --accept-coverage --role";
        let words = words.split(' ').chain([role]);
        let files = ["--functions", &region, "--event-selectors", &region];
        program::tightrope(words.chain(files)).stdout
    };
    let payments = propose("payments-role");
    for job in [
        "rule close-of-quarter of function payments comes round every 92 days, and the trail shows 15 days",
        "schedule monthly of function payments comes round every 31 days",
    ] {
        assert!(payments.contains(job), "{payments}");
    }
    let reports = propose("reports-role");
    let job = "schedule jobs/monthly of function reports comes round every 40 days";
    assert!(reports.contains(job), "{reports}");
    for said in [payments, reports] {
        assert!(!said.contains("left out"), "{said}");
    }
}

#[test]
fn what_is_denied_of_schedules_is_named_and_the_rest_is_written() {
    let answer = |call: &Call, _: usize| match call.what.as_str() {
        "ListRules" | "ListTargetsByRule warm-up" | "GetSchedule jobs/monthly" => {
            json_error(403, "AccessDeniedException")
        }
        _ => webshop(call),
    };
    let (aws, out) = (StandIn::new(answer), folder());
    let ended = aws.pull(out.path(), REGION);
    let expected = "\
not covered: rules in eu-central-1: denied: the permission events:ListRules is missing: about it
not covered: the target of schedule monthly in eu-central-1: denied: the permission scheduler:GetSchedule is missing: about it
";
    assert_eq!((ended.code, ended.stderr.as_str()), (0, expected));
    assert!(has(&out, "eu-central-1/schedule-default+monthly.json"));
}
