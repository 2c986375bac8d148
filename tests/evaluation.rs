//! Requests decided as AWS decides them: `tests/cases/evaluation.jsonl`, one line a case with the page of AWS's
//! documentation that it rests on.

mod decided;
mod twin;

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use twin::{Reading, decide};

/// Decides a case in a reading: `allow`, `explicit_deny` or `implicit_deny`.
type Evaluator = fn(&Value, Reading) -> &'static str;

/// Everything that has to decide every case as it is stated.
const EVALUATORS: [(&str, Evaluator); 2] =
    [("the slow twin", decide), ("the program", decided::decide)];

/// What a line may hold; a member with another name would be a layer that nobody reads.
const MEMBERS: [&str; 10] = [
    "case",
    "policies",
    "boundary",
    "session",
    "scps",
    "resource_policy",
    "request",
    "decision",
    "decision_segments",
    "page",
];

fn cases() -> Vec<Value> {
    let text = fs::read_to_string("tests/cases/evaluation.jsonl").expect("the cases");
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn a_request_is_decided_as_aws_decides_it() {
    let cases = cases();
    assert!(cases.len() >= 180, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        for (reading, member) in [
            (Reading::Spanning, "decision"),
            (Reading::Segments, "decision_segments"),
        ] {
            let expected = case.get(member).unwrap_or(&case["decision"]);
            for (name, evaluator) in EVALUATORS {
                let found = evaluator(case, reading);
                if found != expected {
                    wrong.push(format!(
                        "{}: {name} says {found} for {expected} ({reading:?}), {}",
                        case["case"], case["page"]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_has_a_name_of_its_own_and_a_page_of_aws_and_no_member_that_nobody_reads() {
    let mut names = BTreeSet::new();
    for case in cases() {
        let name = case["case"].as_str().expect("a name").to_owned();
        let page = case["page"].as_str().expect("a page");
        assert!(page.starts_with("https://docs.aws.amazon.com/"), "{name}");
        let members = case.as_object().expect("an object").keys();
        let unknown: Vec<_> = members
            .filter(|member| !MEMBERS.contains(&member.as_str()))
            .collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
        assert!(
            case.get("decision_segments") != Some(&case["decision"]),
            "{name}: stated twice"
        );
        assert!(names.insert(name.clone()), "{name} is there twice");
    }
}

#[test]
fn every_condition_operator_has_a_case_that_allows_and_one_that_does_not() {
    let strings = [
        "Equals",
        "NotEquals",
        "EqualsIgnoreCase",
        "NotEqualsIgnoreCase",
        "Like",
        "NotLike",
    ];
    let relations = [
        "Equals",
        "NotEquals",
        "LessThan",
        "LessThanEquals",
        "GreaterThan",
        "GreaterThanEquals",
    ];
    let arns = ["Equals", "NotEquals", "Like", "NotLike"];
    let others = ["Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"];
    let mut operators: Vec<_> = others.map(str::to_owned).to_vec();
    operators.extend(strings.map(|name| format!("String{name}")));
    operators.extend(relations.map(|name| format!("Numeric{name}")));
    operators.extend(relations.map(|name| format!("Date{name}")));
    operators.extend(arns.map(|name| format!("Arn{name}")));
    let cases: Vec<_> = cases().iter().map(Value::to_string).collect();
    for operator in operators {
        let with = |decision: &str| {
            let has = |case: &&String| {
                case.contains(&format!("{{\"{operator}\":{{")) && case.contains(decision)
            };
            cases.iter().filter(has).count()
        };
        let found = (
            with("\"decision\":\"allow\""),
            with("\"decision\":\"implicit_deny\""),
        );
        assert!(found.0 > 0 && found.1 > 0, "{operator}: {found:?}");
    }
}

#[test]
fn the_order_of_policies_and_a_second_copy_of_them_change_nothing() {
    for case in cases() {
        let mut other = case.clone();
        let policies = case["policies"].as_array().expect("a list");
        let twice = policies.iter().rev().chain(policies);
        other["policies"] = twice.cloned().collect();
        for reading in [Reading::Spanning, Reading::Segments] {
            let name = &case["case"];
            assert_eq!(decide(&case, reading), decide(&other, reading), "{name}");
        }
    }
}

#[test]
#[should_panic(expected = "no condition operator")]
fn an_operator_that_aws_does_not_have_is_never_passed_over() {
    let condition = json!({"StringAlmostEquals": {"aws:username": "ann"}});
    let policy = json!({"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}]});
    let request = json!({"principal": "arn:aws:iam::123456789012:user/ann", "action": "s3:GetObject",
        "resource": "arn:aws:s3:::orders/a", "context": {"aws:username": "ann"}});
    decide(
        &json!({"policies": [policy], "request": request}),
        Reading::Spanning,
    );
}
