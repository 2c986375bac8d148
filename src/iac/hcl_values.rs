//! Expressions of Terraform → [`Value`].
//!
//! <https://developer.hashicorp.com/terraform/language/expressions>

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOp, BinaryOperator, Conditional, Expression, Object, UnaryOperator};

use super::given::Given;
use super::hcl_configuration::{Configuration, placed};
use super::hcl_scope::Scope;
use super::text::{Text, Why};
use super::value::{Field, Known, Value};
use crate::text::Span;

/// The files of a folder, and what its expressions are.
pub(super) struct Evaluation<'m> {
    pub(super) configuration: Configuration<'m>,
    pub(super) given: &'m Given,
    /// The text of all files.
    pub(super) text: &'m str,
    left: Cell<usize>,
    /// What the locals are that were asked for; nothing of one that is being looked at.
    pub(super) locals: RefCell<HashMap<Local<'m>, Option<Value>>>,
}

/// A local, and what is asked of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Local<'m> {
    pub(super) name: &'m str,
    pub(super) firm: bool,
    pub(super) document: bool,
}

/// The values that are looked at in one folder. References that lead to references can be more than anybody would wait for.
const VALUES: usize = 100_000;

impl<'m> Evaluation<'m> {
    pub(super) fn new(configuration: Configuration<'m>, given: &'m Given, text: &'m str) -> Self {
        Evaluation {
            configuration,
            given,
            text,
            left: Cell::new(VALUES),
            locals: RefCell::default(),
        }
    }

    /// Whether it was too much to look at.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// Counts values that are looked at.
    pub(super) fn count(&self, values: usize) -> bool {
        let left = self.left.get().saturating_sub(values);
        self.left.set(left);
        left > 0
    }

    /// What an expression is.
    pub(super) fn value(&self, expression: &Expression, scope: Scope<'_>) -> Value {
        let span = placed(expression.span(), scope.base);
        let Some(scope) = scope.deeper().filter(|_| self.count(1)) else {
            return Value::unknown(span, Why::Unreadable(self.words(span)));
        };
        let shape = match expression {
            Expression::Null(_) => Known::Absent,
            Expression::Bool(value) => Known::Bool(**value),
            Expression::Number(number) => Known::Number(number.value().to_string()),
            Expression::String(text) => return self.string(text, span, scope),
            Expression::Array(items) => {
                Known::List(items.iter().map(|item| self.value(item, scope)).collect())
            }
            Expression::Object(object) => return self.object(object, span, scope.plain()),
            Expression::StringTemplate(template) => {
                return self.template(&mut template.iter(), span, scope);
            }
            Expression::HeredocTemplate(heredoc) => {
                return self.template(&mut heredoc.template.iter(), span, scope);
            }
            Expression::Parenthesis(inner) => return self.value(inner.inner(), scope),
            Expression::Variable(_) | Expression::Traversal(_) => {
                return self.reference(expression, span, scope).standing_at(span);
            }
            Expression::Conditional(either) => return self.conditional(either, span, scope),
            Expression::FuncCall(call) => return self.call(call, span, scope),
            Expression::UnaryOp(operation) => {
                let value = self.value(&operation.expr, scope.plain());
                match (operation.operator.value(), as_bool(&value)) {
                    (UnaryOperator::Not, Some(holds)) => Known::Bool(!holds),
                    _ => Known::Unknown(Why::Function(self.words(span))),
                }
            }
            Expression::BinaryOp(operation) => match self.operation(operation, scope.plain()) {
                Some(holds) => Known::Bool(holds),
                None => Known::Unknown(Why::Function(self.words(span))),
            },
            Expression::ForExpr(each) => return self.for_each(each, span, scope.plain()),
        };
        Value::new(span, shape)
    }

    /// What stands in a place, for a message: the beginning of it, in one line.
    pub(super) fn words(&self, span: Option<Span>) -> String {
        const LONG: usize = 60;
        let text = span.and_then(|span| self.text.get(span.start..span.end));
        let words: Vec<_> = text.unwrap_or_default().split_whitespace().collect();
        let words = words.join(" ");
        match words.char_indices().nth(LONG) {
            Some((at, _)) => format!("{}…", &words[..at]),
            None => words,
        }
    }

