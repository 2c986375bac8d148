//! YAML text → [`Node`].
//!
//! Scalars are read by the core schema of YAML 1.2 (<https://yaml.org/spec/1.2.2/#103-core-schema>): `yes` and a date are
//! texts, and a number stays as it was written. A value with a tag of its own becomes an object of one member that is called
//! like the tag: `!Sub x` is `{"!Sub": "x"}`.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Member, Node, Shape, Span};

/// A text that is not YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not YAML: {rule}")]
pub struct NotYaml {
    /// Where it stops being YAML.
    pub span: Span,
    /// What is wrong there.
    pub rule: String,
}

/// How deep values may be nested, aliases counted: as deep as in JSON.
const DEPTH: usize = 512;

/// How many values aliases may stand for in one text: a text of a few lines could stand for billions.
const ALIASED: usize = 100_000;

/// Reads every document of a YAML text. Aliases become what they stand for, and `<<` takes members from other objects. A
/// name may stand twice in an object: see [`Node::repeated`].
///
/// ```
/// # use tightrope::text::{parse_yaml, Position};
/// let text = "Resource:\n  - !GetAtt Orders.Arn\n";
/// let documents = parse_yaml(text)?;
/// let list = documents[0].get("Resource").expect("a member");
/// let [item] = list.one_or_many() else { panic!("one item") };
/// assert_eq!(item.get("!GetAtt").and_then(|name| name.as_text()), Some("Orders.Arn"));
/// # Ok::<(), tightrope::text::NotYaml>(())
/// ```
///
/// # Errors
/// When the text is not YAML, names an anchor that it does not have, has an object's name that is no scalar, is nested more
/// than 512 levels deep, or its aliases stand for more than 100,000 values.
pub fn parse_yaml(text: &str) -> Result<Vec<Node>, NotYaml> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(text.len());
            broken(at..at, &error.info())
        })?;
        let tag = span.tag_start().and_then(|tag| tag.byte_offset());
        let range = span.byte_range().unwrap_or(text.len()..text.len());
        builder.take(event, (tag.unwrap_or(range.start)..range.end).into())?;
    }
    Ok(builder.documents)
}

fn broken(span: impl Into<Span>, rule: &str) -> NotYaml {
    NotYaml {
        span: span.into(),
        rule: rule.to_owned(),
    }
}

/// A list or an object that is not closed yet.
struct Open {
    span: Span,
    tag: Option<String>,
    anchor: usize,
    items: Items,
    /// How deep what it holds is nested, and how many values it is.
    size: Size,
}

enum Items {
    List(Vec<Node>),
    Object(Vec<Member>, Option<(String, Span)>),
}

#[derive(Clone, Copy)]
struct Size {
    depth: usize,
    values: usize,
}

