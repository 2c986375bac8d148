//! Policies made at random, in every form that the grammar has.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tightrope::iam::Version;

/// A document of one statement, of this version.
pub(crate) fn with_elements(version: Version, statement: &str) -> String {
    let version = match version {
        Version::V2008 => "2008-10-17",
        Version::V2012 => "2012-10-17",
    };
    format!(r#"{{"Version":"{version}","Statement":{statement}}}"#)
}

/// Any JSON, with names that policies have among others.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}|\\*|s3:Get\\*|arn:aws:s3:::b|AWS|Allow|2012-10-17".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = "\\PC{0,4}|Effect|Action|Resource|Condition|AWS|StringEquals|DateLessThan";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// One as itself or in a list, or several in a list.
fn one_or_many(one: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    prop_oneof![
        one.clone(),
        prop::collection::vec(one, 1..4).prop_map(Value::from)
    ]
}

fn text(pattern: &'static str) -> impl Strategy<Value = Value> + Clone {
    pattern.prop_map(Value::from)
}

fn condition() -> impl Strategy<Value = Value> {
    let operator = "(ForAllValues:|ForAnyValue:)?(StringLike|ArnEquals|ArnLike|NumericLessThan|Bool|IpAddress)(IfExists)?";
    let date = text("20[0-9]{2}-0[1-9]-1[0-9]T10:00:00Z|[0-9]{1,9}");
    let value = prop_oneof![
        text("(\\PC|\\$\\{aws:username\\}|\"|\\\\|\t|\u{7f}|\u{e9}|\u{1f980}){0,4}"),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
    ];
    let keys = |value| {
        let values = prop_oneof![one_or_many(value), Just(json!([]))];
        prop::collection::btree_map("[a-c]:k/[x-zé日]?", values, 0..3)
            .prop_map(|keys: std::collections::BTreeMap<String, Value>| keys.into_iter().collect())
    };
    let objects = |map: Map<String, Value>| Value::Object(map);
    let usual = prop::collection::btree_map(operator, keys(value.boxed()).prop_map(objects), 0..3);
    let dates = prop::option::of(keys(date.boxed()).prop_map(objects));
    (usual, dates).prop_map(|(usual, dates)| {
        let mut condition: Map<_, _> = usual.into_iter().collect();
        condition.extend(dates.map(|dates| ("DateGreaterThan".to_owned(), dates)));
        Value::Object(condition)
    })
}

fn statement() -> impl Strategy<Value = Map<String, Value>> {
    let action = text("\\*|(s3|IAM):(Get|put)?(\\*|[A-Z][a-z]{0,3}\\??)");
    let resource = text(
        "\\*|arn:aws:(s3|sqs):::(\\*|\\?|\\$|\\{|\\}|\\$\\{(\\*|\\?|\\$|aws:username|aws:PrincipalTag/é, 'x')\\}|\\PC|\\\\u){0,6}|arn:aws:sqs:\\*",
    );
    let elements = (
        prop_oneof![Just("Action"), Just("NotAction")],
        one_or_many(action),
        prop_oneof![Just("Resource"), Just("NotResource")],
        one_or_many(resource),
        prop_oneof![Just("Allow"), Just("Deny")],
        prop::option::of(condition()),
    );
    elements.prop_map(
        |(actions, action, resources, resource, effect, condition)| {
            let mut statement = Map::new();
            statement.insert("Effect".into(), effect.into());
            statement.insert(actions.into(), action);
            statement.insert(resources.into(), resource);
            statement.extend(condition.map(|condition| ("Condition".to_owned(), condition)));
            statement
        },
    )
}

/// The text of an identity-based policy that IAM accepts.
pub(crate) fn policy() -> impl Strategy<Value = String> {
    let version = prop::option::of(prop_oneof![Just("2012-10-17"), Just("2008-10-17")]);
    let sids = prop::option::of("[A-Za-z0-9]{0,3}");
    let statements = prop::collection::vec((sids, statement()), 1..4);
    (version, statements, any::<bool>(), any::<bool>()).prop_map(
        |(version, statements, alone, pretty)| {
            let mut taken = std::collections::BTreeSet::new();
            let named = |(sid, mut statement): (Option<String>, Map<_, _>)| {
                let sid = sid.filter(|sid| sid.is_empty() || taken.insert(sid.clone()));
                statement.extend(sid.map(|sid| ("Sid".to_owned(), Value::from(sid))));
                Value::Object(statement)
            };
            let mut statements: Vec<_> = statements.into_iter().map(named).collect();
            let mut document = Map::new();
            document.extend(version.map(|version| ("Version".to_owned(), version.into())));
            let alone = alone && statements.len() == 1;
            let list = if alone {
                statements.remove(0)
            } else {
                statements.into()
            };
            document.insert("Statement".into(), list);
            let text = if pretty {
                serde_json::to_string_pretty(&document)
            } else {
                serde_json::to_string(&document)
            };
            text.expect("a value prints")
        },
    )
}
