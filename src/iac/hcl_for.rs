//! `[for … : …]` and `{for … : … => …}` of Terraform.
//!
//! <https://developer.hashicorp.com/terraform/language/expressions/for>

use hcl_edit::expr::ForExpr;

use super::hcl_blocks::items;
use super::hcl_scope::{Bound, Scope};
use super::hcl_values::{Evaluation, as_bool};
use super::text::Why;
use super::value::{Field, Known, Value};
use crate::text::Span;

impl Evaluation<'_> {
    /// A list or object that is made of another one.
    pub(super) fn for_each(&self, each: &ForExpr, span: Option<Span>, scope: Scope<'_>) -> Value {
        let over = self.value(&each.intro.collection_expr, scope);
        let Some(items) = items(&over) else {
            let why = over.text().unknowns().next().cloned();
            let why = why.unwrap_or_else(|| Why::Function(self.words(span)));
            return Value::unknown(span, why);
        };
        let is_list = matches!(over.shape, Known::List(_));
        let (mut list, mut fields) = (Vec::new(), Vec::new());
        for (index, item) in items.into_iter().enumerate() {
            let key = match is_list {
                true => Value::new(None, Known::Number(index.to_string())),
                false => item.key,
            };
            let made = self.one(each, (key, item.value, item.certain), scope);
            let Some((key, value)) = made else { continue };
            match key {
                Some(Known::Text(name)) if name.as_known().is_some() && !each.grouping => {
                    fields.push(Field {
                        name: name.as_known().unwrap_or_default().to_owned(),
                        name_span: span,
                        value,
                    });
                }
                Some(_) => return Value::unknown(span, Why::Function(self.words(span))),
                None => list.push(value),
            }
        }
        let shape = match each.key_expr {
            Some(_) => Known::Object(fields),
            None => Known::List(list),
        };
        Value::new(span, shape)
    }

    /// What is made of one item, and the key of it; `None` when the condition leaves it out.
    fn one(
        &self,
        each: &ForExpr,
        (key, value, certain): (Value, Value, bool),
        scope: Scope<'_>,
    ) -> Option<(Option<Known>, Value)> {
        let intro = &each.intro;
        let key_name = intro.key_var.as_ref().map_or("", |name| name.as_str());
        let of_key = Bound {
            name: key_name,
            value: key,
            next: scope.bound,
        };
        let of_value = Bound {
            name: intro.value_var.as_str(),
            value,
            next: Some(&of_key),
        };
        let scope = scope.with(&of_value);
        let condition = each.cond.as_ref();
        let holds = condition.map(|condition| as_bool(&self.value(&condition.expr, scope.firm())));
        let made = match holds {
            Some(Some(false)) => return None,
            _ => self.value(&each.value_expr, scope),
        };
        let made = match certain && holds != Some(None) {
            true => made,
            false => {
                let absent = Value::new(made.span, Known::Absent);
                Value::new(made.span, Known::OneOf(vec![made, absent]))
            }
        };
        let key = each.key_expr.as_ref().map(|key| {
            let key = self.value(key, scope);
            match key.shape {
                Known::Bool(_) | Known::Number(_) => Known::Text(key.text()),
                shape => shape,
            }
        });
        Some((key, made))
    }
}