#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, Size)>,
    aliased: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), NotYaml> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.wants_a_name() {
                    return self.name(&text, anchor, span);
                }
                let shape = scalar(&text, style, tag.as_deref());
                let node = tagged(Node::at(span, shape), own(tag.as_deref()));
                self.value(node, anchor, ONE)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.begin(span, anchor, own(tag.as_deref()), Items::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                let items = Items::Object(Vec::new(), None);
                self.begin(span, anchor, own(tag.as_deref()), items)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            // Documents follow each other, and are not asked where they begin.
            _ => Ok(()),
        }
    }

    fn wants_a_name(&self) -> bool {
        let last = self.open.last();
        last.is_some_and(|open| matches!(open.items, Items::Object(_, None)))
    }

    fn name(&mut self, text: &str, anchor: usize, span: Span) -> Result<(), NotYaml> {
        if anchor != 0 {
            let node = Node::at(span, Shape::Text(text.to_owned()));
            self.anchors.insert(anchor, (node, ONE));
        }
        if let Some(Open {
            items: Items::Object(_, name),
            ..
        }) = self.open.last_mut()
        {
            *name = Some((text.to_owned(), span));
        }
        Ok(())
    }

    fn begin(
        &mut self,
        span: Span,
        anchor: usize,
        tag: Option<String>,
        items: Items,
    ) -> Result<(), NotYaml> {
        if self.wants_a_name() {
            return Err(broken(span, "the name of a member must be a scalar"));
        }
        if self.open.len() >= DEPTH {
            return Err(too_deep(span));
        }
        self.open.push(Open {
            span,
            tag,
            anchor,
            items,
            size: ONE,
        });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), NotYaml> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let (shape, last) = match open.items {
            Items::List(items) => {
                let last = items.last().and_then(|item| item.span);
                (Shape::List(items), last)
            }
            Items::Object(members, _) => {
                let last = members.last().and_then(|member| member.value.span);
                (Shape::Object(merged(members)), last)
            }
        };
        // What is closed by a bracket ends there, and what is not ends with its last value.
        let end = match span.end > span.start {
            true => span.end,
            false => last.map_or(open.span.end, |last| last.end),
        };
        let whole = Span::from(open.span.start..end.max(open.span.start));
        let node = tagged(Node::at(whole, shape), open.tag);
        self.value(node, open.anchor, open.size)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), NotYaml> {
        let Some((node, size)) = self.anchors.get(&anchor).cloned() else {
            return Err(broken(span, "the alias stands within what it stands for"));
        };
        if self.wants_a_name() {
            let Some(text) = node.as_text() else {
                return Err(broken(span, "the name of a member must be a scalar"));
            };
            return self.name(text, 0, span);
        }
        self.aliased += size.values;
        if self.aliased > ALIASED {
            let rule = format!("its aliases stand for more than {ALIASED} values");
            return Err(broken(span, &rule));
        }
        self.value(node, 0, size)
    }

    /// Puts a value where it belongs.
    fn value(&mut self, node: Node, anchor: usize, size: Size) -> Result<(), NotYaml> {
        if self.open.len() + size.depth > DEPTH {
            return Err(too_deep(node.span.unwrap_or(Span::from(0..0))));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        open.size.depth = open.size.depth.max(size.depth + 1);
        open.size.values += size.values;
        match &mut open.items {
            Items::List(items) => items.push(node),
            Items::Object(members, name) => {
                let (name, name_span) = name.take().unwrap_or_default();
                members.push(Member {
                    name,
                    name_span: Some(name_span),
                    value: node,
                });
            }
        }
        Ok(())
    }
}

const ONE: Size = Size {
    depth: 1,
    values: 1,
};

fn too_deep(span: Span) -> NotYaml {
    broken(span, &format!("it is nested more than {DEPTH} levels deep"))
}

/// The members with those that `<<` takes from other objects; an own one beats one that was taken.
///
/// <https://yaml.org/type/merge.html>
fn merged(members: Vec<Member>) -> Vec<Member> {
    if members.iter().all(|member| member.name != "<<") {
        return members;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|member| member.name == "<<");
    for merge in merges {
        for source in merge.value.one_or_many() {
            for member in source.members().unwrap_or_default() {
                if own.iter().all(|before| before.name != member.name) {
                    own.push(member.clone());
                }
            }
        }
    }
    own
}

/// The name of a tag that is not one of YAML's own.
fn own(tag: Option<&Tag>) -> Option<String> {
    let (handle, suffix) = tag.filter(|tag| !handle_is_core(tag))?.parts();
    // A lone `!` says that the scalar is a text.
    (!suffix.is_empty()).then(|| format!("{handle}{suffix}"))
}

/// Whether a tag is in YAML's own space, `!!binary` among them.
fn handle_is_core(tag: &Tag) -> bool {
    tag.parts().0 == "tag:yaml.org,2002:"
}

