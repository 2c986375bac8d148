//! The functions of Terraform that take and make lists and objects.
//!
//! <https://developer.hashicorp.com/terraform/language/functions>

use super::text::Text;
use super::value::{Field, Known, Value};

/// The functions of lists and objects.
pub(super) fn of_lists(name: &str, arguments: &[Value]) -> Option<Known> {
    Some(match (name, arguments) {
        ("concat" | "flatten" | "setunion", _) => Known::List(flat(arguments)),
        // Which of them comes first, and how often, does not matter to a policy.
        ("toset" | "tolist" | "distinct" | "sort" | "reverse", [list]) => list.shape.clone(),
        ("compact", [list]) => Known::List(
            flat(std::slice::from_ref(list))
                .into_iter()
                .filter_map(there)
                .collect(),
        ),
        ("coalescelist", _) => Known::OneOf(arguments.to_vec()),
        ("merge", _) => merged(arguments)?,
        ("keys", [object]) => {
            let key =
                |field: &Field| Value::new(field.name_span, Known::Text(Text::known(&field.name)));
            Known::List(object.fields()?.iter().map(key).collect())
        }
        ("values", [object]) => {
            let value = |field: &Field| field.value.clone();
            Known::List(object.fields()?.iter().map(value).collect())
        }
        ("length", [value]) => Known::Number(length(value)?.to_string()),
        ("contains", [list, wanted]) => contains(list, wanted)?,
        ("element", [list, index]) => {
            let Known::List(items) = &list.shape else {
                return None;
            };
            let at: Option<usize> = index.text().as_known().and_then(|at| at.parse().ok());
            match (at, length(list)) {
                (Some(at), Some(length)) => items.get(at.checked_rem(length)?)?.shape.clone(),
                _ => Known::OneOf(items.clone()),
            }
        }
        ("lookup", [object, key, rest @ ..]) => {
            let fields = object.fields()?;
            let key = key.text();
            let key = key.as_known();
            match fields.iter().find(|field| Some(field.name.as_str()) == key) {
                Some(field) => field.value.shape.clone(),
                None if key.is_some() => rest.first()?.shape.clone(),
                None => {
                    let values = fields.iter().map(|field| field.value.clone());
                    Known::OneOf(values.chain(rest.first().cloned()).collect())
                }
            }
        }
        ("one", [value]) => match &value.shape {
            Known::List(items) if items.is_empty() => Known::Absent,
            Known::List(items) => Value::one_of(None, items.clone()).shape,
            shape => shape.clone(),
        },
        _ => return None,
    })
}

/// The items of lists, and of lists in them. What is not known stays an item.
pub(super) fn flat(lists: &[Value]) -> Vec<Value> {
    let each = |list: &Value| match &list.shape {
        Known::List(items) => flat(items),
        _ => vec![list.clone()],
    };
    lists.iter().flat_map(each).collect()
}

/// A value that is neither nothing nor an empty text; one of several without those.
fn there(value: Value) -> Option<Value> {
    let is_there = |value: &Value| match &value.shape {
        Known::Absent => false,
        Known::Text(text) => text.as_known() != Some(""),
        _ => true,
    };
    match value.shape {
        Known::OneOf(values) => {
            let all = values.len();
            let mut kept: Vec<_> = values.into_iter().filter_map(there).collect();
            let none = kept.is_empty();
            if kept.len() < all {
                kept.push(Value::new(value.span, Known::Absent));
            }
            (!none).then(|| Value::new(value.span, Known::OneOf(kept)))
        }
        _ => is_there(&value).then_some(value),
    }
}

fn merged(objects: &[Value]) -> Option<Known> {
    let mut fields: Vec<Field> = Vec::new();
    for object in objects {
        if let Known::Absent = object.shape {
            continue;
        }
        for field in object.fields()? {
            match fields.iter_mut().find(|before| before.name == field.name) {
                Some(before) => *before = field.clone(),
                None => fields.push(field.clone()),
            }
        }
    }
    Some(Known::Object(fields))
}

/// How many there are, where none may be several or nothing.
fn length(value: &Value) -> Option<usize> {
    match &value.shape {
        Known::List(items) => {
            let open = |item: &Value| matches!(item.shape, Known::Unknown(_) | Known::OneOf(_));
            (!items.iter().any(open)).then_some(items.len())
        }
        Known::Object(fields) => {
            let open = |field: &Field| matches!(field.value.shape, Known::OneOf(_));
            (!fields.iter().any(open)).then_some(fields.len())
        }
        Known::Text(text) => Some(text.as_known()?.chars().count()),
        _ => None,
    }
}

fn contains(list: &Value, wanted: &Value) -> Option<Known> {
    let Known::List(items) = &list.shape else {
        return None;
    };
    let known = |value: &Value| value.text().as_known().map(str::to_owned);
    let wanted = known(wanted)?;
    let items: Vec<_> = items.iter().map(known).collect();
    match items.contains(&Some(wanted)) {
        true => Some(Known::Bool(true)),
        false => (!items.contains(&None)).then_some(Known::Bool(false)),
    }
}
