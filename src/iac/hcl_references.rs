//! What an expression of Terraform refers to: variables, locals, resources, and parts of values.
//!
//! <https://developer.hashicorp.com/terraform/language/expressions/references>

use hcl_edit::expr::{Expression, TraversalOperator};

use super::hcl_configuration::Gift;
use super::hcl_scope::Scope;
use super::hcl_values::{Evaluation, Local};
use super::text::{Text, Why};
use super::value::{Known, Value};
use crate::text::Span;

/// A step into a value.
#[derive(Clone)]
pub(super) enum Step {
    /// A member of an object, by its name.
    Member(String),
    /// An item of a list, or a member of an object.
    Index(Value),
    /// Every item of a list.
    Splat,
}

impl Step {
    fn member(&self) -> Option<&str> {
        match self {
            Step::Member(name) => Some(name),
            _ => None,
        }
    }
}

impl Evaluation<'_> {
    /// What a name, with the steps behind it, refers to.
    pub(super) fn reference(
        &self,
        expression: &Expression,
        span: Option<Span>,
        scope: Scope<'_>,
    ) -> Value {
        let (root, steps) = match expression {
            Expression::Traversal(traversal) => {
                let steps = traversal.operators.iter();
                let steps = steps.map(|operator| self.step(operator, scope.plain()));
                (&traversal.expr, steps.collect())
            }
            other => (other, Vec::new()),
        };
        let Expression::Variable(name) = root else {
            return into(self.value(root, scope), &steps, &self.words(span));
        };
        let words = self.words(span);
        if let Some(value) = scope.bound(name.as_str()) {
            let within = into_borrowed(value, &steps, &words);
            return match self.count(size(&within)) {
                true => within,
                false => Value::unknown(span, Why::Unreadable(words)),
            };
        }
        self.named(name.as_str(), &steps, &words, scope)
    }

    fn step(&self, operator: &TraversalOperator, scope: Scope<'_>) -> Step {
        match operator {
            TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => Step::Splat,
            TraversalOperator::GetAttr(name) => Step::Member(name.as_str().to_owned()),
            TraversalOperator::Index(index) => Step::Index(self.value(index, scope)),
            TraversalOperator::LegacyIndex(index) => {
                let number = Known::Number(index.value().to_string());
                Step::Index(Value::new(None, number))
            }
        }
    }

    /// What the configuration calls so.
    fn named(&self, root: &str, steps: &[Step], words: &str, scope: Scope<'_>) -> Value {
        let unknown = |why: fn(String) -> Why| Value::unknown(None, why(words.to_owned()));
        let member = |index: usize| steps.get(index).and_then(Step::member);
        match (root, member(0)) {
            ("var", Some(name)) => into(self.variable(name, words, scope), &steps[1..], words),
            ("local", Some(name)) => {
                let value = self.local(name, scope);
                // It stands in a file that was not given, or goes in a circle.
                value.map_or_else(
                    || unknown(Why::Elsewhere),
                    |value| into(value, &steps[1..], words),
                )
            }
            ("data", Some(kind)) => match member(1) {
                Some(name) => {
                    let address = format!("data.{kind}.{name}");
                    self.instances(&address, &steps[2..], words, scope)
                }
                None => unknown(Why::Unreadable),
            },
            ("module", _) => unknown(Why::Elsewhere),
            ("each" | "count" | "self" | "path" | "terraform", _) => unknown(Why::Unreadable),
            (kind, Some(name)) if kind.contains('_') => {
                self.instances(&format!("{kind}.{name}"), &steps[1..], words, scope)
            }
            _ => unknown(Why::Unreadable),
        }
    }

    /// A local, looked at once.
    fn local(&self, name: &str, scope: Scope<'_>) -> Option<Value> {
        let (name, local) = self.configuration.locals.get_key_value(name)?;
        let asked = Local {
            name,
            firm: scope.firm,
            document: scope.document,
        };
        if let Some(known) = self.locals.borrow().get(&asked) {
            let known = known.as_ref().filter(|known| self.count(size(known)));
            return known.cloned();
        }
        self.locals.borrow_mut().insert(asked, None);
        let value = self.value(local.it, scope.elsewhere(local.base));
        self.locals.borrow_mut().insert(asked, Some(value.clone()));
        Some(value)
    }

    /// A variable: what is given to it, or else its default.
    fn variable(&self, name: &str, words: &str, scope: Scope<'_>) -> Value {
        let unknown = || Value::unknown(None, Why::Parameter(words.to_owned()));
        if let Some(given) = self.given.parameters.get(name) {
            return Value::new(None, Known::Text(Text::known(given)));
        }
        match self.configuration.gifts.get(name) {
            Some(Gift::Expression(gift)) => {
                return self.value(gift.it, scope.elsewhere(gift.base));
            }
            Some(Gift::Value(value)) => return (*value).clone(),
            None => {}
        }
        let Some(variable) = self.configuration.variables.get(name) else {
            return Value::unknown(None, Why::Elsewhere(words.to_owned()));
        };
        let default = variable.it.body.get_attribute("default");
        match default.filter(|_| !scope.firm) {
            Some(default) => self.value(&default.value, scope.elsewhere(variable.base)),
            None => unknown(),
        }
    }

    /// An attribute of a resource: of all of its instances the same is known.
    fn instances(&self, address: &str, steps: &[Step], words: &str, scope: Scope<'_>) -> Value {
        let indices = steps.iter().take_while(|step| step.member().is_none());
        let splat = indices.clone().any(|step| matches!(step, Step::Splat));
        let rest = &steps[indices.count()..];
        let Some(attribute) = rest.first().and_then(Step::member) else {
            return Value::unknown(None, Why::Unreadable(words.to_owned()));
        };
        let value = self.attribute(address, attribute, words, scope);
        // Of a list in which the instances are, each is known as one.
        let value = match splat {
            true => Value::new(None, Known::List(vec![value])),
            false => value,
        };
        into(value, &rest[1..], words)
    }
}

