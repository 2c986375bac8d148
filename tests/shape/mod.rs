//! The shape of a JSON document, key by key.

use std::collections::BTreeSet;

use serde_json::Value;

/// An object's name and its keys: `key=kind`, `key?=kind` for one that may be absent. A kind is `text`, `number`, `bool`,
/// `any` or the name of an object; `[kind]` is a list and `{kind}` an object with any keys.
pub(crate) type Objects<'a> = &'a [(&'a str, &'a str)];

/// Checks a document. Gives the optional keys and list elements that it had, as `object.key`.
pub(crate) fn check(objects: Objects<'_>, kind: &str, value: &Value) -> BTreeSet<String> {
    let mut met = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut shape = Shape {
        objects,
        met: &mut met,
        wrong: &mut wrong,
    };
    shape.value(kind, value, kind);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    met
}

struct Shape<'a> {
    objects: Objects<'a>,
    met: &'a mut BTreeSet<String>,
    wrong: &'a mut Vec<String>,
}

impl Shape<'_> {
    fn value(&mut self, kind: &str, value: &Value, at: &str) {
        let inside = |open, close| kind.strip_prefix(open)?.strip_suffix(close);
        let right = match (kind, value) {
            ("any", _) => true,
            ("text", value) => value.is_string(),
            ("number", value) => value.is_u64(),
            ("bool", value) => value.is_boolean(),
            (_, Value::Array(list)) => inside('[', ']').is_some_and(|kind: &str| {
                list.iter().for_each(|value| self.value(kind, value, at));
                true
            }),
            (_, Value::Object(map)) => match inside('{', '}') {
                Some(kind) => {
                    map.values().for_each(|value| self.value(kind, value, at));
                    true
                }
                None => self.object(kind, value, at),
            },
            _ => false,
        };
        if !right {
            self.wrong.push(format!("{at}: {value} is no {kind}"));
        }
    }

    fn object(&mut self, kind: &str, value: &Value, at: &str) -> bool {
        let Some((_, keys)) = self.objects.iter().find(|(name, _)| *name == kind) else {
            return false;
        };
        self.met.insert(kind.to_owned());
        let mut known = BTreeSet::new();
        for key in keys.split(' ') {
            let (key, kind_of_value) = key.split_once('=').expect("key=kind");
            let optional = key.ends_with('?');
            let key = key.trim_end_matches('?');
            let at = format!("{at}.{key}");
            known.insert(key);
            match value.get(key) {
                Some(found) => {
                    if optional {
                        self.met.insert(format!("{kind}.{key}"));
                    }
                    self.value(kind_of_value, found, &at);
                }
                None if optional => {}
                None => self.wrong.push(format!("{at}: it is not there")),
            }
        }
        let map = value.as_object().into_iter().flatten();
        for (key, _) in map.filter(|(key, _)| !known.contains(key.as_str())) {
            self.wrong.push(format!("{at}.{key}: nobody expects it"));
        }
        true
    }
}
