//! Values as the text of a file, with the line in which each part of them stands.

use serde_json::Value;

/// A text, and where its parts stand.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) text: String,
    keys: Vec<(String, usize)>,
    /// Each value, whether it is a text, and its line.
    lines: Vec<(String, bool, usize)>,
}

impl Written {
    /// The line of the last value that this is.
    pub(crate) fn last_line_of(&self, what: &str) -> usize {
        let mut whole = self.lines.iter().filter(|(part, ..)| part == what);
        whole.next_back().map_or(0, |(.., line)| *line)
    }

    /// The line, from 1, of the first value that this is, or else of the first text that has it in it.
    pub(crate) fn line_of(&self, what: &str) -> usize {
        let mut whole = self.lines.iter().filter(|(part, ..)| part == what);
        // The policies of a plan are texts.
        let mut within = self
            .lines
            .iter()
            .filter(|(part, is_text, _)| *is_text && part.contains(what));
        let found = whole.next().or_else(|| within.next());
        let (.., line) = found.unwrap_or_else(|| panic!("no `{what}` in {}", self.text));
        *line
    }

    /// The line of the key, from 1.
    pub(crate) fn line_of_key(&self, key: &str) -> usize {
        let found = self.keys.iter().find(|(one, _)| one == key);
        found.map_or(0, |(_, line)| *line)
    }

    fn note_key(&mut self, key: &Value) {
        let line = self.text.matches('\n').count() + 1;
        let key = key.as_str().unwrap_or_default();
        self.keys.push((key.to_owned(), line));
    }

    fn note(&mut self, value: &Value) {
        let text = value.as_str().map(str::to_owned);
        let line = self.text.matches('\n').count() + 1;
        let is_text = text.is_some();
        self.lines
            .push((text.unwrap_or_else(|| value.to_string()), is_text, line));
    }

    fn json(&mut self, value: &Value, indent: usize) {
        self.note(value);
        let (open, close) = match value {
            Value::Object(_) => ("{", "}"),
            _ => ("[", "]"),
        };
        let parts = parts(value);
        if parts.is_empty() {
            self.text += &value.to_string();
            return;
        }
        self.text += open;
        for (index, (key, value)) in parts.into_iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            self.text += &format!("{comma}\n{}", " ".repeat(indent + 2));
            if let Some(key) = key {
                self.note_key(&key);
                self.text += &format!("{key}: ");
            }
            self.json(value, indent + 2);
        }
        self.text += &format!("\n{}{close}", " ".repeat(indent));
    }

    /// Behind a key, or behind the dash of a list.
    fn yaml(&mut self, value: &Value, indent: usize, behind_a_dash: bool) {
        let parts = parts(value);
        if parts.is_empty() {
            let space = if behind_a_dash { "" } else { " " };
            self.text += space;
            self.note(value);
            self.text += &value.to_string();
        }
        for (index, (key, part)) in parts.into_iter().enumerate() {
            if index > 0 || !behind_a_dash {
                self.text += &format!("\n{}", " ".repeat(indent));
            }
            if index == 0 {
                self.note(value);
            }
            match key {
                Some(key) => {
                    self.note_key(&key);
                    let plain = key.as_str().filter(|key| !key.contains(':'));
                    self.text += &format!("{}:", plain.map_or(key.to_string(), str::to_owned));
                    self.yaml(part, indent + 2, false);
                }
                None => {
                    self.text += "- ";
                    self.yaml(part, indent + 2, true);
                }
            }
        }
    }
}

/// What an object or a list has.
fn parts(value: &Value) -> Vec<(Option<Value>, &Value)> {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            members
                .map(|(key, value)| (Some(Value::from(key.as_str())), value))
                .collect()
        }
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        _ => Vec::new(),
    }
}

pub(crate) fn json(value: &Value) -> Written {
    let mut written = Written::default();
    written.json(value, 0);
    written.text.push('\n');
    written
}

pub(crate) fn yaml(value: &Value) -> Written {
    let mut written = Written::default();
    written.yaml(value, 0, true);
    written.text.push('\n');
    written
}