fn tagged(node: Node, tag: Option<String>) -> Node {
    let Some(tag) = tag else { return node };
    let span = node.span;
    let member = Member {
        name: tag,
        name_span: span,
        value: node,
    };
    Node {
        span,
        shape: Shape::Object(vec![member]),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Shape {
    let said_to_be_text =
        tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str") || tag.parts() == ("!", ""));
    if said_to_be_text || style != ScalarStyle::Plain {
        return Shape::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Shape::Null,
        "true" | "True" | "TRUE" => Shape::Bool(true),
        "false" | "False" | "FALSE" => Shape::Bool(false),
        _ if is_number(text) => Shape::Number(text.to_owned()),
        _ => Shape::Text(text.to_owned()),
    }
}

/// Infinity and what is not a number are texts here: no policy and no configuration counts with them.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let of = |prefix: &str, radix: u32| {
        let rest = text.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        rest.is_some_and(|rest| rest.chars().all(|digit| digit.is_digit(radix)))
    };
    let decimal = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
        && digits.parse::<f64>().is_ok();
    decimal || of("0x", 16) || of("0o", 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Position, parse_json};
    use proptest::prelude::*;

    fn one(text: &str) -> Node {
        let mut documents = parse_yaml(text).expect(text);
        assert_eq!(documents.len(), 1, "{text}");
        documents.remove(0)
    }

    /// What a document says, as JSON.
    fn said(node: &Node) -> String {
        match &node.shape {
            Shape::Null => "null".into(),
            Shape::Bool(value) => value.to_string(),
            Shape::Number(number) => number.clone(),
            Shape::Text(text) => format!("{text:?}"),
            Shape::List(items) => {
                let items: Vec<_> = items.iter().map(said).collect();
                format!("[{}]", items.join(","))
            }
            Shape::Object(members) => {
                let members = members.iter();
                let members: Vec<_> = members
                    .map(|member| format!("{:?}:{}", member.name, said(&member.value)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    #[test]
    fn what_each_text_says() {
        let cases = [
            ("a: 1\nb: [x, 'y', \"z\"]", r#"{"a":1,"b":["x","y","z"]}"#),
            // A template's version is a date, an account has leading zeros, and neither may change.
            (
                "v: 2012-10-17\na: 012345678901",
                r#"{"v":"2012-10-17","a":012345678901}"#,
            ),
            (
                "- ~\n- null\n-\n- true\n- False\n- yes\n- off",
                r#"[null,null,null,true,false,"yes","off"]"#,
            ),
            (
                "- 1.5e3\n- -2\n- 0x1F\n- 1.2.3\n- 1-2\n- .\n- 'null'\n- !!str 12",
                r#"[1.5e3,-2,0x1F,"1.2.3","1-2",".","null","12"]"#,
            ),
            ("a: !Sub '${x}'", r#"{"a":{"!Sub":"${x}"}}"#),
            ("a: !GetAtt B.Arn", r#"{"a":{"!GetAtt":"B.Arn"}}"#),
            (
                "a: !Join ['', [x, !Ref Y]]",
                r#"{"a":{"!Join":["",["x",{"!Ref":"Y"}]]}}"#,
            ),
            (
                "a: !If\n  - C\n  - k: v\n  - !Ref AWS::NoValue",
                r#"{"a":{"!If":["C",{"k":"v"},{"!Ref":"AWS::NoValue"}]}}"#,
            ),
            ("a: &x [1, 2]\nb: *x", r#"{"a":[1,2],"b":[1,2]}"#),
            (
                "base: &b {k: 1, l: 2}\nd:\n  <<: *b\n  k: 3",
                r#"{"base":{"k":1,"l":2},"d":{"k":3,"l":2}}"#,
            ),
            ("d:\n  <<: [{a: 1}, {a: 2, b: 3}]", r#"{"d":{"a":1,"b":3}}"#),
            (
                "k: |\n  a\n  b\nf: >-\n  c\n  d",
                r#"{"k":"a\nb\n","f":"c d"}"#,
            ),
            ("1: a\ntrue: b", r#"{"1":"a","true":"b"}"#),
            ("&k name: 1\nother: *k", r#"{"name":1,"other":"name"}"#),
            ("a: 1\na: 2", r#"{"a":1,"a":2}"#),
            // Not by the letter of YAML 1.2, but PyYAML reads it, and so does AWS.
            (
                "a:\n  b: [\n    x\n  ]\n  c: {\nd: 1\n}",
                r#"{"a":{"b":["x"],"c":{"d":1}}}"#,
            ),
            ("# only\n# comments\na: b # one more\n", r#"{"a":"b"}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(said(&one(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_text_may_hold_several_documents_or_none() {
        let documents = parse_yaml("--- \na: 1\n---\nb: 2\n...\n").expect("YAML");
        let said: Vec<_> = documents.iter().map(said).collect();
        assert_eq!(said, [r#"{"a":1}"#, r#"{"b":2}"#]);
        assert_eq!(parse_yaml("").expect("YAML"), []);
    }

    #[test]
    fn every_part_knows_where_it_stood() {
        let text =
            "é: 1\r\nR:\r\n  - 'a b'\r\n  - !Sub x-${Y}\r\n  - {k: [é, z]}\r\nnext: \"q\"\r\n";
        let node = one(text);
        let at = |node: &Node| node.span.map(|span| &text[span.start..span.end]);
        let list = node.get("R").expect("R");
        let items = list.one_or_many();
        assert_eq!(at(&items[0]), Some("'a b'"));
        assert_eq!(at(&items[1]), Some("!Sub x-${Y}"));
        assert_eq!(at(&items[2]), Some("{k: [é, z]}"));
        assert_eq!(
            at(list),
            Some("- 'a b'\r\n  - !Sub x-${Y}\r\n  - {k: [é, z]}")
        );
        assert_eq!(at(node.get("next").expect("next")), Some("\"q\""));
        let name = node.members().expect("members")[1]
            .name_span
            .expect("a place");
        assert_eq!(
            Position::of(text, name.start).to_string(),
            "line 2, column 1"
        );
    }

    #[test]
    fn what_is_not_yaml_is_refused_where_it_stops_being_yaml() {
        let nested = format!("a: {}", "[".repeat(300));
        let laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned()
            + &('b'..'h')
                .map(|name| {
                    let before = char::from(name as u8 - 1);
                    format!(
                        "{name}: &{name} [{}]\n",
                        vec![format!("*{before}"); 10].join(", ")
                    )
                })
                .collect::<String>();
        let cases = [
            ("a: [1", "line 1"),
            ("a: b: c", "line 1, column 5"),
            ("a: *b", "line 1, column 4"),
            ("x: 1\n? [a]\n: 1", "line 2, column 3"),
            ("a: &x [*x]", "line 1, column 8"),
            ("a: \"b\n", "line "),
            (nested.as_str(), "line 1"),
            (laughs.as_str(), "line 5"),
        ];
        for (text, at) in cases {
            let error = parse_yaml(text).expect_err(text);
            let place = Position::of(text, error.span.start).to_string();
            assert!(place.starts_with(at), "{text:?} {place} {error}");
        }
    }

    #[test]
    fn aliases_do_not_nest_a_text_deeper_than_it_may_be() {
        let mut text = format!("a0: &a0 {}{}\n", "[".repeat(200), "]".repeat(200));
        for level in 1..4 {
            let (open, close) = ("[".repeat(200), "]".repeat(200));
            text += &format!("a{level}: &a{level} {open}*a{}{close}\n", level - 1);
        }
        let error = parse_yaml(&text).expect_err("800 levels");
        assert!(error.rule.contains("512 levels"), "{error}");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}\",:&*!|>?#%'~<0-9a-c\\\\ \\n\\t\u{e9}-]{0,40}") {
            let _ = parse_yaml(&text);
        }

        #[test]
        fn json_reads_as_the_parser_of_json_reads_it(text in "(\\{\"a\": )?\\[(\"[a-zé ]{0,4}\"|[1-9][0-9]{0,3}|true|null)(, (\"x\"|2)){0,3}\\]") {
            let text = if text.starts_with('{') { text + "}" } else { text };
            let json = parse_json(&text).expect("JSON");
            prop_assert_eq!(one(&text), json);
        }
    }
}
