//! Conditions of which a part is not known.

use super::found::LEFT_OUT;
use super::nodes::{list, node_of, object, text};
use super::text::{Text, Why};
use super::value::{Field, Known, Possible, Value};
use super::widen::{LeaveOut, Widening, named};
use crate::iam::{Comparison, Effect, Operator, TextComparison};
use crate::text::{Member, Node, Shape};

/// The condition of a statement: what of it surely has to hold, of an `Allow`; `None` when that is nothing. A `Deny` whose
/// condition is not known is left out.
pub(super) fn widen_condition(
    widening: &mut Widening<'_, '_>,
    condition: &Value,
) -> Result<Option<Node>, LeaveOut> {
    if is_known(condition) {
        return Ok(Some(node_of(condition)));
    }
    let Some(operators) = condition.fields() else {
        undecided(widening, condition)?;
        return Ok(None);
    };
    let mut widened: Vec<Member> = Vec::new();
    for field in operators {
        if is_known(&field.value) {
            put(&mut widened, named(field, node_of(&field.value)));
            continue;
        }
        let Some(keys) = field.value.fields() else {
            undecided(widening, &field.value)?;
            continue;
        };
        for key in keys {
            let Some(one) = clause(widening, field, key)? else {
                continue;
            };
            put(&mut widened, one);
        }
    }
    Ok((!widened.is_empty()).then(|| object(condition.span, widened)))
}

/// A key cannot stand twice under one operator: the second is left out, which is wider.
fn put(widened: &mut Vec<Member>, one: Member) {
    let same = |before: &&mut Member| before.name.eq_ignore_ascii_case(&one.name);
    let Some(before) = widened.iter_mut().find(same) else {
        widened.push(one);
        return;
    };
    let Shape::Object(keys) = &mut before.value.shape else {
        return;
    };
    for key in one.value.members().unwrap_or_default() {
        if keys
            .iter()
            .all(|other| !other.name.eq_ignore_ascii_case(&key.name))
        {
            keys.push(key.clone());
        }
    }
}

/// Whether all of it is known, and surely there.
fn is_known(value: &Value) -> bool {
    match &value.shape {
        Known::Absent | Known::Bool(_) | Known::Number(_) => true,
        Known::Text(text) => text.as_known().is_some(),
        Known::List(items) => items.iter().all(is_known),
        Known::Object(fields) => fields.iter().all(|field| is_known(&field.value)),
        Known::OneOf(_) | Known::Unknown(_) => false,
    }
}

/// Something that nothing is known of.
fn undecided(widening: &mut Widening<'_, '_>, value: &Value) -> Result<(), LeaveOut> {
    let text = match &value.shape {
        Known::OneOf(_) => Text::unknown(Why::Condition("a condition".into())),
        _ => value.text(),
    };
    widening.note(value.span, "Condition", &text, LEFT_OUT);
    match widening.effect {
        Effect::Allow => Ok(()),
        Effect::Deny => Err(LeaveOut),
    }
}

/// One key under one operator; `None` when it is left out.
fn clause(
    widening: &mut Widening<'_, '_>,
    operator: &Field,
    key: &Field,
) -> Result<Option<Member>, LeaveOut> {
    if is_known(&key.value) {
        let keys = vec![named(key, node_of(&key.value))];
        return Ok(Some(named(operator, object(operator.value.span, keys))));
    }
    let like = match widening.effect {
        Effect::Allow => like(&operator.name),
        Effect::Deny => None,
    };
    let items = key.value.items();
    let unreadable = |item: &Possible<'_>| {
        !matches!(
            item.value.shape,
            Known::Text(_) | Known::Unknown(_) | Known::Bool(_) | Known::Number(_)
        )
    };
    let Some((like, escape)) = like.filter(|_| !items.iter().any(unreadable)) else {
        let said: Vec<_> = items.iter().map(|item| item.value.text()).collect();
        let mut all = Text::default();
        said.iter().for_each(|text| all.push(text));
        widening.note(key.value.span, "Condition", &all, LEFT_OUT);
        return match widening.effect {
            Effect::Allow => Ok(None),
            Effect::Deny => Err(LeaveOut),
        };
    };
    let values = items.iter().map(|item| {
        let said = item.value.text();
        let pattern = pattern(&said, escape);
        if said.as_known().is_none() {
            widening.note(item.value.span, "Condition", &said, &pattern);
        }
        text(item.value.span, &pattern)
    });
    let values = list(key.value.span, values.collect());
    let keys = object(operator.value.span, vec![named(key, values)]);
    Ok(Some(Member {
        name: like,
        name_span: operator.name_span,
        value: keys,
    }))
}

/// The operator that compares with patterns where this one compares with texts, and whether `*` has to be escaped for it.
fn like(name: &str) -> Option<(String, bool)> {
    let operator: Operator = name.parse().ok()?;
    match operator.comparison {
        _ if operator.negated => None,
        Comparison::Text(TextComparison::Like) | Comparison::Arn => Some((name.to_owned(), false)),
        Comparison::Text(TextComparison::Equals) => {
            let at = name.to_ascii_lowercase().find("stringequals")?;
            let (before, after) = (&name[..at], &name[at + "stringequals".len()..]);
            Some((format!("{before}StringLike{after}"), true))
        }
        _ => None,
    }
}

fn pattern(said: &Text, escape: bool) -> String {
    use super::text::Part;
    let part = |part: &Part| match part {
        Part::Known(text) if escape => text.replace('*', "${*}").replace('?', "${?}"),
        Part::Known(text) => text.clone(),
        Part::Unknown(_) => "*".to_owned(),
    };
    said.parts().iter().map(part).collect()
}
