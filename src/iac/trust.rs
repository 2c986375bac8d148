//! Trust policies of which a part may not be known.

use super::document::policy_problem;
use super::found::Problem;
use super::nodes::{list, member, node_of, object, text};
use super::source::Within;
use super::text::Text;
use super::value::{Field, Known, Possible, Value};
use crate::iam::TrustPolicy;
use crate::text::{Member, Node, parse_json};

/// Reads a trust policy: everyone whom it may let in, whatever is not known of it. `None` when nothing is known of it, or it
/// cannot be read, which is among the problems.
pub(super) fn read_trust(
    documents: &[Possible<'_>],
    within: &Within<'_>,
    problems: &mut Vec<Problem>,
) -> Option<TrustPolicy> {
    let mut members = Vec::new();
    let mut statements = Vec::new();
    let span = documents.first()?.value.span;
    for either in documents {
        if let Some(text) = known_text(either.value) {
            match parse_json(&text) {
                Ok(node) => {
                    let value = Value::from(&node).at(either.value.span);
                    return read_trust(&value.alternatives(), within, problems);
                }
                Err(error) => problems.push(within.problem(either.value.span, error.to_string())),
            }
            continue;
        }
        let fields = either.value.fields()?;
        for field in fields.iter().filter(|field| field.name != "Statement") {
            if members
                .iter()
                .all(|before: &Member| before.name != field.name)
            {
                members.push(named(field, node_of(&field.value)));
            }
        }
        let items = either.value.items_of("Statement");
        statements.extend(
            items
                .into_iter()
                .filter_map(|item| statement(item, either.certain)),
        );
    }
    if statements.is_empty() && members.is_empty() {
        return None;
    }
    members.push(member("Statement", list(span, statements)));
    let document_node = object(span, members);
    match TrustPolicy::parse_node(&document_node, within.source.text) {
        Ok(trust) => Some(trust),
        Err(error) => {
            problems.push(policy_problem(error, span, within));
            None
        }
    }
}

fn known_text(value: &Value) -> Option<String> {
    match &value.shape {
        Known::Text(text) => text.as_known().map(str::to_owned),
        _ => None,
    }
}

fn named(field: &Field, value: Node) -> Member {
    Member {
        name: field.name.clone(),
        name_span: field.name_span,
        value,
    }
}

/// The statement without what is not known; `None` when it keeps somebody out, and perhaps not these.
fn statement(item: Possible<'_>, certain: bool) -> Option<Node> {
    let value = item.value;
    let Some(fields) = value.fields() else {
        return Some(node_of(value));
    };
    let denies = value
        .text_of("Effect")
        .is_some_and(|effect| effect.as_known() == Some("Deny"));
    if denies && !(item.certain && certain) {
        return None;
    }
    let mut members = Vec::new();
    for field in fields {
        let node = match field.name.as_str() {
            "Principal" => principal(&field.value),
            "Effect" if field.value.text().as_known().is_none() => text(field.value.span, "Allow"),
            "Action" => actions(&field.value),
            // A name that stands in both sides of a condition stands twice then.
            "Sid" => continue,
            "Condition" if denies => return None,
            "Condition" if has_unknown(&field.value) => continue,
            _ => node_of(&field.value),
        };
        members.push(named(field, node));
    }
    Some(object(value.span, members))
}

/// What a statement lets somebody do: anything, where it is not known.
fn actions(value: &Value) -> Node {
    let action = |item: Possible<'_>| match item.value.text().as_known() {
        Some(_) => node_of(item.value),
        None => text(item.value.span, "*"),
    };
    list(value.span, value.items().into_iter().map(action).collect())
}

fn has_unknown(value: &Value) -> bool {
    match &value.shape {
        Known::Unknown(_) | Known::OneOf(_) => true,
        Known::Text(text) => text.as_known().is_none(),
        Known::List(items) => items.iter().any(has_unknown),
        Known::Object(fields) => fields.iter().any(|field| has_unknown(&field.value)),
        Known::Absent | Known::Bool(_) | Known::Number(_) => false,
    }
}

/// Whom a statement names. What is not known is named by its `${…}`, since a pattern there means everyone.
fn principal(value: &Value) -> Node {
    let named_by = |texts: Vec<Text>| {
        let texts = texts.iter().map(|name| text(value.span, &name.to_string()));
        list(value.span, texts.collect())
    };
    let either = value.alternatives();
    let [Possible { value: one, .. }] = either.as_slice() else {
        return node_of(value);
    };
    match &one.shape {
        Known::Unknown(_) => object(one.span, vec![member("AWS", named_by(vec![one.text()]))]),
        Known::Text(text) if text.as_known().is_none() => {
            object(one.span, vec![member("AWS", named_by(vec![text.clone()]))])
        }
        Known::Object(kinds) => {
            let kind = |kind: &Field| {
                let names = kind.value.items().into_iter();
                named(
                    kind,
                    named_by(names.map(|name| name.value.text()).collect()),
                )
            };
            let there = kinds.iter().filter(|kind| !kind.value.items().is_empty());
            object(one.span, there.map(kind).collect())
        }
        _ => node_of(one),
    }
}
