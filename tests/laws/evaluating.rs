//! One request against every policy that has a say in it: the program decides as the twin does.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::policies::{Holding, document, policy, statement, version};
use super::requests::{Near, all};
use super::smaller::smallest;
use super::words::named;
use super::{Dice, cases};
use crate::decided;
use crate::twin::{Reading, decide};

/// Every policy that has a say in a request; each layer may be missing.
fn layers() -> impl Strategy<Value = Value> {
    let policies = |most| vec(policy(Holding::Everything), 0..most);
    let levels = vec(vec(policy(Holding::Everything), 1..3), 0..3);
    // Half of the levels allow all that they do not deny, as AWS's own policy does.
    let levels = (levels, any::<bool>()).prop_map(|(mut levels, full)| {
        let full =
            full.then(|| json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}));
        levels
            .iter_mut()
            .for_each(|level| level.extend(full.clone()));
        levels
    });
    let sometimes = prop_oneof![3 => Just(Vec::new()).boxed(), 1 => policies(3).boxed()];
    let other = prop_oneof![3 => Just(Vec::new()).boxed(), 1 => policies(3).boxed()];
    let levels = prop_oneof![2 => Just(Vec::new()).boxed(), 1 => levels.boxed()];
    let resource =
        prop_oneof![2 => Just(None).boxed(), 1 => resource_policy().prop_map(Some).boxed()];
    (policies(4), sometimes, other, levels, resource).prop_map(
        |(identity, boundary, session, scps, resource)| {
            let mut layers = json!({"policies": identity, "boundary": boundary, "session": session, "scps": scps});
            if let Some(resource) = resource {
                layers["resource_policy"] = resource;
            }
            layers
        },
    )
}

fn resource_policy() -> impl Strategy<Value = Value> {
    let member = prop_oneof![3 => Just("Principal"), 1 => Just("NotPrincipal")];
    let with = (statement(Holding::Everything), member, select(named()));
    let with = with.prop_map(|(mut statement, member, principals)| {
        statement[member] = principals;
        statement
    });
    (version(), vec(with, 1..4)).prop_map(|(version, statements)| document(version, &statements))
}

fn documents(layers: &Value) -> Vec<&Value> {
    let levels = all(&layers["scps"]).into_iter().flat_map(all);
    let others = ["policies", "boundary", "session", "resource_policy"];
    levels
        .chain(others.into_iter().flat_map(|layer| all(&layers[layer])))
        .collect()
}

#[test]
fn a_request_is_decided_as_the_twin_decides_it_in_both_readings() {
    let found = RefCell::new(BTreeMap::new());
    // What fails is made smaller below.
    let config = Config {
        max_shrink_iters: 0,
        ..cases(400)
    };
    let ran = TestRunner::new(config).run(&(layers(), any::<u64>()), |(layers, seed)| {
        let documents = documents(&layers);
        if documents.is_empty() {
            return Ok(());
        }
        let mut dice = Dice(seed);
        for request in Near::real(&documents).requests(&mut dice, 6) {
            let mut case = layers.clone();
            case["request"] = request;
            for reading in [Reading::Spanning, Reading::Segments] {
                let expected = decide(&case, reading);
                if decided::decide(&case, reading) != expected {
                    let differ =
                        |case: &Value| decided::decide(case, reading) != decide(case, reading);
                    let case = smallest(&case, differ);
                    let both = [decided::decide(&case, reading), decide(&case, reading)];
                    panic!("the program and the twin say {both:?} ({reading:?}): {case}");
                }
                *found.borrow_mut().entry(expected).or_insert(0) += 1;
            }
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    // Each decision has to come up often, else the policies and the requests do not meet.
    let found = found.into_inner();
    let total: usize = found.values().sum();
    let rare = |decision: &str| found.get(decision).copied().unwrap_or(0) * 20 < total;
    assert!(
        !["allow", "explicit_deny", "implicit_deny"]
            .into_iter()
            .any(rare),
        "{found:?}"
    );
}
