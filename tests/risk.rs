//! Ways to more than is granted, as `tightrope diff` tells of them.

mod program;
mod simulated;

use serde_json::{Value, json};

use program::tightrope;
use simulated::decision;

const BEFORE: &str = "tests/cases/risk/before.json";
const AFTER: &str = "tests/cases/risk/after.json";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn methods(paths: &Value) -> Vec<&str> {
    let paths = paths.as_array().into_iter().flatten();
    paths.filter_map(|path| path["method"].as_str()).collect()
}

#[test]
fn a_difference_opens_cuts_and_leaves_ways_to_more() {
    let ended = tightrope(["diff", BEFORE, AFTER, "--format", "json"]);
    let escalation = &parsed(&ended.stdout)["escalation"];
    let cases = [
        ("new", "lambda-create-and-invoke", "conditions"),
        ("cut", "iam-put-role-policy", "nothing"),
        ("remaining", "lambda-update-code", "nothing"),
    ];
    for (fate, method, depends_on) in cases {
        assert_eq!(methods(&escalation[fate]), [method], "{fate}");
        assert_eq!(escalation[fate][0]["depends_on"], depends_on, "{fate}");
    }
    let new = &escalation["new"][0];
    assert_eq!(
        new["targets"],
        json!({"type": "role", "only": ["arn:aws:iam::123456789012:role/shop/*"], "except": []})
    );
    assert_eq!(
        new["conditions"],
        json!([format!("{AFTER} statement 2 (Roles)")])
    );
}

#[test]
fn the_requests_of_a_way_are_allowed_as_simulate_decides() {
    let value = parsed(&tightrope(["diff", BEFORE, AFTER, "--format", "json"]).stdout);
    let mut asked = 0;
    for (fate, policy) in [("new", AFTER), ("cut", BEFORE), ("remaining", AFTER)] {
        let paths = value["escalation"][fate].as_array().into_iter().flatten();
        for request in paths.flat_map(|path| path["requests"].as_array().into_iter().flatten()) {
            let decided = decision(policy, request, "arn:aws:iam::123456789012:role/app");
            assert_eq!(decided, "allow", "{request}");
            asked += 1;
        }
    }
    assert_eq!(asked, 5);
}

#[test]
fn where_there_is_no_way_nothing_is_said_of_it() {
    let files = [
        "diff",
        "tests/cases/diff/before.json",
        "tests/cases/diff/after.json",
    ];
    for (format, word) in [
        ("terminal", "opens"),
        ("terminal", "cuts"),
        ("markdown", "Ways to more"),
    ] {
        let ended = tightrope(files.into_iter().chain(["--format", format]));
        assert!(!ended.stdout.contains(word), "{}", ended.stdout);
    }
}

#[test]
fn a_reader_and_a_reviewer_see_the_same_ways() {
    for format in ["terminal", "markdown"] {
        let text = tightrope(["diff", BEFORE, AFTER, "--format", format]).stdout;
        let words = [
            "lambda-create-and-invoke",
            "iam-put-role-policy",
            "lambda-update-code",
        ];
        let places = words.map(|word| text.find(word));
        assert!(places.is_sorted() && places[0].is_some(), "{text}");
    }
}
