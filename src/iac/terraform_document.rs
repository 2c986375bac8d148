//! `aws_iam_policy_document`: a policy whose statements are blocks.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>

use std::collections::HashMap;

use super::terraform_resource::Planned;
use super::text::{Text, Why};
use super::value::{Field, Known, Possible, Value};

/// The document that a data source makes. The documents that it takes in count with it; of statements with the same `Sid` all
/// count, where the data source would let a later one replace an earlier one.
pub(super) fn document_of(
    planned: &Planned<'_>,
    by_address: &HashMap<&str, &Planned<'_>>,
) -> Value {
    let mut documents = Vec::new();
    let mut taken = vec![planned.address];
    let mut left = vec![(planned, true)];
    while let Some((taker, certain)) = left.pop() {
        for document in taken_in(taker) {
            let certain = certain && document.certain;
            let possible = Possible {
                certain,
                ..document
            };
            let text = document.value.text();
            let source = text.refers_to().and_then(|address| by_address.get(address));
            let Some(other) = source else {
                documents.push(possible.as_certain(document.value.clone()));
                continue;
            };
            // Terraform refuses a circle.
            if !taken.contains(&other.address) {
                taken.push(other.address);
                left.push((other, certain));
                documents.push(possible.as_certain(own(other)));
            }
        }
    }
    if documents.is_empty() {
        return own(planned);
    }
    documents.push(own(planned));
    Value::new(planned.span, Known::List(documents))
}

/// What a data source takes in: lists, and what there was before there were lists.
fn taken_in<'p>(planned: &'p Planned<'_>) -> impl Iterator<Item = Possible<'p>> {
    let names = [
        "source_policy_documents",
        "override_policy_documents",
        "source_json",
        "override_json",
    ];
    names
        .into_iter()
        .flat_map(|name| planned.values.items_of(name))
}

/// The statements that stand in the data source itself.
fn own(planned: &Planned<'_>) -> Value {
    let values = &planned.values;
    let version = values
        .text_of("version")
        .unwrap_or_else(|| Text::known("2012-10-17"));
    let statements = values.items_of("statement").into_iter();
    let statements = statements.map(|block| block.as_certain(statement(block.value)));
    let statements = statements.collect();
    object(
        values,
        vec![
            ("Version", Value::new(None, Known::Text(version))),
            (
                "Statement",
                Value::new(planned.span, Known::List(statements)),
            ),
        ],
    )
}

fn object(at: &Value, fields: Vec<(&str, Value)>) -> Value {
    let field = |(name, value): (&str, Value)| Field {
        name: name.to_owned(),
        name_span: at.span,
        value,
    };
    Value::new(
        at.span,
        Known::Object(fields.into_iter().map(field).collect()),
    )
}

fn statement(block: &Value) -> Value {
    if let Known::Unknown(_) = block.shape {
        return block.clone();
    }
    let effect = block
        .text_of("effect")
        .unwrap_or_else(|| Text::known("Allow"));
    let mut fields = vec![("Effect", Value::new(None, Known::Text(effect)))];
    let sid = block
        .text_of("sid")
        .filter(|sid| sid.as_known() != Some(""));
    fields.extend(sid.map(|sid| ("Sid", Value::new(None, Known::Text(sid)))));
    fields.extend(either(
        block,
        ("actions", "not_actions"),
        ("Action", "NotAction"),
    ));
    fields.extend(either(
        block,
        ("resources", "not_resources"),
        ("Resource", "NotResource"),
    ));
    fields.extend(who(block));
    fields.extend(condition(block).map(|value| ("Condition", value)));
    object(block, fields)
}

/// What is meant, or all but what is not meant. When it is not known which of both stands there, nothing is known of it.
fn either(
    block: &Value,
    (only, all_but): (&str, &str),
    (element, negated): (&'static str, &'static str),
) -> Vec<(&'static str, Value)> {
    let there = |name: &str| block.whole(name).filter(|list| !list.items().is_empty());
    let perhaps = |list: &Value| {
        list.items()
            .iter()
            .all(|item| !item.certain || is_unknown(item.value))
    };
    let unknown = |list: &Value| {
        let why = Why::Condition(format!("{only} or {all_but}"));
        vec![(element, Value::unknown(list.span, why))]
    };
    match (there(only), there(all_but)) {
        (Some(list), Some(other)) if perhaps(list) || perhaps(other) => unknown(list),
        (None, Some(other)) if perhaps(other) => unknown(other),
        (list, other) => {
            let list = list.map(|list| (element, list.clone()));
            let other = other.map(|list| (negated, list.clone()));
            list.into_iter().chain(other).collect()
        }
    }
}

