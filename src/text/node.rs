//! A value of JSON or YAML whose parts remember where they stood.

use std::collections::HashSet;

use serde_json::Value;

use super::Span;

/// A value of JSON or YAML and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it stood; `None` when it does not come from a text of its own.
    pub span: Option<Span>,
    /// What it is.
    pub shape: Shape,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// The members in the order in which they were written; a name may come twice.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where its name stood.
    pub name_span: Option<Span>,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// What stands at a place.
    #[must_use]
    pub fn at(span: Span, shape: Shape) -> Self {
        Node {
            span: Some(span),
            shape,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn members(&self) -> Option<&[Member]> {
        match &self.shape {
            Shape::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The first member of this name, if it is an object that has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        let mut members = self.members()?.iter();
        Some(&members.find(|member| member.name == name)?.value)
    }

    /// The first member, at whatever depth, whose name another member of the same object had before it.
    ///
    /// ```
    /// # use tightrope::text::parse_json;
    /// let node = parse_json(r#"[{"a": 1, "b": {"c": 2, "c": 3}, "a": 4}]"#)?;
    /// assert_eq!(node.repeated().map(|member| member.name.as_str()), Some("c"));
    /// # Ok::<(), tightrope::text::NotJson>(())
    /// ```
    #[must_use]
    pub fn repeated(&self) -> Option<&Member> {
        match &self.shape {
            Shape::List(items) => items.iter().find_map(Node::repeated),
            Shape::Object(members) => {
                let mut names = HashSet::with_capacity(members.len());
                members
                    .iter()
                    .find_map(|member| match names.insert(&member.name) {
                        true => member.value.repeated(),
                        false => Some(member),
                    })
            }
            _ => None,
        }
    }

    /// The items of a list, or the value itself where AWS takes one for a list of one.
    #[must_use]
    pub fn one_or_many(&self) -> &[Node] {
        match &self.shape {
            Shape::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// What it is, for a message: `a list`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.shape {
            Shape::Null => "null",
            Shape::Bool(_) => "a boolean",
            Shape::Number(_) => "a number",
            Shape::Text(_) => "text",
            Shape::List(_) => "a list",
            Shape::Object(_) => "an object",
        }
    }
}

/// Without places, and each name of an object once.
impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        let member = |(name, value): (&String, &Value)| Member {
            name: name.clone(),
            name_span: None,
            value: value.into(),
        };
        let shape = match value {
            Value::Null => Shape::Null,
            Value::Bool(value) => Shape::Bool(*value),
            Value::Number(number) => Shape::Number(number.to_string()),
            Value::String(text) => Shape::Text(text.clone()),
            Value::Array(items) => Shape::List(items.iter().map(Node::from).collect()),
            Value::Object(members) => Shape::Object(members.iter().map(member).collect()),
        };
        Node { span: None, shape }
    }
}
