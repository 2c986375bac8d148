//! Blocks of Terraform as objects: a block of a kind is an item of a list.
//!
//! <https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks>

use hcl_edit::Span as _;
use hcl_edit::structure::{Block, Body, Structure};

use super::hcl_configuration::{Declared, placed};
use super::hcl_scope::{Bound, Scope};
use super::hcl_values::Evaluation;
use super::text::{Text, Why};
use super::value::{Field, Known, Value};
use crate::text::Span;

/// The attributes whose texts are policy documents.
const DOCUMENTS: [&str; 6] = [
    "assume_role_policy",
    "override_json",
    "override_policy_documents",
    "policy",
    "source_json",
    "source_policy_documents",
];

/// What says of a block how it is made, and not what it is.
const META: [&str; 9] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "precondition",
    "provider",
    "provisioner",
    "timeouts",
];

/// Whether there is a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum There {
    Surely,
    Perhaps,
    Not,
}

impl Evaluation<'_> {
    /// The attributes and blocks of a body.
    pub(super) fn body(&self, body: &Body, span: Option<Span>, scope: Scope<'_>) -> Value {
        let mut fields: Vec<Field> = Vec::new();
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) if !META.contains(&attribute.key.as_str()) => {
                    let name = attribute.key.as_str();
                    let document = DOCUMENTS.contains(&name);
                    let scope = scope.reading(document);
                    fields.push(Field {
                        name: name.to_owned(),
                        name_span: placed(attribute.key.span(), scope.base),
                        value: self.value(&attribute.value, scope),
                    });
                }
                Structure::Block(block) if !META.contains(&block.ident.as_str()) => {
                    let span = placed(block.ident.span(), scope.base);
                    let (name, items) = match (block.ident.as_str(), block.labels.first()) {
                        ("dynamic", Some(label)) => {
                            (label.as_str(), self.dynamic(block, label.as_str(), scope))
                        }
                        (name, _) => (name, vec![self.body(&block.body, span, scope)]),
                    };
                    put(&mut fields, name, span, items);
                }
                _ => {}
            }
        }
        Value::new(span, Known::Object(fields))
    }

    /// The blocks that a dynamic block makes.
    fn dynamic(&self, block: &Block, label: &str, scope: Scope<'_>) -> Vec<Value> {
        let span = placed(block.ident.span(), scope.base);
        let body = &block.body;
        let Some(content) = body.get_blocks("content").next() else {
            return Vec::new();
        };
        let iterator = body.get_attribute("iterator");
        let iterator = iterator.and_then(|name| name.value.as_variable());
        let name = iterator.map_or(label, |name| name.as_str());
        let made = |key: Value, value: Value| {
            let bound = Bound {
                name,
                value: pair(key, value),
                next: scope.bound,
            };
            self.body(&content.body, span, scope.with(&bound))
        };
        let over = body.get_attribute("for_each");
        let over = over.map(|over| self.value(&over.value, scope.firm()));
        let perhaps = |made: Value| Value::new(span, Known::OneOf(vec![made]));
        let Some(items) = over.as_ref().and_then(items) else {
            let why = over.and_then(|over| over.text().unknowns().next().cloned());
            let unknown = Value::unknown(None, why.unwrap_or(Why::Unreadable("for_each".into())));
            return vec![perhaps(made(unknown.clone(), unknown))];
        };
        let each = items.into_iter().map(|item| {
            let block = made(item.key, item.value);
            match item.certain {
                true => block,
                false => perhaps(block),
            }
        });
        each.collect()
    }

    /// What is made in the scope of a block, where `each` is any of what the block is made for.
    pub(super) fn with_each<T>(
        &self,
        declared: &Declared<'_>,
        scope: Scope<'_>,
        make: impl FnOnce(Scope<'_>) -> T,
    ) -> T {
        let Some(over) = declared.block.it.body.get_attribute("for_each") else {
            return make(scope);
        };
        let over = self.value(&over.value, scope.firm());
        let unknown = |name: &str| Value::unknown(None, Why::Unreadable(name.to_owned()));
        let (key, value) = match items(&over) {
            Some(items) if !items.is_empty() => {
                let each = items.into_iter().map(|item| (item.key, item.value));
                let (keys, values) = each.unzip();
                (Value::one_of(None, keys), Value::one_of(None, values))
            }
            _ => (unknown("each.key"), unknown("each.value")),
        };
        let bound = Bound {
            name: "each",
            value: pair(key, value),
            next: None,
        };
        make(scope.with(&bound))
    }

    /// Whether there is a resource, by its `count` or `for_each`.
    pub(super) fn is_there(&self, declared: &Declared<'_>) -> There {
        let body = &declared.block.it.body;
        let scope = Scope::of(declared.block.base).firm();
        let value = |name: &str| {
            let written = body.get_attribute(name)?;
            Some(self.value(&written.value, scope))
        };
        if let Some(count) = value("count") {
            return match count.text().as_known().map(str::parse::<u64>) {
                Some(Ok(0)) => There::Not,
                Some(Ok(_)) => There::Surely,
                _ => There::Perhaps,
            };
        }
        let Some(over) = value("for_each") else {
            return There::Surely;
        };
        match items(&over) {
            Some(items) if items.is_empty() => There::Not,
            Some(items) if items.iter().any(|item| item.certain) => There::Surely,
            _ => There::Perhaps,
        }
    }
}

/// Puts blocks behind those of the same name.
fn put(fields: &mut Vec<Field>, name: &str, span: Option<Span>, items: Vec<Value>) {
    let before = fields.iter_mut().find(|field| field.name == name);
    match before.map(|field| &mut field.value.shape) {
        Some(Known::List(before)) => before.extend(items),
        _ => fields.push(Field {
            name: name.to_owned(),
            name_span: span,
            value: Value::new(span, Known::List(items)),
        }),
    }
}

fn pair(key: Value, value: Value) -> Value {
    let field = |name: &str, value| Field {
        name: name.to_owned(),
        name_span: None,
        value,
    };
    let fields = vec![field("key", key), field("value", value)];
    Value::new(None, Known::Object(fields))
}

/// An item of what something is made for.
pub(super) struct Item {
    pub(super) key: Value,
    pub(super) value: Value,
    /// Whether it is surely one item, and there.
    pub(super) certain: bool,
}

/// The items of a map, set or list, or of all that it may be; `None` when they are not known.
pub(super) fn items(value: &Value) -> Option<Vec<Item>> {
    // What is not known may be several, or nothing.
    let open = |value: &Value| matches!(value.shape, Known::Unknown(_) | Known::OneOf(_));
    let item = |key: Value, value: &Value| Item {
        key,
        value: value.clone(),
        certain: !open(value),
    };
    match &value.shape {
        Known::Absent => Some(Vec::new()),
        Known::List(items) => Some(items.iter().map(|one| item(one.clone(), one)).collect()),
        Known::Object(fields) => {
            let key = |name: &str| Value::new(None, Known::Text(Text::known(name)));
            let items = fields.iter();
            Some(
                items
                    .map(|field| item(key(&field.name), &field.value))
                    .collect(),
            )
        }
        Known::OneOf(values) => {
            let mut all = Vec::new();
            for value in values {
                all.extend(items(value)?);
            }
            let perhaps = |item| Item {
                certain: false,
                ..item
            };
            Some(all.into_iter().map(perhaps).collect())
        }
        _ => None,
    }
}