/// What the steps lead to in a value.
pub(super) fn into(value: Value, steps: &[Step], words: &str) -> Value {
    match steps {
        [] => value,
        steps => into_borrowed(&value, steps, words),
    }
}

fn into_borrowed(value: &Value, steps: &[Step], words: &str) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return value.clone();
    };
    let missing = || Value::unknown(None, Why::Missing(words.to_owned()));
    let each = |values: &mut dyn Iterator<Item = &Value>| {
        let values: Vec<_> = values
            .map(|value| into_borrowed(value, rest, words))
            .collect();
        match values.is_empty() {
            true => missing(),
            false => Value::one_of(None, values),
        }
    };
    match (step, &value.shape) {
        (_, Known::OneOf(values)) => {
            let each = values
                .iter()
                .map(|value| into_borrowed(value, steps, words));
            Value::new(value.span, Known::OneOf(each.collect()))
        }
        (_, Known::Unknown(why)) => Value::unknown(value.span, why.clone()),
        (Step::Splat, Known::List(items)) => {
            let items = items.iter().map(|item| into_borrowed(item, rest, words));
            Value::new(value.span, Known::List(items.collect()))
        }
        (Step::Splat, _) => {
            let one = into_borrowed(value, rest, words);
            Value::new(value.span, Known::List(vec![one]))
        }
        (Step::Member(name), Known::Object(fields)) => {
            let named = fields.iter().find(|field| field.name == *name);
            named.map_or_else(missing, |field| into_borrowed(&field.value, rest, words))
        }
        (Step::Index(index), Known::Object(fields)) => match index.text().as_known() {
            Some(key) => {
                let named = fields.iter().find(|field| field.name == key);
                named.map_or_else(missing, |field| into_borrowed(&field.value, rest, words))
            }
            None => each(&mut fields.iter().map(|field| &field.value)),
        },
        (Step::Index(index), Known::List(items)) => {
            let index = index.text();
            let at: Option<usize> = index.as_known().and_then(|index| index.parse().ok());
            // An item that is not known may be several.
            let several = |item: &Value| matches!(item.shape, Known::Unknown(_) | Known::OneOf(_));
            match (at, items.iter().any(several)) {
                (Some(at), false) => items
                    .get(at)
                    .map_or_else(missing, |item| into_borrowed(item, rest, words)),
                _ => each(&mut items.iter()),
            }
        }
        _ => Value::unknown(value.span, Why::Unreadable(words.to_owned())),
    }
}

/// How much a value is to copy: its parts, and its texts by a few characters a part.
pub(super) fn size(value: &Value) -> usize {
    let below: usize = match &value.shape {
        Known::List(items) | Known::OneOf(items) => items.iter().map(size).sum(),
        Known::Object(fields) => fields.iter().map(|field| size(&field.value)).sum(),
        Known::Text(text) => text.parts().len() + text.to_string().len() / 16,
        _ => 0,
    };
    below + 1
}
