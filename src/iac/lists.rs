//! The functions of CloudFormation that make and take lists, and look up in maps.

use super::resolve::texts;
use super::template::{Asked, Template};
use super::text::{Text, Why};
use super::value::{Known, Value, joined};
use crate::text::{Member, Node};

impl Template<'_> {
    /// `Fn::Join`
    pub(super) fn join(&self, argument: &Node, asked: Asked) -> Option<Value> {
        let [delimiter, list] = argument.one_or_many() else {
            return None;
        };
        let delimiter = [Text::known(delimiter.as_text()?)].to_vec();
        let list = self.resolve(list, asked);
        let mut whole = Vec::new();
        for either in list.alternatives() {
            let Known::List(items) = &either.value.shape else {
                let text = either.value.text();
                let one = either.value.fields().is_none() && text.as_known().is_none();
                whole.extend(one.then_some(text));
                continue;
            };
            let mut pieces = Vec::new();
            for item in items {
                let item_texts = item.texts();
                if item_texts.is_empty() {
                    continue;
                }
                if !pieces.is_empty() {
                    pieces.push(delimiter.clone());
                }
                pieces.push(item_texts);
            }
            whole.extend(joined(&pieces));
        }
        (!whole.is_empty()).then(|| texts(whole))
    }

    /// `Fn::Select`
    pub(super) fn select(&self, argument: &Node, asked: Asked) -> Option<Value> {
        let [index, list] = argument.one_or_many() else {
            return None;
        };
        let index: Option<usize> = self
            .resolve(index, asked)
            .text()
            .as_known()
            .and_then(|index| index.parse().ok());
        let list = self.resolve(list, asked);
        let one = |value: &Value| match (&value.shape, index) {
            (Known::List(items), Some(index)) => items.get(index).cloned(),
            (Known::List(items), None) => Some(Value::new(None, Known::OneOf(items.clone()))),
            (Known::Unknown(why), _) => Some(Value::unknown(None, why.clone())),
            (Known::Text(text), _) => {
                let why = text.unknowns().next()?;
                Some(Value::unknown(None, why.clone()))
            }
            _ => None,
        };
        let each = list.alternatives().into_iter();
        let found: Option<Vec<_>> = each.map(|either| one(either.value)).collect();
        found.map(|found| Value::one_of(None, found))
    }

    /// `Fn::Split`
    pub(super) fn split(&self, argument: &Node, asked: Asked) -> Option<Value> {
        let [delimiter, text] = argument.one_or_many() else {
            return None;
        };
        let delimiter = delimiter.as_text().filter(|text| !text.is_empty())?;
        let list = |text: Text| match text.split(delimiter) {
            Some(parts) => {
                let part = |part| Value::new(None, Known::Text(part));
                Value::new(None, Known::List(parts.into_iter().map(part).collect()))
            }
            None => {
                let why = text.unknowns().next().cloned();
                Value::unknown(None, why.unwrap_or(Why::Function("Fn::Split".into())))
            }
        };
        let found = self.resolve(text, asked).texts().into_iter().map(list);
        let found: Vec<_> = found.collect();
        (!found.is_empty()).then(|| Value::one_of(None, found))
    }

    /// `Fn::FindInMap`. With keys that are not known it is one of everything that it may find.
    pub(super) fn find_in_map(&self, argument: &Node, asked: Asked) -> Option<Value> {
        let [map, top, second, ..] = argument.one_or_many() else {
            return None;
        };
        let [map, top, second] = [map, top, second].map(|key| self.resolve(key, asked).text());
        let unknown = || Some(Value::unknown(None, Why::Function("Fn::FindInMap".into())));
        let Some(map) = map
            .as_known()
            .and_then(|map| self.section("Mappings")?.get(map))
        else {
            return unknown();
        };
        let mut found: Vec<Value> = Vec::new();
        for values in keyed(map, &top) {
            let values = keyed(values, &second).into_iter();
            found.extend(values.map(|value| self.resolve(value, asked)));
        }
        let default = argument
            .one_or_many()
            .get(3)
            .and_then(|options| options.get("DefaultValue"));
        found.extend(default.map(|value| self.resolve(value, asked)));
        match found.is_empty() {
            true => unknown(),
            false => Some(Value::one_of(None, found)),
        }
    }
}

/// The members that a key may mean.
fn keyed<'n>(map: &'n Node, key: &Text) -> Vec<&'n Node> {
    let meant = |member: &&Member| key.as_known().is_none_or(|key| key == member.name);
    let members = map.members().unwrap_or_default().iter();
    members.filter(meant).map(|member| &member.value).collect()
}
