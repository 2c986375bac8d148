//! Policies at random: small, and of every shape.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::kinds::KINDS;
use super::words::{
    ACCOUNTS, ACTIONS, NAMES, PARTITIONS, REGIONS, RESOURCES, SERVICES, VARIABLE_RESOURCES,
};

/// What policies may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// Neither of those below.
    Plain,
    /// Policy variables.
    Variables,
    /// Policy variables, and operators of several kinds on one key.
    Everything,
}

/// A list, as policies write one: of one sometimes the one.
fn listed(texts: Vec<String>, bare: bool) -> Value {
    match &texts[..] {
        [one] if bare => json!(one),
        all => json!(all),
    }
}

fn texts(text: impl Strategy<Value = String>) -> impl Strategy<Value = Value> {
    (vec(text, 1..4), any::<bool>()).prop_map(|(texts, bare)| listed(texts, bare))
}

fn actions() -> impl Strategy<Value = Value> {
    texts(select(&ACTIONS[..]).prop_map(str::to_owned))
}

/// A pattern of resources.
fn resource(holding: Holding) -> BoxedStrategy<String> {
    let parts = (
        select(&PARTITIONS[..]),
        select(&SERVICES[..]),
        select(&REGIONS[..]),
        select(&ACCOUNTS[..]),
        select(&NAMES[..]),
    );
    let built = parts.prop_map(|(partition, service, region, account, name)| {
        let region = if service == "s3" && region == "eu" {
            "*"
        } else {
            region
        };
        format!("arn:{partition}:{service}:{region}:{account}:{name}")
    });
    let bucket = select(&NAMES[..]).prop_map(|name| format!("arn:aws:s3:::{name}"));
    let other = select(&RESOURCES[..]).prop_map(str::to_owned);
    let plain = prop_oneof![3 => bucket, 2 => built, 3 => other];
    let variable = select(&VARIABLE_RESOURCES[..]).prop_map(str::to_owned);
    match holding {
        Holding::Plain => plain.boxed(),
        _ => prop_oneof![2 => plain, 1 => variable].boxed(),
    }
}

/// One operator on one key.
#[derive(Clone, Debug)]
struct Clause {
    operator: String,
    key: String,
    values: Value,
}

/// The value as it stands, and sometimes as JSON's own number or boolean.
fn value(text: &str, bare: bool) -> Value {
    match serde_json::from_str(text) {
        Ok(found @ (Value::Bool(_) | Value::Number(_))) if bare => found,
        _ => json!(text),
    }
}

fn clause(holding: Holding) -> impl Strategy<Value = Clause> {
    let set = prop_oneof![4 => Just(""), 1 => Just("ForAllValues:"), 1 => Just("ForAnyValue:")];
    let suffix = prop_oneof![4 => Just(""), 1 => Just("IfExists")];
    let keys: Vec<&str> = KINDS.iter().flat_map(|kind| kind.keys).copied().collect();
    let null = (select(keys), vec(select(vec!["true", "false"]), 1..3));
    let null = null.prop_map(|(key, values)| ("Null".to_owned(), key, values));
    let kind = || 0..KINDS.len();
    let kinds = (kind(), kind(), prop::bool::weighted(0.2));
    let compared = kinds.prop_flat_map(move |(kind, other, mixed)| {
        let of_key = match mixed && holding == Holding::Everything {
            true => &KINDS[other],
            false => &KINDS[kind],
        };
        let kind = &KINDS[kind];
        // AWS refuses a policy that compares a date with what is none.
        let values = match kind.operators[0].starts_with("Date") {
            true => kind.values,
            false => of_key.values,
        };
        let plain = prop_oneof![2 => select(kind.values), 1 => select(values)];
        let value = match holding {
            Holding::Plain => plain.boxed(),
            _ => prop_oneof![2 => plain, 1 => select(kind.variable_values)].boxed(),
        };
        let operator = select(kind.operators).prop_map(str::to_owned);
        (operator, select(of_key.keys), vec(value, 1..4))
    });
    let suffixed = (compared, suffix)
        .prop_map(|((operator, key, values), suffix)| (operator + suffix, key, values));
    let either = prop_oneof![6 => suffixed, 1 => null];
    (set, either, any::<bool>()).prop_map(|(set, (operator, key, values), bare)| Clause {
        operator: format!("{set}{operator}"),
        key: key.to_owned(),
        values: match &values[..] {
            [one] if bare => value(one, true),
            all => all.iter().map(|text| value(text, bare)).collect(),
        },
    })
}

fn condition(clauses: Vec<Clause>) -> Value {
    let mut operators = Map::new();
    for clause in clauses {
        let keys = operators.entry(clause.operator).or_insert(json!({}));
        keys[clause.key] = clause.values;
    }
    Value::Object(operators)
}

/// A statement; of every four one denies.
pub(super) fn statement(holding: Holding) -> impl Strategy<Value = Value> {
    let effect = prop_oneof![3 => Just("Allow"), 1 => Just("Deny")];
    let of_actions = prop_oneof![4 => Just("Action"), 1 => Just("NotAction")];
    let of_resources = prop_oneof![4 => Just("Resource"), 1 => Just("NotResource")];
    let clauses = prop_oneof![
        1 => Just(Vec::new()).boxed(),
        2 => vec(clause(holding), 1..4).boxed(),
    ];
    let resources = texts(resource(holding));
    let parts = (
        effect,
        of_actions,
        actions(),
        of_resources,
        resources,
        clauses,
    );
    parts.prop_map(
        |(effect, of_actions, actions, of_resources, resources, clauses)| {
            let mut statement = json!({"Effect": effect});
            statement[of_actions] = actions;
            statement[of_resources] = resources;
            if !clauses.is_empty() {
                statement["Condition"] = condition(clauses);
            }
            statement
        },
    )
}

/// A version, or none, which is the older one.
pub(super) fn version() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![
        6 => Just(Some("2012-10-17")),
        1 => Just(Some("2008-10-17")),
        1 => Just(None),
    ]
}

/// The document of these statements.
pub(super) fn document(version: Option<&str>, statements: &[Value]) -> Value {
    let mut document = json!({"Statement": statements});
    if let Some(version) = version {
        document["Version"] = json!(version);
    }
    document
}

/// A policy of one to four statements.
pub(super) fn policy(holding: Holding) -> impl Strategy<Value = Value> {
    let parts = (version(), vec(statement(holding), 1..5));
    parts.prop_map(|(version, statements)| document(version, &statements))
}
