//! `aws_iam_policy_document`: a policy whose statements are blocks.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>

use std::collections::HashMap;

use super::terraform::Planned;
use super::text::Text;
use super::value::{Field, Known, Value};

/// The document that a data source makes. The documents that it takes in count with it; of statements with the same `Sid` all
/// count, where the data source would let a later one replace an earlier one.
pub(super) fn document_of(
    planned: &Planned<'_>,
    by_address: &HashMap<&str, &Planned<'_>>,
) -> Value {
    let values = &planned.values;
    let mut documents = Vec::new();
    for name in ["source_policy_documents", "override_policy_documents"] {
        for document in values.items_of(name) {
            let text = document.value.text();
            let source = text.refers_to().and_then(|address| by_address.get(address));
            documents.push(match source {
                // A data source that takes itself in is not planned: Terraform refuses the circle.
                Some(other) if other.address != planned.address => own(other),
                _ => document.value.clone(),
            });
        }
    }
    if documents.is_empty() {
        return own(planned);
    }
    documents.push(own(planned));
    Value::new(planned.span, Known::List(documents))
}

/// The statements that stand in the data source itself.
fn own(planned: &Planned<'_>) -> Value {
    let values = &planned.values;
    let version = values
        .text_of("version")
        .unwrap_or_else(|| Text::known("2012-10-17"));
    let statements = values.items_of("statement").into_iter();
    let statements = statements.map(|block| statement(block.value)).collect();
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
    let effect = block
        .text_of("effect")
        .unwrap_or_else(|| Text::known("Allow"));
    let mut fields = vec![("Effect", Value::new(None, Known::Text(effect)))];
    let sid = block
        .text_of("sid")
        .filter(|sid| sid.as_known() != Some(""));
    fields.extend(sid.map(|sid| ("Sid", Value::new(None, Known::Text(sid)))));
    let lists = [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ];
    for (name, element) in lists {
        if let Some(list) = block.first(name).filter(|list| !list.items().is_empty()) {
            fields.push((element, list.clone()));
        }
    }
    for (name, element) in [
        ("principals", "Principal"),
        ("not_principals", "NotPrincipal"),
    ] {
        fields.extend(principals(block, name).map(|value| (element, value)));
    }
    fields.extend(condition(block).map(|value| ("Condition", value)));
    object(block, fields)
}

fn principals(block: &Value, name: &str) -> Option<Value> {
    let blocks = block.items_of(name);
    let first = blocks.first()?.value;
    let mut kinds = Vec::new();
    for one in &blocks {
        let kind = one.value.text_of("type").unwrap_or_default();
        let kind = kind.as_known().unwrap_or_default().to_owned();
        let names = one.value.first("identifiers")?.clone();
        if kind == "*" {
            return Some(Value::new(first.span, Known::Text(Text::known("*"))));
        }
        kinds.push((kind, names));
    }
    let fields = kinds.into_iter().map(|(name, value)| Field {
        name,
        name_span: first.span,
        value,
    });
    Some(Value::new(first.span, Known::Object(fields.collect())))
}

fn condition(block: &Value) -> Option<Value> {
    let blocks = block.items_of("condition");
    let at = blocks.first()?.value.span;
    let mut operators: Vec<(String, Vec<Field>)> = Vec::new();
    for one in &blocks {
        let text = |name: &str| one.value.text_of(name).unwrap_or_default().to_string();
        let key = Field {
            name: text("variable"),
            name_span: one.value.span,
            value: one.value.first("values")?.clone(),
        };
        let test = text("test");
        match operators.iter_mut().find(|(before, _)| *before == test) {
            Some((_, keys)) => keys.push(key),
            None => operators.push((test, vec![key])),
        }
    }
    let fields = operators.into_iter().map(|(name, keys)| Field {
        name,
        name_span: at,
        value: Value::new(at, Known::Object(keys)),
    });
    Some(Value::new(at, Known::Object(fields.collect())))
}
