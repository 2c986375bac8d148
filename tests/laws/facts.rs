//! Policies compared by hand: `tests/cases/inclusion.txt`, one line a fact.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value, json};
use tightrope::evaluation::Verdict;

use super::including::wrong;
use super::policies::document;
use super::sides::READINGS;
use crate::twin::Reading;

struct Fact {
    sentence: String,
    left: Vec<Value>,
    relation: String,
    right: Vec<Value>,
    readings: Vec<Reading>,
}

fn facts() -> Vec<Fact> {
    let text = fs::read_to_string("tests/cases/inclusion.txt").expect("the facts");
    let lines = text.lines();
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(fact)
        .collect()
}

fn fact(line: &str) -> Fact {
    let (sentence, compared) = line.split_once(" | ").expect("a sentence");
    let (sentence, readings) = match sentence.split_once(": ") {
        Some(("segments", sentence)) => (sentence, vec![Reading::Segments]),
        Some(("spanning", sentence)) => (sentence, vec![Reading::Spanning]),
        _ => (sentence, READINGS.to_vec()),
    };
    let relations = ["=", "<", ">", "<>", "!"];
    let mut words = compared.split(' ');
    let relation = words
        .find(|word| relations.contains(word))
        .expect("a relation");
    let (left, right) = compared
        .split_once(&format!(" {relation} "))
        .expect("two sides");
    Fact {
        sentence: sentence.to_owned(),
        left: vec![side(left)],
        relation: relation.to_owned(),
        right: vec![side(right)],
        readings,
    }
}

fn side(text: &str) -> Value {
    let (version, text) = match text.strip_prefix("2008: ") {
        Some(text) => ("2008-10-17", text),
        None => ("2012-10-17", text),
    };
    let statements: Vec<Value> = text.split("; ").map(statement).collect();
    document(Some(version), &statements)
}

fn statement(text: &str) -> Value {
    let (effect, text) = match text.strip_prefix("deny ") {
        Some(text) => ("Deny", text),
        None => ("Allow", text),
    };
    let (text, conditions) = text.split_once(" if ").unwrap_or((text, ""));
    let (actions, resources) = text.split_once(" on ").unwrap_or((text, "*"));
    let mut statement = json!({"Effect": effect});
    for (name, list) in [("Action", actions), ("Resource", resources)] {
        match list.strip_prefix('!') {
            Some(list) => statement[format!("Not{name}")] = listed(list),
            None => statement[name] = listed(list),
        }
    }
    let mut operators = Map::new();
    for clause in conditions.split(" & ").filter(|clause| !clause.is_empty()) {
        let parts: Vec<&str> = clause.splitn(3, ' ').collect();
        let [operator, key, values] = parts[..] else {
            panic!("{clause} is no condition");
        };
        let keys = operators.entry(operator).or_insert(json!({}));
        keys[key] = listed(values);
    }
    if !operators.is_empty() {
        statement["Condition"] = Value::Object(operators);
    }
    statement
}

fn listed(text: &str) -> Value {
    let texts = text.split(',').map(|text| match text.strip_prefix('~') {
        Some(name) => format!("arn:aws:s3:::{name}"),
        None => text.to_owned(),
    });
    texts.collect()
}

#[test]
fn what_is_known_of_two_policies_is_found_and_the_twin_agrees() {
    let facts = facts();
    assert!(facts.len() >= 120, "{} facts", facts.len());
    let mut faults = Vec::new();
    for fact in &facts {
        for reading in fact.readings.iter().copied() {
            let mut said = |left, right| {
                let (verdict, fault) = wrong(left, right, reading, 1);
                faults
                    .extend(fault.map(|fault| format!("{}: {fault} ({reading:?})", fact.sentence)));
                match verdict {
                    Verdict::Included => Some(true),
                    Verdict::Refuted(_) => Some(false),
                    Verdict::Unknown(_) => None,
                }
            };
            let found = match (said(&fact.left, &fact.right), said(&fact.right, &fact.left)) {
                (Some(true), Some(true)) => "=",
                (Some(true), Some(false)) => "<",
                (Some(false), Some(true)) => ">",
                (Some(false), Some(false)) => "<>",
                (Some(false), None) => "!",
                _ => "undecided",
            };
            if found != fact.relation {
                faults.push(format!("{}: {found} ({reading:?})", fact.sentence));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_fact_stands_twice() {
    let mut seen = BTreeSet::new();
    for fact in facts() {
        let compared = format!("{:?} {:?} {:?}", fact.left, fact.right, fact.readings);
        assert!(seen.insert(compared), "{}", fact.sentence);
        assert!(seen.insert(fact.sentence.clone()), "{}", fact.sentence);
    }
}
