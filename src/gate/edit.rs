//! Changes of a text that leave everything else of it as it was: comments, order, white space.
//!
//! A list is changed in the style in which it is written: as a block of YAML, an item a line, or between brackets.

use std::sync::Arc;

use super::Edit;
use crate::text::{Node, Shape, Span, parse_json, parse_yaml};

/// How the item of a list is written.
enum Written {
    /// After `- `, in lines of its own; the column of the dash.
    Block { line: usize, indent: String },
    /// Between brackets; whether a comma stands before it.
    Flow { after: usize, comma: bool },
    /// It is no item of a list.
    Alone,
}

fn written(text: &str, span: Span) -> Written {
    let before = &text[..span.start];
    let trimmed = before.trim_end();
    match trimmed.as_bytes().last() {
        Some(b'-') => {
            let line = trimmed.rfind('\n').map_or(0, |feed| feed + 1);
            let indent = &trimmed[line..trimmed.len() - 1];
            match indent.trim().is_empty() {
                true => Written::Block {
                    line,
                    indent: indent.to_owned(),
                },
                false => Written::Alone,
            }
        }
        Some(b'[') => Written::Flow {
            after: trimmed.len(),
            comma: false,
        },
        Some(b',') => Written::Flow {
            after: trimmed.len(),
            comma: true,
        },
        _ => Written::Alone,
    }
}

/// Takes an item out of its list, which must have another one. `None` when it is not written as one.
pub(super) fn remove_item(file: &Arc<str>, text: &str, span: Span) -> Option<Edit> {
    let span = match written(text, span) {
        Written::Block { line, .. } => {
            let rest = &text[span.end..];
            let end = rest
                .find('\n')
                .map_or(text.len(), |feed| span.end + feed + 1);
            Span { start: line, end }
        }
        Written::Flow { after, comma: true } => Span {
            start: after - 1,
            end: span.end,
        },
        Written::Flow { .. } => {
            let rest = &text[span.end..];
            let comma = rest.len() - rest.trim_start().len();
            rest[comma..].starts_with(',').then_some(())?;
            let behind = &rest[comma + 1..];
            let next = behind.len() - behind.trim_start().len();
            Span {
                start: span.start,
                end: span.end + comma + 1 + next,
            }
        }
        Written::Alone => return None,
    };
    Some(Edit {
        file: Arc::clone(file),
        span,
        text: String::new(),
    })
}

/// Puts several texts in the place of one: of an item of a list, or of a text that stands alone.
pub(super) fn replace(file: &Arc<str>, text: &str, span: Span, by: &[&str]) -> Edit {
    let quoted = |one: &&str| format!("\"{one}\"");
    let list = |texts: &[&str]| texts.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let new = match (written(text, span), by) {
        (Written::Block { indent, .. }, by) => {
            let end = match text.contains("\r\n") {
                true => "\r\n",
                false => "\n",
            };
            by.join(&format!("{end}{indent}- "))
        }
        (Written::Flow { .. }, by) => list(by),
        (Written::Alone, [one]) => quoted(one),
        (Written::Alone, by) => format!("[{}]", list(by)),
    };
    Edit {
        file: Arc::clone(file),
        span,
        text: new,
    }
}

/// The text after some edits. What is within a part that goes, goes with it. `None` when two of them overlap otherwise.
#[must_use]
pub fn edited(text: &str, edits: &[&Edit]) -> Option<String> {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
    edits.dedup();
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    let mut gone = false;
    for edit in edits {
        if gone && edit.span.end <= at {
            continue;
        }
        gone = edit.text.is_empty();
        new.push_str(text.get(at..edit.span.start)?);
        new.push_str(&edit.text);
        at = edit.span.end;
    }
    new.push_str(text.get(at..)?);
    Some(new)
}

