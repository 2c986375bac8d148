//! Policy documents that stand in a text as JSON, with templates in it.

use super::text::{Text, Why};
use super::value::{Field, Known, Value, joined};
use crate::text::{Member, Node, Shape, Span, parse_json};

/// What stands around the number of a hole: no text has these characters for itself.
const OPEN: char = '\u{f0000}';
const CLOSE: char = '\u{f0001}';

/// A text that is put together, with holes where something is not known, and where each part of it stood.
#[derive(Default)]
pub(super) struct Splicing {
    text: String,
    runs: Vec<Run>,
    holes: Vec<Value>,
    in_string: bool,
    escaped: bool,
    /// Whether a literal has the characters of holes.
    ambiguous: bool,
}

/// A part of the text.
struct Run {
    /// Where it begins in the text.
    from: usize,
    /// Where it stood.
    at: usize,
    /// Whether every character of it stood there.
    exact: bool,
}

impl Splicing {
    /// Characters as they are written, but for `$${` and `%%{`.
    pub(super) fn literal(&mut self, raw: &str, at: usize) {
        let mut from = 0;
        let markers = ["$${", "%%{"];
        while let Some(next) = markers
            .iter()
            .filter_map(|marker| raw[from..].find(marker))
            .min()
        {
            self.run(&raw[from..from + next], at + from, true);
            from += next + 1;
            self.run(&raw[from..from + 2], at + from, true);
            from += 2;
        }
        self.run(&raw[from..], at + from, true);
    }

    /// Characters that are written otherwise.
    pub(super) fn meant(&mut self, text: &str, at: usize) {
        self.run(text, at, false);
    }

    /// The value of a template; encoded, if it is written as JSON.
    pub(super) fn value(&mut self, value: Value, encoded: bool, at: usize) {
        let known = match value.shape {
            Known::Text(_) | Known::Bool(_) | Known::Number(_) if !encoded => {
                value.text().as_known().map(str::to_owned)
            }
            _ => None,
        };
        match known {
            Some(known) => self.run(&known, at, false),
            None => {
                let hole = format!("{OPEN}{}{CLOSE}", self.holes.len());
                self.holes.push(value);
                let quote = if self.in_string { "" } else { "\"" };
                self.push(&format!("{quote}{hole}{quote}"), at, false);
            }
        }
    }

    fn run(&mut self, text: &str, at: usize, exact: bool) {
        self.ambiguous |= text.contains([OPEN, CLOSE]);
        for character in text.chars() {
            match character {
                _ if self.escaped => self.escaped = false,
                '\\' => self.escaped = self.in_string,
                '"' => self.in_string = !self.in_string,
                _ => {}
            }
        }
        self.push(text, at, exact);
    }

    fn push(&mut self, text: &str, at: usize, exact: bool) {
        let from = self.text.len();
        self.runs.push(Run { from, at, exact });
        self.text.push_str(text);
    }

    /// Whether it seems to be an object or a list.
    pub(super) fn begins_document(&self) -> bool {
        !self.ambiguous && self.text.trim_start().starts_with(['{', '['])
    }

    /// The document. A text that is none stands where it stops being one.
    pub(super) fn finish(self, span: Option<Span>) -> Value {
        let unknown = self
            .holes
            .iter()
            .find_map(|hole| hole.text().unknowns().next().cloned());
        match parse_json(&self.text) {
            Ok(node) if !self.ambiguous => self.filled(&node),
            Ok(_) => Value::unknown(span, Why::Unreadable("a text".into())),
            Err(error) => match (self.holes.is_empty(), unknown) {
                (true, _) => {
                    let at = self.placed(Some(error.span));
                    Value::new(at, Known::Text(Text::known(self.text)))
                }
                (false, why) => {
                    let why = why.unwrap_or_else(|| Why::Unreadable("a text".into()));
                    Value::unknown(span, why)
                }
            },
        }
    }

    /// Where a part of the text stood.
    fn placed(&self, span: Option<Span>) -> Option<Span> {
        let at = |byte: usize| {
            let behind = self.runs.partition_point(|run| run.from <= byte);
            let run = &self.runs.get(behind.checked_sub(1)?)?;
            Some(match run.exact {
                true => run.at + byte - run.from,
                false => run.at,
            })
        };
        let span = span?;
        let (start, end) = (at(span.start)?, at(span.end)?);
        Some((start..end.max(start)).into())
    }

    fn filled(&self, node: &Node) -> Value {
        let span = self.placed(node.span);
        let shape = match &node.shape {
            Shape::Text(text) if text.contains(OPEN) => return self.holed(text, span),
            Shape::List(items) => Known::List(items.iter().map(|item| self.filled(item)).collect()),
            Shape::Object(members) => {
                if let Some(member) = members.iter().find(|member| member.name.contains(OPEN)) {
                    let name = self.holed(&member.name, span).text();
                    let why = name.unknowns().next().cloned();
                    return Value::unknown(span, why.unwrap_or(Why::Unreadable("a name".into())));
                }
                let field = |member: &Member| Field {
                    name: member.name.clone(),
                    name_span: self.placed(member.name_span),
                    value: self.filled(&member.value),
                };
                Known::Object(members.iter().map(field).collect())
            }
            _ => Value::from(node).shape,
        };
        Value::new(span, shape)
    }

    /// A text with holes in it.
    fn holed(&self, text: &str, span: Option<Span>) -> Value {
        let mut pieces = Vec::new();
        for (index, piece) in text.split(OPEN).enumerate() {
            let (hole, rest) = match piece.split_once(CLOSE) {
                Some((number, rest)) if index > 0 => {
                    let hole = number.parse().ok();
                    (hole.and_then(|number: usize| self.holes.get(number)), rest)
                }
                _ => (None, piece),
            };
            if let Some(hole) = hole {
                let whole = text.chars().filter(|character| *character == OPEN).count() == 1
                    && text.starts_with(OPEN)
                    && text.ends_with(CLOSE);
                if whole {
                    return Value {
                        span,
                        ..hole.clone()
                    };
                }
                pieces.push(hole.texts());
            }
            pieces.push(vec![Text::known(rest)]);
        }
        let each = joined(&pieces).into_iter();
        let each = each.map(|text| Value::new(span, Known::Text(text)));
        Value::one_of(span, each.collect())
    }
}
