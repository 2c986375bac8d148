//! A case that fails, made smaller: the request is drawn near the policies, so the strategies cannot do that.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

/// A part of the case after the other is left out for as long as it still fails.
pub(super) fn smallest(case: &Value, fails: impl Fn(&Value) -> bool) -> Value {
    // What is left of a document may be none: the program or the twin says so by a panic.
    let fails = |case: &Value| catch_unwind(AssertUnwindSafe(|| fails(case))).unwrap_or(false);
    let mut smallest = case.clone();
    while let Some(smaller) = smaller(&smallest).into_iter().find(|case| fails(case)) {
        smallest = smaller;
    }
    smallest
}

/// The values with one part less.
fn smaller(value: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match value {
        Value::Array(list) => {
            for (index, part) in list.iter().enumerate() {
                let mut fewer = list.clone();
                fewer.remove(index);
                found.push(Value::Array(fewer));
                found.extend(smaller(part).into_iter().map(|part| {
                    let mut list = list.clone();
                    list[index] = part;
                    Value::Array(list)
                }));
            }
        }
        Value::Object(members) => {
            for (name, part) in members {
                let mut fewer = members.clone();
                fewer.remove(name);
                found.push(Value::Object(fewer));
                found.extend(smaller(part).into_iter().map(|part| {
                    let mut members = members.clone();
                    members.insert(name.clone(), part);
                    Value::Object(members)
                }));
            }
        }
        _ => {}
    }
    found
}