/// The items under `Action` of the statement that stands at a place of JSON or YAML, each with its place.
pub(super) fn actions_at(text: &str, statement: Span) -> Option<Vec<(String, Span)>> {
    let roots = match parse_json(text) {
        Ok(root) => vec![root],
        Err(_) => parse_yaml(text).ok()?,
    };
    let node = roots.iter().find_map(|root| node_at(root, statement))?;
    let items = node.get("Action")?.one_or_many().iter();
    let items = items.map(|item| Some((item.as_text()?.to_owned(), item.span?)));
    items.collect()
}

fn node_at(node: &Node, span: Span) -> Option<&Node> {
    if node.span == Some(span) {
        return Some(node);
    }
    match &node.shape {
        Shape::List(items) => items.iter().find_map(|item| node_at(item, span)),
        Shape::Object(members) => members
            .iter()
            .find_map(|member| node_at(&member.value, span)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "Statement:\n  # first\n  - Effect: Allow\n    Action: a:B # why\n  # second\n  - Effect: Deny\n    Action: c:D\n";
    const FLOW: &str =
        "{\"Statement\": [\n  {\"Action\": [\"a:B\", \"a:C\"]},\n  {\"Action\": \"c:D\"}\n]}\n";

    fn span_of(text: &str, part: &str) -> Span {
        let at = text.find(part).expect("the part");
        (at..at + part.len()).into()
    }

    #[test]
    fn an_item_goes_and_everything_else_stays() {
        let cases = [
            (
                BLOCK,
                "Effect: Allow\n    Action: a:B",
                "Statement:\n  # first\n  # second\n  - Effect: Deny\n    Action: c:D\n",
            ),
            (
                BLOCK,
                "Effect: Deny\n    Action: c:D",
                "Statement:\n  # first\n  - Effect: Allow\n    Action: a:B # why\n  # second\n",
            ),
            (
                FLOW,
                "{\"Action\": [\"a:B\", \"a:C\"]}",
                "{\"Statement\": [\n  {\"Action\": \"c:D\"}\n]}\n",
            ),
            (
                FLOW,
                "{\"Action\": \"c:D\"}",
                "{\"Statement\": [\n  {\"Action\": [\"a:B\", \"a:C\"]}\n]}\n",
            ),
            (
                FLOW,
                "\"a:C\"",
                "{\"Statement\": [\n  {\"Action\": [\"a:B\"]},\n  {\"Action\": \"c:D\"}\n]}\n",
            ),
        ];
        for (text, item, expected) in cases {
            let edit = remove_item(&"f".into(), text, span_of(text, item)).expect("an item");
            assert_eq!(edited(text, &[&edit]).as_deref(), Some(expected), "{item}");
        }
        assert_eq!(remove_item(&"f".into(), BLOCK, span_of(BLOCK, "a:B")), None);
    }

    #[test]
    fn several_stand_where_one_stood_in_the_style_of_the_list() {
        let block = "Action:\n  - 's3:*' # all\n  - a:B\n";
        let cases = [
            (
                block,
                "'s3:*'",
                "Action:\n  - s3:A\n  - s3:B # all\n  - a:B\n",
            ),
            (
                "[\"s3:*\", \"a:B\"]",
                "\"s3:*\"",
                "[\"s3:A\", \"s3:B\", \"a:B\"]",
            ),
            ("Action: s3:*\n", "s3:*", "Action: [\"s3:A\", \"s3:B\"]\n"),
        ];
        for (text, item, expected) in cases {
            let edit = replace(&"f".into(), text, span_of(text, item), &["s3:A", "s3:B"]);
            assert_eq!(edited(text, &[&edit]).as_deref(), Some(expected), "{item}");
        }
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        let edit = |range: std::ops::Range<usize>| Edit {
            file: "f".into(),
            span: range.into(),
            text: String::new(),
        };
        let (one, two, apart) = (edit(0..3), edit(2..4), edit(4..5));
        assert_eq!(edited("abcde", &[&one, &two]), None);
        assert_eq!(edited("abcde", &[&apart, &one, &one]).as_deref(), Some("d"));
    }
}
