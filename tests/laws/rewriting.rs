//! What a policy may be written as instead, and means the same.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tightrope::evaluation::{Granted, Verdict, included};

use super::changes::changed;
use super::policies::{Holding, policy, statement};
use super::requests::{Near, all};
use super::sides::{READINGS, granted, granted_by_texts, within};
use super::{Dice, cases};
use crate::decided;
use crate::twin::Reading;

/// The policy with all lists and all members in the other order, and with the first of each list once more.
fn backwards(policy: &Value) -> String {
    match policy {
        Value::Array(list) => {
            let parts = list.first().into_iter().chain(list.iter().rev());
            format!("[{}]", parts.map(backwards).collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            let member = |(name, part)| format!("{}:{}", json!(name), backwards(part));
            let members: Vec<String> = members.iter().rev().map(member).collect();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

/// The text with every letter in its other case.
fn swapped_case(text: &str) -> String {
    let swap = |letter: char| match letter.is_ascii_lowercase() {
        true => letter.to_ascii_uppercase(),
        false => letter.to_ascii_lowercase(),
    };
    text.chars().map(swap).collect()
}

/// The policy with actions, operators and keys in the other case.
fn in_other_case(policy: &Value) -> Value {
    let mut policy = policy.clone();
    for statement in policy["Statement"].as_array_mut().expect("a list") {
        for (name, part) in statement.as_object_mut().expect("an object") {
            match name.as_str() {
                "Action" | "NotAction" => {
                    let texts = all(part).into_iter();
                    *part = texts
                        .map(|text| swapped_case(text.as_str().expect("text")))
                        .collect();
                }
                "Condition" => *part = names_in_other_case(part, 2),
                _ => {}
            }
        }
    }
    policy
}

/// The object with its names in the other case, and those of the objects in it, so deep.
fn names_in_other_case(value: &Value, deep: usize) -> Value {
    match (value, deep) {
        (Value::Object(members), 1..) => members
            .iter()
            .map(|(name, part)| (swapped_case(name), names_in_other_case(part, deep - 1)))
            .collect(),
        _ => value.clone(),
    }
}

/// Other letters for some, two by two; one of them is longer in bytes. What AWS gives a meaning to has none of them.
fn renamed_text(text: &str) -> String {
    let mut inside = false;
    let letter = |letter: char| {
        inside = letter == '{' || (inside && letter != '}');
        match letter {
            _ if inside => letter,
            'k' => 'é',
            'é' => 'k',
            'K' => 'É',
            'É' => 'K',
            'm' => 'v',
            'v' => 'm',
            'M' => 'V',
            'V' => 'M',
            other => other,
        }
    };
    text.chars().map(letter).collect()
}

/// The value with other letters in its texts, and with the same names.
fn renamed(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(renamed_text(text)),
        Value::Array(list) => list.iter().map(renamed).collect(),
        Value::Object(members) => {
            let member = |(name, part): (&String, &Value)| {
                let keep = [
                    "Action",
                    "NotAction",
                    "Effect",
                    "Version",
                    "action",
                    "principal",
                ];
                let part = match keep.contains(&name.as_str()) {
                    true => part.clone(),
                    false => renamed(part),
                };
                (name.clone(), part)
            };
            members.iter().map(member).collect()
        }
        other => other.clone(),
    }
}

fn equal(left: &Granted, right: &Granted) -> bool {
    included(left, right).is_included() && included(right, left).is_included()
}

fn policies() -> impl Strategy<Value = Vec<Value>> {
    vec(policy(Holding::Everything), 1..3)
}

fn decided_alike(
    left: &[Value],
    right: &[Value],
    requests: &[(Value, Value)],
) -> Result<(), TestCaseError> {
    for (one, other) in requests {
        for reading in READINGS {
            let decide = |policies: &[Value], request: &Value| {
                decided::decide(&json!({"policies": policies, "request": request}), reading)
            };
            prop_assert_eq!(decide(left, one), decide(right, other), "{}", one);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn order_and_what_stands_twice_are_irrelevant(policies in policies()) {
        let other: Vec<String> = policies.iter().rev().map(backwards).collect();
        for reading in READINGS {
            prop_assert!(equal(&granted(&policies, reading), &granted_by_texts(&other, reading)));
        }
    }

    #[test]
    fn the_case_of_actions_keys_and_operators_is_irrelevant(policies in policies(), seed in any::<u64>()) {
        let other: Vec<Value> = policies.iter().map(in_other_case).collect();
        for reading in READINGS {
            prop_assert!(equal(&granted(&policies, reading), &granted(&other, reading)));
        }
        let both: Vec<&Value> = policies.iter().collect();
        let swapped = |request: Value| {
            let mut other = request.clone();
            other["context"] = names_in_other_case(&request["context"], 1);
            other["action"] = json!(swapped_case(request["action"].as_str().expect("text")));
            (request, other)
        };
        let requests = Near::real(&both).requests(&mut Dice(seed), 5);
        let requests: Vec<_> = requests.into_iter().map(swapped).collect();
        decided_alike(&policies, &other, &requests)?;
    }

    #[test]
    fn other_names_for_the_literals_change_no_verdict(
        policies in policies(), others in vec(statement(Holding::Everything), 3), seed in any::<u64>(),
    ) {
        let mut dice = Dice(seed);
        let right = changed(&policies, &others, &mut dice);
        let verdict = |left: &[Value], right: &[Value], reading: Reading| match within(left, right, reading) {
            Verdict::Included => "included",
            Verdict::Refuted(_) => "refuted",
            Verdict::Unknown(_) => "unknown",
        };
        let other = |policies: &[Value]| policies.iter().map(renamed).collect::<Vec<_>>();
        for reading in READINGS {
            let renamed = verdict(&other(&policies), &other(&right), reading);
            prop_assert_eq!(verdict(&policies, &right, reading), renamed);
        }
        let all: Vec<&Value> = policies.iter().collect();
        let requests = Near::real(&all).requests(&mut dice, 5);
        // Letters within braces stay, and a wildcard of a policy can end within those of a request.
        let plain = requests.into_iter().filter(|request| !request.to_string().contains("${"));
        let requests: Vec<_> = plain.map(|request| (request.clone(), renamed(&request))).collect();
        decided_alike(&policies, &other(&policies), &requests)?;
    }
}
