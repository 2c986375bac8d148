//! JSON text → [`Node`].

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::{Member, Node, Shape, Span};

/// A text that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON: {rule}")]
pub struct NotJson {
    /// Where it stops being JSON.
    pub span: Span,
    /// What is wrong there.
    pub rule: String,
}

/// Reads JSON as RFC 8259 has it: no comment, no trailing comma, no second value.
///
/// ```
/// # use tightrope::text::{parse_json, Position};
/// let text = "{\"Effect\": \"Allow\",\n \"Action\": }";
/// let error = parse_json(text).expect_err("a value is missing");
/// assert_eq!(Position::of(text, error.span.start).to_string(), "line 2, column 12");
/// ```
///
/// # Errors
/// When the text is not JSON, or nested more than 512 levels deep.
pub fn parse_json(text: &str) -> Result<Node, NotJson> {
    const STRICT: ParseOptions = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT);
    let parsed = parsed.map_err(|error| NotJson {
        span: span(error.range()),
        rule: sentence(&error.kind().to_string()),
    })?;
    parsed.value.as_ref().map(node).ok_or_else(|| NotJson {
        span: (text.len()..text.len()).into(),
        rule: "there is nothing but white space".into(),
    })
}

fn span(range: Range) -> Span {
    (range.start..range.end).into()
}

/// The parser's own words, fit to stand after a colon.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn node(value: &ast::Value<'_>) -> Node {
    let shape = match value {
        ast::Value::NullKeyword(_) => Shape::Null,
        ast::Value::BooleanLit(boolean) => Shape::Bool(boolean.value),
        ast::Value::NumberLit(number) => Shape::Number(number.value.into()),
        ast::Value::StringLit(text) => Shape::Text(text.value.to_string()),
        ast::Value::Array(list) => Shape::List(list.elements.iter().map(node).collect()),
        ast::Value::Object(object) => Shape::Object(object.properties.iter().map(member).collect()),
    };
    Node {
        span: Some(span(value.range())),
        shape,
    }
}

fn member(property: &ast::ObjectProp<'_>) -> Member {
    Member {
        name: property.name.as_str().to_owned(),
        name_span: Some(span(property.name.range())),
        value: node(&property.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn what_is_not_json_is_refused_where_it_stops_being_json() {
        let cases = [
            ("", 0),
            ("{", 0),
            ("{\"a\":1,}", 6),
            ("{\"a\":1 \"b\":2}", 6),
            ("[1 2]", 2),
            ("{'a':1}", 1),
            ("{a:1}", 1),
            ("[0x1]", 1),
            ("[tru]", 1),
            ("{} x", 3),
            ("// c\n{}", 0),
        ];
        for (text, at) in cases {
            let error = parse_json(text).expect_err(text);
            assert_eq!(error.span.start, at, "{text} {error}");
        }
    }

    #[test]
    fn every_part_knows_where_it_stood_and_a_name_may_come_twice() {
        let text = r#"{"a": [1, "é"], "a": null}"#;
        let node = parse_json(text).expect("JSON");
        let members = node.members().expect("an object");
        let at = |span: Option<Span>| span.map(|span| &text[span.start..span.end]);
        assert_eq!(
            (members.len(), at(members[1].name_span)),
            (2, Some("\"a\""))
        );
        assert_eq!(at(members[0].value.span), Some("[1, \"é\"]"));
        assert_eq!(at(members[1].value.span), Some("null"));
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn placeless(node: Node) -> Node {
        let shape = match node.shape {
            Shape::List(items) => Shape::List(items.into_iter().map(placeless).collect()),
            Shape::Object(members) => {
                let member = |member: Member| Member {
                    name_span: None,
                    value: placeless(member.value),
                    ..member
                };
                Shape::Object(members.into_iter().map(member).collect())
            }
            other => other,
        };
        Node { span: None, shape }
    }

    proptest! {
        #[test]
        fn a_text_reads_as_serde_json_reads_it(value in json()) {
            let node = parse_json(&value.to_string()).expect("it was printed as JSON");
            prop_assert_eq!(placeless(node), Node::from(&value));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}\",:0-9a-z\\\\ \\n\u{e9}]{0,24}") {
            let _ = parse_json(&text);
        }
    }
}