/// Who is meant, or is not. Of all but those who are perhaps not meant, nobody is known.
fn who(block: &Value) -> Option<(&'static str, Value)> {
    let principals_of = |name| principals(block, name);
    match (principals_of("principals"), principals_of("not_principals")) {
        (Some(who), None) => Some(("Principal", who)),
        (Some(who), Some(_)) => {
            let unknown = Text::unknown(Why::Condition("principals or not_principals".into()));
            let unknown = Value::new(who.span, Known::Text(unknown));
            Some((
                "Principal",
                Value::new(who.span, Known::OneOf(vec![unknown])),
            ))
        }
        (None, Some(not)) if not.is_only_perhaps() => {
            let unknown = Text::unknown(Why::Condition("not_principals".into()));
            let unknown = Value::new(not.span, Known::Text(unknown));
            Some((
                "Principal",
                Value::new(not.span, Known::OneOf(vec![unknown])),
            ))
        }
        (None, not) => not.map(|not| ("NotPrincipal", not)),
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value.shape, Known::Unknown(_))
}

fn principals(block: &Value, name: &str) -> Option<Value> {
    let blocks = block.items_of(name);
    let first = blocks.first()?.value;
    let mut kinds = Vec::new();
    for one in &blocks {
        let kind = one.value.text_of("type").unwrap_or_default();
        let names = one.value.whole("identifiers").cloned();
        let unknown = || Value::unknown(one.value.span, Why::Condition(name.to_owned()));
        let names = names.unwrap_or_else(unknown);
        match kind.as_known() {
            Some("*") => return Some(Value::new(first.span, Known::Text(Text::known("*")))),
            Some(kind) if !kind.is_empty() => kinds.push((kind.to_owned(), names)),
            // Whoever it is, is named by what is not known.
            _ => kinds.push(("AWS".to_owned(), unknown())),
        }
    }
    let mut fields: Vec<Field> = Vec::new();
    for (name, value) in kinds {
        match fields.iter_mut().find(|field| field.name == name) {
            Some(before) => {
                let both = vec![before.value.clone(), value];
                before.value = Value::new(first.span, Known::List(both));
            }
            None => fields.push(Field {
                name,
                name_span: first.span,
                value,
            }),
        }
    }
    let all = Value::new(first.span, Known::Object(fields));
    let certain = blocks.iter().any(|one| one.certain);
    Some(
        Possible {
            value: first,
            certain,
        }
        .as_certain(all),
    )
}

fn condition(block: &Value) -> Option<Value> {
    let blocks = block.items_of("condition");
    let at = blocks.first()?.value.span;
    let mut operators: Vec<(String, Vec<Field>)> = Vec::new();
    let mut perhaps: Vec<Field> = Vec::new();
    for one in &blocks {
        let text = |name: &str| one.value.text_of(name).unwrap_or_default();
        let (test, variable) = (text("test"), text("variable"));
        let values = one.value.whole("values");
        let (Some(operator), Some(name), Some(values), true) =
            (test.as_known(), variable.as_known(), values, one.certain)
        else {
            let unknown = Why::Condition(format!("{test} {variable}"));
            perhaps.push(Field {
                name: test.to_string(),
                name_span: one.value.span,
                value: Value::unknown(one.value.span, unknown),
            });
            continue;
        };
        let key = Field {
            name: name.to_owned(),
            name_span: one.value.span,
            value: values.clone(),
        };
        match operators.iter_mut().find(|(before, _)| before == operator) {
            Some((_, keys)) => keys.push(key),
            None => operators.push((operator.to_owned(), vec![key])),
        }
    }
    let fields = operators.into_iter().map(|(name, keys)| Field {
        name,
        name_span: at,
        value: Value::new(at, Known::Object(keys)),
    });
    let fields = fields.chain(perhaps).collect();
    Some(Value::new(at, Known::Object(fields)))
}
