//! What happens to what is granted when statements are added or taken apart.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tightrope::evaluation::Verdict;

use super::changes::changed;
use super::policies::{Holding, document, policy, statement, version};
use super::requests::{Near, all};
use super::sides::{READINGS, allows, within};
use super::{Dice, cases};
use crate::twin::Reading;

fn policies() -> impl Strategy<Value = Vec<Value>> {
    vec(policy(Holding::Everything), 1..3)
}

/// The policies and a document of this one statement more.
fn and(policies: &[Value], version: Option<&str>, statement: Value) -> Vec<Value> {
    let more = document(version, &[statement]);
    policies.iter().cloned().chain([more]).collect()
}

fn with(mut statement: Value, member: &str, value: Value) -> Value {
    statement[member] = value;
    statement
}

fn is_within(left: &[Value], right: &[Value], reading: Reading) -> bool {
    within(left, right, reading).is_included()
}

/// Whether what is within the second, which is within the third, has to be within the third. Of a key that neither of two
/// policies takes for one with several values, requests with several are not asked about: so what is shown of the first
/// two, or of the last two, has to speak of every request that the first and the third are compared by.
fn are_comparable(first: &[Value], second: &[Value], third: &[Value]) -> bool {
    let several = |policies: &[Value]| {
        let policies: Vec<&Value> = policies.iter().collect();
        Near::anything(&policies).several().clone()
    };
    let [first, second, third] = [first, second, third].map(several);
    third.is_subset(&(&first | &second)) && first.is_subset(&(&second | &third))
}

/// A document with a statement for each action and each resource of each one.
fn taken_apart(policy: &Value) -> Value {
    let mut statements = Vec::new();
    for statement in all(&policy["Statement"]) {
        for action in all(&statement["Action"]) {
            let of_one = with(statement.clone(), "Action", action.clone());
            for resource in all(&statement["Resource"]) {
                statements.push(with(of_one.clone(), "Resource", resource.clone()));
            }
        }
    }
    with(policy.clone(), "Statement", json!(statements))
}

/// A policy that allows, without NotAction and NotResource.
fn plain_policy() -> impl Strategy<Value = Value> {
    policy(Holding::Everything).prop_map(|mut policy| {
        for statement in policy["Statement"].as_array_mut().expect("a list") {
            let members = statement.as_object_mut().expect("an object");
            members.insert("Effect".to_owned(), json!("Allow"));
            for (not, plain) in [("NotAction", "Action"), ("NotResource", "Resource")] {
                if let Some(list) = members.remove(not) {
                    members.insert(plain.to_owned(), list);
                }
            }
        }
        policy
    })
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn another_deny_never_adds_a_request(policies in policies(), version in version(), one in statement(Holding::Everything)) {
        let denying = and(&policies, version, with(one, "Effect", json!("Deny")));
        for reading in READINGS {
            prop_assert!(is_within(&denying, &policies, reading));
        }
    }

    #[test]
    fn another_allow_never_removes_a_request(policies in policies(), version in version(), one in statement(Holding::Everything)) {
        let allowing = and(&policies, version, with(one, "Effect", json!("Allow")));
        for reading in READINGS {
            prop_assert!(is_within(&policies, &allowing, reading));
        }
    }

    #[test]
    fn a_statement_is_one_for_each_of_its_actions_and_resources(policy in plain_policy()) {
        let apart = [taken_apart(&policy)];
        let policy = [policy];
        for reading in READINGS {
            prop_assert!(is_within(&apart, &policy, reading));
            prop_assert!(is_within(&policy, &apart, reading));
        }
    }

    #[test]
    fn what_an_action_list_names_and_what_it_does_not_are_all_together(version in version(), one in statement(Holding::Everything)) {
        let mut one = with(one, "Effect", json!("Allow"));
        let members = one.as_object_mut().expect("an object");
        let actions = members.remove("Action").or(members.remove("NotAction"));
        let named = document(version, &[with(one.clone(), "Action", actions.clone().expect("actions"))]);
        let others = document(version, &[with(one.clone(), "NotAction", actions.expect("actions"))]);
        let all = [document(version, &[with(one, "Action", json!("*"))])];
        for reading in READINGS {
            prop_assert!(is_within(&[named.clone(), others.clone()], &all, reading));
            prop_assert!(is_within(&all, &[named.clone(), others.clone()], reading));
        }
    }

    #[test]
    fn every_policy_is_within_itself(policies in policies()) {
        for reading in READINGS {
            prop_assert!(is_within(&policies, &policies, reading));
        }
    }

    #[test]
    fn what_is_within_what_is_within_a_third_is_within_the_third(
        policies in policies(), others in vec(statement(Holding::Everything), 3), version in version(), seed in any::<u64>(),
    ) {
        let mut dice = Dice(seed);
        let second = changed(&policies, &others, &mut dice);
        let third = changed(&second, &others, &mut dice);
        let narrow = and(&policies, version, with(others[0].clone(), "Effect", json!("Deny")));
        for reading in READINGS {
            for first in [&policies, &narrow] {
                let comparable = are_comparable(first, &second, &third);
                if comparable && is_within(first, &second, reading) && is_within(&second, &third, reading) {
                    let verdict = within(first, &third, reading);
                    prop_assert!(!matches!(verdict, Verdict::Refuted(_)), "{:?}", verdict);
                }
            }
        }
    }

    #[test]
    fn policies_within_each_other_allow_the_same_by_the_twin(
        policies in policies(), others in vec(statement(Holding::Everything), 3), seed in any::<u64>(),
    ) {
        let mut dice = Dice(seed);
        let other = changed(&policies, &others, &mut dice);
        let both: Vec<&Value> = policies.iter().chain(&other).collect();
        for reading in READINGS {
            if is_within(&policies, &other, reading) && is_within(&other, &policies, reading) {
                for request in Near::anything(&both).requests(&mut dice, 20) {
                    let agree = allows(&policies, &request, reading) == allows(&other, &request, reading);
                    prop_assert!(agree, "{}", request);
                }
            }
        }
    }
}
