//! Functions of Terraform.
//!
//! <https://developer.hashicorp.com/terraform/language/functions>

use hcl_edit::expr::FuncCall;

use super::hcl_lists::{flat, of_lists};
use super::hcl_scope::Scope;
use super::hcl_values::Evaluation;
use super::text::{Text, Why};
use super::value::{Known, Value, joined};
use crate::text::Span;

/// A text that a function makes is not looked at when it is longer.
const LONG: usize = 1 << 16;

impl Evaluation<'_> {
    /// What a function makes. Of one that this program does not know, it is not known.
    pub(super) fn call(&self, call: &FuncCall, span: Option<Span>, scope: Scope<'_>) -> Value {
        let name = call.name.name.as_str();
        let unknown = || Value::unknown(span, Why::Function(self.words(span)));
        if call.name.is_namespaced() {
            return unknown();
        }
        let scope = match name {
            // What decides by itself what it gives back.
            "try" | "coalesce" | "one" | "sensitive" | "nonsensitive" | "trimspace" | "chomp" => {
                scope
            }
            "jsondecode" => scope.reading(true),
            _ => scope.plain(),
        };
        let mut arguments: Vec<_> = call
            .args
            .iter()
            .map(|argument| self.value(argument, scope))
            .collect();
        if call.args.expand_final() {
            match arguments.pop().map(|last| last.shape) {
                Some(Known::List(items)) => arguments.extend(items),
                _ => return unknown(),
            }
        }
        let made = match name {
            "file" | "templatefile" | "filebase64" => {
                Some(Known::Unknown(Why::Elsewhere(self.words(span))))
            }
            "concat" | "flatten" | "setunion" | "toset" | "tolist" | "distinct" | "sort"
            | "compact" | "reverse" | "merge" | "keys" | "values" | "length" | "contains"
            | "element" | "lookup" | "one" | "coalescelist" => of_lists(name, &arguments),
            "try" | "coalesce" => first(name, &arguments),
            _ => of_texts(name, &arguments),
        };
        match made {
            Some(shape) => Value::new(span, shape),
            None => unknown(),
        }
    }
}

/// The first that can be had: one that is known, or else one of all up to the first that is.
fn first(name: &str, arguments: &[Value]) -> Option<Known> {
    let mut perhaps = Vec::new();
    for argument in arguments {
        match &argument.shape {
            // What is not there is passed over, by `try` as a mistake.
            Known::Unknown(Why::Missing(_)) if name == "try" => continue,
            Known::Absent if name == "coalesce" => continue,
            Known::Text(text) if name == "coalesce" && text.as_known() == Some("") => continue,
            Known::Unknown(_) | Known::OneOf(_) => perhaps.push(argument.clone()),
            Known::Text(text) if text.as_known().is_none() => perhaps.push(argument.clone()),
            _ => {
                perhaps.push(argument.clone());
                break;
            }
        }
    }
    match perhaps.len() {
        0 => None,
        _ => Some(Value::one_of(None, perhaps).shape),
    }
}

/// The functions of texts, and those that give back what they take.
fn of_texts(name: &str, arguments: &[Value]) -> Option<Known> {
    let known = |index: usize| arguments.get(index)?.text().as_known().map(str::to_owned);
    let text = |text: String| (text.len() <= LONG).then(|| Known::Text(Text::known(text)));
    match (name, arguments) {
        // As an object, and not as its text: what reads it would make an object of the text again.
        (
            "jsonencode" | "jsondecode" | "sensitive" | "nonsensitive" | "tostring" | "tonumber"
            | "tobool" | "tomap",
            [value],
        ) => Some(value.shape.clone()),
        ("join", [delimiter, lists @ ..]) => join(delimiter, lists),
        ("format", [format, values @ ..]) => formatted(format, values),
        ("split", [delimiter, whole]) => {
            let parts = whole.text().split(
                delimiter
                    .text()
                    .as_known()
                    .filter(|text| !text.is_empty())?,
            )?;
            let part = |part| Value::new(None, Known::Text(part));
            Some(Known::List(parts.into_iter().map(part).collect()))
        }
        ("lower", _) => text(known(0)?.to_lowercase()),
        ("upper", _) => text(known(0)?.to_uppercase()),
        ("trimspace" | "chomp", [value]) => match value.shape {
            Known::Text(_) => text(known(0)?.trim().to_owned()),
            _ => Some(value.shape.clone()),
        },
        ("trimprefix", _) => {
            let (whole, end) = (known(0)?, known(1)?);
            text(whole.strip_prefix(&end).unwrap_or(&whole).to_owned())
        }
        ("trimsuffix", _) => {
            let (whole, end) = (known(0)?, known(1)?);
            text(whole.strip_suffix(&end).unwrap_or(&whole).to_owned())
        }
        ("replace", _) => {
            let (whole, old, new) = (known(0)?, known(1)?, known(2)?);
            // Between slashes stands a regular expression.
            let plain = !old.starts_with('/') && !old.is_empty();
            let longest = whole.len().saturating_mul(new.len().max(1));
            text((plain && longest <= LONG).then(|| whole.replace(&old, &new))?)
        }
        _ => None,
    }
}

fn join(delimiter: &Value, lists: &[Value]) -> Option<Known> {
    let delimiter = vec![delimiter.text()];
    let mut pieces = Vec::new();
    for item in flat(lists) {
        // How many stand there, if any, is not known.
        let absent = |value: &Value| matches!(value.shape, Known::Absent);
        match &item.shape {
            Known::Unknown(_) => return None,
            Known::OneOf(values) if values.iter().any(absent) => return None,
            _ => {}
        }
        if !pieces.is_empty() {
            pieces.push(delimiter.clone());
        }
        pieces.push(item.texts());
    }
    let texts = joined(&pieces).into_iter();
    let each = texts.map(|text| Value::new(None, Known::Text(text)));
    Some(Value::one_of(None, each.collect()).shape)
}

/// `format` with `%s`, `%d`, `%v` and `%%`.
fn formatted(format: &Value, values: &[Value]) -> Option<Known> {
    let format = format.text();
    let mut rest = format.as_known()?;
    let mut pieces = Vec::new();
    let mut values = values.iter();
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(vec![Text::known(before)]);
        let verb = after.chars().next()?;
        match verb {
            '%' => pieces.push(vec![Text::known("%")]),
            's' | 'd' | 'v' => pieces.push(values.next()?.texts()),
            _ => return None,
        }
        rest = &after[verb.len_utf8()..];
    }
    pieces.push(vec![Text::known(rest)]);
    let texts = joined(&pieces).into_iter();
    let each = texts.map(|text| Value::new(None, Known::Text(text)));
    Some(Value::one_of(None, each.collect()).shape)
}