    /// Whether a condition holds; `None` when that is not known, or only by the default of a variable.
    pub(super) fn holds(&self, condition: &Expression, scope: Scope<'_>) -> Option<bool> {
        as_bool(&self.value(condition, scope.firm()))
    }

    fn conditional(&self, either: &Conditional, span: Option<Span>, scope: Scope<'_>) -> Value {
        let [yes, no] = [&either.true_expr, &either.false_expr];
        match self.holds(&either.cond_expr, scope) {
            Some(true) => self.value(yes, scope),
            Some(false) => self.value(no, scope),
            None => {
                let both = [yes, no].map(|side| self.value(side, scope));
                Value::new(span, Known::OneOf(both.into()))
            }
        }
    }

    /// An object; nothing is known of one that has a name which is not known.
    fn object(&self, object: &Object, span: Option<Span>, scope: Scope<'_>) -> Value {
        let mut fields: Vec<Field> = Vec::new();
        for (key, value) in object {
            let (name, name_span) = match (key.as_ident(), key.as_expr()) {
                (Some(name), _) => (Text::known(name.as_str()), placed(key.span(), scope.base)),
                (None, Some(key)) => self.name(key, scope),
                (None, None) => continue,
            };
            let Some(name) = name.as_known().map(str::to_owned) else {
                let why = name.unknowns().next().cloned();
                let why = why.unwrap_or_else(|| Why::Unreadable(self.words(name_span)));
                return Value::unknown(span, why);
            };
            let value = self.value(value.expr(), scope);
            fields.push(Field {
                name,
                name_span,
                value,
            });
        }
        Value::new(span, Known::Object(fields))
    }

    fn name(&self, key: &Expression, scope: Scope<'_>) -> (Text, Option<Span>) {
        let value = self.value(key, scope);
        (value.text(), placed(key.span(), scope.base))
    }

    /// What two values are to each other; `None` when that is not known.
    fn operation(&self, operation: &BinaryOp, scope: Scope<'_>) -> Option<bool> {
        let left = self.value(&operation.lhs_expr, scope);
        let operator = *operation.operator.value();
        let decided = match operator {
            BinaryOperator::And => Some(false),
            BinaryOperator::Or => Some(true),
            _ => None,
        };
        if decided.is_some() && as_bool(&left) == decided {
            return decided;
        }
        let right = self.value(&operation.rhs_expr, scope);
        if decided.is_some() {
            let both = (as_bool(&left), as_bool(&right));
            return match both {
                (_, right) if right == decided => decided,
                (Some(_), Some(right)) => Some(right),
                _ => None,
            };
        }
        let number = |value: &Value| value.text().as_known()?.parse::<f64>().ok();
        let ordered = || number(&left)?.partial_cmp(&number(&right)?);
        match operator {
            BinaryOperator::Eq => equal(&left, &right),
            BinaryOperator::NotEq => equal(&left, &right).map(|equal| !equal),
            BinaryOperator::Less => ordered().map(std::cmp::Ordering::is_lt),
            BinaryOperator::LessEq => ordered().map(std::cmp::Ordering::is_le),
            BinaryOperator::Greater => ordered().map(std::cmp::Ordering::is_gt),
            BinaryOperator::GreaterEq => ordered().map(std::cmp::Ordering::is_ge),
            _ => None,
        }
    }
}

/// The boolean that a value is, if that is known.
pub(super) fn as_bool(value: &Value) -> Option<bool> {
    match &value.shape {
        Known::Bool(holds) => Some(*holds),
        Known::Text(text) => match text.as_known()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Whether two values are the same, when both are known and no lists or objects.
fn equal(left: &Value, right: &Value) -> Option<bool> {
    let scalar = |value: &Value| match &value.shape {
        Known::Absent => Some(None),
        Known::Bool(_) | Known::Number(_) | Known::Text(_) => {
            Some(Some(value.text().as_known()?.to_owned()))
        }
        _ => None,
    };
    Some(scalar(left)? == scalar(right)?)
}
