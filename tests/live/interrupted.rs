//! A pull that was interrupted, and is started again.

use std::fs;
use std::process::Child;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::program;
use crate::stand_in::answers::{function, json_error, ok, well};
use crate::stand_in::folder::{folder, has, json};
use crate::stand_in::{Call, Reply, StandIn};

const REGION: &str = "--region eu-central-1";

/// Twenty functions.
fn twenty(call: &Call) -> Reply {
    let name = |number| function("eu-central-1", &format!("f{number:02}"), "orders-role");
    match call.what.as_str() {
        "ListFunctions" => {
            let all: Vec<_> = (0..20).map(name).collect();
            ok(200, &json!({"Functions": all}))
        }
        _ => well(call),
    }
}

/// The calls of all functions.
fn asked(aws: &StandIn) -> usize {
    let calls = ["ListFunctionEventInvokeConfigs", "ListFunctionUrlConfigs"];
    let each = (0..20).flat_map(|number| calls.map(|call| format!("{call} f{number:02}")));
    each.map(|what| aws.asked(&what)).sum()
}

#[test]
fn what_was_answered_before_a_pull_was_killed_is_not_asked_again() {
    let pulling: Arc<Mutex<Option<Child>>> = Arc::default();
    let its = Arc::clone(&pulling);
    let answer = move |call: &Call, _: usize| {
        if call.what == "ListFunctionEventInvokeConfigs f12"
            && let Some(mut child) = its.lock().expect("nobody panicked").take()
        {
            child.kill().expect("it runs");
            child.wait().expect("it was started");
            return Reply::Cut;
        }
        twenty(call)
    };
    let (aws, out) = (StandIn::new(answer), folder());
    {
        // Held until the child is there to be killed.
        let mut place = pulling.lock().expect("nobody panicked");
        *place = Some(aws.begin(out.path(), REGION));
    }
    while pulling.lock().expect("nobody panicked").is_some() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(has(&out, ".pull-in-progress"));
    assert!(!has(&out, "not-covered.json"));
    let noted = fs::read_to_string(out.path().join(".pull-in-progress")).expect("a file");
    let noted = noted.lines().count() - 1;
    assert!((2..40).contains(&noted), "{noted} answers");

    // What is there in part must not look as if it were all.
    let account = out.path().join("account.json").display().to_string();
    let words = "propose --trail tests/cases/webshop/trail --accept-coverage --account";
    let proposed = program::tightrope(words.split(' ').chain([account.as_str()]));
    assert!(
        proposed.stdout.contains("a pull was interrupted"),
        "{}",
        proposed.stdout
    );

    let before = asked(&aws);
    let ended = aws.pull(out.path(), REGION);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(asked(&aws) - before, 40 - noted);
    assert!(!has(&out, ".pull-in-progress"));
    assert_eq!(json(&out, "not-covered.json"), json!({"not_covered": []}));
    for number in 0..20 {
        for file in ["event-invoke-configs", "function-urls"] {
            let name = format!("eu-central-1/{file}-f{number:02}.json");
            assert!(has(&out, &name), "{name}");
        }
    }

    // That one ended: the next begins anew.
    let before = asked(&aws);
    aws.pull(out.path(), REGION);
    assert_eq!(asked(&aws) - before, 40);
}

#[test]
fn a_pull_whose_credentials_end_is_an_interrupted_one_and_another_question_is_another_pull() {
    let answer = |call: &Call, before| match (call.what.as_str(), before) {
        ("ListFunctionEventInvokeConfigs f12", 0) => json_error(403, "ExpiredTokenException"),
        _ => twenty(call),
    };
    for (words, anew) in [
        ("", false),
        (" --role orders*", true),
        (" --region eu-west-1", true),
    ] {
        let (aws, out) = (StandIn::new(answer), folder());
        let ended = aws.pull(out.path(), REGION);
        assert_eq!(ended.code, 2);
        let said = "error: the AWS credentials have expired: get new ones";
        assert!(ended.stderr.starts_with(said), "{}", ended.stderr);
        let before = aws.asked("ListFunctionUrlConfigs f00");
        assert_eq!(before, 1);
        aws.pull(out.path(), &format!("{REGION}{words}"));
        assert_eq!(
            aws.asked("ListFunctionUrlConfigs f00") > before,
            anew,
            "{words}"
        );
    }
}
