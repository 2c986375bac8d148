//! The values of a resource of a plan, with what is known only after the plan was applied.

use super::terraform_links::{Links, Target};
use super::text::{Text, Why};
use super::value::{Field, Known, Value};
use crate::text::{Member, Node, Shape, Span};

/// Reads the values of one resource.
pub(super) struct Reading<'r, 'n> {
    pub(super) address: &'n str,
    pub(super) links: &'r Links<'n>,
    pub(super) expressions: Option<&'n Node>,
}

impl<'n> Reading<'_, 'n> {
    /// What a value will be. Beside it stands what of it is known only after the plan was applied, and the expression that it
    /// is made of.
    pub(super) fn value(
        &self,
        after: Option<&'n Node>,
        unknown: Option<&'n Node>,
        expression: Option<&'n Node>,
    ) -> Value {
        let span = after.and_then(|after| after.span);
        let is_unknown = unknown.is_some_and(|unknown| unknown.shape == Shape::Bool(true));
        if is_unknown {
            return self.unknown(span, expression);
        }
        let shape = match (
            after.map(|after| &after.shape),
            unknown.map(|unknown| &unknown.shape),
        ) {
            (Some(Shape::List(items)), unknown) => {
                let beside = match unknown {
                    Some(Shape::List(items)) => items.as_slice(),
                    _ => &[],
                };
                let item = |(index, item)| {
                    let below = match expression.map(|expression| &expression.shape) {
                        Some(Shape::List(blocks)) => blocks.get(index),
                        _ => expression,
                    };
                    self.value(Some(item), beside.get(index), below)
                };
                Known::List(items.iter().enumerate().map(item).collect())
            }
            (Some(Shape::Object(members)), unknown) => {
                Known::Object(self.members(members, unknown, expression))
            }
            (None | Some(Shape::Null), Some(Shape::Object(unknown))) => {
                let unknown = Shape::Object(unknown.clone());
                Known::Object(self.only_unknown(&unknown, expression))
            }
            (Some(_), _) => return after.map_or(Value::new(None, Known::Absent), Value::from),
            (None, _) => Known::Absent,
        };
        Value::new(span, shape)
    }

    fn members(
        &self,
        members: &'n [Member],
        unknown: Option<&'n Shape>,
        expression: Option<&'n Node>,
    ) -> Vec<Field> {
        let unknown = match unknown {
            Some(Shape::Object(members)) => members.as_slice(),
            _ => &[],
        };
        let find = |name: &str| unknown.iter().find(|member| member.name == name);
        let below = |name: &str| expression.and_then(|expression| expression.get(name));
        let mut fields: Vec<_> = members
            .iter()
            .map(|member| Field {
                name: member.name.clone(),
                name_span: member.name_span,
                value: self.value(
                    Some(&member.value),
                    find(&member.name).map(|member| &member.value),
                    below(&member.name),
                ),
            })
            .collect();
        for member in unknown {
            if members.iter().all(|one| one.name != member.name) {
                fields.push(Field {
                    name: member.name.clone(),
                    name_span: None,
                    value: self.value(None, Some(&member.value), below(&member.name)),
                });
            }
        }
        fields
    }

    /// An object of which nothing stands in the plan.
    fn only_unknown(&self, unknown: &Shape, expression: Option<&'n Node>) -> Vec<Field> {
        let Shape::Object(members) = unknown else {
            return Vec::new();
        };
        let field = |member: &Member| Field {
            name: member.name.clone(),
            name_span: None,
            value: match member.value.shape {
                Shape::Bool(true) => {
                    let below = expression.and_then(|expression| expression.get(&member.name));
                    self.unknown(None, below)
                }
                _ => Value::new(None, Known::Absent),
            },
        };
        members.iter().map(field).collect()
    }

    fn unknown(&self, span: Option<Span>, expression: Option<&'n Node>) -> Value {
        let text = match self.links.target(self.address, expression) {
            Some(Target { address, reference }) => {
                Text::unknown(Why::Attribute(reference)).referring_to(&address)
            }
            None => {
                let first = self.links.first_reference(expression);
                Text::unknown(Why::Attribute(first.unwrap_or(self.address).to_owned()))
            }
        };
        Value::new(span, Known::Text(text))
    }
}
